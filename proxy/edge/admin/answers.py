"""Convert the product's values to bodies of the admin API, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from proxy import model
from proxy.consent.records import ConsentRecord
from proxy.desk import consents, coverage, meetings, preferences
from proxy.desk.chats import ChatMessage, Prompt
from proxy.desk.forgetting import Forgotten, Prepared
from proxy.desk.people import shared_addresses, shared_names
from proxy.desk.phones import Press
from proxy.desk.subjects import AlreadyLeft
from proxy.edge.admin import models as api
from proxy.edge.admin import report_models as reports_api
from proxy.edge.admin.callers import Caller
from proxy.edge.store.links import Incident
from proxy.meetings.directory import Entry
from proxy.settings import Role


def entry_of(written: api.PersonFacts, person_id: str | None, where: str) -> Entry:
    """Return a person from the body that was sent."""
    timed = written if isinstance(written, api.RosterEntry) else None
    return Entry(
        id=person_id,
        name=written.name,
        aliases=written.aliases,
        emails=written.emails,
        participant_class=written.participant_class,
        minor=written.minor,
        members=written.members,
        guardians=written.guardians,
        custody=written.custody,
        joined_at=timed.joined_at if timed else None,
        left_at=timed.left_at if timed else None,
        where=where,
    )


def draft_of(meeting_id: str, sent: api.MeetingFacts) -> model.Meeting:
    """Return a meeting from the body that was sent, without its people. Raises `ClientFault` if it makes no sense."""
    return meetings.drafted(
        meeting_id,
        sent.start,
        sent.end,
        recording_start=sent.recording_start,
        series=sent.series,
        complete=sent.complete,
        title=sent.title,
        series_title=sent.series_title,
    )


def entries_of(sent: api.MeetingFacts) -> list[Entry]:
    """Return the people of a meeting from the body that was sent."""
    return [entry_of(each, each.id, f"participants[{place}]") for place, each in enumerate(sent.participants)]


def seen_of(sent: api.Presence) -> meetings.Seen:
    """Return a join or leave from the body that was sent."""
    return meetings.Seen(**_sent(sent))


def said_of(sent: api.ConsentEvent) -> consents.ConsentStatement:
    """Return a consent statement from the body that an integration sent."""
    return consents.ConsentStatement(**_sent(sent))


def chat_of(sent: api.ChatMessage) -> ChatMessage:
    """Return the message of a chat."""
    prompt = None if sent.prompt is None else Prompt(**sent.prompt.model_dump())
    return ChatMessage(
        meeting=sent.meeting,
        text=sent.text,
        label=sent.label,
        message=sent.message,
        written_at=sent.written_at,
        seat=sent.seat,
        address=sent.address,
        prompt=prompt,
    )


def signal_of(sent: api.Preference) -> preferences.Signal:
    """Return the AI preference of somebody, from the body that a platform sent."""
    return preferences.Signal(**_sent(sent))


def press_of(sent: api.Dtmf) -> Press:
    """Return the key that a phone-in pressed, from the body that the telephone service sent."""
    return Press(**_sent(sent))


def person(known: model.Participant) -> api.PersonOnFile:
    """Return a person as on file."""
    also = tuple(shared_addresses([known]))
    return api.PersonOnFile.model_construct(None, **_facts(known), unconfirmed=known.unconfirmed, remarks=also)


def meeting(known: model.Meeting) -> api.Meeting:
    """Return a meeting as on file."""
    people, earlier = known.roster.participants, known.earlier_series
    return api.Meeting.model_construct(
        id=known.id,
        start=known.started_at,
        end=known.ended_at,
        recording_start=known.recording_started_at,
        series=known.series,
        title=known.title,
        series_title=known.series_title,
        complete=known.roster.complete,
        participants=tuple(
            api.Attending.model_construct(None, **_facts(each), joined_at=each.joined_at, left_at=each.left_at)
            for each in people
        ),
        unconfirmed=tuple(
            api.Unconfirmed.model_construct(None, participant=each.id, label=label)
            for each in people
            for label in each.unconfirmed
        ),
        remarks=(*remarks(people), *(f"it was in the series {each} before; a no to that goes on" for each in earlier)),
    )


def standings(shown: meetings.Shown) -> api.Standings:
    """Return who may be heard for what in a meeting, and what requests showed of it."""
    consent = (
        api.Standing.model_construct(
            participant=person,
            purpose=each.purpose,
            recipient=each.recipient,
            heard=verdict.admitted,
            heard_from=each.heard_from.get(person),
            reason=verdict.reason.value,
            records=tuple(verdict.grants),
        )
        for each in shown.standings
        for person, verdict in each.people.items()
    )
    said_no = (api.SpokenRefusal.model_construct(participant=who, at=at) for who, at in shown.notes.objected)
    return api.Standings.model_construct(
        consent=tuple(consent), unmatched_labels=shown.notes.unmatched, spoken_refusals=tuple(said_no)
    )


def covered(found: coverage.Coverage) -> api.Coverage:
    """Return who will be heard in a meeting to come."""
    return api.Coverage.model_construct(
        meeting=found.meeting.id,
        title=found.meeting.shown_title,
        start=found.meeting.started_at,
        covered=tuple(
            api.Covered.model_construct(
                purpose=each.purpose,
                recipient=each.recipient,
                people=tuple(
                    api.CoveredPerson.model_construct(
                        participant=who,
                        name=found.names.get(who, who),
                        answer=answer.value,
                        heard_from=each.heard_from.get(who),
                        reason=each.reasons[who],
                        missing=each.missing.get(who, ()),
                    )
                    for who, answer in each.answers.items()
                ),
                all_present=each.together,
                all_present_reason=each.why,
            )
            for each in found.covered
        ),
        unconfirmed=found.unconfirmed,
        unmatched_labels=found.unmatched,
        link_requests=found.requested,
    )


def remarks(people: Sequence[model.Participant]) -> tuple[str, ...]:
    """Say what to fix on a roster, naming people by id."""
    waiting = (
        f"{each.id} has a name that waits for confirmation; what is said under it is withheld as an unknown speaker's"
        for each in people
        if each.unconfirmed
    )
    return (*shared_names(people), *waiting, *shared_addresses(people))


def recorded(done: consents.RecordedConsent) -> api.Recorded:
    """Return the answer to a consent record that was made."""
    return api.Recorded.model_construct(
        id=done.record.id,
        repeated=done.repeated,
        receipt=done.receipt,
        remarks=done.notes,
        already_left=None if done.left is None else already_left(done.left),
    )


def already_left(left: AlreadyLeft) -> api.AlreadyLeft:
    """Return the exchanges that had left with a person's words."""
    listed = None
    if left.exchanges is not None:
        listed = tuple(
            api.Exchange.model_construct(**each._asdict() | {"kept": dict(each.kept)}) for each in left.exchanges
        )
    return api.AlreadyLeft.model_construct(exchanges=listed, note=left.note)


