"""What the registration screens show: frozen, and read in a fixed number of queries (REG-3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from observations.domain.instruments.catalogue import (
    BandContent,
    InstrumentContent,
    LineContent,
    MilestoneContent,
    ScaleContent,
    content_of,
)
from observations.domain.notes.writing import NoteView, notes_of
from observations.domain.registering.registrations import (
    Answers,
    age_at,
    answers_of,
    bands_shown,
    previous_registration,
)
from observations.domain.registering.results import line_answers
from observations.domain.scoring.bands import LineScore
from observations.models import Answer, Line, Registration

# The names by which forms and components know the answers.
ANSWER_CODES = {value: value.name.lower() for value in Answer.Value}
ANSWER_VALUES = {code: value for value, code in ANSWER_CODES.items()}


@dataclass(frozen=True)
class MilestoneView:
    """A milestone with its answer now and at the previous registration; codes, empty when there is none."""

    content: MilestoneContent
    answer: str
    carried_over: bool
    previous: str

    @property
    def field(self) -> str:
        """The name of its field in a form."""
        return f"m-{self.content.id}"

    @property
    def previous_label(self) -> str:
        """The previous answer in words."""
        return str(ANSWER_VALUES[self.previous].label) if self.previous else ""


@dataclass(frozen=True)
class BandView:
    """A band of a line; ``is_own`` is the one the child's age lies in."""

    number: int
    label: str
    is_own: bool
    milestones: tuple[MilestoneView, ...]


@dataclass(frozen=True)
class LineProgress:
    """How far one line is: bands shown, their milestones, those answered and confirmed, and those that wait.

    ``waiting`` counts what was taken over from the previous registration and not confirmed.
    """

    code: str
    name: str
    area: str
    bands: tuple[int, ...]
    shown: int
    answered: int
    waiting: int

    @property
    def done(self) -> bool:
        """Say whether every shown milestone has an answer somebody gave or confirmed now."""
        return self.answered == self.shown

    @property
    def begun(self) -> bool:
        """Say whether there is any answer that somebody gave or confirmed now."""
        return self.answered > 0


@dataclass(frozen=True)
class LinePage:
    """The screen of one line."""

    line: LineContent
    bands: tuple[BandView, ...]
    notes: tuple[NoteView, ...]
    score: LineScore | None
    progress: LineProgress
    previous_on: date | None
    following: LineProgress | None
    preceding: LineProgress | None
    lines_done: int
    lines_total: int


@dataclass(frozen=True)
class ScaleLevelView:
    """A point of a scale, doubled; ``text`` is what one sees there, empty for a half point."""

    half_points: int
    text: str

    @property
    def points(self) -> str:
        """The point as one writes it: 3 or 3,5."""
        return _points(self.half_points)


