"""The report of a child in out-of-school care, for the talk with parents and the child itself (BSO-2.2).

Against itself only: no age, no other child, no home language; what was written about agreements names no other child.
The conclusion is the staff's own and stays out.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kijk.pdf.characters import on_paper
from observations.domain.bso.comparing import AspectPair, StatementPair, comparison_of
from observations.domain.bso.course import Course, course_of
from observations.domain.bso.follow_ups import FollowUpView, follow_ups_of
from observations.domain.bso.measured import head_of, reportable
from observations.domain.bso.reading import (
    UNKNOWN_LABEL,
    answers_of,
    points_by_registration,
    points_in_words,
    summary_of,
)
from observations.domain.instruments.catalogue import content_of
from observations.domain.reports.limits import others_first_names, paragraphs
from observations.domain.reports.sources import Head
from observations.models import BsoAnswer, BsoRegistration, Scale

#: The measurements that tell the course.
MOST_MEASURED: Final = 5

# By whole point; a half point is told as the point below it. The scale's own texts are for who observes.
_TOLD: Final[Mapping[str, Mapping[int, Promise]]] = {
    Scale.Kind.WELL_BEING: {
        5: gettext_lazy("%(name)s voelt zich thuis op de BSO: vrolijk, ontspannen en zichzelf."),
        4: gettext_lazy("%(name)s heeft het meestal naar de zin op de BSO."),
        3: gettext_lazy("%(name)s gaat rustig mee met de middag. We zoeken samen naar wat die extra leuk maakt."),
        2: gettext_lazy("%(name)s heeft fijne momenten op de BSO, en ook moeilijke. We bespreken graag wat helpt."),
        1: gettext_lazy("%(name)s heeft het nu niet makkelijk op de BSO. We bespreken graag wat nodig is."),
    },
    Scale.Kind.INVOLVEMENT: {
        5: gettext_lazy("%(name)s gaat helemaal op in een bezigheid, bedenkt plannen en wil morgen verder."),
        4: gettext_lazy("%(name)s kiest zelf iets en is daar langere tijd echt mee bezig."),
        3: gettext_lazy(
            "%(name)s is bezig, en stopt makkelijk als er iets anders gebeurt. We zoeken wat langer boeit."
        ),
        2: gettext_lazy("%(name)s begint aan van alles en haakt vaak snel af. We zoeken samen naar wat past."),
        1: gettext_lazy("%(name)s komt op de BSO nu moeilijk op gang. Vertel ons graag wat thuis leuk is."),
    },
}


@dataclass(frozen=True)
class ScaleTold:
    """A scale: its course over the measurements, and what the last point means."""

    course: Course
    told: str


@dataclass(frozen=True)
class AspectTold:
    """An aspect in words: what staff see now and saw the time before, and what the child says; "" for not known."""

    name: str
    description: str
    staff: str
    before: str
    child: str


@dataclass(frozen=True)
class StatementTold:
    """A statement with both views; ``difference`` says in words how they differ by two steps or more, else ""."""

    text: str
    child_text: str
    staff: str
    child: str
    difference: str


@dataclass(frozen=True, repr=False)
class AgreementTold:
    """What is going to be done, by whom and by when, and when it was done."""

    lines: tuple[str, ...]
    responsible: str
    due_on: date
    done_on: date | None


@dataclass(frozen=True, repr=False)
class BsoChildReport:
    """The report, ready to be drawn. ``before_on``: when was looked before, or None."""

    head: Head
    made_by: str
    scales: tuple[ScaleTold, ...]
    aspects: tuple[AspectTold, ...]
    before_on: date | None
    has_child: bool
    statements: tuple[StatementTold, ...]
    agreements: tuple[AgreementTold, ...]

    @property
    def title(self) -> str:
        """The title of the document."""
        return _("Zo gaat het met %(name)s op de BSO") % {"name": self.head.first_name}

    @property
    def differing(self) -> int:
        """On how many statements the views clearly differ."""
        return sum(bool(statement.difference) for statement in self.statements)


def child_report(registration: BsoRegistration, *, today: date, made_by: str) -> BsoChildReport:
    """Return the report of a measurement that counts (``measured.reportable``), in the language that is in force."""
    head, comparison = head_of(registration, today=today), comparison_of(registration)
    measured = _measured(registration)
    before = measured[-2] if len(measured) > 1 else None
    names = others_first_names(registration.child, on=registration.observed_on)
    names |= others_first_names(registration.child, on=today)
    return BsoChildReport(
        head=head,
        made_by=on_paper(made_by),
        scales=tuple(_scales(registration, measured, head.first_name)),
        aspects=tuple(_aspects(registration, before, comparison.aspects)),
        before_on=before.observed_on if before else None,
        has_child=comparison.has_child,
        statements=tuple(
            _statement(pair, head.first_name) for aspect in comparison.aspects for pair in aspect.statements
        ),
        agreements=tuple(_agreement(found, names) for found in follow_ups_of(registration, today=today)),
    )


def without_names(text: str, names: Collection[str]) -> str:
    """Return a text in which the first names of other children, written as names are, are "een ander kind"."""
    if not names:
        return text
    wanted = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True) if name)
    small, large = _("een ander kind"), _("Een ander kind")

    def masked(found: re.Match[str]) -> str:
        before = text[: found.start()].rstrip(" ")
        return large if not before or before[-1] in ".!?\n" else small

    return re.sub(rf"(?<!\w)(?:{wanted})(?!\w)", masked, text)


def _measured(registration: BsoRegistration) -> list[BsoRegistration]:
    """Return the measurements up to this one, the oldest first; one query."""
    rows = reportable(child=registration.child_id, observed_on__lte=registration.observed_on)
    return [*reversed(rows[:MOST_MEASURED])]


def _scales(registration: BsoRegistration, measured: Sequence[BsoRegistration], name: str) -> list[ScaleTold]:
    points = points_by_registration([row.pk for row in measured])
    told = []
    for scale in content_of(registration.version_id).scales:
        given = [(row.observed_on, points.get(row.pk, {}).get(scale.code)) for row in measured]
        known = [(on, doubled, points_in_words(doubled)) for on, doubled in given if doubled is not None]
        now = points.get(registration.pk, {}).get(scale.code)
        words = _TOLD.get(scale.kind, {}).get(now // 2) if now is not None else None
        sentence = str(words) % {"name": name} if words else ""
        if known:
            told.append(ScaleTold(course_of(scale.name, known), sentence))
    return told


def _aspects(
    registration: BsoRegistration, before: BsoRegistration | None, aspects: Sequence[AspectPair]
) -> list[AspectTold]:
    earlier: dict[str, str] = {}
    if before is not None:
        given = answers_of(before.pk, BsoAnswer.View.STAFF)
        lines = content_of(before.version_id).lines.values()
        earlier = {line.code: summary_of(line, given).words for line in lines}
    described = {line.code: line.description for line in content_of(registration.version_id).lines.values()}
    return [
        AspectTold(
            name=aspect.name,
            description=described[aspect.staff.code],
            staff=aspect.staff.words,
            before=earlier.get(aspect.staff.code, ""),
            child=aspect.child.words if aspect.child else "",
        )
        for aspect in aspects
    ]


def _statement(pair: StatementPair, name: str) -> StatementTold:
    difference = ""
    if pair.differs and pair.higher == "child":
        difference = _("%(name)s vindt dat dit vaker gebeurt dan wij zien.") % {"name": name}
    elif pair.differs:
        difference = _("Wij zien dit vaker dan %(name)s zelf vindt.") % {"name": name}
    # What staff do not know is a dash, as in the aspects above it; that the child does not know is its own answer.
    staff = "" if pair.staff == str(UNKNOWN_LABEL) else pair.staff.lower()
    return StatementTold(pair.text, pair.child_text, staff, pair.child.lower(), difference)


def _agreement(found: FollowUpView, names: Collection[str]) -> AgreementTold:
    return AgreementTold(
        lines=paragraphs(on_paper(without_names(found.text, names))),
        responsible=on_paper(found.responsible),
        due_on=found.due_on,
        done_on=found.done_on,
    )
