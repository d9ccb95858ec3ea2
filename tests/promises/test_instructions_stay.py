"""Instructions leave as they are: headings, bullets and words that happen to be somebody's display name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from harness.endpoints import Apis
from promises.bodies import CHAT, INSTRUCTED, MESSAGES, openai, running, sent, strings

PROMPTS = (
    "Write minutes with:\n- **Key Issues Discussed**: one line each\n- **Decisions Made**: who and when\n",
    "Requirements:\n1. Decisions: list them\n2. Action Items: owner and date\n3. Next Steps: in order",
    "# Meeting Summary\n## Key Points\n* Risks: what may fail\n* Open Questions: what is not answered\n\nOutput: JSON",
    'Output format: {"decisions": ["..."], "owner": "<name>"}\nTone: dry.\nLanguage: English',
    "You are a copilot.\n\nTitle: a short one\nSummary: three sentences\nAction Items: as bullets",
)
GUESTS = ("Decisions", "Key Issues Discussed", "Owner", "Summary")
SCHEMA = {
    "type": "object",
    "properties": {
        "Decisions": {"type": "array", "items": {"type": "string", "description": "Key Issues Discussed, one each"}},
        "Owner": {"type": "string", "enum": ["Owner", "Summary"]},
    },
    "required": ["Decisions", "Owner"],
}
SAID = {"role": "user", "content": "".join(f"{guest}: hello there\n" for guest in GUESTS) + "Annika Solberg: We ship."}
"""Guests whom nobody knows, under display names that are words of the instructions."""


@pytest.fixture(scope="module")
def apis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apis]:
    with running(tmp_path_factory.mktemp("instructions")) as started:
        yield started


@pytest.mark.parametrize("name", INSTRUCTED)
def test_headings_and_bullets_are_not_touched(apis: Apis, name: str) -> None:
    path, body = INSTRUCTED[name]
    for prompt in PROMPTS:
        reply, received = sent(apis, path, body(prompt))
        assert reply.status == 200, reply.body
        assert prompt in list(strings(received[-1].json))


@pytest.mark.parametrize("prompt", PROMPTS)
def test_nor_are_they_where_a_guest_bears_such_a_name(apis: Apis, prompt: str) -> None:
    reply, received = sent(apis, CHAT, openai({"role": "system", "content": prompt}, SAID))
    assert reply.status == 200, reply.body
    assert received[-1].json["messages"][0]["content"] == prompt


@pytest.mark.parametrize(
    ("path", "more"),
    [
        (CHAT, {"tools": [{"type": "function", "function": {"name": "save", "parameters": SCHEMA}}]}),
        (CHAT, {"response_format": {"type": "json_schema", "json_schema": {"name": "minutes", "schema": SCHEMA}}}),
        (CHAT, {"guided_json": SCHEMA}),
        (MESSAGES, {"max_tokens": 9, "tools": [{"name": "save", "input_schema": SCHEMA}]}),
        ("/api/chat", {"stream": False, "format": SCHEMA}),
    ],
)
def test_keys_and_values_of_schemas_stay(apis: Apis, path: str, more: dict[str, Any]) -> None:
    reply, received = sent(apis, path, {"model": "m", "messages": [SAID], **more})
    assert reply.status == 200, reply.body
    assert {name: received[-1].json[name] for name in more} == json.loads(json.dumps(more))


def test_a_name_of_an_unknown_guest_is_masked_where_it_is_a_label_and_in_speech(apis: Apis) -> None:
    said = {"role": "user", "content": "Tobias Wennerström: never\nAnnika Solberg: Tobias Wennerström said it."}
    reply, received = sent(apis, CHAT, openai({"role": "system", "content": PROMPTS[0]}, said))
    assert reply.status == 200, reply.body
    assert "Wennerström" not in received[-1].json["messages"][1]["content"]


EXAMPLES = (
    '{"segments": [{"speaker": "...", "text": "...", "start": 0.0, "corrected": true}], "kind_of": "..."}',
    '{"speaker": "<name>", "text": "<what was said>", "mood": "<mood>"}',
    '{"items": [{"id": "<id>", "speaker": "string", "text": "string", "why": "string"}]}',
    json.dumps(SCHEMA),
    json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **SCHEMA}, separators=(",", ":")),
)
"""JSON as prompts have it to show what is asked for: places for words, and no words."""


@pytest.mark.parametrize("example", EXAMPLES)
def test_json_of_placeholders_refuses_nothing_and_stays_json(apis: Apis, example: str) -> None:
    lines = "[pass 1/3 id=1 speaker=Annika Solberg] We ship.\n[pass 1/3 id=2 speaker=Zoë Quist] Fine.\n"
    for message in (f"Be brief.\n\n{lines}\nReturn only JSON of this form:\n{example}\n", example):
        for body in (
            openai({"role": "user", "content": message}),
            openai({"role": "system", "content": message}, SAID),
        ):
            reply, received = sent(apis, CHAT, body, "m-all")
            assert reply.status == 200, reply.body
            left = received[-1].json["messages"][0]["content"]
            assert json.loads(left[left.index("{") :]) is not None


REPEATED = (
    "Summarize the meeting in a few short sentences",
    "You write minutes of the harbour committee",
    "Write a list of what is open",
)


@pytest.mark.parametrize("repeated", REPEATED)
def test_nor_is_an_instruction_that_a_guest_says_word_for_word(apis: Apis, repeated: str) -> None:
    said = {"role": "user", "content": f"Annika Solberg: We ship.\nWanda Quist: {repeated.lower()}"}
    tool = {"type": "function", "function": {"name": "save", "description": repeated, "parameters": SCHEMA}}
    body = {**openai({"role": "system", "content": f"{repeated}. Be brief."}, said), "tools": [tool]}
    reply, received = sent(apis, CHAT, body)
    assert reply.status == 200, reply.body
    assert received[-1].json["messages"][0]["content"] == f"{repeated}. Be brief."
    assert received[-1].json["tools"] == [tool]
    assert repeated.lower() not in received[-1].json["messages"][1]["content"]


@pytest.mark.parametrize("guest", ["English", "Plain Prose", "purple ladder"])
def test_a_guests_name_in_instructions_is_a_word_of_the_clients(apis: Apis, guest: str) -> None:
    asked = f"Summarize in {guest}, for {guest}."
    said = {"role": "user", "content": f"{guest}: never\nAnnika Solberg: Is {guest} there?"}
    reply, received = sent(apis, CHAT, openai({"role": "system", "content": asked}, said))
    assert reply.status == 200, reply.body
    assert "WITHHELD" not in received[-1].json["messages"][0]["content"]
    assert received[-1].json["messages"][1]["content"].startswith("WITHHELD_PERSON: [withheld]\n")


def test_a_thing_that_is_a_guests_name_too_is_a_thing_behind_an_article(apis: Apis) -> None:
    said = "purple ladder: hi\nAnnika Solberg: We keep the purple ladder. I told purple ladder so."
    reply, received = sent(apis, CHAT, openai({"role": "user", "content": said}))
    assert reply.status == 200, reply.body
    left = received[-1].json["messages"][0]["content"]
    assert left.count("purple ladder") in (0, 1)
    reply, received = sent(apis, CHAT, openai({"role": "user", "content": said.partition(" I told")[0]}))
    assert reply.status == 200, reply.body
    assert received[-1].json["messages"][0]["content"].endswith("We keep the purple ladder.")
