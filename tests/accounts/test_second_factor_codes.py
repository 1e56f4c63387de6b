"""Codes of an authenticator app and recovery codes: right, late, twice, at the same moment, and wrong (ACC-8.2)."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth import hashers
from django.db import connections
from django.utils import timezone

from accounts.domain.recovery import in_groups, make_recovery_codes, normalise
from accounts.domain.second_factor import factors_of, prove_by_recovery_code, prove_by_totp
from accounts.domain.totp import code_at, matching_step, new_secret, provisioning_uri
from accounts.domain.totp import in_groups as secret_in_groups
from accounts.models import RecoveryCode, TotpDevice, TotpSecret, User
from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from tests import factories, mails
from tests.accounts.factors import code_now, events_of, fresh, give_codes, give_totp, wrong_code

# RFC 6238, appendix B, the column SHA1: the last six of the eight digits it prints.
RFC_SECRET = TotpSecret(base64.b32encode(b"12345678901234567890").decode())
RFC_CODES = {
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
    20000000000: "353130",
}
NOON = datetime(2026, 11, 3, 12, 0, 15, tzinfo=UTC)


@pytest.fixture
def user(db: None) -> User:
    with tenant_scope(factories.organisation()):
        return factories.user(Role.GROUP_STAFF)


def prove(user: User, code: str, now: datetime | None = None) -> bool:
    return prove_by_totp(user=user, code=code, origin="192.0.2.7", by=None, now=now or timezone.now())


def recover(user: User, code: str) -> bool:
    return prove_by_recovery_code(
        user=user, code=code, origin="192.0.2.7", device="Firefox op Linux", by=None, now=timezone.now()
    )


@pytest.mark.parametrize("seconds", RFC_CODES)
@pytest.mark.requirement("ACC-8.2")
def test_codes_are_those_of_the_standard(seconds: int) -> None:
    moment = datetime.fromtimestamp(seconds, tz=UTC)
    assert code_at(RFC_SECRET, moment) == RFC_CODES[seconds]
    assert matching_step(RFC_SECRET, RFC_CODES[seconds], moment) == seconds // 30


@pytest.mark.parametrize(
    ("seconds", "taken"), [(-46, False), (-45, True), (-16, True), (0, True), (44, True), (45, False)]
)
def test_code_is_good_one_step_early_and_one_step_late(seconds: int, taken: bool) -> None:
    shown = code_at(RFC_SECRET, NOON)
    assert (matching_step(RFC_SECRET, shown, NOON + timedelta(seconds=seconds)) is not None) is taken


@pytest.mark.parametrize("code", ["", "28708", "2870820", "abcdef", "２８７０８２"])
def test_what_is_no_code_matches_nothing(code: str) -> None:
    assert matching_step(RFC_SECRET, code, datetime.fromtimestamp(59, tz=UTC)) is None


def test_secret_has_160_bits_of_chance_and_can_be_typed() -> None:
    secrets = {new_secret().base32 for _ in range(50)}
    assert {len(base64.b32decode(secret)) for secret in secrets} == {20}
    assert len(secrets) == 50
    groups = secret_in_groups(RFC_SECRET).split(" ")
    assert ("".join(groups), {len(group) for group in groups}) == (RFC_SECRET.base32, {4})


def test_qr_code_says_what_an_app_asks_for() -> None:
    parts = urlsplit(provisioning_uri(RFC_SECRET, "sanne+1@voorbeeld.nl"))
    assert (parts.scheme, parts.netloc, parts.path) == ("otpauth", "totp", "/Kijk%3Asanne%2B1%40voorbeeld.nl")
    assert parse_qs(parts.query) == {
        "secret": [RFC_SECRET.base32],
        "issuer": ["Kijk"],
        "algorithm": ["SHA1"],
        "digits": ["6"],
        "period": ["30"],
    }


def test_secret_is_sealed_in_the_database(user: User) -> None:
    secret = give_totp(user)
    with tenant_scope(user.organisation_id):
        stored = TotpDevice.objects.filter(user=user).values_list("secret", flat=True).get()
    assert secret.base32 not in repr(stored)
    assert secret.base32.encode() not in stored.content


@pytest.mark.requirement("ACC-8.2")
def test_code_is_taken_once(user: User) -> None:
    secret, now = give_totp(user), timezone.now()
    code = code_at(secret, now)
    assert [prove(user, code, now), prove(user, code, now), prove(user, code, now + timedelta(seconds=30))] == [
        True,
        False,
        False,
    ]


def test_code_of_before_the_last_one_is_not_taken(user: User) -> None:
    secret, now = give_totp(user), timezone.now()
    assert prove(user, code_at(secret, now), now)
    assert not prove(user, code_at(secret, now, -1), now)
    assert prove(user, code_at(secret, now, 1), now)


@pytest.mark.requirement("ACC-8.2")
def test_two_requests_cannot_both_use_a_code(committed_db: Any) -> None:
    with tenant_scope(factories.organisation()):
        user = factories.user(Role.GROUP_STAFF)
    secret, now, start = give_totp(user), timezone.now(), Barrier(2)
    code = code_at(secret, now)

    def at_once(_number: int) -> bool:
        try:
            start.wait(10)
            return prove(user, code, now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(at_once, range(2))) == [False, True]


@pytest.mark.requirement("ACC-5.1", "ACC-13.2")
def test_three_wrong_codes_lock_the_account_and_its_owner_is_told(user: User) -> None:
    secret = give_totp(user)
    assert [prove(user, wrong_code(secret)) for _ in range(3)] == [False] * 3
    assert fresh(user).locked_at is not None
    failures = [data for action, data in events_of(user) if action == "second_factor.failed"]
    assert failures == [{"factor": "totp"}] * 3
    assert len(mails.waiting(user.organisation_id, "account_locked")) == 1
    # The right one gets the same answer now, and is not used up by it.
    assert not prove(user, code_now(secret))
    with tenant_scope(user.organisation_id):
        assert TotpDevice.objects.get(user=user).last_step == -1


def test_wrong_codes_and_wrong_recovery_codes_count_together(user: User) -> None:
    secret = give_totp(user)
    assert not prove(user, wrong_code(secret))
    assert not recover(user, "AAAA-AAAA-AAAA")
    assert not prove(user, wrong_code(secret))
    assert fresh(user).locked_at is not None


def test_app_that_waits_for_its_first_code_is_no_factor(user: User) -> None:
    secret = give_totp(user)
    with tenant_scope(user.organisation_id):
        TotpDevice.objects.update(confirmed_at=None)
    assert not prove(user, code_now(secret))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("K4QX-9T2W-DMH7", "K4QX9T2WDMH7"),
        ("  k4qx 9t2w\tdmh7 ", "K4QX9T2WDMH7"),
        ("K4QX9T2WDMH7", "K4QX9T2WDMH7"),
        ("K4QX–9T2W–DMH7", "K4QX9T2WDMH7"),
        ("Z4QX-9T2W-DMH7", ""),
        ("K4QX-9T2W-DMH0", ""),
        ("K4QX-9T2W-DMH", ""),
        ("K4QX-9T2W-DMH77", ""),
        ("123456", ""),
        ("", ""),
        ("K4QX\x009T2WDMH", ""),
    ],
)
def test_recovery_code_is_read_as_people_write_it(typed: str, code: str) -> None:
    assert normalise(typed) == code


@pytest.mark.requirement("ACC-8.2")
def test_ten_recovery_codes_are_kept_as_hashes_only(user: User) -> None:
    codes = give_codes(user)
    assert len({normalise(code) for code in codes}) == 10
    assert [in_groups(normalise(code)) for code in codes] == codes
    with tenant_scope(user.organisation_id):
        stored = list(RecoveryCode.objects.filter(user=user).values_list("encoded", flat=True))
    assert sorted(row[:8] for row in stored) == [f"{letter}$argon2" for letter in "ABCDEFGHJK"]
    assert not any(normalise(code)[1:] in row for code in codes for row in stored)


@pytest.mark.requirement("ACC-8.2")
def test_recovery_code_works_once_and_its_owner_is_told(user: User) -> None:
    codes = give_codes(user)
    assert [recover(user, codes[3].lower()), recover(user, codes[3]), recover(user, codes[7])] == [True, False, True]
    used = [data for action, data in events_of(user) if action == "recovery_code.used"]
    assert used == [{"left": 9}, {"left": 8}]
    texts = [content.text for content in mails.waiting(user.organisation_id, "second_factor_changed")]
    assert ["er is een herstelcode gebruikt, u heeft er nog 9 over" in text for text in texts] == [True, False]
    with tenant_scope(user.organisation_id):
        assert factors_of(user).recovery_left == 8


def test_new_recovery_codes_replace_the_old_ones(user: User) -> None:
    old = give_codes(user)
    with tenant_scope(user.organisation_id):
        new = make_recovery_codes(user=user)
    assert not recover(user, old[0])
    assert recover(user, new[0])


@pytest.mark.parametrize("state", ["right", "wrong", "none left", "locked", "malformed"])
def test_each_recovery_code_evaluates_one_hash(user: User, monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    code = give_codes(user)[0] if state != "none left" else "AAAA-AAAA-AAAA"
    if state == "locked":
        with tenant_scope(user.organisation_id):
            User.objects.update(locked_at=timezone.now())
    typed = {"wrong": code[:-1] + ("2" if code[-1] != "2" else "3"), "malformed": "niets"}.get(state, code)
    counted: list[str] = []
    hasher = type(hashers.get_hasher())
    for name in ("encode", "verify"):
        original = getattr(hasher, name)

        def counting(self: Any, *args: Any, original: Any = original, name: str = name) -> Any:
            counted.append(name)
            return original(self, *args)

        monkeypatch.setattr(hasher, name, counting)
    assert recover(user, typed) is (state == "right")
    assert len(counted) == 1


def test_what_somebody_has_costs_one_query(user: User, django_assert_num_queries: Any) -> None:
    give_totp(user)
    with tenant_scope(user.organisation_id):
        RecoveryCode.objects.create(user=user, encoded="A$!")
        RecoveryCode.objects.create(user=user, encoded="B$!", used_at=timezone.now())
        other = factories.user()
        RecoveryCode.objects.create(user=other, encoded="A$!")
        with django_assert_num_queries(1):
            found = factors_of(user)
        nothing = factors_of(other)
    assert (found.totp, found.passkeys, found.recovery_left, found.any, found.count) == (True, 0, 1, True, 1)
    assert (nothing.totp, nothing.passkeys, nothing.recovery_left, nothing.any) == (False, 0, 1, False)
