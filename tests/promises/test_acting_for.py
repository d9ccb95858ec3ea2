"""Promise 2: a client that acts for somebody whom the roster does not have sends an unknown speaker's words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from harness.process import PEOPLE, Proxy, grant_all, settings
from harness.recorder import Recorder
from promises.conftest import Stand

TYPED = "I have the violet canary here, and I would like a letter of it."
BEN = PEOPLE[1]


@pytest.fixture(scope="module")
def acting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """In ``with`` Benedikt, who refused, is on the roster; in ``without`` he is not, and everybody else agreed."""
    directory = tmp_path_factory.mktemp("acting")
    with Recorder() as recorder:
        document = settings(directory, recorder.base_url)
        document["clients"][0]["acts_for_header"] = True
        key = hashlib.sha256(b"bens").hexdigest()
        document["clients"].append({**document["clients"][0], "name": "bens", "key_sha256": key, "acts_for": "p-ben"})
        document["clients"][1].pop("acts_for_header")
        typed = {"last_message": "typed", "name": "typed", "key_sha256": hashlib.sha256(b"typed").hexdigest()}
        document["clients"].append({**document["clients"][1], **typed})
        proxy = Proxy(directory, document)
        for name, people in (("with", PEOPLE), ("without", [PEOPLE[0], PEOPLE[2]])):
            proxy.meeting(people, name)
            grant_all(proxy, [person["id"] for person in people], name, denied="p-ben" if len(people) > 2 else None)
        proxy.start()
        yield Stand(proxy, recorder)
        proxy.stop()


def left(acting: Stand, meeting: str, text: str, headers: dict[str, str]) -> str:
    mark = acting.mark()
    body: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": text}]}
    reply = acting.proxy.post(f"/m/{meeting}/v1/chat/completions", json.dumps(body).encode(), headers)
    assert reply.status in (200, 403), reply.body
    return b"".join(received.raw for received in acting.since(mark)).decode()


@pytest.mark.parametrize("meeting", ["with", "without"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer bens"}, {"Authorization": "Bearer typed"}, {"X-Acts-For": "p-ben"},
        {"X-Acts-For": "p-nobody"},
    ],
)  # fmt: skip
def test_words_of_whom_the_roster_does_not_have_stay(acting: Stand, meeting: str, headers: dict[str, str]) -> None:
    assert "canary" not in left(acting, meeting, TYPED, headers)
    labelled = left(acting, meeting, f"Annika Solberg: We ship.\n\n{TYPED}", headers)
    assert "canary" not in labelled


@pytest.mark.parametrize("meeting", ["with", "without"])
def test_words_of_somebody_who_agreed_and_is_on_it_leave(acting: Stand, meeting: str) -> None:
    assert "canary" in left(acting, meeting, TYPED, {"X-Acts-For": "p-ann"})
