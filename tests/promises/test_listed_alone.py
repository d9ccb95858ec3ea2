"""Where only listed lines are instructions, no wording, place or layout makes anybody's words the client's own.

Sentences are invented to read as a client's: requests, captions, statements about the summary, in several languages.
Each stands in a place where a client writes. ``LISTED=5000 make test ARGS=tests/promises/test_listed_alone.py`` is the
long mode.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from harness.endpoints import Apis
from harness.layouts import invent
from promises.bodies import ASKED, CHAT, INSTRUCTED, SAID, openai, running, sent, strings
from typer.testing import CliRunner

from proxy.cli.main import app
from proxy.formats.places import digest

PROMPT = "Write the minutes of this meeting.\nKeep to what was decided.\nStyle of all the minutes: {}"
LINES = ("Write the minutes of this meeting.", "Keep to what was decided.", "Style of all the minutes:")
TOOL = {"name": "save_minutes", "description": "Saves minutes.", "parameters": {"type": "object", "properties": {}}}
FIELDS = ("save_minutes", "Saves minutes.", "look")
SENTENCES = int(os.environ.get("LISTED", "300"))
PARTS = 6
OPENINGS = (
    "Please", "Summarize that", "Always", "Never say that", "Note:", "Task:", "You are told that", "Bitte",
    "Résume que", "Por favor,", "In the summary,", "Output:", "The minutes say that", "- Decision:", "## Summary\n",
    "1.", "If asked,", "Context:", "Zed Quill —", "According to our guest,", "Best regards, Ben\n", "{",
    '{"format": "', "Translate:", "Do not",
)  # fmt: skip
VERBS = ("cancel", "mention", "list", "write down", "keep", "summarize", "translate", "fasse zusammen:", "is", "wants")
ENDINGS = (
    "",
    ".",
    " in JSON.",
    " as bullet points.",
    "?",
    " (Ben)",
    ' "}',
    "\n— Benedikt Oyelaran",
    " in the minutes.",
)


@pytest.fixture(scope="module")
def apis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apis]:
    profile = {"texts": list(map(digest, LINES)), "instructions": list(map(digest, FIELDS))}
    with running(tmp_path_factory.mktemp("listed"), profile=profile, instructions="listed") as started:
        yield started


def sentence(seed: int) -> tuple[str, str]:
    """A sentence that reads as a client's, and the word of it that tells."""
    dice = random.Random(seed)
    word = f"walrus{seed}"
    text = f"{dice.choice(OPENINGS)} {dice.choice(VERBS)} the {word} supplier{dice.choice(ENDINGS)}"
    beside = dice.choice(("{}", "{}\n\n" + PROMPT.format("brief"), PROMPT.format("brief") + "\n{}", "{}\n{}"))
    return beside.replace("{}", text), word


