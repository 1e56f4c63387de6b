"""Setting up, changing and losing the second factor, and that nobody gets around an obligation (ACC-8)."""

import re
from typing import Any

import pytest
from django.contrib import messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.domain.second_factor import factors_of, prove_by_totp, reset_second_factor
from accounts.models import Passkey, RecoveryCode, SignInPolicy, TotpDevice, TotpSecret, User, UserSession
from accounts.roles import Role
from accounts.views.second_factor import qr_code
from kijk.tenancy.context import tenant_scope
from tests import factories, mails
from tests.accounts.factors import actions_of, code_now, events_of, give_codes, give_passkey, give_totp, wrong_code
from tests.clients import client_of
from tests.pages import PAGES, Page, World, make_world

PAGE, APP = "/account/tweede-stap/", "/account/tweede-stap/app/"
SECRET = re.compile(r'<code class="secret">([A-Z2-7 ]+)</code>')


@pytest.fixture
def user(db: None) -> User:
    with tenant_scope(factories.organisation()):
        return factories.user(Role.GROUP_STAFF)


@pytest.fixture
def administrator(db: None) -> User:
    with tenant_scope(factories.organisation()):
        return factories.user(Role.ADMINISTRATOR)


def by_password(user: User) -> Client:
    return client_of(user, second_factor=False, method=UserSession.Method.PASSWORD)


def secret_on(response: Any) -> TotpSecret:
    found = SECRET.search(response.content.decode())
    assert found is not None
    return TotpSecret(found[1].replace(" ", ""))


def codes_on(response: Any) -> list[str]:
    return re.findall(r'<li class="codes__code">([A-Z0-9-]+)</li>', response.content.decode())


def ask_of_everybody(user: User) -> None:
    with tenant_scope(user.organisation_id):
        SignInPolicy.objects.create(second_factor_for_all=True)


def open_sessions(user: User) -> int:
    with tenant_scope(user.organisation_id):
        return UserSession.objects.filter(user=user, ended_at=None).count()


# ------------------------------------------------------------------------------------------ authenticator app


@pytest.mark.requirement("ACC-8.2", "ACC-12.2")
def test_app_is_taken_into_use_by_its_first_code(user: User) -> None:
    elsewhere, client = by_password(user), by_password(user)
    shown = client.get(APP)
    response = client.post(APP, {"code": code_now(secret_on(shown))})
    assert (response.status_code, len(codes_on(response))) == (200, 10)
    assert "Uw authenticator-app is ingesteld." in response.content.decode()
    with tenant_scope(user.organisation_id):
        found = factors_of(user)
        session = UserSession.objects.get(user=user, ended_at=None)
    assert (found.totp, found.recovery_left, session.second_factor) == (True, 10, True)
    assert client.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert actions_of(user)[-6:-2] == [
        "second_factor.added",
        "recovery_codes.made",
        "session.confirmed",
        "session.ended",
    ]
    (mail,) = mails.waiting(user.organisation_id, "second_factor_changed")
    assert "er is een authenticator-app bij" in mail.text


def test_qr_code_is_drawn_without_styles_and_holds_the_secret(user: User) -> None:
    page = by_password(user).get(APP).content.decode()
    drawing = page[page.index('<svg class="qr"') :].split("</svg>")[0]
    assert "style" not in drawing
    assert 'role="img"' in drawing
    again = qr_code("otpauth://totp/Kijk")
    # Version 2 has 25 modules a side, and a white edge of four all around.
    assert (again.size, again.path.startswith("M4 4h7v1h-7z")) == (33, True)


def test_secret_stays_the_same_while_the_page_is_left_for_the_app(user: User) -> None:
    client = by_password(user)
    first = secret_on(client.get(APP))
    assert secret_on(client.get(APP)) == first
    assert secret_on(client.post(APP, {"code": wrong_code(first)})) == first
    assert secret_on(by_password(user).get(APP)) != first
    with tenant_scope(user.organisation_id):
        assert TotpDevice.objects.filter(user=user).count() == 1


