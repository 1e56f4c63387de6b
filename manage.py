#!/usr/bin/env python
"""Django's commands. Finds the embedded servers, starts them when they are down, stops what it started."""

import os
import sys

from kijk.servers import bootstrap
from kijk.servers.place import EmbeddedError


def main() -> None:
    """Run the command given on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kijk.settings")
    bootstrap.stop_on_signals()
    try:
        stop = bootstrap.prepare_environment(start=bootstrap.needs_servers(sys.argv))
    except EmbeddedError as error:
        sys.exit(f"manage.py: {error}")
    try:
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        stop()


if __name__ == "__main__":
    main()
