"""Where a request comes from."""

from django.conf import settings
from django.http import HttpRequest


def origin_of(request: HttpRequest) -> str:
    """Return the client's network address, as the last proxy we trust saw it.

    ``TRUSTED_PROXY_COUNT`` says how many proxies of ours add to X-Forwarded-For; what stands further left was
    written by the client and proves nothing.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    count = settings.TRUSTED_PROXY_COUNT
    if count == 0:
        return direct
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    return hops[-count][:64] if len(hops) >= count else direct
