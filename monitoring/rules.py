"""Who may see what of monitoring (ACC-9): how far a right reaches, and whether small numbers are hidden."""

from uuid import UUID

from accounts.models import User
from accounts.roles import Right


def locations_in_reach(user: User, right: Right) -> frozenset[UUID] | None:
    """Return the locations of which a user may see figures with this right; None means all."""
    return user.access.locations(right)


def hides_small_numbers(user: User, right: Right) -> bool:
    """Say whether small numbers are hidden from a user (MON-5).

    They are, unless the user may open the file of every child whose figures the right shows. Reading the children of
    one's own groups alone is not enough: the figures are of whole locations.
    """
    figures, files = user.access.locations(right), user.access.locations(Right.CHILD_READ)
    if files is None:
        return False
    return figures is None or not figures <= files
