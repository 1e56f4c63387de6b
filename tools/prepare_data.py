"""Bring database, message catalogues, static files and demonstration data up to date, doing only what is not done.

One process for all of it: starting Django once instead of five times is most of what makes a second start quick.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from pathlib import Path

from tools.environment import ROOT


def main() -> int:
    """Do what is not done yet; any mistake is an exception with its own message."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=1, help="how much demonstration data; 0 is none")
    parser.add_argument("--quiet", action="store_true", help="do not print the accounts")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kijk.settings")
    import django
    from django.core.management import call_command, get_commands

    django.setup()
    commands = get_commands()
    if "compile_catalogues" in commands:
        call_command("compile_catalogues", verbosity=0)
    migrate()
    collect_static()
    if options.scale and "load_demo" in commands:
        call_command("load_demo", seed=1, scale=options.scale)
        if not options.quiet:
            call_command("demo_accounts")
    return 0


def migrate() -> None:
    """Migrate as the owner, when there is anything to migrate."""
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["owner"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("Migrating …", flush=True)
        call_command("migrate", database="owner", interactive=False, verbosity=0)


def collect_static() -> None:
    """Collect the static files when one of them has changed since the last time."""
    from django.conf import settings
    from django.core.management import call_command

    target = Path(settings.STATIC_ROOT)
    stamp = target / ".collected"
    digest = static_digest()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == digest:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(digest, encoding="utf-8")


def static_digest() -> str:
    """Return a digest of the names, sizes and times of everything that would be collected."""
    from django.contrib.staticfiles.finders import get_finders

    seen = hashlib.sha256((ROOT / "kijk" / "settings.py").read_bytes())
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            seen.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return seen.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
