"""The trail as its administrator and its data protection officer read, filter and export it (AUD-2, ACC-9.13)."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.domain.role_changes import end_role
from accounts.domain.trail import (
    PER_PAGE,
    Outsider,
    TrailSelection,
    export_header,
    export_rows,
    find_actors,
    find_events,
    page_of,
)
from accounts.domain.users import assign_role, create_user
from accounts.models import PersonName, RoleAssignment, User
from accounts.roles import ORGANISATION_ROLES, Role
from accounts.staff.domain import Identified, Staff, find_administrator, unlock_administrator
from kijk.audit.domain import append, record
from kijk.audit.models import AuditEvent
from kijk.audit.verify import verify_organisation
from kijk.audit.words import EventGroup
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from kijk.web.csv_export import read_csv
from observations.models import Child
from tests import factories
from tests.clients import client_of
from tests.monitoring.reading import tables_of

URL = "/beheer/logboek/"
CSV_URL = "/beheer/logboek/csv/"
CAPTION = "Gebeurtenissen: wie wat deed, waarover, wanneer en vanwaar"
READERS = [Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER]
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class House:
    """An organisation with those who read its trail, signed in, somebody who works there, and a child."""

    organisation_id: UUID
    users: dict[Role, User]
    clients: dict[Role, Any]
    staff: User
    child: Child


def make_house() -> House:
    organisation_id = factories.organisation()
    with tenant_scope(organisation_id):
        users = {role: factories.user(role) for role in READERS}
        staff = named("Mirjam", "Österling")
        assign_role(user=staff, role=Role.GROUP_STAFF, begins_on=factories.LONG_AGO)
        child = factories.child(factories.group(staff=staff), "Xanthippe", "van", "Quispel")
    clients = {role: client_of(user) for role, user in users.items()}
    return House(organisation_id, users, clients, staff, child)


def named(first_name: str, last_name: str) -> User:
    address = f"{uuid7().hex[-12:]}@voorbeeld.nl"
    return create_user(email=address, name=PersonName(first_name, "", last_name), password=None)


@pytest.fixture
def house(db: None) -> House:
    return make_house()


def tell(house: House, action: str, *, by: UUID | None = None, at: datetime = NOON, **values: Any) -> None:
    """Add an event to the trail as if it happened at a moment."""
    with tenant_scope(house.organisation_id):
        append([AuditEvent(organisation_id=house.organisation_id, action=action, actor_id=by, at=at, **values)])


def open_as(house: House, role: Role = Role.ADMINISTRATOR, url: str = URL, **choices: Any) -> Any:
    return house.clients[role].get(url, choices)


def rows_of(response: HttpResponse) -> list[list[str]]:
    """Return who, what, about and from where of each event on the page."""
    table = tables_of(response).get(CAPTION, [[]])
    return [[" ".join(cell.split()) for cell in row[1:5]] for row in table[1:]]


def deeds_of(response: HttpResponse) -> list[str]:
    return [row[1] for row in rows_of(response)]


def file_of(response: HttpResponse) -> list[dict[str, str]]:
    header, *rows = read_csv(response.content)
    return [dict(zip(header, row, strict=True)) for row in rows]


def sequences(house: House, selection: TrailSelection) -> list[int]:
    with tenant_scope(house.organisation_id):
        return [event.sequence for event in page_of(find_events(selection, find_actors())).events]


# --------------------------------------------------------------------------------------------- who reads it


@pytest.mark.requirement("AUD-2.1", "ACC-9.13")
@pytest.mark.parametrize("role", READERS)
def test_administrator_and_data_protection_officer_read_the_trail(house: House, role: Role) -> None:
    client_of(house.staff).get(f"/kinderen/{house.child.pk}/")
    response = open_as(house, role)
    assert response.status_code == 200
    assert rows_of(response)[0] == [
        "Mirjam Österling",
        "opende het dossier van een kind inhoud over een kind",
        f"kind {house.child.pk.hex[-8:]}",
        "127.0.0.1",
    ]


@pytest.mark.requirement("AUD-2.1")
@pytest.mark.parametrize("role", [role for role in ORGANISATION_ROLES if role not in READERS])
@pytest.mark.parametrize("url", [URL, CSV_URL])
def test_nobody_else_reads_or_exports_it(house: House, role: Role, url: str) -> None:
    with tenant_scope(house.organisation_id):
        user = factories.user(role)
    response = client_of(user).get(url)
    assert response.status_code == 403
    assert "logboek" in response.content.decode()


@pytest.mark.requirement("AUD-2.1", "SEC-1.1")
def test_events_of_another_organisation_are_on_no_page_and_in_no_file(house: House) -> None:
    other = make_house()
    tell(other, "child.viewed", by=other.staff.pk, object_id=other.child.pk, origin="203.0.113.99")
    tell(other, "child.viewed", by=house.staff.pk, object_id=house.child.pk, origin="203.0.113.98")
    choices_of_all: list[dict[str, Any]] = [{}, {"wie": str(house.staff.pk)}, {"soort": "children"}]
    for url in (URL, CSV_URL):
        for choices in choices_of_all:
            text = open_as(house, url=url, **choices).content.decode()
            assert [part for part in ("203.0.113", str(other.child.pk), str(other.staff.pk)) if part in text] == []
    assert "We vonden geen medewerker" in open_as(house, over=str(other.staff.pk)).content.decode()
    assert [row[3] for row in rows_of(open_as(other))[:2]] == ["203.0.113.98", "203.0.113.99"]


@pytest.mark.requirement("ACC-9.13", "ACC-9.5")
@pytest.mark.parametrize("role", READERS)
@pytest.mark.parametrize("url", [URL, CSV_URL])
def test_trail_names_no_child(house: House, role: Role, url: str) -> None:
    client_of(house.staff).get(f"/kinderen/{house.child.pk}/")
    text = open_as(house, role, url).content.decode()
    assert house.child.pk.hex[-8:] in text.replace("-", "")
    assert [name for name in ("Xanthippe", "Quispel") if name in text] == []


# --------------------------------------------------------------------------------------------- in words


@pytest.mark.requirement("AUD-1.6")
def test_role_given_is_told_with_whom_which_and_where(house: House) -> None:
    with tenant_scope(house.organisation_id, actor_id=house.users[Role.ADMINISTRATOR].pk, origin="192.0.2.7"):
        location = factories.location("De Wilgen")
        assign_role(user=house.staff, role=Role.COACH, begins_on=factories.LONG_AGO, location=location)
    response = open_as(house, soort="accounts")
    who, deed, about, origin = rows_of(response)[0]
    administrator = house.users[Role.ADMINISTRATOR]
    with tenant_scope(house.organisation_id):
        assert who == administrator.get_full_name()
    assert (deed, about, origin) == ("gaf iemand een rol", "Mirjam Österling", "192.0.2.7")
    details = tables_of(response)[CAPTION][1][5]
    assert all(word in details for word in ("rol", "pedagogisch coach", "locatie", "De Wilgen", "role.assigned"))


@pytest.mark.requirement("AUD-2.1", "AUD-1.6")
def test_what_bazalt_does_is_in_it_with_the_role_but_without_a_name(house: House) -> None:
    tell(house, "user.unlocked", by=uuid7(), object_id=house.staff.pk, data={"staff_role": "secretariat"})
    row = rows_of(open_as(house, wie="bazalt"))[0]
    assert (row[0], row[2]) == ("Bazalt, secretariaat", "Mirjam Österling")
    assert file_of(open_as(house, url=CSV_URL, wie="bazalt"))[0]["wie"] == "Bazalt, secretariaat"


@pytest.mark.requirement("AUD-1.6")
def test_role_taken_away_is_told(house: House) -> None:
    now = timezone.now()
    with tenant_scope(house.organisation_id, actor_id=house.users[Role.ADMINISTRATOR].pk):
        assignment = RoleAssignment.objects.get(user=house.staff)
        end_role(assignment=assignment, by=house.users[Role.ADMINISTRATOR], now=now)
    told = [row[1:3] for row in rows_of(open_as(house, soort="accounts", over="mirjam"))]
    assert told[0] == ["trok een rol in", "Mirjam Österling"]


@pytest.mark.requirement("AUD-1.6", "AUD-2.1")
def test_help_of_the_secretariat_is_in_the_organisations_own_trail(house: House) -> None:
    with tenant_scope(factories.provider()):
        helper = factories.staff(Role.SECRETARIAT)
    helped = house.users[Role.ADMINISTRATOR]
    acting = Staff(helper, Role.SECRETARIAT, "198.51.100.7")
    find_administrator(helped.email, acting, timezone.now())
    unlock_administrator(user_id=helped.pk, identified=Identified.HOLDER.value, by=acting, now=timezone.now())
    response = open_as(house, Role.DATA_PROTECTION_OFFICER, wie="bazalt")
    assert [(row[0], row[1], row[3]) for row in rows_of(response)] == [
        ("Bazalt, secretariaat", "ontgrendelde het account van een beheerder", "198.51.100.7"),
        ("Bazalt, secretariaat", "ontgrendelde een account", "198.51.100.7"),
        ("Bazalt, secretariaat", "bekeek de toestand van het account van een beheerder", "198.51.100.7"),
    ]
    assert "op schriftelijk verzoek van de licentiehouder" in response.content.decode()
    assert helper.email not in response.content.decode()


@pytest.mark.requirement("AUD-2.1")
def test_event_of_bazalts_staff_that_does_not_say_so_is_theirs_too(house: House) -> None:
    """An act of staff leaves the event of what was done beside its own."""
    helper, leaver = uuid7(), uuid7()
    tell(house, "user.unlocked", by=helper, object_id=house.staff.pk)
    tell(house, "staff.unlocked", by=helper, object_id=house.staff.pk, data={"staff_role": "helpdesk"})
    tell(house, "user.unlocked", by=leaver, object_id=house.staff.pk)
    assert [row[0] for row in rows_of(open_as(house, wie="bazalt"))] == ["Bazalt, helpdesk", "Bazalt, helpdesk"]


@pytest.mark.parametrize(
    ("by", "origin", "who"),
    [
        (None, "192.0.2.7", "iemand die niet is ingelogd"),
        (None, "2001:db8::7", "iemand die niet is ingelogd"),
        (None, "", "het systeem"),
        (None, "command", "het systeem"),
        (UUID(int=0x1234ABCD), "192.0.2.7", "iemand zonder account hier (1234abcd)"),
    ],
)
def test_who_is_no_user_is_told_as_what_they_are(house: House, by: UUID | None, origin: str, who: str) -> None:
    tell(house, "sign_in.failed", by=by, origin=origin)
    assert rows_of(open_as(house))[0][0] == who


def test_who_has_left_keeps_the_name_in_what_they_did(house: House) -> None:
    tell(house, "child.viewed", by=house.staff.pk)
    with tenant_scope(house.organisation_id):
        User.objects.filter(pk=house.staff.pk).update(is_active=False)
    assert rows_of(open_as(house))[0][0] == "Mirjam Österling (account afgesloten)"


@pytest.mark.requirement("AUD-1.1")
def test_event_on_behalf_of_somebody_names_both(house: House) -> None:
    tell(house, "user.unlocked", by=house.staff.pk, on_behalf_of_id=house.users[Role.ADMINISTRATOR].pk)
    who = rows_of(open_as(house))[0][0]
    assert re.fullmatch(r"Mirjam Österling, namens Sanne de Wit\d+", who)


def test_event_without_words_shows_its_code_and_stays_in_a_group(house: House) -> None:
    tell(
        house, "thing.happened", object_type="app.thing", object_id=uuid7(), data={"many": [1, True], "deep": {"a": 1}}
    )
    response = open_as(house, soort="system")
    assert deeds_of(response)[0] == "deed iets dat hier geen omschrijving heeft (thing.happened)"
    details = tables_of(response)[CAPTION][1][5]
    assert all(part in details for part in ("many", "1, ja", "deep", '{"a":1}'))


def test_detail_that_is_markup_or_a_child_stays_text_and_a_number(house: House) -> None:
    tell(house, "registration.started", object_id=uuid7(), data={"child": str(house.child.pk), "x": "<b>y</b>"})
    text = open_as(house).content.decode()
    assert ("&lt;b&gt;y&lt;/b&gt;" in text, "<b>y</b>" in text) == (True, False)
    assert f"kind</dt><dd>{house.child.pk.hex[-8:]}</dd>" in text


@pytest.mark.requirement("AUD-2.1", "UX-1.1")
@pytest.mark.parametrize(("language", "words"), [("nl", "schaalwelbevinden"), ("en", "scalewell-being")])
def test_scale_is_told_in_the_readers_language(house: House, language: str, words: str) -> None:
    tell(house, "bso.scored", object_id=uuid7(), data={"scale": "welbevinden"})
    house.clients[Role.ADMINISTRATOR].cookies[settings.LANGUAGE_COOKIE_NAME] = language
    (table,) = tables_of(open_as(house)).values()
    assert words in " ".join(table[1][5].split())


# --------------------------------------------------------------------------------------------- filters


@pytest.fixture
def filled(house: House) -> House:
    """Some events of each sort; numbers count from the last one of making the house."""
    user = house.staff.pk
    day = timedelta(days=1)
    tell(house, "sign_in.succeeded", by=user, object_id=user, origin="192.0.2.1")
    tell(house, "sign_in.failed", object_id=user, origin="192.0.2.2", at=NOON + day)
    tell(house, "note.written", by=user, object_type="observations.child", object_id=house.child.pk, at=NOON + 2 * day)
    tell(house, "keys.rotated", data={"version": 2}, at=NOON + 3 * day)
    tell(house, "user.unlocked", by=uuid7(), object_id=user, data={"staff_role": "helpdesk"}, at=NOON + 4 * day)
    tell(house, "thing.happened", by=user, at=NOON + 5 * day)
    return house


DAY = date(2026, 3, 10)


@pytest.mark.requirement("AUD-2.1")
@pytest.mark.parametrize(
    ("choices", "found"),
    [
        (lambda house: {"actor": house.staff.pk}, [6, 3, 1]),
        (lambda house: {"actor": Outsider.NOBODY}, [2]),
        (lambda house: {"actor": Outsider.STAFF}, [5]),
        (lambda house: {"actor": Outsider.SYSTEM, "begins_on": DAY, "ends_on": DAY + timedelta(days=9)}, [4]),
        (lambda house: {"group": EventGroup.SIGN_IN, "begins_on": DAY, "ends_on": DAY + timedelta(days=9)}, [2, 1]),
        (lambda house: {"group": EventGroup.NOTES}, [3]),
        (lambda house: {"group": EventGroup.SYSTEM, "begins_on": DAY, "ends_on": DAY + timedelta(days=9)}, [6, 4]),
        (lambda house: {"about": frozenset({house.staff.pk}), "begins_on": DAY, "ends_on": DAY + timedelta(days=9)}, [5, 2, 1]),
        (lambda house: {"begins_on": DAY, "ends_on": DAY}, [1]),
        (lambda house: {"begins_on": DAY + timedelta(days=1), "ends_on": DAY + timedelta(days=2)}, [3, 2]),
        (lambda house: {"ends_on": DAY}, [1]),
        (lambda house: {"actor": house.staff.pk, "group": EventGroup.NOTES, "begins_on": DAY}, [3]),
        (lambda house: {"actor": house.staff.pk, "group": EventGroup.OVERVIEWS}, []),
    ],
)  # fmt: skip
def test_each_choice_finds_what_it_says(
    filled: House, choices: Callable[[House], dict[str, Any]], found: list[int]
) -> None:
    with tenant_scope(filled.organisation_id):
        before = AuditEvent.objects.filter(at__gte=timezone.now() - timedelta(hours=1)).count()
    assert [number - before for number in sequences(filled, TrailSelection(**choices(filled)))] == found


@pytest.mark.requirement("AUD-2.1")
@pytest.mark.parametrize(
    ("at", "on_the_day"),
    [
        # Summer time: two hours ahead of UTC.
        (datetime(2026, 7, 1, 21, 59, 59, 999999, tzinfo=UTC), False),
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), True),
        (datetime(2026, 7, 2, 21, 59, 59, 999999, tzinfo=UTC), True),
        (datetime(2026, 7, 2, 22, 0, tzinfo=UTC), False),
    ],
)
def test_day_begins_and_ends_at_midnight_in_the_netherlands(house: House, at: datetime, on_the_day: bool) -> None:
    tell(house, "keys.rotated", at=at)
    day = date(2026, 7, 2)
    assert (sequences(house, TrailSelection(begins_on=day, ends_on=day)) != []) is on_the_day


@pytest.mark.requirement("AUD-2.1")
@pytest.mark.parametrize(
    ("choices", "deeds"),
    [
        ({"wie": "niemand"}, ["probeerde in te loggen, maar dat lukte niet"]),
        ({"soort": "notes"}, ["schreef een notitie over een kind inhoud over een kind"]),
        ({"van": "12-3-2026", "tot": "2026-03-13"}, ["gaf de organisatie een nieuwe sleutel", "schreef een notitie over een kind inhoud over een kind"]),
        ({"over": "osterling", "soort": "sign_in"}, ["probeerde in te loggen, maar dat lukte niet", "logde in"]),
        ({"over": "  MIRJAM   öster", "soort": "sign_in"}, ["probeerde in te loggen, maar dat lukte niet", "logde in"]),
    ],
)  # fmt: skip
def test_form_takes_the_choices_as_they_are_typed(filled: House, choices: dict[str, Any], deeds: list[str]) -> None:
    response = open_as(filled, **choices)
    assert deeds_of(response) == deeds
    assert "error-summary" not in response.content.decode()


def test_day_stands_in_the_form_as_the_browser_wants_it(filled: House) -> None:
    assert 'value="2026-03-12"' in open_as(filled, van="12-3-2026").content.decode()


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"wie": "wie-dan-ook"}, "Deze keuze kennen we niet"),
        ({"wie": str(UUID(int=7))}, "Deze keuze kennen we niet"),
        ({"wie": "a\x00b"}, "Deze keuze kennen we niet"),
        ({"van": "31-13-2026"}, "Vul een datum in"),
        ({"van": "0001-01-01"}, "Vul een datum in"),
        ({"tot": "9999-12-31"}, "Vul een datum in"),
        ({"tot": "\u202e2026"}, "Vul een datum in"),
        ({"van": "2026-03-12", "tot": "2026-03-11"}, "De laatste dag ligt voor de eerste"),
        ({"over": "Xanthippe"}, "We vonden geen medewerker"),
        ({"over": "x" * 100_000}, "Deze naam is te lang"),
        ({"over": "a\x00b"}, "Null"),
    ],
)
def test_choice_that_is_wrong_is_reported_and_the_others_hold(filled: House, bad: dict[str, Any], message: str) -> None:
    response = open_as(filled, **{"soort": "notes", **bad})
    text = response.content.decode()
    assert response.status_code == 200
    assert message in text
    assert deeds_of(response) == ["schreef een notitie over een kind inhoud over een kind"]
    assert '<option value="notes" selected>' in text


def test_kind_that_is_wrong_is_reported(filled: House) -> None:
    response = open_as(filled, soort="alles-en-niets", wie="niemand")
    assert "Deze keuze kennen we niet" in response.content.decode()
    assert len(deeds_of(response)) == 1


def test_wrong_choice_gives_no_file_but_says_what_is_wrong(filled: House) -> None:
    response = open_as(filled, url=CSV_URL, van="31-13-2026")
    assert (response.status_code, response.headers["Content-Type"]) == (422, "text/html; charset=utf-8")
    assert "Vul een datum in" in response.content.decode()
    with tenant_scope(filled.organisation_id):
        assert not AuditEvent.objects.filter(action="trail.exported").exists()


def test_nothing_found_says_so_and_offers_to_start_again(filled: House) -> None:
    text = open_as(filled, soort="overviews", van="2026-03-10", tot="2026-03-11").content.decode()
    assert "Geen gebeurtenissen met deze keuzes" in text
    assert f'href="{URL}"' in text


# --------------------------------------------------------------------------------------------- leafing


def leaf(client: Client, response: HttpResponse, rel: str) -> HttpResponse:
    link = re.search(rf'rel="{rel}" href="([^"]+)"', response.content.decode())
    assert link is not None
    answer: Any = client.get(link[1].replace("&amp;", "&"))
    return answer  # type: ignore[no-any-return]


def numbers_of(response: HttpResponse) -> list[int]:
    return [int(found) for found in re.findall(r"Gebeurtenis (\d+)", response.content.decode())]


@pytest.mark.requirement("AUD-2.1")
def test_leafing_shows_each_event_once_whatever_happens_meanwhile(house: House) -> None:
    for _ in range(2 * PER_PAGE + 10):
        tell(house, "note.form", by=house.staff.pk)
    client = house.clients[Role.ADMINISTRATOR]
    first = client.get(URL, {"soort": "notes"})
    tell(house, "note.form", by=house.staff.pk)
    second = leaf(client, first, "next")
    tell(house, "note.form", by=house.staff.pk)
    third = leaf(client, second, "next")
    numbers = [numbers_of(each) for each in (first, second, third)]
    assert [len(page) for page in numbers] == [PER_PAGE, PER_PAGE, 10]
    together = [number for page in numbers for number in page]
    assert together == sorted(set(together), reverse=True)
    assert numbers_of(leaf(client, third, "prev")) == numbers[1]
    assert numbers_of(leaf(client, second, "prev")) == numbers[0]
    assert ('rel="prev"' in first.content.decode(), 'rel="next"' in third.content.decode()) == (False, False)


def test_newest_page_reached_by_leafing_back_has_nothing_newer(house: House) -> None:
    for _ in range(PER_PAGE + 5):
        tell(house, "note.form")
    client = house.clients[Role.ADMINISTRATOR]
    older = leaf(client, client.get(URL, {"soort": "notes"}), "next")
    assert len(numbers_of(older)) == 5
    text = leaf(client, older, "prev").content.decode()
    assert ('rel="prev"' in text, 'rel="next"' in text) == (False, True)


@pytest.mark.parametrize("place", [{"voor": "laatst"}, {"na": "-1"}, {"voor": str(2**80)}, {"na": "1\x00"}])
def test_place_that_is_none_shows_the_newest_and_says_so(filled: House, place: dict[str, Any]) -> None:
    response = open_as(filled, soort="notes", **place)
    assert "Deze plek in het logboek kennen we niet" in response.content.decode()
    assert len(numbers_of(response)) == 1


def test_place_past_the_end_says_that_nothing_stands_there(house: House) -> None:
    text = open_as(house, na=str(2**62)).content.decode()
    assert "Hier staat niets" in text
    assert len(numbers_of(open_as(house, voor=str(2**62)))) > 1


# --------------------------------------------------------------------------------------------- the file


@pytest.mark.requirement("AUD-2.1")
def test_file_holds_what_the_chain_was_made_of(filled: House) -> None:
    response = open_as(filled, Role.DATA_PROTECTION_OFFICER, CSV_URL)
    assert response.headers["Content-Disposition"] == 'attachment; filename="logboek.csv"'
    rows = file_of(response)
    with tenant_scope(filled.organisation_id):
        events = list(AuditEvent.objects.exclude(action="trail.exported").order_by("-sequence"))
    assert [row["volgnummer"] for row in rows] == [str(event.sequence) for event in events]
    for row, event in zip(rows, events, strict=True):
        assert datetime.fromisoformat(row["moment"]) == event.at
        assert row["moment"][-6:] in {"+01:00", "+02:00"}
        assert (row["code"], row["soort"], row["netwerkadres"]) == (event.action, event.object_type, event.origin)
        assert (row["nummer van de persoon"], row["nummer van waar het over gaat"]) == (
            str(event.actor_id or ""),
            str(event.object_id or ""),
        )
        assert json.loads(row["gegevens"]) == event.data
        assert row["controlecode"] == bytes(event.hash).hex()
    assert verify_organisation(filled.organisation_id)[1] == []
    last = next(row for row in rows if row["code"] == "sign_in.failed")
    assert last["wat"] == "iemand die niet is ingelogd probeerde in te loggen, maar dat lukte niet"


@pytest.mark.requirement("AUD-2.1")
def test_file_keeps_to_the_choices_and_leaves_its_event(filled: House) -> None:
    client = filled.clients[Role.ADMINISTRATOR]
    rows = file_of(client.get(CSV_URL, {"soort": "notes", "wie": str(filled.staff.pk)}))
    assert [(row["code"], row["wie"]) for row in rows] == [("note.written", "Mirjam Österling")]
    assert deeds_of(client.get(URL))[0] == "haalde dit logboek op als bestand"


def test_page_links_to_the_file_of_the_choices_that_hold(filled: House) -> None:
    text = open_as(filled, soort="notes", wie="wie-dan-ook", van="3-3-2026").content.decode()
    assert f'href="{CSV_URL}?soort=notes&amp;van=2026-03-03"' in text


def test_file_that_is_too_long_is_cut_at_the_oldest_and_says_so(filled: House) -> None:
    with tenant_scope(filled.organisation_id):
        actors = find_actors()
        everything = find_events(TrailSelection(), actors)
        total = everything.count()
        cut = list(export_rows(everything, actors, at_most=3))
        whole = list(export_rows(everything, actors, at_most=total))
    assert [row[0] for row in cut] == [*[row[0] for row in whole[:3]], ""]
    assert "de nieuwste 3 gebeurtenissen" in str(cut[3][5])
    assert (len(whole), {len(row) for row in [*cut, *whole]}) == (total, {len(export_header())})


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+31", "-1", "@SUM(1)", "\tx", "\rx"])
def test_no_cell_of_the_file_is_a_formula(house: House, name: str) -> None:
    with tenant_scope(house.organisation_id):
        user = named(name, "Wit")
    tell(house, "request.denied", by=user.pk, origin="=1+1", object_type="=a", data={"method": "=cmd|' /C calc'!A0"})
    text = open_as(house, url=CSV_URL).content.decode("utf-8-sig")
    assert f"'{name} Wit" in text
    cells = re.findall(r'(?:^|;)"((?:[^"]|"")*)"', text, flags=re.MULTILINE)
    assert len(cells) > 50
    assert [cell for cell in cells if cell[:1] in set("=+-@\t\r")] == []


@pytest.mark.requirement("ACC-8.3")
def test_file_asks_for_a_fresh_proof_of_who_it_is(house: House) -> None:
    administrator = house.users[Role.ADMINISTRATOR]
    client = client_of(administrator, at=timezone.now() - timedelta(minutes=11))
    assert client.get(URL).status_code == 200
    assert client.get(CSV_URL).status_code == 302
    with tenant_scope(house.organisation_id):
        assert not AuditEvent.objects.filter(action="trail.exported").exists()


# --------------------------------------------------------------------------------------------- what it costs


@pytest.mark.parametrize(
    ("choices", "queries"),
    [({}, 25), ({"soort": "notes", "wie": "niemand", "over": "wit"}, 25), ({"voor": "10000000"}, 26)],
)
def test_page_costs_the_same_queries_however_many_events_and_users(
    house: House, django_assert_num_queries: DjangoAssertNumQueries, choices: dict[str, str], queries: int
) -> None:
    client = house.clients[Role.ADMINISTRATOR]
    client.get(URL, choices)
    with django_assert_num_queries(queries):
        client.get(URL, choices)
    with tenant_scope(house.organisation_id):
        made = [factories.user() for _ in range(5)]
        factories.location()
    for user in made * 12:
        tell(house, "note.form", by=user.pk, object_id=user.pk)
    with django_assert_num_queries(queries):
        client.get(URL, choices)


def test_record_by_hand_is_read_back(house: House) -> None:
    """The trail as the product itself writes it, not as these tests do."""
    with tenant_scope(house.organisation_id, actor_id=house.staff.pk, origin="192.0.2.9"):
        record("keys.rotated", data={"version": 3})
    assert rows_of(open_as(house))[0] == ["Mirjam Österling", "gaf de organisatie een nieuwe sleutel", "–", "192.0.2.9"]
