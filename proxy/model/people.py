"""People, meetings, who was in them, and the purposes that words may be used for. Instants are timezone-aware."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache


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


@dataclass(frozen=True, slots=True)
class Participant:
    """A person (or a room microphone, which is the set of people in `members`) in a meeting.

    `id` is opaque and stable over meetings; grants and commands refer to it. `name` is the display name. `aliases` are
    further labels under which transcripts show this person, `shown_as` those of this one meeting.

    `vouched` are the forms of those names that the operator vouches for. `unconfirmed` are labels that may mean
    somebody else, since nobody vouches for them: they name nobody until the operator says who it is. `shared_emails`
    are addresses that somebody else on file has too: they prove nobody.
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

    def by_id(self, participant_id: str) -> Participant | None:
        """The participant with this id, if listed."""
        return next((p for p in self.participants if p.id == participant_id), None)

    def resolve(self, label: str) -> Participant | None:
        """The one participant with this name or alias, as `label_form` compares them.

        Returns None if the label is ambiguous (several participants have it) or unconfirmed: both count as unknown.
        """
        named = [p for p in self.participants if p.is_called(label)]
        return named[0] if len(named) == 1 and named[0].is_surely_called(label) else None


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting that requests are bound to. Offsets of its transcripts count from `recording_started_at`, if known.

    `earlier_series` are those that it belonged to before; what was refused there stays refused.
    """

    id: str
    started_at: datetime
    ended_at: datetime | None = None
    series: str | None = None
    roster: Roster = Roster()
    recording_started_at: datetime | None = None
    earlier_series: tuple[str, ...] = ()


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
