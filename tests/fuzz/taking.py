"""What feeding a parser means: a parser with its samples, and the people and the meeting that it is told of."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from proxy.model import Meeting, Participant, Roster
from proxy.steps.timing import speeches
from proxy.steps.utterances import Hearing

ROSTER = Roster((Participant("p1", "Ann Lund", ("Ann",)), Participant("p2", "Ben Okoro", emails=("ben@x.example",))))
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
MEETING = Meeting("m", NOW, roster=ROSTER, recording_started_at=NOW)
LATE = datetime(9999, 12, 31, tzinfo=UTC)

Take = Callable[[bytes], bool]


@dataclass(frozen=True)
class Parser:
    """A parser, and samples that it takes."""

    name: str
    samples: tuple[bytes, ...]
    take: Take


def json_bytes(value: Any) -> bytes:
    """The value as clients write it."""
    return json.dumps(value, ensure_ascii=False).encode()


def reckoned(hearing: Hearing) -> None:
    """Times are reckoned with: in a meeting, in none, and in one at the end of the calendar."""
    for meeting in (None, MEETING, Meeting("m", LATE, roster=ROSTER, recording_started_at=LATE)):
        for speech in speeches(hearing, meeting):
            if speech.spoken is not None and meeting is MEETING:
                assert speech.spoken.start <= speech.spoken.until
                assert speech.spoken.until.astimezone(UTC) + timedelta(days=1)
