"""A child says itself how it is: begun by staff, open on one device, for one child and nothing else (BSO-1).

The device is the staff member's own: their session ends before the child's screens open. What opens them is a code that
works once and for half an hour; what keeps them open is a key in that browser, with which nothing can be done but
answer this one report. Codes and keys are kept as hashes.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from kijk.audit.domain import record
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import PLATFORM, current_organisation_id, tenant_scope
from kijk.tenancy.ids import uuid7
from observations.domain.bso.measuring import BsoRefused, lock_open
from observations.domain.bso.reading import CHILD_INSTRUMENT
from observations.domain.instruments.catalogue import MilestoneContent, content_of, published_version
from observations.domain.scoring.bands import age_in_months
from observations.domain.signals.raising import raise_signal
from observations.models import BsoAnswer, BsoRegistration, BsoSettings, InstrumentVersion, SelfReport

#: How long a code can be used, and how long a screen may be left.
CODE_LASTS = timedelta(minutes=30)
IDLE = timedelta(minutes=30)
#: Codes that do not work, from one network address in a quarter of an hour; after that none is looked at.
WRONG_CODES, WRONG_WINDOW = 20, timedelta(minutes=15)
_WRONG = "self_report.refused"


class SelfReportOver(Exception):
    """The child's screens are not, or no longer, open on this device."""


@dataclass(frozen=True)
class ChildKey:
    """What the child's browser keeps: which report, of which organisation, and the key that opens it."""

    organisation_id: UUID
    report_id: UUID
    key: str


@dataclass(frozen=True)
class ChildView:
    """How far a child is with its own view: answers of ``total``, when it was done, and whether it is busy now."""

    answered: int
    total: int
    finished_at: datetime | None
    busy: bool


@dataclass(frozen=True)
class Statements:
    """A child's own screens: the statements in order, and the answers given so far by code."""

    report: SelfReport
    items: tuple[MilestoneContent, ...]
    answers: Mapping[str, int | None]

    @property
    def first_name(self) -> str:
        """The one name the child's screens show."""
        return str(self.report.registration.child.file.first_name)

    @property
    def next_number(self) -> int:
        """The first statement without an answer, counted from 1; one more than there are when all have one."""
        open_ones = (number for number, item in enumerate(self.items, 1) if item.code not in self.answers)
        return next(open_ones, len(self.items) + 1)


def self_report_age() -> int:
    """Return from how many years a child fills in its own view here; one query."""
    found = BsoSettings.objects.values_list("self_report_from", flat=True).first()
    return BsoSettings.DEFAULT_AGE if found is None else found


def set_self_report_age(*, years: int) -> None:
    """Set from how many years a child fills in its own view: 7 to 12. Raises BsoRefused outside that."""
    if not BsoSettings.YOUNGEST <= years <= BsoSettings.OLDEST:
        raise BsoRefused(
            _("Kies een leeftijd van %(low)s tot en met %(high)s jaar.")
            % {"low": BsoSettings.YOUNGEST, "high": BsoSettings.OLDEST}
        )
    row, _made = BsoSettings.objects.get_or_create()
    row.self_report_from = years
    row.save(update_fields=["self_report_from"])
    record("bso.age_set", about=row, data={"years": years})


def is_old_enough(registration: BsoRegistration, *, on: date) -> bool:
    """Say whether the child has the age from which children fill in their own view here."""
    return age_in_months(registration.child.birth_date, on) >= 12 * self_report_age()


def start_self_report(*, registration: BsoRegistration, by: User, now: datetime, today: date) -> str:
    """Return a new one-time code for the child of an open measurement; an earlier one stops working.

    Raises BsoRefused when the measurement is closed or the child too young, InstrumentNotPublishedError.
    """
    locked = lock_open(registration)
    if not is_old_enough(locked, on=today):
        raise BsoRefused(_("Dit kind is nog geen %(years)s jaar.") % {"years": self_report_age()})
    SelfReport.objects.filter(registration=locked, ended_at__isnull=True).update(ended_at=now)
    code = secrets.token_urlsafe(24)
    made = SelfReport.objects.create(
        registration=locked,
        version=_version(locked),
        code_hash=_hash(code),
        started_by=by,
        made_at=now,
    )
    record("bso.self_started", about=locked, data={"report": str(made.pk)})
    return code


def child_view_of(registration: BsoRegistration, *, now: datetime) -> ChildView:
    """Return how far the child is with its own view; three queries."""
    answered = BsoAnswer.objects.filter(registration=registration, view=BsoAnswer.View.CHILD).count()
    reports = list(_reports_of(registration))
    version_id = reports[-1].version_id if reports else published_version(CHILD_INSTRUMENT).pk
    return ChildView(
        answered=answered,
        total=len(content_of(version_id).milestones),
        finished_at=next((row.ended_at for row in reversed(reports) if row.finished), None),
        busy=any(row.opened_at is not None and not _is_over(row, now) for row in reports),
    )


