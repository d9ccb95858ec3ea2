"""Notes on meetings: counts, and who said no aloud, each once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from proxy.edge.store.store import Store
from proxy.model import MeetingNotes, RequestNotes

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


async def test_a_meeting_has_few_notes_however_many_its_requests(store: Store):
    for minute, unmatched in enumerate((2, 5, 2, 5, 0)):
        at = NOON + timedelta(minutes=minute)
        await store.notes.note(RequestNotes("summary", "m1", at, unmatched, ("p-ben",) if minute else ()))
    await store.notes.note(RequestNotes("summary", "m2", NOON, 1, ("p-ann", "p-ben")))
    await store.notes.note(RequestNotes("summary", None, NOON, 9, ("p-ann",)))

    assert await store.notes.of("m1") == MeetingNotes(5, (("p-ben", NOON + timedelta(minutes=1)),))
    assert await store.notes.of("m2") == MeetingNotes(1, (("p-ann", NOON), ("p-ben", NOON)))
    assert await store.notes.of("m3") == MeetingNotes()