def test_wrong_first_code_takes_nothing_into_use_and_costs_no_attempt(user: User) -> None:
    client = by_password(user)
    secret = secret_on(client.get(APP))
    response = client.post(APP, {"code": wrong_code(secret)})
    assert (response.status_code, "Deze code klopt niet" in response.content.decode()) == (422, True)
    with tenant_scope(user.organisation_id):
        assert (factors_of(user).any, User.objects.get(pk=user.pk).failed_attempts) == (False, 0)


def test_code_without_having_opened_the_page_takes_nothing_into_use(user: User) -> None:
    assert by_password(user).post(APP, {"code": "123456"}).status_code == 422


def test_second_app_replaces_the_first_and_leaves_the_codes(user: User) -> None:
    old = give_totp(user)
    with tenant_scope(user.organisation_id):
        RecoveryCode.objects.create(user=user, encoded="A$!")
    client = client_of(user)
    new = secret_on(client.get(APP))
    response = client.post(APP, {"code": code_now(new)})
    assert (response.status_code, response.headers["Location"]) == (302, PAGE)
    with tenant_scope(user.organisation_id):
        assert [device.secret for device in TotpDevice.objects.filter(user=user)] == [new]
        assert factors_of(user).recovery_left == 1
    assert old != new
    (mail,) = mails.waiting(user.organisation_id, "second_factor_changed")
    assert "de authenticator-app is vervangen" in mail.text


def test_first_code_is_not_taken_again_at_signing_in(user: User) -> None:
    client = by_password(user)
    secret = secret_on(client.get(APP))
    code = code_now(secret)
    client.post(APP, {"code": code})
    assert not prove_by_totp(user=user, code=code, origin="192.0.2.7", by=None, now=timezone.now())


# ---------------------------------------------------------------------------------------------- removing


@pytest.mark.requirement("ACC-12.2", "ACC-13.2")
def test_app_is_removed_where_no_obligation_keeps_it(user: User) -> None:
    give_totp(user)
    with tenant_scope(user.organisation_id):
        RecoveryCode.objects.create(user=user, encoded="A$!")
    elsewhere, client = client_of(user), client_of(user)
    assert client.post("/account/tweede-stap/app/verwijderen/").headers["Location"] == PAGE
    with tenant_scope(user.organisation_id):
        found = factors_of(user)
    assert (found.any, found.recovery_left) == (False, 0)
    assert elsewhere.get("/").status_code == 302
    assert client.get("/").status_code == 200
    assert ("second_factor.removed", {"factor": "totp"}) in events_of(user)


@pytest.mark.requirement("ACC-8.3")
@pytest.mark.parametrize("kind", ["totp", "passkey"])
def test_last_factor_stays_where_it_is_obligatory(administrator: User, kind: str) -> None:
    client = client_of(administrator)
    if kind == "totp":
        give_totp(administrator)
        address = "/account/tweede-stap/app/verwijderen/"
    else:
        give_passkey(administrator)
        with tenant_scope(administrator.organisation_id):
            address = reverse("accounts:passkey_remove", kwargs={"pk": Passkey.objects.get().pk})
    response = client.post(address)
    assert [str(message) for message in messages.get_messages(response.wsgi_request)] == [
        "Voor uw account is een tweede stap verplicht. Voeg eerst een andere toe, dan kunt u deze verwijderen."
    ]
    with tenant_scope(administrator.organisation_id):
        assert factors_of(administrator).count == 1
    page = client.get(PAGE).content.decode()
    assert ("Verwijder app" in page, "De laatste kunt u daarom niet verwijderen" in page) == (False, True)


def test_removing_an_app_that_is_not_there_changes_nothing(user: User) -> None:
    elsewhere, client = client_of(user), client_of(user)
    client.post("/account/tweede-stap/app/verwijderen/")
    assert elsewhere.get("/").status_code == 200
    assert "second_factor.removed" not in actions_of(user)


def test_one_of_two_factors_may_go(administrator: User) -> None:
    give_totp(administrator)
    give_passkey(administrator)
    client_of(administrator).post("/account/tweede-stap/app/verwijderen/")
    with tenant_scope(administrator.organisation_id):
        found = factors_of(administrator)
    assert (found.totp, found.passkeys) == (False, 1)


