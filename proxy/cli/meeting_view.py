"""How a meeting looks to scripts and on a line."""

from __future__ import annotations

from collections.abc import Sequence

from proxy.cli.people import facts as person_facts
from proxy.cli.stored import iso, note
from proxy.desk.people import shared_addresses
from proxy.model import Meeting, MeetingNotes, Participant


def facts(meeting: Meeting) -> dict[str, object]:
    """A meeting as JSON; its people in the form that ``--roster`` reads."""
    return {
        "id": meeting.id,
        "start": iso(meeting.started_at),
        "end": iso(meeting.ended_at),
        "recording_start": iso(meeting.recording_started_at),
        "series": meeting.series,
        "earlier_series": list(meeting.earlier_series),
        "complete": meeting.roster.complete,
        "participants": [_entry(person) for person in meeting.roster.participants],
        "unconfirmed": [
            {"participant": person.id, "label": label}
            for person in meeting.roster.participants
            for label in person.unconfirmed
        ],
    }


def _entry(person: Participant) -> dict[str, object]:
    return {**person_facts(person), "joined_at": iso(person.joined_at), "left_at": iso(person.left_at)}


def headcount(meeting: Meeting) -> str:
    """How many people its roster has, and whether that is everybody."""
    count = len(meeting.roster.participants)
    listed = "1 person" if count == 1 else f"{count} people"
    return f"{listed}, {'complete' if meeting.roster.complete else 'perhaps not all'}"


def note_unconfirmed(people: Sequence[Participant]) -> None:
    """Say whose names wait for confirmation, and how to give it; and which addresses prove nobody."""
    for remark in shared_addresses(people):
        note(remark)
    for person in people:
        for label in person.unconfirmed:
            held = label in (person.name, *person.aliases)
            remedy = f"people confirm {person.id}" if held else f"if it is theirs: people alias {person.id} '{label}'"
            note(f"{person.id} as '{label}' waits for confirmation; what is said under it is withheld; {remedy}")


def note_facts(notes: MeetingNotes) -> dict[str, object]:
    """What requests showed of a meeting, as JSON."""
    objected = [{"participant": person, "at": iso(at)} for person, at in notes.objected]
    return {"unmatched_labels": notes.unmatched, "spoken_refusals": objected}


def note_lines(notes: MeetingNotes) -> list[str]:
    """The same for people; nothing where nothing was noted."""
    labels = f"labels of nobody on the roster: up to {notes.unmatched} in one request; 'explain' shows which"
    lines = [labels] if notes.unmatched else []
    said = (f"{who} said aloud that they do not consent, first in a request of {iso(at)}" for who, at in notes.objected)
    return [*lines, *said]
