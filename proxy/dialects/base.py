"""What a dialect (the shape of one AI API) has to satisfy, and how to add one.

1. Write ``dialects/<name>.py``, or a package where the API is large, with a class that satisfies `Dialect`. Keep it
   stateless. The shared parts are in ``wire/``. If requests are JSON, derive from `wire.body.JsonBody`, which has
   the half that is the same for all of them: `parse` begins with `read_body` and keeps a `BodySource`, and ``readers``
   maps each media type of a reply to its rewriter.
2. In `parse`, claim every field of the request as one of: a slot (text), an identifier (service-generated data, cut
   out and named in `ParsedRequest.stripped`), or a control (validated and passed unchanged). A field that is none of
   these raises `ClientFault("unknown_field")`. Refuse media that cannot be inspected.
3. In `rewriter`, put every text of the reply through a `TextRestorer`: one for each text that grows by deltas. Give
   each its `TextForm`: the names and arguments of tool calls are checked against the tools that the request offered
   (`BodySource.offered`). `wire.reply.reader_of` chooses a reader by media type; `wire.reply.JsonReply`,
   `wire.streams` has the parts to build readers from.
4. Register it with one row in ``settings/dialect_names.py``, from which routes, headers and `proxy.dialects` know it.
   Mirror it under ``tests/dialects/``.
5. If a reply names a job instead of being the answer, satisfy `NamesJobs` too. A second dialect (`fetched_by` of its
   row) fetches the job's reply. What restores that reply is kept until then.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal, Protocol, runtime_checkable

from proxy.errors import Fault
from proxy.model import Answer, Edit, Inbound, Slot


@dataclass(frozen=True, slots=True)
class ParsePolicy:
    """What the route allows a request to ask for. `store` and `models` are as in `settings.Recipient`."""

    max_depth: int = 64
    models: tuple[str, ...] | None = None
    store: Literal["force_false", "strip", "client"] = "force_false"
    controls: frozenset[str] = frozenset()
    """Settings that the operator allows in addition to the public ones."""
    job: str | None = None
    """The job that the request's path names, if the route fetches replies."""


@dataclass(frozen=True, slots=True)
class ParsedRequest:
    """A request taken apart. `source` is private to the dialect.

    `stripped` counts the identifiers that `render` leaves out, by structural name (``user``, ``metadata``). `media`
    holds the bytes of the body that are not text (a recording); they leave unchanged where all participants consented.
    """

    slots: tuple[Slot, ...]
    source: object
    model: str | None = None
    stream: bool = False
    stripped: Mapping[str, int] = field(default_factory=dict)
    media: bytes = b""


class TextRestorer(Protocol):
    """Turns pseudonyms back into originals in one text that arrives in pieces."""

    def feed(self, piece: str) -> str:
        """The text that is final so far. An unfinished pseudonym at the end is held back."""

    def flush(self) -> str:
        """The text still held back, once the text has ended."""

    @property
    def holds(self) -> bool:
        """Whether anything is held back."""


class TextForm(Enum):
    """What kind of text a restorer receives."""

    PLAIN = "text that is shown"
    ANSWER = "text that is shown as the answer, and may be added to"
    JSON = "text that is itself JSON, so originals are escaped for a JSON string"
    CALLED = "a text that a tool is called with"
    CALLED_JSON = "JSON that a tool is called with"
    TOOL_NAME = "the name of a tool that is called"
    ADDRESS = "nothing but an address, which clients follow"

    @property
    def is_json(self) -> bool:
        """Whether originals are escaped for a JSON string."""
        return self in (TextForm.JSON, TextForm.CALLED_JSON)

    @property
    def is_called(self) -> bool:
        """Whether a tool is called with it."""
        return self in (TextForm.CALLED, TextForm.CALLED_JSON)


def shown(json_text: bool) -> TextForm:
    """The form of a text that is shown, which may be JSON."""
    return TextForm.JSON if json_text else TextForm.PLAIN


