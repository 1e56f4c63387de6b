"""The archive: bringing a child there, who reads it, and taking it out again (CHD-5)."""

from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.roles import Right, Role
from kijk.audit.models import AuditEvent
from kijk.encryption.keyring import keyring
from kijk.tenancy.context import tenant_scope
from observations.domain.children.archive import count_quiet, list_archive, list_quiet
from observations.domain.children.placements import PlacementRefused, archive_child, end_placement, unarchive_child
from observations.domain.children.visits import PlacementData, add_visit
from observations.domain.notes.writing import write_note
from observations.domain.registering.registrations import start_registration
from observations.models import Child, Placement, Registration
from observations.rules import archived_in_reach, may_reach_child, may_read_archived
from tests import factories
from tests.clients import client_of
from tests.observations.conftest import Nursery

LEFT = date(2026, 7, 31)
SCHOOL = Child.NextEducation.PRIMARY


def fresh(user: User) -> User:
    """Return the user without what a request has cached of its rights."""
    return User.objects.get(pk=user.pk)


def archived(nursery: Nursery) -> Child:
    archive_child(child=nursery.child, on=LEFT, next_education=SCHOOL)
    return Child.objects.get(pk=nursery.child.pk)


def url(name: str, nursery: Nursery) -> str:
    return reverse(f"observations:{name}", kwargs={"pk": nursery.child.pk})


@pytest.mark.requirement("CHD-5.1")
def test_child_that_leaves_is_archived_with_date_and_next_education(in_nursery: Nursery) -> None:
    add_visit(child=in_nursery.child, data=PlacementData(factories.group(), LEFT + timedelta(days=3), half_days=1))
    child = archived(in_nursery)
    assert (child.archived_on, child.next_education) == (LEFT, "primary")
    assert [placement.ends_on for placement in Placement.objects.filter(child=child)] == [LEFT]


@pytest.mark.requirement("CHD-5.1")
def test_child_comes_back_in_a_group(in_nursery: Nursery) -> None:
    child = archived(in_nursery)
    group = factories.group()
    made = unarchive_child(child=child, group=group, begins_on=LEFT + timedelta(days=30))
    child.refresh_from_db()
    assert (child.archived_on, child.next_education, made.group) == (None, "", group)
    assert Placement.objects.filter(child=child, ends_on__isnull=True).count() == 1
    with pytest.raises(PlacementRefused, match="niet in het archief"):
        unarchive_child(child=child, group=group, begins_on=LEFT)


def test_archiving_that_cannot_be_is_refused_in_words(in_nursery: Nursery) -> None:
    child = in_nursery.child
    for on, to, message in (
        (LEFT, "", "Kies waar"),
        (date(2023, 1, 1), SCHOOL, "voor de geboorte"),
        (date(2023, 12, 1), SCHOOL, "begint op 1 januari 2024"),
    ):
        with pytest.raises(PlacementRefused, match=message), transaction.atomic():
            archive_child(child=child, on=on, next_education=to)
    with pytest.raises(PlacementRefused, match="niet naar het archief"):
        archive_child(child=child, on=LEFT, next_education=SCHOOL, by=fresh(in_nursery.staff))
    archived(in_nursery)
    with pytest.raises(PlacementRefused, match="al in het archief"):
        archive_child(child=child, on=LEFT, next_education=SCHOOL)
    with pytest.raises(PlacementRefused, match="staat in het archief"):
        add_visit(child=child, data=PlacementData(factories.group(), LEFT, half_days=1))


def test_only_a_child_in_the_archive_has_a_next_education(in_nursery: Nursery) -> None:
    with pytest.raises(IntegrityError, match="child_next_education_of_archived"), transaction.atomic():
        Child.objects.filter(pk=in_nursery.child.pk).update(next_education=SCHOOL)


