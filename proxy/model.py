"""The nouns of the product, as frozen values. No behaviour beyond look-ups, no I/O.

All offsets are indices of Python characters (code points), half open: ``text[start:end]``.
All instants are timezone-aware ``datetime``; offsets into a recording are seconds as ``float``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

PURPOSES = frozenset(
    {
        "summary",
        "action_items",
        "compose",
        "qa",
        "translation",
        "transcription",
        "sentiment",
        "recording",
        "third_party_sharing",
        "model_training",
        "product_telemetry",
    }
)
"""The closed list of purposes; none implies another. Operators may add their own as ``x-…``."""

_OWN_PURPOSE = re.compile(r"x-[a-z0-9][a-z0-9_-]{0,62}")


def is_purpose(name: str) -> bool:
    """Whether `name` is a purpose: one of `PURPOSES`, or an operator's own ``x-…``."""
    return name in PURPOSES or _OWN_PURPOSE.fullmatch(name) is not None


class Span(NamedTuple):
    """A half-open range of characters."""

    start: int
    end: int


class Edit(NamedTuple):
    """Replace ``text[start:end]`` by `replacement`. Edits of one text are sorted and do not overlap."""

    start: int
    end: int
    replacement: str


# --- people and meetings -------------------------------------------------------------------------


class ParticipantClass(StrEnum):
    """What is known of a participant's tie to the organization; consent defaults are set by class."""

    EMPLOYEE = "employee"
    GUEST = "guest"
    EXTERNAL = "external"
    PHONE = "phone"
    ROOM = "room"
    UNIDENTIFIED = "unidentified"


@dataclass(frozen=True, slots=True)
class Participant:
    """A person (or a room microphone, which is the set of people in `members`) in a meeting.

    `id` is opaque and stable over meetings; it is what grants and commands refer to. `name` is the display
    name; `aliases` are further labels under which transcripts show this person, matched exactly.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    participant_class: ParticipantClass = ParticipantClass.UNIDENTIFIED
    minor: bool = False
    members: tuple[str, ...] = ()
    joined_at: datetime | None = None
    left_at: datetime | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label that names this participant exactly."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class Roster:
    """The people of one meeting. `complete` says that everybody present is listed."""

    participants: tuple[Participant, ...] = ()
    complete: bool = False

    def by_id(self, participant_id: str) -> Participant | None:
        """The participant with this id, if listed."""
        return next((p for p in self.participants if p.id == participant_id), None)

    def resolve(self, label: str) -> Participant | None:
        """The one participant whose name or alias is exactly `label` (surrounding space aside).

        Two participants with the same label are ambiguous, and ambiguous is unknown: None.
        """
        wanted = label.strip()
        named = [p for p in self.participants if wanted in p.labels]
        return named[0] if len(named) == 1 else None


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting that requests are bound to. `started_at` anchors the offsets of its transcripts."""

    id: str
    started_at: datetime
    ended_at: datetime | None = None
    series: str | None = None
    roster: Roster = Roster()


# --- requests ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Inbound:
    """A client's request after the ingress read it. `path` is without a ``/m/{meeting}`` prefix.

    `headers` keeps order and repetition; names are lower case. `body` is decoded from its content encoding.
    """

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first value of header `name` (lower case)."""
        return next((v for k, v in self.headers if k == name), None)


class SlotKind(StrEnum):
    """What a place in a body holds."""

    SPEECH = "speech"
    """May hold participants' words: it is segmented, and consent decides."""
    INSTRUCTIONS = "instructions"
    """The client's own words (system prompt, tool definitions): redacted, searched for withheld words."""
    LABEL = "label"
    """A name that says who wrote a message: replaced like a speaker label."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a body that holds text.

    `where` locates it for errors by structure alone (``messages[2].content[0].text``), never by a client's
    words. `author` is the label of the person who wrote the whole slot, where the dialect says so.
    `transcript` says that all of the slot is a transcript: nothing in it is an instruction.
    """

    index: int
    where: str
    text: str
    kind: SlotKind
    author: str | None = None
    transcript: bool = False


@dataclass(frozen=True, slots=True)
class Utterance:
    """A stretch of a slot that one speaker said, or nobody claims (``speaker is None``).

    `words` are the spans of what was said, one a line; `label` is the span of the speaker's label;
    `block` is all that goes when the utterance is dropped (cue number, times, text, line end).
    `start`/`end` are seconds from the start of the transcript, `at`/`until` absolute instants, where given.
    """

    index: int
    speaker: str | None
    words: tuple[Span, ...]
    block: Span
    label: Span | None = None
    start: float | None = None
    end: float | None = None
    at: datetime | None = None
    until: datetime | None = None
    more_labels: tuple[Span, ...] = ()
    """Further spots that repeat the label (Mattermost doubles it)."""


@dataclass(frozen=True, slots=True)
class Segmented:
    """A slot's text cut into utterances.

    Every character is in exactly one of: an utterance's words or labels; `free`, text outside of any
    utterance (before the first and after the last attributed line, or all of an opaque text); or structure
    (cue numbers, times, headers, white space), which holds no words.
    """

    format: str
    utterances: tuple[Utterance, ...] = ()
    free: tuple[Span, ...] = ()

    @property
    def attributed(self) -> bool:
        """Whether any line names its speaker."""
        return any(u.speaker is not None for u in self.utterances)


# --- detection and redaction ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Finding:
    """A detected span of personal data. `kind` is a Presidio entity name, `score` in 0..1."""

    start: int
    end: int
    kind: str
    score: float
    source: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a slot's text that may leave; what detection reads. `owner` is who said it, if known."""

    slot: int
    start: int
    text: str
    owner: str | None = None

    @property
    def end(self) -> int:
        """End of the passage in its slot."""
        return self.start + len(self.text)


class Action(StrEnum):
    """What policy does with a kind of finding."""

    PSEUDONYM = "pseudonym"
    MASK = "mask"
    REMOVE = "remove"
    GENERALIZE = "generalize"
    KEEP = "keep"
    REFUSE = "refuse"


# --- egress --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outbound:
    """What is about to leave: the exact bytes. `headers` holds no credential; the upstream adds that."""

    recipient: str
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    stream: bool = False


@dataclass(frozen=True, slots=True)
class ReplyHead:
    """Status line and headers of a recipient's reply (names in lower case)."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content_type(self) -> str:
        """Media type without parameters, lower case; empty where absent."""
        return self.headers.get("content-type", "").split(";", 1)[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply of the proxy's own making (an error or a synthetic message)."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
