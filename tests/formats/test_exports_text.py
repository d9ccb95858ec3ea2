"""Texts that meeting tools export or copy: whose words each line is, and what is not certain and so nobody's."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest
from formats.structure_checker import check
from harness.exports import Turn, meeting
from harness.layouts import _SAID as PLANTED

from proxy.formats import read

PEOPLE = ("Ann Lund", "Ben Okoro", "Cy Brandt")


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def _webex(turns: Sequence[Turn]) -> str:
    ids = [f'{number} "{turn.speaker}" ({3246797312 + turn.number})' for number, turn in enumerate(turns, 1)]
    times = [f"00:00:{number:02}.000 --> 00:00:{number:02}.900" for number, _ in enumerate(turns, 1)]
    cues = (f"{cue}\n{time}\n{turn.text}\n\n" for cue, time, turn in zip(ids, times, turns, strict=True))
    return "WEBVTT\n\n" + "".join(cues)


CERTAIN: dict[str, Callable[[Sequence[Turn]], str]] = {
    "webex": _webex,
    "otter": lambda turns: "".join(f"{t.speaker}  {_clock(t.start)}  \n{t.text}\n\n" for t in turns),
    "fathom": lambda turns: "".join(f"{_clock(t.start)} - {t.speaker} (Acme)\n  {t.text}\n\n" for t in turns),
    "fireflies, read.ai": lambda turns: "".join(f"{t.speaker}: {t.text}\n" for t in turns),
    "teams, as text": lambda turns: "".join(f"{t.speaker}   {_clock(t.start)}\n{t.text}\n\n" for t in turns),
    "whatsapp, iphone": lambda turns: "".join(
        f"\u200e[02/03/2026, 10:{n:02}:01] {t.speaker}: {t.text}\n" for n, t in enumerate(turns)
    ),
    "whatsapp, android": lambda turns: "".join(
        f"3/2/26, 10:{n:02}\u202fAM - {t.speaker}: {t.text}\n" for n, t in enumerate(turns)
    ),
    "gong": lambda turns: "".join(f"{_clock(t.start)} | {t.speaker}\n{t.text}\n\n" for t in turns),
    "tldv": lambda turns: "".join(f"{t.speaker}: [{_clock(t.start)}] {t.text}\n" for t in turns),
    "telegram, copied": lambda turns: "".join(
        f"{t.speaker}, [03.05.2026 10:{n:02}]\n{t.text}\n\n" for n, t in enumerate(turns)
    ),
    "log of a chat": lambda turns: "".join(f"[10:{n:02}] <{t.speaker}> {t.text}\n" for n, t in enumerate(turns)),
    "slack, copied": lambda turns: "".join(f"{t.speaker}  [10:{n:02} AM]\n{t.text}\n\n" for n, t in enumerate(turns)),
}
UNCERTAIN: dict[str, Callable[[Sequence[Turn]], str]] = {
    "teams, word document of 2021": lambda turns: "".join(
        f"00:00:{n:02}.120 --> 00:00:{n:02}.320\n{t.speaker}\n{t.text}\n\n" for n, t in enumerate(turns)
    ),
    "slack, name and time apart": lambda turns: "".join(
        f"{t.speaker}\n  10:{n:02} AM\n{t.text}\n" for n, t in enumerate(turns)
    ),
    "granola": lambda turns: "".join(f"{'Me' if t.number else 'Them'}: {t.text}\n" for t in turns),
}


def planned(seed: int) -> tuple[list[Turn], dict[str, list[str]]]:
    words = random.Random(seed).sample(PLANTED, 12)
    planted = {person: words[4 * at : 4 * at + 4] for at, person in enumerate(PEOPLE)}
    return meeting(seed, PEOPLE, planted), planted


def by_speaker(text: str, *, whole: bool) -> dict[str | None, str]:
    transcript = read(text, PEOPLE, whole=whole)
    check(transcript.text, transcript.segmented)
    said: dict[str | None, str] = {}
    for utterance in transcript.segmented.utterances:
        words = " ".join(transcript.text[a:b] for a, b in utterance.words)
        said[utterance.speaker] = f"{said.get(utterance.speaker, '')} {words}"
    return said


@pytest.mark.parametrize("whole", [True, False], ids=["alone", "in a prompt"])
@pytest.mark.parametrize("tool", CERTAIN)
def test_each_line_is_its_speakers(tool: str, whole: bool) -> None:
    for seed in range(20):
        turns, planted = planned(seed)
        text = CERTAIN[tool](turns)
        said = by_speaker(text if whole else f"Sum up.\n\n{text}", whole=whole)
        for person in PEOPLE:
            words = said[person].replace(".", "").split()
            assert set(planted[person]) <= set(words), (seed, text)
            others = {word for other in PEOPLE if other != person for word in planted[other]}
            assert others.isdisjoint(words)


@pytest.mark.parametrize("tool", UNCERTAIN)
def test_what_is_not_certain_is_nobodys(tool: str) -> None:
    for seed in range(20):
        turns, planted = planned(seed)
        said = by_speaker(UNCERTAIN[tool](turns), whole=True)
        nobodys = " ".join(words for person, words in said.items() if person not in PEOPLE).replace(".", "").split()
        assert {word for words in planted.values() for word in words} <= set(nobodys)
