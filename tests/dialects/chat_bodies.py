"""A chat request that uses every field the dialect knows, and ways to walk it."""

import copy
import json

ARGUMENTS = json.dumps({"to": ["Zoë", "+1 555 0100"], "when": {"Maya Chen": 15550100}, "urgent": True, "cc": None})

FULL = {
    "model": "acme/large-2",
    "messages": [
        {"role": "system", "content": "Summarize the meeting.", "name": "rules"},
        {"role": "developer", "content": [{"type": "text", "text": "Be brief."}]},
        {"role": "user", "name": "Maya Chen", "content": "Call me at 555 0100."},
        {"role": "user", "content": [{"type": "text", "text": "Tom: hello"}, {"type": "text", "text": "Ana: hi"}]},
        {
            "role": "assistant",
            "content": [{"type": "refusal", "refusal": "I cannot."}],
            "refusal": "No.",
            "reasoning_content": "Maya asked.",
            "reasoning": "She did.",
            "annotations": [],
            "audio": None,
            "tool_calls": [
                {
                    "id": "call_1",
                    "index": 0,
                    "type": "function",
                    "function": {"name": "send_mail", "arguments": ARGUMENTS},
                },
                {"id": "call_2", "type": "function", "function": {"name": "log", "arguments": '{"cut": "sho'}},
            ],
            "function_call": {"name": "old_call", "arguments": '"just text"'},
        },
        {"role": "assistant", "content": None, "tool_calls": None},
        {"role": "tool", "tool_call_id": "call_1", "name": "send_mail", "content": "sent to Maya"},
        {"role": "function", "name": "old_call", "content": "done for Tom"},
    ],
    "tools": [
        {
            "type": "function",
            "function": {
                "name": "send_mail",
                "description": "Writes to a person",
                "strict": True,
                "parameters": {
                    "$schema": "http://json-schema.org/draft-07/schema#",
                    "type": "object",
                    "properties": {
                        "recipient": {"type": ["string", "null"], "format": "email", "description": "Maya or Tom"},
                        "type": {"enum": ["urgent", 7], "default": "string"},
                    },
                    "required": ["recipient"],
                    "additionalProperties": False,
                    "$defs": {"Maya": {"$ref": "#/$defs/Tom", "minLength": 3}},
                },
            },
        }
    ],
    "functions": [{"name": "old_call", "description": "old", "parameters": {"title": "Old"}}],
    "tool_choice": {"type": "function", "function": {"name": "send_mail"}},
    "function_call": {"name": "old_call"},
    "response_format": {
        "type": "json_schema",
        "json_schema": {"name": "minutes", "description": "d", "strict": True, "schema": {"properties": {"who": {}}}},
    },
    "stop": ["Maya:", "END"],
    "prediction": {"type": "content", "content": [{"type": "text", "text": "Maya said"}]},
    "user": "maya@example.org",
    "metadata": {"host": "maya-laptop", "team": "blue"},
    "safety_identifier": "hash-1",
    "prompt_cache_key": "key-1",
    "stream": True,
    "stream_options": {"include_usage": True, "include_obfuscation": False},
    "temperature": 0.7,
    "top_p": 1,
    "n": 2,
    "max_tokens": 1000,
    "max_completion_tokens": 2000,
    "presence_penalty": -0.5,
    "frequency_penalty": 0.5,
    "seed": 42,
    "logprobs": True,
    "top_logprobs": 3,
    "logit_bias": {"50256": -100},
    "parallel_tool_calls": False,
    "reasoning_effort": "low",
    "verbosity": "high",
    "service_tier": "auto",
    "store": True,
    "modalities": ["text"],
}


def places(value, path=()):
    """Paths of all values in a body, the body itself aside."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, held in members:
        yield (*path, key)
        yield from places(held, (*path, key))


def changed(body, path, value):
    """A body with another value at a path; what stands beside the path is shared with the one given."""
    step, *rest = path
    body = copy.copy(body)
    body[step] = changed(body[step], rest, value) if rest else value
    return body


def at(body, path):
    """The value at a path."""
    for step in path:
        body = body[step]
    return body


def everything_in(value):
    """All keys, strings and numbers of a body, also of JSON within strings, as one text."""
    if isinstance(value, dict):
        return " ".join(f"{key} {everything_in(held)}" for key, held in value.items())
    if isinstance(value, list):
        return " ".join(everything_in(item) for item in value)
    if isinstance(value, str):
        try:
            inner = json.loads(value)
        except ValueError:
            return value
        return f"{value} {everything_in(inner)}" if inner != value else value
    return str(value)
