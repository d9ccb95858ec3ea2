"""When words were spoken, as consent is asked about them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from proxy.consent.decide import Speech, Spoken
from proxy.meetings.presence import check_recording
from proxy.model import Meeting, Utterance
from proxy.steps.utterances import AttributedUtterance, Hearing

_FILE_HEAD = re.compile(r"^\ufeff?WEBVTT(?:[ \t][^\n]*)?\r?\n\r?\n", re.MULTILINE)
_CROSSTALK_SECONDS = 60.0
"""How far cues may run back where people talk at the same time and a tool sorts by speaker."""


def speeches(hearing: Hearing, meeting: Meeting | None) -> tuple[Speech, ...]:
    """Return what `decide` is asked about, in the order of ``hearing.said``."""
    restarted = _restarted(hearing)
    declared = {slot.index for slot in hearing.slots if slot.utterance is not None}
    begun = [
        None if said.slot in restarted else _spoken(said.utterance, _anchor(meeting, declared=said.slot in declared))
        for said in hearing.said
    ]
    ended = [_ended(said.utterance) for said in hearing.said]
    return tuple(
        Speech(
            participant=said.participant,
            characters=sum(span.end - span.start for span in said.utterance.words),
            spoken=spoken if done or spoken is None else _until_next(hearing, at, begun),
            unattributed=said.unattributed,
            unended=spoken is not None and not done and _next(hearing, at, begun) is None,
            rests_on=_rests_on(said),
        )
        for at, (said, spoken, done) in enumerate(zip(hearing.said, begun, ended, strict=True))
    )


def _restarted(hearing: Hearing) -> frozenset[int]:
    """Slots with offsets whose origin is unknown: two files of cues, or offsets that run back.

    Offsets run back where two recordings follow each other, or where a transcript in a later message begins before an
    earlier one ends. Turns whose time a field gives do not count: tools sort them in any order.
    """
    fields = {slot.index for slot in hearing.slots if slot.utterance is not None}
    latest: dict[int, float] = {}
    found = {slot.index for slot in hearing.slots if len(_FILE_HEAD.findall(slot.text)) > 1}
    for said in sorted(hearing.said, key=lambda said: said.slot):
        start = said.utterance.start
        if start is None:
            continue
        if said.slot not in latest and said.slot not in fields:
            earlier = max((latest[slot] for slot in latest if slot not in fields), default=start)
            found |= {said.slot} if start < earlier - _CROSSTALK_SECONDS else set()
        if start < latest.get(said.slot, start) - _CROSSTALK_SECONDS:
            found.add(said.slot)
        latest[said.slot] = max(start, latest.get(said.slot, start))
    return frozenset(found)


def _rests_on(said: AttributedUtterance) -> tuple[Speech, ...] | None:
    if said.sources is None:
        return None
    return tuple(dict.fromkeys(speech for source in said.sources for speech in source.speeches))


def _ended(utterance: Utterance) -> bool:
    """Whether an utterance gives its end; one of zero length does not."""
    if utterance.at is not None:
        return utterance.until is not None and utterance.until != utterance.at
    return utterance.end is not None and utterance.end != utterance.start


def _next(hearing: Hearing, at: int, begun: Sequence[Spoken | None]) -> Spoken | None:
    """The time of the slot's next utterance that begins later; None if there is none, or times run back."""
    own = begun[at]
    for later in range(at + 1, len(begun)):
        found = begun[later]
        if hearing.said[later].slot != hearing.said[at].slot or found is None or own is None:
            return None
        if (found.start.tzinfo is None) != (own.start.tzinfo is None) or found.start < own.start:
            return None
        if found.start > own.start:
            return found
    return None


def _until_next(hearing: Hearing, at: int, begun: Sequence[Spoken | None]) -> Spoken | None:
    """Extend words without a known end to the beginning of the next utterance."""
    own, following = begun[at], _next(hearing, at, begun)
    return Spoken(own.start, following.start) if own is not None and following is not None else own


def anchored(meeting: Meeting, said: datetime | None, offsets: Literal["recording", "meeting"]) -> Meeting:
    """Return the meeting with the start of the recording: as the request says, else as on file, else assumed.

    The assumption is the start of the meeting, where the operator's recordings begin with their meetings (`offsets`).
    Raises `ClientFault` if the request's start is not within the meeting's time.
    """
    check_recording(said, meeting.started_at, meeting.ended_at, where="X-Recording-Start")
    on_file = meeting.recording_started_at or (meeting.started_at if offsets == "meeting" else None)
    return replace(meeting, recording_started_at=said or on_file)


def _anchor(meeting: Meeting | None, *, declared: bool) -> datetime | None:
    """What offsets count from; None: unknown. Offsets of a declared shape count from the meeting's start."""
    if meeting is None:
        return None
    return meeting.started_at if declared else meeting.recording_started_at


def _spoken(utterance: Utterance, anchor: datetime | None) -> Spoken | None:
    if utterance.at is not None:
        until = utterance.until or utterance.at
        return Spoken(min(utterance.at, until), max(utterance.at, until))
    if utterance.start is None or anchor is None:
        return None
    end = utterance.end if utterance.end is not None else utterance.start
    try:
        return Spoken(
            anchor + timedelta(seconds=min(utterance.start, end)),
            anchor + timedelta(seconds=max(utterance.start, end)),
        )
    except OverflowError:  # a meeting at the end of the calendar
        return None
