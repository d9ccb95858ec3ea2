"""The nouns of the product, as frozen values. No behaviour beyond look-ups, no I/O.

All offsets are indices of Python characters (code points), half open: ``text[start:end]``. All instants are
timezone-aware ``datetime``; offsets into a recording are seconds as ``float``.

In this order: spans of a text and edits to it; requests as received, with the slots and utterances in them; people,
meetings and purposes; findings of personal data and the actions on them; what leaves, what comes back, and what the
proxy answers itself.

For replies that arrive later, a recipient answers with the id of a `Job`, and the reply is asked for afterwards.
`GivenBack` is what is kept of a reply that a client was given. `RequestNotes` and `MeetingNotes` are what operators are
told of a meeting's requests, without a word or a name from them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple


class Span(NamedTuple):
    """A half-open range of characters."""

    start: int
    end: int


class Edit(NamedTuple):
    """Replace ``text[start:end]`` by `replacement`. Edits of one text are sorted and do not overlap."""

    start: int
    end: int
    replacement: str


WITHHELD = "[withheld]"
"""Replaces the words that are withheld."""


def apply_edits(text: str, edits: Sequence[Edit]) -> str:
    """Return `text` with every edit made once; all other characters stay as they are.

    Offsets are those of the original text. Edits may touch, and several insertions (empty spans) may share a place;
    they are made in the order given. Raises `ValueError` if edits are unsorted, overlap, run backwards or reach beyond
    the text: a caller that miscounts must fail, and not send a text edited in the wrong place.
    """
    pieces: list[str] = []
    done = 0
    for number, edit in enumerate(edits):
        if not done <= edit.start <= edit.end <= len(text):
            raise ValueError(f"edit {number} is unsorted, overlaps the one before it or lies outside of the text")
        pieces.append(text[done : edit.start])
        pieces.append(edit.replacement)
        done = edit.end
    pieces.append(text[done:])
    return "".join(pieces)


@dataclass(frozen=True, slots=True)
class Inbound:
    """A client's request as the ingress read it. `path` is without a ``/m/{meeting}`` prefix.

    `headers` keeps order and repetition; names are lower case. `body` is decoded from its content encoding.
    `certified` has the names in a certificate that the client proved to hold and the listener's authorities signed.
    """

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    certified: tuple[str, ...] = ()

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
    objects: tuple[str, ...] = ()
    """The purposes, by the names of the format, to which the transcript says that the speaker objects."""


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


class ParticipantClass(StrEnum):
    """A participant's known tie to the organization; consent defaults are set by class.

    A bot (a note taker) is nobody who could be asked. Only the operator classifies an id as a bot.
    """

    EMPLOYEE = "employee"
    GUEST = "guest"
    EXTERNAL = "external"
    PHONE = "phone"
    ROOM = "room"
    BOT = "bot"
    UNIDENTIFIED = "unidentified"


_ONE_SIGN = dict.fromkeys(map(ord, "\u2018\u2019\u201b\u02bb\u02bc"), "'") | {0x2010: "-"}
"""Apostrophes as telephones and word processors write them, and the hyphen that NFKC makes of the non-breaking one."""


_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def address_form(email: str) -> str:
    """Return the form in which e-mail addresses are compared: A to Z in lower case, all else to the letter.

    A sign that Unicode folds to an ASCII letter (the Kelvin sign) makes another address, which is somebody else's.
    """
    return email.strip().translate(_ASCII_LOWER)


@lru_cache(maxsize=1 << 14)
def label_form(label: str) -> str:
    """Return the form in which labels are compared.

    It is NFKC (Unicode UAX 15), case-folded, with single spaces, no invisible characters, and one kind of apostrophe
    and hyphen.

    Tools write one name in several ways (OpenAI's API accepts no space in the `name` of a message, so clients write an
    underscore). Two people whose names differ in nothing else cannot be told apart. The store looks names up by this
    form: a change here needs a schema step that rewrites the table `names`.
    """
    seen = "".join(char for char in label if unicodedata.category(char) != "Cf")
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold())
    return " ".join(folded.translate(_ONE_SIGN).replace("_", " ").split())


class Custody(StrEnum):
    """Whose yes a minor needs, of the guardians that are on file for them."""

    EACH = "each"
    ONE = "one"


@dataclass(frozen=True, slots=True)
class Participant:
    """A person (or a room microphone, which is the set of people in `members`) in a meeting.

    `id` is opaque and stable over meetings; grants and commands refer to it. `name` is the display name. `aliases` are
    further labels under which transcripts show this person, `shown_as` those of this one meeting.

    `vouched` are the forms of those names that the operator vouches for. `unconfirmed` are labels that may mean
    somebody else, since nobody vouches for them: they name nobody until the operator says who it is. `shared_emails`
    are addresses that somebody else on file has too: they prove nobody.

    `guardians` are the ids of who may say yes for a minor; none: whoever is named as one. `custody` says whose yes it
    takes (None: as the policy says).
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
    shown_as: tuple[str, ...] = ()
    vouched: tuple[str, ...] = ()
    unconfirmed: tuple[str, ...] = ()
    shared_emails: tuple[str, ...] = ()
    guardians: tuple[str, ...] = ()
    custody: Custody | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label that is, or may be, this participant's."""
        return (self.name, *self.aliases, *self.shown_as)

    def is_called(self, label: str) -> bool:
        """Whether this is one of the participant's labels, as `label_form` compares them."""
        wanted = label_form(label)
        return any(label_form(own) == wanted for own in self.labels)

    def is_surely_called(self, label: str) -> bool:
        """Whether this is one of the participant's labels and not unconfirmed."""
        wanted = label_form(label)
        return self.is_called(label) and all(label_form(own) != wanted for own in self.unconfirmed)


