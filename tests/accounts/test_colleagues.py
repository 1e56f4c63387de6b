"""The list of colleagues, the page of one, and what an administrator does to an account (ACC-5.2, ACC-8.4, ACC-11.3)."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.domain.colleague_accounts import ColleagueRefused, change_email, unlock_colleague
from accounts.domain.colleagues import (
    Choice,
    Colleague,
    Phase,
    Status,
    colleague_of,
    count_colleagues,
    list_colleagues,
)
from accounts.domain.invitations import AddressTaken, invite_user
from accounts.domain.links import create_link, valid_link
from accounts.models import OneTimeLink, Passkey, PersonName, RoleAssignment, User, UserSession
from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from tests import factories, mails
from tests.accounts.office import Office, make_office, rename, take_up
from tests.clients import client_of

DAY = timedelta(days=1)
LIST = "/beheer/collegas/"


@pytest.fixture
def office(db: None) -> Office:
    return make_office()


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def address(name: str, user: User) -> str:
    return reverse(f"accounts:{name}", kwargs={"pk": user.pk})


def names(found: list[Colleague]) -> list[str]:
    return [str(colleague.name) for colleague in found]


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def lock(user: User) -> None:
    User.objects.filter(pk=user.pk).update(locked_at=timezone.now(), failed_attempts=3)


# -------------------------------------------------------------------------------------------- the list


def test_list_is_in_the_dutch_order_of_surnames(office: Office, now: datetime) -> None:
    with tenant_scope(office.organisation_id):
        for first, infix, last in (("Bo", "van", "Aken"), ("Ali", "", "Öz"), ("Zoë", "de", "Wit"), ("Ans", "", "Zoet")):
            rename(factories.user(), first, infix, last)
        assert names(list_colleagues(now=now)) == [
            "Bo van Aken", "Kim Ouwehand", "Ali Öz", "Kim Özdemir", "Sanne de Wit", "Zoë de Wit", "Ans Zoet",
        ]  # fmt: skip


def test_list_shows_roles_in_words_with_place_and_period(office: Office) -> None:
    with tenant_scope(office.organisation_id):
        RoleAssignment.objects.create(
            user=office.colleague, role=Role.COACH, location=office.north, module="monitoring",
            begins_on=factories.LONG_AGO, ends_on=factories.LONG_AGO.replace(year=2099),
        )  # fmt: skip
    text = text_of(office.client(), LIST)
    assert "Sanne de Wit" in text
    assert "pedagogisch medewerker / leerkracht" in text
    assert "hele organisatie, sinds 1 augustus 2020" in text
    assert "Noord, alleen KIJK! monitoring, van 1 augustus 2020 tot en met 1 augustus 2099" in text


def test_status_says_how_an_account_is(office: Office, now: datetime) -> None:
    with tenant_scope(office.organisation_id):
        invited, locked, closed = factories.user(), take_up(factories.user()), take_up(factories.user())
        lock(locked)
        User.objects.filter(pk=closed.pk).update(is_active=False, locked_at=now)
        found = {each.pk: each.status for each in list_colleagues(now=now)}
    assert [found[user.pk] for user in (office.colleague, invited, locked, closed)] == [
        Status.ACTIVE, Status.INVITED, Status.LOCKED, Status.CLOSED,
    ]  # fmt: skip


@pytest.mark.requirement("ACC-11.3")
@pytest.mark.parametrize(
    ("ago", "unused"),
    [
        ((91, None, 200), True),
        ((89, None, 200), False),
        ((200, 89, 200), False),
        ((200, 91, 200), True),
        ((None, None, 91), True),
        ((None, None, 89), False),
    ],
)
def test_account_is_unused_after_ninety_days(
    office: Office, now: datetime, ago: tuple[int | None, int | None, int], unused: bool
) -> None:
    user = office.colleague
    # How many days ago somebody signed in last, did something last, and chose the password.
    signed_in, used, taken_up = ago
    with tenant_scope(office.organisation_id):
        last_login = now - signed_in * DAY if signed_in is not None else None
        User.objects.filter(pk=user.pk).update(last_login=last_login, password_changed_at=now - taken_up * DAY)
        if used is not None:
            moment = now - used * DAY
            UserSession.objects.create(
                user=user, key_hash="0" * 64, device="iPad", origin="127.0.0.1", method=UserSession.Method.PASSWORD,
                started_at=moment, last_active_at=moment, confirmed_at=moment,
            )  # fmt: skip
        found = colleague_of(User.objects.get(pk=user.pk), now=now)
        assert found.is_unused is unused
        assert (found.last_used_at is None) is (signed_in is None)


def test_who_has_not_answered_an_invitation_or_is_gone_is_not_unused(office: Office, now: datetime) -> None:
    with tenant_scope(office.organisation_id):
        User.objects.update(last_login=now - 300 * DAY, password_changed_at=now - 300 * DAY)
        User.objects.filter(pk=office.second.pk).update(password="!none")
        User.objects.filter(pk=office.colleague.pk).update(is_active=False)
        assert names([each for each in list_colleagues(now=now) if each.is_unused]) == ["Kim Ouwehand"]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(), {"Kim Ouwehand", "Kim Özdemir", "Sanne de Wit", "Bo van Aken"}),
        (Choice(text="ozd"), {"Kim Özdemir"}),
        (Choice(text="  de   WIT "), {"Sanne de Wit"}),
        (Choice(text="niemand"), set()),
        (Choice(role=Role.ADMINISTRATOR), {"Kim Ouwehand", "Kim Özdemir"}),
        (Choice(role=Role.COACH), {"Bo van Aken"}),
        (Choice(everywhere=True), {"Kim Ouwehand", "Kim Özdemir", "Sanne de Wit"}),
        (Choice(role=Role.COACH, everywhere=True), set()),
        (Choice(status=Status.INVITED), {"Bo van Aken"}),
        (Choice(without_factor=True), {"Kim Ouwehand", "Kim Özdemir"}),
    ],
)
def test_choices_select(office: Office, now: datetime, choice: Choice, expected: set[str]) -> None:
    with tenant_scope(office.organisation_id):
        rename(factories.user(Role.COACH, office.north), "Bo", "van", "Aken")
        Passkey.objects.create(user=office.colleague, credential_id=b"1", public_key=b"1", name="Telefoon")
        found = {str(each.name) for each in list_colleagues(now=now) if choice.takes(each)}
        assert found == expected
        at_south = Choice(location_id=office.south.pk)
        at_north = Choice(location_id=office.north.pk, role=Role.COACH)
        chosen = [
            names([each for each in list_colleagues(now=now) if where.takes(each)]) for where in (at_south, at_north)
        ]
        assert chosen == [[], ["Bo van Aken"]]


def test_role_still_to_begin_says_from_when(office: Office, now: datetime) -> None:
    with tenant_scope(office.organisation_id):
        RoleAssignment.objects.filter(user=office.colleague).update(begins_on=factories.LONG_AGO.replace(year=2099))
        found = colleague_of(office.colleague, now=now)
    assert [(role.phase, role.period) for role in found.current_roles] == [(Phase.LATER, "vanaf 1 augustus 2099")]
    assert not found.is_administrator


def test_role_that_is_over_is_no_reason_to_find_somebody(office: Office, now: datetime) -> None:
    with tenant_scope(office.organisation_id):
        RoleAssignment.objects.filter(user=office.colleague).update(ends_on=timezone.localdate(now) - DAY)
        found = colleague_of(office.colleague, now=now)
        assert [role.phase for role in found.past_roles] == [Phase.OVER]
        assert (found.current_roles, Choice(role=Role.GROUP_STAFF).takes(found)) == ((), False)


@pytest.mark.parametrize(
    ("query", "expected", "message"),
    [
        ({"rol": "coach"}, 0, "Niemand met deze keuzes"),
        ({"naam": "wit"}, 1, "Sanne de Wit"),
        ({"status": "onzin"}, 3, "Deze keuze kennen we niet"),
        ({"locatie": "x", "naam": "wit"}, 1, "Deze keuze kennen we niet"),
        ({"naam": "x" * 200}, 3, "Niet alle keuzes tellen mee"),
        ({"naam": "a\x00b"}, 3, "Niet alle keuzes tellen mee"),
        ({"page": "99"}, 3, "3 collega"),
        ({"page": "x"}, 3, "3 collega"),
    ],
)
def test_page_takes_choices_from_the_address(
    office: Office, query: dict[str, str], expected: int, message: str
) -> None:
    response = office.client().get(LIST, query)
    assert response.status_code == 200
    assert len(response.context["page"].object_list) == expected
    assert message in response.content.decode()


def test_pager_keeps_the_choices(office: Office) -> None:
    with tenant_scope(office.organisation_id):
        for _ in range(51):
            factories.user(Role.COACH)
    text = text_of(office.client(), f"{LIST}?rol=coach")
    assert "Bladzijde 1 van 2" in text
    assert "?rol=coach&amp;page=2" in text


def test_list_costs_the_same_for_few_and_many(
    office: Office, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, counts = office.client(), []
    for _ in range(2):
        with CaptureQueriesContext(connection) as page:
            client.get(LIST)
        counts.append(len(page))
        # The users, their roles, sessions, codes and passkeys, and the key of their names.
        with tenant_scope(office.organisation_id), django_assert_num_queries(6):
            list_colleagues(now=now)
        with tenant_scope(office.organisation_id):
            for _ in range(5):
                factories.user(Role.COACH, office.north)
    assert counts[0] == counts[1]


def test_counts_are_of_what_needs_a_look(office: Office, now: datetime) -> None:
    with tenant_scope(office.organisation_id):
        factories.user()
        lock(office.colleague)
        counts = count_colleagues(list_colleagues(now=now))
    assert (counts.colleagues, counts.invited, counts.locked, counts.unused, counts.without_factor) == (4, 1, 1, 0, 3)


# ------------------------------------------------------------------------------------------ unlocking


@pytest.mark.requirement("ACC-5.2", "ACC-13.2")
def test_administrator_unlocks_a_colleague_who_is_told(office: Office) -> None:
    with tenant_scope(office.organisation_id):
        lock(office.colleague)
    client = office.client()
    assert "Haal van het slot" in text_of(client, address("colleague", office.colleague))
    assert client.post(address("colleague_unlock", office.colleague)).status_code == 302
    found = office.fresh(office.colleague)
    assert (found.locked_at, found.failed_attempts) == (None, 0)
    (mail,) = mails.waiting(office.organisation_id, "account_unlocked")
    assert (mail.recipient, "Kim Ouwehand" in mail.text) == (office.colleague.email, True)
    (event,) = office.events("user.unlocked")
    assert (event.object_id, event.actor_id) == (office.colleague.pk, office.administrator.pk)


@pytest.mark.requirement("ACC-5.2")
def test_administrators_account_is_not_unlocked_by_an_administrator(office: Office) -> None:
    with tenant_scope(office.organisation_id):
        lock(office.second)
    client = office.client()
    text = text_of(client, address("colleague", office.second))
    assert "secretariaat van Bazalt" in text
    assert "Haal van het slot" not in text
    response = client.post(address("colleague_unlock", office.second), follow=True)
    assert "het secretariaat van Bazalt" in response.content.decode()
    assert office.fresh(office.second).locked_at is not None
    assert (office.events("user.unlocked"), mails.waiting(office.organisation_id)) == ([], [])


def test_unlocking_what_is_open_does_nothing_and_what_is_closed_is_refused(office: Office, now: datetime) -> None:
    with tenant_scope(office.organisation_id):
        unlock_colleague(user=office.colleague, by=office.administrator, now=now)
        office.colleague.locked_at, office.colleague.is_active = now, False
        with pytest.raises(ColleagueRefused, match="afgesloten"):
            unlock_colleague(user=office.colleague, by=office.administrator, now=now)
    assert office.events("user.unlocked") == []


# ------------------------------------------------------------------------------- sessions and factors


def test_administrator_signs_a_colleague_out_everywhere(office: Office) -> None:
    tablet, telephone = client_of(office.colleague), client_of(office.colleague)
    response = office.client().post(address("colleague_sessions_end", office.colleague), follow=True)
    assert "2 sessies zijn beëindigd." in response.content.decode()
    assert [browser.get("/").status_code for browser in (tablet, telephone)] == [302, 302]
    with tenant_scope(office.organisation_id):
        reasons = set(UserSession.objects.filter(user=office.colleague).values_list("end_reason", flat=True))
    assert reasons == {UserSession.EndReason.BY_ADMINISTRATOR}
    assert len(mails.waiting(office.organisation_id, "sessions_ended")) == 1
    office.client().post(address("colleague_sessions_end", office.colleague))
    assert len(mails.waiting(office.organisation_id, "sessions_ended")) == 1


@pytest.mark.requirement("ACC-8.4", "ACC-13.2")
def test_administrator_resets_a_second_factor_after_confirming(office: Office) -> None:
    with tenant_scope(office.organisation_id):
        Passkey.objects.create(user=office.colleague, credential_id=b"1", public_key=b"1", name="Telefoon")
    colleague, client = client_of(office.colleague), office.client()
    page = address("colleague_factor_reset", office.colleague)
    assert "Doe dit alleen als u zeker weet" in text_of(client, page)
    assert client.post(page).status_code == 302
    with tenant_scope(office.organisation_id):
        assert not Passkey.objects.exists()
    assert colleague.get("/").status_code == 302
    assert [mail.recipient for mail in mails.waiting(office.organisation_id, "second_factor_reset")] == [
        office.colleague.email
    ]
    (event,) = office.events("second_factor.reset")
    assert (event.object_id, event.actor_id) == (office.colleague.pk, office.administrator.pk)


def test_ones_own_second_factor_is_not_reset_here(office: Office) -> None:
    with tenant_scope(office.organisation_id):
        Passkey.objects.create(user=office.administrator, credential_id=b"1", public_key=b"1", name="Telefoon")
    response = office.client().post(address("colleague_factor_reset", office.administrator))
    assert "bij uw eigen account" in response.content.decode()
    with tenant_scope(office.organisation_id):
        assert Passkey.objects.count() == 1


# ------------------------------------------------------------------------------------ name and address


def details(user: User, **changes: str) -> dict[str, str]:
    known = {"first_name": "Sanne", "infix": "de", "last_name": "Wit", "email": user.email}
    return known | changes


@pytest.mark.requirement("ACC-13.2")
def test_new_address_is_told_to_the_old_and_the_new(office: Office, now: datetime) -> None:
    user = office.colleague
    with tenant_scope(office.organisation_id):
        token = create_link(user=user, kind=OneTimeLink.Kind.RESET, expires_at=now + DAY, now=now)
    data = details(user, email=" Sanne.Wit@VOORBEELD.nl ", last_name="Zwart")
    assert office.client().post(address("colleague_details", user), data).status_code == 302
    found = office.fresh(user)
    with tenant_scope(office.organisation_id):
        assert (found.email, str(found.name)) == ("sanne.wit@voorbeeld.nl", "Sanne de Zwart")
        assert valid_link(user=user, kind=OneTimeLink.Kind.RESET, token=token, now=now) is None
    sent = mails.waiting(office.organisation_id, "email_changed")
    assert {mail.recipient for mail in sent} == {user.email, "sanne.wit@voorbeeld.nl"}
    assert all("sanne.wit@" not in mail.text for mail in sent), "no more of an address than its owner knows"
    assert [event.data for event in office.events("user.email_changed")] == [{"links": 1}]
    assert len(office.events("user.renamed")) == 1


@pytest.mark.requirement("ACC-2.1")
@pytest.mark.parametrize(
    ("email", "message"),
    [
        ("sanne@gmail.com", "niet bij een domein"),
        ("sanne@sub.voorbeeld.nl", "niet bij een domein"),
        ("geen adres", "geen e-mailadres"),
        ("", "Vul een e-mailadres in"),
        ("x" * 300 + "@voorbeeld.nl", "254"),
        ("a\x00b@voorbeeld.nl", "teken"),
    ],
)
def test_address_that_cannot_be_is_refused_in_words(office: Office, email: str, message: str) -> None:
    data = details(office.colleague, email=email, first_name="Sannemarijn")
    response = office.client().post(address("colleague_details", office.colleague), data)
    assert response.status_code == 422
    text = response.content.decode()
    assert (message in text, "Sannemarijn" in text) == (True, True)
    assert office.fresh(office.colleague).email == office.colleague.email
    assert office.events("user.renamed") == []


def test_address_somebody_has_is_refused_wherever_they_work(office: Office, now: datetime) -> None:
    other = make_office()
    for taken in (office.second.email, other.colleague.email):
        response = office.client().post(
            address("colleague_details", office.colleague), details(office.colleague, email=taken)
        )
        assert response.status_code == 422
        assert "is er al een account" in response.content.decode()
    with tenant_scope(office.organisation_id):
        with pytest.raises(AddressTaken):
            change_email(user=office.colleague, email=other.colleague.email, by=office.administrator, now=now)
        assert User.objects.get(pk=office.colleague.pk).email == office.colleague.email


@pytest.mark.parametrize("name", ["San\u202ene", "San\nne", "x" * 61, "\x00"])
def test_name_with_what_is_no_letter_is_refused(office: Office, name: str) -> None:
    response = office.client().post(
        address("colleague_details", office.colleague), details(office.colleague, first_name=name)
    )
    assert response.status_code == 422
    assert str(office.fresh(office.colleague).pk) == str(office.colleague.pk)
    assert office.events("user.renamed") == []


def test_nothing_changed_is_no_event(office: Office) -> None:
    response = office.client().post(
        address("colleague_details", office.colleague), details(office.colleague), follow=True
    )
    assert "Er is niets veranderd." in response.content.decode()
    assert (office.events("user.renamed"), office.events("user.email_changed")) == ([], [])


def invited(office: Office, now: datetime) -> User:
    with tenant_scope(office.organisation_id):
        return invite_user(
            email="bo@voorbeeld.nl", name=PersonName("Bo", "", "Aken"), language="nl", by=office.second, now=now
        )


def test_new_address_of_somebody_invited_gets_the_invitation(office: Office, now: datetime) -> None:
    user = invited(office, now)
    data = {"first_name": "Bo", "infix": "", "last_name": "Aken", "email": "bo.aken@voorbeeld.nl"}
    office.client().post(address("colleague_details", user), data)
    sent = mails.waiting(office.organisation_id)
    assert [mail.recipient for mail in sent] == ["bo@voorbeeld.nl", "bo.aken@voorbeeld.nl"]
    with tenant_scope(office.organisation_id):
        assert OneTimeLink.objects.filter(user=user, withdrawn_at=None).count() == 1


# ----------------------------------------------------------------------------------------- invitations


@pytest.mark.requirement("ACC-11.1")
def test_invitation_is_sent_again_and_withdrawn(office: Office, now: datetime) -> None:
    user, client = invited(office, now), office.client()
    assert "Uw collega heeft nog geen wachtwoord gekozen" in text_of(client, address("colleague", user))
    assert client.post(address("colleague_invitation", user), {"doe": "opnieuw"}).status_code == 302
    assert len(mails.waiting(office.organisation_id, "invitation")) == 2
    assert client.post(address("colleague_invitation", user), {"doe": "intrekken"}).status_code == 302
    with tenant_scope(office.organisation_id):
        assert not OneTimeLink.objects.filter(user=user, withdrawn_at=None).exists()
    assert "Er is nu geen uitnodiging" in text_of(client, address("colleague", user))
    assert [len(office.events(action)) for action in ("invitation.resent", "invitation.withdrawn")] == [1, 1]


def test_invitation_that_ran_out_says_so(office: Office, now: datetime) -> None:
    user = invited(office, now - 4 * DAY)
    assert "Stuur een nieuwe uitnodiging" in text_of(office.client(), address("colleague", user))


def test_who_has_a_password_cannot_be_invited_again(office: Office) -> None:
    response = office.client().post(address("colleague_invitation", office.colleague), {"doe": "opnieuw"}, follow=True)
    assert "kan geen uitnodiging meer krijgen" in response.content.decode()
    assert mails.waiting(office.organisation_id) == []


# ------------------------------------------------------------------------------------------ who may


ACTIONS = [
    "colleague_unlock",
    "colleague_sessions_end",
    "colleague_factor_reset",
    "colleague_invitation",
    "colleague_details",
    "colleague_role_new",
    "leaving",
    "colleague_reopen",
]


@pytest.mark.parametrize("name", ACTIONS)
def test_only_an_administrator_changes_accounts(office: Office, name: str) -> None:
    with tenant_scope(office.organisation_id):
        officer = take_up(factories.user(Role.DATA_PROTECTION_OFFICER))
    for user in (officer, office.colleague):
        assert office.client(user).post(address(name, office.colleague)).status_code == 403


@pytest.mark.parametrize("name", ["colleague", *ACTIONS])
def test_colleague_of_another_organisation_is_not_found(office: Office, name: str) -> None:
    other = make_office()
    client = other.client()
    call = client.get if name == "colleague" else client.post
    assert call(address(name, office.colleague)).status_code == 404
    assert office.fresh(office.colleague).is_active


def test_data_protection_officer_looks_and_changes_nothing(office: Office) -> None:
    with tenant_scope(office.organisation_id):
        officer = take_up(factories.user(Role.DATA_PROTECTION_OFFICER))
    client = office.client(officer)
    assert "Nodig een collega uit" not in text_of(client, LIST)
    text = text_of(client, address("colleague", office.colleague))
    assert "<form" not in text.split("<main")[1]
    assert "Collega gaat weg" not in text
