"""``consent withdraw --series``: one command for all meetings of a series, and what of these had left."""

from __future__ import annotations

import json
from pathlib import Path

from harness.process import PEOPLE, Proxy, settings
from harness.recorder import Recorder

TEXT = "Annika Solberg: The budget is late.\n"


def test_words_stay_out_of_each_meeting_of_the_series_and_what_left_of_these_is_told(tmp_path: Path) -> None:
    with Recorder() as recorder:
        proxy = Proxy(tmp_path, settings(tmp_path, recorder.base_url))
        for name, series in (("m1", "weekly"), ("m2", "weekly"), ("m3", "board")):
            people = tmp_path / f"{name}.json"
            people.write_text(json.dumps(PEOPLE))
            added = ("--id", name, "--series", series, "--roster", str(people), "--complete")
            proxy.cli("meeting", "add", "--config", str(proxy.config), "--start", "2026-03-02T10:00:00Z", *added)
            proxy.consent("grant", "p-ann", meeting=name)
        proxy.start()
        left = {name: proxy.chat(TEXT, meeting=name).headers["x-exchange-id"] for name in ("m1", "m2", "m3")}
        proxy.settled()

        words = ("--config", str(proxy.config), "--participant", "Annika Solberg", "--series", "weekly")
        told = proxy.cli("consent", "withdraw", *words)
        assert [name for name in left if left[name] in told] == ["m1", "m2"]
        assert "withdrawn" in told and "series weekly" in told
        for name, heard in (("m1", False), ("m2", False), ("m3", True)):
            before = len(recorder.received)
            proxy.chat(TEXT, meeting=name)
            assert any(b"The budget is late" in each.body for each in recorder.received[before:]) is heard
        proxy.cli("consent", "withdraw", *words, code=1)
        proxy.kill()
