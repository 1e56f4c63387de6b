"""The conclusion under a registration, chosen by what its results show."""

from collections.abc import Iterable, Mapping
from functools import cache
from random import Random

from observations.demo.data_files import read_data
from observations.demo.development import Ladder
from observations.domain.scoring import Outcome

_BEHIND = {Outcome.ATTENTION, Outcome.CONCERN}
#: Which conclusion fits when all lines that need attention lie in these areas.
_BY_AREA = {
    "language": {"taal", "waarneming"},
    "motor": {"motoriek"},
    "social": {"sociaal-emotioneel", "spel"},
}
_MOST_NAMED = 3


def conclude(outcomes: Mapping[str, Outcome], ladder: Ladder, *, first_name: str, chance: Random) -> str:
    """Return a conclusion in words that agrees with the classes of the lines."""
    kind, lines = _kind_of(outcomes, ladder)
    text: str = chance.choice(_texts()[kind])
    named = [ladder.names[line].lower() for line in lines[:_MOST_NAMED]]
    return text.replace("{naam}", first_name).replace("{lijnen}", _joined(named))


@cache
def _texts() -> Mapping[str, list[str]]:
    texts: Mapping[str, list[str]] = read_data("conclusions")
    return texts


def _kind_of(outcomes: Mapping[str, Outcome], ladder: Ladder) -> tuple[str, list[str]]:
    """Return the kind of conclusion, and the lines it is about."""
    behind = _lines(outcomes, _BEHIND)
    ahead, unseen = _lines(outcomes, {Outcome.AHEAD}), _lines(outcomes, {Outcome.INSUFFICIENT})
    if len(behind) >= 5:
        return "broad", behind
    if behind:
        areas = {ladder.areas[line] for line in behind}
        return next((kind for kind, own in _BY_AREA.items() if areas <= own), "some"), behind
    if len(unseen) >= 3:
        return "unseen", unseen
    return ("ahead", ahead) if len(ahead) >= 4 else ("steady", [])


def _lines(outcomes: Mapping[str, Outcome], wanted: Iterable[Outcome]) -> list[str]:
    return [line for line, outcome in outcomes.items() if outcome in wanted]


def _joined(names: list[str]) -> str:
    return " en ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
