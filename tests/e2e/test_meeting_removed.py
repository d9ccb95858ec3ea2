"""``meeting remove``: what was never used goes, and nothing that somebody may still ask for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.forks import Ran, ran
from harness.process import Proxy, settings
from harness.recorder import Recorder


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Proxy]:
    """A proxy to which m1 was named in a request, and m2 is on file."""
    with Recorder() as recorder:
        made = Proxy(tmp_path, settings(tmp_path, recorder.base_url))
        made.meeting()
        made.meeting(name="m2")
        made.consent("grant", "p-ann")
        made.consent("grant", "p-ann", meeting="m2")
        made.start()
        assert made.chat("Annika Solberg: The budget is late.\n").status == 200
        made.stop()
        yield made
        made.kill()


def command(proxy: Proxy, *words: str) -> Ran:
    return ran([*words, "--config", str(proxy.config)], proxy.directory)


def on_file(proxy: Proxy) -> list[str]:
    return [json.loads(line)["id"] for line in command(proxy, "meeting", "list", "--json").out.splitlines()]


def test_a_meeting_that_was_never_used_goes_and_its_records_stay(proxy: Proxy) -> None:
    done = command(proxy, "meeting", "remove", "m2", "--json")
    assert (done.code, json.loads(done.out)) == (0, {"meeting": "m2", "consent_records": 1})
    assert on_file(proxy) == ["m1"]
    proxy.start()
    proxy.stop()
    assert [act["unmapped"]["ledger"]["change"] for act in proxy.acts if "removed" in json.dumps(act)] == ["removed"]


def test_a_meeting_that_requests_named_stays(proxy: Proxy) -> None:
    refused = command(proxy, "meeting", "remove", "m1")
    assert (refused.code, "meeting_in_use at id: requests named it" in refused.err) == (1, True)
    (proxy.directory / "ledger/checkpoint").unlink()
    unread = command(proxy, "meeting", "remove", "m1")
    assert (unread.code, "ledger_unread" in unread.err) == (1, True)
    assert on_file(proxy) == ["m1", "m2"]


def test_a_meeting_of_somebody_on_hold_stays_until_the_hold_ends(proxy: Proxy) -> None:
    command(proxy, "subject", "hold", "p-ann", "--reason", "case 12")
    refused = command(proxy, "meeting", "remove", "m2")
    assert (refused.code, "on_hold at id: somebody on legal hold" in refused.err) == (1, True)
    assert on_file(proxy) == ["m1", "m2"]
    command(proxy, "subject", "release", "p-ann")
    assert command(proxy, "meeting", "remove", "m2").code == 0
    assert on_file(proxy) == ["m1"]


def test_what_is_not_on_file_is_said(proxy: Proxy) -> None:
    assert "unknown_meeting" in command(proxy, "meeting", "remove", "m3").err
