"""Which reports there are to make, and how far they are: of one child, and of a group."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from observations.domain.reports.group import children_of_group
from observations.domain.reports.sources import is_reportable, reportable
from observations.models import Child, Group, Registration, ReportPreparation

Kind = ReportPreparation.Kind


@dataclass(frozen=True)
class ReportRow:
    """A registration of a child, and what was written for its reports. ``period`` is "" outside a period."""

    registration_id: UUID
    registered_on: date
    period: str
    is_ready: bool
    talk_on: date | None
    transfer_written: bool


@dataclass(frozen=True, repr=False)
class GroupReportRow:
    """A child of a group and how far its report for parents is; without a registration there is none to make.

    ``number`` is its place in the list, which names its file in the group's archive.
    """

    number: int
    child_id: UUID
    name: str
    registration_id: UUID | None
    registered_on: date | None
    is_ready: bool
    talk_on: date | None


def reports_of_child(child: Child) -> list[ReportRow]:
    """Return the registrations of which reports can be made, newest first; two queries."""
    # Of what a report needs of a registration a list needs the period only.
    registrations = list(reportable(child=child).select_related(None).select_related("period"))
    written = _written(registrations)
    return [_row(registration, written) for registration in registrations]


def last_report_of(registrations: Iterable[Registration]) -> ReportRow | None:
    """Return the last of a child's registrations, read before and newest first, that reports are made of. One query."""
    last = next(filter(is_reportable, registrations), None)
    return _row(last, _written([last])) if last else None


def children_with_reports(group: Group, *, today: date) -> list[GroupReportRow]:
    """Return the children of a group in their order, each with its last registration; four queries and the keys."""
    children = children_of_group(group, today=today)
    written = _written(child.registration for child in children if child.registration is not None)
    rows = []
    for number, child in enumerate(children, start=1):
        row = _row(child.registration, written) if child.registration else None
        rows.append(
            GroupReportRow(
                number=number,
                child_id=child.pk,
                name=child.name,
                registration_id=row.registration_id if row else None,
                registered_on=row.registered_on if row else None,
                is_ready=row.is_ready if row else False,
                talk_on=row.talk_on if row else None,
            )
        )
    return rows


_Key = tuple[UUID, date, str]


def _written(registrations: Iterable[Registration]) -> dict[_Key, ReportPreparation]:
    children = {registration.child_id for registration in registrations}
    rows = ReportPreparation.objects.filter(child__in=children)
    return {(row.child_id, row.registered_on, row.kind): row for row in rows}


def _row(registration: Registration, written: dict[_Key, ReportPreparation]) -> ReportRow:
    child_id, on = registration.child_id, registration.registered_on
    parents, transfer = written.get((child_id, on, Kind.PARENTS)), written.get((child_id, on, Kind.TRANSFER))
    return ReportRow(
        registration_id=registration.pk,
        registered_on=on,
        period=registration.period.name if registration.period else "",
        is_ready=bool(parents and parents.texts.conclusion),
        talk_on=parents.talk_on if parents else None,
        transfer_written=transfer is not None,
    )
