"""What was written for parents in the demonstration: part of the reports of this period, some after the talk."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random

from django.utils import timezone

from observations.demo.chance import stream
from observations.demo.data_files import read_data
from observations.demo.periods import PAST_PERIODS
from observations.demo.plans import ChildPlan, OrganisationPlan
from observations.demo.stories import RegistrationStory, RoomStory
from observations.demo.structure import Structure
from observations.demo.writing import Children
from observations.domain.reports.limits import BOUNDS
from observations.models import ExampleText, Note, ParentsWords, ReportExample, ReportPreparation, ReportTexts

_WRITTEN, _TALKED = 0.7, 0.4
_MOST_EXAMPLES = 3
#: Doubled points of well-being from which the cheerful texts fit.
_HAPPY_FROM = 7
_WELL_BEING = "welbevinden"


def write_room_reports(
    story: RoomStory, planned: Iterable[ChildPlan], children: Children, structure: Structure, plan: OrganisationPlan
) -> int:
    """Write what goes into the reports for parents of a room's children who were registered this period; return how many."""
    names = {child.number: child.first_name for child in planned}
    rows = []
    for registration in story.registrations:
        chance = stream(plan.seed, plan.blueprint.key, registration.child, "report")
        fits = registration.closed_after is not None and registration.period == PAST_PERIODS
        if fits and chance.random() < _WRITTEN:
            row = ReportPreparation(child=children[registration.child], kind=ReportPreparation.Kind.PARENTS)
            _write(row, registration, names[registration.child], chance)
            author = structure.staff[registration.author]
            row.written_by, row.written_at = author, _afternoon(_within(registration.registered_on, 2, plan.today))
            if row.talk_on is not None and row.talk_on >= plan.today:
                row.words, row.talk_on = None, None
            elif row.talk_on is not None:
                row.words_by, row.words_at = author, _afternoon(row.talk_on)
            rows.append(row)
    ReportPreparation.objects.bulk_create(rows)
    ReportExample.objects.bulk_create(_examples(rows))
    return len(rows)


def _write(row: ReportPreparation, story: RegistrationStory, name: str, chance: Random) -> None:
    """Fill in the texts, and for part of them a talk some days later."""
    row.registered_on = story.registered_on
    row.texts = ReportTexts(
        likes=_one(chance, "likes", name),
        conclusion=_one(chance, "happy" if _is_happy(story) else "careful", name),
        agreements="\n".join(_some(chance, "agreements", name)),
    )
    if chance.random() < _TALKED:
        speaker = chance.choice((ReportPreparation.Speaker.PARENT, ReportPreparation.Speaker.PARENTS))
        row.words = ParentsWords(_one(chance, "words", name), speaker)
        row.talk_on = story.registered_on + timedelta(days=chance.randint(5, 20))


def _within(day: date, days: int, last: date) -> date:
    return min(day + timedelta(days=days), last)


def _is_happy(story: RegistrationStory) -> bool:
    return story.scales.get(_WELL_BEING, 0) >= _HAPPY_FROM


def _examples(rows: Iterable[ReportPreparation]) -> list[ReportExample]:
    """Return for each report the last notes about that child that are short enough."""
    found = []
    for row in rows:
        notes = Note.objects.filter(child=row.child_id, observed_on__lte=row.registered_on).order_by(
            "-observed_on", "id"
        )
        fitting = [note for note in notes[:8] if len(note.content.text) <= BOUNDS["example"].characters]
        for note in fitting[:_MOST_EXAMPLES]:
            example = ReportExample(preparation=row, child_id=row.child_id, note=note)
            example.text = ExampleText(note.content.text)
            found.append(example)
    return found


def _afternoon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(16, 30)))


@cache
def _texts() -> Mapping[str, list[str]]:
    texts: Mapping[str, list[str]] = read_data("reports")
    return texts


def _one(chance: Random, kind: str, name: str) -> str:
    return " ".join(chance.choice(_texts()[kind]).replace("{naam}", name).split())


def _some(chance: Random, kind: str, name: str) -> list[str]:
    return [text.replace("{naam}", name) for text in chance.sample(_texts()[kind], chance.randint(1, 2))]
