"""Sends batches to a syslog server: over TLS or TCP on a connection per batch, or as UDP datagrams.

Syslog has no acknowledgement. On a stream, the end of the connection is one: after a batch the sender says that it is
done, and waits for the server to close. A server closes in order only after it has read everything up to the end; where
it ends before that, the kernel resets the connection, and the batch is sent again. Over UDP nothing is known.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Sequence

from proxy.audit.ship.records import LoggedEvent, Shape
from proxy.audit.ship.syslog import LARGEST_DATAGRAM, counted, message
from proxy.audit.ship.verdicts import Arrived, Later, Stop, Verdict
from proxy.edge.ship.aside import aside
from proxy.edge.ship.tls import context_of
from proxy.settings.shipping import FACILITIES, SyslogReceiver

_ANSWER_BYTES = 4096
_REASONS = (
    (TimeoutError, "timeout"),
    (socket.gaierror, "name_unknown"),
    (ssl.SSLCertVerificationError, "certificate_not_trusted"),
    (ssl.SSLError, "tls_failed"),
    (ConnectionRefusedError, "unreachable"),
    (OSError, "connection_lost"),
)
"""What an error of a socket means; the first that fits counts."""


class SyslogSender:
    """Sends to one syslog server."""

    def __init__(self, receiver: SyslogReceiver, shape: Shape, place: str) -> None:
        self._receiver, self._shape = receiver, shape
        self._tls = context_of(receiver, place) if receiver.protocol == "tls" else None
        self._host = socket.gethostname()
        self._open: socket.socket | None = None

    async def send(self, records: Sequence[LoggedEvent]) -> Verdict:
        """Send a batch, in order."""
        return await aside(lambda: self._sent(records))

    async def close(self) -> None:
        """End a connection under way; its batch has not arrived."""
        if self._open is not None:
            with contextlib.suppress(OSError):
                self._open.shutdown(socket.SHUT_RDWR)

    def _sent(self, records: Sequence[LoggedEvent]) -> Verdict:
        messages = [self._message(record) for record in records]
        try:
            if self._receiver.protocol == "udp":
                return self._as_datagrams(messages)
            self._on_a_stream(b"".join(counted(each) for each in messages))
        except OSError as error:
            return Later(next(reason for kind, reason in _REASONS if isinstance(error, kind)))
        return Arrived()

    def _message(self, record: LoggedEvent) -> bytes:
        receiver = self._receiver
        facility = FACILITIES.index(receiver.facility)
        return message(record, self._shape, facility=facility, host=self._host, app_name=receiver.app_name)

    def _on_a_stream(self, content: bytes) -> None:
        receiver = self._receiver
        with socket.create_connection((receiver.host, receiver.port), receiver.timeout_seconds) as plain:
            self._open = plain
            try:
                if self._tls is None:
                    plain.sendall(content)
                    plain.shutdown(socket.SHUT_WR)
                    _read_to_the_end(plain)
                else:
                    with self._tls.wrap_socket(plain, server_hostname=receiver.host) as secure:
                        self._open = secure
                        secure.sendall(content)
                        _say_goodbye(secure)
            finally:
                self._open = None

    def _as_datagrams(self, messages: Sequence[bytes]) -> Verdict:
        if any(len(each) > LARGEST_DATAGRAM for each in messages):
            return Stop("record_too_large")
        receiver = self._receiver
        family, kind, proto, _, address = socket.getaddrinfo(receiver.host, receiver.port, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind, proto) as datagrams:
            datagrams.settimeout(receiver.timeout_seconds)
            for each in messages:
                datagrams.sendto(each, address)
        return Arrived()


def _read_to_the_end(connection: socket.socket) -> None:
    """Return when the server closes in order. Raises `OSError` if it resets, or stays silent for too long."""
    while connection.recv(_ANSWER_BYTES):
        pass


def _say_goodbye(secure: ssl.SSLSocket) -> None:
    """Say in TLS that nothing more follows (RFC 5425 §4.4), and wait for the server to close.

    Many servers close the connection without saying goodbye in TLS. As it was said from here that the data are
    complete, that is as good; a reset is not.
    """
    try:
        plain = secure.unwrap()
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
        return
    except OSError as error:
        if type(error) is OSError and not error.errno:  # How OpenSSL tells an end without goodbye.
            return
        raise
    plain.shutdown(socket.SHUT_WR)
    _read_to_the_end(plain)
