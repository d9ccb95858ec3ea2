"""Who was heard in a meeting: every exchange that named it, whose words left, to whom, and whose stayed in, and why.

It is for whoever has to show that to an auditor. It says which records of the ledger it rests on, and under which
pseudonyms the ledger has the meeting, so that ``meeting-proxy-verify complete`` can find what was left out. It holds no
words of the meeting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from proxy.audit.acts import Acts
from proxy.audit.of_meeting import ActOfMeeting, ExchangeOfMeeting, OfMeeting, Said, of_meeting
from proxy.audit.pseudonyms import UNKNOWN_SPEAKERS, epoch_in, pseudonym
from proxy.audit.query import Subject
from proxy.desk.meetings import on_file
from proxy.desk.ports import OnFile, PastExchanges
from proxy.desk.reports import Prove
from proxy.desk.subjects import UNREADABLE, subjects_of_meetings
from proxy.desk.titles import purpose_shown
from proxy.errors import ClientFault
from proxy.model import Meeting, Participant
from proxy.settings import Settings

NOT_SHOWN = (
    "What did not pass through this proxy. Compare with the recipients' own figures, and see to it that only the proxy "
    "can reach them.",
    "Exchanges of this meeting in the ledgers of other proxies: make the report for each of them.",
    "Records that were pruned, and those behind the newest checkpoint that somebody else kept or cosigned.",
    "Whether the words were spoken by whoever the client named as their speaker.",
    "That these pseudonyms are those of this meeting and these people: the store says so, and the ledger has no names.",
    "Whether anything personal was left in what was sent: findings are what was detected.",
)


@dataclass(frozen=True, slots=True)
class MeetingReport:
    """All that is known of what left of a meeting.

    `meeting` is None where it is off file; `told` where no whole ledger can be read. `people` are the roster, and
    others on file whom exchanges name, by id; `ids` maps pseudonyms to ids.
    """

    id: str
    meeting: Meeting | None
    people: Mapping[str, Participant]
    ids: Mapping[str, str]
    told: OfMeeting | None
    made_at: datetime


async def gather(
    files: OnFile, past: PastExchanges, organization: str, meeting_id: str, *, now: datetime
) -> MeetingReport:
    """Gather the report of the meeting with this id, on file or not any more.

    That somebody asked is an act, about everybody on its roster. Raises `ClientFault` if nobody knows the id.
    """
    meeting = await files.meetings.by_id(meeting_id)
    subjects = await _subjects(files, organization, meeting_id)
    roster = () if meeting is None else meeting.roster.participants
    await files.acts.did(Acts.PERSON_REPORTED, people=[each.id for each in roster], meeting=meeting_id)
    told = await past.read(lambda events: of_meeting(events, subjects))
    everybody = {each.id: each for each in await files.people.everybody()} | {each.id: each for each in roster}
    ids = await _ids(files, organization, everybody, [each.id for each in roster], _named(told))
    here = {each.id for each in roster} | set(ids.values())
    people = {one: person for one, person in everybody.items() if one in here}
    return MeetingReport(meeting_id, meeting, people, ids, told, now)


async def _subjects(files: OnFile, organization: str, meeting_id: str) -> tuple[Subject, ...]:
    """The meeting's key: of one meeting, and of no series, which is another question."""
    try:
        await on_file(files, meeting_id)
    except ClientFault:
        if not await files.keys.known([f"meeting:{meeting_id}"]):
            raise
    return await subjects_of_meetings(files, organization, meeting_id)


def _named(told: OfMeeting | None) -> set[str]:
    """The pseudonyms of people that were found."""
    if told is None:
        return set()
    return {said.pseudonym for each in told.exchanges for said in each.people} | {
        one for act in told.acts for one in act.people
    }


async def _ids(
    files: OnFile, organization: str, everybody: Iterable[str], roster: Iterable[str], shown: Iterable[str]
) -> Mapping[str, str]:
    """Those of these pseudonyms that belong to somebody on file, with the person's id.

    People of the roster are found under any of their ids. The register of keys is asked once, however many there are.
    """
    wanted = set(shown)
    epochs = {epoch for each in wanted if (epoch := epoch_in(each)) is not None}
    owner = {one: one for one in everybody}
    for person in roster:
        owner |= dict.fromkeys(await files.people.other_ids(person), person)
    keys = await files.keys.known(list(owner)) if epochs else {}
    made = ((pseudonym("ptc", key, epoch, organization), owner[one]) for one, key in keys.items() for epoch in epochs)
    return {one: person for one, person in made if one in wanted}


# --- as plain values, for JSON and for the page ----------------------------------------------------


