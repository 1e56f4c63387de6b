"""What a child's page reads first, and hands to all its parts: no part asks the database again for what is here."""

from dataclasses import dataclass
from datetime import date

from accounts.models import User
from observations.domain.children.history import Placements, placements_of
from observations.models import Child, Group, Registration


@dataclass(frozen=True, repr=False)
class ChildInHand:
    """A child, who looks at it and on which day, with its placements and registrations, the newest first.

    ``registrations`` are those that were not superseded, whatever the reader may see of them: a part asks itself.
    """

    child: Child
    user: User
    today: date
    placements: Placements
    registrations: tuple[Registration, ...]

    @property
    def is_in_bso(self) -> bool:
        """Say whether its main group of today is one of out-of-school care."""
        main = self.placements.main
        return main is not None and main.group.kind == Group.Kind.BSO


def take_in_hand(child: Child, *, user: User, today: date) -> ChildInHand:
    """Return the child with what its page needs more than once; two queries."""
    registrations = Registration.objects.filter(child=child, superseded=False).select_related("period", "extra")
    found = tuple(registrations.order_by("-registered_on", "-revision"))
    return ChildInHand(child, user, today, placements_of(child, today=today), found)
