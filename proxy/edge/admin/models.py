"""The bodies of the admin API: requests and answers. Unknown fields are errors.

The OpenAPI document is generated from these models, and requests are validated by them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from proxy.audit.acts import OperatorKind
from proxy.consent.records import ConsentState, Scope
from proxy.meetings.directory import EMAIL, LONGEST_EMAIL
from proxy.model import Custody, ParticipantClass
from proxy.settings import Instant, Role
from proxy.settings.lines import LINE, LONGEST_LINE

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:@=+~-]{0,199}$")]
"""As ``proxy.steps.call.MEETING_ID``: what fits into a path and a header."""
Line = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_LINE, pattern=f"^{LINE}$")]
Email = Annotated[str, StringConstraints(min_length=3, max_length=LONGEST_EMAIL, pattern=f"^{EMAIL}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", max_length=35)]
Reference = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:@=+~-]{1,200}$")]


class Body(BaseModel):
    """Base of all bodies."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class PersonFacts(Body):
    """What is known of a person (or a room) in all meetings. Fields left out stay as they are on file."""

    name: Line | None = None
    """The display name; required for somebody who is not on file yet."""
    aliases: Annotated[tuple[Line, ...], Field(max_length=50)] | None = None
    """Further labels under which transcripts show this person."""
    emails: Annotated[tuple[Email, ...], Field(max_length=20)] | None = None
    participant_class: Annotated[ParticipantClass | None, Field(alias="class")] = None
    """If left out: as on file, else by e-mail domain (``people.domains``)."""
    minor: bool | None = None
    members: Annotated[tuple[Id, ...], Field(max_length=500)] | None = None
    """For a room: the ids of the people behind its microphone. All of them must have granted consent."""
    guardians: Annotated[tuple[Id, ...], Field(max_length=10)] | None = None
    """For a minor: the ids of the people who may say yes for them; they replace those on file."""
    custody: Custody | None = None
    """For a minor: whether each guardian has to say yes, or one. If left out: as on file, else ``consent.custody``."""


class RosterEntry(PersonFacts):
    """Somebody in a meeting."""

    id: Id | None = None
    """If left out: whoever has one of the e-mail addresses, else a new person with a random id."""
    joined_at: Instant | None = None
    left_at: Instant | None = None


class MeetingFacts(Body):
    """A meeting. Its roster replaces the whole roster on file."""

    start: Instant
    end: Instant | None = None
    recording_start: Instant | None = None
    """When the recording began; offsets in transcripts count from it. If left out: as on file."""
    series: Id | None = None
    """If left out: as on file. A refusal for a series stays in force for the meetings that were in it."""
    title: Line | Literal[""] | None = None
    """What people call the meeting. If left out: as on file; an empty one takes the title away."""
    series_title: Line | Literal[""] | None = None
    """What people call its series, as `title`."""
    complete: bool = False
    """Everybody present is listed. Unattributed speech may leave only if this is set."""
    participants: Annotated[tuple[RosterEntry, ...], Field(max_length=2000)] = ()


class Person(Body):
    """A person as on file."""

    id: str
    name: str
    aliases: tuple[str, ...]
    emails: tuple[str, ...]
    participant_class: Annotated[ParticipantClass, Field(alias="class")]
    minor: bool
    members: tuple[str, ...]
    guardians: tuple[str, ...]
    custody: Custody | None


class PersonOnFile(Person):
    """A person as on file, and what is uncertain about them."""

    unconfirmed: tuple[str, ...]
    """Names that somebody else on file has too and nobody vouched for. They identify nobody until confirmed."""
    remarks: tuple[str, ...] = ()
    """What an operator may want to fix, such as an address that somebody else has too."""


class People(Body):
    """Everybody on file, by name."""

    people: tuple[PersonOnFile, ...]


class Confirmation(Body):
    """Who somebody is when somebody else on file has the same name. Give one of the two fields."""

    distinct_from: Id | None = None
    """They are two people; each of them owns the names that they share."""
    same_as: Id | None = None
    """They are one person, who stays on file under this id, with the addresses of both.

    The other id is taken off file. A refusal recorded under it stays in force; a grant does not.
    """


class Attending(Person):
    """A person in a meeting, and when they came and went, if known."""

    joined_at: datetime | None
    left_at: datetime | None


class Unconfirmed(Body):
    """A name on a roster that does not identify anybody yet."""

    participant: str
    label: str


class Meeting(Body):
    """A meeting as on file, including who came and went according to webhooks."""

    id: str
    start: datetime
    end: datetime | None
    recording_start: datetime | None
    series: str | None
    title: str | None
    series_title: str | None
    complete: bool
    participants: tuple[Attending, ...]
    unconfirmed: tuple[Unconfirmed, ...] = ()
    """What is said under these names is attributed to nobody until they are confirmed or made somebody's alias."""
    remarks: tuple[str, ...] = ()
    """What an operator may want to fix, such as two people with the same name."""


