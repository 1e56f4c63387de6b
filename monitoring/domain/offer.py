"""What a viewer may choose from: the organisation's own instruments, periods, places and children (MON-1)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from monitoring.domain.measured import (
    GroupChoice,
    MeasuredInstrument,
    groups_within,
    home_languages_within,
    locations_within,
    used_instruments,
    with_periods,
)
from monitoring.domain.protection import MONITORING_MINIMUM


@dataclass(frozen=True)
class Offer:
    """All choices of one viewer. ``chosen`` is the instrument asked for, else the first, with its periods."""

    instruments: tuple[MeasuredInstrument, ...]
    chosen: MeasuredInstrument
    locations: tuple[tuple[UUID, str], ...]
    groups: tuple[GroupChoice, ...]
    home_languages: tuple[str, ...]
    within: frozenset[UUID] | None


def offer_for(*, wanted: str, within: Collection[UUID] | None, hides_small_numbers: bool, today: date) -> Offer | None:
    """Return what can be chosen within the locations in reach, or None when nothing was measured yet.

    ``wanted`` is the code of the instrument asked for, which need not exist. An instrument for following development
    comes before one of loose items.
    """
    instruments = sorted(used_instruments(), key=lambda each: (not each.has_bands, each.name))
    if not instruments:
        return None
    chosen = next((each for each in instruments if each.code == wanted), instruments[0])
    return Offer(
        instruments=tuple(instruments),
        chosen=with_periods(chosen, today=today),
        locations=tuple(locations_within(within)),
        groups=tuple(groups_within(within)),
        home_languages=tuple(home_languages_within(within, at_least=MONITORING_MINIMUM if hides_small_numbers else 1)),
        within=None if within is None else frozenset(within),
    )