def plain(report: MeetingReport, settings: Settings, prove: Prove | None = None) -> dict[str, Any]:
    """The report as plain values. `prove` makes the proof of each exchange."""
    told = report.told
    return {
        "organization": settings.organization,
        "made_at": _iso(report.made_at),
        "meeting": _meeting(report),
        "ledger_read": told is not None,
        "pseudonyms": [] if told is None else list(told.pseudonyms),
        "records": [] if told is None else list(told.records),
        "log": None
        if told is None
        else {"first": told.first, "records": told.log_records, "exchanges_that_left": told.exchanges_in_log},
        "people": _people(report),
        "exchanges": [_exchange(each, report, settings, prove) for each in _of(told) if each.left],
        "refused": [_exchange(each, report, settings, prove) for each in _of(told) if not each.left],
        "acts": [] if told is None else [_act(each, report) for each in told.acts],
        "not_shown": list(NOT_SHOWN),
        "note": None if told is not None else UNREADABLE,
    }


def _of(told: OfMeeting | None) -> tuple[ExchangeOfMeeting, ...]:
    return () if told is None else told.exchanges


def _meeting(report: MeetingReport) -> dict[str, Any]:
    meeting = report.meeting
    if meeting is None:
        return {"id": report.id, "on_file": False}
    return {
        "id": report.id,
        "on_file": True,
        "title": meeting.shown_title,
        "series": meeting.series,
        "started_at": _iso(meeting.started_at),
        "ended_at": None if meeting.ended_at is None else _iso(meeting.ended_at),
        "roster_complete": meeting.roster.complete,
    }


def _people(report: MeetingReport) -> list[dict[str, Any]]:
    """Everybody of the roster, and whoever else has words in an exchange, with what left and what stayed in all."""
    by_pseudonym: dict[str, list[tuple[bool, Said]]] = {}
    for each in _of(report.told):
        for said in each.people:
            by_pseudonym.setdefault(said.pseudonym, []).append((each.left, said))
    on_roster = [] if report.meeting is None else [one.id for one in report.meeting.roster.participants]
    shown: dict[str, list[str]] = {one: [] for one in on_roster}
    for one in by_pseudonym:
        shown.setdefault(report.ids.get(one, one), []).append(one)
    return [_person(one, named, report, by_pseudonym, roster=one in on_roster) for one, named in shown.items()]


def _person(
    one: str,
    named: list[str],
    report: MeetingReport,
    by_pseudonym: Mapping[str, list[tuple[bool, Said]]],
    *,
    roster: bool,
) -> dict[str, Any]:
    """One line. `one` is an id, or the pseudonym of somebody who is not on file (any more), or was never known."""
    person = report.people.get(one)
    words = [each for pseudonym_ in named for each in by_pseudonym[pseudonym_]]
    reasons: Counter[str] = Counter()
    for left, said in words:
        reasons.update(said.reasons if not left or said.withheld else {})
    return {
        "id": None if person is None else person.id,
        "name": _called(one, person),
        "on_roster": roster,
        "pseudonyms": named,
        "exchanges": sum(left and bool(said.utterances or said.characters) for left, said in words),
        "utterances": sum(said.utterances for left, said in words if left),
        "withheld_utterances": sum(said.withheld + (0 if left else said.utterances) for left, said in words),
        "reasons": {one: count for one, count in sorted(reasons.items()) if one not in ("granted", "class_default")},
    }


def _called(shown: str, person: Participant | None) -> str:
    if person is not None:
        return person.name
    return "speakers whom nobody on the roster is" if shown == UNKNOWN_SPEAKERS else "somebody who is not on file"


def _exchange(
    each: ExchangeOfMeeting, report: MeetingReport, settings: Settings, prove: Prove | None
) -> dict[str, Any]:
    known = settings.recipients.get(each.recipient or "")
    address = each.host if each.port is None or each.host is None else f"{each.host}:{each.port}"
    return {
        "sequence": each.sequence,
        "exchange": each.exchange,
        "at": _iso(each.at),
        "client": each.client,
        "route": each.route,
        "recipient": None
        if each.recipient is None
        else {
            "name": each.recipient,
            "display_name": None if known is None else known.display_name,
            "address": address,
            "region": each.region,
        },
        "purpose": each.purpose,
        "purpose_called": purpose_shown(settings, each.purpose),
        "terms_version": each.terms_version,
        "people": [_said(said, report) for said in each.people],
        "left": each.left,
        "attempts": each.attempts,
        "delivered": each.delivered,
        "reason": each.reason,
        "records": list(each.records),
        "proof": None if prove is None else prove(each.sequence),
    }


def _said(said: Said, report: MeetingReport) -> dict[str, Any]:
    return _who(said.pseudonym, report) | {
        "utterances": said.utterances,
        "characters": said.characters,
        "withheld_utterances": said.withheld,
        "reasons": dict(said.reasons),
        "removed": dict(said.removed),
        "kept": dict(said.kept),
    }


def _act(act: ActOfMeeting, report: MeetingReport) -> dict[str, Any]:
    told = {"sequence": act.sequence, "at": _iso(act.at), "event": act.code, "facts": dict(act.facts)}
    return told | {"people": [_who(each, report) for each in act.people]}


def _who(pseudonym_: str, report: MeetingReport) -> dict[str, Any]:
    """Somebody whom the ledger names so. `id` is None for whoever is not on file."""
    one = report.ids.get(pseudonym_)
    return {"pseudonym": pseudonym_, "id": one, "name": _called(pseudonym_, report.people.get(one or ""))}


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
