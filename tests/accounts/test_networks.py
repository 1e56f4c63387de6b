"""The list of networks from which people may sign in: reading it, and comparing (ACC-7)."""

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.networks import (
    LONGEST_DESCRIPTION,
    MOST,
    InvalidNetwork,
    InvalidNetworks,
    ListedNetwork,
    allows,
    parse_network,
    parse_networks,
    parse_range,
    shuts_out,
)

NO_ADDRESS = "Dit is geen netwerkadres. Schrijf het als 192.0.2.4, 192.0.2.0/24 of 192.0.2.1-192.0.2.9."
ALL = "Dit laat iedereen toe. Wilt u dat? Maak de lijst dan leeg."
ZONE = "Een adres met een procentteken geldt alleen binnen één computer."
OWN_LINE = "Schrijf elk adres op een eigen regel."
PREFIX = "Achter de schuine streep hoort een getal van 1 tot en met 32."

READ = [
    ("192.0.2.4", "192.0.2.4/32"),
    (" 192.0.2.4 \t", "192.0.2.4/32"),
    ("192.0.2.0/24", "192.0.2.0/24"),
    ("192.0.2.4/32", "192.0.2.4/32"),
    ("128.0.0.0/1", "128.0.0.0/1"),
    ("0.0.0.0/8", "0.0.0.0/8"),
    ("2001:db8::4", "2001:db8::4/128"),
    ("2001:DB8:0:0:0:0:0:4", "2001:db8::4/128"),
    ("2001:db8::/32", "2001:db8::/32"),
    ("::1", "::1/128"),
    ("::ffff:192.0.2.4", "192.0.2.4/32"),
    ("::ffff:c000:204", "192.0.2.4/32"),
    ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
    ("::ffff:128.0.0.0/97", "128.0.0.0/1"),
]
REFUSED = [
    ("", NO_ADDRESS),
    ("kantoor", NO_ADDRESS),
    ("192.0.2", NO_ADDRESS),
    ("192.0.2.256", NO_ADDRESS),
    ("192.0.2.04", NO_ADDRESS),
    ("192.00.2.4", NO_ADDRESS),
    ("3221225988", NO_ADDRESS),
    ("0xC0000204", NO_ADDRESS),
    ("192.0.2.4:443", NO_ADDRESS),
    ("[2001:db8::4]", NO_ADDRESS),
    ("192.0.2.*", NO_ADDRESS),
    ("192.0.2.1-20", NO_ADDRESS),
    ("192.0.2.٤", NO_ADDRESS),
    ("2001:db8::4::1", NO_ADDRESS),
    ("2001:db8::12345", NO_ADDRESS),
    ("192.0.2.4\x00", NO_ADDRESS),
    ("/24", NO_ADDRESS),
    ("fe80::1%eth0", ZONE),
    ("192.0.2.4,192.0.2.5", OWN_LINE),
    ("192.0.2.4;", OWN_LINE),
    ("192.0.2.0/", PREFIX),
    ("192.0.2.0/33", PREFIX),
    ("192.0.2.0/024", PREFIX),
    ("192.0.2.0/-1", PREFIX),
    ("192.0.2.0/２４", PREFIX),
    ("192.0.2.0/24/24", PREFIX),
    ("192.0.2.0/255.255.255.0", PREFIX),
    ("2001:db8::/129", PREFIX.replace("32", "128")),
    ("0.0.0.0/0", ALL),
    ("192.0.2.4/0", ALL),
    ("::/0", ALL),
    ("::ffff:0.0.0.0/96", ALL),
    (
        "192.0.2.4/24",
        "Bedoelt u het hele blok? Schrijf dan 192.0.2.0/24. Bedoelt u één adres? Schrijf dan 192.0.2.4.",
    ),
    (
        "2001:db8::4/64",
        "Bedoelt u het hele blok? Schrijf dan 2001:db8::/64. Bedoelt u één adres? Schrijf dan 2001:db8::4.",
    ),
]

# IPv4 in the clothes of IPv6 is read as IPv4: it has tests of its own.
addresses = st.ip_addresses().filter(lambda address: address.version == 4 or address.ipv4_mapped is None)


