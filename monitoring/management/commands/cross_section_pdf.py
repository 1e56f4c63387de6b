"""``manage.py cross_section_pdf``: a cross-section as a PDF, the same as the page gives (MON-1)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from monitoring.management.asked import NO_SUPPRESSION, add_options, asked
from monitoring.pdf import cross_section_pdf
from monitoring.report import make_report


class Command(BaseCommand):
    """Write the PDF; the organisation's scope is closed before it is rendered."""

    help = f"Write a cross-section of closed registrations as a PDF. {NO_SUPPRESSION}"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the population and the file."""
        add_options(parser)
        parser.add_argument("--output", required=True, type=Path, metavar="FILE", help="where to write the PDF")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute, render and write."""
        with asked(options, action="monitoring.cross_section.exported") as found:
            report = make_report(found.selection, found.instrument, protect=False, today=found.today, on_paper=True)
        content = cross_section_pdf(report)
        try:
            options["output"].write_bytes(content)
        except OSError as error:
            raise CommandError(f"The PDF could not be written: {error}") from error
        self.stdout.write(f"{options['output']}: {len(content)} bytes")
