"""What consent is asked and what it answers: questions, speech, verdicts and their reason codes.

`written` and `read` convert speech to JSON for what is kept of an exchange: who spoke and when, and none of their
words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from proxy.model import Meeting

CLOCK_SKEW = timedelta(minutes=5)
"""How far another clock may be ahead of the time of sending (draft-howe-vcon-lawful-basis allows the same)."""


class Reason(StrEnum):
    """Why words were admitted or withheld, or a whole request refused. ``docs/policy.md`` explains each."""

    # admitted
    GRANTED = "granted"
    CLASS_DEFAULT = "class_default"
    # the whole request is refused
    ROUTE_DISABLED = "route_disabled"
    PURPOSE_NOT_ALLOWED = "purpose_not_allowed"
    REGION_NOT_ALLOWED = "region_not_allowed"
    RETENTION_EXCEEDS_POLICY = "retention_exceeds_policy"
    QUORUM_ALL_SPEAKERS = "quorum_all_speakers"
    QUORUM_ALL_PRESENT = "quorum_all_present"  # also withheld: somebody who was present may not be heard
    TOO_LITTLE_RETAINED = "too_little_retained"
    # withheld: nobody can be asked
    UNBOUND = "unbound"
    INCONSISTENT = "inconsistent"
    UNKNOWN_SPEAKER = "unknown_speaker"
    OUTSIDE_MEETING = "outside_meeting"  # spoken when the meeting was over, or was not on yet
    ROSTER_INCOMPLETE = "roster_incomplete"
    ROOM_MEMBERS_UNKNOWN = "room_members_unknown"
    BOT = "bot"  # a note taker says nothing of its own and cannot grant anything
    KIND_REFUSED = "kind_refused"  # it contains a kind of data that `redaction` refuses
    LANGUAGE_UNCOVERED = "language_uncovered"
    RESIDUAL_ORIGINAL = "residual_original"  # it contains, in an encoding, what may not leave
    OUTBOUND_TOO_NESTED = "outbound_too_nested"
    IN_WITHHELD_MESSAGE = "in_withheld_message"  # a quote inside a message that is withheld
    # withheld: what the records of a person say
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    GUARDIAN_MISSING = "guardian_missing"
    STALE_TERMS = "stale_terms"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    SPOKEN_OUTSIDE_GRANT = "spoken_outside_grant"
    NOT_AFFIRMATIVE = "not_affirmative"
    METHOD_NOT_ACCEPTED = "method_not_accepted"
    ON_BEHALF = "on_behalf"
    SPOKEN_REFUSAL = "spoken_refusal"  # they say aloud in the request that they do not consent
    PENDING = "pending"
    NOT_ASKED = "not_asked"
    NO_GRANT = "no_grant"
    TRAINING_NOT_GRANTED = "training_not_granted"
    # withheld: what the records of several people say
    ROOM_MEMBER_WITHHELD = "room_member_withheld"
    NOT_ALL_GRANTED = "not_all_granted"


@dataclass(frozen=True, slots=True)
class Spoken:
    """When words were spoken, as absolute instants; `until` is not before `start`."""

    start: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Speech:
    """A stretch of speech that consent decides over.

    `participant` is an id of the roster; None is a label that names no known person, or no label at all. `spoken` is
    None where the time is unknown; then a grant must span the meeting so far. `unattributed` marks speech that no
    speaker claims; then everybody present must have granted. `unended` says that `spoken` is only the beginning, and
    that the speech may have gone on to the end. `rests_on` marks text that this proxy gave back and lists the speech it
    was derived from (None: not such text); then all of that must be admitted, and nothing else counts.
    """

    participant: str | None
    characters: int
    spoken: Spoken | None
    unattributed: bool = False
    unended: bool = False
    rests_on: tuple[Speech, ...] | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is about to happen: whose meeting, for what purpose, to whom, under which terms, and when.

    `organization` is the scope id of organization-wide records. `now` is the time of sending. `may_train` says that the
    recipient's terms allow training, which also needs the purpose ``model_training``. `region` and `retention_days` are
    what these terms say of place and time (None: nothing).
    """

    organization: str
    purpose: str
    recipient: str
    terms_version: str
    may_train: bool
    route_enabled: bool
    purpose_allowed: bool
    meeting: Meeting | None
    now: datetime
    region: str | None = None
    retention_days: int | None = None
    objecting: frozenset[str] = frozenset()
    """Participants who may not be heard in this request, whatever they granted, because they object in it."""
    asked: frozenset[str] = frozenset()
    """Participants who were asked this for themselves: no default of their class stands in for their answer."""


class Refusing(NamedTuple):
    """Somebody whose words may not leave, why, and the ids of the records that decided it; None: an unknown speaker."""

    participant: str | None
    reason: Reason
    grants: tuple[str, ...] = ()


class Verdict(NamedTuple):
    """Whether words may leave, why, and the ids of the records that decided it.

    `refusing` are the people because of whose words a text that was given back may not leave again, each once.
    """

    admitted: bool
    reason: Reason
    grants: tuple[str, ...] = ()
    refusing: tuple[Refusing, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer: one verdict for each speech, in order, and one for each participant at the time of sending.

    `people` says whose names may be shown. `refusal` refuses the whole request, whatever the verdicts say; `refused_by`
    are the ids of the records that led to it. `whose` names the participant of each record that decided over speech.
    """

    verdicts: tuple[Verdict, ...]
    people: Mapping[str, Verdict]
    refusal: Reason | None = None
    refused_by: tuple[str, ...] = ()
    whose: Mapping[str, str] = field(default_factory=dict)


def written(speech: Speech) -> list[Any]:
    """Return speech as JSON."""
    spoken = [speech.spoken.start.isoformat(), speech.spoken.until.isoformat()] if speech.spoken else None
    rests_on = [written(one) for one in speech.rests_on] if speech.rests_on is not None else None
    return [speech.participant, speech.characters, spoken, speech.unattributed, speech.unended, rests_on]


def read(held: list[Any]) -> Speech:
    """Read what `written` wrote; earlier versions wrote four or five values."""
    participant, characters, spoken, unattributed, *more = held
    times = Spoken(*map(datetime.fromisoformat, spoken)) if spoken else None
    unended = more[0] if more else times is not None
    rests_on = tuple(read(one) for one in more[1]) if more[1:] and more[1] is not None else None
    return Speech(participant, characters, times, unattributed, unended, rests_on)
