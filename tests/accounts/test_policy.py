"""Changing how an organisation's people sign in: what is kept, what is refused, what the trail says (ACC-2, 3, 7, 8)."""

from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_network
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.domain.passwords import problems_with
from accounts.domain.policy import current_policy, hold_policy, lets_in, needs_second_factor
from accounts.domain.policy_changes import (
    DomainHasAccounts,
    NetworksChange,
    NetworksChangedMeanwhile,
    ShutsOutPresentAddress,
    change_networks,
    change_password_length,
    change_second_factor_for_all,
    count_without_factor,
    domains_in_use,
    end_emergency,
    lines_of,
    mark_of,
    remove_unused_domain,
    rows_of,
    sessions_outside,
    suggested_for,
)
from accounts.domain.sessions import end_sessions
from accounts.domain.users import create_user
from accounts.models import Passkey, PersonName, SignInPolicy, TotpDevice, TotpSecret, User, UserSession
from accounts.networks import InvalidNetworks, parse_networks
from accounts.roles import Role
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from licensing.domain import LastEmailDomain, add_email_domain
from licensing.email_domains import FreeMailDomain
from licensing.models import EmailDomain
from tests import factories

HERE, ELSEWHERE = "192.0.2.7", "203.0.113.9"


@pytest.fixture
def organisation(db: None) -> Iterator[UUID]:
    pk = factories.organisation()
    with tenant_scope(pk):
        yield pk


def stored(text: str) -> SignInPolicy:
    """Return a policy with this list, as it is kept."""
    return SignInPolicy(organisation_id=uuid7(), networks=rows_of(parse_networks(text)))


def keep(text: str, *, origin: str = HERE, confirmed: bool = False) -> NetworksChange:
    """Change the list in scope as somebody does who sees it as it is."""
    seen = mark_of(current_policy())
    return change_networks(networks=parse_networks(text), seen=seen, origin=origin, confirmed=confirmed)


def events(organisation_id: UUID) -> list[tuple[str, Any]]:
    """Return the events of the policy and the domains. No scope may be open: they are written at its end."""
    with tenant_scope(organisation_id):
        found = AuditEvent.objects.filter(action__regex=r"^(sign_in_policy|email_domain)\.").order_by("sequence")
        return list(found.values_list("action", "data"))


# --------------------------------------------------------------------------------- passwords and second factor


@pytest.mark.requirement("ACC-3.2")
def test_longer_passwords_are_asked_from_the_next_one_on(organisation: UUID) -> None:
    user = factories.user(Role.GROUP_STAFF)
    password = "Fiets-7-Wolk"
    assert problems_with(user=user, password=password) == []
    assert change_password_length(length=20)
    assert "20" in " ".join(problems_with(user=user, password=password))
    assert problems_with(user=user, password=password + "-Paars-Giraf") == []


@pytest.mark.requirement("ACC-3.2", "ACC-13.2")
def test_changed_length_leaves_its_event_once(db: None) -> None:
    pk = factories.organisation()
    with tenant_scope(pk):
        assert [change_password_length(length=length) for length in (8, 12, 12, 9)] == [False, True, False, True]
    assert events(pk) == [
        ("sign_in_policy.changed", {"min_password_length": 12, "length_before": 8}),
        ("sign_in_policy.changed", {"min_password_length": 9, "length_before": 12}),
    ]


@pytest.mark.requirement("ACC-8.3")
def test_switch_asks_everybody_and_never_lets_an_administrator_off(organisation: UUID) -> None:
    administrator, colleague = factories.user(Role.ADMINISTRATOR), factories.user(Role.GROUP_STAFF)

    def asked() -> tuple[bool, bool]:
        policy = current_policy()
        return needs_second_factor(administrator, policy), needs_second_factor(colleague, policy)

    assert asked() == (True, False)
    assert change_second_factor_for_all(for_all=True)
    assert asked() == (True, True)
    assert change_second_factor_for_all(for_all=False)
    assert asked() == (True, False)


def test_switch_leaves_an_event_for_each_change(db: None) -> None:
    pk = factories.organisation()
    with tenant_scope(pk):
        assert [change_second_factor_for_all(for_all=on) for on in (False, True, True, False)] == [
            False,
            True,
            False,
            True,
        ]
    assert events(pk) == [
        ("sign_in_policy.changed", {"second_factor_for_all": True}),
        ("sign_in_policy.changed", {"second_factor_for_all": False}),
    ]


