"""What the registration screens show: frozen, and read in a fixed number of queries (REG-3)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
from observations.domain.notes.evidence import NoteEvidence, evidence_for
from observations.domain.notes.writing import NoteView, notes_of
from observations.domain.registering.answering import Replaced
from observations.domain.registering.carrying import previous_of_line, previous_registrations
from observations.domain.registering.reading import Answers, age_at, answers_of, bands_shown, has_scales, lines_of
from observations.domain.registering.results import line_answers
from observations.domain.scoring.bands import LineScore
from observations.models import Answer, Line, Registration

# The names by which forms and components know the answers.
ANSWER_CODES = {value: value.name.lower() for value in Answer.Value}
ANSWER_VALUES = {code: value for value, code in ANSWER_CODES.items()}

# Notes on one line that stand beside its questions.
_NOTES = 20


@dataclass(frozen=True)
class MilestoneView:
    """A milestone with its answer now and at the previous registration; codes, empty when there is none.

    ``seen`` is the answer as it is kept, where ``answer`` may be one of a draft; ``notes`` are those since the
    previous registration that were linked to it. ``replaced`` is what a colleague had answered meanwhile.
    """

    content: MilestoneContent
    answer: str
    carried_over: bool
    previous: str
    seen: str = ""
    notes: tuple[NoteEvidence, ...] = ()
    replaced: Replaced | None = None

    @property
    def replaced_code(self) -> str:
        """The answer of a colleague that was replaced just now, as a form knows it; empty when there was none."""
        return ANSWER_CODES[Answer.Value(self.replaced.value)] if self.replaced else ""

    @property
    def replaced_label(self) -> str:
        """That answer in words."""
        return str(Answer.Value(self.replaced.value).label) if self.replaced else ""

    @property
    def field(self) -> str:
        """The name of its field in a form."""
        return f"m-{self.content.id}"

    @property
    def seen_field(self) -> str:
        """The name of the field that says which answer its sender saw, taken over ones included."""
        return f"was-{self.content.id}"

    @property
    def previous_label(self) -> str:
        """The previous answer in words."""
        return str(ANSWER_VALUES[self.previous].label) if self.previous else ""

    @property
    def proposal(self) -> str:
        """The answer that the linked notes propose: the furthest one seen; empty when it adds nothing (REG-3.7).

        A proposal is never an answer: somebody has to take it over.
        """
        shown = max((ANSWER_VALUES[note.shows] for note in self.notes), default=None)
        if shown is None:
            return ""
        known = ANSWER_VALUES[self.answer] if self.answer else None
        if not self.carried_over and known is not None:
            return ""
        if known is not None and known != Answer.Value.NOT_OBSERVED and known >= shown:
            return ""
        return ANSWER_CODES[shown]

    @property
    def proposal_label(self) -> str:
        """The proposed answer in words."""
        return str(ANSWER_VALUES[self.proposal].label) if self.proposal else ""


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

    ``waiting`` counts what was taken over from the previous registration and not confirmed, ``unseen`` what was
    answered with "not observed".
    """

    code: str
    name: str
    area: str
    bands: tuple[int, ...]
    shown: int
    answered: int
    waiting: int
    unseen: int = 0

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
    """The screen of one line. ``notes`` are those on the line since ``previous_on``, ``older_notes`` the ones before."""

    line: LineContent
    bands: tuple[BandView, ...]
    notes: tuple[NoteView, ...]
    older_notes: tuple[NoteView, ...]
    score: LineScore | None
    progress: LineProgress
    previous_on: date | None
    following: LineProgress | None
    preceding: LineProgress | None
    lines_done: int
    lines_total: int

    @property
    def confirming_finishes(self) -> bool:
        """Say whether the line is done once what was taken over is confirmed: one tap, and on to the next."""
        shown = [item for band in self.bands for item in band.milestones]
        return all(item.answer for item in shown)


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
    seen: int | None = None
    replaced: Replaced | None = None

    @property
    def field(self) -> str:
        """The name of its field in a form."""
        return f"s-{self.content.id}"

    @property
    def replaced_points(self) -> str:
        """The point of a colleague that was replaced just now, as one writes it; empty when there was none."""
        return _points(self.replaced.value) if self.replaced else ""

    @property
    def seen_field(self) -> str:
        """The name of the field that says which point its sender saw."""
        return f"was-{self.content.id}"

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
    concluded: bool = False
    has_scales: bool = True

    @property
    def lines_done(self) -> int:
        """How many lines are done."""
        return sum(line.done for line in self.lines)

    @property
    def scales_done(self) -> int:
        """How many scales have a point."""
        return sum(scale.half_points is not None for scale in self.scales)

    @property
    def unseen(self) -> int:
        """How many milestones were answered with "not observed"."""
        return sum(line.unseen for line in self.lines)

    @property
    def little_seen(self) -> tuple[LineProgress, ...]:
        """The lines with a milestone that was not observed."""
        return tuple(line for line in self.lines if line.unseen)

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
    lines = progress_of(registration, answers_of(registration), age_months=age_at(registration))
    waiting = sum(line.waiting for line in lines)
    if not has_scales(registration):
        return RegistrationPage(lines, (), waiting, has_scales=False)
    points = dict(registration.scale_scores.values_list("scale_id", "half_points"))
    scales = tuple(ScaleView(scale, points.get(scale.id), points.get(scale.id)) for scale in content.scales)
    concluded = bool(registration.texts and registration.texts.conclusion)
    return RegistrationPage(lines, scales, waiting, concluded)


