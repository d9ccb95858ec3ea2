"""The dialects ``skynet-summaries`` and ``skynet-job``: Jitsi Skynet's summaries API, whose replies are fetched later.

``skynet-summaries`` reads requests of ``POST /summaries/v1/{summary,action-items,table-of-contents,process-text}``. The
reply is the id of a job. Source: skynet/modules/ttt/summaries/v1 of github.com/jitsi/skynet (models.py, router.py).

``skynet-job`` reads ``GET /summaries/v1/job/{id}``, which fetches the job's own reply. A job is ``pending``,
``running``, a ``success`` whose ``result`` is the requested text, or an ``error`` whose ``result`` is the message of an
exception. That message may quote the request, so a text of our own replaces it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import orjson

from proxy.dialects.base import ParsedRequest, ParsePolicy, ReplyRewriter, RestorerFactory, shown
from proxy.dialects.wire import fields
from proxy.dialects.wire.body import BodySource, JsonBody, JsonReader, read_body, source_of, stripped_counts
from proxy.dialects.wire.json_edits import Leaf, cut_members
from proxy.dialects.wire.reply import JSON_TYPE, MAX_DEPTH, JsonReply, changed_strings, reader_of, restore_once
from proxy.dialects.wire.slots import Claims, every_string
from proxy.errors import ClientFault, Fault, UpstreamFault
from proxy.json_source import JsonArray, JsonError, JsonObject, JsonString, decode_utf8, read_json
from proxy.model import JOB_ID, WITHHELD_JOB, Answer, Edit, Inbound, SlotKind, apply_edits


def error_answer(fault: Fault) -> Answer:
    """A fault as FastAPI writes errors, ``{"detail": "…"}``. The reason code leads: clients show only `detail`."""
    place = f" (at {fault.where})" if fault.where else ""
    detail = f"{fault.reason}: {fault.detail}{place}" if fault.detail else f"{fault.reason}{place}"
    return _json({"detail": detail, "code": fault.reason}, fault.status)


def withheld_job(exchange: str) -> Answer:
    """The id of a job that does not exist, for a refused request. Fetching its reply tells the client what happened."""
    return _json({"id": f"{WITHHELD_JOB}{exchange}"})


def told_job(job: str, message: str) -> Answer:
    """A successful job whose result is `message`."""
    return _json({"duration": 0.0, "id": job, "result": message, "status": "success", "type": "summary"})


def _json(body: dict[str, object], status: int = 200) -> Answer:
    return Answer(status, "application/json", orjson.dumps(body))


IDENTIFIERS = frozenset({"job_id", "meeting_id", "customer_id", "app_id", "user_id", "session_id", "metadata"})
"""Cut out. Skynet makes an id itself if the client gives none, and knows its customers by their credential."""

CONTROLS: Mapping[str, fields.Check] = {
    "hint": fields.one_of("conversation", "emails", "meeting", "text"),
    "max_completion_tokens": fields.integer(1, 1_000_000),
    "preferred_locale": fields.matching(re.compile(r"[a-z]{2,3}([_-]?[A-Z][a-z]{3})?([_-]?[A-Z]{2})?"), "a locale"),
    "priority": fields.one_of("normal", "high"),
    "is_live_summary": fields.boolean,
}

# The API has none of these today. They are kept apart from other unknown fields so that the fault can say why.
CALLS_BACK = frozenset({"callback", "callback_url", "callbacks", "notify_url", "webhook", "webhook_url", "webhooks"})
POINTS_ELSEWHERE = frozenset({"file", "file_url", "files", "text_url", "url", "urls", "s3_url", "bucket"})


class JobNamed(JsonReply):
    """A reply that is the id of a job. Nothing in it is restored."""

    def __init__(self, restorers: RestorerFactory, *, json_output: bool) -> None:  # noqa: ARG002
        super().__init__(lambda _: (), restorers)


class SkynetSummaries(JsonBody):
    """Requests to summarize a text, or to process it as a prompt says. Implements `base.NamesJobs`."""

    name = "skynet-summaries"
    vocabulary = frozenset({"text", "prompt", *CONTROLS, "conversation", "emails", "meeting", "normal", "high"})
    readers: Mapping[str, JsonReader] = {JSON_TYPE: JobNamed}
    otherwise = "something else than the JSON of a job's id"

    def parse(self, inbound: Inbound, policy: ParsePolicy) -> ParsedRequest:
        """Take a request apart. Raises `ClientFault` for any field that is not claimed."""
        document = read_body(inbound, policy)
        if isinstance(document.root, JsonObject):
            _refuse_elsewhere(document.root)
        body = fields.object_at(document.root, "", frozenset({"text", "prompt", *CONTROLS, *IDENTIFIERS}))
        for member in body.members:
            if member.key.text in CONTROLS and not fields.is_null(member.value):
                CONTROLS[member.key.text](member.value, member.key.text)
        claims = Claims(document, policy.max_depth)
        # Instructions have a field of their own, so nothing in the text is an instruction.
        claims.leaf(
            Leaf(fields.string_at(body.get("text"), "text"), document.text), "text", SlotKind.SPEECH, transcript=True
        )
        if not fields.is_null(body.get("prompt")):
            claims.text(body.get("prompt"), "prompt", SlotKind.INSTRUCTIONS)
        return ParsedRequest(
            slots=tuple(claims.slots),
            source=BodySource(document.text, tuple(claims.leaves), tuple(cut_members(body.members, IDENTIFIERS))),
            stripped=stripped_counts(body.members, IDENTIFIERS),
        )

    def job_named(self, reply: bytes) -> str:
        """The job that a reply names. Raises `UpstreamFault` if it names none that can be requested."""
        try:
            root = read_json(decode_utf8(reply), max_depth=MAX_DEPTH).root
        except JsonError as error:
            raise UpstreamFault("bad_reply", f"the recipient's reply is no JSON: {error.reason}") from None
        job = root.get("id") if isinstance(root, JsonObject) else None
        if not isinstance(job, JsonString) or not JOB_ID.fullmatch(job.text) or job.text.startswith(WITHHELD_JOB):
            raise UpstreamFault("bad_reply", "the recipient's reply names no job, or one that cannot be asked for")
        return job.text

    def error(self, fault: Fault, parsed: ParsedRequest | None) -> Answer:  # noqa: ARG002 - one shape for all
        """The fault as FastAPI writes errors."""
        return error_answer(fault)

    def stream_error(self, fault: Fault) -> bytes:  # noqa: ARG002 - nothing is streamed
        """Empty: a reply is passed on only when it is complete."""
        return b""

    def synthetic(self, parsed: ParsedRequest, message: str, exchange: str, created: int) -> Answer:  # noqa: ARG002
        """The id of a job that does not exist. Whoever fetches its reply gets the message."""
        return withheld_job(exchange)


def _refuse_elsewhere(body: JsonObject) -> None:
    """Raise `ClientFault` if the recipient would send the reply elsewhere, or read text from elsewhere."""
    for member in body.members:
        name = member.key.text
        if name in CALLS_BACK and not fields.is_null(member.value):
            remedy = "the recipient may call nobody with the reply; leave it out, and ask for the job instead"
            raise ClientFault("callback_not_allowed", remedy, where=name)
        if name in POINTS_ELSEWHERE and not fields.is_null(member.value):
            remedy = "what the recipient would read elsewhere cannot be inspected; send it as 'text'"
            raise ClientFault("uninspectable_content", remedy, where=name)


FAILED = "The recipient says that the job failed; what it says of it is not passed on, since it may quote the request."
_STATUSES = frozenset({"pending", "running", "success", "error"})
_OWN = frozenset({"id", "status", "type"})
"""Fields that hold the API's own words."""
_EXPLANATIONS = frozenset({"result", "error_message"})