def forgotten(prepared: Prepared, done: Forgotten) -> reports_api.Forgotten:
    """Return what forgetting somebody left, and whom to tell."""
    facts = {name: value for name, value in asdict(prepared).items() if name != "name"}
    listed = None
    if prepared.recipients is not None:
        listed = tuple(reports_api.RecipientToTell.model_construct(**asdict(each)) for each in prepared.recipients)
    facts |= {"recipients": listed, "statement": dict(done.statement)}
    return reports_api.Forgotten.model_construct(None, **facts, purged=done.purged)


def event(record: ConsentRecord) -> api.StoredEvent:
    """Return a consent record as on file."""
    return api.StoredEvent.model_construct(**record._asdict())


def session(caller: Caller, csrf_token: str | None) -> api.Session:
    """Return who calls."""
    operator = caller.operator
    roles = tuple(role for role in Role if role in caller.roles)
    return api.Session(name=operator.name, kind=operator.kind, roles=roles, csrf_token=csrf_token)


def incident(noted: Incident) -> api.Incident:
    """Return an incident as on file."""
    return api.Incident.model_construct(reason=noted.reason, invitation=noted.invitation, at=noted.at)


def _facts(known: model.Participant) -> dict[str, object]:
    names = ("id", "name", "aliases", "emails", "participant_class", "minor", "members", "guardians", "custody")
    return {name: getattr(known, name) for name in names}


def _sent(body: api.Body) -> dict[str, Any]:
    return {name: getattr(body, name) for name in type(body).model_fields}
