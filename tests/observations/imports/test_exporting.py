"""Exporting: what goes out comes back the same, and nothing in it can be worked out as a formula (CHD-3.6)."""

import io
import zipfile
from datetime import date
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.roles import Role
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from kijk.web.csv_export import csv_response
from licensing.domain import current_organisation
from observations.domain.children.records import ChildData, create_child
from observations.domain.imports.columns import CHILDREN, STAFF, guess_mapping
from observations.domain.imports.exports import export_table
from observations.domain.imports.planned import PlanSettings
from observations.domain.imports.planning import make_plan
from observations.domain.imports.previews import create_source
from observations.domain.imports.reading import ReadWish, read_file
from observations.domain.imports.workbook_writing import write_workbook
from observations.models import Child, ChildFile, Group, ImportSource
from tests import factories
from tests.clients import client_of
from tests.observations.imports.conftest import Import, outcomes

ON = date(2026, 11, 22)
# Signs that names, or people who are up to something, bring along; with accents, right to left, and formulas.
SIGNS = st.sampled_from(
    [
        *list("abcXYZ'\"=+-@;,|./\\_<>&%()[]{}#!?*^~`$ "),
        "é",
        "ë",
        "Ş",
        "ø",
        "IJ",
        "ñ",
        "ש",
        "ר",
        "م",
        "ي",
        "中",
        "😀",
        "x000D",
        "_x0041_",
        "＝",
        "''=",
    ]
)
NAMES = st.lists(SIGNS, min_size=1, max_size=12).map("".join).map(lambda text: " ".join(text.split())).filter(bool)
MAYBE = st.one_of(st.just(""), NAMES)
TEXTS = st.lists(st.one_of(SIGNS, st.sampled_from(["\n", "\n=", "\t", ";\n"])), max_size=20).map("".join).map(str.strip)
DAYS = st.dates(date(2014, 1, 1), date(2026, 10, 1))
FILES = st.builds(ChildFile, NAMES, MAYBE, MAYBE, TEXTS)
CHILD = st.builds(
    ChildData,
    file=FILES,
    birth_date=DAYS,
    gender=st.sampled_from(Child.Gender.values),
    home_language=st.one_of(st.just(""), NAMES.map(lambda text: text[:40].strip())),
    vve_from=st.one_of(st.none(), DAYS),
    half_days_per_week=st.one_of(st.none(), st.integers(0, 14)),
    gestation_weeks=st.one_of(st.none(), st.integers(20, 45)),
)


def as_csv(about: str = "children") -> bytes:
    table = export_table(about, location_id=None, on=ON)
    return csv_response("x.csv", table.header, table.rows).content


def as_workbook(about: str = "children") -> bytes:
    table = export_table(about, location_id=None, on=ON)
    return write_workbook("kinderen", table.header, table.rows)


class Identity(TestCase):
    """What is exported and imported again is what it was."""

    def setUp(self) -> None:
        self.organisation_id = factories.organisation()

    @pytest.mark.requirement("CHD-3.6")
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(CHILD, min_size=1, max_size=5), NAMES)
    def test_export_and_import_is_the_identity(self, children: list[ChildData], group_name: str) -> None:
        with tenant_scope(self.organisation_id):
            location = factories.location()
            group = factories.group(location)
            Group.objects.filter(pk=group.pk).update(name=group_name[:60].strip() or "x")
            group.refresh_from_db()
            for data in children:
                create_child(data=data, group=group, placed_on=max(data.birth_date, date(2026, 8, 1)))
            for number, content in enumerate((as_csv(), as_workbook())):
                source = create_source(name=f"{location.name}-{number}", location=location, content=content)
                plan = make_plan(content, PlanSettings(source.pk, 2026, ON))
                assert outcomes(plan) == {"unchanged": outcomes(plan)["unchanged"]}, [
                    vars(row.text) for row in plan.rows
                ]
                assert len(outcomes(plan)["unchanged"]) == Child.objects.count()
                assert set(outcomes(plan, "group")) <= {"unchanged"}
                read = {each.own_id: each for each in read_file(content, ReadWish()).children}
                for child in Child.objects.all():
                    file, back = child.file, read[str(child.pk)]
                    assert (back.first_name, back.infix, back.last_name) == (
                        file.first_name,
                        file.infix,
                        file.last_name,
                    )
                    assert back.remarks == file.remarks
                    assert back.home_language == child.home_language
                    assert (back.birth_date, back.half_days) == (child.birth_date, child.half_days_per_week)


