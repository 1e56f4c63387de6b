"""How an invented child develops: for each line a level in months that grows with age, with its own pace.

Pure, and no science: it has to look like a group of children, in which lines go together, most are on course, some
are ahead or behind, and a few learn Dutch late and catch up. A child's level on a line is its age, plus what the
child, the area and the line add (in spreads that widen with age), less a gap in language that closes. A milestone
is secure from the level the child needs for it, which lies around its typical age, and emerging some time before.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from observations.demo.chance import bounded, stream
from observations.domain.instruments.spec import InstrumentSpec
from observations.domain.scoring.bands import LineScore, Score
from observations.domain.scoring.rules import SCORING_RULES

_RULE = SCORING_RULES["developmental_age"]

#: Shares of child, area and line in how far a level lies from the age; their squares add up to 1.
_CHILD_SHARE, _AREA_SHARE, _LINE_SHARE = 0.76, 0.48, 0.44
#: How much of a language gap shows on which line; the rest has none.
_GAP_ON_LINE = {"mondelinge-taal": 1.0, "geletterdheid": 0.6, "auditieve-waarneming": 0.5, "tijd": 0.3}
#: A language gap halves in so many months with us.
_GAP_HALVES_IN = 11.0
#: Being born early shows less and less, and at thirty months no more.
_EARLY_UNTIL = 30.0
#: Lines of which staff see less, so that more of it stays unseen.
_SELDOM_SEEN = {"tijd": 1.6, "geletterdheid": 1.3, "auditieve-waarneming": 1.4, "gecijferdheid": 1.2}


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone as the model sees it: the level at which half of the children have it, in months, and its width."""

    code: str
    band: int
    centre: float
    width: float


@dataclass(frozen=True)
class Ladder:
    """The milestones of an instrument by line and band, the area of each line, and the scales with their kinds."""

    lines: Mapping[str, Mapping[int, tuple[Step, ...]]]
    areas: Mapping[str, str]
    names: Mapping[str, str]
    scales: Mapping[str, str]


@dataclass(frozen=True)
class Circumstances:
    """What is known of a child beforehand. Ages in months; ``came_at`` is the age on the first day."""

    other_language: bool
    came_at: float
    weeks_early: int
    half_days: int


@dataclass(frozen=True)
class Development:
    """One child's course. ``add`` is in spreads by line, ``needs`` the level at which each milestone is secure."""

    add: Mapping[str, float]
    drift: Mapping[str, float]
    needs: Mapping[str, float]
    gap: float
    came_at: float
    months_early: float
    unseen: float
    mood: float

    def level(self, line: str, age: float) -> float:
        """Return the level on a line at an age, both in months."""
        add = self.add[line] + self.drift[line] * (age - 24) / 24
        early = self.months_early * max(0.0, 1 - age / _EARLY_UNTIL)
        return age - early + _spread(age) * add - self._gap_at(line, age)

    def shows(self, step: Step, level: float) -> Score:
        """Return what one would see of a milestone at a level, were it looked at well."""
        need = self.needs[step.code]
        if level >= need:
            return Score.SECURE
        return Score.EMERGING if level >= need - step.width else Score.NOT_YET

    def _gap_at(self, line: str, age: float) -> float:
        share = _GAP_ON_LINE.get(line, 0.0)
        months = max(0.0, age - self.came_at)
        closed = math.pow(0.5, months / _GAP_HALVES_IN)
        return self.gap * share * bounded(age / 30, 0, 1) * closed


def ladder_of(spec: InstrumentSpec) -> Ladder:
    """Return the milestones of an instrument with bands as the model takes them."""
    lines: dict[str, dict[int, tuple[Step, ...]]] = {}
    areas, names = {}, {}
    for area in spec.areas:
        for line in area.lines:
            areas[line.code], names[line.code] = area.code, line.name
            bands: dict[int, list[Step]] = {}
            for item in line.milestones:
                months = item.typical_to - item.typical_from
                centre = item.typical_from + 0.7 * months
                bands.setdefault(item.band, []).append(Step(item.code, item.band, centre, max(1.0, 0.5 * months)))
            lines[line.code] = {band: tuple(steps) for band, steps in bands.items()}
    return Ladder(lines, areas, names, {scale.code: scale.kind for scale in spec.scales})


