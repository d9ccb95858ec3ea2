"""The HTTP interface of a witness (C2SP tlog-witness): add-checkpoint, and the newest checkpoint that it cosigned.

It cosigns Ed25519 (C2SP tlog-cosignature). The rules are those of `audit.witnessing`. Whatever is wrong with the state,
the answer is 503, and nothing is cosigned.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from aiohttp import web

from proxy.audit.checkpoints import cosign
from proxy.audit.notes import Note
from proxy.audit.witnessing import KnownLogs, Refused, Seen, Submission, check_extends, judged, read_request
from proxy.edge import telemetry
from proxy.edge.http.server import SERVICE, HttpService
from proxy.edge.witness.key import CosigningKey
from proxy.edge.witness.memory import Memory
from proxy.errors import ClientFault

BODY_BYTES = 64 << 10
HEAD_SECONDS = 10.0
MOST_CONNECTIONS = 512
BODY_SECONDS = 10.0
STATE_SECONDS = 5.0
MAX_UNDER_WAY = 64
"""Requests at once; one more is asked to come again."""
_SIZE_TYPE = "text/x.tlog.size"
_PLACE = re.compile(r"/([0-9a-f]{64})/checkpoint")

Result = TypeVar("Result")

log = telemetry.logger()


class Witness:
    """The handlers. `seconds` returns the time since 1970."""

    def __init__(self, key: CosigningKey, logs: KnownLogs, memory: Memory, seconds: Callable[[], int]):
        self._key, self._logs, self._memory, self._seconds = key, logs, memory, seconds
        self._places = {hashlib.sha256(origin.encode()).hexdigest(): origin for origin in logs}
        # Its own thread: the state's transactions follow each other anyway.
        self._thread = ThreadPoolExecutor(1, "witness")
        self._under_way = 0

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
        if self._under_way >= MAX_UNDER_WAY:
            return _later()
        self._under_way += 1
        try:
            place = _PLACE.fullmatch(request.path)
            if request.path == "/add-checkpoint":
                return await self._add_checkpoint(request) if request.method == "POST" else _not_allowed("POST")
            if place is not None:
                return await self._newest(place[1]) if request.method == "GET" else _not_allowed("GET")
            return web.Response(status=404)
        except (sqlite3.Error, TimeoutError) as error:
            log.error("witness_state_failed", error_type=type(error).__name__)
            return _later()
        finally:
            self._under_way -= 1

    async def _add_checkpoint(self, request: web.BaseRequest) -> web.Response:
        """Cosign a checkpoint that extends the one before."""
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
        try:
            submission = read_request(bytes(body))
            note = judged(submission, self._logs)
            lines = await self._remembering(partial(self._cosigned, submission, note))
        except Refused as refused:
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

    def _cosigned(self, submission: Submission, note: Note) -> bytes:
        """Remember a checkpoint and return the cosignature's line, or raise `Refused`. Blocks."""
        lines: list[bytes] = []

        def made(seen: Seen) -> bytes:
            check_extends(submission, seen)
            line = cosign(note.render(), self._key.name, self._key.private, self._seconds())
            lines.append(line.render().encode())
            return Note(note.text, (*note.signatures, line)).render()

        self._memory.replace(submission.stated.origin, made)
        return lines[-1]

    async def _remembering(self, work: Callable[[], Result]) -> Result:
        # A request that is given up is still worked off; who asks again is told how far the log is then.
        async with asyncio.timeout(STATE_SECONDS):
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _later() -> web.Response:
    return web.Response(status=503, headers={"Retry-After": "5"})


def _closing(status: int) -> web.Response:
    """An answer after which the rest of the body is not read."""
    answer = web.Response(status=status)
    answer.force_close()
    return answer


def _not_allowed(method: str) -> web.Response:
    return web.Response(status=405, headers={"Allow": method})
