"""The scoring rules an instrument can declare, by the name it declares them with.

An instrument is data and names its rule; this is where the name becomes a computation. A result
is stored with ``code`` and ``version`` of the rule that gave it and is never computed again:
whoever changes what a rule gives for any answers raises its version here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from hashlib import sha256
from types import MappingProxyType
from typing import Protocol

from observations.domain.scoring import bands, frequencies, items
from observations.domain.scoring.bands import LineScore, Score, Thresholds

#: Answers of one line by band; an instrument without bands has one key, ``items.NO_BAND``.
LineAnswers = Mapping[int, Sequence[Score]]
#: The same while a registration is open: None is "not answered yet".
OpenLineAnswers = Mapping[int, Sequence[Score | None]]


class ScoringRule(Protocol):
    """What every rule offers: its name and version, what to show, and the result of a line."""

    @property
    def code(self) -> str:
        """The name in an instrument's ``scoring_rule``."""

    @property
    def version(self) -> str:
        """Stored with each result; differs whenever the same answers could give another one."""

    @property
    def response_scale(self) -> str:
        """The scale its answers are given on: ``milestone``, ``pass_fail`` or ``frequency``."""

    @property
    def uses_bands(self) -> bool:
        """Whether the lines of its instruments are divided into age bands."""

    def bands_to_show(self, answers: OpenLineAnswers, *, age_months: Fraction) -> tuple[int, ...]:
        """The bands a screen shows now, ascending; raises ValueError for a negative age."""

    def score(self, answers: LineAnswers, *, age_months: Fraction) -> LineScore:
        """The result of one line from the answers to all that was shown; ValueError as its rule says."""


@dataclass(frozen=True, slots=True)
class DevelopmentalAgeRule:
    """The rule of ``observations.domain.scoring.bands`` with the thresholds of one organisation."""

    thresholds: Thresholds = bands.DEFAULT_THRESHOLDS
    code: str = "developmental_age"
    response_scale: str = "milestone"
    uses_bands: bool = True

    @property
    def version(self) -> str:
        """``1.0``, followed by a fingerprint where thresholds differ from the defaults."""
        return "1.0" + _fingerprint(self.thresholds)

    def bands_to_show(self, answers: OpenLineAnswers, *, age_months: Fraction) -> tuple[int, ...]:
        """See ``bands.bands_to_show``."""
        return bands.bands_to_show(age_months, answers, thresholds=self.thresholds)

    def score(self, answers: LineAnswers, *, age_months: Fraction) -> LineScore:
        """See ``bands.score_line``; the lowest band of ``answers`` is the lowest shown."""
        return bands.score_line(
            answers, lowest_shown=min(answers, default=1), age_months=age_months, thresholds=self.thresholds
        )


@dataclass(frozen=True, slots=True)
class ItemSharesRule:
    """The rule of ``observations.domain.scoring.items``; the age plays no part in it."""

    code: str = "item_shares"
    version: str = "1.0"
    response_scale: str = "pass_fail"
    uses_bands: bool = False

    def bands_to_show(self, answers: OpenLineAnswers, *, age_months: Fraction) -> tuple[int, ...]:
        """All items are always shown: the one key there is."""
        return (items.NO_BAND,)

    def score(self, answers: LineAnswers, *, age_months: Fraction) -> LineScore:
        """See ``items.item_shares``. Raises ValueError for answers under any other key."""
        if set(answers) != {items.NO_BAND}:
            raise ValueError("an instrument without bands has its answers under one key")
        return items.item_shares(answers[items.NO_BAND])


@dataclass(frozen=True, slots=True)
class FrequencyMeansRule:
    """The rule of ``observations.domain.scoring.frequencies``; the age plays no part in it.

    Its answers are frequencies, 0 to 3, with None for what is not known.
    """

    code: str = "frequency_means"
    version: str = "1.0"
    response_scale: str = "frequency"
    uses_bands: bool = False

    def bands_to_show(self, answers: Mapping[int, Sequence[int | None]], *, age_months: Fraction) -> tuple[int, ...]:
        """All statements are always shown: the one key there is."""
        return (items.NO_BAND,)

    def score(self, answers: Mapping[int, Sequence[int | None]], *, age_months: Fraction) -> LineScore:
        """See ``frequencies.frequency_means``. Raises ValueError for answers under any other key."""
        if set(answers) != {items.NO_BAND}:
            raise ValueError("an instrument without bands has its answers under one key")
        return frequencies.frequency_means(answers[items.NO_BAND])


def _fingerprint(thresholds: Thresholds) -> str:
    if thresholds == bands.DEFAULT_THRESHOLDS:
        return ""
    values = ";".join(f"{item.name}={getattr(thresholds, item.name)}" for item in fields(thresholds))
    return "+" + sha256(values.encode()).hexdigest()[:8]


_RULES: tuple[ScoringRule, ...] = (DevelopmentalAgeRule(), ItemSharesRule(), FrequencyMeansRule())

#: Every rule with its defaults, by code.
SCORING_RULES: Mapping[str, ScoringRule] = MappingProxyType({rule.code: rule for rule in _RULES})

#: And every rule a registration period may have fixed, by code and version: one that is replaced stays here.
_KEPT_RULES: Mapping[tuple[str, str], ScoringRule] = MappingProxyType(
    {(rule.code, rule.version): rule for rule in _RULES}
)


def rule_with_version(code: str, version: str) -> ScoringRule:
    """Return a rule as it was in a version, for a period that began with it; raises KeyError for one not kept."""
    return _KEPT_RULES[code, version]
