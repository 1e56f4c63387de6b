"""Especially sensitive remarks: off by default, read by few, and each reading in the trail (ACC-10)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.domain.users import assign_role
from accounts.models import User
from accounts.roles import ORGANISATION_ROLES, Role
from kijk.audit.models import AuditEvent
from kijk.drafts.domain import draft_for, save_draft
from kijk.encryption.keyring import keyring
from kijk.encryption.primitives import DecryptionError
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from licensing.domain import switch_module
from licensing.models import Organisation
from licensing.modules import Module
from observations.domain.children.records import assign_group_staff
from observations.domain.notes.sensitive import (
    MAX_TEXT,
    Reader,
    RemarkRefused,
    read_remarks,
    reader_of,
    withdraw_remark,
    write_remark,
)
from observations.models import Child, GroupStaff, RemarkText, SensitiveRemark
from tests import factories
from tests.clients import client_of

TEXT = "Heeft epilepsie en draagt een noodmedicijn bij zich."
OWN = "Woont sinds kort bij oma."
SETTINGS = "/beheer/bijzondere-opmerkingen/"
BOTH = {"weighed": "on", "told": "on"}
HEADING = "Bijzondere opmerkingen"


@dataclass(frozen=True)
class House:
    """An organisation with a child whose mentor and whose author are two of the group's three, and all who may look."""

    organisation_id: UUID
    people: dict[str, User]
    child: Child
    other_child: Child


@pytest.fixture
def house(db: None) -> House:
    """Make it with the service on; the one remark is the author's. No scope is open afterwards."""
    organisation_id = factories.organisation(modules=tuple(Module))
    with tenant_scope(organisation_id):
        here, there = factories.location(), factories.location()
        group, other_group = factories.group(here), factories.group(here)
        people: dict[str, User] = {}
        for name, own in (("mentor", group), ("author", group), ("colleague", group), ("other mentor", other_group)):
            people[name] = factories.user(Role.GROUP_STAFF)
            assign_group_staff(group=own, user=people[name], begins_on=factories.LONG_AGO)
        for role in (Role.INTERNAL_SUPPORT, Role.COACH):
            people[role.value] = factories.user(role, location=here)
            people[f"{role.value} everywhere"] = factories.user(role)
            people[f"{role.value} there"] = factories.user(role, location=there)
        for role in ORGANISATION_ROLES:
            people.setdefault(role.value, factories.user(role))
        people["nobody"] = factories.user()
        child = factories.child(group, mentor_id=people["mentor"].pk)
        other_child = factories.child(other_group, "Mo", "", "El Amrani", mentor_id=people["other mentor"].pk)
        keep(child, people["author"], TEXT)
    other = factories.organisation(modules=tuple(Module))
    with tenant_scope(other):
        people["support of another organisation"] = factories.user(Role.INTERNAL_SUPPORT)
        people["coach of another organisation"] = factories.user(Role.COACH)
    return House(organisation_id, people, child, other_child)


def keep(child: Child, by: User, text: str, kind: str = "health") -> SensitiveRemark:
    entry_id = uuid7()
    write_remark(child=child, kind=kind, text=text, entry_id=entry_id, by=by, now=timezone.now())
    return SensitiveRemark.objects.get(entry_id=entry_id)


def the_remark(house: House) -> SensitiveRemark:
    with tenant_scope(house.organisation_id):
        return SensitiveRemark.objects.order_by("written_at")[0]


def url(name: str, child: Child, **more: Any) -> str:
    return reverse(f"observations:{name}", kwargs={"pk": child.pk, **more})


def browser(house: House, name: str) -> Client:
    return client_of(house.people[name])


def events(house: House, action: str) -> list[AuditEvent]:
    with tenant_scope(house.organisation_id):
        return list(AuditEvent.objects.filter(action=action).order_by("sequence"))


def remark_data(**changes: Any) -> dict[str, Any]:
    return {"kind": "home", "text": OWN, "entry_id": str(uuid7()), **changes}


# ------------------------------------------------------------------------------------------- off by default


