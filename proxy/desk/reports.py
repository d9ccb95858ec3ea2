"""What a person may ask for (Art. 15 GDPR): all that is on file of them, and what left of their words, to whom.

It holds no words, and of other people only the names of those for whom the person answered: a guardian is "a guardian",
a host "somebody else", and of the records that decided over a room's words only the person's own are named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from proxy.audit.about import ExchangeOfPerson, Known, Wanted, Words, about
from proxy.audit.acts import answering
from proxy.audit.ocsf import Event
from proxy.audit.pseudonyms import MEETING_SUBJECT
from proxy.audit.query import meeting_of, people_of
from proxy.consent.asked import Asked
from proxy.consent.receipts import receipt
from proxy.consent.records import ANY_RECIPIENT, ConsentRecord
from proxy.consent.verdicts import Reason
from proxy.desk.controller import controller
from proxy.desk.ports import OnFile, PastExchanges
from proxy.desk.shapes import check_instant
from proxy.desk.subjects import asked_about, ids_of, keys_lacking, known_as, note_of, rooms_of
from proxy.desk.titles import Titles
from proxy.meetings.provisioning.attributes import DirectoryEntry
from proxy.model import Meeting, Participant
from proxy.settings import Settings
from proxy.settings.purposes import written_in

_ADMITTED = (Reason.GRANTED, Reason.CLASS_DEFAULT)

Prove = Callable[[int], str | None]
"""Makes the proof of the record at a place in the log, as text to hand out; None where there is none."""

NOT_COVERED = (
    "Words that no speaker claimed, and words under a name that nobody on file has: they are attributed to nobody.",
    "Addresses that were typed on the page of a room's link: anybody can type any. They are kept for 30 days at most.",
    "What other people said about the person, and quotes of their words by others.",
    "What did not pass through this proxy.",
    "What recipients did with what they received: ask them, by time and account. They do not know the exchange ids.",
    "Findings are what was detected and removed; that nothing else was there cannot be said.",
)


@dataclass(frozen=True, slots=True)
class LogRead:
    """The number of the first record that was read, and how many were.

    `pseudonyms` are those in them of the person, or of a room in which they are listed, each with the id.
    """

    first: int | None = None
    records: int = 0
    pseudonyms: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attended:
    """A meeting whose roster has the person."""

    id: str
    started_at: datetime
    ended_at: datetime | None
    series: str | None
    title: str | None
    series_title: str | None
    joined_at: datetime | None
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class AnsweredFor:
    """A record that the person gave for somebody else, and that one's name, if they are on file."""

    record: ConsentRecord
    name: str | None


@dataclass(frozen=True, slots=True)
class PersonReport:
    """All that is known of a person.

    `exchanges` is None if no whole ledger can be read, or the store lacks the keys of so many (`lacking`) of its
    meetings: who was in these nobody can say. `person` is None for an id that no roster has. `rooms` are those in which
    they are listed, and `directory` is what a directory says of them.
    """

    id: str
    other_ids: tuple[str, ...]
    person: Participant | None
    rooms: tuple[Participant, ...]
    attended: tuple[Attended, ...]
    meetings: Mapping[str, Meeting]
    titles: Titles
    records: tuple[ConsentRecord, ...]
    answered_for: tuple[AnsweredFor, ...]
    asked: tuple[Asked, ...]
    exchanges: tuple[ExchangeOfPerson, ...] | None
    lacking: int
    since: datetime | None
    until: datetime | None
    made_at: datetime
    directory: DirectoryEntry | None = None
    log: LogRead = LogRead()
    """How much of the ledger was read, if it was."""

    @property
    def ids(self) -> tuple[str, ...]:
        """All ids of the person."""
        return (self.id, *self.other_ids)


async def gather(
    files: OnFile,
    past: PastExchanges,
    organization: str,
    written: str,
    *,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
) -> PersonReport:
    """Gather the report of the person with this id, address or name, over exchanges from `since` until before `until`.

    That somebody asked is an act. Raises `ClientFault` if nobody or several people match, and ``invalid_period`` for
    instants that are none in UTC.
    """
    for where, bound in (("since", since), ("until", until)):
        check_instant(bound, "invalid_period", where)
    named = await known_as(files, written)
    kept = (await files.people.merged_ids([named])).get(named, named)
    await asked_about(files, kept)
    ids = [kept, *sorted(await ids_of(files, named) - {kept})]
    meetings = {meeting.id: meeting for meeting in await files.meetings.listed()}
    rooms = await rooms_of(files, ids)
    records = [record for each in ids for record in await files.consents.listed(participant=each)]
    answered_for = await _answered_for(files, ids)
    asked = await files.invitations.of_people(ids)
    keys = await files.keys.known([*ids, *(room.id for room in rooms)])
    # A record may stand under the key of any id of the person: of the one who gave it, or of one that shares it.
    pairs = tuple((giver, record.id) for record in records for giver in ids)
    wanted = Wanted(organization, keys, await _keys_of_meetings(files, meetings), pairs)
    noted = _Noted(wanted)
    found = await past.read(lambda events: about(noted.all(events), wanted))
    lacking = await keys_lacking(files, organization, noted.meetings)
    if lacking:
        found = None
    return PersonReport(
        id=kept,
        other_ids=tuple(ids[1:]),
        person=await files.people.by_id(kept),
        rooms=rooms,
        attended=tuple(_attended(meetings.values(), ids)),
        meetings=meetings,
        titles=await _titles(files, [*records, *(each.record for each in answered_for)], asked),
        asked=tuple(asked),
        records=tuple(sorted(records, key=lambda record: record.recorded_at)),
        answered_for=answered_for,
        exchanges=None if found is None else tuple(each for each in found if _within(each.at, since, until)),
        lacking=lacking,
        since=since,
        until=until,
        made_at=now,
        directory=(await files.provisioned.of([kept])).get(kept),
        log=noted.read,
    )


