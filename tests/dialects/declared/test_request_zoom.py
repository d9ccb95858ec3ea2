import json

import pytest
from dialects.canaries import Field
from dialects.dialect_fakes import ORIGINALS, FakeRestorer, inbound, run

from proxy import dialects
from proxy.dialects.base import ParsePolicy
from proxy.errors import ClientFault, Refusal
from proxy.model import Edit

ZOOM = dialects.dialect_named("zoom-summarizer")
CAP = 98304
REQUEST = {
    "input": {"text": "Annika Solberg: hello"},
    "config": {"summary_type": "conversation", "task": "full_summary", "language": "en-US"},
    "reference_id": "call-Annika-7",
}
CANARIES = Field(ZOOM, REQUEST)


@pytest.mark.parametrize("path", CANARIES.places, ids=lambda path: ".".join(map(str, path)))
def test_a_value_planted_anywhere_for_zoom_does_not_survive(path):
    CANARIES.plant(path)


@pytest.mark.parametrize("path", [(), *CANARIES.places], ids=lambda path: ".".join(map(str, path)))
def test_a_member_added_anywhere_for_zoom_does_not_survive(path):
    CANARIES.grow(path)


def test_the_text_is_speech_and_the_reference_is_cut():
    parsed = ZOOM.parse(inbound(REQUEST), ParsePolicy())

    assert [(slot.where, slot.kind.value) for slot in parsed.slots] == [("/input/text", "speech")]
    assert parsed.stripped == {"reference_id": 1}
    assert json.loads(ZOOM.render(parsed, {})) == {"input": REQUEST["input"], "config": REQUEST["config"]}


@pytest.mark.parametrize(
    "result",
    [
        {"text": "PERSON_3 agreed"},
        {"full_summary": "PERSON_3 agreed"},
        {"recap": "x", "action_items": [{"owner": "PERSON_3"}]},
    ],
)
def test_the_result_is_restored_wherever_zoom_puts_it(result):
    parsed = ZOOM.parse(inbound(REQUEST), ParsePolicy())
    raw = json.dumps({"result": result, "request_id": "PERSON_3"}).encode()
    got = json.loads(run(ZOOM.rewriter(parsed, "application/json", FakeRestorer), [raw]))

    assert ORIGINALS["PERSON_3"] in json.dumps(got["result"])
    assert "PERSON_3" not in json.dumps(got["result"])
    assert got["request_id"] == "PERSON_3"


def test_the_cap_counts_what_would_leave():
    over = {"input": {"text": "a" * (CAP + 1)}}
    parsed = ZOOM.parse(inbound(over), ParsePolicy())

    with pytest.raises(ClientFault) as caught:
        ZOOM.render(parsed, {})
    assert (caught.value.reason, caught.value.status) == ("input_too_large", 413)
    assert str(CAP) in caught.value.detail
    assert len(json.loads(ZOOM.render(parsed, {0: [Edit(0, 1, "")]}))["input"]["text"]) == CAP


@pytest.mark.parametrize(
    "where", [{"mode": "SINGLE", "source": {"uri": "s3://bucket/a.vtt"}}, {"text": "x", "uri": "s3://b"}]
)
def test_a_job_that_points_at_a_bucket_is_refused(where):
    with pytest.raises(ClientFault) as caught:
        ZOOM.parse(inbound({"input": where, "config": {"task": "summary"}}), ParsePolicy())
    assert (caught.value.reason, caught.value.where) == ("unknown_field", "/input")


def test_errors_are_in_zooms_shape():
    answer = ZOOM.error(Refusal("consent_denied", "nobody was asked"), None)

    assert (answer.status, json.loads(answer.body)) == (403, {"code": "consent_denied", "message": "nobody was asked"})
