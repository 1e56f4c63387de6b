"""What the note form offers: children as one calls them, lines by area (OBS-1)."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from kijk.tenancy.ids import uuid7
from observations.domain.registering.overview import TO_DO, ChildRow
from observations.forms.notes import ChipGroup, NoteForm
from observations.models import ChildFile

GROUPS = {"Vlinders": uuid7(), "Egels": uuid7()}


def row(first_name: str, last_name: str = "Smit", group: str = "Vlinders") -> ChildRow:
    file = ChildFile(first_name, "", last_name)
    return ChildRow(
        pk=uuid7(),
        name=str(file),
        first_name=first_name,
        sort_key=file.sort_key,
        birth_date=date(2023, 1, 1),
        group=group,
        group_id=GROUPS[group],
        status=TO_DO,
        registration_id=None,
        last_note_on=None,
    )


def form(*rows: ChildRow, about: UUID | None = None, data: dict[str, Any] | None = None) -> NoteForm:
    return NoteForm(data, rows=rows, lines=[], about=about, initial={"observed_on": date(2026, 11, 20)})


def labels(groups: tuple[ChipGroup, ...]) -> list[tuple[str, list[str]]]:
    return [(group.label, [chip.label for chip in group.chips]) for group in groups]


@pytest.mark.requirement("OBS-1.1")
def test_children_stand_by_group_in_the_order_of_first_names() -> None:
    shown = form(row("Yara", "Aalders"), row("Émile", "Bos"), row("Eva", "Cox"), row("Levi", "Dam", "Egels"))
    assert labels(shown.child_groups) == [("Egels", ["Levi"]), ("Vlinders", ["Émile", "Eva", "Yara"])]


def test_children_of_a_group_who_share_a_first_name_have_the_whole_of_theirs() -> None:
    (group,) = form(row("Yara", "Bos"), row("Yara", "Aalders"), row("Mo", "Cox")).child_groups
    assert [(chip.label, chip.more) for chip in group.chips] == [("Mo", " Cox"), ("Yara Aalders", ""), ("Yara Bos", "")]


def test_children_of_two_groups_may_share_a_first_name() -> None:
    groups = form(row("Yara", "Bos"), row("Yara", "Cox", "Egels")).child_groups
    assert labels(groups) == [("Egels", ["Yara"]), ("Vlinders", ["Yara"])]


def test_child_whose_page_led_here_is_chosen_and_stands_apart() -> None:
    yara, mo = row("Yara"), row("Mo")
    shown = form(yara, mo, about=yara.pk)
    assert shown.about is not None
    assert [(chip.label, chip.chosen) for chip in shown.about.chips] == [("Yara", True)]
    assert labels(shown.child_groups) == [("Vlinders", ["Mo"])]


def test_child_out_of_reach_is_not_chosen() -> None:
    assert form(row("Mo"), about=uuid7()).about is None


@pytest.mark.parametrize(("count", "folds"), [(16, False), (17, True)])
def test_groups_are_folded_where_there_are_too_many_children_to_overlook(count: int, folds: bool) -> None:
    rows = [row(f"Kind{number}", group=group) for group in GROUPS for number in range(count)]
    assert form(*rows).folds_groups is folds


def test_one_large_group_is_never_folded() -> None:
    assert not form(*[row(f"Kind{number}") for number in range(40)]).folds_groups


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, False),
        ({"context": "buiten"}, True),
        ({"observed_on": "2026-11-19"}, True),
        ({"observed_on": "gisteren"}, True),
    ],
)
def test_place_and_day_are_unfolded_where_something_was_filled_in(changes: dict[str, str], shown: bool) -> None:
    data = {"text": "", "observed_on": "2026-11-20"} | changes
    assert form(row("Mo"), data=data).shows_place_and_day is shown