class _Noted:
    """What is noted of all events while they are read: their meetings, their number, and the person's pseudonyms."""

    def __init__(self, wanted: Wanted) -> None:
        self.meetings, self.read = set[object](), LogRead()
        self._known, self._subjects = Known(wanted), wanted.subjects

    def all(self, events: Iterable[tuple[int, Event]]) -> Iterator[tuple[int, Event]]:
        """The events, as they come."""
        first, count, found = None, 0, dict[str, str]()
        for sequence, event in events:
            first, count = sequence if first is None else first, count + 1
            self.meetings.add(meeting_of(event))
            for shown in (*(person["uid"] for person in people_of(event)), *answering(event)):
                one = self._known.id_of(shown)
                if one is not None and one in self._subjects:
                    found[shown] = one
            yield sequence, event
        self.read = LogRead(first, count, found)


async def _answered_for(files: OnFile, ids: Collection[str]) -> tuple[AnsweredFor, ...]:
    """What the person with these ids answered for others, oldest first."""
    given = [record for each in ids for record in await files.consents.listed(actor=each)]
    of_others = sorted((each for each in given if each.participant not in ids), key=lambda each: each.recorded_at)
    named = {each.participant: await files.people.by_id(each.participant) for each in of_others}
    return tuple(
        AnsweredFor(each, None if (person := named[each.participant]) is None else person.name) for each in of_others
    )


async def _titles(files: OnFile, records: Iterable[ConsentRecord], asked: Iterable[Asked]) -> Titles:
    """The titles of what records and invitations are about."""
    scopes = {(each.scope, each.scope_id) for each in records}
    scopes |= {(each.invitation.scope, each.invitation.scope_id) for each in asked}
    return await files.meetings.titles(scopes)


async def _keys_of_meetings(files: OnFile, meetings: Iterable[str]) -> Mapping[str, bytes]:
    keys = await files.keys.known([MEETING_SUBJECT + meeting for meeting in meetings])
    return {subject.removeprefix(MEETING_SUBJECT): key for subject, key in keys.items()}


def _attended(meetings: Iterable[Meeting], ids: Collection[str]) -> Iterable[Attended]:
    for meeting in meetings:
        for person in meeting.roster.participants:
            if person.id in ids:
                times = meeting.started_at, meeting.ended_at
                called = meeting.series, meeting.title, meeting.series_title
                yield Attended(meeting.id, *times, *called, person.joined_at, person.left_at)


def _within(at: datetime, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or at >= since) and (until is None or at < until)


# --- as plain values, for JSON and for the page ----------------------------------------------------


def plain(report: PersonReport, settings: Settings, prove: Prove | None = None) -> dict[str, Any]:
    """The report as plain values; the same report under the same settings gives the same values.

    `prove` makes the proof of each exchange.
    """
    told = [] if report.exchanges is None else report.exchanges
    log = {"first": report.log.first, "records": report.log.records}
    # For whoever checks the proofs; the person has no use for pseudonyms of theirs.
    checked = {} if prove is None else {"pseudonyms": list(report.log.pseudonyms), "log": log}
    return checked | {
        "organization": settings.organization,
        "controller": controller(settings),
        "made_at": _iso(report.made_at),
        "since": _iso(report.since),
        "until": _iso(report.until),
        "person": _person(report),
        "sources": list(_sources(report)),
        "rooms": [_room(room, report, shown=prove is not None) for room in report.rooms],
        "meetings": [_attendance(each) for each in report.attended],
        "ledger_read": report.exchanges is not None,
        "exchanges": [_carried(each, report, settings, prove) for each in told if each.carried],
        "withheld": [_withheld(each, report, settings, prove) for each in told if each.withheld],
        "repeated": [_repeated(each, report, settings, prove) for each in told if each.repeated],
        "consent_records": [_record(each, report, settings) for each in report.records],
        "answered_for": [_given_for(each, report, settings) for each in report.answered_for],
        "asked": [_asked(each, report) for each in report.asked],
        "told": _told(_shown_to(report)),
        "not_covered": list(NOT_COVERED),
        "note": note_of(known=report.exchanges is not None, lacking=report.lacking),
    }


