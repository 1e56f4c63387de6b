"""Adding and changing a child, moving it, and making groups, as a beheerder does it (CHD-1, CHD-2, BSO-3)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from licensing.modules import Module
from observations.domain.children.groups import GroupData, GroupRefused, add_group, change_group, school_year_of
from observations.domain.children.history import mentors_for
from observations.domain.children.records import (
    ChildData,
    ChildRefused,
    create_child,
    data_of,
    update_child,
    update_children,
)
from observations.models import Child, ChildFile, Group, Placement
from tests import factories
from tests.clients import client_of
from tests.observations.conftest import Nursery

BORN = date(2024, 5, 6)


def today() -> date:
    return timezone.localdate()


def data(placed: Group, **changes: str) -> dict[str, str]:
    """Return what is posted for a new child."""
    return {
        "first_name": "Zoë",
        "infix": "van der",
        "last_name": "Linden",
        "birth_date": BORN.isoformat(),
        "gender": "girl",
        "group": str(placed.pk),
        "placed_on": today().isoformat(),
    } | changes


def add(nursery: Nursery, to: Group | None = None, **changes: str) -> Any:
    return send(nursery, data(to or nursery.group) | changes)


def send(nursery: Nursery, posted: dict[str, str]) -> Any:
    return client_of(nursery.administrator).post(reverse("observations:child_new"), posted)


def count(nursery: Nursery) -> int:
    with tenant_scope(nursery.organisation_id):
        return Child.objects.count()


def bso(nursery: Nursery) -> Group:
    with tenant_scope(nursery.organisation_id):
        return factories.group(kind=Group.Kind.BSO)


def url(name: str, child: Child) -> str:
    return reverse(f"observations:{name}", kwargs={"pk": child.pk})


@pytest.mark.requirement("CHD-1.1")
def test_child_is_added_with_all_that_is_kept_and_its_group(nursery: Nursery) -> None:
    answer = add(
        nursery,
        home_language="Turks",
        half_days_per_week="4",
        vve_from="2026-11-06",
        vve_until="2028-05-05",
        gestation_weeks="34",
        remarks="Komt met de bus.",
    )
    with tenant_scope(nursery.organisation_id):
        made = Child.objects.exclude(pk=nursery.child.pk).get()
        assert answer.headers["Location"] == url("child", made)
        assert data_of(made) == ChildData(
            ChildFile("Zoë", "van der", "Linden", "Komt met de bus."),
            BORN,
            "girl",
            "Turks",
            date(2026, 11, 6),
            date(2028, 5, 5),
            4,
            34,
        )
        placement = Placement.objects.get(child=made)
        assert (placement.group, placement.begins_on, placement.is_main) == (nursery.group, today(), True)
        (event,) = AuditEvent.objects.filter(action="child.created", object_id=made.pk)
        assert (event.actor_id, event.data) == (nursery.administrator.pk, {})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"first_name": ""}, "Vul de voornaam in."),
        ({"last_name": " "}, "Vul de achternaam in."),
        ({"last_name": "Lin\u202eden"}, "teken dat niet bij een naam hoort"),
        ({"birth_date": "2199-01-01"}, "ligt in de toekomst"),
        ({"birth_date": "2010-01-01"}, "ouder dan 13 jaar"),
        ({"birth_date": "6-5-24x"}, "Vul een datum in"),
        ({"placed_on": "2024-05-05"}, "voor de geboorte"),
        ({"placed_on": ""}, "Vul een datum in"),
        ({"group": ""}, "Kies een groep."),
        ({"group": "x"}, "kennen we niet"),
        ({"vve_until": "2026-01-01"}, "Vul ook in vanaf wanneer"),
        ({"vve_from": "2026-02-01", "vve_until": "2026-01-01"}, "voor het begin van de VVE"),
        ({"vve_from": "2024-01-01"}, "voor de geboorte"),
        ({"half_days_per_week": "15"}, "van 1 tot en met 14"),
        ({"half_days_per_week": "veel"}, "van 1 tot en met 14"),
        ({"gestation_weeks": "46"}, "van 20 tot en met 45"),
    ],
)
def test_form_says_what_is_wrong_and_keeps_what_was_typed(
    nursery: Nursery, changes: dict[str, str], message: str
) -> None:
    answer = send(nursery, data(nursery.group, remarks="Niet kwijtraken.") | changes)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert message in text
    assert "Niet kwijtraken." in text
    assert count(nursery) == 1


def test_child_of_13_is_added(nursery: Nursery) -> None:
    born = today().replace(year=today().year - 13)
    assert add(nursery, birth_date=born.isoformat()).status_code == 302


@pytest.mark.requirement("CHD-1.3")
def test_weeks_of_gestation_are_asked_only_where_age_is_corrected(db: None) -> None:
    without = tuple(module for module in factories.MODULES if module is not Module.CORRECTED_AGE)
    for modules, shown in ((factories.MODULES, True), (without, False)):
        organisation_id = factories.organisation(modules=modules)
        with tenant_scope(organisation_id):
            administrator, group = factories.user(Role.ADMINISTRATOR), factories.group()
        client = client_of(administrator)
        page = client.get(reverse("observations:child_new")).content.decode()
        assert ('name="gestation_weeks"' in page) is shown
        client.post(reverse("observations:child_new"), data(group, gestation_weeks="30"))
        with tenant_scope(organisation_id):
            assert Child.objects.get().gestation_weeks == (30 if shown else None)


def test_same_child_twice_is_asked_and_not_refused(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        factories.child(nursery.group, "ZOE", "Van der", "Lindën", birth_date=BORN)
        factories.child(nursery.group, "Zoë", "van der", "Linden", birth_date=BORN + timedelta(days=1))
    answer = add(nursery)
    text = answer.content.decode()
    assert (answer.status_code, count(nursery)) == (422, 3)
    assert "Is dit hetzelfde kind?" in text
    assert text.count("ZOE Van der Lindën") == 1
    assert 'value="Linden"' in text
    assert add(nursery, ander_kind="ja").status_code == 302
    assert count(nursery) == 4


@pytest.mark.requirement("BSO-3.1")
@pytest.mark.parametrize("field", ["home_language", "vve_from"])
def test_child_in_out_of_school_care_is_added_without_home_language_and_vve(nursery: Nursery, field: str) -> None:
    group = bso(nursery)
    value = {"home_language": "Turks", "vve_from": "2026-11-06"}[field]
    answer = add(nursery, group, **{field: value})
    assert answer.status_code == 422
    assert "Op de BSO houden we dit niet bij" in answer.content.decode()
    assert add(nursery, group).status_code == 302
    values: dict[str, Any] = {field: "Turks" if field == "home_language" else BORN}
    wanted = ChildData(ChildFile("A", "", "B"), BORN, **values)
    with tenant_scope(nursery.organisation_id), pytest.raises(ChildRefused, match="BSO"):
        create_child(data=wanted, group=group, placed_on=BORN)


@pytest.mark.requirement("BSO-3.1")
def test_form_and_page_of_a_child_in_out_of_school_care_have_no_home_language_and_vve(nursery: Nursery) -> None:
    group = bso(nursery)
    with tenant_scope(nursery.organisation_id):
        child = factories.child(group, birth_date=date(2019, 1, 1))
    client = client_of(nursery.administrator)
    form = client.get(url("child_change", child)).content.decode()
    assert 'name="first_name"' in form
    assert not any(f'name="{name}"' in form for name in ("home_language", "vve_from", "vve_until"))
    page = client.get(url("child", child)).content.decode()
    assert "VVE-kind" not in page
    assert "Thuistaal" not in page
    other = client.get(url("child_change", nursery.child)).content.decode()
    assert all(f'name="{name}"' in other for name in ("home_language", "vve_from", "vve_until"))


def change(nursery: Nursery, client: Client | None = None, **changes: str) -> Any:
    posted = {
        "first_name": "Yara",
        "infix": "van",
        "last_name": "Dijk",
        "birth_date": "2023-09-20",
        "gender": "unspecified",
    } | changes
    return (client or client_of(nursery.administrator)).post(url("child_change", nursery.child), posted)


def test_child_is_changed_and_the_trail_names_fields_and_no_values(nursery: Nursery) -> None:
    answer = change(nursery, last_name="Dijkman", mentor=str(nursery.staff.pk), half_days_per_week="3")
    assert answer.headers["Location"] == url("child", nursery.child)
    with tenant_scope(nursery.organisation_id):
        child = Child.objects.get()
        assert (child.file, child.mentor_id, child.half_days_per_week) == (
            ChildFile("Yara", "van", "Dijkman"),
            nursery.staff.pk,
            3,
        )
        (event,) = AuditEvent.objects.filter(action="child.changed")
        assert event.data == {"fields": ["half_days_per_week", "last_name", "mentor_id"]}
    assert "Er was niets veranderd" in client_of_follow(nursery)


def client_of_follow(nursery: Nursery) -> str:
    """Send the same again and return the page after it."""
    client = client_of(nursery.administrator)
    change(nursery, client, last_name="Dijkman", mentor=str(nursery.staff.pk), half_days_per_week="3")
    return client.get(url("child", nursery.child)).content.decode()


def test_mentor_is_somebody_of_the_group(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        elsewhere = factories.user(Role.GROUP_STAFF)
        factories.group(staff=elsewhere)
        choices = mentors_for(nursery.group, today=today())
        assert [pk for pk, _name in choices] == [nursery.staff.pk]
        present = mentors_for(nursery.group, today=today(), present=elsewhere)
        assert present[-1] == (elsewhere.pk, f"{elsewhere.get_full_name()} (werkt niet op deze groep)")
        assert mentors_for(None, today=today()) == []
    assert change(nursery, mentor=str(elsewhere.pk)).status_code == 422
    assert change(nursery, mentor="").status_code == 302


def test_changing_keeps_what_the_form_does_not_show(in_nursery: Nursery) -> None:
    child = factories.child(in_nursery.group, import_key=b"sleutel", home_language="Pools")
    before = data_of(child)
    assert update_child(child=child, data=before) == frozenset()
    changed = update_child(child=child, data=ChildData(ChildFile("Yara", "", "Dijk", "Let op."), before.birth_date))
    assert changed == {"infix", "remarks", "home_language"}
    child = Child.objects.get(pk=child.pk)
    assert bytes(child.import_key or b"") == b"sleutel"
    assert (child.home_language, child.file.remarks) == ("", "Let op.")


def test_many_children_are_changed_at_once_and_the_unchanged_are_left(in_nursery: Nursery) -> None:
    other = factories.child(in_nursery.group, "Mo", "", "El Amrani")
    children = [Child.objects.get(pk=pk) for pk in (in_nursery.child.pk, other.pk)]
    wanted = [data_of(children[0]), ChildData(ChildFile("Mo", "", "Amrani"), BORN, import_key=b"nieuw")]
    changed = update_children(rows=list(zip(children, wanted, strict=True)))
    assert changed == [frozenset(), frozenset({"last_name", "birth_date", "import_key"})]
    assert str(Child.objects.get(pk=other.pk).file) == "Mo Amrani"


# -------------------------------------------------------------------------- where a child is, on pages


def test_administrator_moves_a_child_to_another_location(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        second = factories.group()
    client, address = client_of(nursery.administrator), url("child_move", nursery.child)
    assert nursery.group.name in client.get(address).content.decode()
    refused = client.post(address, {"group": str(second.pk), "begins_on": "2023-12-01"})
    assert (refused.status_code, "vanaf 1 januari 2024" in refused.content.decode()) == (422, True)
    assert client.post(address, {"group": str(second.pk), "begins_on": today().isoformat()}).status_code == 302
    page = client.get(url("child", nursery.child)).content.decode()
    assert second.location.name in page
    assert nursery.group.name in page
    # The staff of the old group see the child no more.
    assert client_of(nursery.staff).get(url("child", nursery.child)).status_code == 403


@pytest.mark.requirement("CHD-2.3")
def test_administrator_lets_a_child_visit_another_group(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        host = factories.user(Role.GROUP_STAFF)
        visited = factories.group(staff=host)
    client, address = client_of(nursery.administrator), url("visit_new", nursery.child)
    posted: dict[str, Any] = {"group": str(visited.pk), "begins_on": today().isoformat(), "ends_on": ""}
    assert "Kies een of meer dagdelen" in client.post(address, posted).content.decode()
    assert client.post(address, posted | {"half_days": ["1", "512"]}).status_code == 302
    page = client_of(host).get(url("child", nursery.child)).content.decode()
    assert f"Te gast bij {visited.name} op ma-ochtend en vr-middag" in page
    with tenant_scope(nursery.organisation_id):
        visit = Placement.objects.get(is_main=False)
    change_url = reverse("observations:placement_change", kwargs={"pk": nursery.child.pk, "placement_id": visit.pk})
    assert 'value="512" id="id_half_days_9" checked' in client.get(change_url).content.decode()
    assert client.post(change_url, {"doe": "weghalen"}).status_code == 302
    assert client.get(change_url).status_code == 404
    assert client_of(host).get(url("child", nursery.child)).status_code == 403


def test_administrator_puts_a_placement_right(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        placement = Placement.objects.get()
    client = client_of(nursery.administrator)
    address = reverse("observations:placement_change", kwargs={"pk": nursery.child.pk, "placement_id": placement.pk})
    posted = {"group": str(nursery.group.pk), "begins_on": "2024-02-01", "ends_on": ""}
    assert client.post(address, posted).status_code == 302
    late = client.post(address, posted | {"ends_on": "2024-01-01"})
    assert (late.status_code, "voor de eerste" in late.content.decode()) == (422, True)
    kept = client.post(address, posted | {"doe": "weghalen"})
    assert (kept.status_code, "de enige plaatsing" in kept.content.decode()) == (422, True)
    with tenant_scope(nursery.organisation_id):
        assert Placement.objects.get().begins_on == date(2024, 2, 1)


# ------------------------------------------------------------------------------------------------ groups


def group_data(nursery: Nursery, **changes: str) -> dict[str, str]:
    return {
        "name": "De Vlinders",
        "location": str(nursery.group.location_id),
        "school_year": str(school_year_of(today())),
        "kind": "vve",
    } | changes


@pytest.mark.requirement("CHD-2.1")
def test_group_is_made_and_changed(nursery: Nursery) -> None:
    client = client_of(nursery.administrator)
    answer = client.post(reverse("observations:group_new"), group_data(nursery))
    with tenant_scope(nursery.organisation_id):
        made = Group.objects.get(name="De Vlinders")
        assert (made.location, made.kind, made.school_year) == (
            nursery.group.location,
            "vve",
            school_year_of(today()),
        )
    assert answer.headers["Location"] == reverse("observations:group_staff", kwargs={"pk": made.pk})
    again = client.post(reverse("observations:group_new"), group_data(nursery))
    assert (again.status_code, "al een groep met deze naam" in again.content.decode()) == (422, True)
    address = reverse("observations:group_change", kwargs={"pk": made.pk})
    assert 'value="De Vlinders"' in client.get(address).content.decode()
    assert client.post(address, group_data(nursery, kind="toddler")).status_code == 302
    with tenant_scope(nursery.organisation_id):
        (event,) = AuditEvent.objects.filter(action="group.changed")
        assert (event.object_id, event.data) == (made.pk, {"fields": ["kind"]})
        same = GroupData(made.location, made.name, "toddler", made.school_year)
        made.refresh_from_db()
        assert change_group(group=made, data=same) == frozenset()
        with pytest.raises(GroupRefused, match="al een groep"):
            change_group(group=nursery.group, data=same)
        with pytest.raises(GroupRefused, match="al een groep"):
            add_group(data=same)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "Geef de groep een naam."),
        ({"name": "a\x00b"}, "null"),
        ({"location": "x"}, "kennen we niet"),
        ({"school_year": "1700"}, "kennen we niet"),
        ({"kind": ""}, "Kies wat voor groep"),
    ],
)
def test_group_form_says_what_is_wrong(nursery: Nursery, changes: dict[str, str], message: str) -> None:
    answer = client_of(nursery.administrator).post(reverse("observations:group_new"), group_data(nursery, **changes))
    assert answer.status_code == 422
    assert message in answer.content.decode().lower() or message in answer.content.decode()


def test_list_of_groups_is_for_who_reads_children_and_shows_their_own(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        other = factories.group()
        old = factories.group()
        Group.objects.filter(pk=old.pk).update(school_year=2019)
    address = reverse("observations:groups")
    staff = client_of(nursery.staff).get(address).content.decode()
    assert nursery.group.name in staff
    assert other.name not in staff
    assert "Groep maken" not in staff
    client = client_of(nursery.administrator)
    assert [other.name in client.get(address).content.decode(), old.name in client.get(address).content.decode()] == [
        True,
        False,
    ]
    assert old.name in client.get(f"{address}?jaren=alle").content.decode()
    (line,) = [line for line, _url in client.get(address).context["links"] if line.pk == nursery.group.pk]
    assert (line.children, line.staff) == (1, (nursery.staff.get_full_name(),))


def test_colleague_to_choose_a_group_for_is_shown_to_who_gives_groups_only(nursery: Nursery) -> None:
    address = f"{reverse('observations:groups')}?collega={nursery.staff.pk}"
    assert client_of(nursery.administrator).get(address).context["chosen"] == nursery.staff
    assert client_of(nursery.staff).get(address).context["chosen"] is None
