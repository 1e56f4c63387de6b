"""`python -m kijk.servers start|stop|status|urls|provision`: the embedded servers by hand."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

import psycopg

from kijk.servers import embedded, place, postgresql, redis
from kijk.servers.provision import ProvisionError, provision

_ROLES = {"owner": embedded.OWNER, "app": embedded.APP, "backup": embedded.BACKUP}


def main() -> int:
    """Do what the command line asks; returns 0, or 1 after one line that says what went wrong."""
    options = _parse()
    try:
        return {"start": _start, "stop": _stop, "status": _status, "urls": _urls, "provision": _provision}[
            options.action
        ](options)
    except (place.EmbeddedError, ProvisionError, psycopg.Error, OSError) as error:
        print(f"kijk.servers: {str(error).strip()}", file=sys.stderr)
        return 1


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m kijk.servers", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("start", help="start both and keep them until stop")
    actions.add_parser("stop", help="stop both, whoever uses them")
    actions.add_parser("status", help="say which run; the exit code is 1 when one is down")
    actions.add_parser("urls", help="print the addresses as settings, passwords included")
    make = actions.add_parser("provision", help="make roles, database and grants on a server; safe to repeat")
    admin = make.add_mutually_exclusive_group()
    admin.add_argument("--admin-url", help="a superuser's address (default: the embedded server)")
    admin.add_argument("--admin-url-file", help="file that holds it", type=Path)
    make.add_argument("--database", default=embedded.DATABASE)
    for name, role in _ROLES.items():
        make.add_argument(f"--{name}", default=role, help=f"name of the {name} role")
        make.add_argument(f"--{name}-password-file", help="file that holds its password; '-' asks for it")
    return parser.parse_args()


def _start(_options: argparse.Namespace) -> int:
    running = embedded.ensure_running(postgresql_needed=True, redis_needed=True)
    embedded.keep()
    embedded.provision_embedded(running)
    print(f"started: {', '.join(running.started) or 'nothing, both were running'}")
    return 0


def _stop(_options: argparse.Namespace) -> int:
    print(f"stopped: {', '.join(embedded.stop()) or 'nothing, both were down'}")
    return 0


def _status(_options: argparse.Namespace) -> int:
    found = embedded.status()
    for name, pid in found.items():
        print(f"{name}: {'down' if pid is None else f'running, process {pid}'}")
    return 0 if all(found.values()) else 1


def _urls(_options: argparse.Namespace) -> int:
    local = place.folder()
    owner = postgresql.address(local, embedded.OWNER, embedded.DATABASE)
    queue = redis.address(local)
    if owner is None or queue is None:
        print("kijk.servers: never started here; run `python -m kijk.servers start` first", file=sys.stderr)
        return 1
    print(f"DATABASE_URL={postgresql.address(local, embedded.APP, embedded.DATABASE)}")
    print(f"DATABASE_OWNER_URL={owner}")
    print(f"REDIS_URL={queue}")
    return 0


def _provision(options: argparse.Namespace) -> int:
    if options.admin_url_file is not None:
        options.admin_url = options.admin_url_file.read_text(encoding="utf-8").strip()
    if options.admin_url is None:
        running = embedded.ensure_running(postgresql_needed=True, redis_needed=False)
        try:
            embedded.provision_embedded(running, options.database)
        finally:
            embedded.leave()
    else:
        names = {name: getattr(options, name) for name in _ROLES}
        provision(options.admin_url, options.database, **names, passwords=_passwords(options))
    print(f"{options.database}: roles, database and grants are in place")
    return 0


def _passwords(options: argparse.Namespace) -> dict[str, str]:
    found = {}
    for name in _ROLES:
        source = getattr(options, f"{name}_password_file")
        role = getattr(options, name)
        if source == "-":
            found[role] = getpass.getpass(f"password of {role}: ")
        elif source:
            found[role] = Path(source).read_text(encoding="utf-8").strip()
    return found


if __name__ == "__main__":
    sys.exit(main())