class SkynetJob:
    """A call that fetches the reply of a job. It carries only the job's id."""

    name = "skynet-job"
    media_type = ""
    vocabulary: frozenset[str] = frozenset()

    def parse(self, inbound: Inbound, policy: ParsePolicy) -> ParsedRequest:
        """Return a request for the job. Raises `ClientFault` if there is a body."""
        if inbound.body:
            remedy = "this route takes no body; send the request without one"
            raise ClientFault("body_not_allowed", remedy, where="body")
        return ParsedRequest(slots=(), source=policy.job or "")

    def render(self, parsed: ParsedRequest, edits: Mapping[int, Sequence[Edit]]) -> bytes:  # noqa: ARG002
        """No body."""
        return b""

    def content_type(self, parsed: ParsedRequest) -> str:  # noqa: ARG002 - the same for every request
        """Empty, as there is no body."""
        return ""

    def rewriter(self, parsed: ParsedRequest, content_type: str, restorers: RestorerFactory) -> ReplyRewriter:
        """A rewriter for a job in JSON."""
        reader = reader_of(content_type, {JSON_TYPE: JobReply}, "something else than a job in JSON")
        return reader(source_of(parsed, str, self.name), restorers)

    def error(self, fault: Fault, parsed: ParsedRequest | None) -> Answer:  # noqa: ARG002 - one shape for all
        """The fault as FastAPI writes errors."""
        return error_answer(fault)

    def stream_error(self, fault: Fault) -> bytes:  # noqa: ARG002 - nothing is streamed
        """Empty: a reply is passed on only when it is complete."""
        return b""

    def synthetic(self, parsed: ParsedRequest, message: str, exchange: str, created: int) -> Answer:  # noqa: ARG002
        """The job as a success, with the message as its result."""
        return told_job(source_of(parsed, str, self.name), message)


class JobReply:
    """Gathers a job and restores its result. Bytes that need no change stay as they are."""

    ended = False  # it ends as its connection does

    def __init__(self, job: str, restorers: RestorerFactory):
        self._job = job
        self._restorers = restorers
        self._pieces: list[bytes] = []

    def feed(self, piece: bytes) -> bytes:
        """Nothing yet: a document can only be checked when it is complete."""
        self._pieces.append(piece)
        return b""

    def close(self) -> bytes:
        """The restored job. Raises `UpstreamFault` if it is not a job, or not the requested one."""
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
        """Every string and key outside the API's own fields, with its replacement."""
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
    """Whether a result is itself a JSON object or array, as a prompt may ask for. Restoring keeps it valid JSON."""
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        return isinstance(read_json(text, max_depth=MAX_DEPTH, strict=False).root, JsonObject | JsonArray)
    except JsonError:
        return False