@pytest.mark.requirement("CHD-5.2")
def test_archive_is_read_by_administrator_and_internal_support_of_its_location_only(in_nursery: Nursery) -> None:
    child = archived(in_nursery)
    here = in_nursery.group.location
    may = {
        "administrator": in_nursery.administrator,
        "support": factories.user(Role.INTERNAL_SUPPORT, location=here),
    }
    not_these = {
        "elsewhere": factories.user(Role.INTERNAL_SUPPORT, location=factories.location()),
        "staff": in_nursery.staff,
        "coach": factories.user(Role.COACH, location=here),
        "quality": in_nursery.quality,
    }
    for name, user in may.items():
        reader = fresh(user)
        assert list(archived_in_reach(reader)) == [child], name
        reads = {right for right in Right if may_read_archived(reader, right, child.pk)}
        assert reads == {Right.CHILD_READ, Right.NOTE_READ, Right.REGISTRATION_READ, Right.BSO_READ}, name
    for name, user in not_these.items():
        assert list(archived_in_reach(fresh(user))) == [], name
        assert not any(may_read_archived(fresh(user), right, child.pk) for right in Right), name
    reachable = [right for right in Right if may_reach_child(fresh(in_nursery.administrator), right, child.pk, on=LEFT)]
    assert reachable == []


def test_archive_follows_the_last_group(in_nursery: Nursery) -> None:
    child, last = in_nursery.child, factories.group()
    support = factories.user(Role.INTERNAL_SUPPORT, location=in_nursery.group.location)
    unarchive = date(2026, 7, 1)
    end_placement(child=child, ends_on=date(2026, 5, 1))
    Placement.objects.create(child=child, group=last, begins_on=unarchive)
    archived(in_nursery)
    assert list(archived_in_reach(fresh(support))) == []
    assert list(archived_in_reach(fresh(factories.user(Role.INTERNAL_SUPPORT, location=last.location)))) == [child]