def answer(json_text: bool) -> TextForm:
    """The form of the text that is the answer, which may be JSON."""
    return TextForm.JSON if json_text else TextForm.ANSWER


_OF_ADDRESSES = frozenset(
    "url uri href src link source image icon favicon thumbnail avatar download permalink website".split()
)
"""Words in the names of fields that hold addresses, as in ``image_url`` or ``sourceUrl``."""

_WORDS = re.compile(r"[A-Za-z][a-z]*")
_CITATIONS = frozenset(("annotation", "annotations", "citation", "citations"))
_CITED_TEXTS = frozenset(
    ("cited_text", "content", "description", "document_title", "quote", "snippet", "text", "title")
)
"""The fields of a citation whose text is shown. Any other may be what its source is opened by."""


def is_citation(field: object) -> bool:
    """Whether a field of this name holds a citation, or several."""
    return field in _CITATIONS


def shown_at(field: str, json_text: bool = False, *, cited: bool = False) -> TextForm:
    """The form of the text that a reply has in a field of this name. `cited`: the field is part of a citation."""
    address = any(word.lower() in _OF_ADDRESSES for word in _WORDS.findall(field))
    return TextForm.ADDRESS if address or (cited and field not in _CITED_TEXTS) else shown(json_text)


RestorerFactory = Callable[[TextForm], TextRestorer]
"""Makes a restorer for one text of the given form."""


class ReplyRewriter(Protocol):
    """Restores a reply as it arrives, however it is cut into pieces. Bytes that need no change stay as they are.

    `feed` and `close` raise `UpstreamFault` if the reply breaks its dialect.
    """

    @property
    def ended(self) -> bool:
        """Whether the reply said that it ends here. Clients hang up there, whether or not the connection ends."""

    def feed(self, piece: bytes) -> bytes:
        """The bytes for the client that are final so far."""

    def close(self) -> bytes:
        """The remaining bytes, once the reply has ended properly."""


class Dialect(Protocol):
    """The shape of one AI API. Stateless; all methods are pure."""

    name: str
    media_type: str
    """The content type of a request of this dialect by default."""
    vocabulary: frozenset[str]
    """The API's own words (keys and fixed values). They count as nobody's name, even if a person has that name."""

    def parse(self, inbound: Inbound, policy: ParsePolicy) -> ParsedRequest:
        """Take a request apart. Raises `ClientFault` for any field that is not claimed."""

    def render(self, parsed: ParsedRequest, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """The outbound body: the original bytes with the edits (by slot index) and without the stripped fields."""

    def content_type(self, parsed: ParsedRequest) -> str:
        """Content type of the outbound body."""

    def rewriter(self, parsed: ParsedRequest, content_type: str, restorers: RestorerFactory) -> ReplyRewriter:
        """A rewriter for a successful reply of this content type. Raises `UpstreamFault` if the dialect has none."""

    def error(self, fault: Fault, parsed: ParsedRequest | None) -> Answer:
        """The fault in the API's own error shape."""

    def stream_error(self, fault: Fault) -> bytes:
        """What to append to a stream in progress before it is cut. Empty if the API has no such event."""

    def synthetic(self, parsed: ParsedRequest, message: str, exchange: str, created: int) -> Answer:
        """A successful reply of our own that says `message`, streamed if the client asked for a stream."""


@runtime_checkable
class NamesJobs(Protocol):
    """A dialect whose successful replies name a job. Another dialect fetches the job's own reply later.

    Its rewriter emits the whole reply in `close`, so that no id is delivered before the data for restoring is kept.
    """

    def job_named(self, reply: bytes) -> str:
        """The job that a whole reply names. Raises `UpstreamFault` if there is none, or it cannot be requested."""


def job_named(dialect: Dialect, reply: bytes) -> str | None:
    """The job that a reply names. None if replies of this dialect are the answer itself."""
    return dialect.job_named(reply) if isinstance(dialect, NamesJobs) else None