@pytest.mark.requirement("ACC-10.1")
@pytest.mark.parametrize("name", ["mentor", "author", "internal_support", "coach", "administrator"])
def test_while_it_is_off_nothing_of_it_can_be_reached(house: House, name: str) -> None:
    remark = the_remark(house)
    with tenant_scope(house.organisation_id):
        Organisation.objects.update(modules=[module.value for module in factories.MODULES])
    client = browser(house, name)
    addresses = [
        url("sensitive", house.child),
        url("sensitive_new", house.child),
        url("sensitive_withdraw", house.child, remark_id=remark.pk),
    ]
    assert [client.get(address).status_code for address in addresses] == [403, 403, 403]
    assert [client.post(address, remark_data()).status_code for address in addresses] == [403, 403, 403]
    assert HEADING not in client.get(url("child", house.child)).content.decode()
    assert the_remark(house).withdrawn_at is None


@pytest.mark.requirement("ACC-10.1")
@pytest.mark.parametrize("name", ["mentor", "internal_support", "administrator"])
def test_refusal_while_it_is_off_says_so_and_names_no_role(house: House, name: str) -> None:
    with tenant_scope(house.organisation_id):
        Organisation.objects.update(modules=[module.value for module in factories.MODULES])
    answer = browser(house, name).get(url("sensitive", house.child))
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "Dit staat uit bij uw organisatie" in text
    assert "Uw rol geeft u niet het recht" not in text
    assert "Dit recht hoort bij" not in text
    # Where to switch it on is for who decides about it.
    assert (f'href="{SETTINGS}"' in text) == (name == "administrator")


@pytest.mark.requirement("ACC-10.1")
@pytest.mark.parametrize("address", [SETTINGS, "/beheer/notities-zonder-verbinding/"])
def test_refusal_of_the_decision_names_a_right_that_fits_both(house: House, address: str) -> None:
    text = browser(house, "mentor").get(address).content.decode()
    assert (
        "<strong>onderdelen als bijzondere opmerkingen en notities zonder verbinding aan- of uitzetten</strong>" in text
    )


@pytest.mark.requirement("ACC-10.1")
def test_leaflet_lists_it_as_special_category_data_once_it_is_on(db: None) -> None:
    organisation_id = factories.organisation()
    with tenant_scope(organisation_id):
        officer, administrator = factories.user(Role.DATA_PROTECTION_OFFICER), factories.user(Role.ADMINISTRATOR)
    client = client_of(officer)
    leaflet, register = "/privacy/bijsluiter/", "/privacy/verwerkingsregister/"
    before = [client.get(address).content.decode().lower() for address in (leaflet, register)]
    assert ["bijzondere persoonsgegevens" in page for page in before] == [False, False]
    assert "bijzondere opmerkingen schrijven" not in before[0]
    assert client_of(administrator).post(SETTINGS, BOTH).status_code == 302
    after = [client.get(address).content.decode() for address in (leaflet, register)]
    special = "Over gezondheid en thuissituatie: bijzondere persoonsgegevens (AVG artikel 9)"
    assert [special in page for page in after] == [True, True]
    assert "Bijzondere opmerkingen (gezondheid, thuissituatie)" in after[0]
    assert "Extra afgeschermd" in after[0]
    assert "Bijzondere opmerkingen schrijven" in after[0]


@pytest.mark.requirement("ACC-10.1")
def test_administrator_switches_it_on_and_off_and_both_are_in_the_trail(db: None) -> None:
    organisation_id = factories.organisation(modules=(Module.REGISTRATION,))
    with tenant_scope(organisation_id):
        user = factories.user(Role.ADMINISTRATOR)
    administrator = client_of(user)
    assert "Dit staat nu uit." in administrator.get(SETTINGS).content.decode()
    assert administrator.post(SETTINGS, BOTH).headers["Location"] == SETTINGS
    assert modules_of(organisation_id) == ["registration", "sensitive"]
    assert "Dit staat nu aan." in administrator.get(SETTINGS).content.decode()
    assert administrator.post(SETTINGS, {"understood": "on"}).status_code == 302
    assert modules_of(organisation_id) == ["registration"]
    with tenant_scope(organisation_id):
        found = AuditEvent.objects.filter(action__startswith="module.").order_by("sequence")
        assert [(event.action, event.data, event.object_id) for event in found] == [
            ("module.switched_on", {"module": "sensitive"}, organisation_id),
            ("module.switched_off", {"module": "sensitive"}, organisation_id),
        ]


