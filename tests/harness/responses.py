"""Replies of the Responses API as a recipient streams them."""

import json
from itertools import pairwise

RESPONSE = {"id": "resp_1", "object": "response", "created_at": 7, "model": "m", "tools": [], "metadata": {}}


def events_of(text="", arguments="", summary="", cuts=(3, 7)):
    """The events of a whole response: reasoning summed up, a text, a function call; deltas cut at these places."""

    def cut(value):
        places = [0, *sorted(min(place, len(value)) for place in cuts), len(value)]
        return [value[start:end] for start, end in pairwise(places)]

    part = {"type": "output_text", "annotations": [], "text": ""}
    items = [
        {"id": "rs_1", "type": "reasoning", "summary": [{"type": "summary_text", "text": summary}]},
        {"id": "msg_1", "type": "message", "role": "assistant", "content": [{**part, "text": text}]},
        {"id": "fc_1", "type": "function_call", "call_id": "c1", "name": "invite", "arguments": arguments},
    ]
    at = [{"item_id": item["id"], "output_index": number} for number, item in enumerate(items)]
    head, message = {**at[0], "summary_index": 0}, {**at[1], "content_index": 0}
    yield {"type": "response.created", "response": {**RESPONSE, "output": [], "status": "in_progress"}}
    yield {"type": "response.in_progress", "response": {**RESPONSE, "output": [], "status": "in_progress"}}
    yield {"type": "response.output_item.added", "output_index": 0, "item": {**items[0], "summary": []}}
    yield {"type": "response.reasoning_summary_part.added", **head, "part": {"type": "summary_text", "text": ""}}
    for piece in cut(summary):
        yield {"type": "response.reasoning_summary_text.delta", **head, "delta": piece}
    yield {"type": "response.reasoning_summary_text.done", **head, "text": summary}
    yield {"type": "response.reasoning_summary_part.done", **head, "part": items[0]["summary"][0]}
    yield {"type": "response.output_item.done", "output_index": 0, "item": items[0]}
    yield {"type": "response.output_item.added", "output_index": 1, "item": {**items[1], "content": []}}
    yield {"type": "response.content_part.added", **message, "part": part}
    yield {"type": "response.output_item.added", "output_index": 2, "item": {**items[2], "arguments": ""}}
    texts, calls = cut(text), cut(arguments)
    for piece, call in zip(texts, calls, strict=True):
        yield {"type": "response.output_text.delta", **message, "delta": piece, "logprobs": [], "obfuscation": "x"}
        yield {"type": "response.function_call_arguments.delta", **at[2], "delta": call}
    yield {"type": "response.output_text.done", **message, "text": text, "logprobs": []}
    yield {"type": "response.content_part.done", **message, "part": {**part, "text": text}}
    yield {"type": "response.output_item.done", "output_index": 1, "item": items[1]}
    yield {"type": "response.function_call_arguments.done", **at[2], "arguments": arguments}
    yield {"type": "response.output_item.done", "output_index": 2, "item": items[2]}
    yield {"type": "response.completed", "response": {**RESPONSE, "output": items, "status": "completed"}}


def without_call(events):
    """The same events for a request that offers no tool."""
    for event in events:
        if event.get("output_index") != 2:
            response = event.get("response", {})
            output = [item for item in response.get("output", ()) if item["type"] != "function_call"]
            yield {**event, "response": {**response, "output": output}} if response else event


def stream_of(events):
    """Server-sent events, numbered from 0."""
    numbered = [{**event, "sequence_number": number} for number, event in enumerate(events)]
    return b"".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode() for event in numbered)
