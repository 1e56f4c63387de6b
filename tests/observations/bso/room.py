"""A BSO group with children, as tests and pages need it."""

from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from observations.domain.bso.measuring import save_answer, save_point
from observations.domain.instruments.catalogue import content_of
from observations.models import BsoRegistration, Child, Group
from tests import factories


def today() -> date:
    """Return the day the tests run on."""
    return timezone.localdate()


def bso_child(group: Group, first_name: str = "Noor", years: int = 10) -> Child:
    """Make a child of so many years in a BSO group."""
    return factories.child(group, first_name, "", "Bakker", birth_date=today() - timedelta(days=years * 366))


def item(registration: BsoRegistration, code: str) -> UUID:
    """Return the id of a statement of the measurement."""
    return content_of(registration.version_id).milestones_by_code()[code].id


def scale(registration: BsoRegistration, code: str = "welbevinden") -> UUID:
    """Return the id of a scale of the measurement."""
    return next(each.id for each in content_of(registration.version_id).scales if each.code == code)


def answer(registration: BsoRegistration, code: str, value: int | None, by: User) -> None:
    """Give an answer of staff."""
    now = timezone.now()
    milestone_id = item(registration, code)
    save_answer(registration=registration, milestone_id=milestone_id, value=value, by=by, now=now, seen=None)


def fill_in(registration: BsoRegistration, by: User, value: int = 2, half_points: int = 7) -> None:
    """Fill in everything alike."""
    content = content_of(registration.version_id)
    for each in content.milestones.values():
        answer(registration, each.code, value, by)
    for rated in content.scales:
        save_point(registration=registration, scale_id=rated.id, half_points=half_points, by=by, seen=None)
