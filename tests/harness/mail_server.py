"""A mail server of this process (RFC 5321): STARTTLS, TLS or neither, sign-in by PLAIN, and all mail is kept."""

from __future__ import annotations

import base64
import email
import email.policy
import socket
import socketserver
import threading
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

from harness.certificates import Authority
from harness.patience import PATIENCE

USER, PASSWORD = "bot", "a password of the mail server"


@dataclass
class MailServer:
    """Use it as a context. `offers` are its extensions; `refuses` holds parts of addresses that it does not take."""

    directory: Path
    implicit_tls: bool = False
    offers: tuple[str, ...] = ("STARTTLS", "AUTH PLAIN", "8BITMIME")
    refuses: tuple[str, ...] = ()
    received: list[tuple[str, EmailMessage]] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        authority = Authority(self.directory / "certificates")
        self.certificate, self.tls = authority.file, authority.server_context()
        server = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                _Session(server, self.request).run()

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = allow_reuse_address = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]

    def __enter__(self) -> MailServer:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Session:
    def __init__(self, server: MailServer, connection: socket.socket):
        self.server, self.encrypted = server, server.implicit_tls
        connection.settimeout(PATIENCE)
        self._over(server.tls.wrap_socket(connection, server_side=True) if self.encrypted else connection)
        self.to: list[str] = []

    def _over(self, connection: socket.socket) -> None:
        self.connection, self.lines = connection, connection.makefile("rb")

    def say(self, *lines: str) -> None:
        told = [f"{line[:3]}-{line[4:]}" for line in lines[:-1]] + [lines[-1]]
        self.connection.sendall("".join(f"{line}\r\n" for line in told).encode())

    def run(self) -> None:
        self.say("220 here")
        while line := self.lines.readline().decode().strip():
            verb, _, rest = line.partition(" ")
            if not getattr(self, f"on_{verb.lower()}", self.on_other)(rest):
                return

    def on_other(self, _rest: str) -> bool:
        self.say("250 ok")
        return True

    def on_ehlo(self, _rest: str) -> bool:
        offered = [each for each in self.server.offers if not (self.encrypted and each == "STARTTLS")]
        self.say(*(f"250 {each}" for each in ("here", *offered)))
        return True

    def on_starttls(self, _rest: str) -> bool:
        self.say("220 go")
        self._over(self.server.tls.wrap_socket(self.connection, server_side=True))
        self.encrypted = True
        return True

    def on_auth(self, rest: str) -> bool:
        _, user, password = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")
        good = (user, password) == (USER, PASSWORD)
        self.server.signed_in.append(user if good else "")
        self.say("235 in" if good else "535 no")
        return True

    def on_rcpt(self, rest: str) -> bool:
        refused = any(part in rest for part in self.server.refuses)
        self.say("550 nobody" if refused else "250 ok")
        if not refused:
            self.to = [rest.partition("<")[2].partition(">")[0]]
        return True

    def on_data(self, _rest: str) -> bool:
        self.say("354 go on")
        taken = b""
        while (line := self.lines.readline()) not in (b".\r\n", b""):
            taken += line[1:] if line.startswith(b"..") else line
        message = email.message_from_bytes(taken, policy=email.policy.default)
        self.server.received.append((self.to[0], message))  # type: ignore[arg-type]
        self.say("250 taken")
        return True

    def on_quit(self, _rest: str) -> bool:
        self.say("221 bye")
        return False
