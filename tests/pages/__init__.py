"""Every address of the product, with who may open it and the event that leaves: the tests' picture of the URL map.

An address that is not here fails tests/test_url_map.py, so that none comes without its access rule, its event in
the trail and its accessibility check. Who may open it, stands literally in tests/security/access_table.py.
"""

from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.pages import (
    accounts,
    archive,
    bso,
    children,
    general,
    imports,
    jobs,
    notes,
    observations,
    overviews,
    periods,
    plans,
    registrations,
    reports,
    school_year,
    signals,
)
from tests.pages.model import STAFF, Page, World
from tests.pages.world import make_world

__all__ = ["PAGES", "STAFF", "Page", "World", "make_world", "url_names"]

_AREAS = (
    accounts,
    archive,
    bso,
    children,
    general,
    imports,
    jobs,
    notes,
    observations,
    overviews,
    periods,
    plans,
    registrations,
    reports,
    school_year,
    signals,
)

PAGES: list[Page] = [page for area in _AREAS for page in area.PAGES]


def url_names() -> dict[str, Any]:
    """Return every name in the URL map with its view."""
    return dict(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[Any], prefix: str) -> list[tuple[str, Any]]:
    found = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            found += _walk(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            found.append((f"{prefix}{pattern.name}", pattern.callback))
    return found
