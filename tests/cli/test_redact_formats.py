"""`meeting-proxy redact` knows what is structure of a transcript: times, numbers and markup are no findings."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from harness.exports import SERVICES, Turn, document
from harness.made_up import PEOPLE
from typer.testing import CliRunner

from proxy.cli.main import app

CALLING = (
    "please call me about it",
    "I will dial in later",
    "my phone was off",
    "take the call at any point",
    "it is b:: here",
)


def redacted(tmp_path: Path, text: str) -> str:
    file = tmp_path / "a.txt"
    file.write_text(text, encoding="utf-8")
    ran = CliRunner().invoke(app, ["redact", str(file)])
    assert ran.exit_code == 0, ran.output
    return ran.stdout


def cues(seed: int, kind: str) -> str:
    draw = random.Random(seed)
    at = draw.randint(0, 3000)
    written = ["WEBVTT\n\n"] if kind != "srt" else []
    for number, words in enumerate(draw.sample(CALLING, len(CALLING)), 1):
        clock = "{:02}:{:02}:{:02}{}{:03}"
        sign = "," if kind == "srt" else "."
        start, end = (clock.format(t // 3600, t // 60 % 60, t % 60, sign, draw.randint(0, 999)) for t in (at, at + 3))
        name = draw.choice(PEOPLE)
        said = f"<v {name}>{words}</v>" if kind == "voices" else f"{name}: {words}"
        written.append(f"{number}\n{start} --> {end}\n{said}\n\n")
        at += draw.randint(4, 90)
    return "".join(written)


@pytest.mark.parametrize("kind", ["webvtt", "voices", "srt"])
def test_times_numbers_and_markup_of_cues_stay(tmp_path: Path, kind: str) -> None:
    for seed in range(3):
        text = cues(seed, kind)
        left = redacted(tmp_path, text)
        assert re.findall(r".*-->.*|^[0-9]+$|</?v", left, re.M) == re.findall(r".*-->.*|^[0-9]+$|</?v", text, re.M)
        assert all(words in left for words in CALLING)
        assert not any(part in left for name in PEOPLE for part in name.split())


@pytest.mark.parametrize("service", ["amazon", "speechmatics", "deepgram", "rev.ai named"])
def test_a_document_of_a_service_is_valid_and_keeps_its_times(tmp_path: Path, service: str) -> None:
    words = tuple("call Tobias Wennerström on 07911 123456 please".split())
    turn = Turn("Annika Solberg", 0, words, tuple((20.25 + n, 20.75 + n) for n, _ in enumerate(words)))
    assert service in SERVICES
    text = document(service, [turn])
    left = redacted(tmp_path, text)
    json.loads(left)
    assert "Wennerstr" not in left
    assert '"07911"' not in left
    assert re.findall(r"2[0-9]\.[27]5", left) == re.findall(r"2[0-9]\.[27]5", text)
