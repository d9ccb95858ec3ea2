"""A text that is cut into two units of a request is read as one: a head in one gives its words in the next to nobody.

Cases are drawn by a generator (`harness.split_units`). ``SPLITS=20000 make test
ARGS=tests/promises/test_split_over_units.py`` is the long mode. Prompts, tools and schemas of clients leave whole.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from harness.endpoints import Apis
from harness.split_units import FULL, PLACES, SCHEMA, SYSTEM, TOOLS, Case, invent
from promises.bodies import CHAT, MESSAGES, RESPONSES, anthropic, ollama, openai, running, sent, strings, user

SPLITS = int(os.environ.get("SPLITS", "160"))
PARTS = 10
TRANSCRIPT = "Annika Solberg: We ship on Monday.\nBenedikt Oyelaran: The plan is wrong.\nAnnika Solberg: Fine, Tuesday."


@pytest.fixture(scope="module")
def apis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apis]:
    with running(tmp_path_factory.mktemp("split")) as running_apis:
        yield running_apis


def _kept_in(apis: Apis, seed: int, case: Case) -> None:
    path, body = PLACES[case.place]
    reply, received = sent(apis, path, body(case.above, case.below))
    assert reply.status in (200, 403), (seed, reply.body)
    gone = "\n".join("\n".join(strings(one.json)) for one in received)
    left = [word for word in case.planted if word in gone]
    assert left == [], f"seed {seed}, {case.place}: {left} left\n{case.above}\n|\n{case.below}"


@pytest.mark.parametrize("part", range(PARTS))
def test_words_below_a_head_in_another_unit_stay_in(apis: Apis, part: int) -> None:
    for seed in range(part, SPLITS, PARTS):
        _kept_in(apis, seed, invent(seed, "Benedikt Oyelaran"))


@pytest.mark.parametrize("part", range(PARTS))
def test_so_do_those_of_somebody_whom_nobody_knows(apis: Apis, part: int) -> None:
    for seed in range(part, SPLITS // 4, PARTS):
        case = invent(seed, "Wanda Quist", FULL)
        if "key, description" not in case.place:
            _kept_in(apis, seed, case)


def _system(text: str) -> dict[str, Any]:
    return {"role": "system", "content": text}


def _parts(*texts: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": text} for text in texts]


FUNCTIONS = [{"type": "function", "function": tool} for tool in TOOLS]
ASKED: dict[str, tuple[str, Callable[..., dict[str, Any]]]] = {
    "chat": (CHAT, lambda *blocks: openai(*map(_system, blocks), user(TRANSCRIPT))),
    "chat around": (CHAT, lambda first, *more: openai(_system(first), user(TRANSCRIPT), *map(_system, more))),
    "chat parts": (
        CHAT, lambda *blocks: openai({"role": "system", "content": _parts(*blocks)}, user(TRANSCRIPT))
    ),
    "chat with tools": (
        CHAT, lambda *blocks: {**openai(*map(_system, blocks), user(TRANSCRIPT)), "tools": FUNCTIONS}
    ),
    "chat behind tools": (
        CHAT, lambda *blocks: {"tools": FUNCTIONS, **openai(*map(_system, blocks), user(TRANSCRIPT))}
    ),
    "chat with a format": (
        CHAT,
        lambda *blocks: {
            **openai(*map(_system, blocks), user(TRANSCRIPT)),
            "response_format": {"type": "json_schema", "json_schema": {"name": "minutes", "schema": SCHEMA}},
        },
    ),
    "chat with stops": (
        CHAT,
        lambda *blocks: {
            "stop": ["Annika Solberg:", "Benedikt Oyelaran:"], **openai(*map(_system, blocks), user(TRANSCRIPT))
        },
    ),
    "messages": (
        MESSAGES,
        lambda *blocks: {
            **anthropic(user(TRANSCRIPT)),
            "system": _parts(*blocks),
            "tools": [
                {"name": tool["name"], "description": tool["description"], "input_schema": tool["parameters"]}
                for tool in TOOLS
            ],
        },
    ),
    "responses": (
        RESPONSES,
        lambda first, *more: {
            "model": "m",
            "instructions": first,
            "input": [*map(_system, more), user(TRANSCRIPT)],
            "tools": [{"type": "function", **tool} for tool in TOOLS],
        },
    ),
    "ollama": ("/api/chat", lambda *blocks: {**ollama(*map(_system, blocks), user(TRANSCRIPT)), "tools": FUNCTIONS}),
}  # fmt: skip
"""Requests of clients whose prompt stands in several blocks."""


@pytest.mark.parametrize("asked", ASKED)
def test_prompts_tools_and_schemas_leave_whole(apis: Apis, asked: str) -> None:
    path, body = ASKED[asked]
    for blocks in SYSTEM if asked == "chat" else SYSTEM[list(ASKED).index(asked) % 3 :: 3]:
        reply, (received,) = sent(apis, path, body(*blocks))
        assert reply.status == 200, reply.body
        withheld = [text for text in strings(received.json) if "[withheld]" in text and "ship on Monday" not in text]
        assert withheld == [], (blocks, received.raw)
        assert "The plan is wrong" not in received.raw.decode()