def modules_of(organisation_id: UUID) -> list[str]:
    with tenant_scope(organisation_id):
        return list(Organisation.objects.get().modules)


@pytest.mark.requirement("ACC-10.1")
@pytest.mark.parametrize("data", [{}, {"weighed": "on"}, {"told": "on"}, {"understood": "on"}])
def test_nothing_is_switched_on_without_every_tick(db: None, data: dict[str, str]) -> None:
    organisation_id = factories.organisation()
    with tenant_scope(organisation_id):
        user = factories.user(Role.ADMINISTRATOR)
    response = client_of(user).post(SETTINGS, data)
    assert (response.status_code, "Er klopt nog iets niet" in response.content.decode()) == (422, True)
    assert "sensitive" not in modules_of(organisation_id)


def test_nothing_is_switched_off_without_the_tick(house: House) -> None:
    # The form for switching on, sent again from a page that was left open, does not switch it off.
    assert browser(house, "administrator").post(SETTINGS, BOTH).status_code == 422
    assert "sensitive" in modules_of(house.organisation_id)


@pytest.mark.requirement("ACC-10.1")
@pytest.mark.parametrize("name", ["mentor", "internal_support", "coach", "management", "data_protection_officer"])
def test_only_the_administrator_decides_whether_it_is_on(house: House, name: str) -> None:
    client = browser(house, name)
    assert (client.get(SETTINGS).status_code, client.post(SETTINGS, {"understood": "on"}).status_code) == (403, 403)
    assert "sensitive" in modules_of(house.organisation_id)


def test_switching_on_what_is_on_changes_nothing(house: House) -> None:
    with tenant_scope(house.organisation_id):
        assert switch_module(module=Module.SENSITIVE_REMARKS, on=True) is False
    assert events(house, "module.switched_on") == []


@pytest.mark.requirement("ACC-10.1")
def test_switching_off_blocks_at_once_and_keeps_the_rows(house: House) -> None:
    mentor, administrator = browser(house, "mentor"), browser(house, "administrator")
    assert TEXT in mentor.get(url("sensitive", house.child)).content.decode()
    assert "Er is 1 opmerking." in administrator.get(SETTINGS).content.decode()
    administrator.post(SETTINGS, {"understood": "on"})
    assert mentor.get(url("sensitive", house.child)).status_code == 403
    assert HEADING not in mentor.get(url("child", house.child)).content.decode()
    assert "Er is nog 1 opmerking van toen dit aan stond." in administrator.get(SETTINGS).content.decode()
    administrator.post(SETTINGS, BOTH)
    assert TEXT in mentor.get(url("sensitive", house.child)).content.decode()


# ------------------------------------------------------------------------------------------- who reads

ALL, OWN_ONLY, NONE = "all", "what they wrote", "nothing"
# fmt: off
WHO = {
    "mentor":                          (200, ALL),
    "author":                          (200, OWN_ONLY),
    "colleague":                       (200, NONE),
    "other mentor":                    (403, NONE),
    "internal_support":                (200, ALL),
    "internal_support everywhere":     (200, ALL),
    "internal_support there":          (403, NONE),
    "coach":                           (200, ALL),
    "coach everywhere":                (200, ALL),
    "coach there":                     (403, NONE),
    "administrator":                   (403, NONE),
    "group_staff":                     (403, NONE),
    "management":                      (403, NONE),
    "quality":                         (403, NONE),
    "lem_coordinator":                 (403, NONE),
    "data_protection_officer":         (403, NONE),
    "nobody":                          (403, NONE),
    "support of another organisation": (404, NONE),
    "coach of another organisation":   (404, NONE),
}
# fmt: on
READ = {ALL: [True, True], OWN_ONLY: [True, False], NONE: [False, False]}


def test_table_of_who_reads_names_everybody(house: House) -> None:
    assert set(WHO) == set(house.people)
    assert {role.value for role in ORGANISATION_ROLES} <= set(WHO)


