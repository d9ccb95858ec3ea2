"""Promise 8, made usable: whose label is nobody's is told to the client and the operator, and no label is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from harness.process import PEOPLE, Proxy

HEADER = "x-unmatched-labels"


def shown(proxy: Proxy, meeting: str = "m1") -> dict[str, Any]:
    return json.loads(proxy.cli("meeting", "show", meeting, "--json", "--config", str(proxy.config)))


def test_every_reply_tells_how_many_labels_are_nobodys(alone) -> None:
    proxy = alone.proxy
    proxy.document["consent"]["min_retained_ratio"] = 0.5
    proxy.meeting(PEOPLE)
    proxy.consent("grant", "p-ann")
    proxy.start()
    told = "Zed Quill: one thing\nAnnika Solberg: The harbour opens in May, and that is all that I have to say.\n"
    reply = proxy.chat(told + "ZED QUILL: two things\nMo Vale: three\n")
    assert (reply.status, reply.headers[HEADER]) == (200, "2")
    assert proxy.chat("Annika Solberg: The harbour opens.\n").headers[HEADER] == "0"
    refused = proxy.chat("Zed Quill: nobody knows me\nBenedikt Oyelaran: nor asked me\n")
    assert (refused.status, refused.headers[HEADER]) == (403, "1")
    streamed = proxy.chat(told, stream=True)
    assert streamed.headers[HEADER] == "1"
    lines = proxy.admin("/metrics").body.decode().splitlines()
    assert 'meeting_proxy_unmatched_labels_total{route="summary"} 4.0' in lines
    facts = shown(proxy)
    assert (facts["unmatched_labels"], facts["spoken_refusals"]) == (2, [])
    assert not _names(Path(proxy.directory), b"Quill")


def _names(directory: Path, label: bytes) -> list[Path]:
    """The files below a directory in which a label stands, but for what the test itself wrote."""
    return [path for path in directory.rglob("*") if path.is_file() and label.lower() in path.read_bytes().lower()]
