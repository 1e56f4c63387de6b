"""The overview of a group: children × lines (REG-7)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import User
from kijk.tenancy.context import tenant_scope
from observations.domain.overviews.group import (
    BY_AGE,
    BY_ATTENTION,
    BY_NAME,
    GroupOverview,
    OverviewChoice,
    group_overview_of,
)
from observations.domain.signals.raising import raise_signal
from observations.models import Child
from tests import factories
from tests.clients import client_of
from tests.observations.conftest import Nursery
from tests.observations.signals.histories import BEFORE, MOMENT, NOW_ON, closed, reaching


def register(nursery: Nursery, child: Child, lines: Mapping[str, int], on: date = NOW_ON) -> None:
    closed(nursery, reaching(nursery.content, lines), child=child, on=on)


def overview(nursery: Nursery, user: User | None = None, **choice: Any) -> GroupOverview:
    viewer = User.objects.get(pk=(user or nursery.staff).pk)
    return group_overview_of(nursery.group, user=viewer, choice=OverviewChoice(**choice), today=NOW_ON)


@pytest.fixture
def room(in_nursery: Nursery) -> Nursery:
    """Three children: Yara has attention on two lines, Ali concern on one, Bo nothing registered."""
    ali = factories.child(in_nursery.group, "Ali", "", "Aksoy", birth_date=date(2023, 6, 20), vve_from=date(2026, 1, 1))
    factories.child(in_nursery.group, "Bo", "", "Zwart", birth_date=date(2024, 1, 20))
    register(in_nursery, in_nursery.child, {"spel": 6, "tijd": 6}, on=BEFORE)
    register(in_nursery, in_nursery.child, {"spel": 5, "tijd": 5})
    register(in_nursery, ali, {"spel": 4, "zelfbeeld": 8})
    return in_nursery


def names(found: GroupOverview) -> list[str]:
    return [child.name.split()[0] for child in found.children]


@pytest.mark.requirement("REG-7.2")
def test_overview_has_an_outcome_for_each_child_and_line(room: Nursery) -> None:
    found = overview(room)
    assert [len(child.cells) for child in found.children] == [17, 17, 17]
    yara = next(child for child in found.children if child.pk == room.child.pk)
    told = {cell.line: (cell.code, cell.short, cell.words) for cell in yara.cells}
    assert told["spel"] == ("attention", "−8", "Aandacht, 8 maanden achter")
    assert told["tekenen"] == ("", "", "Niet geregistreerd")
    assert (yara.attention, yara.registered_on) == (2, NOW_ON)


@pytest.mark.requirement("REG-7.2")
@pytest.mark.parametrize(
    ("order", "descending", "expected"),
    [
        (BY_NAME, False, ["Ali", "Yara", "Bo"]),
        (BY_NAME, True, ["Bo", "Yara", "Ali"]),
        (BY_AGE, False, ["Bo", "Yara", "Ali"]),
        (BY_ATTENTION, False, ["Yara", "Ali", "Bo"]),
        (BY_ATTENTION, True, ["Bo", "Ali", "Yara"]),
        ("spel", False, ["Ali", "Yara", "Bo"]),
        ("zelfbeeld", True, ["Ali", "Yara", "Bo"]),
        ("no-such-line", False, ["Ali", "Yara", "Bo"]),
    ],
)
def test_overview_is_sorted_by_name_age_attention_or_a_line(
    room: Nursery, order: str, descending: bool, expected: list[str]
) -> None:
    assert names(overview(room, order=order, descending=descending)) == expected


@pytest.mark.parametrize(
    ("choice", "expected"),
    [({"outcome": "concern"}, ["Ali"]), ({"outcome": "attention"}, ["Yara"]), ({"vve_only": True}, ["Ali"])],
)
def test_overview_is_filtered(room: Nursery, choice: dict[str, Any], expected: list[str]) -> None:
    found = overview(room, **choice)
    assert (names(found), found.total) == (expected, 3)


def test_columns_count_the_children_shown(room: Nursery) -> None:
    asks = {column.code: column.asks for column in overview(room).columns}
    assert (asks["spel"], asks["tijd"], asks["zelfbeeld"]) == (2, 1, 0)
    assert next(column.asks for column in overview(room, vve_only=True).columns if column.code == "spel") == 1


def test_previous_registration_stands_beside_the_last(room: Nursery) -> None:
    yara = next(child for child in overview(room, with_previous=True).children if child.pk == room.child.pk)
    spel = next(cell for cell in yara.cells if cell.line == "spel")
    assert spel.previous is not None
    assert (spel.code, spel.previous.code) == ("attention", "on_course")
    assert spel.previous.previous is None
    assert {cell.previous for child in overview(room).children for cell in child.cells} == {None}


@pytest.mark.requirement("REG-7.2")
def test_signals_are_counted_as_far_as_the_reader_sees_them(room: Nursery) -> None:
    raise_signal(child=room.child, rule="low_well_being", facts={}, now=MOMENT)
    raise_signal(child=room.child, rule="not_noted", facts={}, now=MOMENT)
    by_child = {child.pk: child.signals for child in overview(room).children}
    assert by_child[room.child.pk] == 1
    assert [child.signals for child in overview(room, room.quality).children] == [0, 0, 0]


def test_children_of_other_groups_and_of_the_archive_are_left_out(room: Nursery) -> None:
    factories.child(factories.group(), "Elders")
    gone = factories.child(room.group, "Weg")
    gone.archived_on = NOW_ON
    gone.save(update_fields=["archived_on"])
    assert names(overview(room)) == ["Ali", "Yara", "Bo"]


@pytest.mark.parametrize(("children", "queries"), [(1, 11), (3, 11)])
def test_overview_costs_the_same_queries_for_one_child_and_for_three(
    nursery: Nursery, django_assert_num_queries: Any, children: int, queries: int
) -> None:
    with tenant_scope(nursery.organisation_id):
        register(nursery, nursery.child, {"spel": 6})
        for number in range(children - 1):
            register(nursery, factories.child(nursery.group, f"Kind{number}"), {"spel": 6})
    with tenant_scope(nursery.organisation_id):
        user = User.objects.get(pk=nursery.staff.pk)
        with django_assert_num_queries(queries):
            group_overview_of(nursery.group, user=user, choice=OverviewChoice(), today=NOW_ON)


def filled(nursery: Nursery) -> None:
    """Register the child now, whenever the tests run."""
    with tenant_scope(nursery.organisation_id):
        nursery.child.birth_date = timezone.localdate() - timedelta(days=1157)
        nursery.child.save(update_fields=["birth_date"])
        register(nursery, nursery.child, {"spel": 5}, on=timezone.localdate())


@pytest.mark.requirement("REG-7.2")
def test_child_folds_to_a_line_with_how_many_lines_have_which_outcome(room: Nursery) -> None:
    counts = {child.name.split()[0]: child.counts for child in overview(room).children}
    assert counts == {
        "Yara": (("attention", 2), ("", 15)),
        "Ali": (("concern", 1), ("", 15), ("ahead", 1)),
        "Bo": (("", 17),),
    }


def test_all_children_are_unfolded_by_their_address_and_the_choice_stays(nursery: Nursery) -> None:
    filled(nursery)
    client, url = client_of(nursery.staff), reverse("observations:group", args=[nursery.group.pk])
    folded = client.get(url, {"op": "spel"}).content.decode()
    unfolded = client.get(url, {"op": "spel", "alles": "on"}).content.decode()
    assert [text.count('<details class="overview__fold" open>') for text in (folded, unfolded)] == [0, 1]
    assert ('href="?op=spel&amp;alles=on"' in folded, 'href="?op=spel"' in unfolded) == (True, True)


def test_page_shows_sign_number_and_words_and_how_it_is_sorted(nursery: Nursery) -> None:
    filled(nursery)
    url = reverse("observations:group", args=[nursery.group.pk])
    text = client_of(nursery.staff).get(url, {"op": "spel"}).content.decode()
    assert 'aria-sort="ascending"' in text
    assert "?op=spel&amp;om=on" in text
    assert 'class="outcome-cell__words">Aandacht, 8 maanden achter</span>' in text
    assert "sign--attention" in text


@pytest.mark.requirement("REG-7.8")
def test_pdf_is_one_tagged_sheet_of_a3(nursery: Nursery, tmp_path: Any) -> None:
    filled(nursery)
    with tenant_scope(nursery.organisation_id):
        for number in range(29):
            factories.child(nursery.group, f"Kind{number}", "van den", "Heuvel-Bakker")
    answer = client_of(nursery.staff).get(reverse("observations:group_pdf", args=[nursery.group.pk]))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    (tmp_path / "overview.pdf").write_bytes(answer.content)
    pdf = PdfReader(tmp_path / "overview.pdf")
    assert len(pdf.pages) == 1
    assert [round(float(side) / 72 * 25.4) for side in pdf.pages[0].mediabox[2:]] == [420, 297]
    assert "/StructTreeRoot" in pdf.root_object
    text = " ".join(pdf.pages[0].extract_text().split())
    # Of so many children a cell says its number and the outcome: the number's meaning stands below the table.
    assert all(word in text for word in ("Yara van Dijk", "−8 Aandacht", "in maanden", "Kind28"))
