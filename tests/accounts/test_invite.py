"""Inviting one colleague, and many from a list: each line judged before anything is saved (ACC-11.1, ACC-2.1)."""

import re
from collections.abc import Callable
from datetime import datetime
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.domain.invite_lists import InviteLine, Verdict, as_text, invite_lines, read_invite_list
from accounts.models import RoleAssignment, User
from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from kijk.web.csv_export import CsvRefused
from licensing.models import EmailDomain
from tests import factories, mails
from tests.accounts.office import Office, make_office, take_up
from tests.clients import client_of
from tests.database import TestDatabase

ONE, MANY = "/beheer/collegas/uitnodigen/", "/beheer/collegas/uitnodigen/lijst/"
GOOD = "Bo;van;Aken;bo@voorbeeld.nl;coach;Noord"


@pytest.fixture
def office(db: None) -> Office:
    return make_office()


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def one(**changes: Any) -> dict[str, Any]:
    known = {
        "first_name": "Bo",
        "infix": "van",
        "last_name": "Aken",
        "email": "bo@voorbeeld.nl",
        "role": "coach",
        "location": "",
        "module": "",
        "begins_on": timezone.localdate().isoformat(),
        "ends_on": "",
        "language": "nl",
    }
    return known | changes


def invited(office: Office) -> list[str]:
    """Return the addresses of who was invited, in order."""
    return [mail.recipient for mail in mails.waiting(office.organisation_id, "invitation")]


def lines_of(office: Office, text: str) -> list[InviteLine]:
    with tenant_scope(office.organisation_id):
        return read_invite_list(text)


# -------------------------------------------------------------------------------------------------- one


@pytest.mark.requirement("ACC-11.1", "ACC-2.1")
def test_one_colleague_is_invited_with_a_role(office: Office) -> None:
    response = office.client().post(ONE, one(location=str(office.south.pk), language="en"))
    with tenant_scope(office.organisation_id):
        user = User.objects.get(email="bo@voorbeeld.nl")
        assert (str(user.name), user.language, user.has_usable_password()) == ("Bo van Aken", "en", False)
        given = RoleAssignment.objects.get(user=user)
        assert (given.role, given.location_id, given.begins_on) == ("coach", office.south.pk, timezone.localdate())
    assert response.headers["Location"] == reverse("accounts:colleague", kwargs={"pk": user.pk})
    assert invited(office) == ["bo@voorbeeld.nl"]
    assert [event.actor_id for event in office.events("user.invited")] == [office.administrator.pk]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"first_name": ""}, "Vul een voornaam in."),
        ({"email": "bo@gmail.com"}, "niet bij een domein"),
        ({"email": "bo"}, "geen e-mailadres"),
        ({"role": ""}, "Kies een rol."),
        ({"role": "helpdesk"}, "kennen we niet"),
        ({"role": "administrator", "module": "monitoring"}, "geldt altijd voor de hele organisatie"),
        ({"role": "quality", "module": "bso"}, "heeft geen rechten in"),
        ({"ends_on": "2001-01-01"}, "ligt voor de eerste"),
        ({"language": "fr"}, "kennen we niet"),
    ],
)
def test_form_says_what_is_wrong_keeps_the_rest_and_saves_nothing(
    office: Office, changes: dict[str, str], message: str
) -> None:
    response = office.client().post(ONE, one(**changes))
    assert response.status_code == 422
    text = response.content.decode()
    assert (message in text, 'value="Aken"' in text) == (True, True)
    with tenant_scope(office.organisation_id):
        assert User.objects.count() == 3
    assert (invited(office), office.events("user.created")[3:]) == ([], [])


def test_who_has_an_account_cannot_be_invited(office: Office) -> None:
    response = office.client().post(ONE, one(email=office.second.email))
    assert response.status_code == 422
    assert "is er al een account" in response.content.decode()
    assert invited(office) == []