# -------------------------------------------------------------------------------------------- recovery codes


def test_new_recovery_codes_are_shown_once_and_told(user: User) -> None:
    give_totp(user)
    old = give_codes(user)
    client = client_of(user)
    response = client.post("/account/tweede-stap/herstelcodes/")
    assert (len(codes_on(response)), set(codes_on(response)) & set(old)) == (10, set())
    assert not codes_on(client.get(PAGE))
    (mail,) = mails.waiting(user.organisation_id, "second_factor_changed")
    assert "er zijn nieuwe herstelcodes" in mail.text


def test_recovery_codes_without_a_factor_are_not_made(user: User) -> None:
    assert client_of(user).post("/account/tweede-stap/herstelcodes/").headers["Location"] == PAGE
    with tenant_scope(user.organisation_id):
        assert RecoveryCode.objects.count() == 0


def test_recovery_codes_are_given_as_a_text_file(user: User) -> None:
    sent = {"code": ["K4QX-9T2W-DMH7", "<script>alert(1)</script>", "AAAA-BBBB-CCCC"]}
    response = client_of(user).post("/account/tweede-stap/herstelcodes/bestand/", sent)
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="kijk-herstelcodes.txt"'
    lines = response.content.decode().split("\r\n")
    assert lines == ["Herstelcodes voor Kijk", "Elke code werkt één keer.", "", "K4QX-9T2W-DMH7", "AAAA-BBBB-CCCC", ""]


# ------------------------------------------------------------------------------------------------- the page


def test_page_says_what_there_is(user: User) -> None:
    empty = by_password(user).get(PAGE).content.decode()
    assert ("Stel app in" in empty, "Herstelcodes" in empty, "Stel eerst uw tweede stap in" in empty) == (
        True,
        False,
        False,
    )
    give_totp(user)
    give_passkey(user, name="Mijn <b>telefoon</b>")
    page = client_of(user).get(PAGE).content.decode()
    assert ("Vervang app" in page, "Mijn &lt;b&gt;telefoon&lt;/b&gt;" in page, "U heeft nog 0 codes." in page) == (
        True,
    ) * 3
    assert "Maak op tijd nieuwe codes." in page


def test_page_costs_the_same_for_one_passkey_and_for_four(user: User, django_assert_num_queries: Any) -> None:
    client = client_of(user)
    give_passkey(user)
    with CaptureQueriesContext(connection) as first:
        client.get(PAGE)
    for _ in range(3):
        give_passkey(user)
    with django_assert_num_queries(len(first)):
        client.get(PAGE)


# ------------------------------------------------------------------------------------------------- obligation

# What somebody reaches who still has to set up a second factor: signing in and out, the way to a second factor, and
# what every page needs. Nothing else, whatever comes.
TO_A_FACTOR = {
    "accounts:passkey",
    "accounts:passkey_add",
    "accounts:passkey_add_options",
    "accounts:passkey_options",
    "accounts:passkey_remove",
    "accounts:password_link",
    "accounts:recovery_codes",
    "accounts:recovery_codes_file",
    "accounts:second_factor",
    "accounts:step_up",
    "accounts:totp_add",
    "accounts:totp_remove",
}
OF_THE_SESSION = {
    "accounts:lock",
    "accounts:session_extend",
    "accounts:session_status",
    "accounts:unlock",
    "accounts:unlock_by_passkey",
}


def leads_to_enrolment(user: User, page: Page, world: World) -> bool:
    client = by_password(user)
    url = reverse(page.name, kwargs=page.kwargs(world))
    response: Any = getattr(client, page.method)(url, page.data(world))
    return bool(response.status_code == 302 and response.headers["Location"].split("?")[0] == PAGE)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.SECRETARIAT])
@pytest.mark.requirement("ACC-8.3")
def test_every_address_leads_to_enrolment_while_it_is_owed(db: None, role: Role) -> None:
    world = make_world()
    guarded = [page for page in PAGES if page.role is not None]
    # The pages of the second factor themselves may send somebody back to it.
    asked = [page for page in guarded if page.name not in TO_A_FACTOR]
    reached = {page.name for page in asked if not leads_to_enrolment(world.users[role], page, world)}
    assert reached == OF_THE_SESSION
    assert {page.name for page in guarded} >= TO_A_FACTOR


