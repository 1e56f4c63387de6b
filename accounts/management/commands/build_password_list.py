"""Makes a list of passwords that nobody may choose (ACC-3.4); docs/passwords.md tells when and how."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.passwords.corpus import BadCorpus, ascending, read_corpus
from accounts.passwords.digests import digest_of, write_digests
from accounts.passwords.shipped import shipped_passwords


class Command(BaseCommand):
    """From the public corpus a larger list; without a corpus the list that ships with the product."""

    help = "Makes a list of common or breached passwords for the setting KIJK_PASSWORD_LIST."
    # It must also run where that setting names a list that is not there yet.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the corpus, the file to write, and how much of the corpus."""
        parser.add_argument("--corpus", type=Path, help="file with lines SHA1:count; without it: the shipped list")
        parser.add_argument("--out", type=Path, required=True, help="file to write")
        parser.add_argument("--limit", type=int, help="only this many, the most seen")
        parser.add_argument("--min-count", type=int, default=1, help="only passwords seen at least this often")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the list and say how many passwords it holds."""
        corpus, out, limit, min_count = (options[name] for name in ("corpus", "out", "limit", "min_count"))
        if min_count < 1 or (limit is not None and limit < 1):
            raise CommandError("--limit and --min-count are 1 or more.")
        try:
            if corpus is None:
                digests = iter(sorted(set(map(digest_of, shipped_passwords()))))
            else:
                digests = ascending(read_corpus(corpus, limit=limit, min_count=min_count), out.absolute().parent)
            count = write_digests(out, digests)
        except (BadCorpus, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} passwords in {out}.")
