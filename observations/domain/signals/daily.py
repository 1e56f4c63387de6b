"""The signals about our own view: a registration that is too late, lines about which nothing was written for weeks.

Looked for once a day; twice on a day gives nothing more. What went by itself is closed, unless somebody took it up.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Max, Min, Q
from django.utils import timezone

from observations.domain.instruments.catalogue import InstrumentNotPublishedError, content_of, published_version
from observations.domain.periods.due import DEVELOPMENT_KINDS, Due, DueStatus, due_of
from observations.domain.periods.pinning import DEVELOPMENT_INSTRUMENT
from observations.domain.scoring.bands import TOP_AGE_MONTHS, age_in_months
from observations.domain.signals import detection
from observations.domain.signals.choices import RuleChoices, chosen_rules
from observations.domain.signals.raising import Finding, raise_signals, resolve_signals
from observations.domain.signals.rules import DAILY
from observations.models import NoteLine, Placement, Signal

# Children looked at together: few enough to keep memory flat in an organisation of twenty thousand.
_TOGETHER = 500


@dataclass(frozen=True)
class DayCounts:
    """How many signals a day's look left open, and how many it closed."""

    found: int = 0
    resolved: int = 0


@dataclass(frozen=True)
class _Present:
    """A child in a group whose development is followed, and since when it is here."""

    child_id: UUID
    birth_date: date
    here_since: date


def look_at_our_view(*, now: datetime) -> DayCounts:
    """Raise and close the day's signals of the organisation in scope. Children in other groups have none."""
    today = timezone.localdate(now)
    choices = chosen_rules()
    present = _present(today)
    found: set[UUID] = set()
    for children in _in_batches(present):
        findings = [*_overdue(children, choices, today), *_not_noted(children, choices, today, now)]
        found |= {signal.pk for signal in raise_signals(findings=findings, now=now)}
    opened = Signal.objects.filter(rule__in=DAILY).exclude(status=Signal.Status.CLOSED).exclude(pk__in=found)
    resolved = resolve_signals(signals=opened.filter(status=Signal.Status.NEW).order_by("pk"), now=now)
    opened.filter(status=Signal.Status.IN_DISCUSSION, faded_on__isnull=True).update(faded_on=today, updated_at=now)
    return DayCounts(len(found), resolved)


def _present(today: date) -> list[_Present]:
    placed = Placement.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today),
        begins_on__lte=today,
        is_main=True,
        group__kind__in=DEVELOPMENT_KINDS,
        child__archived_on__isnull=True,
    ).values_list("child_id", "child__birth_date")
    children = dict(placed.order_by("child_id"))
    since = Placement.objects.filter(child__in=children).values_list("child_id").annotate(first=Min("begins_on"))
    here_since = dict(since.order_by("child_id"))
    return [_Present(child_id, born, here_since[child_id]) for child_id, born in children.items()]


def _overdue(children: Collection[_Present], choices: RuleChoices, today: date) -> Iterator[Finding]:
    if not choices.is_on("registration_overdue"):
        return
    days = timedelta(days=choices.value("registration_overdue", "days"))
    due = due_of(child_ids=[child.child_id for child in children], today=today)
    for child_id, found in due.items():
        late = [item for item in found if item.status == DueStatus.LATE and item.due_until + days <= today]
        if late:
            yield Finding(child_id, "registration_overdue", _facts_of(min(late, key=lambda item: item.due_until)))


def _facts_of(due: Due) -> dict[str, object]:
    return {
        "kind": str(due.kind),
        "due_until": due.due_until.isoformat(),
        "period": str(due.period_id) if due.period_id else None,
        "age": due.planned_age_months,
        "extra": str(due.extra_id) if due.extra_id else None,
    }


def _not_noted(children: Collection[_Present], choices: RuleChoices, today: date, now: datetime) -> Iterator[Finding]:
    lines = _line_codes()
    if not choices.is_on("not_noted") or not lines:
        return
    weeks, least = choices.value("not_noted", "weeks"), choices.value("not_noted", "lines")
    since = today - timedelta(weeks=weeks)
    # Who came later than that cannot have been written about all that time; above seven the lines end.
    long_here = [
        child
        for child in children
        if child.here_since <= since and age_in_months(child.birth_date, today) < TOP_AGE_MONTHS
    ]
    last = _last_notes([child.child_id for child in long_here], since)
    closed = _last_closed([child.child_id for child in long_here])
    for child in long_here:
        noted = last.get(child.child_id, {})
        unnoted = detection.not_noted({code: noted.get(code) for code in lines}, since=since, lines=least)
        closed_at = closed.get(child.child_id)
        # What was closed is left in peace as long as the rule waits: a line more is no news every week. After that it
        # is asked again, also when nothing changed; the day it was closed makes it another matter.
        if unnoted and (closed_at is None or closed_at <= now - timedelta(weeks=weeks)):
            after = None if closed_at is None else timezone.localdate(closed_at).isoformat()
            facts = {"unnoted": list(unnoted), "weeks": weeks, "lines": least, "after": after}
            yield Finding(child.child_id, "not_noted", facts)


def _line_codes() -> list[str]:
    try:
        return list(content_of(published_version(DEVELOPMENT_INSTRUMENT).pk).lines)
    except InstrumentNotPublishedError:
        return []


def _last_notes(child_ids: Iterable[UUID], since: date) -> Mapping[UUID, Mapping[str, date]]:
    rows = NoteLine.objects.filter(note__child__in=list(child_ids), note__observed_on__gte=since)
    last = rows.values_list("note__child_id", "line__code").annotate(last=Max("note__observed_on"))
    found: defaultdict[UUID, dict[str, date]] = defaultdict(dict)
    for child_id, code, day in last.order_by("note__child_id", "line__code"):
        found[child_id][code] = day
    return found


def _last_closed(child_ids: Iterable[UUID]) -> Mapping[UUID, datetime]:
    """Return when somebody last closed such a signal of each child; what went by itself does not count."""
    closed = Signal.objects.filter(rule="not_noted", status=Signal.Status.CLOSED, child__in=list(child_ids))
    last = closed.exclude(outcome=Signal.Outcome.RESOLVED).values_list("child_id").annotate(last=Max("closed_at"))
    return dict(last.order_by("child_id"))


def _in_batches(children: list[_Present]) -> Iterator[list[_Present]]:
    for start in range(0, len(children), _TOGETHER):
        yield children[start : start + _TOGETHER]
