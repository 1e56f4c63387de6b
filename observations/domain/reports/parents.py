"""The report for parents: what a child likes, can and is learning, against itself only (REG-8.1).

No ages, no other children, no classes: none of those is in what this module reads. Always in Dutch, as it is a
document of the organisation; each text staff write is bounded where it is typed (limits).
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kijk.pdf.characters import on_paper
from observations.domain.instruments.catalogue import InstrumentContent, content_of
from observations.domain.reports.growth import AreaSteps, areas_of, growth_of
from observations.domain.reports.limits import paragraphs
from observations.domain.reports.preparing import Kind, Preparation, preparation_of
from observations.domain.reports.sources import Head, earlier_of, head_of, points_of, values_of
from observations.models import Answer, Registration, Scale

MOST_GROWN: Final = 6
MOST_STEPS: Final = 2

# How an area is called to somebody who does not work with it; an area of another instrument keeps its own name.
_PLAIN_NAMES: Final = {
    "sociaal-emotioneel": gettext_lazy("Gevoelens en omgaan met anderen"),
    "zelfstandigheid": gettext_lazy("Dingen zelf doen"),
    "spel": gettext_lazy("Spelen"),
    "motoriek": gettext_lazy("Bewegen en tekenen"),
    "waarneming": gettext_lazy("Kijken en luisteren"),
    "taal": gettext_lazy("Praten en boekjes"),
    "denken": gettext_lazy("Denken, tellen en tijd"),
}

# By whole point; a half point is told as the point below it. The scale's own texts are for who observes.
_FEELS: Final = {
    5: gettext_lazy("%(name)s voelt zich bij ons thuis en geniet zichtbaar van mensen en dingen."),
    4: gettext_lazy("%(name)s heeft het meestal naar de zin bij ons."),
    3: gettext_lazy("%(name)s gaat rustig mee met de dag. We zoeken samen naar wat %(name)s extra blij maakt."),
    2: gettext_lazy(
        "%(name)s heeft fijne momenten bij ons, en ook momenten die moeilijk zijn. Met u bespreken we graag wat %(name)s helpt."
    ),
    1: gettext_lazy("%(name)s heeft het bij ons nu niet makkelijk. Met u bespreken we graag wat %(name)s nodig heeft."),
}
_PLAYS: Final = {
    5: gettext_lazy("In het spel vergeet %(name)s de tijd: met alle aandacht kijken, denken en proberen."),
    4: gettext_lazy("%(name)s is vaak langere tijd met aandacht bezig."),
    3: gettext_lazy("%(name)s doet mee met wat we doen. We zoeken naar spel waar %(name)s helemaal in opgaat."),
    2: gettext_lazy("%(name)s speelt vaak kort met iets. We zoeken samen naar spel dat langer boeit."),
    1: gettext_lazy(
        "Helemaal opgaan in spel lukt %(name)s nu nog weinig. Vertel ons graag wat %(name)s thuis leuk vindt."
    ),
}

_FURTHER: Final = {
    Answer.Value.NOT_YET: gettext_lazy("nog niet"),
    Answer.Value.EMERGING: gettext_lazy("soms, of met hulp"),
    Answer.Value.SECURE: gettext_lazy("lukt goed"),
}


@dataclass(frozen=True)
class Grown:
    """Something a child does that it did less before: then and now in words."""

    text: str
    then: str
    now: str


@dataclass(frozen=True, repr=False)
class Seen:
    """An example of what was seen, in the words that were chosen for parents."""

    text: str
    on: date


@dataclass(frozen=True, repr=False)
class ParentsView:
    """What parents said, by whom in general terms, and who wrote it down."""

    lines: tuple[str, ...]
    speaker: str
    talk_on: date
    written_by: str


@dataclass(frozen=True, repr=False)
class ParentsReport:
    """The report, ready to be drawn on a screen and on paper. ``earlier_on``: when was looked before, or None."""

    head: Head
    conclusion: tuple[str, ...]
    likes: tuple[str, ...]
    feelings: tuple[str, ...]
    areas: tuple[AreaSteps, ...]
    earlier_on: date | None
    grown: tuple[Grown, ...]
    examples: tuple[Seen, ...]
    agreements: tuple[str, ...]
    view: ParentsView | None

    @property
    def title(self) -> str:
        """The title of the document."""
        return _("Zo gaat het met %(name)s") % {"name": self.head.first_name}


def parents_report(registration: Registration, *, today: date, preparation: Preparation | None = None) -> ParentsReport:
    """Return the report of a closed registration (``sources.reportable``), in the language that is in force."""
    prepared = preparation or preparation_of(registration, Kind.PARENTS)
    content = content_of(registration.version_id)
    head, earlier, now = head_of(registration, today=today), earlier_of(registration), values_of(registration)
    steps = growth_of(content, values_of(earlier), now, most=MOST_GROWN)
    areas = areas_of(content, now, told=[step.text for step in steps], most=MOST_STEPS)
    return ParentsReport(
        head=head,
        conclusion=paragraphs(prepared.texts.conclusion),
        likes=paragraphs(prepared.texts.likes),
        feelings=_feelings(registration, content, head.first_name),
        areas=tuple(replace(area, name=str(_PLAIN_NAMES.get(area.code, area.name))) for area in areas),
        earlier_on=earlier.registered_on if earlier else None,
        grown=tuple(Grown(step.text, _further(step.before), _further(step.now)) for step in steps),
        examples=tuple(Seen(" ".join(paragraphs(found.text)), found.observed_on) for found in prepared.examples),
        agreements=paragraphs(prepared.texts.agreements),
        view=view_of(prepared),
    )


def view_of(prepared: Preparation) -> ParentsView | None:
    """Return what parents said at the talk, or None when that was not written down."""
    words = prepared.words
    if words is None:
        return None
    return ParentsView(paragraphs(words.text), words.speaker_in_words, words.talk_on, on_paper(words.written_by))


def _further(value: int) -> str:
    return str(_FURTHER[Answer.Value(value)])


def _feelings(registration: Registration, content: InstrumentContent, name: str) -> tuple[str, ...]:
    points = points_of(registration)
    told = []
    for kind, words in ((Scale.Kind.WELL_BEING, _FEELS), (Scale.Kind.INVOLVEMENT, _PLAYS)):
        scale = next((scale for scale in content.scales if scale.kind == kind), None)
        if scale is not None and scale.id in points:
            told.append(str(words[points[scale.id] // 2]) % {"name": name})
    return tuple(told)
