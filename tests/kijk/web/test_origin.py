"""Where a request comes from, whatever its sender writes about that (ACC-7.2)."""

from ipaddress import IPv4Address
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import RequestFactory, override_settings
from hypothesis import given
from hypothesis import strategies as st

from kijk.web.origin import origin_of

PROXY = "10.0.0.1"


def origin(forwarded: str | None, direct: str = PROXY) -> str:
    """Return where a request comes from that reaches us from ``direct`` with this header."""
    headers: dict[str, Any] = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return origin_of(RequestFactory().get("/", REMOTE_ADDR=direct, **headers))


@pytest.mark.requirement("ACC-7.2")
@pytest.mark.parametrize("forwarded", [None, "", "192.0.2.4", "192.0.2.4, 192.0.2.5", "rommel"])
def test_without_proxies_only_the_connection_counts(settings: LazySettings, forwarded: str | None) -> None:
    settings.TRUSTED_PROXY_COUNT = 0
    assert origin(forwarded, direct="198.51.100.7") == "198.51.100.7"


@pytest.mark.requirement("ACC-7.2")
@pytest.mark.parametrize(
    ("forwarded", "seen"),
    [
        ("192.0.2.4", "192.0.2.4"),
        # The client wrote the left part; several headers come joined by commas, ours last.
        ("203.0.113.9, 192.0.2.4", "192.0.2.4"),
        ("203.0.113.9,203.0.113.9,192.0.2.4", "192.0.2.4"),
        ("rommel, \x00, 192.0.2.4", "192.0.2.4"),
        (" 192.0.2.4 ", "192.0.2.4"),
        ("192.0.2.4:5678", "192.0.2.4"),
        ("[2001:db8::4]:443", "2001:db8::4"),
        ("[2001:db8::4]", "2001:db8::4"),
        ("2001:DB8:0::4", "2001:db8::4"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:192.0.2.4", "192.0.2.4"),
        ("[::ffff:192.0.2.4]:443", "192.0.2.4"),
        # Not a proxy of ours: the request came to us straight.
        (None, PROXY),
        ("", PROXY),
        # What our proxy could not tell is not told by the client instead.
        ("203.0.113.9,", ""),
        ("203.0.113.9, unknown", ""),
        ("203.0.113.9, _hidden", ""),
        ("203.0.113.9, 192.0.2.4:", ""),
        ("203.0.113.9, 192.0.2.4:123456", ""),
        ("203.0.113.9, 192.0.2.04", ""),
        ("203.0.113.9, [2001:db8::4", ""),
        ("203.0.113.9 192.0.2.4", ""),
        ("203.0.113.9, " + "1" * 5000, ""),
        (",", ""),
    ],
)
def test_behind_one_proxy_its_own_word_counts(settings: LazySettings, forwarded: str | None, seen: str) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    assert origin(forwarded) == seen


@pytest.mark.requirement("ACC-7.2")
@pytest.mark.parametrize(
    ("forwarded", "seen"),
    [
        ("192.0.2.4, 10.0.0.2", "192.0.2.4"),
        ("203.0.113.9, 192.0.2.4, 10.0.0.2", "192.0.2.4"),
        ("10.0.0.2, 10.0.0.2, 192.0.2.4, 10.0.0.2", "192.0.2.4"),
        # One hop fewer than there are proxies: somebody went round the first, and what it says is not believed.
        ("192.0.2.4", PROXY),
        (None, PROXY),
        (",10.0.0.2", ""),
        ("203.0.113.9,,10.0.0.2", ""),
    ],
)
def test_behind_two_proxies_the_first_ones_word_counts(
    settings: LazySettings, forwarded: str | None, seen: str
) -> None:
    settings.TRUSTED_PROXY_COUNT = 2
    assert origin(forwarded) == seen


@pytest.mark.parametrize(
    ("direct", "seen"), [("", ""), ("unix:", ""), ("::ffff:192.0.2.4", "192.0.2.4"), ("2001:DB8::4", "2001:db8::4")]
)
def test_connection_is_written_in_one_form_too(settings: LazySettings, direct: str, seen: str) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    assert origin(None, direct=direct) == seen


@pytest.mark.requirement("ACC-7.2")
@given(
    claim=st.text(st.characters(exclude_categories=["Cs"]), max_size=80) | st.ip_addresses().map(str),
    client=st.ip_addresses(v=4),
    count=st.integers(1, 4),
)
def test_nothing_a_client_writes_changes_where_it_comes_from(claim: str, client: IPv4Address, count: int) -> None:
    ours = [str(client), *[f"10.0.0.{number}" for number in range(2, count + 1)]]
    with override_settings(TRUSTED_PROXY_COUNT=count):
        assert origin(", ".join([claim, *ours])) == origin(", ".join(ours)) == str(client)
