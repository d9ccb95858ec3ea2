"""What use cases need from the edge: everything on file, in one transaction if needed, and the ledger."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol, TypeVar

from proxy.audit import ocsf
from proxy.audit.about import CarryingExchange
from proxy.audit.acts import Fact
from proxy.audit.query import EVERYTHING, EventFilter, Subject
from proxy.audit.roll_call import KnownLog
from proxy.consent.asked import Asked, Channel
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.consent.rooms import LinkRequest, RoomLink
from proxy.consent.terms import TermsVersion
from proxy.meetings.presence import Event
from proxy.meetings.provisioning.attributes import DirectoryEntry
from proxy.model import Meeting, MeetingNotes, Participant


class ConsentsOnFile(Protocol):
    """Consent records: appended, never changed."""

    async def grants(
        self,
        participants: Collection[str],
        *,
        purposes: Collection[str] | None = None,
        recipient: str | None = None,
        scopes: Collection[tuple[Scope, str]] | None = None,
    ) -> Sequence[ConsentRecord]:
        """All records of these people that can matter to a question, oldest first."""

    async def record(self, grant: ConsentRecord) -> None:
        """Append a record; durable on return."""

    async def record_all(self, grants: Sequence[ConsentRecord]) -> None:
        """Append several records, all or none."""

    async def listed(
        self,
        *,
        participant: str | None = None,
        scope: Scope | None = None,
        scope_id: str | None = None,
        purpose: str | None = None,
        recipient: str | None = None,
        state: ConsentState | None = None,
        actor: str | None = None,
    ) -> Sequence[ConsentRecord]:
        """The records that match all the given fields, oldest first."""


class PeopleOnFile(Protocol):
    """Everybody named by a roster, a calendar or an operator."""

    async def by_id(self, participant_id: str) -> Participant | None:
        """The person with this id."""

    async def everybody(self) -> Sequence[Participant]:
        """All people, by name."""

    async def having(self, ids: Collection[str], emails: Collection[str]) -> Sequence[Participant]:
        """The people with one of these ids or addresses, each once, by id."""

    async def called(self, labels: Collection[str]) -> Collection[str]:
        """The ids of the people with one of these labels on file."""

    async def merged_ids(self, ids: Collection[str]) -> Mapping[str, str]:
        """Map those of these ids that were merged into a person on file to that person's own id."""

    async def other_ids(self, person: str) -> Sequence[str]:
        """The other ids of somebody on file."""

    async def put(self, person: Participant) -> None:
        """File a person, replacing what was known under this id."""

    async def put_all(self, people: Sequence[Participant]) -> None:
        """File several people, all or none."""

    async def put_as_one(self, gone: str, person: Participant, noes: Sequence[ConsentRecord]) -> None:
        """File `person`, make `gone` another id of theirs, and record the refusals `noes`."""


class MeetingsOnFile(Protocol):
    """Meetings with their rosters, and who joined and left."""

    async def by_id(self, meeting_id: str) -> Meeting | None:
        """The meeting with this id."""

    async def listed(self) -> Sequence[Meeting]:
        """All meetings, by start."""

    async def starting(self, since: datetime, until: datetime) -> Sequence[Meeting]:
        """The meetings that start from `since` until before `until`, by start."""

    async def put(self, meeting: Meeting) -> None:
        """File a meeting, replacing the one with its id."""

    async def remove(self, meeting_id: str) -> None:
        """Take a meeting off file, with its roster. What was seen of it and recorded about it stays."""

    async def was_anybody_seen(self, meeting_id: str) -> bool:
        """Whether it is on file that somebody joined or left the meeting."""

    async def seated(self, meeting_id: str, seat: str) -> Collection[str | None]:
        """The ids of the people who were seen in a seat of a meeting, by its digest; None for somebody unknown."""

    async def titles(self, scopes: Collection[tuple[Scope, str]]) -> Mapping[tuple[Scope, str], str]:
        """The titles of those meetings and series among `scopes` that have one."""

    async def note_presence(  # noqa: PLR0917 - a row of one table, in the order of its columns
        self,
        meeting: str,
        label: str | None,
        participant: str | None,
        event: Event,
        at: datetime,
        source: str,
        key: str,
        *,
        seat: str | None = None,
        vouched: bool = False,
        address: str | None = None,
    ) -> bool:
        """Append that somebody joined or left; False if `key` is on file already."""


class NotesOnFile(Protocol):
    """Notes on meetings, for operators."""

    async def of(self, meeting: str) -> MeetingNotes:
        """What requests showed of a meeting."""


class TermsOnFile(Protocol):
    """The terms of recipients, by version."""

    async def add(self, recipient: str, version: str, text: str, digest: str, at: datetime) -> bool:
        """File a version; False if it is on file already."""

    async def of(self, recipient: str) -> list[TermsVersion]:
        """All versions of a recipient's terms, in the order in which they were added."""

    async def accept(self, recipient: str, version: str, by: str, at: datetime) -> bool:
        """Note that a version was accepted; False if it is not on file, or was accepted before."""


