"""When the recording of a meeting began: the offsets of its transcripts count from then."""

from __future__ import annotations

from datetime import datetime, timedelta

from proxy.errors import ClientFault

_BEFORE = timedelta(hours=1)
"""How long before its start and after its end on file a meeting may be recorded: calendars are round."""
_LONGEST = timedelta(hours=24)
"""How long a meeting without an end is taken to last."""


def check_recording(began: datetime | None, start: datetime, end: datetime | None, *, where: str) -> None:
    """Raise `ClientFault` (``recording_start_invalid``) where a recording would begin at another time than its
    meeting's: a wrong year, or a wrong time zone, would make everybody absent.
    """
    if began is not None and not start - _BEFORE <= began < (end or start + _LONGEST) + _BEFORE:
        detail = "a recording begins while its meeting is on, or an hour before or after at most"
        raise ClientFault("recording_start_invalid", detail, where=where)
