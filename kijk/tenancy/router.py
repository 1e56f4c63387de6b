"""Migrations run as the owner's role and nothing else does."""

from typing import Any


class OwnerMigrates:
    """Database router: schema changes go through the alias ``owner`` only (docs/decisions/0002)."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Say whether ``app_label`` may be migrated on the alias ``db``."""
        return db == "owner"
