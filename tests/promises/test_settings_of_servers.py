"""Settings of ordinary servers reach the recipient as they were sent; what somebody might hide in them does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from harness.endpoints import Apis
from harness.invented import invented
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from promises.bodies import ASKED, CHAT, MESSAGES, RESPONSES, anthropic, ollama, openai, running, sent, strings

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {"decisions": {"type": "array", "items": {"type": "string", "description": "What was decided"}}},
    "required": ["decisions"],
    "additionalProperties": False,
}
ORDINARY: dict[str, list[Any]] = {
    "top_k": [40, -1],
    "min_p": [0.05, 0],
    "top_a": [0.1],
    "repetition_penalty": [1.1],
    "repeat_penalty": [1.18],
    "length_penalty": [1.0],
    "typical_p": [0.95],
    "tfs_z": [1],
    "mirostat": [0, 2],
    "mirostat_tau": [5.0],
    "mirostat_eta": [0.1],
    "n_predict": [512, -1],
    "best_of": [2],
    "ignore_eos": [False],
    "random_seed": [42],
    "safe_prompt": [True, False],
    "echo": [False],
    "chat_template_kwargs": [{"enable_thinking": False, "thinking_budget": 512}],
    "provider": [
        {"order": ["anthropic", "openai"], "allow_fallbacks": False, "data_collection": "deny", "sort": "price"},
        {"only": ["deepinfra/fp8"], "zdr": True, "max_price": {"prompt": 1, "completion": 2.5}},
    ],
    "thinking": [{"type": "disabled"}, {"type": "enabled", "budget_tokens": 2048}],
    "reasoning": [{"effort": "high", "exclude": True}, {"max_tokens": 2000, "enabled": True}],
    "reasoning_effort": ["max", "xhigh", "none", "default"],
    "service_tier": ["on_demand", "auto"],
    "verbosity": ["low", "max"],
    "prompt_cache_retention": ["24h", "in_memory"],
    "guided_json": [SCHEMA, json.dumps(SCHEMA)],
    "guided_choice": [["yes", "no"]],
    "guided_regex": ["[0-9]{4}-[0-9]{2}"],
    "guided_grammar": ['root ::= "yes" | "no"'],
    "grammar": ['root ::= [a-z]+ "\\n"'],
    "json_schema": [SCHEMA],
    "structured_outputs": [{"json": SCHEMA}, {"choice": ["yes", "no"]}],
    "response_format": [
        {"type": "json_object", "schema": SCHEMA},
        {"type": "json_schema", "json_schema": {"name": "minutes", "schema": SCHEMA, "strict": True}},
        {"type": "json_schema", "schema": SCHEMA},
        {"type": "grammar", "grammar": 'root ::= "yes"'},
        {"type": "regex", "pattern": "[a-z]+"},
    ],
    "transforms": [["middle-out"], []],
    "models": [["openai/gpt-4o", "mistralai/mistral-large"]],
    "route": ["fallback"],
    "logit_bias": [{"50256": -100}, [[15043, 1.0], [2, False]]],
    "stop_token_ids": [[128001, 128009]],
    "stream_options": [{"include_usage": True, "continuous_usage_stats": True}],
    "options": [{"num_ctx": 8192}],
    "keep_alive": ["5m", -1],
    "usage": [{"include": True}],
    "max_thinking_tokens": [1024],
    "include_reasoning": [False],
    "cache_control": [{"type": "ephemeral", "ttl": "1h"}],
}
"""Settings of the chat API as servers document them, with ordinary values."""
NAMES_OF_MODELS = {"models"}
"""Where the operator lists what may stand there, and any well-formed name may if it does not."""
PLANTED = ("Benedikt Oyelaran", "ben.o@fjord.example", "Benedikt", "sk-proj-Zq8vJ2mN4xT7wB1cD5fG9hK3pL6rS0tY")


@pytest.fixture(scope="module")
def apis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apis]:
    with running(tmp_path_factory.mktemp("settings")) as started:
        yield started


def set_in(body: dict[str, Any]) -> dict[str, Any]:
    """A request without what is said in it."""
    return {name: value for name, value in body.items() if name not in ("messages", "input")}


@pytest.mark.parametrize("name", ORDINARY)
def test_each_ordinary_setting_reaches_the_recipient(apis: Apis, name: str) -> None:
    for value in ORDINARY[name]:
        body = openai(ASKED) | {name: value, "store": False}
        reply, received = sent(apis, CHAT, body)
        assert reply.status == 200, reply.body
        assert set_in(received[-1].json) == set_in(body)


chosen = st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in ORDINARY.items()})


@settings(max_examples=invented(25), deadline=None, suppress_health_check=list(HealthCheck))
@given(chosen)
def test_any_of_them_together_reach_the_recipient(apis: Apis, more: dict[str, Any]) -> None:
    body = openai(ASKED) | more | {"store": False}
    reply, received = sent(apis, CHAT, body)
    assert reply.status == 200, reply.body
    assert set_in(received[-1].json) == set_in(body)


def planted(value: Any, word: str) -> Iterator[Any]:
    """The value with a word in place of each of its parts, and one more part."""
    yield word
    if isinstance(value, dict):
        yield {**value, word: 1}
        for key, held in value.items():
            yield from ({**value, key: part} for part in planted(held, word))
    elif isinstance(value, list):
        yield [*value, word]
        yield from ([part] for item in value for part in planted(item, word))
    elif isinstance(value, str):
        yield f"{value} {word}"


@settings(max_examples=invented(40), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(ORDINARY.keys() - NAMES_OF_MODELS)), st.sampled_from(PLANTED), st.data())
def test_what_is_hidden_in_one_of_them_stays(apis: Apis, name: str, word: str, data: st.DataObject) -> None:
    value = data.draw(st.sampled_from([each for held in ORDINARY[name] for each in planted(held, word)]))
    reply, received = sent(apis, CHAT, openai(ASKED) | {name: value})
    assert reply.status in (200, 400, 403)
    assert all(word not in text for request in received for text in [request.raw.decode(), *strings(request.json)])
    assert reply.status == 200 or word.encode() not in reply.body


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (MESSAGES, anthropic(ASKED) | {"top_k": -1, "min_p": 0.1, "repetition_penalty": 1.1, "service_tier": "auto"}),
        (MESSAGES, anthropic(ASKED) | {"output_config": {"effort": "max"}}),
        (
            MESSAGES,
            anthropic(ASKED)
            | {
                "tools": [
                    {"type": "bash_20250124", "name": "bash"},
                    {"type": "text_editor_20250728", "name": "str_replace_based_edit_tool", "max_characters": 9000},
                    {"type": "memory_20250818", "name": "memory"},
                ]
            },
        ),
        (RESPONSES, {"model": "m", "input": [ASKED], "reasoning": {"effort": "max"}, "top_k": 4, "min_p": 0.1}),
        (RESPONSES, {"model": "m", "input": [ASKED], "prompt_cache_retention": "24h", "truncation": "auto"}),
        ("/api/chat", ollama(ASKED) | {"think": "high", "options": {"min_p": 0.1, "dry_multiplier": 0.8}}),
    ],
)
def test_so_do_those_of_the_other_apis(apis: Apis, path: str, body: dict[str, Any]) -> None:
    reply, received = sent(apis, path, body)
    assert reply.status == 200, reply.body
    assert set_in(received[-1].json | {"store": False}) == set_in(body | {"store": False})


def test_tools_that_take_a_text_are_offered_chosen_called_and_answered(apis: Apis) -> None:
    rule = {"syntax": "regex", "definition": "[a-z]+"}
    call = {"id": "call_1", "type": "custom", "custom": {"name": "note", "input": "down"}}
    body = openai(
        ASKED,
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": "noted"},
    ) | {
        "tools": [{"type": "custom", "custom": {"name": "note", "format": {"type": "grammar", "grammar": rule}}}],
        "tool_choice": {"type": "custom", "custom": {"name": "note"}},
    }
    reply, received = sent(apis, CHAT, body, "m-all")
    assert reply.status == 200, reply.body
    assert received[-1].json["tools"] == body["tools"]
    assert received[-1].json["messages"][1]["tool_calls"] == [call]


def test_a_refusal_names_every_public_field_and_only_these(apis: Apis) -> None:
    body = openai(ASKED) | {"plugins": [{"id": "web"}], "benedikt_oyelaran": 1, "mcp_servers": []}
    reply, received = sent(apis, CHAT, body)
    error = reply.json["error"]
    assert (reply.status, error["code"], error["param"], received) == (400, "unknown_field", "plugins", [])
    assert "'plugins' and 'mcp_servers' and field number 4" in error["message"]
    assert "routes[].controls" in error["message"]
    assert b"benedikt" not in reply.body
