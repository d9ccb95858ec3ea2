"""Promise 2 under stricter policies: whom a request needs, and what its recipient's terms may claim."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from harness.process import Proxy, settings
from harness.recorder import Recorder

ANN, BEN = "Annika Solberg: The launch moves again.\n", "Benedikt Oyelaran: The budget stays low.\n"
EVERYBODY = ("p-ann", "p-ben", "p-cho")
Start = Callable[..., Proxy]


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with Recorder() as running:
        yield running


@pytest.fixture
def start(tmp_path: Path, recorder: Recorder) -> Iterator[Start]:
    running: list[Proxy] = []

    def begin(consent: dict[str, Any], granted: tuple[str, ...], **recipient: Any) -> Proxy:
        document = settings(tmp_path, recorder.base_url)
        document["consent"] |= consent
        document["recipients"]["acme-llm"] |= recipient
        proxy = Proxy(tmp_path, document)
        proxy.meeting()
        for person in granted:
            proxy.consent("grant", person)
        running.append(proxy.start())
        return proxy

    yield begin
    for proxy in running:
        proxy.stop()


def sent(recorder: Recorder) -> bytes:
    return b"".join(received.raw for received in recorder.received)


def test_all_who_speak_have_to_agree(start: Start, recorder: Recorder) -> None:
    proxy = start({"quorum": {"summary": "all_speakers"}}, ("p-ann",))

    reply = proxy.chat(ANN + BEN)
    assert reply.status == 403
    assert b"quorum_all_speakers" in reply.body
    assert sent(recorder) == b""
    assert proxy.chat(ANN).status == 200
    assert b"The launch moves" in sent(recorder)


def test_all_who_were_present_have_to_agree(start: Start, recorder: Recorder) -> None:
    proxy = start({"quorum": {"default": "all_present"}}, EVERYBODY[:2])

    reply = proxy.chat(ANN)
    assert reply.status == 403
    assert b"quorum_all_present" in reply.body
    assert sent(recorder) == b""
    proxy.consent("grant", "p-cho")
    assert proxy.chat(ANN).status == 200
    proxy.consent("withdraw", "p-cho")
    assert proxy.chat(BEN).status == 403
    assert b"The launch moves" in sent(recorder)
    assert b"The budget stays" not in sent(recorder)


@pytest.mark.parametrize(
    ("bounds", "terms", "reason"),
    [
        ({"regions": ["eu"]}, {"region": "us"}, b"region_not_allowed"),
        ({"max_retention_days": {"default": 7}}, {}, b"retention_exceeds_policy"),
    ],
)
def test_nothing_goes_to_a_recipient_whose_terms_exceed_policy(
    start: Start, recorder: Recorder, bounds: dict[str, Any], terms: dict[str, Any], reason: bytes
) -> None:
    proxy = start({"recipients": bounds}, EVERYBODY, **terms)

    reply = proxy.chat(ANN)
    assert reply.status == 403
    assert reason in reply.body
    assert sent(recorder) == b""