@pytest.mark.requirement("ACC-10.2")
@pytest.mark.parametrize("name", WHO)
def test_who_reads_what(house: House, name: str) -> None:
    status, what = WHO[name]
    with tenant_scope(house.organisation_id):
        keep(house.child, house.people["coach everywhere"], "Vader is opgenomen.")
    response = browser(house, name).get(url("sensitive", house.child))
    text = response.content.decode()
    assert response.status_code == status
    assert [TEXT in text, "Vader is opgenomen." in text] == READ[what]


ME, SOMEBODY = uuid7(), uuid7()
# fmt: off
RULE = [
    # oversees, mentors, clears                   author    reads  withdraws
    (Reader(ME, False, False, False),             SOMEBODY, False, False),
    (Reader(ME, False, False, False),             ME,       True,  True),
    (Reader(ME, False, True,  False),             SOMEBODY, True,  False),
    (Reader(ME, False, True,  False),             ME,       True,  True),
    (Reader(ME, True,  False, False),             SOMEBODY, True,  False),
    (Reader(ME, True,  False, True),              SOMEBODY, True,  True),
]
# fmt: on


@pytest.mark.requirement("ACC-10.2")
@pytest.mark.parametrize(("reader", "author_id", "reads", "withdraws"), RULE)
def test_rule_of_reading_and_withdrawing(reader: Reader, author_id: UUID, reads: bool, withdraws: bool) -> None:
    assert (reader.may_read(author_id), reader.may_withdraw(author_id)) == (reads, withdraws)


@pytest.mark.requirement("ACC-10.2")
@pytest.mark.parametrize("name", ["mentor", "author"])
def test_who_no_longer_works_on_the_group_reads_nothing(house: House, name: str) -> None:
    with tenant_scope(house.organisation_id):
        GroupStaff.objects.filter(user=house.people[name]).update(ends_on=timezone.localdate() - timedelta(days=1))
    assert browser(house, name).get(url("sensitive", house.child)).status_code == 403


@pytest.mark.requirement("ACC-10.2")
def test_mentor_of_one_child_is_no_mentor_of_the_next(house: House) -> None:
    with tenant_scope(house.organisation_id):
        keep(house.other_child, house.people["other mentor"], OWN)
        on = timezone.localdate()
        assert [
            reader_of(house.people["mentor"], child, on=on).mentors for child in (house.child, house.other_child)
        ] == [
            True,
            False,
        ]
    assert browser(house, "mentor").get(url("sensitive", house.other_child)).status_code == 403


@pytest.mark.requirement("ACC-10.2")
def test_coach_of_one_location_who_works_on_a_group_at_another_reads_there_only_what_they_wrote(house: House) -> None:
    coach = house.people["coach there"]
    with tenant_scope(house.organisation_id):
        assign_role(user=coach, role=Role.GROUP_STAFF, begins_on=factories.LONG_AGO)
        group = house.child.placements.get().group
        assign_group_staff(group=group, user=coach, begins_on=factories.LONG_AGO)
    response = browser(house, "coach there").get(url("sensitive", house.child))
    assert (response.status_code, TEXT in response.content.decode()) == (200, False)


@pytest.mark.requirement("ACC-10.2")
@pytest.mark.parametrize(
    ("name", "count"), [("mentor", 1), ("author", 1), ("coach", 1), ("colleague", 0), ("administrator", None)]
)
def test_childs_page_leads_there_and_shows_nothing_of_it(house: House, name: str, count: int | None) -> None:
    text = browser(house, name).get(url("child", house.child)).content.decode()
    assert TEXT not in text
    assert ("Bijzondere opmerkingen (1)" in text, "Lees de opmerkingen" in text) == (count == 1, count == 1)
    assert ("Schrijf een opmerking" in text) == (count is not None)
    assert events(house, "sensitive.read") == []


# ------------------------------------------------------------------------------------------- each reading logged


@pytest.mark.requirement("ACC-10.2")
def test_each_reading_of_each_remark_is_in_the_trail(house: House) -> None:
    with tenant_scope(house.organisation_id):
        second = keep(house.child, house.people["mentor"], OWN, "home")
    first = the_remark(house)
    mentor, author = browser(house, "mentor"), browser(house, "author")
    for client in (mentor, author, mentor):
        client.get(url("sensitive", house.child))
    read = events(house, "sensitive.read")
    mentors, authors = house.people["mentor"].pk, house.people["author"].pk
    assert [(event.actor_id, event.object_id) for event in read] == [
        (mentors, second.pk),
        (mentors, first.pk),
        (authors, first.pk),
        (mentors, second.pk),
        (mentors, first.pk),
    ]
    assert {event.object_type for event in read} == {"observations.sensitiveremark"}
    assert [event.object_id for event in events(house, "sensitive.viewed")] == [house.child.pk] * 3