def test_second_click_invites_nobody_twice(office: Office) -> None:
    client = office.client()
    answers = [client.post(ONE, one()) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert invited(office) == ["bo@voorbeeld.nl"]
    assert client.post(ONE, one(first_name="Iemand")).status_code == 422, "somebody else with that address"


def test_two_clicks_at_the_same_moment_invite_once(committed_db: TestDatabase) -> None:
    office = make_office()
    clients = [client_of(office.administrator), client_of(office.administrator)]
    statuses = at_once(lambda client: client.post(ONE, one()).status_code, clients)
    assert (statuses, invited(office)) == ([302, 302], ["bo@voorbeeld.nl"])


def test_list_confirmed_twice_at_the_same_moment_invites_once(committed_db: TestDatabase) -> None:
    office = make_office()
    clients = [client_of(office.administrator), client_of(office.administrator)]
    shown = preview(clients[0], GOOD)
    confirmed = {"text": box_of(shown), "seen": seen_in(shown), "doe": "uitnodigen"}
    statuses = at_once(lambda client: client.post(MANY, confirmed).status_code, clients)
    assert (statuses, invited(office)) == ([302, 302], ["bo@voorbeeld.nl"])


def at_once(click: Callable[[Client], int], clients: list[Client]) -> list[int]:
    """Let each client click at the same moment, and return the answers."""
    barrier, statuses = Barrier(len(clients)), []

    def run(client: Client) -> None:
        try:
            barrier.wait(timeout=20)
            statuses.append(click(client))
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


# ------------------------------------------------------------------------------------- judging a list


@pytest.mark.parametrize(
    "line",
    [
        GOOD,
        "Bo\tvan\tAken\tbo@voorbeeld.nl\tcoach\tNoord",
        "Bo,van,Aken,BO@Voorbeeld.NL,Pedagogisch coach,noord",
        "voornaam;tussenvoegsel;achternaam;e-mail;rol;locatie\n\n" + GOOD,
        '"Bo";"van";"Aken";"bo@voorbeeld.nl";"coach";"NOORD"',
    ],
)
def test_list_is_read_as_people_have_it(office: Office, line: str) -> None:
    (found,) = lines_of(office, line)
    assert (found.verdict, found.problems, found.who) == (Verdict.INVITE, (), "Bo van Aken")
    assert found.invitee is not None
    assert (found.invitee.email, found.invitee.role) == ("bo@voorbeeld.nl", Role.COACH)
    assert found.invitee.location == office.north


@pytest.mark.parametrize(
    ("words", "role"),
    [
        ("pedagogisch medewerker / leerkracht", Role.GROUP_STAFF),
        ("Leerkracht", Role.GROUP_STAFF),
        ("pm'er", Role.GROUP_STAFF),
        ("IB", Role.INTERNAL_SUPPORT),
        ("intern begeleider", Role.INTERNAL_SUPPORT),
        ("directie", Role.MANAGEMENT),
        ("kwaliteitsmedewerker", Role.QUALITY),
        ("Coördinator leerlingmonitor", Role.MEASUREMENT_COORDINATOR),
        ("FG", Role.DATA_PROTECTION_OFFICER),
        ("beheerder", Role.ADMINISTRATOR),
    ],
)
def test_roles_are_known_by_what_people_call_them(office: Office, words: str, role: Role) -> None:
    (found,) = lines_of(office, f"Bo;;Aken;bo@voorbeeld.nl;{words};")
    assert found.invitee is not None
    assert (found.invitee.role, found.invitee.location) == (role, None)


@pytest.mark.requirement("ACC-2.1")
@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("Bo;van;Aken", "Deze regel heeft 3 kolommen. Er zijn er 6 nodig"),
        (f"{GOOD};iets", "Deze regel heeft 7 kolommen"),
        (";;Aken;bo@voorbeeld.nl;coach;", "De voornaam ontbreekt."),
        ("Bo;;;bo@voorbeeld.nl;coach;", "De achternaam ontbreekt."),
        (f"{'x' * 61};;Aken;bo@voorbeeld.nl;coach;", "ten hoogste 60 tekens"),
        ("Bo\u202e;;Aken;bo@voorbeeld.nl;coach;", "een teken dat niet bij een naam hoort"),
        ("Bo;;Aken;;coach;", "Het e-mailadres ontbreekt."),
        ("Bo;;Aken;bo;coach;", "“bo” is geen e-mailadres."),
        (f"Bo;;Aken;{'x' * 260}@voorbeeld.nl;coach;", "is geen e-mailadres."),
        ("Bo;;Aken;bo@gmail.com;coach;", "Een adres bij gmail.com kan iedereen krijgen."),
        ("Bo;;Aken;bo@elders.nl;coach;", "elders.nl is geen domein van uw organisatie."),
        ("Bo;;Aken;bo@onder.voorbeeld.nl;coach;", "onder.voorbeeld.nl is geen domein"),
        ("Bo;;Aken;bo@voorbeeld.nl;;", "De rol ontbreekt."),
        ("Bo;;Aken;bo@voorbeeld.nl;koning;", "De rol “koning” kennen we niet."),
        ("Bo;;Aken;bo@voorbeeld.nl;helpdesk van Bazalt;", "kennen we niet."),
        ("Bo;;Aken;bo@voorbeeld.nl;coach;Mars", "De locatie “Mars” kennen we niet."),
        ("Bo;;Aken;bo@voorbeeld.nl;beheerder;Noord", "geldt voor de hele organisatie. Laat de locatie leeg."),
    ],
)
def test_line_that_is_wrong_says_why(office: Office, line: str, problem: str) -> None:
    (found,) = lines_of(office, line)
    assert found.verdict is Verdict.WRONG
    assert any(problem in text for text in found.problems), found.problems


