"""Reads settings from the environment, or from a file named by ``<NAME>_FILE``.

Files are how container platforms hand over secrets; a secret in a file does not show in a process list.
"""

import os
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
