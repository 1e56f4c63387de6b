"""The page on which an administrator sets how people sign in, and what it does to who works (ACC-2, 3, 7, 8)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.domain.policy import current_policy
from accounts.domain.policy_changes import lines_of, mark_of
from accounts.models import Passkey, SignInPolicy, User, UserSession
from accounts.roles import ORGANISATION_ROLES, Role
from kijk.audit.models import AuditEvent
from kijk.drafts.models import Draft
from kijk.tenancy.context import tenant_scope
from licensing.models import EmailDomain
from tests import factories
from tests.clients import client_of

PAGE = "/beheer/inloggen/"
HERE, ELSEWHERE, SIX = "192.0.2.7", "203.0.113.9", "2001:db8:1:2::7"
POSTS = ("policy_password", "policy_second_factor", "policy_networks", "policy_emergency_end", "policy_domain_add")
TICK = "Ik begrijp dat ik vanaf dit adres niet meer kan inloggen"


@pytest.fixture
def administrator(db: None) -> User:
    with tenant_scope(factories.organisation()):
        return factories.user(Role.ADMINISTRATOR)


def colleague_of(user: User, role: Role = Role.GROUP_STAFF) -> User:
    with tenant_scope(user.organisation_id):
        return factories.user(role)


def working_at(user: User, origin: str, **options: Any) -> Client:
    """Return a client of somebody who sits at an address."""
    return client_of(user, client=Client(REMOTE_ADDR=origin), **options)


def policy_of(user: User) -> SignInPolicy:
    with tenant_scope(user.organisation_id):
        return current_policy()


def lines(user: User) -> list[str]:
    with tenant_scope(user.organisation_id):
        return lines_of(current_policy())


def post(client: Client, name: str, **data: Any) -> Any:
    return client.post(reverse(f"accounts:{name}"), data)


def save(client: Client, text: str, **data: Any) -> Any:
    """Send a list from the page as it is now."""
    seen = client.get(PAGE).context["seen"]
    return post(client, "policy_networks", networks=text, **({"seen": seen} | data))


def text_of(response: Any) -> str:
    return str(response.content.decode())


def said(client: Client) -> str:
    """Return the messages of the page one is led back to."""
    return " ".join(str(message) for message in client.get(PAGE).context["messages"])


def counted(user: User, action: str) -> int:
    with tenant_scope(user.organisation_id):
        return AuditEvent.objects.filter(action=action).count()


# ----------------------------------------------------------------------------------------- who, and how fresh


@pytest.mark.parametrize("role", sorted(set(ORGANISATION_ROLES) - {Role.ADMINISTRATOR}))
def test_only_an_administrator_sets_how_people_sign_in(administrator: User, role: Role) -> None:
    client = client_of(colleague_of(administrator, role))
    assert client.get(PAGE).status_code == 403
    assert {post(client, name).status_code for name in POSTS} == {403}


def test_page_is_read_without_a_fresh_proof_and_changed_only_with_one(administrator: User) -> None:
    client = client_of(administrator)
    with tenant_scope(administrator.organisation_id):
        UserSession.objects.update(confirmed_at=timezone.now() - timedelta(minutes=11))
    assert client.get(PAGE).status_code == 200
    for name in POSTS:
        asked = post(client, name, min_password_length=20, for_all="aan", networks=HERE, domain="boomhut.nl")
        assert "stepup-" in text_of(asked)
    assert policy_of(administrator).min_password_length == 8
    with tenant_scope(administrator.organisation_id):
        assert not SignInPolicy.objects.exists()
        assert EmailDomain.objects.get().domain == "voorbeeld.nl"


def test_address_of_a_form_leads_to_the_page(administrator: User) -> None:
    client = client_of(administrator)
    for name in POSTS:
        found = client.get(reverse(f"accounts:{name}"))
        assert (found.status_code, found.headers["Location"]) == (302, PAGE)


def test_page_of_one_organisation_shows_and_changes_nothing_of_another(administrator: User) -> None:
    elsewhere = factories.organisation(domain="boomhut.nl")
    with tenant_scope(elsewhere):
        SignInPolicy.objects.create(
            min_password_length=40, networks=[{"network": "10.9.8.0/24", "description": "Tuinhuis"}]
        )
    client = client_of(administrator)
    text = text_of(client.get(PAGE))
    assert [word for word in ("10.9.8.0", "Tuinhuis", "boomhut.nl", 'value="40"') if word in text] == []
    save(client, "127.0.0.0/8")
    post(client, "policy_password", min_password_length=20)
    with tenant_scope(elsewhere):
        theirs = SignInPolicy.objects.get()
        assert (lines_of(theirs), theirs.min_password_length) == (["10.9.8.0/24 Tuinhuis"], 40)


def test_page_costs_the_same_for_much_and_for_little(administrator: User, django_assert_num_queries: Any) -> None:
    client = client_of(administrator)
    client.get(PAGE)
    with django_assert_num_queries(27):
        client.get(PAGE)
    with tenant_scope(administrator.organisation_id):
        rows = [{"network": f"10.{number}.0.0/16", "description": "hier"} for number in range(50)]
        SignInPolicy.objects.create(networks=[*rows, {"network": "127.0.0.1", "description": ""}])
        for number in range(5):
            EmailDomain.objects.create(domain=f"d{number}.nl")
    for _ in range(3):
        client_of(colleague_of(administrator))
    with django_assert_num_queries(27):
        client.get(PAGE)


# --------------------------------------------------------------------------------- passwords and second factor


@pytest.mark.requirement("ACC-3.2")
def test_administrator_asks_for_longer_passwords(administrator: User) -> None:
    client = client_of(administrator)
    response = post(client, "policy_password", min_password_length="16")
    assert (response.status_code, response.headers["Location"]) == (302, PAGE)
    assert said(client) == "Nieuwe wachtwoorden hebben voortaan minstens 16 tekens."
    assert policy_of(administrator).min_password_length == 16
    assert client.get(reverse("accounts:password_change")).context["minimum"] == 16


@pytest.mark.parametrize("length", ["", "7", "65", "-1", "8.5", "acht", "9" * 5000, "\x00", "٣٠٠"])
def test_length_that_cannot_be_is_refused_with_what_can(administrator: User, length: str) -> None:
    response = post(client_of(administrator), "policy_password", min_password_length=length)
    assert (response.status_code, "Vul een getal in van 8 tot en met 64." in text_of(response)) == (422, True)
    assert policy_of(administrator).min_password_length == 8


@pytest.mark.requirement("ACC-8.3")
def test_switch_sends_colleagues_to_set_up_a_second_factor_at_their_next_page(administrator: User) -> None:
    client, colleague = client_of(administrator), colleague_of(administrator)
    there = client_of(colleague, second_factor=False, method=UserSession.Method.PASSWORD)
    assert there.get("/").status_code == 200
    assert "2 accounts hebben nu geen tweede stap" in text_of(client.get(PAGE))
    assert post(client, "policy_second_factor", for_all="aan").status_code == 302
    assert there.get("/").headers["Location"] == "/account/tweede-stap/?next=%2F"
    with tenant_scope(administrator.organisation_id):
        Passkey.objects.create(user=colleague, credential_id=b"1", public_key=b"-", name="telefoon")
    assert "1 account heeft nog geen tweede stap" in text_of(client.get(PAGE))
    post(client, "policy_second_factor", for_all="uit")
    assert there.get("/").status_code == 200


@pytest.mark.requirement("ACC-8.3")
def test_switching_off_does_not_let_an_administrator_off(administrator: User) -> None:
    client = client_of(administrator)
    second = client_of(colleague_of(administrator, Role.ADMINISTRATOR), second_factor=False)
    for choice in ("aan", "uit"):
        assert post(client, "policy_second_factor", for_all=choice).status_code == 302
        assert second.get("/").headers["Location"].startswith("/account/tweede-stap/")
    assert "Voor beheerders blijft hij dat wel." in said(client)


@pytest.mark.parametrize("choice", ["", "ja", "\x00"])
def test_switch_knows_on_and_off_only(administrator: User, choice: str) -> None:
    assert post(client_of(administrator), "policy_second_factor", for_all=choice).status_code == 400
    assert not policy_of(administrator).second_factor_for_all


# ------------------------------------------------------------------------------------------------- networks


@pytest.mark.requirement("ACC-7.1", "ACC-7.2")
def test_session_outside_the_new_list_ends_at_its_next_request(administrator: User) -> None:
    client, colleague = working_at(administrator, HERE), colleague_of(administrator)
    inside, outside, six = (working_at(colleague, origin) for origin in ("192.0.2.200", ELSEWHERE, SIX))
    with tenant_scope(administrator.organisation_id):
        UserSession.objects.filter(user=colleague).update(origin=ELSEWHERE)
        last = UserSession.objects.filter(user=colleague).latest("started_at")
        UserSession.objects.filter(pk=last.pk).update(origin=HERE)
    assert save(client, "192.0.2.0/24 Kantoor\n2001:db8:1::/48 Glasvezel").status_code == 302
    assert said(client) == (
        "De lijst is bewaard en geldt nu. 2 open sessies van collega's vallen erbuiten en eindigen zodra die iets doen."
    )
    assert [each.get("/").status_code for each in (client, inside, six)] == [200, 200, 200]
    gone = outside.get("/kinderen/")
    assert gone.headers["Location"] == "/inloggen/?next=%2Fkinderen%2F&reden=adres"
    assert outside.get("/", REMOTE_ADDR=HERE).status_code == 302
    assert counted(administrator, "session.outside_network") == 1


@pytest.mark.requirement("ACC-7.1")
def test_emptied_list_lets_in_again(administrator: User) -> None:
    client = working_at(administrator, HERE)
    colleague = colleague_of(administrator)
    save(client, HERE)
    assert working_at(colleague, ELSEWHERE).get("/").status_code == 302
    assert save(client, "").status_code == 302
    assert said(client) == "De lijst is leeg. Uw collega's kunnen nu overal inloggen."
    assert working_at(colleague, ELSEWHERE).get("/").status_code == 200


@pytest.mark.requirement("ACC-7.2")
@override_settings(TRUSTED_PROXY_COUNT=1)
def test_address_behind_the_proxy_is_the_one_that_counts(administrator: User) -> None:
    client = client_of(administrator, client=Client(HTTP_X_FORWARDED_FOR=f"10.0.0.1, {HERE}"))
    assert client.get(PAGE).context["origin"] == HERE
    assert save(client, "10.0.0.0/8\n127.0.0.1").status_code == 422
    assert save(client, HERE).status_code == 302
    forged = client.get("/", HTTP_X_FORWARDED_FOR=f"{HERE}, {ELSEWHERE}")
    assert "reden=adres" in forged.headers["Location"]


def test_page_says_where_one_works_and_what_to_type(administrator: User) -> None:
    here, six = working_at(administrator, HERE), working_at(administrator, SIX)
    assert f'<strong class="breaks">{HERE} kantoor</strong>' in text_of(here.get(PAGE))
    text = text_of(six.get(PAGE))
    assert f'<strong class="breaks">{SIX}</strong>' in text
    assert '<strong class="breaks">2001:db8:1:2::/64 kantoor</strong>' in text
    assert save(six, "2001:db8:1:2::/64 kantoor").status_code == 302
    unread = working_at(administrator, "onbekend").get(PAGE, REMOTE_ADDR="onbekend")
    assert unread.status_code == 302


def test_unreadable_address_is_told(administrator: User) -> None:
    client = working_at(administrator, "onbekend")
    assert "We zien niet vanaf welk adres u nu werkt." in text_of(client.get(PAGE))
    assert TICK in text_of(save(client, HERE))


@pytest.mark.requirement("ACC-7.3")
def test_list_that_shuts_out_its_maker_is_kept_only_with_the_box_ticked(administrator: User) -> None:
    client = working_at(administrator, HERE)
    assert TICK not in text_of(client.get(PAGE))
    typed = "198.51.100.0/24 Kantoor"
    refused = save(client, typed)
    text = text_of(refused)
    assert refused.status_code == 422
    assert f"Uw adres van nu, {HERE}, staat niet in de lijst." in text
    assert (TICK in text, typed in text) == (True, True)
    assert "open sessie" not in text
    assert lines(administrator) == []
    assert save(client, typed, confirmed="").status_code == 422
    assert save(client, typed, confirmed="on").status_code == 302
    assert lines(administrator) == [typed]
    assert client.get(PAGE).headers["Location"].endswith("reden=adres")


def test_how_many_sessions_a_refused_list_ends_is_told(administrator: User) -> None:
    client, colleague = working_at(administrator, HERE), colleague_of(administrator)
    working_at(colleague, ELSEWHERE)
    text = text_of(save(client, "198.51.100.0/24"))
    assert "Met deze lijst valt 1 open sessie van een collega erbuiten." in text


def test_faulty_lines_are_all_told_and_nothing_is_lost(administrator: User) -> None:
    client = working_at(administrator, HERE)
    typed = f"{HERE} Kantoor\nkantoor\n\n192.0.2.4/24\n2001:db8::/48 Glas & vezel"
    response = save(client, typed)
    text = text_of(response)
    assert response.status_code == 422
    assert "Regel 2: Dit is geen netwerkadres." in text
    assert "Regel 4: Bedoelt u het hele blok?" in text
    assert response.context["networks_form"]["networks"].value() == typed
    assert "2001:db8::/48 Glas &amp; vezel</textarea>" in text
    assert lines(administrator) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (f"{HERE} a\x00b\x07", [f"{HERE} ab"]),
        (f"{HERE} \u202eroutnak\u200f", [f"{HERE} routnak"]),
        (f"{HERE} <script>alert(1)</script>", [f"{HERE} <script>alert(1)</script>"]),
        (f"\r\n{HERE}\r\n\r\n", [HERE]),
        (f"{HERE} مكتب 🏠", [f"{HERE} مكتب 🏠"]),
        ("192.0.2.0/24 \x1b \x1b", ["192.0.2.0/24"]),
    ],
)
def test_strange_signs_in_a_description_do_no_harm(administrator: User, typed: str, kept: list[str]) -> None:
    client = working_at(administrator, HERE)
    assert save(client, typed).status_code == 302
    assert lines(administrator) == kept
    text = text_of(client.get(PAGE))
    assert ("<script>alert" in text, "\x00" in text) == (False, False)
    assert save(client, "\n".join(kept)).status_code == 302
    assert counted(administrator, "sign_in_policy.networks_changed") == 1


@pytest.mark.parametrize(
    "typed",
    ["\x00", "\u202e", "\ud7ff", "A" * 900_000, "1." * 400_000, "x\n" * 400_000, f"{HERE} {'y' * 900_000}", "0"],
)
def test_anything_typed_is_read_or_refused_and_given_back(administrator: User, typed: str) -> None:
    client = working_at(administrator, HERE)
    response = save(client, typed)
    assert response.status_code == 422
    assert response.context["networks_form"]["networks"].value() == typed
    assert lines(administrator) == []


def test_form_of_more_than_a_megabyte_is_refused_as_a_whole(administrator: User) -> None:
    client = working_at(administrator, HERE)
    assert save(client, "x" * 1_100_000).status_code == 400
    assert lines(administrator) == []


def test_form_without_a_list_empties_nothing(administrator: User) -> None:
    client = working_at(administrator, HERE)
    save(client, HERE)
    seen = client.get(PAGE).context["seen"]
    assert post(client, "policy_networks", seen=seen).status_code == 422
    assert lines(administrator) == [HERE]


def test_second_of_two_administrators_sees_both_lists_and_decides(administrator: User) -> None:
    first = working_at(administrator, HERE)
    second = working_at(colleague_of(administrator, Role.ADMINISTRATOR), HERE)
    seen = second.get(PAGE).context["seen"]
    save(first, f"{HERE} Van de eerste")
    told = post(second, "policy_networks", networks=f"{HERE} Van de tweede", seen=seen)
    text = text_of(told)
    assert told.status_code == 409
    assert "De lijst is intussen veranderd. Uw lijst is nog niet bewaard." in text
    assert "Zo is de lijst nu bewaard" in text
    assert (f"<li>{HERE} Van de eerste</li>" in text, f"{HERE} Van de tweede</textarea>" in text) == (True, True)
    assert lines(administrator) == [f"{HERE} Van de eerste"]
    again = post(second, "policy_networks", networks=f"{HERE} Van de tweede", seen=told.context["seen"])
    assert (again.status_code, lines(administrator)) == (302, [f"{HERE} Van de tweede"])


def test_mistake_in_between_does_not_hide_that_the_list_changed(administrator: User) -> None:
    first = working_at(administrator, HERE)
    second = working_at(colleague_of(administrator, Role.ADMINISTRATOR), HERE)
    seen = second.get(PAGE).context["seen"]
    save(first, f"{HERE} Van de eerste")
    wrong = post(second, "policy_networks", networks="kantoor", seen=seen)
    assert (wrong.status_code, wrong.context["seen"]) == (422, seen)
    assert post(second, "policy_networks", networks=HERE, seen=wrong.context["seen"]).status_code == 409
    assert lines(administrator) == [f"{HERE} Van de eerste"]


def test_list_that_was_being_typed_is_offered_again_beside_the_one_that_is_kept(administrator: User) -> None:
    client = working_at(administrator, HERE)
    save(client, f"{HERE} Kantoor")
    key = client.get(PAGE).context["draft"].key
    client.post(reverse("drafts:save"), {"draft_key": key, "networks": f"{HERE} Kantoor\n198.51.100.1 Zei"})
    offer = client.get(PAGE).context["draft"].offers[0]
    resumed = client.get(offer.resume_url)
    text = text_of(resumed)
    assert ("198.51.100.1 Zei</textarea>" in text, f"<li>{HERE} Kantoor</li>" in text) == (True, True)
    saved = save(client, f"{HERE} Kantoor\n198.51.100.1 Zeist", draft_key=key)
    assert saved.status_code == 302
    assert client.get(PAGE).context["draft"].offers == ()


# ------------------------------------------------------------------------------------------ emergency route


def suspend(user: User, network: str) -> None:
    with tenant_scope(user.organisation_id):
        SignInPolicy.objects.create(
            networks=[{"network": network, "description": ""}],
            networks_suspended_until=timezone.now() + timedelta(hours=1),
        )


def test_emergency_route_is_explained_and_ended(administrator: User) -> None:
    client, colleague = working_at(administrator, HERE), colleague_of(administrator)
    assert "secretariaat van Bazalt" in text_of(client.get(PAGE))
    suspend(administrator, HERE)
    outside = working_at(colleague, ELSEWHERE)
    with tenant_scope(administrator.organisation_id):
        UserSession.objects.filter(user=colleague).update(origin=ELSEWHERE)
    text = text_of(client.get(PAGE))
    assert "De noodroute geldt tot" in text
    assert "1 open sessie van een collega begon buiten de lijst van nu." in text
    assert outside.get("/").status_code == 200
    assert post(client, "policy_emergency_end").status_code == 302
    assert said(client) == "De noodroute is beëindigd. De adreslijst geldt weer."
    assert outside.get("/").status_code == 302
    assert post(client, "policy_emergency_end").status_code == 302
    assert counted(administrator, "sign_in_policy.emergency_ended") == 1


@pytest.mark.requirement("ACC-7.3")
def test_emergency_route_that_lets_its_ender_in_is_ended_only_with_the_box_ticked(administrator: User) -> None:
    suspend(administrator, ELSEWHERE)
    client = working_at(administrator, HERE)
    refused = post(client, "policy_emergency_end")
    assert (refused.status_code, TICK in text_of(refused)) == (422, True)
    assert client.get(PAGE).status_code == 200
    assert post(client, "policy_emergency_end", confirmed="on").status_code == 302
    assert client.get(PAGE).headers["Location"].endswith("reden=adres")


def test_list_kept_during_the_emergency_counts_after_it(administrator: User) -> None:
    suspend(administrator, ELSEWHERE)
    client = working_at(administrator, HERE)
    assert save(client, HERE).status_code == 302
    assert said(client) == "De lijst is bewaard. Zij geldt zodra de noodroute voorbij is."
    assert policy_of(administrator).networks_suspended_until is not None


# ------------------------------------------------------------------------------------------- e-mail domains


def domain_id(user: User, domain: str) -> UUID:
    with tenant_scope(user.organisation_id):
        return EmailDomain.objects.get(domain=domain).pk


def remove(client: Client, pk: UUID) -> Any:
    return client.post(reverse("accounts:policy_domain_remove", kwargs={"pk": pk}))


def domains(user: User) -> list[str]:
    with tenant_scope(user.organisation_id):
        return list(EmailDomain.objects.order_by("domain").values_list("domain", flat=True))


@pytest.mark.requirement("ACC-2.1")
def test_administrator_adds_and_removes_a_domain(administrator: User) -> None:
    client = client_of(administrator)
    assert post(client, "policy_domain_add", domain=" @De-Boomhut.NL ").status_code == 302
    assert said(client) == "de-boomhut.nl staat nu bij de domeinen van uw organisatie."
    assert domains(administrator) == ["de-boomhut.nl", "voorbeeld.nl"]
    assert remove(client, domain_id(administrator, "de-boomhut.nl")).status_code == 302
    assert (said(client), domains(administrator)) == ("Het domein is verwijderd.", ["voorbeeld.nl"])
    assert [counted(administrator, f"email_domain.{deed}") for deed in ("added", "removed")] == [1, 1]


@pytest.mark.requirement("ACC-2.2")
@pytest.mark.parametrize(
    ("domain", "sentence"),
    [
        ("gmail.com", "Bij gmail.com kan iedereen een adres krijgen."),
        ("ziggo.nl", "Bij ziggo.nl kan iedereen een adres krijgen."),
        ("co.uk", "co.uk is geen eigen domein"),
        ("voorbeeld.nl", "Dit domein staat al in de lijst."),
        ("jan@boomhut.nl", "Dit is geen domein."),
        ("", "Vul een domein in."),
        ("a\x00b.nl", "In het domein staat een teken dat niet in een domein mag."),
        ("b\u202eb.nl", "Dit is geen domein."),
        ("a." * 400_000, "Dit domein is te lang."),
    ],
)
def test_domain_that_cannot_be_is_refused_with_a_sentence(administrator: User, domain: str, sentence: str) -> None:
    response = post(client_of(administrator), "policy_domain_add", domain=domain)
    assert (response.status_code, sentence in text_of(response)) == (422, True)
    assert response.context["domain_form"]["domain"].value() == domain
    assert domains(administrator) == ["voorbeeld.nl"]


def test_domain_with_accounts_and_the_last_one_stay(administrator: User) -> None:
    client, own = client_of(administrator), domain_id(administrator, "voorbeeld.nl")
    remove(client, own)
    assert said(client) == "Dit is het enige domein van uw organisatie. Voeg eerst een ander toe."
    post(client, "policy_domain_add", domain="boomhut.nl")
    text = text_of(client.get(PAGE))
    remove_own, remove_other = (
        reverse("accounts:policy_domain_remove", kwargs={"pk": domain_id(administrator, domain)}) in text
        for domain in ("voorbeeld.nl", "boomhut.nl")
    )
    assert (remove_own, remove_other) == (False, True)
    remove(client, own)
    assert said(client).startswith("Er is nog 1 account met een adres in dit domein.")
    assert domains(administrator) == ["boomhut.nl", "voorbeeld.nl"]


def test_domain_of_another_organisation_is_not_found(administrator: User) -> None:
    with tenant_scope(factories.organisation(domain="boomhut.nl")) as scope:
        theirs = EmailDomain.objects.get().pk
    post(client_of(administrator), "policy_domain_add", domain="tweede.nl")
    assert remove(client_of(administrator), theirs).status_code == 404
    with tenant_scope(scope.organisation_id):
        assert EmailDomain.objects.get().pk == theirs


def test_nothing_that_is_typed_here_stands_in_the_trail(administrator: User) -> None:
    client = working_at(administrator, HERE)
    save(client, f"{HERE} Geheime plek")
    post(client, "policy_domain_add", domain="geheim.nl")
    with tenant_scope(administrator.organisation_id):
        found = AuditEvent.objects.filter(action__regex=r"^(sign_in_policy|email_domain)\.")
        data = " ".join(str(each) for each in found.values_list("data", flat=True))
    assert [word for word in ("eheim", HERE) if word in data] == []


def test_draft_of_the_list_is_gone_after_saving(administrator: User) -> None:
    client = working_at(administrator, HERE)
    key = client.get(PAGE).context["draft"].key
    client.post(reverse("drafts:save"), {"draft_key": key, "networks": "198.51.100.1"})
    assert save(client, HERE, draft_key=key).status_code == 302
    with tenant_scope(administrator.organisation_id):
        assert Draft.objects.filter(content__isnull=False).count() == 0


def test_mark_on_the_page_is_that_of_the_list(administrator: User) -> None:
    client = working_at(administrator, HERE)
    save(client, HERE)
    assert client.get(PAGE).context["seen"] == mark_of(policy_of(administrator))
