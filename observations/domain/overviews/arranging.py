"""What an administrator has to arrange: one line a subject, shown on the first page (UX-4).

An area adds its own line: a function that takes ``user`` and ``today``, and returns a line, or None when there is
nothing to arrange or the user is not the one who can.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.roles import Right
from observations.models import Child, Group, GroupStaff, Placement, PlannedAge, RegistrationPeriod

# A period is planned well before it begins.
_AHEAD = timedelta(weeks=26)


@dataclass(frozen=True)
class Arrangement:
    """Something to arrange: what is the matter, and the page (by its name) where it is done."""

    text: str
    label: str
    view_name: str


ARRANGEMENTS: tuple[str, ...] = (
    "observations.domain.overviews.arranging.no_period",
    "observations.domain.overviews.arranging.children_without_group",
    "observations.domain.overviews.arranging.groups_without_staff",
)


def arrangements_of(user: User, *, today: date) -> list[Arrangement]:
    """Return what the user has to arrange, in order."""
    named: list[Callable[..., Arrangement | None]] = [import_string(name) for name in ARRANGEMENTS]
    found = (arrangement(user=user, today=today) for arrangement in named)
    return [arrangement for arrangement in found if arrangement is not None]


def no_period(*, user: User, today: date) -> Arrangement | None:
    """Return that no registration is planned for the coming half year, neither by months nor by age."""
    if not user.may(Right.PERIOD_WRITE):
        return None
    coming = RegistrationPeriod.objects.filter(ends_on__gte=today, begins_on__lte=today + _AHEAD)
    if coming.exists() or PlannedAge.objects.exists():
        return None
    text = _("Voor het komende half jaar is geen registratie gepland.")
    return Arrangement(text, _("Plan een periode"), "observations:periods")


def children_without_group(*, user: User, today: date) -> Arrangement | None:
    """Return how many children are in no group: nobody but the administrator sees them."""
    if not user.may(Right.CHILD_WRITE):
        return None
    placed = Placement.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), child=OuterRef("pk"), is_main=True
    )
    count = Child.objects.filter(~Exists(placed), archived_on__isnull=True).count()
    if not count:
        return None
    text = ngettext(
        "%(count)d kind staat in geen enkele groep.", "%(count)d kinderen staan in geen enkele groep.", count
    ) % {"count": count}
    return Arrangement(text, _("Naar de kinderen"), "observations:children")


def groups_without_staff(*, user: User, today: date) -> Arrangement | None:
    """Return how many groups with children have nobody who works there: then nobody can write about them."""
    if not user.may(Right.GROUP_STAFF_WRITE):
        return None
    in_force = Q(ends_on__isnull=True) | Q(ends_on__gte=today)
    children = Placement.objects.filter(in_force, group=OuterRef("pk"), begins_on__lte=today)
    staff = GroupStaff.objects.filter(in_force, group=OuterRef("pk"))
    count = Group.objects.filter(Exists(children), ~Exists(staff)).count()
    if not count:
        return None
    text = ngettext(
        "Op %(count)d groep met kinderen werkt nog niemand.", "Op %(count)d groepen met kinderen werkt nog niemand.", count
    ) % {"count": count}  # fmt: skip
    return Arrangement(text, _("Koppel medewerkers"), "observations:groups")
