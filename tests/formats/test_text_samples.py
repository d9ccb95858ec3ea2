"""Each sample of a format of text is read as its format, alone and in a prompt, and every word is its speaker's."""

from __future__ import annotations

from importlib import import_module

import pytest
from formats.structure_checker import check
from formats.text_samples import SAMPLES

from proxy.formats import READERS, read
from proxy.model import apply_edits

LABELS = ("Ann Lund", "Ben Okoro")


@pytest.mark.parametrize("whole", [True, False], ids=["alone", "in a prompt"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("name", SAMPLES)
def test_every_word_is_its_speakers(name: str, end: str, whole: bool) -> None:
    sample = SAMPLES[name].replace("\n", end)
    text = sample if whole else f"Sum up.{end}{end}{sample}{end}Be brief.{end}"

    transcript = read(text, LABELS, whole=whole)

    check(transcript.text, transcript.segmented)
    module = import_module(f"proxy.formats.{name}")
    assert module.read in READERS
    assert transcript.segmented.format == module.NAME
    said = dict.fromkeys((*LABELS, None), "")
    for each in transcript.segmented.utterances:
        said[each.speaker] += "".join(f" {transcript.text[a:b]}" for a, b in each.words)
    assert said["Ann Lund"].count("zebra") == sample.count("zebra") > 0
    assert said["Ann Lund"].count("canary") == 0
    assert "".join(said.values()).count("canary") == sample.count("canary") > 0
    assert apply_edits(text, transcript.source_edits(())) == text


@pytest.mark.parametrize("name", SAMPLES)
def test_a_long_file_ends(name: str) -> None:
    """A quadratic reader would not end for minutes."""
    text = SAMPLES[name] * (200_000 // len(SAMPLES[name]))
    assert read(text, LABELS, whole=True).segmented.utterances
