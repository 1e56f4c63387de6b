"""Writing and reading observation notes (OBS-1)."""

from datetime import date

import pytest

from kijk.tenancy.ids import uuid7
from observations.domain.notes.writing import MAX_TEXT, NoteRefused, notes_of, write_note
from observations.models import Child, Line, Note
from tests import factories
from tests.observations.conftest import Nursery

TODAY = date(2026, 11, 20)


def write(
    nursery: Nursery, children: list[Child], text: str = "Stapelt vier blokken.", **changes: object
) -> list[Note]:
    known = {"observed_on": TODAY, "today": TODAY, "entry_id": uuid7(), "by": nursery.staff, **changes}
    return write_note(children=children, text=text, **known)  # type: ignore[arg-type]


@pytest.mark.requirement("OBS-1.1")
def test_note_keeps_text_context_lines_date_and_author(in_nursery: Nursery) -> None:
    lines = list(Line.objects.filter(code__in=["spel", "tijd"]))
    write(in_nursery, [in_nursery.child], "Bouwt een garage.", context="bouwhoek", lines=lines)
    found = notes_of(in_nursery.child)[0]
    assert (found.text, found.context, found.lines, found.observed_on, found.author) == (
        "Bouwt een garage.",
        "bouwhoek",
        ("Spel", "Tijd"),
        TODAY,
        str(in_nursery.staff.name),
    )


@pytest.mark.requirement("OBS-1.2")
def test_note_about_several_children_gives_each_its_own(in_nursery: Nursery) -> None:
    other = factories.child(in_nursery.group, "Mo", "", "El Amrani")
    write(in_nursery, [in_nursery.child, other])
    assert [len(notes_of(child)) for child in (in_nursery.child, other)] == [1, 1]


def test_note_sent_twice_is_kept_once(in_nursery: Nursery) -> None:
    entry_id = uuid7()
    kept = [len(write(in_nursery, [in_nursery.child], entry_id=entry_id)) for _ in range(2)]
    assert kept == [1, 0]


@pytest.mark.parametrize(
    ("text", "changes", "reason"),
    [
        ("   ", {}, "wat u zag"),
        ("x" * (MAX_TEXT + 1), {}, "te lang"),
        ("Later", {"observed_on": date(2026, 11, 21)}, "nog niet geweest"),
    ],
)
def test_note_is_refused_with_a_reason(in_nursery: Nursery, text: str, changes: dict[str, object], reason: str) -> None:
    with pytest.raises(NoteRefused, match=reason):
        write(in_nursery, [in_nursery.child], text, **changes)


def test_note_about_nobody_is_refused(in_nursery: Nursery) -> None:
    with pytest.raises(NoteRefused, match="minstens"):
        write(in_nursery, [])


def test_notes_of_a_line_are_those_tagged_with_it(in_nursery: Nursery) -> None:
    play, time = Line.objects.get(code="spel"), Line.objects.get(code="tijd")
    write(in_nursery, [in_nursery.child], "Over spel", lines=[play])
    write(in_nursery, [in_nursery.child], "Over tijd", lines=[time])
    assert [note.text for note in notes_of(in_nursery.child, line=time)] == ["Over tijd"]


def test_notes_stand_newest_first(in_nursery: Nursery) -> None:
    for day in (3, 9, 6):
        write(in_nursery, [in_nursery.child], f"Dag {day}", observed_on=date(2026, 11, day))
    assert [note.text for note in notes_of(in_nursery.child)] == ["Dag 9", "Dag 6", "Dag 3"]
