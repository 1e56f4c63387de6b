"""A plugin of pytest (`-p tools.second_server`): keep the tests that touch the database or the queue.

They are found by what they ask for, so that none is forgotten: Django's mark, a fixture that leads to the database, or
the mark `second_server` of those that reach a server in ways of their own. The browser's walks are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

# Every page for every persona, and every form with every oddity: the same statements over and over.
ONCE_IS_ENOUGH = "tests/security/"
MARKS = ("django_db", "second_server")
FIXTURES = {"django_db_setup", "db", "transactional_db"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Drop what proves nothing on another server."""
    kept = [item for item in items if touches_server(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def touches_server(item: pytest.Item) -> bool:
    """Whether a test uses the database or the queue, and no browser."""
    if item.get_closest_marker("browser") is not None or item.nodeid.startswith(ONCE_IS_ENOUGH):
        return False
    marked = any(item.get_closest_marker(mark) is not None for mark in MARKS)
    return marked or bool(FIXTURES & set(getattr(item, "fixturenames", ())))
