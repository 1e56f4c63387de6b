"""The networks from which an organisation's people may sign in: reading what is typed, and comparing (ACC-7)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import (
    IPv4Network,
    IPv6Network,
    collapse_addresses,
    ip_address,
    ip_network,
    summarize_address_range,
)

from django.utils.translation import gettext as _

from kijk.web.addresses import Address, plain, read_address

Network = IPv4Network | IPv6Network

MOST = 200
LONGEST_DESCRIPTION = 80

_MAPPED = IPv6Network("::ffff:0:0/96")
_DASH = r"[-\u2010-\u2015\u2212]"
# The second address of a range; without a dot or colon it is the description behind a dash.
_RANGE = re.compile(rf"([0-9A-Fa-f.:]+)\s*{_DASH}\s*([0-9A-Fa-f]*[.:][0-9A-Fa-f.:]*)(?=\s|$)")
_LEADING = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212: "
_PREFIX = re.compile(r"0|[1-9]\d{0,2}", re.ASCII)


class InvalidNetwork(Exception):
    """The text is no network that can be on the list; the message can be shown to who typed it."""


@dataclass(frozen=True)
class NetworkFault:
    """One line that cannot be used: its number, counted from 1 (0: the list as a whole), and what is wrong with it."""

    line: int
    message: str


class InvalidNetworks(Exception):
    """Lines of a list that cannot be used: all of them, in ``faults``."""

    def __init__(self, faults: list[NetworkFault]) -> None:
        """Take the faults, in the order of their lines."""
        super().__init__(" ".join(_say(fault) for fault in faults))
        self.faults = faults

    @property
    def messages(self) -> list[str]:
        """One sentence for each fault, with the number of its line."""
        return [_say(fault) for fault in self.faults]


@dataclass(frozen=True)
class ListedNetwork:
    """A network of the list with what the administrator wrote behind it."""

    network: Network
    description: str = ""


def parse_network(text: str) -> Network:
    """Return the network of a single address or of a block in CIDR notation.

    IPv4 in the clothes of IPv6 becomes IPv4. Raises InvalidNetwork, also for a block that begins halfway and for one
    that holds all addresses.
    """
    written, slash, prefix = text.strip().partition("/")
    address = _parse_address(written)
    if not slash:
        return _unmapped(ip_network(address))
    if not _PREFIX.fullmatch(prefix) or int(prefix) > address.max_prefixlen:
        raise InvalidNetwork(
            _("Achter de schuine streep hoort een getal van 1 tot en met %(most)d.") % {"most": address.max_prefixlen}
        )
    network = ip_network(f"{address}/{prefix}", strict=False)
    if network.prefixlen == 0:
        raise _lets_in_all()
    if network.network_address != address:
        raise InvalidNetwork(
            _("Bedoelt u het hele blok? Schrijf dan %(block)s. Bedoelt u één adres? Schrijf dan %(address)s.")
            % {"block": network, "address": address}
        )
    return _unmapped(network)


def parse_range(first: str, last: str) -> list[Network]:
    """Return the fewest blocks that hold the addresses from ``first`` to ``last``; raises InvalidNetwork."""
    begin, end = plain(_parse_address(first)), plain(_parse_address(last))
    if begin.version != end.version:
        raise InvalidNetwork(_("Een reeks loopt van het ene IPv4-adres naar het andere, of van IPv6 naar IPv6."))
    if int(begin) > int(end):
        raise InvalidNetwork(_("Het eerste adres van een reeks is het laagste."))
    blocks: list[Network] = list(summarize_address_range(begin, end))
    if blocks[0].prefixlen == 0:
        raise _lets_in_all()
    return blocks


def parse_networks(text: str) -> list[ListedNetwork]:
    """Return the networks of a list with one address, block or range a line, and behind it what it is.

    The description comes after a space or a "#"; empty lines and lines that begin with "#" are passed over, a network
    that is named again keeps its first description. Raises InvalidNetworks with all faults at once, also when there
    are more than ``MOST`` networks or when together they hold all addresses.
    """
    found: dict[Network, ListedNetwork] = {}
    faults: list[NetworkFault] = []
    for number, line in enumerate(text.split("\n"), 1):
        try:
            for listed in _parse_line(line.strip()):
                found.setdefault(listed.network, listed)
        except InvalidNetwork as error:
            faults.append(NetworkFault(number, str(error)))
        if len(found) + len(faults) > MOST:
            faults.append(NetworkFault(0, _("Er passen hoogstens %(most)d adressen in de lijst.") % {"most": MOST}))
            break
    if not faults and _hold_all(found):
        faults.append(NetworkFault(0, str(_lets_in_all())))
    if faults:
        raise InvalidNetworks(sorted(faults, key=lambda fault: fault.line))
    return list(found.values())


def allows(networks: Iterable[Network], address: str) -> bool:
    """Say whether a list of networks lets an address in: an empty list lets in all, another nothing unreadable."""
    listed = list(networks)
    if not listed:
        return True
    client = read_address(address)
    return client is not None and any(client in network for network in listed)


def shuts_out(networks: Iterable[Network], address: str) -> bool:
    """Say whether a list of networks keeps an address out: the question before it is saved (ACC-7.3)."""
    return not allows(networks, address)


def _parse_line(line: str) -> list[ListedNetwork]:
    entry, mark, note = line.partition("#")
    if not entry.strip():
        return []
    span = _RANGE.match(entry)
    if span is not None:
        blocks, rest = parse_range(span[1], span[2]), entry[span.end() :]
    else:
        written, *more = entry.split(maxsplit=1)
        blocks, rest = [parse_network(written)], "".join(more)
    description = _tidy(f"{rest} {mark and note}")
    if len(description) > LONGEST_DESCRIPTION:
        raise InvalidNetwork(_("De omschrijving is langer dan %(longest)d tekens.") % {"longest": LONGEST_DESCRIPTION})
    return [ListedNetwork(block, description) for block in blocks]


def _tidy(description: str) -> str:
    """Return a description without the dash before it, and without signs that cannot be seen."""
    visible = "".join(sign for sign in description if sign.isprintable() or sign.isspace())
    return " ".join(visible.split()).lstrip(_LEADING)


def _parse_address(text: str) -> Address:
    text = text.strip()
    if "," in text or ";" in text:
        raise InvalidNetwork(_("Schrijf elk adres op een eigen regel."))
    if "%" in text:
        raise InvalidNetwork(_("Een adres met een procentteken geldt alleen binnen één computer."))
    try:
        return ip_address(text)
    except ValueError as error:
        raise InvalidNetwork(
            _("Dit is geen netwerkadres. Schrijf het als 192.0.2.4, 192.0.2.0/24 of 192.0.2.1-192.0.2.9.")
        ) from error


def _unmapped(network: Network) -> Network:
    """Return the IPv4 network that is meant by one within ::ffff:0:0/96: clients are compared as IPv4."""
    if not isinstance(network, IPv6Network) or not network.subnet_of(_MAPPED):
        return network
    if network == _MAPPED:
        raise _lets_in_all()
    first = network.network_address.ipv4_mapped
    return IPv4Network(f"{first}/{network.prefixlen - _MAPPED.prefixlen}")


def _hold_all(networks: Iterable[Network]) -> bool:
    """Say whether networks together hold all addresses of IPv4 or of IPv6."""
    listed = list(networks)
    four = [network for network in listed if isinstance(network, IPv4Network)]
    six = [network for network in listed if isinstance(network, IPv6Network)]
    blocks: list[Network] = [*collapse_addresses(four), *collapse_addresses(six)]
    return any(block.prefixlen == 0 for block in blocks)


def _lets_in_all() -> InvalidNetwork:
    return InvalidNetwork(_("Dit laat iedereen toe. Wilt u dat? Maak de lijst dan leeg."))


def _say(fault: NetworkFault) -> str:
    if fault.line == 0:
        return fault.message
    return _("Regel %(line)d: %(message)s") % {"line": fault.line, "message": fault.message}