class KeysOnFile(Protocol):
    """The keys of subjects, from which the ledger's pseudonyms are made."""

    async def known(self, subjects: Collection[str]) -> Mapping[str, bytes]:
        """The keys of those subjects that have one; creates none."""

    async def of_meetings(self) -> Sequence[bytes]:
        """The keys of all meetings that ever had one."""


class LinksOnFile(Protocol):
    """Which links and forms were used."""

    async def spend(self, nonce: str, invitation: str, at: datetime) -> bool:
        """Mark a form as used: True the first time, False ever after."""


class InvitationsOnFile(Protocol):
    """Who was asked, how, and when they opened and answered."""

    async def put_all(self, asked: Sequence[Asked]) -> None:
        """File invitations, all or none."""

    async def reminded(self, ids: Collection[str], channel: Channel, at: datetime) -> None:
        """Note that the links of these invitations were given out again, and how."""

    async def answered(self, invitation: str, at: datetime) -> None:
        """Note that an invitation was answered, if it is the first time."""

    async def of_people(self, people: Collection[str]) -> Sequence[Asked]:
        """The invitations of these people, and those in which they are asked as guardians, oldest first."""

    async def to(self, people: Collection[str], scopes: Collection[tuple[Scope, str]]) -> Sequence[Asked]:
        """The invitations of these people in these scopes, oldest first, each under the id asked about."""

    async def of(self, scopes: Collection[tuple[Scope, str]]) -> Sequence[Asked]:
        """The invitations about these meetings, series and organizations, oldest first."""


class ProvisionedOnFile(Protocol):
    """What a directory says of people on file."""

    async def of(self, ids: Collection[str]) -> Mapping[str, DirectoryEntry]:
        """The entries of these people, by id."""

    async def named(self, user_name: str) -> str | None:
        """The id of the person with this user name, in any case."""

    async def external(self, external_id: str) -> Sequence[str]:
        """The ids of those with this id of the directory's."""

    async def put(self, participant: str, entry: DirectoryEntry) -> None:
        """File what the directory says of a person, in place of what it said before."""

    async def listed(self, start: int, most: int) -> tuple[int, Sequence[str]]:
        """How many people a directory brought and has still, and the ids of `most` of them from `start` (0) on."""

    async def left(self, ids: Collection[str]) -> Collection[str]:
        """Those of these ids whom the directory calls inactive, or has deleted."""


class RoomLinksOnFile(Protocol):
    """Links for the rooms of meetings, and who asked there for a link of their own."""

    async def put(self, link: RoomLink) -> None:
        """File a link."""

    async def of(self, meetings: Collection[str] | None = None) -> Sequence[RoomLink]:
        """The links for these meetings, oldest first; None: for all."""

    async def revoke(self, meeting: str, at: datetime) -> int:
        """End all open links for a meeting, and forget who asked by any. Returns how many it ended."""

    async def waiting(self, codes: Collection[str], now: datetime) -> Sequence[LinkRequest]:
        """The requests by these links that wait for a link, oldest first."""

    async def handled(self, requests: Collection[LinkRequest], at: datetime) -> None:
        """Note that links were given out for these requests."""


class ActsOnFile(Protocol):
    """What the operator at hand does, until a ledger has it."""

    async def did(
        self,
        code: str,
        *,
        people: Collection[str] = (),
        shown: Collection[str] = (),
        meeting: str | None = None,
        facts: Mapping[str, Fact] | None = None,
    ) -> None:
        """Put an act (`proxy.audit.acts`) on file. `shown` are pseudonyms of people whose key is gone."""

    async def forget(self, person: str, pseudonym: str) -> None:
        """Show somebody by this pseudonym in all acts that still wait; their id is gone from these."""

    async def started(self, log: str, settings: str) -> str | None:
        """Note with which settings, by digest, the proxy of a log starts; return those of its last start."""


class LogsOnFile(Protocol):
    """The ledgers of the proxies on this store."""

    async def listed(self) -> Sequence[KnownLog]:
        """All logs, by origin."""

    async def retire(self, origin: str, end: bytes, at: datetime) -> None:
        """Note that a log will not come back, and that it ended with this checkpoint."""


class OnFile(Protocol):
    """Everything on file. Any failure raises `OwnFault`."""

    @property
    def consents(self) -> ConsentsOnFile:
        """Consent records."""

    @property
    def people(self) -> PeopleOnFile:
        """People."""

    @property
    def meetings(self) -> MeetingsOnFile:
        """Meetings."""

    @property
    def notes(self) -> NotesOnFile:
        """Notes on meetings."""

    @property
    def terms(self) -> TermsOnFile:
        """Terms of recipients."""

    @property
    def keys(self) -> KeysOnFile:
        """Keys of subjects."""

    @property
    def links(self) -> LinksOnFile:
        """Used links."""

    @property
    def invitations(self) -> InvitationsOnFile:
        """Who was asked."""

    @property
    def provisioned(self) -> ProvisionedOnFile:
        """What a directory says of people."""

    @property
    def rooms(self) -> RoomLinksOnFile:
        """Links for rooms."""

    @property
    def acts(self) -> ActsOnFile:
        """Acts of operators."""

    @property
    def logs(self) -> LogsOnFile:
        """Ledgers."""

    def at_once(self) -> AbstractAsyncContextManager[OnFile]:
        """The same in one transaction: nothing is written if the block raises."""


