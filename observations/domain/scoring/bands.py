"""The developmental age of a development line: one pure rule, in exact arithmetic.

Source: requirement REG-5; the rule and the choices it left open are argued in
docs/decisions/0007-scoring-rule.md. Nothing here is a norm: every number below is a default of
``Thresholds`` that a setting can replace.

Words and units. A line has 14 age bands of six months: band ``b`` covers the ages from 6(b-1)
up to, not including, 6b months. All ages, developmental ages and differences are in months, as
``Fraction``; means, shares and coverage are fractions of 1. *Observed* means that a milestone
has a score other than ``NOT_OBSERVED``; what was not observed is never counted as a failure.
*Shown* are the bands that were on the screen: for a fair result they are what
``bands_to_show`` gives. A screen's unanswered milestones are scored as ``NOT_OBSERVED``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from fractions import Fraction
from math import floor
from typing import NamedTuple

BAND_MONTHS = 6
BAND_COUNT = 14
TOP_AGE_MONTHS = BAND_MONTHS * BAND_COUNT

PRETERM_BELOW_WEEKS = 37
TERM_WEEKS = 40
PLAUSIBLE_GESTATION_WEEKS = (20, 46)
# The mean Gregorian month, 365.25 / 12 = 30.4375 days, for data that holds an age in days only.
DAYS_PER_MONTH = Fraction(487, 16)


class Score(IntEnum):
    """The four answers to a milestone, as stored in the database.

    Beware: the integers are codes, not amounts. Never add or compare them; use ``points``.
    """

    NOT_YET = 0
    EMERGING = 1
    SECURE = 2
    NOT_OBSERVED = 3

    @property
    def points(self) -> Fraction | None:
        """0, 1/2 or 1; None when the milestone was not observed."""
        return _POINTS[self]


_POINTS: Mapping[Score, Fraction | None] = {
    Score.NOT_YET: Fraction(0),
    Score.EMERGING: Fraction(1, 2),
    Score.SECURE: Fraction(1),
    Score.NOT_OBSERVED: None,
}


class Outcome(StrEnum):
    """The class of a line's result. ``NONE``: this rule gives this child no class at all."""

    AHEAD = "ahead"
    ON_COURSE = "on_course"
    ATTENTION = "attention"
    CONCERN = "concern"
    INSUFFICIENT = "insufficient"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The settings of the rule with their defaults. Raises ValueError when they contradict."""

    #: Share of a band's milestones that must be observed for the band to count.
    counted_share: Fraction = Fraction(1, 2)
    #: Mean score from which a band is secure.
    secure_mean: Fraction = Fraction(4, 5)
    #: Mean score of the band above the basal band from which the one above that adds as well.
    second_band_from: Fraction = Fraction(1, 2)
    #: Coverage under which there is no number.
    sufficient_coverage: Fraction = Fraction(3, 5)
    #: Class limits, difference with the calendar age in months, each limit inside its class.
    ahead_from: Fraction = Fraction(6)
    attention_to: Fraction = Fraction(-6)
    concern_to: Fraction = Fraction(-12)
    #: Registrations closer together than this, in months, give no growth.
    growth_months_apart: Fraction = Fraction(4)
    #: Calendar age in months from which pre-term birth is no longer corrected for.
    corrected_until: Fraction = Fraction(24)

    def __post_init__(self) -> None:
        shares = (
            self.counted_share,
            self.secure_mean,
            self.second_band_from,
            self.sufficient_coverage,
        )
        if not all(0 < share <= 1 for share in shares):
            raise ValueError("a share or mean among the thresholds is not above 0 and at most 1")
        if not self.concern_to < self.attention_to < 0 < self.ahead_from:
            raise ValueError("the class limits must rise: concern, attention, 0, ahead")
        if self.growth_months_apart <= 0 or self.corrected_until < 0:
            raise ValueError("a period among the thresholds is negative or empty")


DEFAULT_THRESHOLDS = Thresholds()


class MilestonePosition(NamedTuple):
    """A milestone by its band and its place in the sequence of that band, counted from 0."""

    band: int
    position: int


@dataclass(frozen=True, slots=True)
class LineScore:
    """What one line of one registration comes to. Immutable, and equal for equal answers."""

    outcome: Outcome
    #: Observed / total milestones of the bands the number rests on (step 4).
    coverage: Fraction
    #: Developmental age in months, 0 to 84; None when there is no number.
    dev_age: Fraction | None = None
    #: ``dev_age`` less the age given, in months; None when there is no number.
    difference: Fraction | None = None
    #: Highest band reached without a gap; 0 is below band 1; None is not known.
    basal_band: int | None = None
    #: The observed milestones the number was computed from, lowest band first.
    rests_on: tuple[MilestonePosition, ...] = ()
    #: The lower band that the screen must open before there can be a number.
    ask_band: int | None = None
    #: Bands of which more must be seen before there can be a number.
    too_little_seen: tuple[int, ...] = ()
    #: True when bands above those shown could only have raised the number: say "at least".
    at_least: bool = False
    #: Share passed, for rules over pass/fail items; None for bands.
    share_passed: Fraction | None = None
    #: Mean frequency, 0 to 3, and the share of each of its four steps, for rules over frequencies; else None and empty.
    mean: Fraction | None = None
    shares: tuple[Fraction, ...] = ()

    @property
    def at_ceiling(self) -> bool:
        """True where the instrument ends: such a child has no room to grow in it."""
        return self.dev_age is not None and self.dev_age >= TOP_AGE_MONTHS


@dataclass(frozen=True, slots=True)
class _Band:
    """One shown band reduced to what the rule asks of it (step 1)."""

    total: int
    positions: tuple[int, ...]
    #: None when the band does not count.
    mean: Fraction | None

    @property
    def observed(self) -> int:
        return len(self.positions)


def band_end(band: int) -> int:
    """The age in months at which a band ends; 0 for "below band 1"."""
    return BAND_MONTHS * band


def current_band(age_months: Fraction | int) -> int:
    """The band a child of this age is in, 1..14; on a boundary the upper of the two.

    Ages from 84 months on are in the last band. Raises ValueError for a negative age.
    """
    if age_months < 0:
        raise ValueError(f"an age cannot be negative: {age_months} months")
    return min(BAND_COUNT, floor(Fraction(age_months) / BAND_MONTHS) + 1)


def score_line(
    bands: Mapping[int, Sequence[Score]],
    *,
    lowest_shown: int,
    age_months: Fraction | int,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> LineScore:
    """The developmental age and class of one line, and what they rest on.

    ``bands`` holds every band that was shown, none else, each with the score of each of its
    milestones in order; ``lowest_shown`` is its lowest key, stated apart so that a caller who
    leaves bands out is told. ``age_months`` is the age on the day of observing, corrected where
    that is due (``scoring_age_months``).

    Steps, as in docs/decisions/0007-scoring-rule.md: (1) a band counts when at least half of
    its milestones were observed, its mean is over those; (2) the basal band is the highest one
    reached from the lowest shown over bands that all count with a mean of at least 0.8;
    where the lowest shown itself fails there is no number and ``ask_band`` names the band to
    open, down to band 1, below which the basal is 0; (3) developmental age = end of the basal
    band + 6 × mean of the next + 3 × mean of the one after, the last only when the next has at
    least 0.5, between 0 and 84; where a mean is needed of a shown band that does not count, the
    outcome is "insufficient"; (4) so it is under a coverage of 0.6; (5) class by difference.
    Bands above the highest shown add nothing and are marked by ``at_least``, provided the band
    above the child's own was shown; otherwise they too make the outcome "insufficient".

    Raises ValueError when the bands are not a contiguous part of 1..14 beginning at
    ``lowest_shown``, when a band is empty, or when the age is negative.
    """
    _check_shown(bands, lowest_shown)
    age = Fraction(age_months)
    own_band = current_band(age)
    seen = {band: _see_band(scores, thresholds) for band, scores in sorted(bands.items())}
    if age > TOP_AGE_MONTHS:
        return LineScore(outcome=Outcome.NONE, coverage=_coverage(seen.values()))
    basal = _basal_band(seen, lowest_shown, thresholds)
    if basal is None:
        return LineScore(
            outcome=Outcome.INSUFFICIENT,
            coverage=_coverage(seen[b] for b in _window(seen, lowest_shown)),
            ask_band=lowest_shown - 1,
        )
    return _score_from_basal(seen, basal, age, own_band, thresholds)


def bands_to_show(
    age_months: Fraction | int,
    answers: Mapping[int, Sequence[Score | None]],
    *,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> tuple[int, ...]:
    """The bands a registration screen shows, ascending and without a gap.

    The child's own band and its two neighbours; below them one band more as soon as the lowest
    can no longer become secure, whatever its open answers turn out to be, and so on down to
    band 1. A band with an answer stays on the screen, so that no "not yet" is ever put out of
    sight by a later answer. Above 84 months the last two bands are shown and none is opened,
    since there will be no number.

    ``answers`` holds, per band of the line, what was given or confirmed in this registration;
    None is "not answered yet", which is what an unconfirmed answer carried over counts as.
    Raises ValueError for a negative age.
    """
    own_band = current_band(age_months)
    answered = [b for b, given in answers.items() if any(score is not None for score in given)]
    low = min([max(1, own_band - 1), *answered])
    high = max([min(BAND_COUNT, own_band + 1), *answered])
    if age_months <= TOP_AGE_MONTHS:
        while low > 1 and not _may_be_secure(answers.get(low, ()), thresholds):
            low -= 1
    return tuple(range(low, high + 1))


def classify(difference: Fraction, *, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> Outcome:
    """The class of a difference in months between developmental and calendar age (step 5)."""
    if difference <= thresholds.concern_to:
        return Outcome.CONCERN
    if difference <= thresholds.attention_to:
        return Outcome.ATTENTION
    if difference >= thresholds.ahead_from:
        return Outcome.AHEAD
    return Outcome.ON_COURSE


def growth_per_six_months(
    earlier: Fraction | None,
    later: Fraction | None,
    *,
    months_between: Fraction | int,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> Fraction | None:
    """Months of developmental age gained per six calendar months (step 6); 6 is even pace.

    Takes the developmental ages of two registrations (None where that line gave no number) and
    the calendar months between their dates, never corrected for gestation. None when either
    has no number or they lie less than four months apart, the order turned round included.
    """
    if earlier is None or later is None or months_between < thresholds.growth_months_apart:
        return None
    return (later - earlier) / Fraction(months_between) * BAND_MONTHS


def age_in_months(born_on: date, on: date) -> Fraction:
    """Calendar age: completed months plus the part of the running month that has passed.

    The n-th month is completed on the day of the month of birth, or on the last day of a
    shorter month. The fraction is days passed since then / days from it to the next such day,
    so the age is exact, rises every day and is a whole number on each month's day.
    Raises ValueError when ``on`` lies before the birth.
    """
    if on < born_on:
        raise ValueError("the date lies before the birth date")
    months = (on.year - born_on.year) * 12 + on.month - born_on.month
    if _months_later(born_on, months) > on:
        months -= 1
    start, end = _months_later(born_on, months), _months_later(born_on, months + 1)
    return months + Fraction((on - start).days, (end - start).days)


def corrected_age_months(
    age_days: int,
    gestation_weeks: Fraction | int | None,
    *,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> Fraction:
    """Age in mean months (30.4375 days) from an age in days, corrected for pre-term birth.

    A child born before 37 weeks is counted from the day it was due (40 weeks), never below 0,
    until its calendar age is 24 months. ``gestation_weeks`` None: not known, or the
    organisation does not correct. For children of whom only an age in days is known; where the
    dates are known use ``scoring_age_months``. Raises ValueError for a negative age or a
    gestation outside 20..46 weeks.
    """
    if age_days < 0:
        raise ValueError(f"an age cannot be negative: {age_days} days")
    early_days = _days_early(gestation_weeks)
    calendar = age_days / DAYS_PER_MONTH
    if calendar >= thresholds.corrected_until:
        return calendar
    return max(Fraction(0), (age_days - early_days) / DAYS_PER_MONTH)


def scoring_age_months(
    born_on: date,
    on: date,
    *,
    gestation_weeks: int | None = None,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> Fraction:
    """The age to score with: ``age_in_months``, corrected for pre-term birth until 24 months.

    The corrected age is the calendar age counted from the day the child was due, 0 before that
    day. Raises ValueError as ``age_in_months`` and ``corrected_age_months`` do.
    """
    early_days = _days_early(gestation_weeks)
    calendar = age_in_months(born_on, on)
    if calendar >= thresholds.corrected_until or not early_days:
        return calendar
    due_on = born_on + timedelta(days=floor(early_days))
    return age_in_months(due_on, max(on, due_on))


def _check_shown(bands: Mapping[int, Sequence[Score]], lowest_shown: int) -> None:
    if not bands or min(bands) != lowest_shown:
        raise ValueError(f"the lowest band given is not the lowest shown ({lowest_shown})")
    if lowest_shown < 1 or max(bands) > BAND_COUNT:
        raise ValueError(f"a band lies outside 1..{BAND_COUNT}")
    if len(bands) != max(bands) - lowest_shown + 1:
        raise ValueError("a band between the lowest and the highest shown is missing")
    empty = [band for band, scores in bands.items() if not scores]
    if empty:
        raise ValueError(f"band {empty[0]} has no milestones")


def _see_band(scores: Sequence[Score], thresholds: Thresholds) -> _Band:
    points = [Score(score).points for score in scores]
    positions = tuple(i for i, value in enumerate(points) if value is not None)
    total_points = sum((value for value in points if value is not None), Fraction(0))
    counts = bool(positions) and Fraction(len(positions), len(scores)) >= thresholds.counted_share
    return _Band(
        total=len(scores),
        positions=positions,
        mean=total_points / len(positions) if counts else None,
    )


def _is_secure(band: _Band, thresholds: Thresholds) -> bool:
    return band.mean is not None and band.mean >= thresholds.secure_mean


def _may_be_secure(answers: Sequence[Score | None], thresholds: Thresholds) -> bool:
    """Whether a band could still count as secure if every open answer became "secure"."""
    best = [Score.SECURE if score is None else score for score in answers]
    return not best or _is_secure(_see_band(best, thresholds), thresholds)


def _basal_band(seen: Mapping[int, _Band], lowest_shown: int, thresholds: Thresholds) -> int | None:
    basal = lowest_shown - 1
    while basal + 1 in seen and _is_secure(seen[basal + 1], thresholds):
        basal += 1
    if basal < lowest_shown and lowest_shown > 1:
        return None
    return basal


def _window(seen: Mapping[int, _Band], first: int) -> list[int]:
    """The bands of ``first``..``first`` + 2 that exist and were shown."""
    return [band for band in range(first, first + 3) if band in seen]


def _coverage(bands: Iterable[_Band]) -> Fraction:
    bands = list(bands)
    return Fraction(sum(band.observed for band in bands), sum(band.total for band in bands))


def _score_from_basal(
    seen: Mapping[int, _Band],
    basal: int,
    age: Fraction,
    own_band: int,
    thresholds: Thresholds,
) -> LineScore:
    """Steps 3 to 5, once the basal band is known."""
    coverage = _coverage(seen[band] for band in _window(seen, basal))
    needed = _bands_needed(seen, basal, thresholds)
    above = [band for band in needed if band > max(seen)]
    missing = [band for band in needed if band in seen and seen[band].mean is None]
    if max(seen) < min(BAND_COUNT, own_band + 1):
        missing += above
    if not missing and coverage < thresholds.sufficient_coverage:
        missing = [b for b in _window(seen, basal) if seen[b].observed < seen[b].total]
    if missing:
        return LineScore(
            outcome=Outcome.INSUFFICIENT,
            coverage=coverage,
            basal_band=basal,
            too_little_seen=tuple(missing),
        )
    dev_age = _developmental_age(seen, basal, needed)
    used = [band for band in seen if band <= max([basal, *needed])]
    return LineScore(
        outcome=classify(dev_age - age, thresholds=thresholds),
        coverage=coverage,
        dev_age=dev_age,
        difference=dev_age - age,
        basal_band=basal,
        rests_on=tuple(MilestonePosition(b, i) for b in used for i in seen[b].positions),
        at_least=bool(above),
    )


def _bands_needed(seen: Mapping[int, _Band], basal: int, thresholds: Thresholds) -> list[int]:
    """The bands above the basal one whose mean step 3 asks for, shown or not."""
    if basal >= BAND_COUNT:
        return []
    nearest = seen.get(basal + 1)
    reaches_on = (
        nearest is not None
        and nearest.mean is not None
        and nearest.mean >= thresholds.second_band_from
        and basal + 2 <= BAND_COUNT
    )
    return [basal + 1, basal + 2] if reaches_on else [basal + 1]


def _developmental_age(seen: Mapping[int, _Band], basal: int, needed: list[int]) -> Fraction:
    dev_age = Fraction(band_end(basal))
    for band, months in zip(needed, (BAND_MONTHS, BAND_MONTHS // 2), strict=False):
        mean = seen[band].mean if band in seen else None
        dev_age += months * (mean or 0)
    return min(Fraction(TOP_AGE_MONTHS), max(Fraction(0), dev_age))


def _days_early(gestation_weeks: Fraction | int | None) -> Fraction:
    """Days between birth and the day the child was due; 0 unless born before 37 weeks."""
    if gestation_weeks is None:
        return Fraction(0)
    low, high = PLAUSIBLE_GESTATION_WEEKS
    if not low <= gestation_weeks <= high:
        raise ValueError(f"a gestation of {gestation_weeks} weeks is not between {low} and {high}")
    if gestation_weeks >= PRETERM_BELOW_WEEKS:
        return Fraction(0)
    return (TERM_WEEKS - Fraction(gestation_weeks)) * 7


def _months_later(day: date, months: int) -> date:
    """The same day of the month some months later, or the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first + timedelta(days=min(day.day, (following - first).days) - 1)