def _person(report: PersonReport) -> dict[str, Any]:
    person = report.person
    known = {"id": report.id, "other_ids": list(report.other_ids), "on_file": person is not None}
    if person is None:
        return known
    return known | {
        "name": person.name,
        "aliases": list(person.aliases),
        "addresses": list(person.emails),
        "class": person.participant_class.value,
        "minor": person.minor,
        "directory": None if report.directory is None else _directory(report.directory),
    }


def _room(room: Participant, report: PersonReport, *, shown: bool) -> dict[str, Any]:
    """A room in which the person is listed. By its pseudonyms, an answer in its name is told from the person's own."""
    told: dict[str, Any] = {"id": room.id, "name": room.name}
    named = [pseudonym for pseudonym, one in report.log.pseudonyms.items() if one == room.id]
    return told | ({"pseudonyms": named} if shown else {})


def _sources(report: PersonReport) -> Iterator[str]:
    """Where what is on file of the person comes from (Art. 15(1)(g) GDPR)."""
    if report.directory is not None:
        yield "directory"
    if report.attended:
        yield "rosters"
    if report.person is not None and report.directory is None and not report.attended:
        yield "entered"
    answers = {"the person": "answers", "a guardian": "a guardian", "somebody else": "somebody else"}
    givers = {_giver(record, report) for record in report.records}
    yield from (source for giver, source in answers.items() if giver in givers)
    if report.exchanges:
        yield "requests"


def _directory(entry: DirectoryEntry) -> dict[str, Any]:
    times = {"created_at": entry.created_at, "modified_at": entry.modified_at, "deleted_at": entry.deleted_at}
    return entry.user | {name: None if at is None else _iso(at) for name, at in times.items()}


def _attendance(each: Attended) -> dict[str, Any]:
    return {
        "id": each.id,
        "started_at": _iso(each.started_at),
        "ended_at": _iso(each.ended_at),
        "series": each.series,
        "title": each.title,
        "series_title": each.series_title,
        "joined_at": _iso(each.joined_at),
        "left_at": _iso(each.left_at),
    }


def _exchange(each: ExchangeOfPerson, report: PersonReport, settings: Settings, prove: Prove | None) -> dict[str, Any]:
    meeting = report.meetings.get(each.meeting or "")
    started = None if meeting is None else _iso(meeting.started_at)
    called = None if meeting is None else meeting.shown_title
    return {
        "exchange": each.exchange,
        "at": _iso(each.at),
        "meeting": None if each.meeting is None else {"id": each.meeting, "title": called, "started_at": started},
        "client": each.client,
        "recipient": _recipient(each, settings),
        "purpose": each.purpose,
        "terms_version": each.terms_version,
        "consent_records": sorted({record for words in each.words for record in words.records}),
        "sequence": each.sequence,
        "proof": None if prove is None else prove(each.sequence),
    }


def _recipient(each: ExchangeOfPerson, settings: Settings) -> dict[str, Any] | None:
    """The recipient as recorded: name, address and region; its company, and how long it keeps what it gets, as now."""
    if each.recipient is None:
        return None
    known = settings.recipients.get(each.recipient)
    return {
        "name": each.recipient,
        "display_name": known.display_name if known else None,
        "postal_address": known.address if known else None,
        "country": known.country_in("en") if known else None,
        "address": each.host if each.port is None or each.host is None else f"{each.host}:{each.port}",
        "region": each.region,
        "retention_days": known.retention_days if known else None,
        "may_train": known.may_train if known else None,
        "safeguards": written_in(known.safeguards, "en") if known else None,
    }


def _carried(each: ExchangeOfPerson, report: PersonReport, settings: Settings, prove: Prove | None) -> dict[str, Any]:
    heard = [words for words in each.words if words.utterances or words.characters]
    return _exchange(each, report, settings, prove) | {
        "utterances": sum(words.utterances for words in heard),
        "characters": sum(words.characters for words in heard),
        "rooms": _rooms(heard, report),
        "removed": _sum(words.removed for words in heard),
        "kept": _sum(words.kept for words in heard),
        "attempts": each.attempts,
        "delivered": each.delivered,
        "reason": each.reason,
    }


