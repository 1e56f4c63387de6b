"""Network addresses as they come in: one form for each."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

Address = IPv4Address | IPv6Address

_LONGEST = 80
# "192.0.2.4:5678" and "[2001:db8::4]:443", as some proxies write them; between the brackets "%eth0" may stand.
_WITH_PORT = re.compile(r"(?:(\d+(?:\.\d+){3})|\[([^\]]*)\])(?::\d{1,5})?", re.ASCII)


def read_address(text: str) -> Address | None:
    """Return the address, in its plain form, in a text that may have a port or a zone with it; None without one."""
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    found = _WITH_PORT.fullmatch(text)
    bare = text if found is None else found[1] or found[2]
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return plain(address)


def plain(address: Address) -> Address:
    """Return an address as it is, but IPv4 in the clothes of IPv6 (::ffff:192.0.2.4) as IPv4.

    A server that listens on both writes its IPv4 clients so.
    """
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