@pytest.mark.requirement("ACC-10.2")
def test_trail_holds_nothing_of_what_was_written(house: House) -> None:
    author = browser(house, "author")
    author.post(url("sensitive_new", house.child), remark_data())
    author.get(url("sensitive", house.child))
    author.post(url("sensitive_withdraw", house.child, remark_id=the_remark(house).pk))
    with tenant_scope(house.organisation_id):
        found = list(AuditEvent.objects.filter(action__startswith="sensitive."))
        assert {event.action for event in found} == {
            "sensitive.written",
            "sensitive.viewed",
            "sensitive.read",
            "sensitive.form",
            "sensitive.withdrawn",
            "sensitive.withdraw_viewed",
        }
        told = [event.data for event in found if event.data]
        assert told == [{"child": str(house.child.pk)}] * len(told)


def test_page_costs_the_same_queries_for_one_remark_and_for_four(house: House, django_assert_num_queries: Any) -> None:
    client = browser(house, "coach")
    client.get(url("sensitive", house.child))
    with django_assert_num_queries(26):
        client.get(url("sensitive", house.child))
    with tenant_scope(house.organisation_id):
        for name in ("mentor", "author", "colleague"):
            keep(house.child, house.people[name], OWN)
    with django_assert_num_queries(26):
        client.get(url("sensitive", house.child))


# ------------------------------------------------------------------------------------------- how it is kept


@pytest.mark.requirement("SEC-2.1")
def test_what_it_says_and_what_it_is_about_are_sealed_in_the_table(house: House) -> None:
    with connection.cursor() as cursor, tenant_scope(house.organisation_id):
        cursor.execute("SELECT row_to_json(remark)::text, content FROM observations_sensitiveremark AS remark")
        row, content = cursor.fetchone()
    assert "epilepsie" not in row
    assert "health" not in row
    assert b"epilepsie" not in bytes(content)
    assert the_content(house) == RemarkText("health", TEXT)


def the_content(house: House) -> RemarkText:
    with tenant_scope(house.organisation_id):
        content: RemarkText = SensitiveRemark.objects.get().content
        return content


@pytest.mark.requirement("SEC-2.4")
def test_remark_is_unreadable_once_the_childs_key_is_destroyed(house: House) -> None:
    with tenant_scope(house.organisation_id):
        keyring().destroy_subject_key(house.child.pk)
    with tenant_scope(house.organisation_id):
        reader = reader_of(house.people["mentor"], house.child, on=timezone.localdate())
        with pytest.raises(DecryptionError):
            read_remarks(house.child, reader=reader)


def test_withdrawn_remark_has_no_text_and_is_shown_nowhere(house: House) -> None:
    author, mentor = browser(house, "author"), browser(house, "mentor")
    address = url("sensitive_withdraw", house.child, remark_id=the_remark(house).pk)
    asked = author.get(address).content.decode()
    assert ("Wis de tekst" in asked, TEXT in asked) == (True, False)
    assert author.post(address).headers["Location"] == url("sensitive", house.child)
    with tenant_scope(house.organisation_id):
        remark = SensitiveRemark.objects.get()
        assert (remark.content, remark.withdrawn_at is None) == (None, False)
        withdraw_remark(remark_id=remark.pk, now=timezone.now())
    assert len(events(house, "sensitive.withdrawn")) == 1
    assert TEXT not in mentor.get(url("sensitive", house.child)).content.decode()
    assert HEADING + " (" not in mentor.get(url("child", house.child)).content.decode()
    assert author.get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "status"),
    [("author", 302), ("internal_support", 302), ("mentor", 403), ("coach", 403), ("colleague", 403)],
)
def test_author_and_internal_support_withdraw(house: House, name: str, status: int) -> None:
    address = url("sensitive_withdraw", house.child, remark_id=the_remark(house).pk)
    assert browser(house, name).post(address).status_code == status
    assert (the_remark(house).withdrawn_at is not None) == (status == 302)


