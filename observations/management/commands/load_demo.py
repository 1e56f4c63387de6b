"""``manage.py load_demo``: the demonstration data (docs/demo.md)."""

import time
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from observations.demo.loading import DemoRefused, LoadedOrganisation, is_loaded, load_demo, refuse_in_production


class Command(BaseCommand):
    """Load once: a second time finds everything there and says so."""

    help = "Load an invented municipality with two childcare organisations, a school and a BSO (docs/demo.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what decides the data: seed, scale and day."""
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same data (1)")
        parser.add_argument("--scale", type=float, default=1.0, help="1 is about 250 children; 10 for measuring (1)")
        parser.add_argument(
            "--today", type=date.fromisoformat, default=None, help="the day all dates are counted from (today)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and print what came in."""
        began = time.monotonic()
        try:
            refuse_in_production()
            if is_loaded():
                self.stdout.write("demonstration data are there already")
                return
            load_demo(
                seed=options["seed"],
                scale=options["scale"],
                today=options["today"] or timezone.localdate(),
                now=timezone.now(),
                tell=self._tell,
            )
        except (DemoRefused, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"demonstration data loaded in {time.monotonic() - began:.1f} s")

    def _tell(self, loaded: LoadedOrganisation) -> None:
        counts = loaded.counts
        self.stdout.write(
            f"{loaded.name}: {loaded.children} children, {counts.registrations} closed and {counts.opened} open "
            f"registrations, {counts.answers} answers, {counts.notes} notes"
        )
