"""Anthropic's own client library against the proxy: whole, streamed, with tools and thinking, counted, refused."""

from __future__ import annotations

from collections.abc import Iterator

import anthropic
import pytest
from harness.endpoints import COMES_BACK, TEXT, Apis
from harness.process import KEY

TOOL = {"name": "invite", "description": "Asks a person to come", "input_schema": {"type": "object", "properties": {}}}
THINK = {"type": "enabled", "budget_tokens": 1024}


@pytest.fixture
def client(apis: Apis) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=apis.base, api_key=KEY, max_retries=0) as made:
        yield made


def asked(**fields):
    return {"model": "m", "max_tokens": 2000, "messages": [{"role": "user", "content": TEXT}], **fields}


def test_whole(apis: Apis, client) -> None:
    reply = client.messages.create(**asked(system="Summarize.", metadata={"user_id": "u-1"}))
    assert reply.content[0].text.startswith(COMES_BACK)
    received = apis.last()
    assert "metadata" not in received.json
    head = received.head.lower()
    assert b"anthropic-version: 20" in head
    assert b"x-stainless" not in head
    assert KEY.encode() not in head
    assert received.head.startswith(b"POST /v1/messages HTTP/1.1")


def test_streamed(apis: Apis, client) -> None:
    with client.messages.stream(**asked()) as stream:
        text = "".join(stream.text_stream)
        final = stream.get_final_message()
    assert text.startswith(COMES_BACK)
    assert final.content[0].text == text
    assert final.stop_reason == "end_turn"
    apis.last()


@pytest.mark.parametrize("streamed", [False, True])
def test_a_tool_is_called_with_who_was_meant_and_told_what_came_of_it(apis: Apis, client, streamed: bool) -> None:
    def answered(**fields):
        if not streamed:
            return client.messages.create(**asked(**fields))
        with client.messages.stream(**asked(**fields)) as stream:
            return stream.get_final_message()

    call = answered(tools=[TOOL], thinking=THINK)
    thought, used = call.content
    assert thought.thinking in TEXT
    assert (used.name, used.input["who"]) == ("invite", "Annika Solberg")

    result = {
        "type": "tool_result",
        "tool_use_id": used.id,
        "content": "Annika Solberg: I shall ask Tobias Wennerström.",
    }
    told = [
        {"role": "user", "content": TEXT},
        {"role": "assistant", "content": call.content},
        {"role": "user", "content": [result]},
    ]
    reply = answered(messages=told, tools=[TOOL], thinking=THINK)
    assert reply.content[-1].text == result["content"]
    received = apis.last().json
    assert [block["type"] for block in received["messages"][1]["content"]] == ["tool_use"]
    assert received["thinking"] == {"type": "disabled"}


def test_betas_leave_by_list(apis: Apis, client) -> None:
    betas = ["interleaved-thinking-2025-05-14", "canary-2025-01-01"]
    client.messages.create(**asked(), extra_headers={"anthropic-beta": ",".join(betas)})
    head = apis.last().head
    assert b"interleaved-thinking-2025-05-14" in head
    assert b"canary" not in head


def test_tokens_are_counted_of_what_would_leave(apis: Apis, client) -> None:
    counted = client.messages.count_tokens(model="m", messages=[{"role": "user", "content": TEXT}])
    assert counted.input_tokens > 0
    apis.last()


def test_models_are_listed(apis: Apis, client) -> None:
    assert [model.id for model in client.models.list(limit=20)] == ["m"]
    assert b"anthropic-version: 20" in apis.recorder.received[-1].head.lower()
    assert client.models.retrieve("m").id == "m"


def test_a_refusal_is_the_sdks_own_error_and_is_not_retried(apis: Apis, client) -> None:
    mark = len(apis.recorder.received)
    with pytest.raises(anthropic.PermissionDeniedError) as refused:
        client.with_options(base_url=apis.elsewhere, max_retries=3).messages.create(**asked())
    assert refused.value.body["error"]["code"] == "unknown_meeting"
    assert len(apis.recorder.received) == mark


def test_an_image_is_a_bad_request(apis: Apis, client) -> None:
    mark = len(apis.recorder.received)
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGk="}}
    with pytest.raises(anthropic.APIStatusError) as refused:
        client.messages.create(**asked(messages=[{"role": "user", "content": [image]}]))
    assert refused.value.status_code == 415
    assert refused.value.body["error"]["code"] == "uninspectable_content"
    assert len(apis.recorder.received) == mark


def test_a_batch_whose_results_are_fetched_later_is_no_route_and_told_in_the_apis_shape(apis: Apis, client) -> None:
    mark = len(apis.recorder.received)
    with pytest.raises(anthropic.NotFoundError) as refused:
        client.messages.batches.create(requests=[{"custom_id": "one", "params": asked()}])
    assert refused.value.body["type"] == "error"
    assert refused.value.body["error"]["code"] == "unknown_route"
    assert len(apis.recorder.received) == mark
