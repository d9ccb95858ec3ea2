"""Whatever layout a transcript has, nobody's words leave but those of people who may be heard.

Layouts are invented by a generator (`harness.layouts`), so that none of them is known to the code. Each is sent to a
place of some dialect: as what a user says, what a tool answers, what an assistant said before, or instructions.
``LAYOUTS=20000 make test ARGS=tests/promises/test_any_layout.py`` is the long mode.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest
from harness.endpoints import Apis
from harness.layouts import invent
from harness.recorder import Received
from promises.bodies import ANSWERED, BEFORE, INSTRUCTED, SAID, running, sent, strings

PEOPLE = {"granted": "Annika Solberg", "refused": "Benedikt Oyelaran", "unknown": "Wanda Quist"}
PLACES = {
    f"{kind} {name}": place
    for kind, places in (("said", SAID), ("answered", ANSWERED), ("before", BEFORE), ("instructed", INSTRUCTED))
    for name, place in places.items()
}
LAYOUTS = int(os.environ.get("LAYOUTS", "200"))
PARTS = 20
OPENINGS = (
    "",
    "Annika Solberg: Hello all and welcome.",
    "Write the minutes.\n\nAnnika Solberg: Hello all and welcome.",
)


@pytest.fixture(scope="module")
def apis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apis]:
    with running(tmp_path_factory.mktemp("layouts")) as running_apis:
        yield running_apis


def left(received: list[Received]) -> str:
    """All that a recipient got, as bytes and as the strings in them."""
    return "\n".join(one.raw.decode() + "\n".join(strings(one.json)) for one in received)


@pytest.mark.parametrize("part", range(PARTS))
def test_no_words_of_anybody_who_may_not_be_heard_leave(apis: Apis, part: int) -> None:
    """Of somebody who refused, and of somebody whom nobody knows."""
    places = list(PLACES.items())
    for seed in range(part, LAYOUTS, PARTS):
        layout = invent(seed, PEOPLE, OPENINGS[seed % len(OPENINGS)])
        where, (path, body) = places[seed // len(OPENINGS) % len(places)]
        reply, received = sent(apis, path, body(layout.text))
        assert reply.status in (200, 400, 403), (seed, where, reply.body)
        gone = left(received)
        for role in ("refused", "unknown"):
            words = [word for word in layout.planted[role] if word in gone]
            assert words == [], f"seed {seed}, {where}: words of somebody {role} left\n{layout.text}"


def _cue(at: int, name: str, words: str) -> str:
    return f"00:00:{at:02}.000 --> 00:00:{at + 1:02}.000\n{name}: {words}\n"


LISTED = {
    "lines": lambda turns: "\n".join(f"{name}: {words}" for name, words in turns),
    "lines with times": lambda turns: "\n".join(f"[00:{at:02}] {n}: {w}" for at, (n, w) in enumerate(turns)),
    "webvtt": lambda turns: "WEBVTT\n\n" + "\n".join(_cue(at, name, words) for at, (name, words) in enumerate(turns)),
    "voices": lambda turns: "WEBVTT\n\n" + "\n".join(
        f"00:00:{at:02}.000 --> 00:00:{at + 1:02}.000\n<v {n}>{w}</v>\n" for at, (n, w) in enumerate(turns)
    ),
    "subrip": lambda turns: "\n".join(
        f"{at + 1}\n00:00:{at:02},000 --> 00:00:{at + 1:02},000\n{n}: {w}\n" for at, (n, w) in enumerate(turns)
    ),
    "ranges": lambda turns: "\n".join(f"00:{at:02} to 00:{at + 1:02} - ({n}) {w}" for at, (n, w) in enumerate(turns)),
    "json": lambda turns: json.dumps([{"speaker": n, "text": w} for n, w in turns]),
}  # fmt: skip
SPOKEN = (
    "we ship on Thursday, and Annika writes the notes: short ones",
    "the count is 12; that is fine - or nearly",
    "is that so? I think it is",
    "what Kim said about the lake at 10:30 was right",
    "no, no ... not that one",
    "the release is at 14:00 and the demo follows",
    "thank you all (and the kitchen)",
)  # fmt: skip


@pytest.mark.parametrize("layout", LISTED)
def test_in_a_listed_layout_words_that_may_be_heard_leave(apis: Apis, layout: str) -> None:
    turns = [(PEOPLE["granted"], f"turn{number} {words} end{number}") for number, words in enumerate(SPOKEN)]
    path, body = SAID["openai-chat"]
    refused = (PEOPLE["refused"], "falcon garnet harbor")
    reply, received = sent(apis, path, body(LISTED[layout]([*turns[:3], refused, *turns[3:]])))
    assert reply.status == 200, reply.body
    gone = left(received)
    assert "garnet" not in gone
    assert [number for number in range(len(SPOKEN)) if f"turn{number} " not in gone or f"end{number}" not in gone] == []
