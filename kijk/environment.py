"""Reads settings from the environment, or from a file named by ``<NAME>_FILE``.

Files are how container platforms hand over secrets; a secret in a file does not show in a process list.
"""

import os
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def read(name: str, default: str | None = None) -> str:
    """Return the value of setting ``name``.

    Takes the variable itself, else the content of the file that ``<name>_FILE`` points to, else ``default``.
    Raises ImproperlyConfigured when there is none of the three.
    """
    value = os.environ.get(name)
    if value:
        return value
    path = os.environ.get(f"{name}_FILE")
    if path:
        return Path(path).read_text(encoding="utf-8").strip()
    if default is not None:
        return default
    raise ImproperlyConfigured(f"Setting {name} (or {name}_FILE) is missing; docs/settings.md says what it means.")


def read_list(name: str, default: str = "") -> list[str]:
    """Return a comma-separated setting as a list without blanks."""
    return [part.strip() for part in read(name, default).split(",") if part.strip()]


def read_database(url: str) -> dict[str, object]:
    """Turn ``postgresql://user:password@host:port/name?host=/socket`` into Django's form.

    The password may also be missing (peer or trust). Query parameters become connection options, except ``host``,
    which replaces the host (a unix socket folder cannot stand in the authority part).
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured("A database address starts with postgresql://; no other engine is supported.")
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


@dataclass(frozen=True)
class MailServer:
    """Where mails are handed in: with TLS from the first byte (``tls``), from STARTTLS on, or without."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    tls: bool
    starttls: bool


_MAIL_PORTS = {"smtps": 465, "smtp+starttls": 587, "smtp": 25}


def parse_mail_server(url: str, *, tls_only: bool) -> MailServer | None:
    """Turn ``smtps://user:password@host:465`` or ``smtp+starttls://…`` into its parts; "" is no mail server.

    Raises ImproperlyConfigured for another scheme, for the example's host, and with ``tls_only`` for ``smtp://``,
    over which links that open an account would travel in the clear.
    """
    if not url and not tls_only:
        return None
    # None of the messages shows the address: there is a password in it.
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured("EMAIL_URL is no address; encode what is special in its password.") from None
    if parts.scheme not in _MAIL_PORTS or not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL begins with smtps:// or smtp+starttls:// and names a mail server.")
    if tls_only and parts.scheme == "smtp":
        raise ImproperlyConfigured("EMAIL_URL must be smtps:// or smtp+starttls://: mails hold links to accounts.")
    if parts.hostname.endswith(".invalid"):
        raise ImproperlyConfigured("EMAIL_URL still names the example's mail server: put your own there.")
    return MailServer(
        parts.hostname,
        port or _MAIL_PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        tls=parts.scheme == "smtps",
        starttls=parts.scheme == "smtp+starttls",
    )


def parse_public_url(url: str, *, tls_only: bool) -> str:
    """Return the product's own address without a slash at its end; raises ImproperlyConfigured when it is none.

    A path, a query or a user name has no place in it; with ``tls_only`` it begins with https.
    """
    try:
        parts = urlsplit(url.rstrip("/"))
        bare = parts.port != 0 and f"{parts.scheme}://{parts.netloc}" == parts.geturl() and "@" not in parts.netloc
    except ValueError:
        bare = False
    if not bare or not parts.hostname or parts.scheme not in {"https", "http"}:
        raise ImproperlyConfigured("KIJK_PUBLIC_URL is the product's own address, such as https://kijk.example.nl.")
    if tls_only and parts.scheme != "https":
        raise ImproperlyConfigured("KIJK_PUBLIC_URL must begin with https:// in production.")
    return parts.geturl()


def parse_sender(text: str) -> str:
    """Return the sender of our mails, ``Name <address>``; raises ImproperlyConfigured when it holds no address."""
    name, at, domain = parseaddr(text)[1].rpartition("@")
    if not (name and at and domain) or not text.isprintable():
        raise ImproperlyConfigured("KIJK_MAIL_FROM is a sender, such as Kijk <kijk@example.nl>.")
    return text