def line_page_of(registration: Registration, code: str) -> LinePage | None:
    """Return the screen of one line, or None for a code that the registration is not about."""
    content = content_of(registration.version_id)
    line = next((line for line in lines_of(registration) if line.code == code), None)
    if line is None:
        return None
    answers = answers_of(registration)
    previous = previous_of_line(previous_registrations(registration), code)
    before = answers_of(previous) if previous else {}
    age = age_at(registration)
    shown = bands_shown(content, line, answers, age_months=age)
    steps = progress_of(registration, answers, age_months=age)
    position = [step.code for step in steps].index(code)
    since = previous.registered_on if previous else registration.child.birth_date
    notes = notes_of(registration.child, line=Line(pk=line.id), most=_NOTES)
    evidence = _evidence(registration, [item for band in shown for item in line.bands[band]], since)
    return LinePage(
        line=line,
        bands=tuple(
            _band_view(
                band,
                content.bands.get(band),
                line.bands[band],
                age=age,
                answers=answers,
                before=before,
                evidence=evidence,
            )
            for band in shown
        ),
        notes=tuple(note for note in notes if note.observed_on >= since),
        older_notes=tuple(note for note in notes if note.observed_on < since),
        score=preview(content, line, answers, age),
        progress=steps[position],
        previous_on=previous.registered_on if previous else None,
        following=steps[position + 1] if position + 1 < len(steps) else None,
        preceding=steps[position - 1] if position else None,
        lines_done=sum(step.done for step in steps),
        lines_total=len(steps),
    )


def _evidence(
    registration: Registration, items: Iterable[MilestoneContent], since: date
) -> Mapping[UUID, tuple[NoteEvidence, ...]]:
    found = evidence_for(child_ids=[registration.child_id], milestone_ids=[item.id for item in items], since=since)
    return found.get(registration.child_id, {})


def progress_of(registration: Registration, answers: Answers, *, age_months: Fraction) -> tuple[LineProgress, ...]:
    """Return the progress of every line of a registration, in the order of the instrument."""
    content = content_of(registration.version_id)
    areas = {area.id: area.name for area in content.areas}
    return tuple(
        progress_of_line(content, line, answers, age_months=age_months, area=areas[line.area_id])
        for line in lines_of(registration)
    )