class Meetings(Body):
    """The meetings on file, by start."""

    meetings: tuple[Meeting, ...]


class Standing(Body):
    """Whether a person on a roster may be heard for one purpose by one recipient, as of now."""

    participant: str
    purpose: str
    recipient: str
    heard: bool
    heard_from: datetime | None
    """Set where only what they say from then on is heard: they said yes during the meeting."""
    reason: str
    records: tuple[str, ...]
    """The ids of the consent records that decide."""


class SpokenRefusal(Body):
    """Somebody said aloud that they do not consent; `at` is the time of the first request that showed it."""

    participant: str
    at: datetime


class Standings(Body):
    """Who may be heard for what in a meeting, and what requests showed of it."""

    consent: tuple[Standing, ...]
    unmatched_labels: int
    """The most labels in one request that match nobody on the roster."""
    spoken_refusals: tuple[SpokenRefusal, ...]


class CoveredPerson(Body):
    """How a person stands to one purpose and recipient when a meeting begins."""

    participant: str
    name: str
    answer: Literal["heard", "refused", "pending", "never_asked", "lapsed", "other"]
    """``pending``: asked, and no answer yet. ``lapsed``: a yes that will have ended, or is to other terms."""
    heard_from: datetime | None
    """Set where only what they say from then on is heard: they said yes during the meeting."""
    reason: str
    missing: tuple[str, ...] = ()
    """Of a minor: the ids of the guardians on file without whose yes they are not heard, and who have not given it."""


class Covered(Body):
    """One purpose and recipient in one meeting."""

    purpose: str
    recipient: str
    people: tuple[CoveredPerson, ...]
    all_present: bool
    """Whether words that no speaker claims may leave, and what needs everybody present."""
    all_present_reason: str | None


class Coverage(Body):
    """A meeting under way or to come, judged as of its start, or as of now if it has begun."""

    meeting: str
    title: str | None
    start: datetime
    covered: tuple[Covered, ...]
    unconfirmed: tuple[str, ...]
    """People with a name that waits for confirmation."""
    unmatched_labels: int
    link_requests: int
    """How many addresses that were typed on the page of its room's link wait for a link."""


class Coverages(Body):
    """The meetings to come, by start."""

    meetings: tuple[Coverage, ...]


class ConsentEvent(Body):
    """Somebody granted, denied or withdrew consent."""

    participant: Id
    scope: Scope
    scope_id: Id | None = None
    """Id of the meeting or series; for an organization, its configured name."""
    purpose: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    recipient: Line = "*"
    terms_version: Line | None = None
    """If left out: the current version of the recipient's terms."""
    state: ConsentState
    valid_from: Instant | None = None
    """If left out: now."""
    valid_until: Instant | None = None
    """If left out: no end. A refusal has no end."""
    method: Line
    affirmative: bool
    """False for a box that was ticked beforehand, which is not consent. There is no default: say which it was."""
    actor: Id | None = None
    """Who gave the statement. If left out: the person, and the holder of the admin token vouches for that."""
    lawful_basis: Line = "consent"
    evidence_ref: Line | None = None
    notice_hash: Line | None = None
    notice_language: Language | None = None
    """BCP 47 tag of the language in which the person was asked."""
    covers_earlier: bool = False
    guardian: bool = False


class Exchange(Body):
    """An exchange that left with a person's words, or with what the AI had made of them."""

    exchange: str
    at: datetime
    recipient: str
    purpose: str
    terms_version: str | None
    utterances: int
    characters: int
    delivered: str | None
    """How much of the reply came back; null while that is not recorded."""
    reason: str | None
    """Why it ended, if it did not end well."""
    rests_on: tuple[str, ...]
    """The exchanges whose replies it repeated; empty if it carried only what the person said."""
    kept: dict[str, int]
    """Findings in the person's words that were sent as they were said, by kind."""


class AlreadyLeft(Body):
    """What had left with a person's words, or with what the AI had made of them."""

    exchanges: tuple[Exchange, ...] | None
    """Oldest first. Null if the ledger could not be read, so that it is unknown."""
    note: str


class Recorded(Body):
    """A consent record that was made."""

    id: str
    repeated: bool = False
    """This call was recorded before; nothing was added."""
    receipt: dict[str, Any]
    """To hand to the person: ISO/IEC TS 27560 in terms of W3C DPV, as JSON-LD."""
    remarks: tuple[str, ...] = ()
    already_left: AlreadyLeft | None = None
    """Only for a withdrawal: what it cannot call back."""


class StoredEvent(Body):
    """A consent record as on file."""

    id: str
    participant: str
    scope: Scope
    scope_id: str
    purpose: str
    recipient: str
    terms_version: str
    state: ConsentState
    valid_from: datetime
    valid_until: datetime | None
    method: str
    affirmative: bool
    actor: str
    recorded_at: datetime
    lawful_basis: str
    evidence_ref: str | None
    notice_hash: str | None
    covers_earlier: bool
    guardian: bool
    notice_language: str | None


