"""The store's notes on meetings for operators: counts, and who refused aloud. Holds no label and no words."""

from __future__ import annotations

from sqlalchemy import select

from proxy.edge.store.database import Database, closing
from proxy.edge.store.tables import meeting_notes
from proxy.model import MeetingNotes, RequestNotes

_LABELS, _OBJECTED = "unmatched_labels", "spoken_refusal"
MOST = 1000
"""The highest count of unmatched labels that is recorded; higher counts are recorded as this."""


class Notes:
    """Notes on meetings. A note on file never changes, so a meeting has few notes however many its requests."""

    def __init__(self, db: Database):
        self._db = db

    async def note(self, noted: RequestNotes) -> None:
        """Record what a request showed; durable on return."""
        if noted.meeting is None:
            return
        row = {"meeting": noted.meeting, "at": noted.at}
        if noted.unmatched:
            number = min(noted.unmatched, MOST)
            await self._db.add(meeting_notes, row | {"kind": _LABELS, "participant": "", "number": number})
        for person in noted.objecting:
            await self._db.add(meeting_notes, row | {"kind": _OBJECTED, "participant": person, "number": 1})

    async def of(self, meeting: str) -> MeetingNotes:
        """Return the notes on a meeting."""
        rows = await self._db.rows(
            select(meeting_notes).where(meeting_notes.c.meeting == meeting).order_by(meeting_notes.c.seq)
        )
        with closing("the notes on a meeting cannot be read"):
            return MeetingNotes(
                max((row.number for row in rows if row.kind == _LABELS), default=0),
                tuple((row.participant, row.at) for row in rows if row.kind == _OBJECTED),
            )