@pytest.mark.requirement("ACC-7.1")
@pytest.mark.parametrize(("text", "network"), READ)
def test_address_or_block_is_read(text: str, network: str) -> None:
    assert str(parse_network(text)) == network


@pytest.mark.requirement("ACC-7.1")
@pytest.mark.parametrize(("text", "sentence"), REFUSED)
def test_what_is_no_network_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(InvalidNetwork) as refusal:
        parse_network(text)
    assert str(refusal.value) == sentence


@pytest.mark.requirement("ACC-7.1")
@pytest.mark.parametrize(
    ("first", "last", "blocks"),
    [
        ("192.0.2.0", "192.0.2.255", ["192.0.2.0/24"]),
        ("192.0.2.4", "192.0.2.4", ["192.0.2.4/32"]),
        ("192.0.2.1", "192.0.2.6", ["192.0.2.1/32", "192.0.2.2/31", "192.0.2.4/31", "192.0.2.6/32"]),
        ("2001:db8::", "2001:db8::ffff", ["2001:db8::/112"]),
        ("::ffff:192.0.2.0", "192.0.2.1", ["192.0.2.0/31"]),
    ],
)
def test_range_becomes_blocks(first: str, last: str, blocks: list[str]) -> None:
    assert [str(block) for block in parse_range(first, last)] == blocks


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("192.0.2.6", "192.0.2.1", "Het eerste adres van een reeks is het laagste."),
        ("192.0.2.6", "2001:db8::1", "Een reeks loopt van het ene IPv4-adres naar het andere, of van IPv6 naar IPv6."),
        ("0.0.0.0", "255.255.255.255", ALL),
        ("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ALL),
        ("192.0.2.6", "192.0.2.256", NO_ADDRESS),
    ],
)
def test_range_that_makes_no_sense_is_refused(first: str, last: str, sentence: str) -> None:
    with pytest.raises(InvalidNetwork) as refusal:
        parse_range(first, last)
    assert str(refusal.value) == sentence


# ------------------------------------------------------------------------------------------------- the list


@pytest.mark.requirement("ACC-7.1")
def test_list_is_read_line_by_line_with_its_descriptions() -> None:
    text = (
        "# onze locaties\r\n192.0.2.4 Kantoor  Utrecht\r\n\r\n  192.0.2.16/28\t# de gracht  \n2001:db8::/48#glasvezel\n"
        "198.51.100.0 - 198.51.100.3 thuiswerkers\n198.51.100.8\u2013198.51.100.8\n"
        "203.0.113.1 - kantoor\n192.0.2.4 nog eens\n203.0.113.9 a\u202eb\x00c #1"
    )
    assert [(str(found.network), found.description) for found in parse_networks(text)] == [
        ("192.0.2.4/32", "Kantoor Utrecht"),
        ("192.0.2.16/28", "de gracht"),
        ("2001:db8::/48", "glasvezel"),
        ("198.51.100.0/30", "thuiswerkers"),
        ("198.51.100.8/32", ""),
        ("203.0.113.1/32", "kantoor"),
        ("203.0.113.9/32", "abc 1"),
    ]
    assert parse_networks("") == parse_networks(" \r\n# niets\n") == []


@pytest.mark.requirement("ACC-7.1")
def test_all_faulty_lines_are_told_at_once() -> None:
    text = (
        f"192.0.2.4\nkantoor\n\n0.0.0.0/0 alles\n192.0.2.9-192.0.2.1\n192.0.2.5 {'x' * (LONGEST_DESCRIPTION + 1)}\n::1"
    )
    with pytest.raises(InvalidNetworks) as refusal:
        parse_networks(text)
    assert [(fault.line, fault.message) for fault in refusal.value.faults] == [
        (2, NO_ADDRESS),
        (4, ALL),
        (5, "Het eerste adres van een reeks is het laagste."),
        (6, "De omschrijving is langer dan 80 tekens."),
    ]
    assert refusal.value.messages[1] == f"Regel 4: {ALL}"
    assert str(refusal.value).startswith(f"Regel 2: {NO_ADDRESS} Regel 4: ")


