"""``manage.py rewrap_keys``: after a new master key, wrap every organisation's keys with it (SEC-2)."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kijk.audit.organisations import organisations_with_trail
from kijk.encryption.domain import rewrap_organisation_keys, rotate_organisation_key
from kijk.encryption.keyring import master_keys
from kijk.encryption.primitives import DecryptionError
from kijk.tenancy.context import tenant_scope


class Command(BaseCommand):
    """Re-wrap all keys, one transaction an organisation; exits with 1 when an organisation's keys could not be had.

    Until it has run without a fault, the old master key must stay among KIJK_MASTER_KEYS.
    """

    help = "Wrap every organisation's keys with the newest master key; report how many were behind (SEC-2)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the option to make new data keys as well."""
        parser.add_argument(
            "--organisation-keys", action="store_true", help="also give every organisation a new data key"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Re-wrap, and rotate where asked."""
        behind = failed = 0
        for organisation_id in organisations_with_trail():
            try:
                behind += self._renew(organisation_id, rotate=options["organisation_keys"])
            except DecryptionError as error:
                failed += 1
                self.stderr.write(f"{organisation_id}: {error}")
        self.stdout.write(f"{behind} keys were behind and are wrapped with master key {max(master_keys())} now.")
        if failed:
            raise CommandError(f"The keys of {failed} organisations could not be opened; nothing of theirs changed.")

    def _renew(self, organisation_id: UUID, *, rotate: bool) -> int:
        with tenant_scope(organisation_id):
            behind = rewrap_organisation_keys()
            version = rotate_organisation_key() if rotate else None
        new = "" if version is None else f", new data key {version}"
        self.stdout.write(f"{organisation_id}: {behind} keys behind{new}")
        return behind
