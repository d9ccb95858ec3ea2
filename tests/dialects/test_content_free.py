import json

import pytest
from dialects.dialect_fakes import FakeRestorer, run

from proxy import dialects
from proxy.dialects.base import ParsePolicy
from proxy.dialects.content_free import MAX_REPLY_BYTES
from proxy.errors import ClientFault, Refusal, UpstreamFault
from proxy.model import Inbound

FREE = dialects.dialect_named("content-free")


def call(body=b""):
    return FREE.parse(Inbound("GET", "/v1/models", "", (), body), ParsePolicy())


def answered(*pieces, content_type="application/json"):
    return run(FREE.rewriter(call(), content_type, FakeRestorer), pieces)


def test_a_call_has_no_body():
    assert call().slots == ()
    assert FREE.render(call(), {}) == b""
    with pytest.raises(ClientFault) as caught:
        call(b"{}")
    assert caught.value.reason == "body_not_allowed"


def test_an_answer_passes_as_it_is():
    assert answered(b'{"data": [{"id"', b': "PERSON_3"}]}') == b'{"data": [{"id": "PERSON_3"}]}'
    assert answered(b"Ollama is running", content_type="text/plain; charset=utf-8") == b"Ollama is running"
    assert answered(content_type="") == b""


@pytest.mark.parametrize(
    ("content_type", "pieces"),
    [
        ("text/html", [b"<p>"]),
        ("application/json; charset=utf-16", [b"{}"]),
        ("application/json", [b"{"]),
        ("application/json", [b"\xff"]),
        ("application/json", [b'"' + b"x" * MAX_REPLY_BYTES + b'"']),
        ("text/plain", [b"x" * (MAX_REPLY_BYTES // 2)] * 3),
    ],
    ids=["html", "utf-16", "broken", "bytes", "large", "large in pieces"],
)
def test_an_answer_that_is_none_is_the_recipients_fault(content_type, pieces):
    with pytest.raises(UpstreamFault):
        answered(*pieces, content_type=content_type)


def test_nothing_is_made_up():
    answer = FREE.synthetic(call(), "Withheld.", "e", 0)
    assert answer.status == 403
    assert json.loads(answer.body)["error"]["message"] == "Withheld."
    assert FREE.error(Refusal("route_disabled"), None).status == 403
    assert FREE.stream_error(Refusal("route_disabled")) == b""
