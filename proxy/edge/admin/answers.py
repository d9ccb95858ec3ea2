"""Values of the product as bodies of the admin API, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from proxy import model
from proxy.consent.grants import Grant
from proxy.desk.consents import Recorded
from proxy.desk.subjects import AlreadyLeft
from proxy.edge.admin import models as api
from proxy.edge.store.links import Incident
from proxy.meetings.people import Entry, shared_labels


def entry_of(written: api.PersonFacts, person_id: str | None, where: str) -> Entry:
    """A person as somebody sent it."""
    timed = written if isinstance(written, api.RosterEntry) else None
    return Entry(
        id=person_id,
        name=written.name,
        aliases=written.aliases,
        emails=written.emails,
        participant_class=written.participant_class,
        minor=written.minor,
        members=written.members,
        joined_at=timed.joined_at if timed else None,
        left_at=timed.left_at if timed else None,
        where=where,
    )


def person(known: model.Participant) -> api.PersonOnFile:
    """A person as on file."""
    also = tuple(_shared_addresses([known]))
    return api.PersonOnFile.model_construct(None, **_facts(known), unconfirmed=known.unconfirmed, remarks=also)


def meeting(known: model.Meeting) -> api.Meeting:
    """A meeting as on file."""
    people, earlier = known.roster.participants, known.earlier_series
    return api.Meeting.model_construct(
        id=known.id,
        start=known.started_at,
        end=known.ended_at,
        recording_start=known.recording_started_at,
        series=known.series,
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


def remarks(people: Sequence[model.Participant]) -> tuple[str, ...]:
    """What to mend on a roster, in ids."""
    shared = (
        f"{', '.join(ids)} share a name or alias; what is said under it is withheld as an unknown speaker's"
        for ids in shared_labels(people)
    )
    waiting = (
        f"{each.id} has a name that waits for confirmation; what is said under it is withheld as an unknown speaker's"
        for each in people
        if each.unconfirmed
    )
    return (*shared, *waiting, *_shared_addresses(people))


def _shared_addresses(people: Iterable[model.Participant]) -> Iterator[str]:
    for each in people:
        if each.shared_emails:
            yield f"{each.id} has an address that somebody else on file has too; it proves nobody"


def recorded(done: Recorded) -> api.Recorded:
    """What to tell of a consent record that was made."""
    return api.Recorded.model_construct(
        id=done.record.id,
        repeated=done.repeated,
        receipt=done.receipt,
        remarks=done.remarks,
        already_left=None if done.left is None else _already_left(done.left),
    )


def _already_left(left: AlreadyLeft) -> api.AlreadyLeft:
    listed = None
    if left.exchanges is not None:
        listed = tuple(api.Exchange.model_construct(**asdict(each)) for each in left.exchanges)
    return api.AlreadyLeft.model_construct(exchanges=listed, note=left.note)


def event(record: Grant) -> api.StoredEvent:
    """A consent record as on file."""
    return api.StoredEvent.model_construct(**record._asdict())


def incident(noted: Incident) -> api.Incident:
    """An incident as on file."""
    return api.Incident.model_construct(reason=noted.reason, invitation=noted.invitation, at=noted.at)


def _facts(known: model.Participant) -> dict[str, object]:
    names = ("id", "name", "aliases", "emails", "participant_class", "minor", "members")
    return {name: getattr(known, name) for name in names}
