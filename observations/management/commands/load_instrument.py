"""``manage.py load_instrument FILE.yaml``: publish a version of an instrument (REG-1)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from observations.domain.instruments.files import InstrumentFileError, read_instrument
from observations.domain.instruments.publishing import PublishedVersionDiffersError, publish_instrument

# More says no more: with so much changed the content is simply another.
_DIFFERENCES_SHOWN = 50


class Command(BaseCommand):
    """Publish, or say that the same content is published; exits with 1 and every mistake when it cannot."""

    help = "Check an instrument's files (format: docs/content.md) and publish the version they hold."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the instrument's main file."""
        parser.add_argument("file", type=Path, help="the instrument's main YAML file")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check and publish."""
        try:
            spec = read_instrument(options["file"])
        except InstrumentFileError as error:
            raise CommandError(f"{error}\nMistakes: {len(error.mistakes)}. Nothing was loaded.") from error
        title = f"{spec.code} {spec.version}"
        try:
            published = publish_instrument(spec=spec, now=timezone.now())
        except PublishedVersionDiffersError as error:
            raise CommandError(_refusal(title, error)) from error
        outcome = f"published, {len(spec.milestones)} milestones" if published.is_new else "unchanged"
        self.stdout.write(f"{title}: {outcome}")


def _refusal(title: str, error: PublishedVersionDiffersError) -> str:
    shown = error.differences[:_DIFFERENCES_SHOWN]
    more = len(error.differences) - len(shown)
    return "\n".join([f"{title}: {error}", *shown, *([f"and {more} more differences"] if more else [])])
