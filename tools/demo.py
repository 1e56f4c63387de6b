"""`make demo`: servers, data, web, worker and beat, until Ctrl-C or a signal; then all of it is stopped."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from typing import IO, TYPE_CHECKING

from tools.environment import LOCAL, ROOT, program, run, servers

if TYPE_CHECKING:
    from types import FrameType

LOGS = LOCAL / "log"
READY_S = 120
GRACE_S = 10
CELERY = ("-m", "celery", "-A", "kijk.celery")
QUEUES = "default,reports,maintenance"


class Demo:
    """The processes of one demonstration, and the wish to stop."""

    def __init__(self, port: int) -> None:
        """Remember the port; nothing is started yet."""
        self.port = port
        self.stopping = False
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.logs = ExitStack()

    @property
    def address(self) -> str:
        """The address for a browser: a name, since passkeys do not work for a number."""
        return f"http://localhost:{self.port}"

    def ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        """Handle INT, TERM and HUP: note it, and let the main loop end in order."""
        self.stopping = True

    def start(self) -> None:
        """Start web, worker and beat, each with a log of its own."""
        LOGS.mkdir(parents=True, exist_ok=True)
        python = sys.executable
        binds = [part for host in loopback_addresses() for part in ("--bind", f"{host}:{self.port}")]
        self._start("web", program("gunicorn"), "--config", "deploy/gunicorn.conf.py", *binds, "kijk.wsgi")
        self._start("worker", python, *CELERY, "worker", "-Q", QUEUES, "--concurrency", "2", "--loglevel", "INFO")
        schedule = str(LOCAL / "beat-schedule")
        self._start("beat", python, *CELERY, "beat", "--schedule", schedule, "--pidfile", "", "--loglevel", "INFO")

    def _start(self, name: str, *command: str) -> None:
        log: IO[bytes] = self.logs.enter_context((LOGS / f"{name}.log").open("wb"))
        # In this process group on purpose: a signal to the group, KILL included, reaches them too.
        self.children[name] = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )

    def ended(self) -> str | None:
        """Return the name of a process that has ended, unless everything is being stopped anyway."""
        found = next((name for name, child in self.children.items() if child.poll() is not None), None)
        if found is not None:
            # A signal to the group may have reached the child a moment before it reaches us.
            time.sleep(0.3)
        return None if self.stopping else found

    def wait_until_ready(self) -> bool:
        """Wait for the web process to say it is ready; returns False when it does not, or a stop is asked."""
        end = time.monotonic() + READY_S
        while time.monotonic() < end and not self.stopping and self.ended() is None:
            if answers(f"http://127.0.0.1:{self.port}/health/ready"):
                return True
            time.sleep(0.1)
        return False

    def wait_until_told(self) -> str | None:
        """Wait for a signal; returns the name of a process that ended by itself before that."""
        while not self.stopping:
            name = self.ended()
            if name is not None:
                return name
            time.sleep(0.3)
        return None

    def stop(self) -> None:
        """Stop web, worker and beat: asked first, and killed when they do not listen."""
        running = [child for child in self.children.values() if child.poll() is None]
        for child in running:
            child.send_signal(signal.SIGTERM)
        end = time.monotonic() + GRACE_S
        for child in running:
            try:
                child.wait(timeout=max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self.logs.close()


def main() -> int:
    """Run the demonstration; returns 0 when it was stopped on purpose."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--scale", default="1")
    options = parser.parse_args()
    port = options.port
    taken = port_problem(port)
    if taken:
        print(f"kijk: {taken}", file=sys.stderr)
        return 1
    began = time.monotonic()
    os.environ.setdefault("KIJK_ENVIRONMENT", "development")
    os.environ.setdefault("KIJK_PUBLIC_URL", f"http://localhost:{port}")
    try:
        with servers():
            if run([sys.executable, "-m", "tools.prepare_data", "--scale", options.scale]) != 0:
                print("kijk: the data could not be prepared; what went wrong is printed above.", file=sys.stderr)
                return 1
            return show(Demo(port), began)
    except KeyboardInterrupt:
        print("\nStopped.")
        return 0


def show(demo: Demo, began: float) -> int:
    """Start everything, say where it is, wait, and stop it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, demo.ask_to_stop)
    try:
        demo.start()
        ready = demo.wait_until_ready()
        if ready:
            print(
                f"\nAccounts with their codes: {demo.address}/demo/ · mails: {demo.address}/mail/"
                f"\nKijk runs at {demo.address} (started in {time.monotonic() - began:.1f} s; Ctrl-C stops it)",
                flush=True,
            )
            ended = demo.wait_until_told()
        else:
            ended = demo.ended()
    finally:
        demo.stop()
    if demo.stopping:
        print("\nStopped.")
        return 0
    what = f"{ended} has stopped by itself" if ended else "web does not become ready"
    print(f"kijk: {what}: read log/{ended or 'web'}.log in {LOCAL}; the rest was stopped.", file=sys.stderr)
    return 1


def port_problem(port: int) -> str:
    """Return in one line why a port cannot be used, or an empty text."""
    if not 1 <= port <= 65535:
        return f"{port} is no port: choose one from 1024 to 65535, as in make demo PORT=8001"
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            return f"port {port} is for root only: choose another, as in make demo PORT=8001"
        except OSError:
            return f"port {port} is taken: stop what uses it, or choose another, as in make demo PORT={port + 1}"
    return ""


def loopback_addresses() -> list[str]:
    """Return what `localhost` may mean to a browser on this machine."""
    found = ["127.0.0.1"]
    if socket.has_ipv6:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            try:
                probe.bind(("::1", 0))
            except OSError:
                return found
            found.append("[::1]")
    return found


def answers(url: str) -> bool:
    """Whether an address answers that all is well."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - our own address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(main())