def test_accounts_without_second_factor_are_counted(organisation: UUID) -> None:
    with_app, with_key, begun, without, closed = (factories.user(Role.GROUP_STAFF) for _ in range(5))
    for user, confirmed_at in ((with_app, timezone.now()), (begun, None)):
        device = TotpDevice(user=user, confirmed_at=confirmed_at)
        device.secret = TotpSecret("JBSWY3DPEHPK3PXP")
        device.save()
    Passkey.objects.create(user=with_key, credential_id=b"1", public_key=b"-", name="telefoon")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    assert count_without_factor() == 2
    Passkey.objects.create(user=without, credential_id=b"2", public_key=b"-", name="telefoon")
    Passkey.objects.create(user=without, credential_id=b"3", public_key=b"-", name="tablet")
    assert count_without_factor() == 1


# ------------------------------------------------------------------------------------------------- networks


@pytest.mark.requirement("ACC-7.1")
def test_list_is_kept_as_it_was_typed_and_lets_in_whom_it_holds(organisation: UUID) -> None:
    change = keep("192.0.2.0/24 Kantoor\n2001:db8::/48 Glasvezel\n198.51.100.4-198.51.100.5")
    assert change == NetworksChange(is_change=True, added=3)
    policy, now = current_policy(), timezone.now()
    assert lines_of(policy) == ["192.0.2.0/24 Kantoor", "2001:db8::/48 Glasvezel", "198.51.100.4/31"]
    wanted = {HERE: True, ELSEWHERE: False, "2001:db8::9": True, "2001:db9::9": False, "198.51.100.5": True, "": False}
    assert {address: lets_in(policy, address, now) for address in wanted} == wanted


@pytest.mark.requirement("ACC-7.1", "ACC-13.2")
def test_event_says_how_many_networks_came_and_went_and_names_none(db: None) -> None:
    pk = factories.organisation()
    with tenant_scope(pk):
        keep("192.0.2.7 Thuis\n198.51.100.1")
        keep("192.0.2.7 Kantoor\n198.51.100.2\n198.51.100.3")
        keep("192.0.2.7 Kantoor\n198.51.100.2\n198.51.100.3")
        keep("")
    assert events(pk) == [
        ("sign_in_policy.networks_changed", {"added": 2, "removed": 0, "described": 0, "networks": 2}),
        ("sign_in_policy.networks_changed", {"added": 2, "removed": 1, "described": 1, "networks": 3}),
        ("sign_in_policy.networks_changed", {"added": 0, "removed": 3, "described": 0, "networks": 0}),
    ]


def test_other_order_is_kept_too(organisation: UUID) -> None:
    keep("192.0.2.7\n198.51.100.1")
    assert keep("198.51.100.1\n192.0.2.7") == NetworksChange(is_change=True)
    assert lines_of(current_policy()) == ["198.51.100.1", "192.0.2.7"]
    assert keep("198.51.100.1\n192.0.2.7") == NetworksChange(is_change=False)


@pytest.mark.requirement("ACC-7.3")
@pytest.mark.parametrize(
    ("text", "origin"), [("198.51.100.0/24", HERE), ("2001:db8::/48", HERE), (HERE, "2001:db8::7"), (HERE, "")]
)
def test_list_that_shuts_out_who_saves_it_needs_their_word(organisation: UUID, text: str, origin: str) -> None:
    with pytest.raises(ShutsOutPresentAddress) as refusal:
        keep(text, origin=origin)
    assert (origin or "We zien niet") in str(refusal.value)
    assert not current_policy().networks
    assert keep(text, origin=origin, confirmed=True).added == 1
    assert lines_of(current_policy()) == [text]


@pytest.mark.requirement("ACC-7.3")
def test_guard_holds_while_the_emergency_route_lets_everybody_in(organisation: UUID) -> None:
    SignInPolicy.objects.create(networks_suspended_until=timezone.now() + timedelta(hours=1))
    with pytest.raises(ShutsOutPresentAddress):
        keep("198.51.100.0/24")


def test_list_that_changed_meanwhile_is_not_overwritten(organisation: UUID) -> None:
    seen = mark_of(current_policy())
    keep("192.0.2.0/24 van een collega")
    with pytest.raises(NetworksChangedMeanwhile):
        change_networks(networks=parse_networks(HERE), seen=seen, origin=HERE)
    with pytest.raises(NetworksChangedMeanwhile):
        change_networks(networks=[], seen="", origin=HERE, confirmed=True)
    assert lines_of(current_policy()) == ["192.0.2.0/24 van een collega"]


