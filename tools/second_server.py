"""A plugin of pytest (`-p tools.second_server`): keep the tests that touch the database or the queue.

They are found by what they ask for, so that none is forgotten: Django's mark, a fixture that leads to the database, or
the mark `second_server` of those that reach a server in ways of their own. Left out are the browser's walks and the
modules that ask for pages: what a page asks of the database, the tests of what it is made of have asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

# What a module has that asks for pages, and the folder where a fixture does.
ASKS_FOR_PAGES = ("Client", "client_of")
PAGES_ONLY = "tests/security/"
OWN_WAYS = "second_server"
FIXTURES = {"django_db_setup", "db", "transactional_db"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Drop what proves nothing on another server."""
    kept = [item for item in items if touches_server(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def touches_server(item: pytest.Item) -> bool:
    """Whether a test uses the database or the queue, without a browser or a page."""
    if item.get_closest_marker(OWN_WAYS) is not None:
        return True
    if item.get_closest_marker("browser") is not None or asks_for_pages(item):
        return False
    return item.get_closest_marker("django_db") is not None or bool(FIXTURES & set(getattr(item, "fixturenames", ())))


def asks_for_pages(item: pytest.Item) -> bool:
    """Whether a test asks for pages, or stands among those that do."""
    module = getattr(item, "module", None)
    return item.nodeid.startswith(PAGES_ONLY) or any(hasattr(module, name) for name in ASKS_FOR_PAGES)
