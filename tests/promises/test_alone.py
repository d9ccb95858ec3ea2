"""Promise 7, alone: the process connects to nothing but the configured recipients and stores."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

WATCH = Path(__file__).parent.parent / "harness" / "watch_network"


def test_complaint_27_nothing_but_the_recipient_is_contacted(alone) -> None:
    """Complaint 27: models and lists were downloaded while serving; here there is nothing that would.

    Every Python process of the proxy reports each connect and look-up; local sockets without a network pass.

    The run uses what is known to fetch: e-mail and URL recognizers with top-level domains of all kinds.
    """
    out = alone.proxy.directory / "network.log"
    alone.proxy.environment = {"PYTHONPATH": str(WATCH), "WATCH_NETWORK": str(out)}
    alone.proxy.document["detection"] = {"workers": 2, "threshold": 0.0}
    alone.proxy.meeting()
    alone.proxy.consent("grant", "p-ann")
    alone.proxy.start(anew=True)
    text = "Annika Solberg: see https://a.b.co.uk/x, http://maya.ch, mail x@y.museum or z@q.com.\n" * 20
    assert alone.proxy.chat(text).status == 200
    assert alone.proxy.chat(text, stream=True).status == 200
    assert alone.proxy.stop() == 0
    lines = out.read_text().splitlines()
    recipient = re.compile(rf"\('127\.0\.0\.1', {alone.recorder.port}\b")
    own = (alone.proxy.document["listen"], alone.proxy.document["admin"])
    listening = [f"'{place['host']}'" for place in own]
    foreign = [
        line
        for line in lines
        if not recipient.search(line)
        and not re.search(r"socket\.(connect|sendto) (b?'[^']*'|'\\x00)", line)
        and not (line.startswith("socket.getaddrinfo") and any(host in line for host in listening))
    ]
    assert any(recipient.search(line) for line in lines), "the watch saw no connect at all: the test shows nothing"
    assert foreign == []


def test_the_runtime_of_the_model_holds_no_address_to_report_to() -> None:
    """Native code is not seen by the watch above. From 1.29 on, onnxruntime's builds report usage to their maker."""
    found = find_spec("onnxruntime")
    assert found is not None
    libraries = [path for place in found.submodule_search_locations or () for path in Path(place).rglob("*.so*")]
    assert libraries
    for library in libraries:
        content = library.read_bytes()
        assert b"events.data.microsoft.com" not in content, library.name
        assert b"OneCollector" not in content, library.name