@dataclass(frozen=True, slots=True)
class Roster:
    """The people of one meeting. `complete` says that everybody present is listed.

    `contested` are ids of people who have a seat while an unknown person has another one under their name, with or
    without a badge.
    """

    participants: tuple[Participant, ...] = ()
    complete: bool = False
    contested: frozenset[str] = frozenset()
    _bearers: dict[str, list[Participant]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def by_id(self, participant_id: str) -> Participant | None:
        """The participant with this id, if listed."""
        return next((p for p in self.participants if p.id == participant_id), None)

    def resolve(self, label: str) -> Participant | None:
        """The one participant with this name or alias, as `label_form` compares them.

        Returns None if the label is ambiguous (several participants have it) or unconfirmed: both count as unknown.
        """
        named = self.bearers(label)
        return named[0] if len(named) == 1 and named[0].is_surely_called(label) else None

    def bearers(self, label: str) -> Sequence[Participant]:
        """All participants with this name or alias, as `label_form` compares them, in the order of the roster."""
        if not self._bearers:
            by_form: dict[str, list[Participant]] = {}
            for person in self.participants:
                for form in dict.fromkeys(map(label_form, person.labels)):
                    by_form.setdefault(form, []).append(person)
            self._bearers.update(by_form)  # at once, since other threads may ask meanwhile
        return self._bearers.get(label_form(label), ())


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting that requests are bound to. Offsets of its transcripts count from `recording_started_at`, if known.

    `earlier_series` are those that it belonged to before; what was refused there stays refused. `title` and
    `series_title` are what people call the meeting and its series. To be put on file, None leaves them as they are, and
    an empty one takes them away.
    """

    id: str
    started_at: datetime
    ended_at: datetime | None = None
    series: str | None = None
    roster: Roster = Roster()
    recording_started_at: datetime | None = None
    earlier_series: tuple[str, ...] = ()
    title: str | None = None
    series_title: str | None = None

    @property
    def shown_title(self) -> str | None:
        """What people call it: by its own title, else by that of its series."""
        return self.title or self.series_title


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


KNOWN_PURPOSES = f"use one of {', '.join(sorted(PURPOSES))}, or your own as 'x-…'"
"""What a refusal of an unknown purpose says."""


def is_purpose(name: str) -> bool:
    """Whether `name` is a purpose: one of `PURPOSES`, or an operator's own ``x-…``."""
    return name in PURPOSES or _OWN_PURPOSE.fullmatch(name) is not None


SPECIAL_CATEGORIES = (
    "HEALTH",
    "RELIGION",
    "ETHNICITY",
    "POLITICS",
    "TRADE_UNION",
    "SEXUALITY",
    "GENETIC_BIOMETRIC",
    "CRIMINAL",
)
"""Kinds of data that GDPR Articles 9 and 10 protect more than other personal data."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A detected span of personal data. `kind` is a Presidio entity name, `score` in 0..1, `source` the detector."""

    start: int
    end: int
    kind: str
    score: float
    source: str = ""
    entity: int | None = None
    """The number of an entity said in several pieces, of which this is one; equal only with equal `kind`."""
    again: bool = False
    """Whether the piece only repeats its entity or a part of it, as when a listener reads it back."""


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings by place; at one place by kind, the highest score first."""
    return sorted(
        findings,
        key=lambda f: (f.start, f.end, f.kind, -f.score, f.source, not f.again, -1 if f.entity is None else f.entity),
    )


class Excerpt(NamedTuple):
    """A part of a text to search, ``text[start:end]``. What stands around it in `text` is read as context only."""

    text: str
    start: int
    end: int

    @classmethod
    def whole(cls, text: str) -> Excerpt:
        """All of a text."""
        return cls(text, 0, len(text))


@dataclass(frozen=True, slots=True)
class Profile:
    """How a text is searched: with which route's settings, and for which languages besides English."""

    route: str = ""
    languages: tuple[str, ...] = ()


class TextLanguage(NamedTuple):
    """The language of a text, as its ISO 639-1 code (``und``: undetermined), and whether that is sure."""

    language: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a slot's text that may leave; the input of detection. `owner` is who said it, if known.

    `instructed`: the client's own words, which nobody said.
    """

    slot: int
    start: int
    text: str
    owner: str | None = None
    instructed: bool = False

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


_AMOUNT = r"[0-9]{1,12}(?:\.[0-9]{1,6})?|(?:[0-9]{1,6}(?:\.[0-9]{1,6})?(?:ms|[hms])){1,4}"


@dataclass(frozen=True, slots=True)
class Outbound:
    """A request about to leave, with its exact bytes. `headers` holds no credential; the upstream adds it."""

    recipient: str
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    stream: bool = False


WAITING: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "retry-after": re.compile(r"[0-9]{1,6}|[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT"),
        "retry-after-ms": re.compile(r"[0-9]{1,9}"),
        **{
            f"x-ratelimit-{what}-{of}": re.compile(_AMOUNT)
            for what in ("limit", "remaining", "reset")
            for of in ("requests", "tokens")
        },
    }
)
"""Headers by which a recipient says when to retry, with the values they may hold: numbers, durations, an HTTP date."""


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
    """A reply that the proxy makes itself (an error or a synthetic message)."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


JOB_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
"""Accepted job ids: one path segment, in which no character needs an escape."""

WITHHELD_JOB = "withheld-"
"""Prefix of the ids of placeholder jobs: those of refused requests, for clients that hide errors."""


@dataclass(frozen=True, slots=True)
class Job:
    """A client's job at a recipient. `id` is the recipient's; the same id of another client is another job."""

    client: str
    recipient: str
    id: str


@dataclass(frozen=True, slots=True)
class GivenBack:
    """To whom and in which meeting text was given back, by which exchange; `digests` stand for the text.

    `people` are the ids of those who may occur in it. `speeches` is the speech it rests on, as JSON of
    `consent.verdicts`.
    """

    client: str
    meeting: str
    exchange: str
    people: tuple[str, ...]
    speeches: bytes
    digests: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class RequestNotes:
    """What one request showed.

    `unmatched` counts the labels that match no participant, each once. `objecting` are the ids of those who said aloud
    that they do not consent. `at` is when the request was read.
    """

    route: str | None
    meeting: str | None
    at: datetime
    unmatched: int = 0
    objecting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MeetingNotes:
    """What is on file of a meeting: the most unmatched labels in one request, and who refused aloud, first when."""

    unmatched: int = 0
    objected: tuple[tuple[str, datetime], ...] = ()