@pytest.mark.requirement("ACC-8.3")
def test_address_that_is_no_page_leads_to_enrolment_too(administrator: User) -> None:
    response = by_password(administrator).get("/bestaat-niet/")
    assert response.headers["Location"] == f"{PAGE}?next=%2Fbestaat-niet%2F"


@pytest.mark.requirement("ACC-8.3")
def test_after_enrolment_the_person_goes_on_where_they_were_going(administrator: User) -> None:
    client = by_password(administrator)
    gate = client.get("/kinderen/").headers["Location"]
    assert gate == f"{PAGE}?next=%2Fkinderen%2F"
    page = client.get(gate).content.decode()
    assert "Met uw rol kunt u bij veel gegevens." in page
    assert f'href="{APP}?next=/kinderen/"' in page
    secret = secret_on(client.get(f"{APP}?next=/kinderen/"))
    done = client.post(f"{APP}?next=/kinderen/", {"code": code_now(secret)}).content.decode()
    assert 'href="/kinderen/">Ik heb ze bewaard, verder' in done
    assert client.get("/kinderen/").status_code == 200


@pytest.mark.requirement("ACC-8.3")
def test_organisation_asks_it_of_everybody(user: User) -> None:
    client = by_password(user)
    assert client.get("/").status_code == 200
    ask_of_everybody(user)
    assert client.get("/").headers["Location"] == f"{PAGE}?next=%2F"
    assert "Uw organisatie vraagt iedereen om een tweede stap." in client.get(PAGE).content.decode()
    assert client_of(user).get("/").status_code == 200


def test_factor_of_another_session_does_not_count_for_this_one(administrator: User) -> None:
    give_totp(administrator)
    assert by_password(administrator).get("/").status_code == 302


def test_way_on_never_leads_elsewhere(administrator: User) -> None:
    client = by_password(administrator)
    secret = secret_on(client.get(f"{APP}?next=//kwaad.example/"))
    done = client.post(f"{APP}?next=//kwaad.example/", {"code": code_now(secret)}).content.decode()
    assert f'href="{PAGE}">Ik heb ze bewaard, verder' in done


# ---------------------------------------------------------------------------------------------------- reset


@pytest.mark.requirement("ACC-8.4", "ACC-12.2")
def test_colleagues_factor_is_reset_and_they_are_told(administrator: User) -> None:
    with tenant_scope(administrator.organisation_id):
        colleague = factories.user(Role.GROUP_STAFF)
        RecoveryCode.objects.create(user=colleague, encoded="A$!")
    give_totp(colleague)
    give_passkey(colleague)
    give_passkey(colleague)
    client = client_of(colleague)
    with tenant_scope(administrator.organisation_id, actor_id=administrator.pk):
        name = administrator.get_full_name()
        reset_second_factor(user=colleague, by=administrator, now=timezone.now())
        found = factors_of(colleague)
    assert (found.any, found.recovery_left, open_sessions(colleague)) == (False, 0, 0)
    assert client.get("/").status_code == 302
    assert ("second_factor.reset", {"app": True, "passkeys": 2}) in events_of(colleague)
    (mail,) = mails.waiting(colleague.organisation_id, "second_factor_reset")
    assert f"{name} heeft de tweede stap" in mail.text


@pytest.mark.requirement("ACC-8.4")
def test_reset_by_bazalt_names_no_person(administrator: User) -> None:
    with tenant_scope(factories.provider()):
        secretary = factories.staff(Role.SECRETARIAT)
    give_totp(administrator)
    with tenant_scope(administrator.organisation_id, actor_id=secretary.pk):
        reset_second_factor(user=administrator, by=secretary, now=timezone.now())
    (mail,) = mails.waiting(administrator.organisation_id, "second_factor_reset")
    assert "Het secretariaat van Bazalt heeft de tweede stap" in mail.text
