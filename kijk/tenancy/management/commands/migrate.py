"""``manage.py migrate`` as the owner's role."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate


class Command(migrate.Command):
    """Django's command with the alias ``owner`` as its default: the app's role may not change a table."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Take Django's arguments, with the owner's alias unless another is named."""
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate."""
        super().handle(*args, **options)
