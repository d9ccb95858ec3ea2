"""Words that policy drops leave a request that its API takes: no empty text, no empty key, every turn in its place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from harness.endpoints import Apis
from promises.bodies import ANSWERED, BEFORE, SAID, running, sent, strings

ALL = [(f"{how}: {name}", *made) for how, by in (("said", SAID), ("tool", ANSWERED), ("before", BEFORE))
       for name, made in by.items()]  # fmt: skip
STAYS = "Benedikt Oyelaran: canary one\nBenedikt Oyelaran: canary two"
LEAVES = "Annika Solberg: We ship in May."


@pytest.fixture(scope="module")
def dropping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apis]:
    with running(tmp_path_factory.mktemp("dropping"), on_withheld="drop") as apis:
        yield apis


def outline(value: Any) -> Any:
    """A document without its strings: what may not change."""
    if isinstance(value, dict):
        return {key: outline(item) if key not in ("role", "type") else item for key, item in value.items()}
    return [outline(item) for item in value] if isinstance(value, list) else type(value).__name__


@pytest.mark.parametrize(("path", "body"), [made[1:] for made in ALL], ids=[made[0] for made in ALL])
def test_a_text_of_which_all_is_dropped_keeps_its_place(dropping: Apis, path: str, body: Any) -> None:
    request = body(STAYS)
    reply, (received,) = sent(dropping, path, request)
    assert reply.status == 200
    assert b"canary" not in received.raw
    left = {key: value for key, value in received.json.items() if key != "store"}
    assert outline(left) == outline(request)
    assert sum(word == "[withheld]" for word in strings(left)) == 1
    empty = sum(not word.strip() for word in strings(request))
    assert sum(not word.strip() for word in strings(left)) == empty


def test_what_is_left_ends_without_white_space_that_nobody_sent(dropping: Apis) -> None:
    """Anthropic refuses to go on from a turn that ends in white space."""
    path, body = BEFORE["anthropic-messages"]
    request = body(f"{LEAVES}\n{STAYS}")
    request["messages"] = request["messages"][:2]
    _, (received,) = sent(dropping, path, request)
    assert received.json["messages"][1]["content"] == "PERSON_1: We ship in May."


def test_arguments_of_a_call_keep_their_keys(dropping: Apis) -> None:
    call = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": json.dumps({"a": "canary"})}}
    messages = [{"role": "user", "content": LEAVES}, {"role": "assistant", "content": None, "tool_calls": [call]},
                {"role": "tool", "tool_call_id": "call_1", "content": STAYS}]  # fmt: skip
    _, (received,) = sent(dropping, "/v1/chat/completions", {"model": "m", "messages": messages})
    assert b"canary" not in received.raw
    arguments = json.loads(received.json["messages"][1]["tool_calls"][0]["function"]["arguments"])
    assert "" not in arguments
    assert "" not in arguments.values()


def test_a_transcript_as_a_body_is_not_empty(dropping: Apis) -> None:
    mark = len(dropping.recorder.received)
    reply = dropping.proxy.post("/m/m1/v1/transcript", STAYS.encode(), {"Content-Type": "text/plain"})
    assert reply.status == 200
    assert dropping.recorder.received[mark].body == b"[withheld]"
