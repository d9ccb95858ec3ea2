"""The nouns of the product, as frozen values. No behaviour beyond look-ups, no I/O.

All offsets are indices of Python characters (code points), half open: ``text[start:end]``. All instants are
timezone-aware ``datetime``; offsets into a recording are seconds as ``float``.
"""

from __future__ import annotations

from proxy.model.findings import SPECIAL_CATEGORIES, Action, Finding, Passage, Profile, TextLanguage, in_order
from proxy.model.messages import (
    JOB_ID,
    WAITING,
    WITHHELD_JOB,
    Answer,
    GivenBack,
    Job,
    MeetingNotes,
    Outbound,
    ReplyHead,
    RequestNotes,
)
from proxy.model.people import PURPOSES, Meeting, Participant, ParticipantClass, Roster, is_purpose, label_form
from proxy.model.speech import Inbound, Place, Segmented, Slot, SlotKind, Utterance
from proxy.model.text import WITHHELD, Edit, Span

__all__ = [
    "JOB_ID",
    "PURPOSES",
    "SPECIAL_CATEGORIES",
    "WAITING",
    "WITHHELD",
    "WITHHELD_JOB",
    "Action",
    "Answer",
    "Edit",
    "Finding",
    "GivenBack",
    "Inbound",
    "Job",
    "Meeting",
    "MeetingNotes",
    "Outbound",
    "Participant",
    "ParticipantClass",
    "Passage",
    "Place",
    "Profile",
    "ReplyHead",
    "RequestNotes",
    "Roster",
    "Segmented",
    "Slot",
    "SlotKind",
    "Span",
    "TextLanguage",
    "Utterance",
    "in_order",
    "is_purpose",
    "label_form",
]
