"""The dialect ``skynet-job``: ``GET /summaries/v1/job/{id}`` of Jitsi Skynet, the reply of a job.

A job is ``pending``, ``running``, a ``success`` whose ``result`` is the text that was asked for, or an ``error`` whose
``result`` is what an exception said, which may quote what was sent and is told in other words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from proxy.dialects.base import ParsedRequest, ParsePolicy, ReplyRewriter, RestorerFactory, shown
from proxy.dialects.skynet.answers import error_answer, told_job
from proxy.dialects.wire.claims import every_string
from proxy.dialects.wire.json_reply import MAX_DEPTH, changed_strings, restore_once
from proxy.dialects.wire.rendering import source_of
from proxy.dialects.wire.replies import reader_of
from proxy.dialects.wire.transport import JSON_TYPE
from proxy.edits import apply_edits
from proxy.errors import ClientFault, Fault, UpstreamFault
from proxy.json_source import JsonArray, JsonError, JsonObject, JsonString, decode_utf8, read_json
from proxy.model import Answer, Edit, Inbound

FAILED = "The recipient says that the job failed; what it says of it is not passed on, since it may quote the request."
_STATUSES = frozenset({"pending", "running", "success", "error"})
_OWN = frozenset({"id", "status", "type"})
"""Fields that hold the API's own words."""
_EXPLANATIONS = frozenset({"result", "error_message"})


class SkynetJob:
    """A call for the reply of a job. It carries nothing but the job's id."""

    name = "skynet-job"
    media_type = ""
    vocabulary: frozenset[str] = frozenset()

    def parse(self, inbound: Inbound, policy: ParsePolicy) -> ParsedRequest:
        """The job; `ClientFault` if there is a body."""
        if inbound.body:
            remedy = "this route takes no body; send the request without one"
            raise ClientFault("body_not_allowed", remedy, where="body")
        return ParsedRequest(slots=(), source=policy.job or "")

    def render(self, parsed: ParsedRequest, edits: Mapping[int, Sequence[Edit]]) -> bytes:  # noqa: ARG002
        """No body."""
        return b""

    def content_type(self, parsed: ParsedRequest) -> str:  # noqa: ARG002 - the same for every request
        """None, as there is no body."""
        return ""

    def rewriter(self, parsed: ParsedRequest, content_type: str, restorers: RestorerFactory) -> ReplyRewriter:
        """A rewriter for the job in JSON."""
        reader = reader_of(content_type, {JSON_TYPE: JobReply}, "something else than a job in JSON")
        return reader(source_of(parsed, str, self.name), restorers)

    def error(self, fault: Fault, parsed: ParsedRequest | None) -> Answer:  # noqa: ARG002 - one shape for all
        """The fault as FastAPI writes errors."""
        return error_answer(fault)

    def stream_error(self, fault: Fault) -> bytes:  # noqa: ARG002 - nothing is streamed
        """Nothing: a reply goes on when it is whole."""
        return b""

    def synthetic(self, parsed: ParsedRequest, message: str, exchange: str, created: int) -> Answer:  # noqa: ARG002
        """The job, ended well, with the message as its result."""
        return told_job(source_of(parsed, str, self.name), message)


class JobReply:
    """Gathers a job and restores its result; all bytes that need no change stay."""

    def __init__(self, job: str, restorers: RestorerFactory):
        self._job = job
        self._restorers = restorers
        self._pieces: list[bytes] = []

    def feed(self, piece: bytes) -> bytes:
        """Nothing yet: only a whole document is known to be one."""
        self._pieces.append(piece)
        return b""

    def close(self) -> bytes:
        """The restored job; `UpstreamFault` if it is none, or another than was asked for."""
        try:
            document = read_json(decode_utf8(b"".join(self._pieces)), max_depth=MAX_DEPTH)
        except JsonError as error:
            raise UpstreamFault("bad_reply", f"the recipient's reply is no JSON: {error.reason}") from None
        if not isinstance(document.root, JsonObject):
            raise UpstreamFault("bad_reply", "the recipient's reply is no job")
        status = _string(document.root, "status")
        if _string(document.root, "id") != self._job or status not in _STATUSES:
            raise UpstreamFault("bad_reply", "the recipient's reply is another job, or in no state that a job may have")
        edits = changed_strings(self._texts(document.root, failed=status == "error"))
        return apply_edits(document.text, edits).encode("utf-8")

    def _texts(self, job: JsonObject, *, failed: bool) -> Iterator[tuple[JsonString, str]]:
        """Every string and key that is not the API's own, with what it becomes."""
        for member in job.members:
            if member.key.text in _OWN:
                continue
            if failed and member.key.text in _EXPLANATIONS and isinstance(member.value, JsonString):
                yield member.value, FAILED
                continue
            for string in (member.key, *every_string(member.value)):
                yield string, restore_once(self._restorers, string.text, shown(_is_json(string.text)))


def _string(job: JsonObject, name: str) -> str | None:
    found = job.get(name)
    return found.text if isinstance(found, JsonString) else None


def _is_json(text: str) -> bool:
    """Whether a result is itself an object or an array, as a prompt may ask for; it stays one then."""
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        return isinstance(read_json(text, max_depth=MAX_DEPTH, strict=False).root, JsonObject | JsonArray)
    except JsonError:
        return False
