"""Raising signals: one open signal for a child, a rule and a line; the same again brings its facts up to date.

What was closed stays closed: the same facts do not raise it again, a new registration can (DOMAIN "Signals").
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from kijk.audit.domain import record
from observations.domain.signals.at_registration import Found, child_rules_looked_at, findings_of
from observations.domain.signals.rules import AT_REGISTRATION, RETIRED, rule_of
from observations.models import Child, Line, LineResult, Registration, Signal

# Codes, ids, days and numbers in words are short: a text about a child never fits, and never belongs here.
_LONGEST_CODE = 64

Facts = Mapping[str, Any]
_Key = tuple[UUID, str, UUID | None]


@dataclass(frozen=True)
class Finding:
    """What a rule noticed: of which child, on which line (None: of the child as a whole), and by which facts."""

    child_id: UUID
    rule: str
    facts: Facts = field(default_factory=lambda: MappingProxyType({}))
    line_id: UUID | None = None
    registration: Registration | None = None

    @property
    def key(self) -> _Key:
        """What there is one open signal of."""
        return self.child_id, self.rule, self.line_id


def raise_signal(
    *,
    child: Child,
    rule: str,
    line: Line | None = None,
    registration: Registration | None = None,
    facts: Facts,
    now: datetime,
) -> Signal:
    """Raise a signal and return it: a new one, the open one with its facts brought up to date, or the closed one.

    ``facts`` holds numbers, codes, ids and days (ISO), alone or in lists. Raises ValueError for a rule there is not and
    for a text among the facts.
    """
    line_id = None if line is None else line.pk
    return raise_signals(findings=[Finding(child.pk, rule, facts, line_id, registration)], now=now)[0]


def raise_signals(*, findings: Sequence[Finding], now: datetime) -> list[Signal]:
    """Raise the signal of each finding, in as many queries as for one, and return them in the same order.

    Two people at once raise one: the children are locked until the transaction ends.
    """
    for finding in findings:
        rule_of(finding.rule)
        _check_facts(finding.facts)
    if not findings:
        return []
    children = {finding.child_id for finding in findings}
    _lock(children)
    opened, closed = _known(children, {finding.rule for finding in findings})
    signals: list[Signal] = []
    new: dict[_Key, Signal] = {}
    for finding in findings:
        found = opened.get(finding.key) or new.get(finding.key)
        last = closed.get(finding.key)
        if found is not None:
            _bring_up_to_date(found, finding, now)
        elif last is not None and _is_same(last, finding):
            found = last
        else:
            found = new[finding.key] = _new(finding, now)
        signals.append(found)
    Signal.objects.bulk_create(new.values())
    for signal in new.values():
        record("signal.raised", about=signal, data=_data(signal))
    return signals


def signals_after_closing(
    *, registration: Registration, results: Collection[LineResult], now: datetime
) -> list[Signal]:
    """Raise the signals that a registration gives when it is closed, and let fade what it no longer gives.

    ``registration`` comes with its child and group; ``results`` are what its lines came to. A line that was not
    registered, or not seen enough, lets nothing fade: what was not looked at is not over.
    """
    found = _without_told(registration.child_id, findings_of(registration, results=results))
    findings = [
        Finding(registration.child_id, finding.rule, finding.facts, finding.line_id, registration) for finding in found
    ]
    raised = raise_signals(findings=findings, now=now)
    _fade(registration, results, keep={signal.pk for signal in raised}, now=now)
    return raised


def _without_told(child_id: UUID, found: Collection[Found]) -> list[Found]:
    """Leave out what another signal tells already, except where one of its own is open: that goes on."""
    told = {finding.rule for finding in found if finding.is_told}
    if not told:
        return list(found)
    opened = Signal.objects.filter(child=child_id, rule__in=told).exclude(status=Signal.Status.CLOSED)
    known = set(opened.values_list("rule", "line_id"))
    return [finding for finding in found if not finding.is_told or (finding.rule, finding.line_id) in known]


def resolve_signals(*, signals: Iterable[Signal], now: datetime) -> int:
    """Close signals that went by themselves and that nobody took up yet; return how many."""
    gone = list(signals)
    for signal in gone:
        signal.status, signal.outcome = Signal.Status.CLOSED, Signal.Outcome.RESOLVED
        signal.closed_at = signal.updated_at = now
        record("signal.resolved", about=signal, data=_data(signal))
    return Signal.objects.bulk_update(gone, ["status", "outcome", "closed_at", "updated_at"], batch_size=500)


def _lock(child_ids: Collection[UUID]) -> None:
    rows = Child.objects.select_for_update(no_key=True).filter(pk__in=child_ids).order_by("pk")
    list(rows.values_list("pk", flat=True))


def _known(child_ids: Collection[UUID], rules: Collection[str]) -> tuple[dict[_Key, Signal], dict[_Key, Signal]]:
    """Return the open signals, and of those without one the last that was closed, by key."""
    rows = Signal.objects.filter(child_id__in=child_ids, rule__in=rules).select_related("registration")
    opened: dict[_Key, Signal] = {}
    closed: dict[_Key, Signal] = {}
    for signal in rows.order_by("closed_at", "pk"):
        into = closed if signal.status == Signal.Status.CLOSED else opened
        into[signal.child_id, signal.rule, signal.line_id] = signal
    return opened, closed


def _new(finding: Finding, now: datetime) -> Signal:
    return Signal(
        child_id=finding.child_id,
        rule=finding.rule,
        line_id=finding.line_id,
        registration=finding.registration,
        facts=dict(finding.facts),
        priority=rule_of(finding.rule).priority,
        raised_at=now,
        updated_at=now,
    )


def _bring_up_to_date(signal: Signal, finding: Finding, now: datetime) -> None:
    registration_id = None if finding.registration is None else finding.registration.pk
    same = signal.facts == dict(finding.facts) and signal.registration_id == registration_id
    if same and signal.faded_on is None:
        return
    signal.facts, signal.registration, signal.faded_on = dict(finding.facts), finding.registration, None
    signal.updated_at = now
    signal.save(update_fields=["facts", "registration", "faded_on", "updated_at"])
    record("signal.updated", about=signal, data=_data(signal))


def _is_same(closed: Signal, finding: Finding) -> bool:
    """Say whether a finding tells nothing that was not on the table when the signal was closed.

    A registration that was opened again and closed with the same facts is the same registration.
    """
    return closed.facts == dict(finding.facts) and _moment(closed.registration) == _moment(finding.registration)


def _moment(registration: Registration | None) -> tuple[UUID, date] | None:
    return None if registration is None else (registration.version_id, registration.registered_on)


def _fade(registration: Registration, results: Collection[LineResult], *, keep: set[UUID], now: datetime) -> None:
    """Mark the open signals of earlier registrations that this one looked at and did not give.

    What a rule gave that gives nothing any more, and nobody took up, is closed: nobody has to clear it away.
    """
    opened = Signal.objects.filter(
        child_id=registration.child_id, rule__in=AT_REGISTRATION | RETIRED.keys(), faded_on__isnull=True
    ).exclude(status=Signal.Status.CLOSED)
    waiting = list(opened.exclude(pk__in=keep))
    if not waiting:
        return
    seen = {result.line_id for result in results if result.developmental_age is not None}
    looked_at = child_rules_looked_at(registration, results=results)
    over = [
        signal for signal in waiting if signal.line_id in seen or (signal.line_id is None and signal.rule in looked_at)
    ]
    resolve_signals(signals=[signal for signal in over if _is_of_the_past(signal)], now=now)
    for signal in over:
        if signal.status != Signal.Status.CLOSED:
            signal.faded_on, signal.updated_at = registration.registered_on, now
            signal.save(update_fields=["faded_on", "updated_at"])
            record("signal.faded", about=signal, data=_data(signal))


def _is_of_the_past(signal: Signal) -> bool:
    return signal.rule in RETIRED and signal.status == Signal.Status.NEW


def _data(signal: Signal) -> dict[str, str]:
    return {"child": str(signal.child_id), "rule": signal.rule}


def _check_facts(facts: Facts) -> None:
    for name, value in facts.items():
        for part in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(part, str) and (len(part) > _LONGEST_CODE or " " in part.strip() or "\n" in part):
                raise ValueError(f"the fact {name!r} is a text, and not a number, a code or a day")
            if part is not None and not isinstance(part, (str, int, float, bool)):
                raise ValueError(f"the fact {name!r} is of a kind that cannot be kept: {type(part).__name__}")
