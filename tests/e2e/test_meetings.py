"""Whole meetings through a running proxy: real Zoom transcripts where they are at hand, a generated long one always."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.invented import SCALE, invented
from harness.process import Proxy, grant_all, settings
from harness.recorder import Recorder

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "zoom"
REAL = sorted(SHARED.glob("*.vtt"))[:: max(1, round(1 / SCALE))] if SHARED.is_dir() else []
"""A third of them, all in the long mode; `tests/formats` reads every cue of each."""
CUES = invented(6000)
STRUCTURE = re.compile(r"^(?:WEBVTT|\d+|[\d:.]+ --> [\d:.]+|)\r?$")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Proxy, Recorder]]:
    directory = tmp_path_factory.mktemp("meetings")
    with Recorder() as recorder:
        proxy = Proxy(directory, settings(directory, recorder.base_url))
        proxy.start()
        yield proxy, recorder
        proxy.stop()


def speakers(vtt: str) -> list[str]:
    """Labels of a Zoom transcript, in order of appearance."""
    cues = re.findall(r"-->[^\n]*\n([^\n]*)", vtt.replace("\r\n", "\n"))
    return list(dict.fromkeys(line.partition(": ")[0] for line in cues if ": " in line))


def through(proxy: Proxy, recorder: Recorder, name: str, vtt: str, silent: str | None = None) -> tuple[str, str]:
    """What left and what came back, with everybody but `silent` granting."""
    people = [{"id": f"p{n}", "name": label, "class": "guest"} for n, label in enumerate(speakers(vtt))]
    proxy.meeting(people, name=name)
    denied = next((person["id"] for person in people if person["name"] == silent), None)
    grant_all(proxy, [person["id"] for person in people], name, denied=denied)
    mark = len(recorder.received)
    reply = proxy.chat(vtt, meeting=name)
    assert reply.status == 200, reply.body
    (received,) = recorder.received[mark:]
    return received.json["messages"][0]["content"], reply.text


@pytest.mark.skipif(not REAL, reason="the real Zoom transcripts are not at hand")
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_a_real_zoom_meeting_goes_through_whole(running: tuple[Proxy, Recorder], path: Path) -> None:
    vtt = path.read_bytes().decode()
    silent = speakers(vtt)[-1]
    left, back = through(*running, path.stem, vtt, silent)
    sent_lines, left_lines, back_lines = vtt.split("\n"), left.split("\n"), back.split("\n")
    assert len(sent_lines) == len(left_lines) == len(back_lines)
    for before, after in zip(sent_lines, left_lines, strict=True):
        if STRUCTURE.match(before):
            assert after == before
        elif before.startswith(f"{silent}: "):
            assert after.strip() == "WITHHELD_PERSON: [withheld]"
    for label in speakers(vtt):
        assert not re.search(rf"(?<![\w-]){re.escape(label)}(?![\w-])", left), "a speaker's label left"
    for before, after in zip(sent_lines, back_lines, strict=True):
        label, colon, _ = before.partition(": ")
        if colon and label in speakers(vtt) and label != silent:
            assert after.startswith(re.split(r" [|(]", label)[0]), "a label was not restored"


def test_a_long_meeting_keeps_every_line(running: tuple[Proxy, Recorder]) -> None:
    """Four hours, 6,000 cues, or a third of them: nothing is lost, doubled or moved."""
    names = ["Annika Solberg", "Benedikt Oyelaran", "Chiara Montefusco"]
    cues = [
        f"{n + 1}\r\n{n // 1500:02}:{n // 25 % 60:02}:{n % 25 * 2:02}.000 --> "
        f"{n // 1500:02}:{n // 25 % 60:02}:{n % 25 * 2 + 1:02}.500\r\n"
        f"{names[n % 3]}: Item {n} of the list goes to {names[(n + 1) % 3].split()[0]} next week.\r\n\r\n"
        for n in range(CUES)
    ]
    vtt = "WEBVTT\r\n\r\n" + "".join(cues)
    left, back = through(*running, "long", vtt)
    assert len(left.split("\n")) == len(vtt.split("\n"))
    assert [int(n) for n in re.findall(r"Item (\d+) of", left)] == list(range(CUES))
    assert not any(part in left for name in names for part in name.split())
    assert [int(n) for n in re.findall(r"Item (\d+) of", back)] == list(range(CUES))
