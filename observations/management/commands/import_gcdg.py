"""``manage.py import_gcdg FILE --organisation NAME [--strict]``: the SMOCC study's open data as registrations."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from licensing.models import Organisation
from observations.domain.gcdg.files import GcdgFormatError, Refusal
from observations.domain.gcdg.importing import ImportReport, NothingImportedError, import_gcdg


class Command(BaseCommand):
    """Import, and print as JSON what came of it; exits with 1 when nothing could or might be imported."""

    help = "Import the open GCDG data of the SMOCC study: one closed registration of the instrument ddi a visit."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, the organisation's name, and whether one refused line refuses all."""
        parser.add_argument("file", type=Path, help="the tab-separated file")
        parser.add_argument("--organisation", required=True, help="its name; made when there is none")
        parser.add_argument("--strict", action="store_true", help="import nothing when anything is refused")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and report."""
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        name = options["organisation"].strip()
        longest = Organisation._meta.get_field("name").max_length or 0
        if not 0 < len(name) <= longest:
            raise CommandError(f"--organisation: a name has 1 to {longest} characters.")
        try:
            report = import_gcdg(content=content, organisation_name=name, strict=options["strict"], now=timezone.now())
        except GcdgFormatError as error:
            self._print(ImportReport(rows_read=0, refused=(Refusal(error.line, error.reason),)))
            raise CommandError(f"{options['file']}:{error.line}: {error.reason}") from error
        except NothingImportedError as error:
            self._print(error.report)
            raise CommandError(str(error)) from error
        self._print(report)

    def _print(self, report: ImportReport) -> None:
        keys = ("rows_read", "children", "registrations", "answers", "unchanged", "refused")
        values = asdict(report)
        self.stdout.write(json.dumps({key: values[key] for key in keys}, indent=1, ensure_ascii=False))