def _withheld(each: ExchangeOfPerson, report: PersonReport, settings: Settings, prove: Prove | None) -> dict[str, Any]:
    silent = [words for words in each.words if words.withheld or not each.left]
    reasons = _sum(words.reasons for words in silent)
    return _exchange(each, report, settings, prove) | {
        "utterances": sum(words.withheld + (0 if each.left else words.utterances) for words in silent),
        "rooms": _rooms(silent, report),
        "reasons": {reason: number for reason, number in reasons.items() if reason not in _ADMITTED},
        "whole_request_refused": None if each.left else each.reason,
        "proofs": [] if prove is None or each.left else [proof for at in each.never_sent if (proof := prove(at))],
    }


def _repeated(each: ExchangeOfPerson, report: PersonReport, settings: Settings, prove: Prove | None) -> dict[str, Any]:
    """An exchange that sent again what the AI had made of the person's words."""
    return _exchange(each, report, settings, prove) | {"rests_on": list(each.rests_on), "delivered": each.delivered}


def _rooms(words: Iterable[Words], report: PersonReport) -> list[str]:
    """The rooms from whose microphones these words came."""
    return sorted({each.subject for each in words} - set(report.ids))


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(sorted(total.items()))


def _record(record: ConsentRecord, report: PersonReport, settings: Settings) -> dict[str, Any]:
    """A consent record with its receipt. Who acted for the person is somebody else's data, and so may evidence be."""
    giver = _giver(record, report)
    called = report.titles.get((record.scope, record.scope_id))
    shown = record._replace(actor=record.participant if giver == "the person" else giver, evidence_ref=None)
    return _said(record, report, settings) | {
        "given_by": giver,
        "lawful_basis": record.lawful_basis,
        "receipt": receipt(shown, settings, called),
    }


def _given_for(given: AnsweredFor, report: PersonReport, settings: Settings) -> dict[str, Any]:
    """What the person answered for somebody else. Of that one it has the name alone."""
    record = given.record
    return _said(record, report, settings) | {"name": given.name, "as_guardian": record.guardian}


def _said(record: ConsentRecord, report: PersonReport, settings: Settings) -> dict[str, Any]:
    """What a record says, of whomever."""
    return {
        "id": record.id,
        "state": record.state.value,
        "scope": record.scope.value,
        "scope_id": record.scope_id,
        "title": report.titles.get((record.scope, record.scope_id)),
        "purpose": record.purpose,
        "recipient": record.recipient,
        "recipient_called": None if record.recipient == ANY_RECIPIENT else settings.called(record.recipient),
        "terms_version": record.terms_version,
        "valid_from": _iso(record.valid_from),
        "valid_until": _iso(record.valid_until),
        "method": record.method,
        "recorded_at": _iso(record.recorded_at),
    }


def _who_was_asked(each: Asked, report: PersonReport) -> str:
    """Whether the person was asked, or a guardian of theirs, or the person as the guardian of somebody."""
    if each.invitation.guardian is None:
        return "the person"
    return "a guardian" if each.invitation.participant in report.ids else "the person, as a guardian"


def _asked(each: Asked, report: PersonReport) -> dict[str, Any]:
    """An invitation: what the person was asked, how, and when they opened and answered it. Without its link."""
    asks = each.invitation
    return {
        "invitation": asks.id,
        "asked": _who_was_asked(each, report),
        "scope": asks.scope.value,
        "scope_id": asks.scope_id,
        "title": report.titles.get((asks.scope, asks.scope_id)),
        "offers": [offer._asdict() for offer in asks.offers],
        "expires": _iso(asks.expires),
        "channel": each.channel.value,
        "invited_at": _iso(each.invited_at),
        "reminded_at": _iso(each.reminded_at),
        "opened_at": _iso(each.opened_at),
        "answered_at": _iso(each.answered_at),
    }


def _giver(record: ConsentRecord, report: PersonReport) -> str:
    """Who gave an answer: the person, or somebody who acted for them, without saying who that is."""
    if record.actor in report.ids:
        return "the person"
    return "a guardian" if record.guardian else "somebody else"


def _shown_to(report: PersonReport) -> list[ConsentRecord]:
    """The records of answers to what the person was shown, for themselves or for somebody else, oldest first."""
    records = [*report.records, *(each.record for each in report.answered_for)]
    return sorted(records, key=lambda each: each.recorded_at)


def _told(records: Iterable[ConsentRecord]) -> list[dict[str, Any]]:
    """What the person was shown when they were asked: each notice once, with what it named."""
    notices: dict[tuple[str | None, str | None], dict[str, Any]] = {}
    for record in records:
        if record.notice_hash is None:
            continue
        notice = notices.setdefault(
            (record.notice_hash, record.notice_language),
            {
                "notice": record.notice_hash,
                "language": record.notice_language,
                "at": _iso(record.recorded_at),
                "of": [],
            },
        )
        named = {"purpose": record.purpose, "recipient": record.recipient, "terms_version": record.terms_version}
        if named not in notice["of"]:
            notice["of"].append(named)
    return list(notices.values())


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")
