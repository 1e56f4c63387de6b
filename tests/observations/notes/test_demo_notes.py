"""The demonstration's notes: some linked to their milestone, some added to, and written when they say they were."""

import pytest
from django.utils import timezone

from observations.demo.stories import AddendumStory, NoteStory, RoomStory
from observations.demo.structure import Structure
from observations.demo.writing import write_room_story
from observations.domain.scoring.bands import Score
from observations.models import InstrumentVersion, Note, NoteAddendum, NoteMilestone
from tests.observations.conftest import Nursery


@pytest.mark.requirement("OBS-2.5")
def test_story_is_written_with_its_milestone_and_its_addendum(in_nursery: Nursery) -> None:
    today = timezone.localdate()
    seen = today.replace(year=today.year - 1, day=1)
    milestone = in_nursery.content.lines["tekenen"].bands[7][0]
    story = NoteStory(
        children=(1,),
        author=1,
        observed_on=seen,
        text="Tekent een gezicht.",
        context="tekenhoek",
        lines=("tekenen",),
        milestone=milestone.code,
        shows=Score.EMERGING,
        is_linked=True,
        addendum=AddendumStory(author=1, written_on=seen.replace(day=15), text="Nu met oren."),
    )
    structure = Structure(staff={1: in_nursery.staff}, groups={}, periods=[])
    version = InstrumentVersion.objects.get(pk=in_nursery.content.version_id)
    counts = write_room_story(RoomStory((), (story,)), {1: in_nursery.child}, structure, version)
    note, addendum = Note.objects.get(), NoteAddendum.objects.get()
    assert counts.notes == 1
    assert note.created_at.date() == seen
    link = NoteMilestone.objects.get()
    assert (link.milestone_id, link.shows) == (milestone.id, "emerging")
    assert (addendum.content.text, timezone.localdate(addendum.written_at)) == ("Nu met oren.", seen.replace(day=15))
