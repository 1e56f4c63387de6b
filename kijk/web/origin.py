"""Where a request comes from."""

from django.conf import settings
from django.http import HttpRequest

from kijk.web.addresses import read_address


def origin_of(request: HttpRequest) -> str:
    """Return the client's network address, as the outermost proxy we trust saw it; "" when that is no address.

    ``TRUSTED_PROXY_COUNT`` says how many proxies of ours add to X-Forwarded-For; what stands further left was written
    by the client and proves nothing. Several such headers reach us as one, in their order. With fewer hops than
    proxies the request did not come through all of them, and the one who is connected is the origin. An empty or
    unreadable hop counts: leaving it out would put the client's own words in its place. An IPv4 address is never
    written as IPv6, and no port comes with it.

    It cannot see who is connected: nobody but the proxies may reach the web process (ACC-7.2).
    """
    seen = str(request.META.get("REMOTE_ADDR", ""))
    count = settings.TRUSTED_PROXY_COUNT
    if count > 0:
        hops = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
        seen = hops[-count] if len(hops) >= count and hops != [""] else seen
    address = read_address(seen)
    return "" if address is None else str(address)
