"""Reading a measurement in out-of-school care: its answers by view, its points, and each aspect in words (BSO-1)."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from observations.domain.instruments.catalogue import InstrumentContent, LineContent
from observations.domain.scoring.frequencies import frequency_means, nearest
from observations.models import BsoAnswer, BsoScore

#: What staff see, and what the child says of itself: statements with the same codes.
STAFF_INSTRUMENT, CHILD_INSTRUMENT = "bso", "bso-kind"
#: The name by which forms know "weet ik niet", an answer without a value.
UNKNOWN = "unknown"
UNKNOWN_LABEL = gettext_lazy("Weet ik niet")

#: The names by which forms know the answers, in the order they are offered.
ANSWER_VALUES: Mapping[str, int | None] = {
    **{value.name.lower(): value.value for value in BsoAnswer.Value},
    UNKNOWN: None,
}
_CODES = {value: code for code, value in ANSWER_VALUES.items()}

#: Answers of one view of one measurement, by the code of the statement; None is "weet ik niet".
Answers = Mapping[str, int | None]


@dataclass(frozen=True)
class AspectSummary:
    """An aspect of one view: how many statements have an answer, how many are known, and the mean in words.

    ``mean`` runs from 0 to 3 and is None where nothing is known; ``words`` is empty then.
    """

    code: str
    name: str
    answered: int
    known: int
    total: int
    mean: Fraction | None
    words: str


def code_of(value: int | None) -> str:
    """Return the name by which forms know an answer."""
    return _CODES[value]


def label_of(value: int | None) -> str:
    """Return an answer in words, in the reader's language."""
    return str(UNKNOWN_LABEL if value is None else BsoAnswer.Value(value).label)


def answers_of(registration_id: UUID, view: str) -> dict[str, int | None]:
    """Return the answers of one view of a measurement; one query."""
    return answers_by_registration([registration_id], view)[registration_id]


def answers_by_registration(ids: Collection[UUID], view: str) -> Mapping[UUID, dict[str, int | None]]:
    """Return the answers of one view by measurement, empty where there are none; one query."""
    rows = BsoAnswer.objects.filter(registration__in=ids, view=view).values_list(
        "registration_id", "milestone__code", "value"
    )
    found: defaultdict[UUID, dict[str, int | None]] = defaultdict(dict)
    for registration_id, code, value in rows:
        found[registration_id][code] = value
    return found


def points_by_registration(ids: Collection[UUID]) -> Mapping[UUID, dict[str, int]]:
    """Return the doubled points by measurement and scale code; one query."""
    rows = BsoScore.objects.filter(registration__in=ids).values_list("registration_id", "scale__code", "half_points")
    found: defaultdict[UUID, dict[str, int]] = defaultdict(dict)
    for registration_id, code, half_points in rows:
        found[registration_id][code] = half_points
    return found


def summaries_of(content: InstrumentContent, answers: Answers) -> tuple[AspectSummary, ...]:
    """Return every aspect of one view, in the instrument's order."""
    return tuple(summary_of(line, answers) for line in content.lines.values())


def summary_of(line: LineContent, answers: Answers) -> AspectSummary:
    """Return one aspect of one view."""
    codes = [item.code for item in line.milestones]
    score = frequency_means([answers.get(code) for code in codes])
    return AspectSummary(
        code=line.code,
        name=line.name,
        answered=sum(code in answers for code in codes),
        known=len(score.rests_on),
        total=len(codes),
        mean=score.mean,
        words="" if score.mean is None else label_of(nearest(score.mean)).lower(),
    )


def points_in_words(half_points: int | None) -> str:
    """Return a doubled point as one writes it: 3 or 3,5; empty where there is none."""
    if half_points is None:
        return ""
    whole, half = divmod(half_points, 2)
    return _("%(whole)s,5") % {"whole": whole} if half else str(whole)
