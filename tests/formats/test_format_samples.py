"""Real transcripts that lie beside the repository, where they do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from formats.structure_checker import check

from proxy.formats import segment

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "data"
ZOOM = sorted(SAMPLES.glob("zoom/*.vtt"))
CHATS = sorted(SAMPLES.glob("zoom/*.chat.txt"))
FILES = sorted([*SAMPLES.glob("formats/*.vtt"), *SAMPLES.glob("formats/*.txt")])
CLIENTS = sorted(SAMPLES.glob("formats/client_requests/*.json"))

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="no samples beside the repository")


def read(path: Path) -> str:
    return path.read_bytes().decode()


@pytest.mark.parametrize("path", ZOOM, ids=lambda path: path.stem)
def test_every_cue_of_a_zoom_transcript_has_its_speaker(path: Path) -> None:
    text = read(path)

    segmented = segment(text)

    check(text, segmented)
    assert segmented.format == "webvtt"
    assert segmented.free == ()
    assert len(segmented.utterances) == text.count("-->")
    assert all(u.speaker and u.start is not None for u in segmented.utterances)


@pytest.mark.parametrize("path", CHATS, ids=lambda path: path.stem)
def test_every_stamped_line_of_a_zoom_chat_has_its_speaker(path: Path) -> None:
    text = read(path)

    segmented = segment(text)

    check(text, segmented)
    stamped = [line for line in text.splitlines() if line[:2].isdigit() and line.count(":\t") and "\t" in line[8:9]]
    labelled = {text[u.block.start : u.block.start + 8] for u in segmented.utterances if u.label}
    assert {line[:8] for line in stamped} <= labelled


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_samples_of_formats_are_attributed(path: Path) -> None:
    text = read(path)

    segmented = segment(text)

    check(text, segmented)
    assert segmented.utterances
    assert all(u.speaker or u.within for u in segmented.utterances)


@pytest.mark.parametrize("path", CLIENTS, ids=lambda path: path.stem)
def test_requests_of_clients_keep_the_contract(path: Path) -> None:
    body = json.loads(path.read_text())["body"]

    for message in body.get("messages", []):
        check(message["content"], segment(message["content"]))
