"""A mail server on this machine that answers as it is told: the conversation is real, the post office is not."""

import ssl
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Thread
from typing import Any


@dataclass(frozen=True)
class Received:
    """A mail as it came over the line."""

    sender: str
    recipient: str
    mail: EmailMessage


@dataclass
class Desk:
    """What the server got, and what it has to say the next times it hears a command."""

    port: int = 0
    received: list[Received] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    # Set while the server keeps whoever sends a mail waiting.
    holding: Event = field(default_factory=Event)
    arrived: Event = field(default_factory=Event)


class _Conversation(StreamRequestHandler):
    """One connection, by the parts of RFC 5321 that a sender needs."""

    server: Any

    def handle(self) -> None:
        self.desk: Desk = self.server.desk
        sender = recipient = ""
        self._say("220 proef")
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            verb = line.partition(" ")[0].upper()
            refusal = self.desk.answers[verb].pop(0) if self.desk.answers[verb] else ""
            if verb == "QUIT":
                self._say("221 dag")
                return
            if verb == "DATA" and not refusal:
                self._say("354 ga door")
                self._take(sender, recipient)
                continue
            if verb == "MAIL":
                sender = line
            if verb == "RCPT":
                recipient = line
            self._say(refusal or "250 goed")

    def _take(self, sender: str, recipient: str) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        self.desk.arrived.set()
        while self.desk.holding.is_set():
            self.desk.holding.wait(0.01)
        answers = self.desk.answers["."]
        refusal = answers.pop(0) if answers else ""
        if not refusal:
            mail: Any = message_from_bytes(b"".join(lines), policy=policy.default)
            self.desk.received.append(Received(_address(sender), _address(recipient), mail))
        self._say(refusal or "250 bewaard")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


def _address(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]


class _Server(ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, desk: Desk, context: ssl.SSLContext | None) -> None:
        self.desk = desk
        self.context = context
        super().__init__(("127.0.0.1", 0), _Conversation)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands first where the server speaks TLS; a client that will not is gone."""
        if self.context is None:
            return super().finish_request(request, client_address)
        try:
            wrapped = self.context.wrap_socket(request, server_side=True)
        except OSError:
            return None
        with wrapped:
            return super().finish_request(wrapped, client_address)


@contextmanager
def mail_server(context: ssl.SSLContext | None = None) -> Iterator[Desk]:
    """Run a mail server on a free port, with TLS from the first byte where a context is given."""
    desk = Desk()
    with _Server(desk, context) as server:
        desk.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield desk
        finally:
            desk.holding.clear()
            server.shutdown()
            thread.join()
