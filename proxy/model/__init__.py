"""The nouns of the product, as frozen values. No behaviour beyond look-ups, no I/O.

All offsets are indices of Python characters (code points), half open: ``text[start:end]``.
All instants are timezone-aware ``datetime``; offsets into a recording are seconds as ``float``.
"""

from __future__ import annotations

from proxy.model.derived import GivenBack
from proxy.model.findings import SPECIAL_CATEGORIES, Action, Finding, Passage, Profile, Told, in_order
from proxy.model.jobs import JOB_ID, WITHHELD_JOB, Job
from proxy.model.messages import WAITING, Answer, Outbound, ReplyHead
from proxy.model.notes import MeetingNotes, Noted
from proxy.model.people import Meeting, Participant, ParticipantClass, Roster, label_form
from proxy.model.purposes import PURPOSES, is_purpose
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
    "Noted",
    "Outbound",
    "Participant",
    "ParticipantClass",
    "Passage",
    "Place",
    "Profile",
    "ReplyHead",
    "Roster",
    "Segmented",
    "Slot",
    "SlotKind",
    "Span",
    "Told",
    "Utterance",
    "in_order",
    "is_purpose",
    "label_form",
]
