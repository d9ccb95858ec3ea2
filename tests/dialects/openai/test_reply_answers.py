"""Answers of our own are read with the vendor's SDK, over a transport that stays in the process."""

import json

import httpx
import openai
import pytest
from dialects.dialect_fakes import FakeRestorer, inbound, run

from proxy import dialects
from proxy.dialects.base import ParsePolicy
from proxy.errors import ClientFault, OwnFault, Refusal, UpstreamFault

CHAT = dialects.dialect_named("openai-chat")
MESSAGES = [{"role": "user", "content": "x"}]


def parsed(**request):
    return CHAT.parse(inbound({"model": "acme", "messages": MESSAGES, **request}), ParsePolicy())


def client(answer, requests=None):
    def serve(request):
        if requests is not None:
            requests.append(request)
        headers = {"content-type": answer.content_type, **dict(answer.headers)}
        return httpx.Response(answer.status, headers=headers, content=answer.body)

    return openai.OpenAI(
        api_key="k", base_url="http://proxy.example/v1", http_client=httpx.Client(transport=httpx.MockTransport(serve))
    )


@pytest.mark.parametrize(
    ("fault", "kind", "error_type"),
    [
        (ClientFault("unknown_field", "leave it", where="stop"), "invalid_request_error", openai.BadRequestError),
        (ClientFault("unauthenticated", "no key", status=401), "authentication_error", openai.AuthenticationError),
        (ClientFault("unknown_route", "no route", status=404), "not_found_error", openai.NotFoundError),
        (Refusal("consent_denied", "p-1 (not_asked)"), "permission_error", openai.PermissionDeniedError),
        (OwnFault("detector_failed"), "server_error", openai.InternalServerError),
        (UpstreamFault("reset"), "upstream_error", openai.InternalServerError),
    ],
)  # fmt: skip
def test_faults_are_errors_of_the_sdk(fault, kind, error_type):
    answer = CHAT.error(fault, None)

    with pytest.raises(error_type) as caught:
        client(answer).with_options(max_retries=0).chat.completions.create(model="acme", messages=MESSAGES)

    assert (caught.value.code, caught.value.type, caught.value.param) == (fault.reason, kind, fault.where)
    assert json.loads(answer.body)["error"]["message"] == (fault.detail or fault.reason.replace("_", " "))


def test_a_refusal_is_not_asked_again():
    requests = []
    with pytest.raises(openai.PermissionDeniedError):
        client(CHAT.error(Refusal("consent_denied"), None), requests).chat.completions.create(
            model="acme", messages=MESSAGES
        )
    assert len(requests) == 1


def test_a_synthetic_message_is_a_completion():
    answer = CHAT.synthetic(parsed(n=2), "Two people said no.", "x1", 1700000000)

    reply = client(answer).chat.completions.create(model="acme", messages=MESSAGES)

    assert [choice.message.content for choice in reply.choices] == ["Two people said no."] * 2
    assert (reply.id, reply.model, reply.created) == ("chatcmpl-x1", "acme", 1700000000)
    assert {choice.finish_reason for choice in reply.choices} == {"stop"}


@pytest.mark.parametrize("usage", [True, False])
def test_a_synthetic_message_is_a_stream_where_one_was_asked_for(usage):
    answer = CHAT.synthetic(parsed(stream=True, stream_options={"include_usage": usage}), "Né.", "x1", 5)

    chunks = list(client(answer).chat.completions.create(model="acme", messages=MESSAGES, stream=True))

    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == "Né."
    assert bool(chunks[-1].usage) is usage
    assert answer.body.endswith(b"data: [DONE]\n\n")


def test_an_error_frame_ends_a_stream_with_an_error_of_the_sdk():
    answer = CHAT.synthetic(parsed(stream=True), "part", "x1", 5)
    broken = answer.body.split(b"\n\n")[0] + b"\n\n" + CHAT.stream_error(Refusal("consent_withdrawn", "withdrawn"))
    stream = client(answer.__class__(200, answer.content_type, broken)).chat.completions.create(
        model="acme", messages=MESSAGES, stream=True
    )

    with pytest.raises(openai.APIError, match="withdrawn"):
        list(stream)


def test_a_restored_stream_is_read_by_the_sdk_with_all_that_was_held_back():
    pieces = ["Hello PER", "SON_3 and PERSON_", "3"]
    chunks = [{"choices": [{"index": 0, "delta": {"content": piece}}], "id": "c", "model": "m"} for piece in pieces]
    chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "id": "c", "model": "m"})
    stream = b"".join(b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in chunks) + b"data: [DONE]\n\n"
    answer = CHAT.synthetic(parsed(stream=True), "", "x1", 5)
    body = run(CHAT.rewriter(parsed(stream=True), "text/event-stream", FakeRestorer), [stream])

    got = client(answer.__class__(200, answer.content_type, body)).chat.completions.create(
        model="acme", messages=MESSAGES, stream=True
    )

    assert "".join(chunk.choices[0].delta.content or "" for chunk in got) == "Hello Ada and Ada"
