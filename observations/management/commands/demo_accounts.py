"""``manage.py demo_accounts``: who can sign in to the demonstration, and what to try (docs/demo.md)."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from observations.demo.accounts import ACCOUNTS, DEMO_PASSWORD
from observations.demo.loading import DemoRefused, is_loaded, refuse_in_production

_HEADER = ("Role", "E-mail", "Password", "What to try")


class Command(BaseCommand):
    """Print a table; exits with 1 where there are no demonstration data."""

    help = "Print the accounts of the demonstration data: role, e-mail, password, what to try."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the table. Roles in Dutch, as the screens have them."""
        try:
            refuse_in_production()
        except DemoRefused as error:
            raise CommandError(str(error)) from error
        if not is_loaded():
            raise CommandError("There are no demonstration data yet: run manage.py load_demo first.")
        with translation.override("nl"):
            rows = [(str(found.role.label), found.email, DEMO_PASSWORD, found.purpose) for found in ACCOUNTS]
        for line in _table([_HEADER, *rows]):
            self.stdout.write(line)


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table with columns as wide as their longest cell, and a rule under the header."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for number, row in enumerate(rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        if number == 0:
            yield "  ".join("-" * width for width in widths)
