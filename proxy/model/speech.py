"""A request as received, and the words in it: slots and utterances. Offsets into a recording are seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from proxy.model.text import Span


@dataclass(frozen=True, slots=True)
class Inbound:
    """A client's request as the ingress read it. `path` is without a ``/m/{meeting}`` prefix.

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
    REPLY = "reply"
    """What a model or a tool said before: treated as `SPEECH`, but nobody asks anything in it."""
    INSTRUCTIONS = "instructions"
    """The client's own words (system prompt, tool definitions): redacted, searched for withheld words."""
    LABEL = "label"
    """A name that says who wrote a message: replaced like a speaker label."""


class Place(NamedTuple):
    """The keys and indices that lead to a string in a structure. `key`: the string is the last of these keys.

    The keys are the client's words, and appear in no error.
    """

    steps: tuple[str | int, ...]
    key: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a body that holds text.

    `where` locates it for errors by structure alone (``messages[2].content[0].text``), never by a client's words.
    `author` is the label of the person who wrote the whole slot, if the dialect says so. `transcript` says that the
    whole slot is a transcript, without instructions. `utterance` is set if the dialect says that one speaker said the
    slot, and when; its text is then not cut further. `place` is set if the slot is a string of a structure that the
    dialect claims as a whole.
    """

    index: int
    where: str
    text: str
    kind: SlotKind
    author: str | None = None
    transcript: bool = False
    utterance: Utterance | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Utterance:
    """A stretch of a slot that one speaker said, or that is unattributed (``speaker is None``).

    `words` are the spans of what was said, one for each line. `label` is the span of the speaker's label, None if the
    format names the speaker in another way. `block` is everything removed with the utterance (cue number, times, text,
    line end). `start`/`end` are seconds from the start of the transcript, `at`/`until` absolute instants, where given.
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
    """Further spans that repeat the label (Mattermost doubles it)."""
    within: bool = False
    """Whether the preceding utterance quotes this one, which then leaves only together with it."""
    known_as: tuple[str, ...] = ()
    """Further names and addresses by which the format identifies the speaker, wherever they are written."""


@dataclass(frozen=True, slots=True)
class Segmented:
    """A slot's text cut into utterances.

    Every character is in exactly one of: an utterance's words or labels; `names`; `free`, text outside any utterance
    (before the first and after the last attributed line, or all of an opaque text); or structure (cue numbers, times,
    headers, white space), which holds no words.
    """

    format: str
    utterances: tuple[Utterance, ...] = ()
    free: tuple[Span, ...] = ()
    names: tuple[Span, ...] = ()
    """Names and addresses of people outside of what was said, such as a list of attendees."""

    numbers: tuple[Span, ...] = ()
    """Running numbers of cues, which are structure."""

    @property
    def attributed(self) -> bool:
        """Whether any utterance names its speaker."""
        return any(u.speaker is not None for u in self.utterances)
