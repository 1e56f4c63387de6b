"""Timelines of notes, their filters and the search in them (OBS-4); and what notes say of milestones."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from observations.domain.notes import timeline
from observations.domain.notes.changing import add_to_note
from observations.domain.notes.evidence import evidence_for
from observations.domain.notes.timeline import PAGE, Filters, authors_of, timeline_of
from observations.domain.notes.writing import write_note
from observations.models import Child, Line, Note
from tests import factories
from tests.observations.conftest import Nursery

TODAY = date(2026, 11, 20)


def write(nursery: Nursery, text: str, *children: Child, **changes: Any) -> Note:
    known: dict[str, Any] = {"observed_on": TODAY, "today": TODAY, "entry_id": uuid7(), "by": nursery.staff, **changes}
    return write_note(children=children or [nursery.child], text=text, **known)[0]


def texts(nursery: Nursery, *children: Child, number: int = 1, **filters: Any) -> list[str]:
    ids = [child.pk for child in children or [nursery.child]]
    found = timeline_of(ids, filters=Filters(**filters), number=number, user=nursery.staff, now=timezone.now())
    return [note.text for note in found.notes]


@pytest.mark.requirement("OBS-4.1")
def test_timeline_is_filtered_by_line_author_and_period(in_nursery: Nursery) -> None:
    colleague = factories.user(Role.GROUP_STAFF)
    write(in_nursery, "Spel", lines=[Line.objects.get(code="spel")])
    write(in_nursery, "Van een ander", by=colleague, observed_on=TODAY - timedelta(days=1))
    write(in_nursery, "Oud", observed_on=TODAY - timedelta(days=60))
    assert texts(in_nursery) == ["Spel", "Van een ander", "Oud"]
    assert texts(in_nursery, line="spel") == ["Spel"]
    assert texts(in_nursery, author=colleague.pk) == ["Van een ander"]
    assert texts(in_nursery, since=TODAY - timedelta(days=1)) == ["Spel", "Van een ander"]
    assert texts(in_nursery, until=TODAY - timedelta(days=1)) == ["Van een ander", "Oud"]
    assert [name for _pk, name in authors_of([in_nursery.child.pk])] == sorted(
        [in_nursery.staff.get_full_name(), colleague.get_full_name()], key=str.casefold
    )


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("ijsje", ["Wil een IJsje, zegt: één!"]),
        ("EEN ijs", ["Wil een IJsje, zegt: één!"]),
        ("zand", ["Maakt taartjes."]),
        ("sje", []),
        ("nergens", []),
        ("...", ["Wil een IJsje, zegt: één!", "Maakt taartjes."]),
    ],
)
@pytest.mark.requirement("OBS-4.2")
def test_search_finds_beginnings_of_words_without_accents_and_capitals(
    in_nursery: Nursery, search: str, found: list[str]
) -> None:
    write(in_nursery, "Maakt taartjes.", context="Zandbak", observed_on=TODAY - timedelta(days=1))
    write(in_nursery, "Wil een IJsje, zegt: één!")
    assert texts(in_nursery, search=search) == found


def test_search_looks_in_additions_too(in_nursery: Nursery) -> None:
    note = write(in_nursery, "Bouwt een toren.")
    add_to_note(note=note, text="Later ook een garage.", entry_id=uuid7(), now=timezone.now(), by=in_nursery.staff)
    assert texts(in_nursery, search="garage toren") == ["Bouwt een toren."]


@pytest.mark.requirement("OBS-4.2")
def test_search_stays_within_the_children_given(in_nursery: Nursery) -> None:
    other = factories.child(in_nursery.group, "Mo")
    write(in_nursery, "Bouwt een toren.", other)
    assert texts(in_nursery, search="toren") == []
    assert texts(in_nursery, other, search="toren") == ["Bouwt een toren."]


def test_search_that_did_not_look_at_everything_says_so(in_nursery: Nursery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "MOST_SEARCHED", 1)
    write(in_nursery, "Toren, nieuw.")
    write(in_nursery, "Toren, oud.", observed_on=TODAY - timedelta(days=1))
    found = timeline_of(
        [in_nursery.child.pk], filters=Filters(search="toren"), number=1, user=in_nursery.staff, now=timezone.now()
    )
    assert ([note.text for note in found.notes], found.is_cut) == (["Toren, nieuw."], True)


def test_pages_hold_twenty_notes_and_a_page_too_far_is_the_last(in_nursery: Nursery) -> None:
    for number in range(PAGE + 1):
        write(in_nursery, f"Nummer {number}", observed_on=TODAY - timedelta(days=number))
    assert len(texts(in_nursery)) == PAGE
    assert texts(in_nursery, number=2) == texts(in_nursery, number=99) == [f"Nummer {PAGE}"]
    assert texts(in_nursery, number=2, search="nummer") == [f"Nummer {PAGE}"]


@pytest.mark.parametrize(("search", "queries"), [("", 7), ("toren", 8)])
def test_timeline_costs_the_same_for_one_child_and_for_three(
    nursery: Nursery, django_assert_num_queries: Any, search: str, queries: int
) -> None:
    def measure(names: list[str]) -> None:
        with tenant_scope(nursery.organisation_id, actor_id=nursery.staff.pk):
            children = [nursery.child, *(factories.child(nursery.group, name) for name in names)]
            for child in children:
                note = write(nursery, "Bouwt een toren.", child, lines=[Line.objects.get(code="spel")])
                add_to_note(note=note, text="Nog een.", entry_id=uuid7(), now=timezone.now(), by=nursery.staff)
        with tenant_scope(nursery.organisation_id, actor_id=nursery.staff.pk), django_assert_num_queries(queries):
            assert texts(nursery, *children, search=search)

    measure([])
    measure(["Mo", "Eva"])


@pytest.mark.requirement("REG-3.1")
def test_evidence_stands_by_child_and_milestone_newest_first(
    in_nursery: Nursery, django_assert_num_queries: Any
) -> None:
    other = factories.child(in_nursery.group, "Mo")
    one, two = in_nursery.content.lines["tekenen"].bands[7][:2]
    write(in_nursery, "Eerst", milestones={one.id: "emerging"}, observed_on=TODAY - timedelta(days=9))
    write(in_nursery, "Daarna", in_nursery.child, other, milestones={one.id: "secure", two.id: "emerging"})
    write(in_nursery, "Te oud", milestones={one.id: "secure"}, observed_on=TODAY - timedelta(days=90))
    ids = [in_nursery.child.pk, other.pk]
    with django_assert_num_queries(1):
        found = evidence_for(child_ids=ids, milestone_ids=[one.id, two.id], since=TODAY - timedelta(days=30))
    mine = found[in_nursery.child.pk]
    assert [(seen.text, seen.shows, seen.author) for seen in mine[one.id]] == [
        ("Daarna", "secure", in_nursery.staff.get_full_name()),
        ("Eerst", "emerging", in_nursery.staff.get_full_name()),
    ]
    assert [seen.text for seen in found[other.pk][two.id]] == ["Daarna"]
    assert evidence_for(child_ids=[other.pk], milestone_ids=[one.id], since=TODAY + timedelta(days=1)) == {}