def may_try_code(*, origin: str, now: datetime) -> bool:
    """Say whether a code from this network address is still looked at; no scope may be open."""
    with tenant_scope(PLATFORM, origin=origin):
        wrong = AuditEvent.objects.filter(action=_WRONG, origin=origin, at__gt=now - WRONG_WINDOW)
        return wrong.count() < WRONG_CODES


def note_wrong_code(*, origin: str) -> None:
    """Write down that a code did not work, on the platform's own trail, which is the counter too; no scope open."""
    with tenant_scope(PLATFORM, origin=origin):
        record(_WRONG)


def find_code(code: str, *, now: datetime) -> SelfReport:
    """Return the report that a code opens; raises SelfReportOver. Needs the organisation's scope."""
    rows = SelfReport.objects.select_related("registration__child").filter(code_hash=_hash(code))
    found = rows.filter(opened_at__isnull=True, ended_at__isnull=True, made_at__gt=now - CODE_LASTS).first()
    if found is None or found.registration.status != BsoRegistration.Status.OPEN:
        raise SelfReportOver
    return found


def open_with_code(code: str, *, now: datetime) -> ChildKey:
    """Use up a code and return the key that keeps the child's screens open; raises SelfReportOver."""
    found = find_code(code, now=now)
    key = secrets.token_urlsafe(24)
    # Of two who use it at the same moment one gets in.
    unused = SelfReport.objects.filter(pk=found.pk, opened_at__isnull=True, ended_at__isnull=True)
    if unused.update(opened_at=now, last_active_at=now, key_hash=_hash(key)) != 1:
        raise SelfReportOver
    record("self_report.opened", about=found.registration)
    return ChildKey(current_organisation_id(), found.pk, key)


def statements_for(key: ChildKey, *, now: datetime) -> Statements:
    """Return the child's screens that a key opens, and note that the child is there; raises SelfReportOver."""
    rows = SelfReport.objects.select_related("registration__child")
    found = rows.filter(pk=key.report_id, key_hash=_hash(key.key), opened_at__isnull=False).first()
    if found is None or _is_over(found, now) or found.registration.status != BsoRegistration.Status.OPEN:
        raise SelfReportOver
    SelfReport.objects.filter(pk=found.pk, last_active_at__lt=now).update(last_active_at=now)
    given = BsoAnswer.objects.filter(registration=found.registration, view=BsoAnswer.View.CHILD)
    answers = dict(given.values_list("milestone__code", "value"))
    items = tuple(item for line in content_of(found.version_id).lines.values() for item in line.milestones)
    return Statements(found, items, answers)


def give_answer(statements: Statements, *, number: int, value: int | None, now: datetime) -> None:
    """Keep the child's answer to a statement, counted from 1; None is "weet ik niet". Again replaces it.

    Raises BsoRefused for a statement or an answer there is not, and when the measurement was closed meanwhile.
    """
    locked = lock_open(statements.report.registration)
    if not 1 <= number <= len(statements.items) or (value is not None and value not in BsoAnswer.Value.values):
        raise BsoRefused(_("Dit antwoord kennen we niet."))
    item = statements.items[number - 1]
    BsoAnswer.objects.bulk_create(
        [
            BsoAnswer(
                registration=locked,
                view=BsoAnswer.View.CHILD,
                milestone_id=item.id,
                value=value,
                answered_at=now,
            )
        ],
        update_conflicts=True,
        unique_fields=["organisation", "registration", "view", "milestone"],
        update_fields=["value", "answered_at"],
    )
    record("self_report.answered", about=locked, data={"milestone": item.code})


def wish_to_talk(statements: Statements, *, now: datetime) -> None:
    """Tell the mentor that the child wants to talk to somebody: a signal that needs somebody first (BSO-1)."""
    registration = statements.report.registration
    # Each time is one of its own: a wish after the last one was dealt with is a new wish.
    raise_signal(child=registration.child, rule="talk_wish", facts={"entry": str(uuid7())}, now=now)
    record("self_report.talk_wish", about=registration)


def finish(statements: Statements, *, now: datetime) -> None:
    """End the child's screens: it is done, and its key opens nothing any more."""
    SelfReport.objects.filter(pk=statements.report.pk).update(ended_at=now, finished=True)
    record("self_report.finished", about=statements.report.registration, data={"answers": len(statements.answers)})


def _reports_of(registration: BsoRegistration) -> QuerySet[SelfReport]:
    """Return the reports of a measurement in whatever version of it they were made, the first one first."""
    same = {"registration__child": registration.child_id, "registration__observed_on": registration.observed_on}
    return SelfReport.objects.filter(**same).order_by("made_at")


def _version(registration: BsoRegistration) -> InstrumentVersion:
    """Return the version the child began with, so that its answers stay together; else the one published last."""
    earlier = _reports_of(registration).select_related("version").first()
    version: InstrumentVersion = earlier.version if earlier else published_version(CHILD_INSTRUMENT)
    return version


def _is_over(report: SelfReport, now: datetime) -> bool:
    return report.ended_at is not None or report.last_active_at is None or now - report.last_active_at >= IDLE


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
