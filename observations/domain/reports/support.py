"""The report for internal support: everything the registrations say of a child, and what the numbers mean (REG-8.2)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from django.utils.translation import gettext as _

from kijk.pdf.characters import on_paper
from kijk.web.dutch import format_age, format_date, format_difference
from observations.domain.children.records import main_placement
from observations.domain.instruments.catalogue import InstrumentContent, content_of
from observations.domain.notes.writing import NoteView, notes_of
from observations.domain.registering.seen import seen_of_line
from observations.domain.reports.limits import paragraphs
from observations.domain.reports.sources import Head, head_of, points_of, reportable
from observations.domain.scoring.bands import age_in_months
from observations.models import LineResult, Registration

# The measurements that tell the course.
SHOWN = 4
_MOST_NOTES = 500
_DAYS_BACK = 365


@dataclass(frozen=True)
class LineRow:
    """A line at this measurement: all in words and figures as they are printed; "" where there is none.

    ``seen`` is the number seen of the number asked, ``reason`` why that was too little.
    """

    name: str
    area: str
    outcome: str
    developmental_age: str
    difference: str
    seen: str
    reason: str


@dataclass(frozen=True)
class CourseRow:
    """A line over the measurements: its developmental ages ("–" where there is none), with their outcomes."""

    name: str
    points: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ScaleRow:
    """A scale over the measurements, in points of 1 to 5, and what was seen at the last one."""

    name: str
    points: tuple[str, ...]
    seen: str


@dataclass(frozen=True)
class Measured:
    """A measurement of the course: when, at what age, in which group, by whom, and which revision it is."""

    on: date
    age: str
    period: str
    group: str
    closed_by: str
    closed_at: datetime | None
    revision: int
    instrument: str
    rule: str
    corrected: bool


@dataclass(frozen=True, repr=False)
class NotesOfLine:
    """The notes about a line, newest first; ``line`` is "" for those about none."""

    line: str
    notes: tuple[NoteView, ...]


@dataclass(frozen=True, repr=False)
class SignalLine:
    """A signal about the child: what it is about, since when, how far it is, and the outcome when it is closed."""

    text: str
    since: date
    state: str
    outcome: str


@dataclass(frozen=True, repr=False)
class SupportReport:
    """The report, ready to be drawn. ``measured`` are the measurements, oldest first; the last is this one."""

    head: Head
    age: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[LineRow, ...]
    measured: tuple[Measured, ...]
    course: tuple[CourseRow, ...]
    scales: tuple[ScaleRow, ...]
    signals: tuple[SignalLine, ...]
    conclusion: tuple[str, ...]
    notes: tuple[NotesOfLine, ...]
    notes_since: date
    notice: str


def support_report(registration: Registration, *, today: date, signals: Sequence[SignalLine] = ()) -> SupportReport:
    """Return the report of a closed registration with the three before it (``sources.reportable``)."""
    content = content_of(registration.version_id)
    shown = _course(registration)
    results = _results(shown)
    head = head_of(registration, today=today)
    since = _since(registration, shown)
    return SupportReport(
        head=head,
        age=format_age(_age(registration)),
        facts=tuple(_facts(registration, today)),
        lines=tuple(_lines(registration, content, results[registration.pk])),
        measured=tuple(_measured(each, results[each.pk]) for each in shown),
        course=tuple(_course_rows(content, shown, results)),
        scales=tuple(_scales(content, shown)),
        signals=tuple(signals),
        conclusion=paragraphs(on_paper(registration.texts.conclusion)) if registration.texts else (),
        notes=tuple(_notes(registration, content, since)),
        notes_since=since,
        notice=on_paper(content.notice),
    )


def _course(registration: Registration) -> list[Registration]:
    same = reportable(child=registration.child_id, version__instrument=registration.version.instrument_id)
    rows = same.filter(registered_on__lte=registration.registered_on).select_related("closed_by")
    earlier = [row for row in rows[: SHOWN * 2] if row.registered_on < registration.registered_on]
    return [*reversed(earlier[: SHOWN - 1]), registration]


def _since(registration: Registration, shown: Sequence[Registration]) -> date:
    """Return the day after the measurement before; without one, a year before this one."""
    if len(shown) > 1:
        return shown[-2].registered_on
    return date.fromordinal(registration.registered_on.toordinal() - _DAYS_BACK)


def _results(shown: Sequence[Registration]) -> Mapping[UUID, Mapping[str, LineResult]]:
    """Return the results by registration and line code; a line keeps its code over the versions of an instrument."""
    found: defaultdict[UUID, dict[str, LineResult]] = defaultdict(dict)
    for result in LineResult.objects.filter(registration__in=shown).select_related("line"):
        found[result.registration_id][result.line.code] = result
    return found


def _age(registration: Registration) -> Fraction:
    return age_in_months(registration.child.birth_date, registration.registered_on)


def _facts(registration: Registration, today: date) -> list[tuple[str, str]]:
    child = registration.child
    placed = main_placement(child, today)
    file = child.file
    return [
        ("gender", str(child.get_gender_display())),
        ("home_language", on_paper(child.home_language)),
        ("half_days", "" if child.half_days_per_week is None else str(child.half_days_per_week)),
        ("vve", _days(child.vve_from, child.vve_until)),
        ("group", on_paper(placed.group.name) if placed else ""),
        ("mentor", on_paper(child.mentor.get_full_name()) if child.mentor else ""),
        ("remarks", on_paper(file.remarks)),
    ]


def _days(first: date | None, last: date | None) -> str:
    if first is None:
        return ""
    if last is not None:
        return _("van %(first)s tot en met %(last)s") % {"first": format_date(first), "last": format_date(last)}
    return _("sinds %(first)s") % {"first": format_date(first)}


def _lines(
    registration: Registration, content: InstrumentContent, results: Mapping[str, LineResult]
) -> Iterator[LineRow]:
    answers = dict(registration.answers.values_list("milestone_id", "value"))
    for area in content.areas:
        for line in area.lines:
            result = results.get(line.code)
            seen = seen_of_line(registration, line, result, answers) if result else None
            yield LineRow(
                name=line.name,
                area=area.name,
                outcome=result.outcome if result else "",
                developmental_age=_developmental_age(result),
                difference=_difference(result),
                seen=seen.in_words if seen else "",
                reason=seen.reason if seen else "",
            )


def _developmental_age(result: LineResult | None) -> str:
    if result is None or result.developmental_age is None:
        return "–"
    age = format_age(Fraction(result.developmental_age))
    return f"{age} +" if result.at_least else age


def _difference(result: LineResult | None) -> str:
    return "–" if result is None or result.difference is None else format_difference(Fraction(result.difference))


def _measured(registration: Registration, results: Mapping[str, LineResult]) -> Measured:
    first = next(iter(results.values()), None)
    return Measured(
        on=registration.registered_on,
        age=format_age(_age(registration)),
        period=on_paper(registration.period.name) if registration.period else "",
        group=on_paper(registration.group.name),
        closed_by=on_paper(registration.closed_by.get_full_name()) if registration.closed_by else "",
        closed_at=registration.closed_at,
        revision=registration.revision,
        instrument=f"{registration.version.name} {registration.version.version}",
        rule=_rule_in_words(first.rule_version) if first else "",
        corrected=any(result.corrected_age for result in results.values()),
    )


def _rule_in_words(stored: str) -> str:
    """Return a stored rule ("developmental_age 1.0") as people call it; one that is not known as it was stored."""
    code, _space, version = stored.partition(" ")
    names = {"developmental_age": _("ontwikkelingsleeftijd"), "item_shares": _("aandeel dat lukt")}
    return f"{names.get(code, code)} {version}".strip()


def _course_rows(
    content: InstrumentContent,
    shown: Sequence[Registration],
    results: Mapping[UUID, Mapping[str, LineResult]],
) -> list[CourseRow]:
    rows = []
    for line in content.lines.values():
        found = [results[each.pk].get(line.code) for each in shown]
        points = tuple((_developmental_age(result), result.outcome if result else "") for result in found)
        rows.append(CourseRow(line.name, points))
    return rows


def _scales(content: InstrumentContent, shown: Sequence[Registration]) -> list[ScaleRow]:
    points = [points_of(each) for each in shown]
    codes = [{scale.code: scale.id for scale in content_of(each.version_id).scales} for each in shown]
    rows = []
    for scale in content.scales:
        found = [
            given.get(known[scale.code]) if scale.code in known else None
            for given, known in zip(points, codes, strict=True)
        ]
        if any(found):
            last = found[-1]
            seen = scale.levels[last // 2] if last else ""
            rows.append(ScaleRow(scale.name, tuple(_half(point) for point in found), seen))
    return rows


def _half(doubled: int | None) -> str:
    if doubled is None:
        return "–"
    return f"{doubled // 2},5" if doubled % 2 else str(doubled // 2)


def _notes(registration: Registration, content: InstrumentContent, since: date) -> list[NotesOfLine]:
    """Return the notes since a day up to the registration by line; a note about two lines stands at both."""
    by_line: defaultdict[str, list[NoteView]] = defaultdict(list)
    for note in notes_of(registration.child, most=_MOST_NOTES):
        if since < note.observed_on <= registration.registered_on:
            for line in note.lines or ("",):
                by_line[line].append(note)
    order = [line.name for line in content.lines.values()]
    names = sorted(by_line, key=lambda name: order.index(name) if name in order else len(order))
    return [NotesOfLine(name, tuple(by_line[name])) for name in names]
