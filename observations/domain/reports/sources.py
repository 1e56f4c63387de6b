"""What reports are made from: closed registrations, their answers, and who the child is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from kijk.pdf.characters import on_paper
from licensing.domain import current_organisation
from observations.models import Answer, Child, Registration

Values = Mapping[str, int]


@dataclass(frozen=True, repr=False)
class Head:
    """What stands at the top of every report about a child. ``period`` is "" for a registration outside one."""

    name: str
    first_name: str
    birth_date: date
    organisation: str
    location: str
    group: str
    period: str
    registered_on: date
    made_on: date


def reportable(**wanted: object) -> QuerySet[Registration]:
    """Return the registrations a report can be made of: closed, the last revision, of all lines; newest first."""
    rows = Registration.objects.filter(
        status=Registration.Status.CLOSED, superseded=False, extra__isnull=True, **wanted
    )
    found = rows.select_related("child", "version", "period", "group", "group__location")
    return found.order_by("-registered_on", "-revision")


def is_reportable(registration: Registration) -> bool:
    """Say of a registration that was read before whether it is among ``reportable``."""
    closed = registration.status == Registration.Status.CLOSED
    return closed and not registration.superseded and registration.extra_id is None


def latest_of(registration: Registration) -> Registration | None:
    """Return the revision of a registration that counts, itself or a later one; None while none is closed."""
    same = reportable(child=registration.child_id, version=registration.version_id)
    return same.filter(registered_on=registration.registered_on).first()


def earlier_of(registration: Registration) -> Registration | None:
    """Return the child's registration before this one with the same instrument, whatever its version, or None."""
    before = reportable(child=registration.child_id, version__instrument=registration.version.instrument_id)
    return before.filter(registered_on__lt=registration.registered_on).first()


def values_of(registration: Registration | None) -> Values:
    """Return ``Answer.Value`` by milestone code; {} for no registration."""
    if registration is None:
        return {}
    return dict(Answer.objects.filter(registration=registration).values_list("milestone__code", "value"))


def points_of(registration: Registration) -> dict[UUID, int]:
    """Return the doubled points (2 to 10) by scale id."""
    return dict(registration.scale_scores.values_list("scale_id", "half_points"))


def head_of(registration: Registration, *, today: date) -> Head:
    """Return the head of a report about a registration, which comes with child, group, location and period."""
    child: Child = registration.child
    file, group = child.file, registration.group
    return Head(
        name=on_paper(str(file)),
        first_name=on_paper(file.first_name),
        birth_date=child.birth_date,
        organisation=on_paper(current_organisation().name),
        location=on_paper(group.location.name),
        group=on_paper(group.name),
        period=on_paper(registration.period.name) if registration.period else "",
        registered_on=registration.registered_on,
        made_on=today,
    )
