"""Words leave in no code and behind no key: percent codes, escapes of JSON, ids of markup, headings of wikis.

Cases are drawn from a seed alone: an export of a meeting, as a tool or a framework writes it, in a place where clients
write instructions. ``EXPORTS=5000 make test ARGS=tests/promises/test_exports_in_codes.py`` is the long mode. Lists of
those who came, in the markup and the languages of prompts, leave whole.
"""

from __future__ import annotations

import html
import json
import os
import random
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import quote, quote_plus

import pytest
from harness.endpoints import Apis
from promises.bodies import CHAT, INSTRUCTED, MESSAGES, anthropic, openai, running, sent, strings, user

EXPORTS = int(os.environ.get("EXPORTS", "120"))
PARTS = 6
GRANTED, REFUSED = "Annika Solberg", "Benedikt Oyelaran"
Turns = Sequence[tuple[str, str]]
WORDS = (
    "I think the {} price is far too high and we will not sign it.",
    "the {} budget was cut last week, and nobody told us",
    "My doctor told me that the {} treatment has to start in June.",
    "Honestly, the {} vendor lied to us about the numbers.",
    "two of the {} machines are down, and the third one is old",
)
CANARIES = "umbrella lantern gravel thistle walnut saddle bucket ladder trumpet pebble".split()
KEYS = {GRANTED: "P1", REFUSED: "P2"}
INITIALS = {GRANTED: "AS", REFUSED: "BO"}


def _lines(turns: Turns) -> str:
    return "\n".join(f"{name}: {words}" for name, words in turns)


def _signed(turns: Turns) -> str:
    return "\n".join(f"{words}\n\N{EM DASH} {name}" for name, words in turns)


EXPORTED: dict[str, Callable[[Turns], str]] = {
    "percent codes": lambda turns: f"transcript={quote(_lines(turns))}",
    "percent codes, line by line": lambda turns: "\n".join(quote(f"{n} - {w}") for n, w in turns),
    "percent codes for signs": lambda turns: quote(_lines(turns), safe=" \n"),
    "a form": lambda turns: f"q=1&text={quote_plus(_lines(turns), safe=' ')}",
    "escapes": lambda turns: json.dumps({"q": "What was decided?", "context": _signed(turns)}),
    "escaped labels": lambda turns: json.dumps(_lines(turns).replace(": ", "\N{FULLWIDTH COLON}")),
    "ids": lambda turns: "<people>"
    + "".join(f'<p id="{key}" name="{name}"/>' for name, key in KEYS.items())
    + "</people>\n"
    + "\n".join(f'<u ref="{KEYS[name]}">{words}</u>' for name, words in turns),
    "ids in entities": lambda turns: html.escape(EXPORTED["ids"](turns)),
    "ids in JSON": lambda turns: json.dumps({"context": EXPORTED["ids"](turns)}),
    "ids of TEI": lambda turns: "<particDesc>"
    + "".join(f'<person xml:id="{INITIALS[name]}"><persName>{name}</persName></person>' for name in KEYS)
    + "</particDesc>\n"
    + "\n".join(f'<u who="#{INITIALS[name]}" xml:id="u{at}">{words}</u>' for at, (name, words) in enumerate(turns)),
    "headings of a wiki": lambda turns: "\n".join(f"h3. {name}\n{words}" for name, words in turns),
    "quotes of a wiki": lambda turns: "\n".join(f"h3. {name}\n{{quote}}{words}{{quote}}" for name, words in turns),
    "an example": lambda turns: f"Example:\nInput: Hello.\nOutput: Hi.\n\nInput: {_dashed(turns)}\nOutput:",
}  # fmt: skip


def _dashed(turns: Turns) -> str:
    return "\n".join(f"\N{EM DASH} {name}: {words}" for name, words in turns)


@pytest.fixture(scope="module")
def apis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apis]:
    with running(tmp_path_factory.mktemp("exports")) as started:
        yield started


@pytest.mark.parametrize("part", range(PARTS))
def test_words_of_somebody_who_refused_stay_in(apis: Apis, part: int) -> None:
    for seed in range(part, EXPORTS, PARTS):
        drawn = random.Random(seed)
        planted = drawn.sample(CANARIES, 4)
        words = [said.format(word) for said, word in zip(drawn.sample(WORDS, 4), planted, strict=True)]
        names = drawn.choice(((GRANTED, REFUSED) * 2, (REFUSED, GRANTED) * 2, (REFUSED, REFUSED, GRANTED, REFUSED)))
        layout = list(EXPORTED)[seed % len(EXPORTED)]
        text = EXPORTED[layout]([*zip(names, words, strict=True)])
        where = drawn.choice(list(INSTRUCTED))
        path, body = INSTRUCTED[where]
        reply, received = sent(apis, path, body(text))
        assert reply.status in (200, 403), (seed, reply.body)
        gone = "\n".join("\n".join(strings(one.json)) for one in received)
        left = [word for name, word in zip(names, planted, strict=True) if name == REFUSED and word in gone]
        assert left == [], f"seed {seed}, {layout}, {where}:\n{text}"


