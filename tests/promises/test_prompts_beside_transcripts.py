"""A client's prompt leaves line for line beside a transcript of any listed layout, and a refuser's words do not.

Requests are drawn from a seed alone: a prompt, a layout of the meeting, where the prompt stands, and a dialect.
``PROMPTED=5000 make test ARGS=tests/promises/test_prompts_beside_transcripts.py`` is the long mode. A prompt in a
message of its own may be withheld or refused, since people also speak in messages of their own; it is counted.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from harness.endpoints import Apis
from harness.meeting_layouts import LAYOUTS
from promises.bodies import CHAT, MESSAGES, RESPONSES, anthropic, ollama, openai, running, sent, strings
from promises.client_prompts import PROMPTS, REQUESTS, TELLING

PROMPTED = int(os.environ.get("PROMPTED", "160"))
PARTS = 8
GRANTED, REFUSED = "Annika Solberg", "Benedikt Oyelaran"
TURNS = (
    (GRANTED, "The harbour report is finished and the crane works again."),
    (REFUSED, "The walnut price is far too high for us."),
    (GRANTED, "We ship the first batch on Monday, as planned."),
    (REFUSED, "My doctor wants me to rest in pebble week."),
    (GRANTED, "I will call the supplier this afternoon."),
    (GRANTED, "Then we meet again next week."),
)
HEARD = ("report is finished", "first batch on Monday", "call the supplier", "meet again next week")
Messages = list[list[str]]
"""The text parts of each user message."""
PLACES: dict[str, Callable[[str, str, str], tuple[str | None, Messages]]] = {
    "system": lambda prompt, said, request: (prompt, [[said]]),
    "request below": lambda prompt, said, request: (prompt, [[f"{said}\n\n{request}"]]),
    "above": lambda prompt, said, request: (None, [[f"{prompt}\n\n{said}"]]),
    "below": lambda prompt, said, request: (None, [[f"{said}\n\n{prompt}"]]),
    "around": lambda prompt, said, request: (None, [[f"{prompt}\n\n{said}\n\n{request}"]]),
    "parts": lambda prompt, said, request: (None, [[prompt, said]]),
    "message before": lambda prompt, said, request: (None, [[prompt], [said]]),
    "message behind": lambda prompt, said, request: (None, [[said], [prompt]]),
}
APART = ("message before", "message behind")


def _chat(system: str | None, messages: Messages) -> dict[str, Any]:
    head = [{"role": "system", "content": system}] if system else []
    said = [{"role": "user", "content": [{"type": "text", "text": text} for text in parts]} for parts in messages]
    return openai(*head, *said)


def _responses(system: str | None, messages: Messages) -> dict[str, Any]:
    said = [{"role": "user", "content": [{"type": "input_text", "text": text} for text in parts]} for parts in messages]
    return {"model": "m", "input": said, **({"instructions": system} if system else {})}


def _messages(system: str | None, messages: Messages) -> dict[str, Any]:
    said = [{"role": "user", "content": [{"type": "text", "text": text} for text in parts]} for parts in messages]
    return {**anthropic(*said), **({"system": system} if system else {})}


def _ollama(system: str | None, messages: Messages) -> dict[str, Any]:
    head = [{"role": "system", "content": system}] if system else []
    return ollama(*head, *({"role": "user", "content": "\n\n".join(parts)} for parts in messages))


def _generate(system: str | None, messages: Messages) -> dict[str, Any]:
    prompt = "\n\n".join(text for parts in messages for text in parts)
    return {"model": "m", "stream": False, "prompt": prompt, **({"system": system} if system else {})}


DIALECTS: dict[str, tuple[str, Callable[[str | None, Messages], dict[str, Any]]]] = {
    "openai-chat": (CHAT, _chat),
    "openai-responses": (RESPONSES, _responses),
    "anthropic-messages": (MESSAGES, _messages),
    "ollama-chat": ("/api/chat", _ollama),
    "ollama-generate": ("/api/generate", _generate),
}


@pytest.fixture(scope="module")
def apis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apis]:
    with running(tmp_path_factory.mktemp("prompted")) as started:
        yield started


@pytest.mark.parametrize("part", range(PARTS))
def test_a_prompt_leaves_line_for_line_and_no_word_of_a_refuser(apis: Apis, part: int) -> None:
    for seed in range(part, PROMPTED, PARTS):
        draw = random.Random(seed)
        style, layout, place = (draw.choice(list(each)) for each in (PROMPTS, LAYOUTS, PLACES))
        dialect, request = draw.choice(list(DIALECTS)), draw.choice(REQUESTS)
        path, body = DIALECTS[dialect]
        reply, received = sent(apis, path, body(*PLACES[place](PROMPTS[style], LAYOUTS[layout](TURNS), request)))
        drawn = f"seed {seed}: {style}, {layout}, {place}, {dialect}"
        gone = "\n".join("\n".join(strings(one.json)) for one in received)
        assert not any(word in gone for word in ("walnut", "pebble")), drawn
        if place in APART:
            assert reply.status in (200, 403), (drawn, reply.body)
            continue
        assert reply.status == 200, (drawn, reply.body)
        asked = [line.strip() for line in PROMPTS[style].splitlines() if any(map(str.isalpha, line))]
        asked += [request] if place in ("around", "request below") else []
        assert [line for line in asked if line not in gone and line not in TELLING] == [], f"{drawn}\n{gone}"
        assert [words for words in HEARD if words not in gone] == [], f"{drawn}\n{gone}"