class Hold(NamedTuple):
    """That somebody may not be forgotten, why, in the operator's words, and since when.

    `alone`: what is of others in their meetings is not kept for it.
    """

    participant: str
    reason: str
    since: datetime
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Traces:
    """How much of a person was found, and what of it went on without them.

    `rosters` are meetings that have lost them, and count as incomplete. `rooms` listed them; nothing that is said there
    is heard until their list is given anew. `guardianships` are records of others that they had given.
    """

    consent_records: int
    rosters: tuple[str, ...]
    rooms: tuple[str, ...]
    guardianships: int


Answer = TypeVar("Answer")


class PastExchanges(Protocol):
    """The ledger, as a source of what has left."""

    async def carried(
        self, subjects: Collection[Subject], wanted: EventFilter = EVERYTHING
    ) -> tuple[CarryingExchange, ...] | None:
        """The exchanges that left with words of any subject, or with what was made of them, as `audit.about` has them.

        None if no ledger can be read. `wanted` is asked of their requests.
        """

    async def meetings(self) -> Collection[str] | None:
        """The pseudonyms of all meetings that the ledger names; None if no ledger can be read."""

    async def newest(self, wanted: EventFilter, most: int) -> Sequence[tuple[int, ocsf.Event]] | None:
        """The newest `most` events that are wanted, oldest first, with their places; None if no ledger can be read."""

    async def read(self, how: Callable[[Iterable[tuple[int, ocsf.Event]]], Answer]) -> Answer | None:
        """What `how` makes of all events, oldest first, with their places; None if no whole ledger can be read."""


class HoldsOnFile(Protocol):
    """Legal holds, at most one a person."""

    async def put(self, participant: str, reason: str, since: datetime, *, alone: bool = False) -> None:
        """Put a hold on a person; one that is there takes the new reason and width."""

    async def release(self, people: Collection[str]) -> bool:
        """Take the holds on these ids away; False if there is none."""

    async def of(self, people: Collection[str]) -> Sequence[Hold]:
        """The holds on these ids."""

    async def listed(self) -> Sequence[Hold]:
        """All holds, oldest first."""

    async def people(self, *, alone: bool | None = None) -> Collection[str]:
        """All ids of everybody on hold, or of those alone who are so alone, or not."""

    async def binding(self, ids: Collection[str]) -> Sequence[str]:
        """The ids of others on hold because of whom the person with these ids has to stay.

        Their records or invitations name the person, or they answered, or were asked, for the person as a guardian.
        """

    async def meetings(self, ids: Collection[str]) -> Mapping[str, Collection[str]]:
        """Those of these meetings that somebody on hold was in, or was asked about, with the ids of those on hold."""


@dataclass(frozen=True, slots=True)
class NamedElsewhere:
    """What else on file holds a name of a person, and stays when they are forgotten, by ids.

    `people` are entries of others, `held` people on hold for a reason that names the person; `meetings` are ids of
    meetings and series.
    """

    people: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    meetings: tuple[str, ...] = ()


class Forgets(Protocol):
    """What takes people off file."""

    async def named_elsewhere(self, ids: Collection[str]) -> NamedElsewhere:
        """What else on file holds a name of the person with these ids."""

    async def forget(self, ids: Collection[str], new_id: Callable[[], str]) -> Traces:
        """Delete everything that names the person with these ids. Fails for somebody on hold."""

    async def purge(self) -> bool:
        """Give up the bytes of what was deleted; False if that could not be done, or not by this role."""


class Expires(Protocol):
    """What takes meetings off file that are over."""

    async def meetings(self, ids: Collection[str]) -> None:
        """Take these meetings off file, with all that was seen of them and asked about them."""

    async def narrow(self, meeting: str, people: Collection[str]) -> Collection[str]:
        """Leave of a meeting what is of these people. Returns the ids of whoever else was on its roster or noted."""

    async def idle(self, ids: Collection[str], now: datetime) -> Mapping[str, datetime]:
        """Note that nothing needs these people, and that all others on file are needed. Returns since when, by id."""


class OnFileToForget(OnFile, Protocol):
    """Everything on file, and what takes people off it."""

    @property
    def holds(self) -> HoldsOnFile:
        """Legal holds."""

    @property
    def forgetting(self) -> Forgets:
        """Takes people off file."""

    @property
    def expiring(self) -> Expires:
        """Takes meetings off file."""

    def at_once(self) -> AbstractAsyncContextManager[OnFileToForget]:
        """The same in one transaction."""
