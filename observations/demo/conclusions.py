"""The conclusion under a registration, chosen by what its results show."""

from collections.abc import Collection, Mapping
from functools import cache
from random import Random

from observations.demo.data_files import read_data
from observations.demo.development import Ladder
from observations.domain.scoring.bands import LineScore, Outcome

_BEHIND = {Outcome.ATTENTION, Outcome.CONCERN}
#: Which conclusion fits when all lines that need attention lie in these areas, the first one among them.
_BY_AREA = {
    "language": ("taal", "waarneming"),
    "motor": ("motoriek",),
    "social": ("sociaal-emotioneel", "spel"),
}
_MOST_NAMED = 3
#: From so many lines on it is about the child as a whole.
_BROAD_FROM, _AHEAD_FROM, _UNSEEN_FROM = 5, 4, 3


def conclude(
    scores: Mapping[str, LineScore], ladder: Ladder, *, first_name: str, earlier: Collection[str], chance: Random
) -> str:
    """Return a conclusion in words that agrees with the results of the lines, other words than ``earlier`` ones."""
    kind, lines = _kind_of(scores, ladder)
    texts = _texts()
    choices = texts[kind] + (texts["grown"] if kind == "steady" and earlier else [])
    named = [ladder.names[line].lower() for line in lines[:_MOST_NAMED]]
    written = [text.replace("{naam}", first_name).replace("{lijnen}", _joined(named)) for text in choices]
    return chance.choice([text for text in written if text not in earlier] or written)


@cache
def _texts() -> Mapping[str, list[str]]:
    texts: Mapping[str, list[str]] = read_data("conclusions")
    return texts


def _kind_of(scores: Mapping[str, LineScore], ladder: Ladder) -> tuple[str, list[str]]:
    """Return the kind of conclusion and the lines it is about, the most telling first."""
    behind = sorted(_lines(scores, _BEHIND), key=lambda line: scores[line].difference or 0)
    ahead = sorted(_lines(scores, {Outcome.AHEAD}), key=lambda line: -(scores[line].difference or 0))
    unseen = _lines(scores, {Outcome.INSUFFICIENT})
    if len(behind) >= _BROAD_FROM:
        return "broad", behind
    if behind:
        return _kind_by_area({ladder.areas[line] for line in behind}), behind
    if len(unseen) >= _UNSEEN_FROM:
        return "unseen", unseen
    return ("ahead", ahead) if len(ahead) >= _AHEAD_FROM else ("steady", [])


def _kind_by_area(areas: set[str]) -> str:
    return next((kind for kind, own in _BY_AREA.items() if own[0] in areas and areas <= set(own)), "some")


def _lines(scores: Mapping[str, LineScore], wanted: set[Outcome]) -> list[str]:
    return [line for line, score in scores.items() if score.outcome in wanted]


def _joined(names: list[str]) -> str:
    return " en ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
