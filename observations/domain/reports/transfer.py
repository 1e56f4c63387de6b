"""The report for the next school: who the child is, what it can, what it needs, in words (REG-8.4).

It is a draft until the transfer procedure shows it to the parents, adds their view and, from childcare, holds their
consent: until then it may not leave the house, and says so on every page.
"""

from dataclasses import dataclass
from datetime import date

from kijk.pdf.characters import on_paper
from observations.domain.children.records import main_placement
from observations.domain.instruments.catalogue import content_of
from observations.domain.registering.results import is_vve
from observations.domain.reports.growth import steps_of
from observations.domain.reports.limits import paragraphs
from observations.domain.reports.parents import ParentsView, view_of
from observations.domain.reports.preparing import Kind, preparation_of
from observations.domain.reports.sources import Head, head_of, values_of
from observations.models import Child, LineResult, Placement, Registration

MOST_STEPS = 2


@dataclass(frozen=True)
class TransferLine:
    """A line in words: its outcome (a code; "" where there is none), and what was seen."""

    name: str
    outcome: str
    can: tuple[str, ...]
    learns: tuple[str, ...]


@dataclass(frozen=True)
class TransferArea:
    """An area with its lines that were registered."""

    name: str
    lines: tuple[TransferLine, ...]


@dataclass(frozen=True)
class ChildFacts:
    """What the next school must know of who the child is; "" and None where nothing is known."""

    gender: str
    home_language: str
    vve: bool
    half_days: int | None
    group: str
    since: date | None


@dataclass(frozen=True, repr=False)
class TransferReport:
    """The report, ready to be drawn."""

    head: Head
    facts: ChildFacts
    strengths: tuple[str, ...]
    attention: tuple[str, ...]
    areas: tuple[TransferArea, ...]
    agreements: tuple[str, ...]
    view: ParentsView | None


def transfer_report(registration: Registration, *, today: date) -> TransferReport:
    """Return the report of a closed registration (``sources.reportable``).

    Agreements and the parents' view come from the report for parents: nobody writes them twice.
    """
    own = preparation_of(registration, Kind.TRANSFER)
    talk = preparation_of(registration, Kind.PARENTS)
    return TransferReport(
        head=head_of(registration, today=today),
        facts=_facts(registration.child, today),
        strengths=paragraphs(own.texts.strengths),
        attention=paragraphs(own.texts.attention),
        areas=tuple(_areas(registration)),
        agreements=paragraphs(talk.texts.agreements),
        view=view_of(talk),
    )


def _facts(child: Child, today: date) -> ChildFacts:
    placed = main_placement(child, today)
    first = Placement.objects.filter(child=child).order_by("begins_on").values_list("begins_on", flat=True).first()
    return ChildFacts(
        gender=str(child.get_gender_display()),
        home_language=on_paper(child.home_language),
        vve=is_vve(child, today),
        half_days=child.half_days_per_week,
        group=on_paper(placed.group.name) if placed else "",
        since=first,
    )


def _areas(registration: Registration) -> list[TransferArea]:
    content, now = content_of(registration.version_id), values_of(registration)
    results = LineResult.objects.filter(registration=registration).values_list("line__code", "outcome")
    outcomes = dict(results)
    areas = []
    for area in content.areas:
        lines = [
            TransferLine(line.name, outcomes[line.code], *steps_of(line, now, most=MOST_STEPS))
            for line in area.lines
            if line.code in outcomes
        ]
        if lines:
            areas.append(TransferArea(area.name, tuple(lines)))
    return areas
