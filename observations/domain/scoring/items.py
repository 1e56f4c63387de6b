"""Pass/fail items without age bands: how much was assessed, and which share of it was passed.

For instruments whose items carry no bands (requirement REG-1: instruments differ, the interface
is one). Such an instrument says nothing about a developmental age, so there is no number and no
class, whatever the answers: what is not measured is not suggested.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from observations.domain.scoring.bands import LineScore, MilestonePosition, Outcome, Score

#: The key under which the items of a line without bands stand, where bands are expected.
NO_BAND = 0


def item_shares(items: Sequence[Score]) -> LineScore:
    """Coverage (assessed / items) and share passed (passed / assessed) of one line.

    ``SECURE`` is a pass, ``NOT_YET`` a fail, ``NOT_OBSERVED`` not assessed and never a fail.
    ``share_passed`` is None where nothing was assessed. Raises ValueError for an empty line and
    for ``EMERGING``, which a pass/fail item does not know.
    """
    if not items:
        raise ValueError("a line without items cannot be scored")
    scores = [Score(item) for item in items]
    if Score.EMERGING in scores:
        raise ValueError("a pass/fail item cannot be emerging")
    assessed = [i for i, score in enumerate(scores) if score is not Score.NOT_OBSERVED]
    passed = sum(score is Score.SECURE for score in scores)
    return LineScore(
        outcome=Outcome.NONE,
        coverage=Fraction(len(assessed), len(scores)),
        rests_on=tuple(MilestonePosition(NO_BAND, i) for i in assessed),
        share_passed=Fraction(passed, len(assessed)) if assessed else None,
    )