def test_line_says_all_that_is_wrong_with_it(office: Office) -> None:
    (found,) = lines_of(office, ";;;bo@gmail.com;koning;Mars")
    assert len(found.problems) == 5


def test_address_that_stands_twice_is_wrong_the_second_time(office: Office) -> None:
    found = lines_of(office, f"{GOOD}\n\n{GOOD.replace('bo@', 'BO@')}")
    assert [line.verdict for line in found] == [Verdict.INVITE, Verdict.WRONG]
    assert found[1].problems == ("Dit e-mailadres staat ook op regel 1.",)


def test_accounts_there_are_stay_as_they_are(office: Office) -> None:
    with tenant_scope(office.organisation_id):
        waiting, gone = factories.user(), take_up(factories.user())
        User.objects.filter(pk=gone.pk).update(is_active=False)
    addresses = [office.colleague.email, waiting.email, gone.email]
    found = lines_of(office, "\n".join(f"Bo;;Aken;{address};coach;" for address in addresses))
    assert [line.verdict for line in found] == [Verdict.WRONG, Verdict.DONE, Verdict.WRONG]
    assert ("al een account" in found[0].problems[0], "afgesloten" in found[2].problems[0]) == (True, True)


def test_list_that_is_empty_or_too_long_is_refused(office: Office) -> None:
    lines = [f"Bo;;Aken;bo{number}@voorbeeld.nl;coach;" for number in range(201)]
    for text, message in (("", "leeg"), ("\n\n", "leeg"), ("\n".join(lines), "meer dan 200 regels")):
        with tenant_scope(office.organisation_id), pytest.raises(CsvRefused, match=message):
            read_invite_list(text)
    assert len(lines_of(office, "\n".join(lines[:200]))) == 200


def test_list_as_text_reads_as_the_same_list(office: Office) -> None:
    text = '"Bo; de eerste";;Aken;bo@voorbeeld.nl;coach;Noord\nx;y\n=1+1;;Zwart;z@voorbeeld.nl;coach;'
    first = lines_of(office, text)
    assert [line.cells for line in lines_of(office, as_text(first))] == [line.cells for line in first]


def test_judging_costs_the_same_and_inviting_so_much_a_line(office: Office, now: datetime) -> None:
    def cost(start: int, count: int) -> tuple[int, int]:
        text = "\n".join(f"Bo;;Aken;bo{start + number}@voorbeeld.nl;coach;Noord" for number in range(count))
        with tenant_scope(office.organisation_id):
            with CaptureQueriesContext(connection) as judging:
                lines = read_invite_list(text)
            with CaptureQueriesContext(connection) as inviting:
                invite_lines(lines, by=office.administrator, now=now)
        return len(judging), len(inviting)

    (judged, two), (judged_more, six) = cost(0, 2), cost(10, 6)
    assert (judged, judged_more) == (3, 3)
    a_line, rest = divmod(six - two, 4)
    assert (a_line < 25, rest) == (True, 0)


def test_domain_that_went_after_the_preview_stops_the_line(office: Office, now: datetime) -> None:
    lines = lines_of(office, GOOD)
    with tenant_scope(office.organisation_id):
        EmailDomain.objects.all().delete()
        (found,) = invite_lines(lines, by=office.administrator, now=now)
        assert User.objects.count() == 3
    assert found.verdict is Verdict.WRONG
    assert "niet bij een domein" in found.problems[0]


# ------------------------------------------------------------------------------------------- the page


def seen_in(response: Any) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', response.content.decode())
    assert found is not None
    return found[1]


def box_of(response: Any) -> str:
    return str(response.context["form"]["text"].value())


def preview(client: Client, text: str) -> Any:
    response = client.post(MANY, {"text": text, "doe": "bekijk"})
    assert response.status_code == 200
    return response