LISTED = (
    "<attendees>\n<person>{0}</person>\n<person>{1}</person>\n</attendees>",
    "<participants>\n  <participant>{0}</participant>\n  <participant>{1}</participant>\n</participants>",
    "Teilnehmer: {0}, {1}\nDatum: heute",
    "Teilnehmende: {0}, {1}\nOrt: Hafen",
    "Participants : {0}, {1}\nLieu : port",
    "Asistentes: {0}, {1}\nLugar: puerto",
    "Partecipanti: {0}, {1}\nLuogo: porto",
    "Aanwezigen: {0}, {1}\nPlaats: haven",
    "Participantes: {0}, {1}\nLocal: porto",
    "The meeting was organized by {0} and attended by {1}.",
    "This call was hosted by {0}.",
)


@pytest.mark.parametrize("people", LISTED)
def test_lists_of_those_who_came_leave(apis: Apis, people: str) -> None:
    text = f"Write the minutes.\n\n{people.format(GRANTED, REFUSED)}\n\nKeep the minutes short."
    reply, received = sent(apis, CHAT, openai({"role": "system", "content": text}, user(f"{GRANTED}: We ship.")))
    assert reply.status == 200, reply.body
    left = received[-1].json["messages"][0]["content"]
    assert "[withheld]" not in left
    assert left.endswith("Keep the minutes short.")


TRANSCRIPTS = {
    "json": json.dumps(
        [{"speaker": GRANTED, "text": "We ship on Monday."}, {"speaker": REFUSED, "text": "I doubt that."}]
    ),
    "voices": f"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v {GRANTED}>We ship on Monday.</v>\n\n"
    f"00:00:02.000 --> 00:00:03.000\n<v {REFUSED}>I doubt that.</v>\n",
    "tags": f"<transcript>\n{GRANTED}: We ship on Monday.\n{REFUSED}: I doubt that.\n</transcript>",
}


@pytest.mark.parametrize("transcript", TRANSCRIPTS)
def test_a_request_behind_a_closed_transcript_leaves(apis: Apis, transcript: str) -> None:
    parts = [{"type": "text", "text": text} for text in (TRANSCRIPTS[transcript], "Write the minutes of this meeting.")]
    reply, received = sent(apis, MESSAGES, anthropic({"role": "user", "content": parts}))
    assert reply.status == 200, reply.body
    assert received[-1].json["messages"][0]["content"][1]["text"] == "Write the minutes of this meeting."
    assert "We ship on Monday" in json.dumps(received[-1].json)


ORDERS = (
    "* Be concise: at most 300 words.\n* Write in the language of the transcript.",
    "- Keep it short: one page.\n- Write in English.",
    "1. Do not quote anybody: only report decisions.\n2. Write the minutes as a list.",
)


@pytest.mark.parametrize("orders", ORDERS)
@pytest.mark.parametrize("below", [False, True])
def test_an_order_with_a_colon_is_nobodys_label(apis: Apis, orders: str, below: bool) -> None:
    said = f"{GRANTED}: We ship on Monday.\n{REFUSED}: I doubt that."
    text = "\n\n".join((said, orders) if below else (f"Guidelines:\n{orders}", said))
    reply, received = sent(apis, CHAT, openai(user(text)))
    assert reply.status == 200, reply.body
    left = received[-1].json["messages"][0]["content"]
    assert orders in left
    assert "We ship on Monday" in left
    assert "doubt" not in left


@pytest.mark.parametrize("label", ["Ask maria", "Be discreet", "Keep quiet", "Summarize it for wanda"])
def test_words_behind_an_order_as_a_name_stay_in(apis: Apis, label: str) -> None:
    said = f"{GRANTED}: We ship on Monday."
    for text in (f"{label}: the walnut budget was cut last week.\n\n{said}", f"{said}\n{label}: Order walnut."):
        reply, received = sent(apis, CHAT, openai(user(text)))
        assert reply.status in (200, 403), reply.body
        assert not any("walnut" in one.raw.decode() for one in received)
