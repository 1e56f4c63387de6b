"""What a session is called in the list of sessions: browser and device, in words (ACC-12); and whose a device's notes are."""

from uuid import UUID

from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_READ_AT_MOST = 1000

# In this order: many browsers also name those they descend from.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edge/", "Edge"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("Ddg/", "DuckDuckGo"),
    ("Silk/", "Silk"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("Trident/", "Internet Explorer"),
    ("MSIE ", "Internet Explorer"),
)
_PHONE = gettext_lazy("Android-telefoon")
_TABLET = gettext_lazy("Android-tablet")
_MAC_OR_IPAD = gettext_lazy("Mac of iPad")
# In this order as well: Windows Phone says Android, Android says Linux, an iPad may say Mac OS.
_SYSTEMS: tuple[tuple[str, str | Promise], ...] = (
    ("Windows", "Windows"),
    ("iPad", "iPad"),
    ("iPhone", "iPhone"),
    ("iPod", "iPod"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
    ("X11", "Linux"),
)
_OF_APPLE_TABLETS = ("CriOS/", "FxiOS/", "EdgiOS/", "OPT/")


def device_label(user_agent: str) -> str:
    """Return the browser and the device that a User-Agent header names, as "Chrome op Android-tablet".

    At most 80 characters of our own words: nothing of the header itself, which can hold anything. Somebody who writes
    the header can choose among our words, so it identifies nothing.
    """
    text = user_agent[:_READ_AT_MOST]
    browser, system = _browser(text), _system(text)
    if browser and system:
        return _("%(browser)s op %(system)s") % {"browser": browser, "system": system}
    if browser:
        return browser
    if system:
        return _("Onbekende browser op %(system)s") % {"system": system}
    return _("Onbekend apparaat")


def _browser(text: str) -> str | None:
    return next((name for mark, name in _BROWSERS if mark in text), None)


def _system(text: str) -> str | Promise | None:
    if "Android" in text and "Windows" not in text:
        return _PHONE if "Mobile" in text else _TABLET
    if "Macintosh" in text:
        return _mac(text)
    return next((name for mark, name in _SYSTEMS if mark in text), None)


def _mac(text: str) -> str | Promise:
    """Return what says that it is a Mac: an iPad does so too, in Safari without any difference."""
    if any(mark in text for mark in _OF_APPLE_TABLETS):
        return "iPad"
    return _MAC_OR_IPAD if _browser(text) in {"Safari", "DuckDuckGo"} else "Mac"


def owner_on_device(user_id: UUID) -> str:
    """Return by what a device knows whose unsent notes it keeps: always the same for a person, and no name or id."""
    return salted_hmac("accounts.devices.owner", str(user_id), algorithm="sha256").hexdigest()[:32]