def test_preview_says_what_will_happen_and_saves_nothing(office: Office) -> None:
    response = preview(office.client(), f"{GOOD}\nZoë;;Zwart;zoe@gmail.com;coach;Noord")
    text = response.content.decode()
    assert "1 collega wordt uitgenodigd. 1 regel klopt nog niet." in text
    assert "Een adres bij gmail.com kan iedereen krijgen." in text
    assert "Nodig 1 collega uit" in text
    with tenant_scope(office.organisation_id):
        assert User.objects.count() == 3
    assert invited(office) == []


@pytest.mark.requirement("ACC-11.1")
def test_right_lines_are_invited_and_wrong_ones_stay_in_the_box(office: Office) -> None:
    client = office.client()
    shown = preview(client, f"{GOOD}\nZoë;;Zwart;zoe@gmail.com;coach;Noord\nAns;;Zoet;ans@voorbeeld.nl;ib;")
    confirmed = {"text": box_of(shown), "seen": seen_in(shown), "doe": "uitnodigen"}
    response = client.post(MANY, confirmed)
    assert invited(office) == ["bo@voorbeeld.nl", "ans@voorbeeld.nl"]
    assert "2 collega&#x27;s zijn uitgenodigd." in response.content.decode()
    assert box_of(response) == "Zoë;;Zwart;zoe@gmail.com;coach;Noord\n"
    mended = preview(client, box_of(response).replace("gmail.com", "voorbeeld.nl"))
    response = client.post(MANY, {"text": box_of(mended), "seen": seen_in(mended), "doe": "uitnodigen"})
    assert response.headers["Location"] == reverse("accounts:colleagues")
    with tenant_scope(office.organisation_id):
        given = RoleAssignment.objects.filter(role=Role.COACH).values_list("user__email", "location_id")
        assert sorted(given) == [("bo@voorbeeld.nl", office.north.pk), ("zoe@voorbeeld.nl", office.north.pk)]


def test_confirming_twice_invites_nobody_twice(office: Office) -> None:
    client = office.client()
    shown = preview(client, GOOD)
    confirmed = {"text": box_of(shown), "seen": seen_in(shown), "doe": "uitnodigen"}
    assert [client.post(MANY, confirmed).status_code for _ in range(2)] == [302, 302]
    assert invited(office) == ["bo@voorbeeld.nl"]


@pytest.mark.parametrize("seen", ["", "0" * 64])
def test_list_changed_after_its_preview_is_shown_again(office: Office, seen: str) -> None:
    response = office.client().post(MANY, {"text": GOOD, "seen": seen, "doe": "uitnodigen"})
    assert response.status_code == 200
    assert "De lijst is veranderd" in response.content.decode()
    assert invited(office) == []


def test_file_is_read_as_a_pasted_list_is(office: Office) -> None:
    upload = SimpleUploadedFile("lijst.csv", f"\ufeff{GOOD}".encode(), content_type="text/csv")
    shown = office.client().post(MANY, {"text": "", "file": upload, "doe": "bekijk"})
    assert "1 collega wordt uitgenodigd." in shown.content.decode()
    assert box_of(shown) == f"{GOOD}\n"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"text": ""}, "De lijst is leeg"),
        ({}, "De lijst is leeg"),
        ({"text": 'Bo;"van;Aken'}, "aanhalingstekens"),
        ({"text": "a\x00b"}, "teken"),
        ({"file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04rest")}, "Excel-bestand"),
        ({"file": SimpleUploadedFile("x.csv", b"x" * 1_000_001)}, "groter dan 1 MB"),
        ({"file": SimpleUploadedFile("leeg.csv", b"")}, "De lijst is leeg"),
    ],
)
def test_list_that_cannot_be_read_is_refused_in_words(office: Office, data: dict[str, Any], message: str) -> None:
    for value in data.values():
        if not isinstance(value, str):
            value.seek(0)
    response = office.client().post(MANY, {**data, "doe": "bekijk"})
    assert response.status_code == 422
    assert message in response.content.decode()


def test_line_whose_address_is_taken_elsewhere_stays_wrong(office: Office) -> None:
    other = make_office()
    client = office.client()
    shown = preview(client, f"Bo;;Aken;{other.colleague.email};coach;")
    response = client.post(MANY, {"text": box_of(shown), "seen": seen_in(shown), "doe": "uitnodigen"})
    assert "is er al een account" in response.content.decode()
    assert invited(office) == []


@pytest.mark.parametrize("url", [ONE, MANY])
def test_only_an_administrator_invites(office: Office, url: str) -> None:
    with tenant_scope(office.organisation_id):
        officer = take_up(factories.user(Role.DATA_PROTECTION_OFFICER))
    for user in (officer, office.colleague):
        assert office.client(user).post(url, one()).status_code == 403
    assert invited(office) == []
