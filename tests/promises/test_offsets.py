"""Offsets of a transcript are times only where it is known when its recording began: else nobody counts as absent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from harness.endpoints import Apis, speak, speaking
from harness.process import STARTED, Proxy, grant_all
from harness.recorder import Recorder

CHAT = "/m/m1/openai/v1/chat/completions"
START = datetime.fromisoformat(STARTED)
PEOPLE: list[dict[str, Any]] = [
    {"id": "p-ann", "name": "Annika Solberg", "class": "employee"},
    {"id": "p-ben", "name": "Benedikt Oyelaran", "class": "employee",
     "joined_at": (START + timedelta(minutes=15)).isoformat()},
]  # fmt: skip
CUES = """WEBVTT

00:09:00.000 --> 00:09:04.000
<v Annika Solberg>We ship.

00:10:00.000 --> 00:10:05.000
The walrus sinks.
"""
"""The second cue is nobody's: it leaves if everybody who was there at minute ten may be heard."""
BODY = json.dumps({"model": "m", "messages": [{"role": "user", "content": CUES}]}).encode()


@pytest.fixture(scope="module")
def apis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apis]:
    with Recorder(speak) as recorder:
        proxy = Proxy(
            directory := tmp_path_factory.mktemp("recordings"),
            speaking(directory, recorder, consent={"min_retained_ratio": 0.0}),
        )
        proxy.meeting(PEOPLE, recorded=None)
        grant_all(proxy, ["p-ann", "p-ben"], "m1", denied="p-ben")
        proxy.start()
        yield Apis(proxy, recorder)
        proxy.stop()


def left(apis: Apis, **headers: str) -> str:
    mark = len(apis.recorder.received)
    reply = apis.proxy.post(CHAT, BODY, headers={name.replace("_", "-"): value for name, value in headers.items()})
    assert reply.status == 200, reply.body
    return apis.recorder.received[mark].json["messages"][0]["content"]


def test_without_its_start_nobody_counts_as_absent(apis: Apis) -> None:
    sent = left(apis)
    assert "We ship." in sent
    assert "walrus" not in sent


@pytest.mark.parametrize(("minutes", "leaves"), [(0, True), (-3, True), (4, True), (5, False), (20, False)])
def test_with_its_start_times_decide_who_was_there(apis: Apis, minutes: int, leaves: bool) -> None:
    """Ben, who refused, came after a quarter of an hour; the words are from minute ten of the recording."""
    sent = left(apis, x_recording_start=(START + timedelta(minutes=minutes)).isoformat())
    assert "We ship." in sent
    assert ("walrus" in sent) is leaves


@pytest.mark.parametrize(
    "said",
    [
        "1999-01-01T00:00:00Z",
        "2026-03-02T08:30:00Z",
        "2026-03-04T10:00:00Z",
        "10:00",
        "2026-03-02T10:00:00",
        "yesterday",
        "",
    ],
)
def test_a_start_that_is_no_instant_is_refused(apis: Apis, said: str) -> None:
    mark = len(apis.recorder.received)
    reply = apis.proxy.post(CHAT, BODY, headers={"x-recording-start": said})
    assert (reply.status, reply.json["error"]["code"]) == (400, "recording_start_invalid")
    assert apis.recorder.received[mark:] == []


CUT_OFF = (
    "We ship.\nBenedikt Oyelaran: The walrus sinks.", "We ship. [Benedikt] The walrus sinks.",
    "We ship.\nBenedikt Oyelaran\nThe walrus sinks.", "We ship.\n[01:30:00] The walrus sinks.",
    "We ship. Speaker 2: The walrus sinks.", "We ship.\nWanda Quist: The walrus sinks.",
)  # fmt: skip


@pytest.mark.parametrize("text", CUT_OFF)
@pytest.mark.parametrize("label", ["<v Annika Solberg>", "Annika Solberg: ", ""])
def test_words_that_a_beginning_cuts_off_have_no_time(apis: Apis, text: str, label: str) -> None:
    """They stand in a cue from before the refuser came, and may be from any time after it."""
    cues = f"WEBVTT\n\n00:01:00.000 --> 00:01:05.000\n{label}{text}\n"
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": cues}]}).encode()
    mark = len(apis.recorder.received)
    reply = apis.proxy.post(CHAT, body, headers={"x-recording-start": START.isoformat()})
    assert reply.status in (200, 403), reply.body
    assert all(b"walrus" not in received.raw for received in apis.recorder.received[mark:])
