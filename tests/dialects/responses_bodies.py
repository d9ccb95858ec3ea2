"""A Responses request that uses every field the dialect knows, and what clients read in a stream."""

import json

ARGUMENTS = json.dumps({"to": ["Zoë"], "when": {"Maya Chen": 15550100}})

FULL = {
    "model": "acme/large-2",
    "instructions": "Summarize the meeting.",
    "input": [
        {"role": "developer", "content": "Be brief."},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Tom: hello"}]},
        {
            "type": "message",
            "id": "msg_1",
            "role": "assistant",
            "status": "completed",
            "phase": "final_answer",
            "content": [
                {"type": "output_text", "text": "Tom greets.", "annotations": [], "logprobs": []},
                {"type": "refusal", "refusal": "I cannot."},
            ],
        },
        {
            "type": "reasoning",
            "id": "rs_1",
            "summary": [{"type": "summary_text", "text": "Maya asked."}],
            "encrypted_content": "gAAAAB",
        },
        {
            "type": "function_call",
            "id": "fc_1",
            "call_id": "call_1",
            "name": "send_mail",
            "arguments": ARGUMENTS,
            "status": "completed",
            "namespace": None,
        },
        {"type": "function_call_output", "call_id": "call_1", "output": "sent to Maya", "id": None},
        {"type": "custom_tool_call", "call_id": "call_2", "name": "note", "input": "write: Tom"},
        {
            "type": "custom_tool_call_output",
            "call_id": "call_2",
            "output": [{"type": "input_text", "text": "written"}],
        },
    ],
    "tools": [
        {
            "type": "function",
            "name": "send_mail",
            "description": "Writes to a person",
            "strict": True,
            "parameters": {"type": "object", "properties": {"recipient": {"type": "string", "description": "Maya"}}},
        },
        {
            "type": "custom",
            "name": "note",
            "description": "Takes a note",
            "format": {"type": "grammar", "syntax": "lark", "definition": "start: WORD"},
        },
    ],
    "tool_choice": {
        "type": "allowed_tools",
        "mode": "auto",
        "tools": [{"type": "function", "name": "send_mail"}, {"type": "custom", "name": "note"}],
    },
    "text": {
        "verbosity": "low",
        "format": {
            "type": "json_schema",
            "name": "minutes",
            "description": "d",
            "strict": True,
            "schema": {"type": "object", "properties": {"who": {"type": "string"}}},
        },
    },
    "reasoning": {"effort": "low", "summary": "auto", "generate_summary": None},
    "include": ["reasoning.encrypted_content", "message.output_text.logprobs"],
    "user": "maya@example.org",
    "metadata": {"host": "maya-laptop", "team": "blue"},
    "safety_identifier": "hash-1",
    "prompt_cache_key": "key-1",
    "stream": True,
    "stream_options": {"include_obfuscation": False},
    "background": False,
    "temperature": 0.7,
    "top_p": 1,
    "top_logprobs": 3,
    "max_output_tokens": 1000,
    "max_tool_calls": 3,
    "parallel_tool_calls": False,
    "truncation": "disabled",
    "service_tier": "auto",
    "store": True,
    "previous_response_id": None,
    "conversation": None,
}

HELLO = {"model": "m", "input": "hello"}


def events_in(stream):
    """The events of a stream, read without our parser."""
    return [json.loads(line[6:]) for line in stream.decode().split("\n") if line.startswith("data: {")]


def joined(events, kind):
    """All deltas of a kind, joined."""
    return "".join(event["delta"] for event in events if event["type"] == f"response.{kind}.delta")