@dataclass(frozen=True)
class ScaleView:
    """A scale with the point given, doubled; None when none was."""

    content: ScaleContent
    half_points: int | None

    @property
    def points(self) -> str:
        """The point given as one writes it, or nothing."""
        return "" if self.half_points is None else _points(self.half_points)

    @property
    def levels(self) -> tuple[ScaleLevelView, ...]:
        """All points from 1 to 5, half points between them."""
        return tuple(
            ScaleLevelView(doubled, "" if doubled % 2 else self.content.levels.get(doubled // 2, ""))
            for doubled in range(2, 11)
        )


@dataclass(frozen=True)
class RegistrationPage:
    """The screen of a registration: every line with its progress, and the scales."""

    lines: tuple[LineProgress, ...]
    scales: tuple[ScaleView, ...]
    waiting: int

    @property
    def lines_done(self) -> int:
        """How many lines are done."""
        return sum(line.done for line in self.lines)

    @property
    def scales_done(self) -> int:
        """How many scales have a point."""
        return sum(scale.half_points is not None for scale in self.scales)

    @property
    def unfinished(self) -> tuple[LineProgress, ...]:
        """The lines on which something is still to be answered."""
        return tuple(line for line in self.lines if not line.done)

    @property
    def next_line(self) -> LineProgress | None:
        """The first line that is not done, for the button that goes on."""
        return next(iter(self.unfinished), None)

    @property
    def begun(self) -> bool:
        """Say whether somebody gave or confirmed any answer or point."""
        return self.scales_done > 0 or any(line.begun for line in self.lines)

    @property
    def complete(self) -> bool:
        """Say whether every line and every scale is done."""
        return not self.unfinished and self.scales_done == len(self.scales)

    def line(self, code: str) -> LineProgress:
        """Return the progress of one line. Raises KeyError for a code the instrument does not have."""
        return {line.code: line for line in self.lines}[code]


def registration_page_of(registration: Registration) -> RegistrationPage:
    """Return the overview of a registration."""
    content = content_of(registration.version_id)
    answers = answers_of(registration)
    lines = progress_of(content, answers, age_months=age_at(registration))
    points = dict(registration.scale_scores.values_list("scale_id", "half_points"))
    scales = tuple(ScaleView(scale, points.get(scale.id)) for scale in content.scales)
    return RegistrationPage(lines, scales, sum(answer.carried_over for answer in answers.values()))


def line_page_of(registration: Registration, code: str) -> LinePage | None:
    """Return the screen of one line, or None for a code the instrument does not have."""
    content = content_of(registration.version_id)
    line = content.lines.get(code)
    if line is None:
        return None
    answers = answers_of(registration)
    previous = previous_registration(registration)
    before = answers_of(previous) if previous else {}
    age = age_at(registration)
    shown = bands_shown(content, line, answers, age_months=age)
    steps = progress_of(content, answers, age_months=age)
    position = [step.code for step in steps].index(code)
    return LinePage(
        line=line,
        bands=tuple(
            _band_view(band, content.bands.get(band), line.bands[band], age=age, answers=answers, before=before)
            for band in shown
        ),
        notes=tuple(notes_of(registration.child, line=Line(pk=line.id), most=10)),
        score=preview(content, line, answers, age),
        progress=steps[position],
        previous_on=previous.registered_on if previous else None,
        following=steps[position + 1] if position + 1 < len(steps) else None,
        preceding=steps[position - 1] if position else None,
        lines_done=sum(step.done for step in steps),
        lines_total=len(steps),
    )


def progress_of(content: InstrumentContent, answers: Answers, *, age_months: Fraction) -> tuple[LineProgress, ...]:
    """Return the progress of every line, in the order of the instrument."""
    areas = {area.id: area.name for area in content.areas}
    return tuple(_progress(content, line, areas[line.area_id], answers, age_months) for line in content.lines.values())


def preview(content: InstrumentContent, line: LineContent, answers: Answers, age: Fraction) -> LineScore | None:
    """Return what the line would come to if the registration were closed now; None without a confirmed answer."""
    given = {key: answer.value for key, answer in answers.items() if not answer.carried_over}
    found = line_answers(line, given)
    return content.rule.score(found, age_months=age) if found else None


def _progress(
    content: InstrumentContent, line: LineContent, area: str, answers: Answers, age: Fraction
) -> LineProgress:
    confirmed = {key: answer.value for key, answer in answers.items() if not answer.carried_over}
    bands = bands_shown(content, line, answers, age_months=age)
    items = [item for band in bands for item in line.bands[band]]
    answered = sum(item.id in confirmed for item in items)
    waiting = sum(item.id in answers and item.id not in confirmed for item in line.milestones)
    return LineProgress(line.code, line.name, area, bands, len(items), answered, waiting)


def _band_view(
    number: int,
    band: BandContent | None,
    items: Iterable[MilestoneContent],
    *,
    age: Fraction,
    answers: Answers,
    before: Answers,
) -> BandView:
    own = band is not None and band.from_months <= age < band.until_months
    milestones = tuple(_milestone_view(item, answers, before) for item in items)
    return BandView(number, band.label if band else "", own, milestones)


def _points(half_points: int) -> str:
    whole, half = divmod(half_points, 2)
    return f"{whole},5" if half else str(whole)


def _milestone_view(item: MilestoneContent, answers: Answers, before: Answers) -> MilestoneView:
    answer, previous = answers.get(item.id), before.get(item.id)
    return MilestoneView(
        content=item,
        answer=ANSWER_CODES[Answer.Value(answer.value)] if answer else "",
        carried_over=bool(answer and answer.carried_over),
        previous=ANSWER_CODES[Answer.Value(previous.value)] if previous else "",
    )


def changed_milestones(items: Sequence[tuple[str, str]], known: Answers) -> dict[UUID, int]:
    """Return from a form's (milestone id, answer code) pairs those that differ from what is kept.

    A form sends along what was taken over as well: leafing on says nothing about it, so it goes on waiting to be
    confirmed. Pairs that are no id or no answer are left out: the form offers none, and each answer is saved on its
    own.
    """
    found: dict[UUID, int] = {}
    for text, code in items:
        value = ANSWER_VALUES.get(code)
        try:
            key = UUID(text)
        except ValueError:
            continue
        old = known.get(key)
        if value is not None and (old is None or old.value != value):
            found[key] = int(value)
    return found