@pytest.mark.requirement("CHD-5.2")
def test_archived_child_is_read_and_not_written(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        support = factories.user(Role.INTERNAL_SUPPORT)
        registration = start_registration(child=nursery.child, today=LEFT, by=nursery.staff)
        archived(nursery)
    reader, staff, administrator = map(client_of, (support, nursery.staff, nursery.administrator))
    page = reader.get(url("child", nursery))
    assert page.status_code == 200
    text = page.content.decode()
    assert "Dit kind staat in het archief" in text
    assert "Gaat naar: basisschool." in text
    assert "Registreren" not in text
    assert "Haal terug" not in text
    read = reverse("observations:registration", kwargs={"pk": registration.pk})
    assert [reader.get(read).status_code, staff.get(read).status_code] == [200, 403]
    assert staff.get(url("child", nursery)).status_code == 403
    assert [reader.post(url(name, nursery)).status_code for name in ("registration_start", "sensitive_new")] == [
        403,
        403,
    ]
    for name in ("child_change", "child_move", "visit_new", "child_archive"):
        assert administrator.get(url(name, nursery)).status_code == 403, name
    with tenant_scope(nursery.organisation_id):
        assert Registration.objects.count() == 1


@pytest.mark.requirement("CHD-5.1")
def test_pages_bring_a_child_to_the_archive_and_back(nursery: Nursery) -> None:
    client, today = client_of(nursery.administrator), timezone.localdate()
    refused = client.post(url("child_archive", nursery), {"on": (today + timedelta(days=1)).isoformat()})
    assert refused.status_code == 422
    assert "moet nog komen" in refused.content.decode()
    done = client.post(url("child_archive", nursery), {"on": today.isoformat(), "next_education": "childcare"})
    assert done.headers["Location"] == reverse("observations:archive")
    assert "Yara van Dijk" in client.get(done.headers["Location"]).content.decode()
    assert client.get(url("child_return", nursery)).status_code == 200
    with tenant_scope(nursery.organisation_id):
        group = factories.group()
    back = client.post(
        url("child_return", nursery), {"group": str(group.pk), "begins_on": (today + timedelta(days=1)).isoformat()}
    )
    assert back.headers["Location"] == url("child", nursery)
    assert client.get(url("child_return", nursery)).status_code == 404
    with tenant_scope(nursery.organisation_id):
        events = AuditEvent.objects.filter(action__in=["child.archived", "child.unarchived"]).order_by("sequence")
        assert [(event.action, event.object_id) for event in events] == [
            ("child.archived", nursery.child.pk),
            ("child.unarchived", nursery.child.pk),
        ]
        assert events[0].data == {"archived_on": today.isoformat(), "next_education": "childcare"}


@pytest.mark.requirement("CHD-5.2")
def test_archive_is_searched_by_name_which_never_stands_in_an_address(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        for first, last in (("Zoë", "Öztürk"), ("Bas", "Zoet"), ("Mo", "Elders")):
            child = factories.child(nursery.group, first, "", last)
            archive_child(child=child, on=LEFT, next_education=SCHOOL)
    client, address = client_of(nursery.administrator), reverse("observations:archive")
    found = client.post(address, {"naam": "zoe"})
    assert [row.name for row in found.context["children"]] == ["Zoë Öztürk", "Bas Zoet"]
    assert [row.name for row in client.get(f"{address}?naam=zoe").context["children"]] == [
        "Mo Elders",
        "Zoë Öztürk",
        "Bas Zoet",
    ]
    assert client.post(address, {"naam": " "}).headers["Location"] == address
    assert "Geen kind gevonden" in client.post(address, {"naam": "niemand"}).content.decode()


def test_archive_takes_the_same_queries_for_one_child_and_three(
    in_nursery: Nursery, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    archived(in_nursery)
    for number in (1, 3):
        reader = fresh(in_nursery.administrator)
        reader.may(Right.ARCHIVE_READ)
        keyring().load_subjects()
        # The children, what is shown of them, and their last groups; the keys are there already.
        with django_assert_num_queries(3):
            assert list_archive(reader).count == number
        for _ in range(2):
            archive_child(child=factories.child(in_nursery.group), on=LEFT, next_education=SCHOOL)


@pytest.mark.requirement("CHD-5.1")
def test_refused_return_leaves_the_child_in_the_archive(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        child = archived(nursery)
    posted = {"group": str(nursery.group.pk), "begins_on": (child.birth_date - timedelta(days=1)).isoformat()}
    answer = client_of(nursery.administrator).post(url("child_return", nursery), posted)
    with tenant_scope(nursery.organisation_id):
        child.refresh_from_db()
    assert (answer.status_code, child.archived_on, child.next_education) == (422, LEFT, SCHOOL)


@pytest.mark.requirement("CHD-5.1")
def test_second_press_on_the_button_says_what_is_so_already(nursery: Nursery) -> None:
    client = client_of(nursery.administrator)
    today = timezone.localdate().isoformat()
    for _ in range(2):
        answer = client.post(url("child_archive", nursery), {"on": today, "next_education": SCHOOL})
        assert answer["Location"] == reverse("observations:archive")
    assert "Dit kind staat al in het archief." in client.get(answer["Location"]).content.decode()
    for _ in range(2):
        answer = client.post(url("child_return", nursery), {"group": str(nursery.group.pk), "begins_on": today})
        assert answer["Location"] == url("child", nursery)
    assert "Dit kind staat niet in het archief." in client.get(answer["Location"]).content.decode()


def words(response: Any) -> str:
    return " ".join(unescape(response.content.decode()).split())


@pytest.mark.requirement("CHD-5.1")
def test_old_page_of_an_archived_child_says_so_and_leads_to_its_file_and_back(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        placement = nursery.child.placements.get()
        archived(nursery)
    client = client_of(nursery.administrator)
    change = reverse("observations:placement_change", args=[nursery.child.pk, placement.pk])
    pages = [*(url(name, nursery) for name in ("child_change", "child_move", "visit_new", "child_archive")), change]
    answers = [client.get(page) for page in pages]
    # The form that was still open, sent: to the archive a child goes by a message of its own.
    answers += [client.post(page, {"doe": "weghalen", "remarks": ""}) for page in pages if "archiveren" not in page]
    for answer in answers:
        text = words(answer)
        assert (answer.status_code, "recht" in text, "Yara van Dijk staat sinds 31 juli 2026 in het archief" in text) == (
            403, False, True,
        )  # fmt: skip
        for way in ("child", "child_return"):
            assert f'href="{url(way, nursery)}"' in text
    with tenant_scope(nursery.organisation_id):
        assert (Child.objects.get().archived_on, Placement.objects.count()) == (LEFT, 1)


@pytest.mark.requirement("CHD-5.1")
def test_remarks_typed_about_a_child_that_was_archived_meanwhile_are_given_back(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        archived(nursery)
    client = client_of(nursery.administrator)
    typed = client.post(url("child_change", nursery), {"first_name": "Yara", "remarks": "Komt <dinsdag> later."})
    assert "Komt <dinsdag> later.</textarea>" in words(typed)
    same = client.post(url("child_change", nursery), {"first_name": "Yara", "remarks": ""})
    assert "<textarea" not in words(same)


@pytest.mark.requirement("CHD-5.2")
def test_old_page_says_nothing_of_the_archive_to_who_may_not_read_it(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        archived(nursery)
        support = factories.user(Role.INTERNAL_SUPPORT)
    # Group staff do not change children, nor do they read the archive; internal support elsewhere reads another part.
    for user in (nursery.staff, support):
        text = words(client_of(user).get(url("child_move", nursery)))
        assert ("Hiervoor heeft u geen toegang" in text, "Yara" in text) == (True, False)


# ------------------------------------------------------------------------------------------ proposed

TODAY = date(2026, 11, 20)
LONG_AGO, RECENTLY = date(2025, 11, 19), date(2025, 11, 21)


def note(nursery: Nursery, child: Child, on: date) -> None:
    write_note(children=[child], text="Bouwt.", observed_on=on, today=TODAY, entry_id=child.pk, by=nursery.staff)


@pytest.mark.requirement("CHD-5.3")
def test_child_nothing_was_registered_about_for_a_year_is_proposed(
    in_nursery: Nursery, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    quiet, noted, registered, new, gone = (
        factories.child(in_nursery.group, name, "", name)
        for name in ("Stil", "Genoteerd", "Geregistreerd", "Nieuw", "Weg")
    )
    note(in_nursery, quiet, LONG_AGO)
    note(in_nursery, noted, RECENTLY)
    start_registration(child=registered, today=RECENTLY, by=in_nursery.staff)
    Placement.objects.filter(child=new).update(begins_on=RECENTLY)
    archive_child(child=gone, on=LEFT, next_education=SCHOOL)
    reader = fresh(in_nursery.administrator)
    reader.may(Right.ARCHIVE_WRITE)
    keyring().load_subjects()
    # The children, their groups, their registrations of both kinds and their notes; with one and with two.
    with django_assert_num_queries(5):
        found = list_quiet(reader, today=TODAY)
    assert [(row.name, row.last_on) for row in found] == [("Yara van Dijk", None), ("Stil Stil", LONG_AGO)]
    assert count_quiet(reader, today=TODAY) == 2
    note(in_nursery, in_nursery.child, TODAY)
    with django_assert_num_queries(5):
        assert [row.name for row in list_quiet(reader, today=TODAY)] == ["Stil Stil"]
    assert list_quiet(fresh(in_nursery.staff), today=TODAY) == []


@pytest.mark.requirement("CHD-5.3")
def test_child_that_was_never_placed_is_proposed_a_year_after_its_file_was_made(in_nursery: Nursery) -> None:
    Placement.objects.filter(child=in_nursery.child).delete()
    reader = fresh(in_nursery.administrator)
    assert count_quiet(reader, today=timezone.localdate()) == 0
    assert count_quiet(reader, today=timezone.localdate() + timedelta(days=400)) == 1


def test_proposal_leads_to_archiving(nursery: Nursery) -> None:
    client = client_of(nursery.administrator)
    text = client.get(reverse("observations:archive_proposals")).content.decode()
    assert url("child_archive", nursery) in text
    assert reverse("observations:archive_proposals") in client.get(reverse("observations:archive")).content.decode()