def test_list_has_an_end() -> None:
    full = "\n".join(f"192.0.2.{last}" for last in range(MOST))
    assert len(parse_networks(full)) == MOST
    for more in ("\n198.51.100.1", "\n198.51.100.1-198.51.100.6"):
        with pytest.raises(InvalidNetworks) as refusal:
            parse_networks(full + more)
        assert refusal.value.messages == ["Er passen hoogstens 200 adressen in de lijst."]
    with pytest.raises(InvalidNetworks) as refusal:
        parse_networks("x\n" * 100_000)
    assert len(refusal.value.faults) == MOST + 2


@pytest.mark.parametrize(
    "text", ["0.0.0.0/1\n128.0.0.0/1", "::/1\n8000::/2\n192.0.2.4\nc000::/2", "0.0.0.0-127.255.255.255\n128.0.0.0/1"]
)
def test_blocks_that_together_hold_all_addresses_are_refused(text: str) -> None:
    with pytest.raises(InvalidNetworks) as refusal:
        parse_networks(text)
    assert refusal.value.messages == [ALL]


# -------------------------------------------------------------------------------------------------- comparing


@pytest.mark.requirement("ACC-7.1")
@pytest.mark.parametrize(
    ("address", "is_let_in"),
    [
        ("192.0.2.16", True),
        ("192.0.2.31", True),
        ("192.0.2.15", False),
        ("192.0.2.32", False),
        ("::ffff:192.0.2.16", True),
        ("::ffff:192.0.2.15", False),
        ("::c000:210", False),
        ("2001:db8::1", True),
        ("2001:DB8:0:ffff::1", True),
        ("2001:db8:1::1", False),
        ("fe80::1%eth0", False),
        ("", False),
        ("192.0.2.016", False),
        ("kantoor", False),
        ("192.0.2.16, 192.0.2.1", False),
    ],
)
def test_address_is_held_against_the_list(address: str, is_let_in: bool) -> None:
    networks = [found.network for found in parse_networks("192.0.2.16/28\n2001:db8::/48")]
    assert allows(networks, address) is is_let_in
    assert shuts_out(networks, address) is not is_let_in
    assert allows([], address)
    assert not shuts_out([], address)


@given(address=addresses, length=st.integers(1, 128))
def test_block_that_is_read_is_the_one_of_the_standard_library(address: IPv4Address | IPv6Address, length: int) -> None:
    length = min(length, address.max_prefixlen)
    expected = ip_network((address, length), strict=False)
    assert parse_network(str(expected)) == expected
    assert parse_networks(f"{expected} hier") == [ListedNetwork(expected, "hier")]
    assert allows([expected], str(address))


@given(first=addresses, second=addresses)
def test_block_lets_in_what_is_in_it_and_nothing_else(
    first: IPv4Address | IPv6Address, second: IPv4Address | IPv6Address
) -> None:
    for length in (8, 24, 32):
        network = ip_network((first, length), strict=False)
        assert allows([network], str(second)) == (second in network)


@given(ends=st.tuples(st.ip_addresses(v=4), st.ip_addresses(v=4)), other=st.ip_addresses(v=4))
def test_range_lets_in_what_lies_between_its_ends(ends: tuple[IPv4Address, IPv4Address], other: IPv4Address) -> None:
    first, last = sorted(ends)
    blocks = parse_range(str(first), str(last)) if (int(first), int(last)) != (0, 2**32 - 1) else []
    for address in (first, last, other):
        assert allows(blocks, str(address)) == (first <= address <= last)
    assert allows(blocks, f"::ffff:{other}") == (first <= other <= last)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = parse_networks(text)
    except InvalidNetworks:
        return
    assert parse_networks("\n".join(str(listed.network) for listed in found)) == [
        ListedNetwork(listed.network) for listed in found
    ]


@given(address=addresses, port=st.integers(0, 65535))
def test_port_does_not_change_who_it_is(address: IPv4Address | IPv6Address, port: int) -> None:
    written = f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"
    assert allows([ip_network(address)], written)
