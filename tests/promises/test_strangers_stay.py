"""What people say whom nobody knows stays in, in instructions too, whatever the layout, and whoever else agreed."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

import pytest
from harness.endpoints import Apis
from promises.bodies import INSTRUCTED, SAID, running, sent, strings

NAMES = ("Nadia Brandt", "Oleg", "Lena Quist", "Mehmet", "Chief Auditor", "Nurse", "Patient", "Ravi Anand", "Tilde")
OPENINGS = ("I would", "we should", "well, my view is to", "let us", "I think they will", "no, we never")
ANSWERS = ("yes", "no, never", "I agree.", "it is fine with me", "ok")
LEADS = ("The meeting so far:\n\n", "Be brief.\n", "", "Title: minutes\nTone: dry\n\n", "# Notes\n")
TURNS = (
    "{0}: {1}\n", "{0}: {1}\n\n", "[{0}] {1}\n", "{0} — {1}\n", "{0}\n{1}\n\n", "### {0}\n\n{1}\n\n",
    "**{0}**\n{1}\n\n",
    "- {0}: {1}\n", "{0} (10:02): {1}\n", "<{0}> {1}\n", "| {0} | {1} |\n", "{0};{1}\n", '<said by="{0}">{1}</said>\n',
    "- speaker: {0}\n  words: {1}\n", "{0} says: {1}\n", '{{"who": "{0}", "line": "{1}"}}\n',
)  # fmt: skip
ANY_NAMES = (
    "Jürg Häberli", "Maëva", "kz.three", "Вера Лапшина", "ΕΛΕΝΗ ΡΑΠΤΗ", "陳美玲", "한소라", "佐伯 翼", "कमला राव",
    "نورا سالم", "Brandt, Nadia", "iPad von Uwe", "Guest Okonjo", "Tilde (she/her)", "Ravi R.", "Nadia@Fjord",
)  # fmt: skip
"""Names that stand on no list, in several scripts, with what tools add to them, and handles."""
KEYS = ("poster", "vox", "saidBy", "displayName", "from_user", "speaker", "person")
ROWS = (
    '{{"{key}": "{name}", "line": "{words}"}}', '{{"line": "{words}", "meta": {{"{key}": "{name}"}}}}',
    "{{'line': '{words}', '{key}': '{name}', 'n': 4}}", '<m {key}="{name}">{words}</m>',
    "<m><{key}>{name}</{key}><w>{words}</w></m>", '[[row]]\n{key} = "{name}"\nline = "{words}"\n',
    '{n},"{words}",{name}', '("{name}", "{words}")', '{n};{name};"{words}"', "> {words}\n> — {name}, 0:{n}\n",
    "- {name} `0:{n}` {words}", "{name}\n0:{n}\n{words}\n", "m1 {n} {name} 0.{n} 1.{n} <o> {words}",
    "<|{key}|>{name}<|words|>{words}", "**{name}** (0:{n})\n{words}\n", "<b>{name}</b> <i>0:{n}</i>: {words}",
    "{words}\n({name} · 0:{n})\n", "[0:{n}] <{name}> {words}", "\\turn{{{name}}} {words}",
)  # fmt: skip
WORDS = ("never sell the tamarind before the board hears of it", "my view of the tamarind: it is a bad idea, all of it")
SEEDS = 60
PLAIN = ("/v1/transcript", lambda text: text.encode())


@pytest.fixture(scope="module")
def apis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apis]:
    with running(tmp_path_factory.mktemp("strangers")) as started:
        yield started


def talk(draw: random.Random, known: str | None) -> str:
    """Two or three people whom nobody knows answer each other, and somebody of the roster in the same layout."""
    turn, people = draw.choice(TURNS), draw.sample(NAMES, draw.choice((2, 2, 3)))
    said = [(people[0], f"{draw.choice(OPENINGS)} sell the tamarind before the board hears of it")]
    said += [(name, draw.choice(ANSWERS)) for name in people[1:]]
    said += [(known, "I heard it.")] if known else []
    if draw.random() < 0.2:
        return json.dumps([{"speaker": name, "text": words} for name, words in said])
    return "".join(turn.format(name, words) for name, words in said)


def test_where_all_on_the_roster_agreed_strangers_stay_in_in_any_layout(apis: Apis) -> None:
    for seed in range(SEEDS):
        draw = random.Random(seed)
        above = draw.choice(("", "Annika Solberg: We begin with the roof\n", "Annika Solberg: We begin.\n\n"))
        name = draw.choice(("Nadia Brandt", "Lena Quist", "Ravi Anand", "Mark Stone"))
        said = f"{draw.choice(OPENINGS[:2])} sell the tamarind before the board hears of it"
        text = above + draw.choice(TURNS).format(name, said)
        path, body = draw.choice((SAID["openai-chat"], SAID["anthropic-messages"], PLAIN))
        reply, received = sent(apis, path, body(text), "m-all")
        assert reply.status in (200, 400, 403), reply.body
        assert not any(b"tamarind" in one.body for one in received), (seed, text)


def test_whoever_stands_where_a_layout_names_its_speakers_is_a_stranger_whatever_the_name(apis: Apis) -> None:
    """Somebody on the roster speaks in the same layout, and all of them agreed."""
    for seed in range(SEEDS * 3):
        draw = random.Random(seed)
        row, key = draw.choice(ROWS), draw.choice(KEYS)
        said = [
            ("Annika Solberg", "good morning and welcome, all of you"),
            (draw.choice(ANY_NAMES), draw.choice(WORDS)),
        ]
        said += [("Annika Solberg", "let us go on with the roof")] if draw.random() < 0.6 else []
        text = "\n".join(row.format(key=key, name=name, words=words, n=10 + n) for n, (name, words) in enumerate(said))
        path, body = draw.choice((SAID["openai-chat"], SAID["anthropic-messages"], PLAIN))
        reply, received = sent(apis, path, body(text), "m-all")
        assert reply.status in (200, 400, 403), reply.body
        assert not any(b"tamarind" in one.body for one in received), (seed, text)


@pytest.mark.parametrize("known", [None, "Annika Solberg"])
def test_nothing_said_by_people_whom_nobody_knows_leaves_as_instructions(apis: Apis, known: str | None) -> None:
    places = list(INSTRUCTED.values())
    for seed in range(SEEDS):
        draw = random.Random(seed)
        prompt = draw.choice(LEADS) + talk(draw, known)
        path, body = places[seed % len(places)]
        reply, received = sent(apis, path, body(prompt))
        assert reply.status in (200, 400, 403), reply.body
        assert "tamarind" not in "\n".join(text for one in received for text in strings(one.json)), (seed, prompt)