class StoredEvents(Body):
    """A person's consent records, oldest first."""

    events: tuple[StoredEvent, ...]


class Presence(Body):
    """Somebody joined or left a meeting."""

    label: Annotated[str, StringConstraints(max_length=512)]
    """The name that the meeting shows, whatever it is. It counts only if exactly one person on the roster has it."""
    participant: Id | None = None
    """The person, if the caller vouches for their identity; they must be on the roster.

    A label alone never shows that somebody with an e-mail address on file was away.
    """
    seat: Reference | None = None
    """The meeting service's id of this one presence, the same when they join and when they leave.

    A leave ends only a seat that joined. If left out: the person is the seat.
    """
    event: Literal["joined", "left"]
    at: Instant
    key: Reference | None = None
    """Identifies repeated calls. If left out: label, participant, seat, event and time together."""


class Noted(Body):
    """The result of a presence event."""

    noted: bool
    """False: it was noted before."""
    participant: str | None
    """Null: nobody known. The roster is not complete until it has the label."""


class Dtmf(Body):
    """A key that a phone-in pressed when they were asked for one purpose."""

    meeting: Id
    participant: Id | None = None
    label: Line | None = None
    """The caller's label in the meeting; give either this or `participant`."""
    purpose: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    recipient: Line = "*"
    terms_version: Line | None = None
    digit: Annotated[str, StringConstraints(pattern=r"^[0-9*#]$")]
    """The meaning of keys is configured (``phone.digits``); by default 1 is yes, 2 is no."""
    call: Reference
    """The telephone service's reference of the call, kept as evidence; not the caller's number."""
    pressed_at: Instant
    covers_earlier: bool = False
    notice_hash: Line | None = None
    notice_language: Language | None = None


class ChatPrompt(Body):
    """The question that was posted in the chat."""

    purposes: Annotated[tuple[Annotated[str, StringConstraints(min_length=1, max_length=64)], ...],
                        Field(min_length=1, max_length=20)]  # fmt: skip
    recipient: Line
    terms_version: Line
    """As posted; a yes to other terms than the current ones is refused."""
    notice_hash: Line | None = None
    notice_language: Language | None = None


class ChatMessage(Body):
    """A message in the chat of a meeting. Its text is read and not kept."""

    meeting: Id
    text: Annotated[str, StringConstraints(max_length=4000)]
    label: Annotated[str, StringConstraints(max_length=512)]
    """The name that the chat shows, whatever it is."""
    seat: Reference | None = None
    """The meeting service's id of the writer's presence, as in `Presence`. A yes needs it."""
    address: Email | None = None
    """The address with which the writer is signed in at the platform; never one that somebody typed. A yes needs it."""
    message: Reference
    """The platform's reference of the message, kept as evidence."""
    written_at: Instant
    prompt: ChatPrompt | None = None
    """The question that stands in the chat. Without it a plain ``no`` is no answer, and nothing is a yes."""


class ChatAnswer(Body):
    """What a message says about consent."""

    answer: Literal["yes", "no", "none"]
    """``none``: nothing, and nothing was recorded."""
    participant: str | None
    records: tuple[str, ...]
    """The ids of the records that it made, or that the same message made before."""


class Preference(Body):
    """An AI preference that a platform signals for somebody in a meeting. It is read as a no, and never as a yes."""

    meeting: Id
    participant: Id | None = None
    label: Line | None = None
    """The name that the meeting shows; give either this or `participant`. It is a no of everybody who is called so."""
    preference: Annotated[str, StringConstraints(min_length=1, max_length=1000)]
    """Categories of use with ``y`` or ``n``, as in the IETF's AIPREF drafts: ``train-ai=n, search=y``."""
    signalled_at: Instant
    source: Reference | None = None
    """The platform's reference of the signal, kept as evidence. The same signal is recorded once."""


class Signalled(Body):
    """The refusals that a preference made."""

    recorded: tuple[str, ...]
    """The ids of the new records; none if the signal was recorded before, or objects to nothing."""
    purposes: tuple[str, ...]
    """The purposes to which it objects."""


class Incident(Body):
    """A forged, expired or reused link or call. It changed nothing."""

    reason: str
    invitation: str | None
    at: datetime


class Incidents(Body):
    """The newest incidents, newest first."""

    incidents: tuple[Incident, ...]


class Problem(Body):
    """What is wrong. `field` names a place in the request; the content of that place is not repeated."""

    code: str
    message: str
    field: str | None


class Error(Body):
    """The body of every answer that is not a success."""

    error: Problem


class Session(Body):
    """Who calls."""

    name: str
    """By which the ledger tells who did what."""
    kind: OperatorKind
    """How the caller is known: a token, a proxy in front, or an identity provider."""
    roles: tuple[Role, ...]
    csrf_token: str | None
    """What each change has to carry as ``X-CSRF-Token``; null for callers who present a token of their own."""