def test_same_list_of_two_administrators_is_no_conflict(organisation: UUID) -> None:
    seen = mark_of(current_policy())
    keep("192.0.2.0/24")
    assert not change_networks(networks=parse_networks("192.0.2.0/24"), seen=seen, origin=HERE).is_change


def test_mark_is_that_of_the_networks_and_not_of_their_spelling() -> None:
    policy = SignInPolicy(organisation_id=uuid7(), networks=[{"network": "10.9.8.7", "description": ""}])
    assert mark_of(policy) == mark_of(stored("10.9.8.7/32"))
    marks = {mark_of(stored(text)) for text in ("", "10.9.8.7", "10.9.8.7 a", "10.9.8.6", "10.9.8.7\n10.9.8.6")}
    assert len(marks) == 5


def test_two_who_save_at_the_same_moment_do_not_overwrite_each_other(committed_db: object) -> None:
    pk = factories.organisation()
    start, kept, refused = Barrier(2), [], []

    def save(text: str) -> None:
        try:
            with tenant_scope(pk):
                seen = mark_of(current_policy())
                start.wait(timeout=20)
                change_networks(networks=parse_networks(text), seen=seen, origin=HERE)
            kept.append(text)
        except NetworksChangedMeanwhile:
            refused.append(text)
        finally:
            connections.close_all()

    threads = [Thread(target=save, args=[text]) for text in ("192.0.2.0/24", "192.0.2.7")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert (len(kept), len(refused)) == (1, 1)
    with tenant_scope(pk):
        assert lines_of(SignInPolicy.objects.get()) == kept


networks = st.ip_addresses().flatmap(
    lambda address: st.integers(1, address.max_prefixlen).map(
        lambda length: str(ip_network((address, length), strict=False))
    )
)


@given(st.lists(st.tuples(networks, st.text(max_size=40)), max_size=6))
def test_list_comes_back_as_it_was_kept(entries: list[tuple[str, str]]) -> None:
    try:
        rows = rows_of(parse_networks("\n".join(f"{network} {' '.join(note.split())}" for network, note in entries)))
    except InvalidNetworks:
        return
    lines = lines_of(SignInPolicy(organisation_id=uuid7(), networks=rows))
    assert rows_of(parse_networks("\n".join(lines))) == rows


@pytest.mark.parametrize(
    ("origin", "suggested"),
    [
        (HERE, HERE),
        ("::ffff:192.0.2.7", HERE),
        ("2001:db8:1:2:a:b:c:d", "2001:db8:1:2::/64"),
        ("", ""),
        ("kantoor", ""),
    ],
)
def test_what_to_type_for_an_address(origin: str, suggested: str) -> None:
    assert suggested_for(origin) == suggested


def begin(user: User, origin: str, **changes: Any) -> UserSession:
    now = timezone.now()
    moments = {"started_at": now, "last_active_at": now, "confirmed_at": now} | changes
    return UserSession.objects.create(user=user, key_hash=uuid7().hex, device="-", origin=origin, **moments)


def test_open_sessions_of_others_outside_the_list_are_counted(organisation: UUID) -> None:
    me, colleague = factories.user(Role.ADMINISTRATOR), factories.user(Role.GROUP_STAFF)
    hour = timezone.now() - timedelta(hours=1)
    begin(me, ELSEWHERE)
    for origin in (HERE, ELSEWHERE, ELSEWHERE, "2001:db8::1", ""):
        begin(colleague, origin)
    begin(colleague, ELSEWHERE, last_active_at=hour)
    gone = begin(colleague, ELSEWHERE)
    end_sessions(user=colleague, reason=UserSession.EndReason.BY_OWNER, now=timezone.now(), only=[gone.pk])
    counts = {
        text: sessions_outside(parse_networks(text), but=me, now=timezone.now())
        for text in ("", "192.0.2.0/24", "192.0.2.0/24\n2001:db8::/48", ELSEWHERE)
    }
    assert counts == {"": 0, "192.0.2.0/24": 4, "192.0.2.0/24\n2001:db8::/48": 3, ELSEWHERE: 3}


# ------------------------------------------------------------------------------------------ emergency route


def suspend(text: str, *, minutes: int = 60) -> None:
    policy = hold_policy()
    policy.networks = stored(text).networks
    policy.networks_suspended_until = timezone.now() + timedelta(minutes=minutes)
    policy.save()


def test_emergency_route_ends_at_once(db: None) -> None:
    pk, now = factories.organisation(), timezone.now()
    with tenant_scope(pk):
        suspend(HERE)
        assert lets_in(current_policy(), ELSEWHERE, now)
        assert end_emergency(origin=HERE, now=now)
        assert not lets_in(current_policy(), ELSEWHERE, now)
        assert not end_emergency(origin=HERE, now=now)
    assert events(pk) == [("sign_in_policy.emergency_ended", {})]


def test_emergency_route_that_is_over_is_not_ended_again(organisation: UUID) -> None:
    suspend(HERE, minutes=0)
    assert not end_emergency(origin=ELSEWHERE, now=timezone.now())


@pytest.mark.requirement("ACC-7.3")
def test_ending_the_emergency_route_shuts_nobody_out_unasked(organisation: UUID) -> None:
    suspend(HERE)
    with pytest.raises(ShutsOutPresentAddress):
        end_emergency(origin=ELSEWHERE, now=timezone.now())
    assert lets_in(current_policy(), ELSEWHERE, timezone.now())
    assert end_emergency(origin=ELSEWHERE, now=timezone.now(), confirmed=True)


# ------------------------------------------------------------------------------------------- e-mail domains


def account(email: str) -> User:
    return create_user(email=email, name=PersonName("Sanne", "de", "Wit"), password=None)


def test_domains_are_listed_with_their_accounts(organisation: UUID) -> None:
    for domain in ("boomhut.nl", "abc.voorbeeld.nl"):
        add_email_domain(domain=domain)
    account("een@voorbeeld.nl")
    closed = account('"a@boomhut.nl"@voorbeeld.nl')
    account("een@abc.voorbeeld.nl")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    assert [(use.domain, use.accounts, use.closed) for use in domains_in_use()] == [
        ("abc.voorbeeld.nl", 1, 0),
        ("boomhut.nl", 0, 0),
        ("voorbeeld.nl", 2, 1),
    ]


@pytest.mark.requirement("ACC-2.1")
def test_domain_with_accounts_stays_and_says_how_many(organisation: UUID) -> None:
    other = add_email_domain(domain="boomhut.nl")
    own = EmailDomain.objects.get(domain="voorbeeld.nl")
    closed = account("een@voorbeeld.nl")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    with pytest.raises(DomainHasAccounts, match="nog 1 account met"):
        remove_unused_domain(domain_id=own.pk)
    account("twee@voorbeeld.nl")
    with pytest.raises(DomainHasAccounts, match="nog 2 accounts met"):
        remove_unused_domain(domain_id=own.pk)
    remove_unused_domain(domain_id=other.pk)
    assert [use.domain for use in domains_in_use()] == ["voorbeeld.nl"]


def test_domain_under_another_is_not_held_by_its_accounts(organisation: UUID) -> None:
    under = add_email_domain(domain="abc.voorbeeld.nl")
    add_email_domain(domain="eeld.nl")
    account("een@voorbeeld.nl")
    for domain_id in (under.pk, EmailDomain.objects.get(domain="eeld.nl").pk):
        remove_unused_domain(domain_id=domain_id)
    assert [use.domain for use in domains_in_use()] == ["voorbeeld.nl"]


def test_last_domain_stays(organisation: UUID) -> None:
    with pytest.raises(LastEmailDomain):
        remove_unused_domain(domain_id=EmailDomain.objects.get().pk)


def test_domain_of_another_organisation_is_not_there(db: None) -> None:
    with tenant_scope(factories.organisation(domain="boomhut.nl")):
        theirs = EmailDomain.objects.get().pk
    with tenant_scope(factories.organisation()), pytest.raises(EmailDomain.DoesNotExist):
        remove_unused_domain(domain_id=theirs)


@pytest.mark.requirement("ACC-2.2")
def test_free_mail_is_no_domain_of_an_organisation(organisation: UUID) -> None:
    for domain in ("gmail.com", "HOTMAIL.nl", "ziggo.nl"):
        with pytest.raises(FreeMailDomain):
            add_email_domain(domain=domain)
    assert [use.domain for use in domains_in_use()] == ["voorbeeld.nl"]