def test_titles_of_an_export_are_those_of_the_import(importing: Import) -> None:
    with tenant_scope(importing.organisation_id):
        header = export_table("children", location_id=None, on=ON).header
        staff = export_table("staff", location_id=None, on=ON).header
    assert set(guess_mapping(header, "children").values()) == set(header)
    assert {column.title for column in CHILDREN} - set(header) == {"Kindnummer", "Jaargroep", "Laatste dag"}
    assert set(guess_mapping(staff, "staff")) == {column.code for column in STAFF} - {"key"}


def test_formulas_cannot_be_worked_out(importing: Import) -> None:
    with tenant_scope(importing.organisation_id):
        factories.child(factories.group(importing.north), "=cmd|'/c calc'!A1", "", "+31", birth_date=date(2024, 1, 1))
        text, workbook = as_csv().decode(), as_workbook()
    assert "\"'=cmd|'/c calc'!A1\"" in text
    assert '"\'+31"' in text
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert sheet.count('t="inlineStr"') == sheet.count("<c ")


def test_groups_and_staff_are_exported(importing: Import) -> None:
    with tenant_scope(importing.organisation_id):
        user = factories.user(Role.GROUP_STAFF)
        group = factories.group(importing.north, staff=user)
        groups = export_table("groups", location_id=None, on=ON).rows
        staff = export_table("staff", location_id=importing.north.pk, on=ON).rows
        assert [row[0] for row in groups] == [group.name]
        assert groups[0][1:] == ["peutergroep", "Noord", "2026-2027"]
        assert [(row[3], row[4], row[5]) for row in staff] == [(user.email, group.name, "Noord")]


def test_export_of_one_location_has_its_children_only(importing: Import) -> None:
    with tenant_scope(importing.organisation_id):
        factories.child(factories.group(importing.north), "Mila", birth_date=date(2024, 1, 1))
        factories.child(factories.group(), "Elders", birth_date=date(2024, 1, 1))
        table = export_table("children", location_id=importing.north.pk, on=ON)
        assert [row[1] for row in table.rows] == ["Mila"]
        assert [row[0] for row in table.rows] == [str(Child.objects.get(pk=UUID(str(table.rows[0][0]))).pk)]


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [("csv", "text/csv; charset=utf-8"), ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")],
)
def test_page_gives_the_file_and_leaves_the_event(importing: Import, kind: str, content_type: str) -> None:
    with tenant_scope(importing.organisation_id):
        factories.child(factories.group(importing.north), birth_date=date(2024, 1, 1))
    client = client_of(importing.administrator)
    response = client.post(reverse("observations:export"), {"about": "children", "format": kind, "location": ""})
    assert response.headers["Content-Type"] == content_type
    assert f'kinderen-{timezone.localdate()}.{kind}"' in response.headers["Content-Disposition"]
    assert response.headers["Cache-Control"] == "no-store"
    with tenant_scope(importing.organisation_id):
        event = AuditEvent.objects.get(action="export.made")
        assert event.data == {"about": "children", "rows": 1, "location": None}
        assert current_organisation().pk == importing.organisation_id
        assert ImportSource.objects.count() == 0


def test_export_asks_what_is_meant(importing: Import) -> None:
    response = client_of(importing.administrator).post(reverse("observations:export"), {"about": "alles"})
    assert response.status_code == 422
    assert "Deze keuze kennen we niet" in response.content.decode()


def test_workbook_is_the_same_for_the_same_table() -> None:
    header: list[str] = ["a"]
    rows: list[list[str | int | date | None]] = [["b"], [None]]
    assert write_workbook("x", header, rows) == write_workbook("x", header, rows)
    with pytest.raises(ValueError, match="not as long"):
        write_workbook("x", header, [["b", "c"]])
