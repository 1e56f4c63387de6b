"""The list of children, and finding one by name among many (CHD-6)."""

from datetime import date

import pytest
import redis
from django.conf import settings
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from accounts.roles import Right, Role
from kijk.encryption.keyring import keyring
from kijk.tenancy.context import current_organisation_id, tenant_scope
from observations.domain.children import directory, listing
from observations.domain.children.archive import list_archive
from observations.domain.children.directory import forget_names, names_of_all
from observations.domain.children.listing import ListFilter, list_children
from observations.domain.children.placements import archive_child, end_placement
from observations.domain.children.visits import PlacementData, add_visit
from observations.models import Child, ChildFile, Group
from observations.models.children import fold_name
from tests import factories
from tests.clients import client_of
from tests.observations.conftest import Nursery

TODAY = date(2026, 11, 20)
NO_REDIS = "redis://127.0.0.1:1/0"


def fresh(user: User) -> User:
    """Return the user without what a request has cached of its rights."""
    return User.objects.get(pk=user.pk)


def found(user: User, wanted: ListFilter | None = None) -> list[str]:
    return [row.name for row in list_children(fresh(user), wanted or ListFilter(), today=TODAY).rows]


@pytest.fixture
def full(in_nursery: Nursery) -> Nursery:
    """Some children more, with names that are easily mistyped."""
    for first, infix, last in (
        ("Zoë", "van der", "Linden-Öztürk"),
        ("Jean-Luc", "", "d'Hondt"),
        ("Fatıma", "El", "Amrani"),
    ):
        factories.child(in_nursery.group, first, infix, last)
    return in_nursery


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every list be a long one, for which the directory is used."""
    monkeypatch.setattr(listing, "FEW", 0)


@pytest.mark.requirement("CHD-6.1")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("zo", ["Zoë van der Linden-Öztürk"]),
        ("ZOE LINDEN", ["Zoë van der Linden-Öztürk"]),
        ("van der lin", ["Zoë van der Linden-Öztürk"]),
        ("ozt", ["Zoë van der Linden-Öztürk"]),
        ("öz zo", ["Zoë van der Linden-Öztürk"]),
        ("dhon", ["Jean-Luc d'Hondt"]),
        ("d’hondt", ["Jean-Luc d'Hondt"]),
        ("luc", ["Jean-Luc d'Hondt"]),
        ("fatima am", ["Fatıma El Amrani"]),
        ("van", ["Yara van Dijk", "Zoë van der Linden-Öztürk"]),
        ("ijk", []),
        ("yara dijkstra", []),
        ("%", ["Fatıma El Amrani", "Jean-Luc d'Hondt", "Yara van Dijk", "Zoë van der Linden-Öztürk"]),
    ],
)
@pytest.mark.parametrize("long_list", [False, True])
def test_child_is_found_by_the_first_letters_of_any_part_of_the_name(
    full: Nursery, monkeypatch: pytest.MonkeyPatch, query: str, names: list[str], *, long_list: bool
) -> None:
    if long_list:
        monkeypatch.setattr(listing, "FEW", 0)
    assert found(full.administrator, ListFilter(query)) == names


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.INTERNAL_SUPPORT, Role.GROUP_STAFF, Role.QUALITY])
def test_search_shows_what_the_role_reaches(full: Nursery, role: Role) -> None:
    factories.child(factories.group(), "Zoë", "", "Elders")
    users = {
        Role.ADMINISTRATOR: full.administrator,
        Role.GROUP_STAFF: full.staff,
        Role.QUALITY: full.quality,
        Role.INTERNAL_SUPPORT: factories.user(Role.INTERNAL_SUPPORT, location=full.group.location),
    }
    own = "Zoë van der Linden-Öztürk"
    expected = {Role.ADMINISTRATOR: ["Zoë Elders", own], Role.QUALITY: []}.get(role, [own])
    assert found(users[role], ListFilter("zoe")) == expected


@pytest.mark.usefixtures("many")
@pytest.mark.requirement("CHD-6.1")
def test_directory_follows_every_change_by_whatever_way(full: Nursery) -> None:
    administrator = full.administrator
    assert found(administrator, ListFilter("yar")) == ["Yara van Dijk"]
    child = Child.objects.get(pk=full.child.pk)
    child.file = ChildFile("Yara", "", "Anders")
    child.save(update_fields=["file"])
    assert found(administrator, ListFilter("yar")) == ["Yara Anders"]
    made = factories.child(full.group, "Yari", "", "Nieuw")
    assert found(administrator, ListFilter("yar")) == ["Yara Anders", "Yari Nieuw"]
    archive_child(child=child, on=TODAY, next_education=Child.NextEducation.PRIMARY)
    assert found(administrator, ListFilter("yar")) == ["Yari Nieuw"]
    made.delete()
    assert found(administrator, ListFilter("yar")) == []


@pytest.mark.usefixtures("many")
def test_archive_has_a_directory_of_its_own(full: Nursery) -> None:
    archive_child(child=full.child, on=TODAY, next_education=Child.NextEducation.PRIMARY)
    assert names_of_all(archived=True).names == ["Yara van Dijk"]
    assert "Yara van Dijk" not in names_of_all().names


@pytest.mark.requirement("CHD-6.1")
def test_names_in_redis_are_sealed_and_of_one_organisation(full: Nursery) -> None:
    names_of_all()
    stored = redis.Redis.from_url(settings.REDIS_URL).get(f"kijk:names:{full.organisation_id}:present")
    assert isinstance(stored, bytes)
    assert b"Yara" not in stored
    assert b"dijk" not in stored
    assert 0 < redis.Redis.from_url(settings.REDIS_URL).ttl(f"kijk:names:{full.organisation_id}:present") <= 3600
    forget_names()
    assert redis.Redis.from_url(settings.REDIS_URL).get(f"kijk:names:{full.organisation_id}:present") is None


def test_names_of_another_organisation_put_in_the_place_are_not_opened(full: Nursery) -> None:
    names_of_all()
    client = redis.Redis.from_url(settings.REDIS_URL)
    key = f"kijk:names:{full.organisation_id}:present"
    kept = client.get(key)
    assert isinstance(kept, bytes)
    client.set(key.replace("present", "archive"), kept)
    assert names_of_all(archived=True).names == []
    client.set(key, b"\x01\x00\x01\x01" + b"nonsense" * 4)
    assert "Yara van Dijk" in names_of_all().names


@pytest.mark.usefixtures("many")
def test_without_redis_every_name_is_opened(full: Nursery, settings: Settings) -> None:
    settings.REDIS_URL = NO_REDIS
    assert found(full.administrator, ListFilter("zoe")) == ["Zoë van der Linden-Öztürk"]
    forget_names()


@pytest.mark.usefixtures("many")
def test_search_opens_no_childs_key_while_nothing_changed(
    full: Nursery, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    organisation_id = current_organisation_id()
    names_of_all()
    reader = fresh(full.administrator)
    reader.may(Right.CHILD_READ)
    keyring().organisation_key()
    # A first child, the fingerprint, and of the page: the children, their placements, their last notes.
    for query in ("zoe", ""):
        with django_assert_num_queries(5):
            list_children(reader, ListFilter(query), today=TODAY)
    assert organisation_id == full.organisation_id


def test_list_takes_the_same_queries_for_one_child_and_three(
    in_nursery: Nursery, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in (1, 3):
        reader = fresh(in_nursery.staff)
        reader.may(Right.CHILD_READ)
        keyring().load_subjects()
        # The children of the reach, and of the page: the children, their placements, their last notes.
        with django_assert_num_queries(4):
            assert list_children(reader, ListFilter(), today=TODAY).count == number
        for _ in range(2):
            factories.child(in_nursery.group)


def test_page_takes_the_same_queries_for_one_child_and_three(
    nursery: Nursery, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, address = client_of(nursery.staff), reverse("observations:children")
    client.get(address)
    counts = []
    for _ in range(2):
        with django_assert_num_queries(28):
            counts.append(client.get(address).context["count"])
        with tenant_scope(nursery.organisation_id):
            for _child in range(2):
                factories.child(nursery.group)
    assert counts == [1, 3]


def test_list_is_shown_a_page_at_a_time(full: Nursery) -> None:
    for number in range(60):
        factories.child(full.group, f"Kind{number:02}", "", "Zz")
    page = list_children(fresh(full.administrator), ListFilter(), today=TODAY, page=2)
    assert (page.number, page.pages, page.count) == (2, 2, 64)
    assert [row.name for row in page.rows] == ["Kind56 Zz", "Kind57 Zz", "Kind58 Zz", "Kind59 Zz"]
    assert list_children(fresh(full.administrator), ListFilter(), today=TODAY, page="x").number == 1
    assert list_archive(fresh(full.administrator), page=99).count == 0


def test_list_says_who_is_a_guest_and_who_has_no_group(full: Nursery) -> None:
    visited = factories.group(kind=Group.Kind.BSO)
    add_visit(child=full.child, data=PlacementData(visited, date(2026, 1, 1), None, 1 | 8))
    rows = list_children(fresh(full.administrator), ListFilter(group_id=visited.pk), today=TODAY).rows
    assert [(row.name, row.group, row.visits) for row in rows] == [
        ("Yara van Dijk", full.group.name, (f"te gast bij {visited.name} op ma-ochtend en di-middag",))
    ]
    end_placement(child=full.child, ends_on=date(2026, 6, 1))
    nowhere = list_children(fresh(full.administrator), ListFilter(nowhere=True), today=TODAY).rows
    assert [(row.name, row.group, row.may_be_registered) for row in nowhere] == [("Yara van Dijk", "", False)]
    assert "Yara van Dijk" not in found(full.staff)


def test_filters_narrow_the_list(full: Nursery) -> None:
    other = factories.group(at=full.group.location)
    factories.child(other, "Ander", "", "Groepje")
    assert found(full.administrator, ListFilter(group_id=other.pk)) == ["Ander Groepje"]
    assert len(found(full.administrator, ListFilter(location_id=other.location_id))) == 5
    assert found(full.staff, ListFilter(group_id=other.pk)) == []
    assert found(full.administrator, ListFilter("an", group_id=full.group.pk)) == []


# ------------------------------------------------------------------------------------------------- page


def test_search_is_sent_as_a_form_and_a_filter_stands_in_the_address(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        other = factories.group()
        factories.child(other, "Zoë", "", "Elders")
    client, address = client_of(nursery.administrator), reverse("observations:children")
    searched = client.post(address, {"naam": "zoe"})
    assert [row.name for row in searched.context["children"]] == ["Zoë Elders"]
    assert "gezocht op “zoe”" in searched.content.decode()
    assert len(client.get(f"{address}?naam=zoe").context["children"]) == 2
    filtered = client.post(address, {"naam": "", "groep": str(other.pk)})
    assert filtered.headers["Location"] == f"{address}?groep={other.pk}"
    assert [row.name for row in client.get(filtered.headers["Location"]).context["children"]] == ["Zoë Elders"]
    at = client.get(address, {"groep": f"l-{other.location_id}"})
    assert [row.name for row in at.context["children"]] == ["Zoë Elders"]
    assert client.get(address, {"groep": "geen"}).context["count"] == 0
    assert client.get(address, {"groep": "onzin"}).context["count"] == 2
    assert "Geen kind gevonden" in client.post(address, {"naam": "xyzzy"}).content.decode()
    assert [client.post(address, {"naam": odd}).status_code for odd in ("\x00", "x" * 101)] == [422, 422]


def test_long_list_is_leafed_through(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        for number in range(61):
            factories.child(nursery.group, f"Kind{number:02}", "", "Zz")
    client, address = client_of(nursery.administrator), reverse("observations:children")
    assert 'href="?bladzijde=2"' in client.get(address).content.decode()
    assert "bladzijde=1" in client.get(f"{address}?bladzijde=2").content.decode()
    searched = client.post(address, {"naam": "kind", "bladzijde": "2"}).content.decode()
    assert 'name="bladzijde" value="1"' in searched
    assert "Kind60 Zz" in searched


@given(st.text(max_size=12))
@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_search_finds_exactly_the_names_with_a_part_that_begins_so(query: str) -> None:
    names = [ChildFile("Zoë", "van der", "Linden"), ChildFile("Jan", "", "IJzerman"), ChildFile("Ole", "", "Ødegård")]
    made = directory.Directory(
        [str(n) for n in range(3)],
        ["", "", ""],
        [str(name) for name in names],
        [f" {fold_name(str(name))}" for name in names],
        ["", "", ""],
    )
    parts = fold_name(query).split()
    expected = [
        row
        for row, name in enumerate(names)
        if all(any(word.startswith(part) for word in fold_name(str(name)).split()) for part in parts)
    ]
    assert made.find(query) == expected
