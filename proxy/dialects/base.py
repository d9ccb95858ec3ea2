"""How to add a dialect (the shape of one AI API).

1. Write a package ``dialects/<name>/`` with a class that satisfies `Dialect`; keep it stateless. What dialects are made
   of is in ``wire/``. Where requests are JSON, `json_body.JsonBody` is the half that all of those share: `parse` begins
   with `read_body` and keeps a `BodySource`, and ``readers`` says who reads a reply of which media type.
2. In `parse`, claim every field of the request as one of: a slot (text), an identifier (service-generated
   data: cut out and named in `ParsedRequest.stripped`), or a control (validated, passed as it is). A field
   that is none of these raises `ClientFault("unknown_field")`. Media that cannot be inspected is refused.
3. In `rewriter`, put every text of the reply through a `TextRestorer`, one for each text that grows by deltas, and
   say of what form it is: names and arguments of calls are held against what the request offered (`offered`)
   (`replies.reader_of` chooses by media type; `json_reply`, `sse`, `ndjson` and `deltas` are the parts).
4. Register it: one row in ``settings/dialect_names.py``, from which routes, headers and `proxy.dialects` know it.
   Mirror it under ``tests/dialects/``.
5. Where a reply names a job instead of being one, satisfy `NamesJobs` too; a second dialect fetches the job's reply
   (`fetched_by` of its row). What restores it is kept meanwhile.
"""

from __future__ import annotations

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
    """Settings that the operator lists beside those that are public."""
    job: str | None = None
    """The job that the request's path names, where the route fetches replies."""


@dataclass(frozen=True, slots=True)
class ParsedRequest:
    """A request taken apart. `source` is the dialect's own: nobody else reads it.

    `stripped` counts identifiers that `render` leaves out, by structural name (``user``, ``metadata``).
    `media` are bytes of the body that are no text and leave as they are (a recording), where everybody agreed.
    """

    slots: tuple[Slot, ...]
    source: object
    model: str | None = None
    stream: bool = False
    stripped: Mapping[str, int] = field(default_factory=dict)
    media: bytes = b""


class TextRestorer(Protocol):
    """Turns pseudonyms back into originals in one text that arrives piece by piece."""

    def feed(self, piece: str) -> str:
        """Text that is certain by now; an unfinished pseudonym at the end is held back."""

    def flush(self) -> str:
        """What is still held back; the text has ended."""

    @property
    def holds(self) -> bool:
        """Whether anything is held back."""


class TextForm(Enum):
    """What a text of a reply is, for the restorer that it goes through."""

    PLAIN = "text that is shown"
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
    """The form of a text that is shown, and may be JSON."""
    return TextForm.JSON if json_text else TextForm.PLAIN


_ADDRESS_FIELDS = frozenset(("url", "uri", "href", "src", "link", "image_url", "file_url", "source_url"))


def shown_at(field: str, json_text: bool = False) -> TextForm:
    """The form of what a reply has in a field of this name."""
    return TextForm.ADDRESS if field in _ADDRESS_FIELDS else shown(json_text)


RestorerFactory = Callable[[TextForm], TextRestorer]
"""Makes a restorer for one text of this form."""


class ReplyRewriter(Protocol):
    """Restores a reply as it arrives, whatever the boundaries of its pieces. Bytes it need not change stay.

    `feed` and `close` raise `UpstreamFault` where the reply breaks its dialect.
    """

    def feed(self, piece: bytes) -> bytes:
        """Bytes for the client that are certain by now."""

    def close(self) -> bytes:
        """The rest, when the reply has ended in good order."""


class Dialect(Protocol):
    """The shape of one AI API. Stateless; all methods are pure."""

    name: str
    media_type: str
    """What a request of this dialect is sent as where nothing else is said."""
    vocabulary: frozenset[str]
    """The API's own words: keys and fixed values, which are nobody's name even if somebody bears it."""

    def parse(self, inbound: Inbound, policy: ParsePolicy) -> ParsedRequest:
        """Take a request apart. Raises `ClientFault` for anything that is not claimed."""

    def render(self, parsed: ParsedRequest, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """The outbound body: the original bytes with edits (by slot index) and without stripped fields."""

    def content_type(self, parsed: ParsedRequest) -> str:
        """Content type of the outbound body."""

    def rewriter(self, parsed: ParsedRequest, content_type: str, restorers: RestorerFactory) -> ReplyRewriter:
        """A rewriter for a successful reply of this content type; `UpstreamFault` if the dialect has no such."""

    def error(self, fault: Fault, parsed: ParsedRequest | None) -> Answer:
        """The fault in the API's own error shape."""

    def stream_error(self, fault: Fault) -> bytes:
        """What to append to a stream that is under way, before it is cut; empty where the API has no such."""

    def synthetic(self, parsed: ParsedRequest, message: str, exchange: str, created: int) -> Answer:
        """A successful reply of our own that says `message`, streamed if the client asked for a stream."""


@runtime_checkable
class NamesJobs(Protocol):
    """A dialect whose successful replies name a job; the job's own reply is fetched later, by another dialect.

    Its rewriter gives the whole reply in `close`, so that no id is delivered before what restores is kept.
    """

    def job_named(self, reply: bytes) -> str:
        """The job that a whole reply names; `UpstreamFault` if it names none, or one that cannot be asked for."""


def job_named(dialect: Dialect, reply: bytes) -> str | None:
    """The job that a reply names; None where replies of this dialect are what was asked for."""
    return dialect.job_named(reply) if isinstance(dialect, NamesJobs) else None