def preview(content: InstrumentContent, line: LineContent, answers: Answers, age: Fraction) -> LineScore | None:
    """Return what the line would come to if the registration were closed now; None without a confirmed answer."""
    given = {key: answer.value for key, answer in answers.items() if not answer.carried_over}
    found = line_answers(line, given)
    return content.rule.score(found, age_months=age) if found else None


def progress_of_line(
    content: InstrumentContent, line: LineContent, answers: Answers, *, age_months: Fraction, area: str = ""
) -> LineProgress:
    """Return how far one line is."""
    bands = bands_shown(content, line, answers, age_months=age_months)
    given = [answers.get(item.id) for band in bands for item in line.bands[band]]
    confirmed = [answer for answer in given if answer is not None and not answer.carried_over]
    waiting = sum(item.id in answers and answers[item.id].carried_over for item in line.milestones)
    unseen = sum(answer.value == Answer.Value.NOT_OBSERVED for answer in confirmed)
    return LineProgress(line.code, line.name, area, bands, len(given), len(confirmed), waiting, unseen)


def _band_view(
    number: int,
    band: BandContent | None,
    items: Iterable[MilestoneContent],
    *,
    age: Fraction,
    answers: Answers,
    before: Answers,
    evidence: Mapping[UUID, tuple[NoteEvidence, ...]],
) -> BandView:
    own = band is not None and band.from_months <= age < band.until_months
    milestones = tuple(_milestone_view(item, answers, before, evidence.get(item.id, ())) for item in items)
    return BandView(number, band.label if band else "", own, milestones)


def _points(half_points: int) -> str:
    whole, half = divmod(half_points, 2)
    return f"{whole},5" if half else str(whole)


def _milestone_view(
    item: MilestoneContent, answers: Answers, before: Answers, notes: tuple[NoteEvidence, ...]
) -> MilestoneView:
    answer, previous = answers.get(item.id), before.get(item.id)
    code = ANSWER_CODES[Answer.Value(answer.value)] if answer else ""
    return MilestoneView(
        content=item,
        answer=code,
        seen=code,
        carried_over=bool(answer and answer.carried_over),
        previous=ANSWER_CODES[Answer.Value(previous.value)] if previous else "",
        notes=notes,
    )


def with_answers(page: LinePage, given: Mapping[str, str]) -> LinePage:
    """Return a line's screen with answers of a draft in it, by field name; they are not kept yet."""

    def filled(item: MilestoneView) -> MilestoneView:
        code = given.get(item.field, "")
        return replace(item, answer=code, carried_over=False) if code in ANSWER_VALUES else item

    bands = tuple(replace(band, milestones=tuple(map(filled, band.milestones))) for band in page.bands)
    return replace(page, bands=bands)


def with_replaced(page: LinePage, replaced: Mapping[UUID, Replaced]) -> LinePage:
    """Return a line's screen that tells which answers of colleagues were replaced, by milestone (REG-3.9)."""
    bands = tuple(
        replace(
            band, milestones=tuple(replace(item, replaced=replaced.get(item.content.id)) for item in band.milestones)
        )
        for band in page.bands
    )
    return replace(page, bands=bands)


def changed_milestones(
    items: Sequence[tuple[str, str]], known: Answers, seen: Mapping[str, str] | None = None
) -> dict[UUID, int]:
    """Return from a form's (milestone id, answer code) pairs those that its sender chose.

    That is, those that differ from what stood there when the form was made (``seen``, codes by milestone id, where the
    form said so) or else from what is kept. A form sends along what was taken over as well: leafing on says nothing
    about it, so it goes on waiting to be confirmed. Nor does it say anything about what a colleague chose meanwhile.
    Pairs that are no id or no answer are left out: the form offers none, and each answer is saved on its own.
    """
    found: dict[UUID, int] = {}
    for text, code in items:
        value = ANSWER_VALUES.get(code)
        try:
            key = UUID(text)
        except ValueError:
            continue
        old = known.get(key)
        shown = (seen or {}).get(text)
        untouched = shown == code or (old is not None and old.value == value)
        if value is not None and not untouched:
            found[key] = int(value)
    return found
