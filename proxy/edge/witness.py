"""The witness: a server that cosigns checkpoints of other hosts' ledgers (``meeting-proxy witness``).

`Witness` is its HTTP interface (C2SP tlog-witness): add-checkpoint, and the newest checkpoint that it cosigned. It
cosigns with Ed25519 (C2SP tlog-cosignature), by a key that is PEM in a file of mode 0600. The rules are those of
`audit.witnessing`. Whatever is wrong with the state, the answer is 503, and nothing is cosigned.

`Memory` is the newest checkpoint of each log that it cosigned, in a file of SQLite. Comparing with what is there and
replacing it is one transaction, also where several processes use the file, and it is on the medium before anybody sees
a cosignature.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import sqlite3
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple, Self, TypeVar

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from proxy.audit import witnessing
from proxy.audit.checkpoints import WitnessKey, cosign, parse_head
from proxy.audit.notes import Note
from proxy.audit.signing import new_signing_key, read_signing_key
from proxy.edge import telemetry
from proxy.edge.http.server import SERVICE, HttpService
from proxy.edge.ledger.files import replace_file
from proxy.errors import ClientFault, OwnFault


class CosigningKey(NamedTuple):
    """A private key, the name that stands beside its cosignatures, and whether it was made just now."""

    name: str
    private: Ed25519PrivateKey
    new: bool = False

    @property
    def checking(self) -> WitnessKey:
        """The public half."""
        return WitnessKey(self.name, self.private.public_key())


def cosigning_key(path: Path, name: str) -> CosigningKey:
    """Read the key in a file, or make it. Raises `OwnFault`."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            made = new_signing_key(name)
            replace_file(path, made.to_pem())
            return CosigningKey(name, made.private, new=True)
        found = read_signing_key(name, path.read_bytes())
    except OSError:
        found = None
    if found is None:
        raise OwnFault("witness_key_unreadable", "the witness's key is no Ed25519 private key in PEM that can be read")
    return CosigningKey(name, found.private)


BUSY_SECONDS = 3.0
_TABLES = (
    "CREATE TABLE IF NOT EXISTS witness (key TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS logs (origin TEXT PRIMARY KEY, checkpoint BLOB NOT NULL)",
)


