"""Words of a JSON transcript at a time without a zone stay: it may be any instant of two days."""

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
DURING = (START + timedelta(minutes=5)).isoformat()
LATER = (START + timedelta(minutes=9)).isoformat()
PEOPLE: list[dict[str, Any]] = [{"id": "p-ann", "name": "Annika Solberg", "class": "employee"}]


@pytest.fixture(scope="module")
def apis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apis]:
    with Recorder(speak) as recorder:
        proxy = Proxy(
            directory := tmp_path_factory.mktemp("zones"),
            speaking(directory, recorder, consent={"min_retained_ratio": 0.0}),
        )
        proxy.meeting(PEOPLE, recorded=None)
        grant_all(proxy, ["p-ann"], "m1")
        proxy.start()
        yield Apis(proxy, recorder)
        proxy.stop()


def left(apis: Apis, *times: dict[str, Any]) -> str:
    """What leaves of a walrus at the first time, and of a ship at each of the others."""
    turns = [
        {"speaker": "Annika Solberg", "text": "We ship." if number else "The walrus sinks.", **time}
        for number, time in enumerate(times)
    ]
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": json.dumps({"segments": turns})}]})
    mark = len(apis.recorder.received)
    reply = apis.proxy.post(CHAT, body.encode())
    assert reply.status == 200, reply.body
    return apis.recorder.received[mark].json["messages"][0]["content"]


@pytest.mark.parametrize(
    "stamp", ["2026-02-20T10:00:00", DURING[:19], f"{DURING[:19]}.125", DURING[:19].replace("T", " ")]
)
@pytest.mark.parametrize("key", ["timestamp", "start_time", "start"])
def test_a_time_without_a_zone_admits_nothing(apis: Apis, key: str, stamp: str) -> None:
    for others in ([{key: DURING}], [{key: DURING}, {key: stamp}, {key: LATER}]):
        sent = left(apis, {key: stamp}, *others)
        assert "walrus" not in sent
        assert "We ship." in sent


def test_nor_does_an_offset_beside_it_or_an_end_with_a_zone(apis: Apis) -> None:
    assert "walrus" not in left(apis, {"timestamp": "2026-02-20T10:00:00", "start": 12.5, "end": 14.5}, {"start": 20.5})
    assert "walrus" not in left(apis, {"start": "2026-02-20T10:00:00", "end": LATER}, {"start": LATER, "end": LATER})


def test_a_time_with_a_zone_beside_it_counts(apis: Apis) -> None:
    assert "walrus" in left(apis, {"timestamp": "2026-02-20T10:00:00", "start_time": DURING}, {"start_time": LATER})
    assert "walrus" in left(apis, {"start": DURING, "end": LATER[:19]}, {"start": LATER, "end": LATER[:19]})