def test_remark_is_not_found_by_the_address_of_another_child(house: House) -> None:
    address = url("sensitive_withdraw", house.other_child, remark_id=the_remark(house).pk)
    assert browser(house, "internal_support").post(address).status_code == 404


def test_database_lets_no_text_stay_with_a_withdrawn_remark(house: House) -> None:
    with tenant_scope(house.organisation_id), pytest.raises(IntegrityError), transaction.atomic():
        SensitiveRemark.objects.update(withdrawn_at=timezone.now())


# ------------------------------------------------------------------------------------------- writing


@pytest.mark.parametrize(
    ("name", "status"),
    [("colleague", 302), ("mentor", 302), ("internal_support", 302), ("coach", 302), ("administrator", 403)],
)
def test_who_writes_notes_about_a_child_writes_a_remark(house: House, name: str, status: int) -> None:
    client = browser(house, name)
    assert client.post(url("sensitive_new", house.child), remark_data()).status_code == status
    if status == 302:
        text = client.get(url("sensitive", house.child)).content.decode()
        assert (OWN in text, "thuissituatie" in text) == (True, True)


def test_form_says_what_belongs_here_and_what_does_not(house: House) -> None:
    text = browser(house, "colleague").get(url("sensitive_new", house.child)).content.decode()
    assert "Schrijf alleen op wat nodig is voor de begeleiding" in text
    assert TEXT not in text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"text": "  "}, "Schrijf eerst de opmerking."),
        ({"text": "x" * (MAX_TEXT + 1)}, "2000"),
        ({"text": "a\x00b"}, "Er klopt nog iets niet"),
        ({"kind": "diagnose"}, "Kies waar de opmerking over gaat."),
        ({"kind": ""}, "Kies waar de opmerking over gaat."),
        ({"entry_id": "geen"}, "Er klopt nog iets niet"),
    ],
)
def test_remark_is_refused_with_a_reason(house: House, changes: dict[str, str], message: str) -> None:
    response = browser(house, "colleague").post(url("sensitive_new", house.child), remark_data(**changes))
    assert (response.status_code, message in response.content.decode()) == (422, True)
    with tenant_scope(house.organisation_id):
        assert SensitiveRemark.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "text"), [("health", " "), ("health", "x" * (MAX_TEXT + 1)), ("diagnose", "Iets"), ("", "Iets")]
)
def test_domain_refuses_it_too(house: House, kind: str, text: str) -> None:
    with tenant_scope(house.organisation_id), pytest.raises(RemarkRefused):
        keep(house.child, house.people["author"], text, kind)


def test_remark_sent_twice_is_kept_once(house: House) -> None:
    client, data = browser(house, "colleague"), remark_data()
    assert [client.post(url("sensitive_new", house.child), data).status_code for _ in range(2)] == [302, 302]
    assert len(events(house, "sensitive.written")) == 2


def test_draft_is_offered_for_its_own_child_alone_and_forgotten_when_kept(house: House) -> None:
    support = house.people["internal_support"]
    key = f"sensitive:{house.child.pk}"
    with tenant_scope(house.organisation_id):
        save_draft(user_id=support.pk, key=key, fields={"text": [OWN], "kind": ["home"]}, now=timezone.now())
    client = browser(house, "internal_support")
    assert OWN in client.get(url("sensitive_new", house.child)).content.decode()
    assert OWN not in client.get(url("sensitive_new", house.other_child)).content.decode()
    assert OWN not in browser(house, "coach").get(url("sensitive_new", house.child)).content.decode()
    resumed = client.get(url("sensitive_new", house.child), {"concept": key}).content.decode()
    assert f"{OWN}</textarea>" in resumed
    client.post(url("sensitive_new", house.child), remark_data(draft_key=key))
    with tenant_scope(house.organisation_id):
        assert draft_for(user_id=support.pk, key=key) is None


def test_administration_leads_to_the_decision(house: House) -> None:
    assert SETTINGS in browser(house, "administrator").get(reverse("accounts:administration")).content.decode()
    officer = browser(house, "data_protection_officer").get(reverse("accounts:administration")).content.decode()
    assert SETTINGS not in officer
