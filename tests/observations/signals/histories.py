"""Closed registrations in which a child's lines reach as far as a test says."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from uuid import UUID

from observations.domain.instruments.catalogue import InstrumentContent
from observations.domain.registering.history import HistoricRegistration, load_history
from observations.domain.signals.raising import signals_after_closing
from observations.models import Answer, Child, InstrumentVersion, LineResult, Registration, Signal
from tests.observations.conftest import Nursery

#: The child of the nursery is born on 20 September 2023: 38 months on this day, 31 on the earlier one.
NOW_ON, BEFORE = date(2026, 11, 20), date(2026, 4, 20)
MOMENT = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)


def reaching(content: InstrumentContent, lines: Mapping[str, int]) -> dict[UUID, int]:
    """Return answers by which each line reaches just the end of a band: secure there, not yet in the next two."""
    return {
        item.id: Answer.Value.SECURE if band == reached else Answer.Value.NOT_YET
        for code, reached in lines.items()
        for band in (reached, reached + 1, reached + 2)
        for item in content.lines[code].bands[band]
    }


def closed(
    nursery: Nursery,
    answers: Mapping[UUID, int],
    *,
    on: date = NOW_ON,
    child: Child | None = None,
    scales: Mapping[str, int] | None = None,
) -> Registration:
    """Make a closed registration; ``scales`` holds doubled points by the kind of scale."""
    found = {scale.kind: scale.id for scale in nursery.content.scales}
    historic = HistoricRegistration(
        child=child or nursery.child,
        version=InstrumentVersion.objects.get(pk=nursery.content.version_id),
        group=nursery.group,
        registered_on=on,
        closed_at=datetime.combine(on, time(16), tzinfo=UTC),
        answers=answers,
        scale_scores={found[kind]: points for kind, points in (scales or {}).items()},
    )
    load_history([historic])
    rows = Registration.objects.select_related("child", "group")
    return rows.get(child=historic.child, registered_on=on, version=historic.version)


def signals_of(registration: Registration, now: datetime = MOMENT) -> list[Signal]:
    """Raise the signals of a registration, as closing it does."""
    results = list(LineResult.objects.filter(registration=registration).order_by("line__position"))
    return signals_after_closing(registration=registration, results=results, now=now)


def codes(signals: list[Signal]) -> list[str]:
    """Return the rules of signals, sorted."""
    return sorted(signal.rule for signal in signals)
