"""An organisation whose trail can be looked at and tampered with."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests import factories
from tests.database import TestDatabase

Tamper = Callable[..., None]


@pytest.fixture(autouse=True)
def checkpoints(settings: Any, tmp_path: Path) -> Path:
    """A folder for the checkpoints of one test."""
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"
    return tmp_path / "checkpoints"


@pytest.fixture
def organisation_id(committed_db: TestDatabase) -> UUID:
    """An organisation with one event, the one of its creation."""
    return factories.organisation()


@pytest.fixture
def tamper(committed_db: TestDatabase) -> Tamper:
    """Return a function that changes the trail as only the owner of the tables can, its guard lifted."""

    def change(*statements: str, **values: Any) -> None:
        with psycopg.connect(committed_db.owner_url, autocommit=True) as owner:
            owner.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER append_only")
            try:
                for statement in statements:
                    assert owner.execute(statement, values).rowcount > 0
            finally:
                owner.execute("ALTER TABLE audit_auditevent ENABLE TRIGGER append_only")

    return change