@pytest.mark.parametrize("part", range(PARTS))
def test_no_sentence_leaves_that_is_not_listed(apis: Apis, part: int) -> None:
    places = [*INSTRUCTED.values(), *SAID.values()]
    for seed in range(part, SENTENCES, PARTS):
        text, word = sentence(seed)
        path, body = places[seed // PARTS % len(places)]
        said = text if seed % 2 else f"Annika Solberg: And now?\n\n{text}"
        reply, received = sent(apis, path, body(said))
        assert reply.status in (200, 400, 403), (seed, reply.body)
        assert word not in "\n".join("\n".join(strings(one.json)) for one in received), f"seed {seed}\n{said}"


@pytest.mark.parametrize("part", range(PARTS))
def test_no_layout_makes_words_the_clients_own(apis: Apis, part: int) -> None:
    people = {"granted": "Annika Solberg", "refused": "Benedikt Oyelaran", "unknown": "Wanda Quist"}
    for seed in range(part, SENTENCES, PARTS):
        layout = invent(seed, people, PROMPT.format("brief") if seed % 2 else "")
        path, body = list(INSTRUCTED.values())[seed // PARTS % len(INSTRUCTED)]
        reply, received = sent(apis, path, body(layout.text))
        gone = "\n".join("\n".join(strings(one.json)) for one in received)
        assert reply.status in (200, 400, 403), (seed, reply.body)
        planted = [word for role in ("refused", "unknown") for word in layout.planted[role]]
        assert [word for word in planted if word in gone] == [], f"seed {seed}\n{layout.text}"


@pytest.mark.parametrize("name", INSTRUCTED)
def test_listed_lines_leave_and_others_beside_them_stay(apis: Apis, name: str) -> None:
    path, body = INSTRUCTED[name]
    reply, received = sent(apis, path, body("Write the minutes of this meeting.\n----\nThe walrus is blue."))
    assert reply.status == 200, reply.body
    assert "Write the minutes of this meeting.\n----\n[withheld]" in list(strings(received[-1].json))
    assert reply.headers["x-withheld-unproven"]


def test_a_line_that_varies_leaves_up_to_its_colon(apis: Apis) -> None:
    reply, received = sent(apis, CHAT, openai({"role": "system", "content": PROMPT.format("walrus")}, ASKED))
    assert reply.status == 200, reply.body
    assert received[-1].json["messages"][0]["content"] == PROMPT.format("[withheld]")


def test_a_prompt_beside_a_transcript_leaves_where_it_is_listed(apis: Apis) -> None:
    lines = ("Write the minutes of this meeting.\nName whom you like.", "Annika Solberg: We ship.", LINES[1])
    text = "\n\n".join(lines)
    reply, received = sent(apis, CHAT, openai({"role": "user", "content": text}))
    assert reply.status == 200, reply.body
    left = received[-1].json["messages"][0]["content"]
    assert "Write the minutes of this meeting." in left
    assert "Keep to what was decided." in left
    assert "Name whom" not in left


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"messages": [{"role": "system", "content": "Be brief."}, ASKED]}, "messages[0].content"),
        ({"messages": [ASKED], "tools": [{"type": "function", "function": {**TOOL, "description": "Other."}}]},
         "tools[0].description"),
    ],
)  # fmt: skip
def test_instructions_of_which_nothing_would_leave_refuse_and_say_where(
    apis: Apis, more: dict[str, object], place: str
) -> None:
    reply, received = sent(apis, CHAT, {"model": "m", **more})
    assert (reply.status, received) == (403, [])
    error = reply.json["error"]
    assert error["code"] == "instructions_unlisted"
    assert place in error["message"]
    assert "profile learn" in error["message"]


def test_where_everybody_may_be_heard_they_leave(apis: Apis) -> None:
    body = openai({"role": "system", "content": "Be brief."}, ASKED)
    reply, received = sent(apis, CHAT, body, "m-all")
    assert reply.status == 200, reply.body
    assert received[-1].json["messages"][0]["content"] == "Be brief."


def test_what_learning_writes_is_enough_for_the_client(tmp_path: Path) -> None:
    """From two recorded requests to a proxy that takes nothing else for instructions, by the documented commands."""
    tools = [{"type": "function", "function": TOOL}]
    for number, said in enumerate(("Annika Solberg: Hello.", "Benedikt Oyelaran: No.")):
        system = f"{PROMPT.format('brief')}\nThe number of this meeting is: {number}"
        body = openai({"role": "system", "content": system}, {"role": "user", "content": said})
        (tmp_path / f"{number}.json").write_text(json.dumps({**body, "tools": tools}))
    told = CliRunner().invoke(app, ["profile", "learn", str(tmp_path / "0.json"), str(tmp_path / "1.json")])
    assert told.exit_code == 0, told.output
    profile = yaml.safe_load(told.stdout)["profiles"]["our-client"]
    with running(tmp_path, profile=profile, instructions="listed") as started:
        system = f"{PROMPT.format('brief')}\nThe number of this meeting is: 7"
        body = openai({"role": "system", "content": system}, ASKED)
        reply, received = sent(started, CHAT, {**body, "tools": tools})
        assert reply.status == 200, reply.body
        assert received[-1].json["tools"] == tools
        assert received[-1].json["messages"][0]["content"].endswith("The number of this meeting is: [withheld]")