def draw_development(ladder: Ladder, given: Circumstances, chance: Random) -> Development:
    """Draw a child's course."""
    child = chance.gauss(-0.1, 1)
    # A few for whom development takes more time altogether.
    if chance.random() < 0.07:
        child -= chance.uniform(1.5, 2.8)
    areas = {area: chance.gauss(0, 1) for area in dict.fromkeys(ladder.areas.values())}
    add = {
        line: _CHILD_SHARE * child + _AREA_SHARE * areas[area] + _LINE_SHARE * chance.gauss(0, 1)
        for line, area in ladder.areas.items()
    }
    needs = {
        step.code: step.centre + chance.gauss(0, 0.32 * step.width)
        for bands in ladder.lines.values()
        for steps in bands.values()
        for step in steps
    }
    return Development(
        add=add,
        drift={line: chance.gauss(0, 0.35) for line in ladder.areas},
        needs=needs,
        gap=_draw_gap(given, chance),
        came_at=given.came_at,
        months_early=given.weeks_early / 4.35,
        unseen=bounded(chance.gauss(0.05, 0.025) + (0.03 if given.half_days <= 3 else 0), 0.01, 0.16),
        mood=bounded(chance.gauss(7.6, 1.3), 3, 10),
    )


def _draw_gap(given: Circumstances, chance: Random) -> float:
    """Return the months a child lags in Dutch on its first day: many who speak another language, few who do not."""
    likely = 0.6 if given.other_language else 0.04
    months = chance.triangular(5, 18, 10)
    return months if chance.random() < likely else 0.0


def _spread(age: float) -> float:
    """Return how far children of an age lie apart on one line, as a standard deviation in months."""
    return bounded(0.9 + 0.105 * age, 1.0, 6.2)


def register_lines(
    development: Development, ladder: Ladder, *, age: float, scoring_age: Fraction, chance: Random
) -> dict[str, dict[int, list[Score]]]:
    """Return the answers of one registration by line and band: all that the screen would have asked.

    ``age`` is the calendar age in months, ``scoring_age`` the one to score with. Staff do not see everything, and
    now and then they saw hardly anything of a line.
    """
    return {
        line: _register_line(development, line, bands, age=age, scoring_age=scoring_age, chance=chance)
        for line, bands in ladder.lines.items()
    }


def _register_line(
    development: Development,
    line: str,
    bands: Mapping[int, tuple[Step, ...]],
    *,
    age: float,
    scoring_age: Fraction,
    chance: Random,
) -> dict[int, list[Score]]:
    level = development.level(line, age)
    unseen = development.unseen * _SELDOM_SEEN.get(line, 1.0)
    if chance.random() < 0.045:
        unseen = chance.uniform(0.4, 0.8)
    given: dict[int, list[Score]] = {}
    while True:
        shown = _RULE.bands_to_show(given, age_months=scoring_age)
        asked = [band for band in shown if band not in given]
        if not asked:
            return {band: given[band] for band in sorted(given)}
        for band in asked:
            given[band] = [_answer(development.shows(step, level), unseen, chance) for step in bands[band]]


def _answer(shows: Score, unseen: float, chance: Random) -> Score:
    """Return what staff answer: what the child shows, unless they did not see it or took it a step differently."""
    drawn = chance.random()
    if drawn < unseen:
        return Score.NOT_OBSERVED
    if drawn > 0.985 and shows is not Score.NOT_YET:
        return Score(shows - 1)
    if drawn > 0.97 and shows is Score.EMERGING:
        return Score.SECURE
    return shows


def scores_of(answers: Mapping[str, Mapping[int, list[Score]]], *, scoring_age: Fraction) -> dict[str, LineScore]:
    """Return the result of each line, by the product's own rule."""
    return {line: _RULE.score(bands, age_months=scoring_age) for line, bands in answers.items()}


def score_scales(development: Development, ladder: Ladder, chance: Random) -> dict[str, int]:
    """Return a point on each five-point scale, doubled: 2 to 10."""
    day = chance.gauss(0, 0.5)
    return {scale: round(bounded(development.mood + day + chance.gauss(0, 0.8), 2, 10)) for scale in ladder.scales}


def circumstances_stream(seed: int, organisation: str, child: int) -> Random:
    """Return the stream from which a child's course is drawn."""
    return stream(seed, organisation, child, "development")
