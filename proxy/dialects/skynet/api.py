"""The dialect ``skynet-summaries``: requests to Jitsi Skynet's summaries API, whose reply is the id of a job.

``POST /summaries/v1/{summary,action-items,table-of-contents,process-text}``, as in skynet/modules/ttt/summaries/v1 of
github.com/jitsi/skynet (models.py, router.py). The job's own reply is fetched by ``skynet-job``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from proxy.dialects.base import ParsedRequest, ParsePolicy, RestorerFactory
from proxy.dialects.skynet.answers import error_answer, withheld_job
from proxy.dialects.wire.claims import Claims
from proxy.dialects.wire.fields import Check, boolean, integer, is_null, matching, object_at, one_of, string_at
from proxy.dialects.wire.json_body import BodySource, JsonBody, JsonReader, read_body, stripped_counts
from proxy.dialects.wire.json_edits import Leaf, cut_members
from proxy.dialects.wire.json_reply import MAX_DEPTH, JsonReply
from proxy.dialects.wire.transport import JSON_TYPE
from proxy.errors import ClientFault, Fault, UpstreamFault
from proxy.json_source import JsonError, JsonObject, JsonString, decode_utf8, read_json
from proxy.model import JOB_ID, WITHHELD_JOB, Answer, Inbound, SlotKind

IDENTIFIERS = frozenset({"job_id", "meeting_id", "customer_id", "app_id", "user_id", "session_id", "metadata"})
"""Cut out: Skynet makes an id itself where the client gives none, and knows its customers by the credential."""

CONTROLS: Mapping[str, Check] = {
    "hint": one_of("conversation", "emails", "meeting", "text"),
    "max_completion_tokens": integer(1, 1_000_000),
    "preferred_locale": matching(re.compile(r"[a-z]{2,3}([_-]?[A-Z][a-z]{3})?([_-]?[A-Z]{2})?"), "a locale"),
    "priority": one_of("normal", "high"),
    "is_live_summary": boolean,
}

# The API has none of these today. They are told apart from other unknown fields so that the fault can say why.
CALLS_BACK = frozenset({"callback", "callback_url", "callbacks", "notify_url", "webhook", "webhook_url", "webhooks"})
POINTS_ELSEWHERE = frozenset({"file", "file_url", "files", "text_url", "url", "urls", "s3_url", "bucket"})


class JobNamed(JsonReply):
    """A reply that is the id of a job: nothing in it is restored."""

    def __init__(self, restorers: RestorerFactory, *, json_output: bool) -> None:  # noqa: ARG002
        super().__init__(lambda _: (), restorers)


class SkynetSummaries(JsonBody):
    """A text to be summarized, or worked on as a prompt says. Implements `base.NamesJobs`."""

    name = "skynet-summaries"
    vocabulary = frozenset({"text", "prompt", *CONTROLS, "conversation", "emails", "meeting", "normal", "high"})
    readers: Mapping[str, JsonReader] = {JSON_TYPE: JobNamed}
    otherwise = "something else than the JSON of a job's id"

    def parse(self, inbound: Inbound, policy: ParsePolicy) -> ParsedRequest:
        """Take a request apart. Raises `ClientFault` for anything that is not claimed."""
        document = read_body(inbound, policy)
        if isinstance(document.root, JsonObject):
            _refuse_elsewhere(document.root)
        body = object_at(document.root, "", frozenset({"text", "prompt", *CONTROLS, *IDENTIFIERS}))
        for member in body.members:
            if member.key.text in CONTROLS and not is_null(member.value):
                CONTROLS[member.key.text](member.value, member.key.text)
        claims = Claims(document, policy.max_depth)
        # Instructions have a field of their own, so that nothing in the text is one.
        claims.leaf(Leaf(string_at(body.get("text"), "text"), document.text), "text", SlotKind.SPEECH, transcript=True)
        if not is_null(body.get("prompt")):
            claims.text(body.get("prompt"), "prompt", SlotKind.INSTRUCTIONS)
        return ParsedRequest(
            slots=tuple(claims.slots),
            source=BodySource(document.text, tuple(claims.leaves), tuple(cut_members(body.members, IDENTIFIERS))),
            stripped=stripped_counts(body.members, IDENTIFIERS),
        )

    def job_named(self, reply: bytes) -> str:
        """The job that a reply names; `UpstreamFault` if it names none that can be asked for."""
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
        """Nothing: a reply goes on when it is whole."""
        return b""

    def synthetic(self, parsed: ParsedRequest, message: str, exchange: str, created: int) -> Answer:  # noqa: ARG002
        """The id of a job that is none; the message is told to whoever asks for its reply."""
        return withheld_job(exchange)


def _refuse_elsewhere(body: JsonObject) -> None:
    """`ClientFault` where the recipient would send the reply to somebody, or read words that nobody here saw."""
    for member in body.members:
        name = member.key.text
        if name in CALLS_BACK and not is_null(member.value):
            remedy = "the recipient may call nobody with the reply; leave it out, and ask for the job instead"
            raise ClientFault("callback_not_allowed", remedy, where=name)
        if name in POINTS_ELSEWHERE and not is_null(member.value):
            remedy = "what the recipient would read elsewhere cannot be inspected; send it as 'text'"
            raise ClientFault("uninspectable_content", remedy, where=name)