class Memory:
    """The file of one witness. Its methods block; each call comes from any thread. Raises `sqlite3.Error`."""

    def __init__(self, connection: sqlite3.Connection):
        self._db, self._lock = connection, threading.Lock()

    @classmethod
    def open(cls, path: Path, key: WitnessKey, *, new: bool) -> Self:
        """Open the memory of the witness with this key. Raises `OwnFault` if there is none, and the key is not `new`.

        A witness that has forgotten what it cosigned could cosign another history.
        """
        if not new and not path.is_file():
            detail = "the witness's key is there but its state is gone; restore it, or begin anew with another key"
            raise OwnFault("witness_state_missing", detail)
        path.touch(mode=0o600)
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("PRAGMA synchronous = EXTRA")
            connection.execute("BEGIN IMMEDIATE")
            for table in _TABLES:
                connection.execute(table)
            known = [row[0] for row in connection.execute("SELECT key FROM witness")]
            if not known and new:
                connection.execute("INSERT INTO witness VALUES (?)", (key.render(),))
            connection.execute("COMMIT")
        except sqlite3.Error:
            connection.close()
            detail = "the witness's state cannot be read or written; check its mode, and that it is a witness's state"
            raise OwnFault("witness_state_unreadable", detail) from None
        if known not in ([], [key.render()]) or (not known and not new):
            connection.close()
            raise OwnFault("witness_key_changed", "the state is that of a witness with another name or key")
        return cls(connection)

    def replace(self, origin: str, made: Callable[[witnessing.Seen], bytes]) -> None:
        """Replace what is remembered of a log by what `made` returns for it, or leave it if that raises."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                there = self._of(origin)
                file = made(witnessing.NOTHING_SEEN if there is None else witnessing.Seen(*parse_head(there)))
                statement = (
                    "INSERT INTO logs VALUES (?, ?) ON CONFLICT (origin) DO UPDATE SET checkpoint = excluded.checkpoint"
                )
                self._db.execute(statement, (origin, file))
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def newest(self, origin: str) -> bytes | None:
        """The newest checkpoint of a log that was cosigned, with the cosignature."""
        with self._lock:
            return self._of(origin)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def _of(self, origin: str) -> bytes | None:
        row = self._db.execute("SELECT checkpoint FROM logs WHERE origin = ?", (origin,)).fetchone()
        return None if row is None else row[0]


BODY_BYTES = 64 << 10
HEAD_SECONDS = 10.0
MOST_CONNECTIONS = 2048
BODY_SECONDS = 10.0
STATE_SECONDS = 5.0
MAX_UNDER_WAY = 64
"""Requests at once that are worked on; one more is asked to come again."""
MAX_READING = 1024
"""Bodies at once that are still coming. They are counted apart: who sends slowly keeps nobody else out."""
_SIZE_TYPE = "text/x.tlog.size"
_PLACE = re.compile(r"/([0-9a-f]{64})/checkpoint")

Result = TypeVar("Result")

log = telemetry.logger()


class Witness:
    """The handlers. `seconds` returns the time since 1970."""

    def __init__(self, key: CosigningKey, logs: witnessing.KnownLogs, memory: Memory, seconds: Callable[[], int]):
        self._key, self._logs, self._memory, self._seconds = key, logs, memory, seconds
        self._places = {hashlib.sha256(origin.encode()).hexdigest(): origin for origin in logs}
        # Its own thread: the state's transactions follow each other anyway.
        self._thread = ThreadPoolExecutor(1, "witness")
        self._under_way = self._reading = 0

    def application(self) -> web.Application:
        """Build the server. Run it with `ingress.runner`."""
        app = web.Application()
        app[SERVICE] = HttpService(self.serve, self.serve_malformed, HEAD_SECONDS, MOST_CONNECTIONS)
        return app

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request."""
        answer = await self._answer(request)
        await answer.prepare(request)
        await answer.write_eof()
        return answer

    async def serve_malformed(self, fault: ClientFault, request: web.BaseRequest) -> web.StreamResponse:
        """Answer what is no request."""
        answer = web.Response(status=fault.status)
        answer.force_close()
        await answer.prepare(request)
        await answer.write_eof()
        return answer

    async def _answer(self, request: web.BaseRequest) -> web.Response:
        try:
            place = _PLACE.fullmatch(request.path)
            if request.path == "/add-checkpoint":
                return await self._add_checkpoint(request) if request.method == "POST" else _not_allowed("POST")
            if place is not None:
                return await self._newest(place[1]) if request.method == "GET" else _not_allowed("GET")
            return web.Response(status=404)
        except _Busy:
            return _later()
        except (sqlite3.Error, TimeoutError) as error:
            log.error("witness_state_failed", error_type=type(error).__name__)
            return _later()

    async def _add_checkpoint(self, request: web.BaseRequest) -> web.Response:
        """Cosign a checkpoint that extends the one before."""
        if self._reading >= MAX_READING:
            raise _Busy
        self._reading += 1
        try:
            body = await _body(request)
        finally:
            self._reading -= 1
        if isinstance(body, web.Response):
            return body
        try:
            submission = witnessing.read_request(body)
            note = witnessing.judged(submission, self._logs)
            lines = await self._remembering(partial(self._cosigned, submission, note))
        except witnessing.Refused as refused:
            media_type = _SIZE_TYPE if refused.status == 409 else "text/plain"
            return web.Response(status=refused.status, body=refused.body.encode(), content_type=media_type)
        return web.Response(body=lines, content_type="text/plain")

    async def _newest(self, place: str) -> web.Response:
        """Tell the newest checkpoint of a log that was cosigned."""
        origin = self._places.get(place)
        file = None if origin is None else await self._remembering(partial(self._memory.newest, origin))
        return web.Response(status=404) if file is None else web.Response(body=file, content_type="text/plain")

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=False)

    def _cosigned(self, submission: witnessing.Submission, note: Note) -> bytes:
        """Remember a checkpoint and return the cosignature's line, or raise `Refused`. Blocks."""
        lines: list[bytes] = []

        def made(seen: witnessing.Seen) -> bytes:
            witnessing.check_extends(submission, seen)
            line = cosign(note.render(), self._key.name, self._key.private, self._seconds())
            lines.append(line.render().encode())
            return Note(note.text, (*note.signatures, line)).render()

        self._memory.replace(submission.stated.origin, made)
        return lines[-1]

    async def _remembering(self, work: Callable[[], Result]) -> Result:
        if self._under_way >= MAX_UNDER_WAY:
            raise _Busy
        self._under_way += 1
        try:
            # A request that is given up is still worked off; who asks again is told how far the log is then.
            async with asyncio.timeout(STATE_SECONDS):
                return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._under_way -= 1


class _Busy(Exception):
    """There are too many requests."""


async def _body(request: web.BaseRequest) -> bytes | web.Response:
    """The body of a request, or the answer to one that is too large, too slow or broken."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for piece in request.content.iter_any():
                body += piece
                if len(body) > BODY_BYTES:
                    return _closing(413)
    except TimeoutError:
        return _closing(408)
    except web.RequestPayloadError:
        return _closing(400)
    return bytes(body)


def _later() -> web.Response:
    return _closing(503, {"Retry-After": "5"})


def _closing(status: int, headers: Mapping[str, str] | None = None) -> web.Response:
    """An answer after which the rest of the body is not read."""
    answer = web.Response(status=status, headers=headers)
    answer.force_close()
    return answer


def _not_allowed(method: str) -> web.Response:
    return web.Response(status=405, headers={"Allow": method})
