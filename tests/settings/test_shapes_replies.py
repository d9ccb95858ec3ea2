"""Declared streams that contradict themselves are refused, with the place and a remedy."""

import pytest

from proxy.edge.configuration.document import ConfigProblem
from proxy.edge.configuration.file import parse
from proxy.settings import JsonShape

STREAM = {
    "format": "sse",
    "asked_by": "/stream",
    "events": {"delta": {"grows": [{"text": "/text", "apart": ["/index"]}]}, "done": {"fields": ["/usage"]}},
    "end_marker": "[DONE]",
    "error": {"kind": "error"},
}


def declared(**changes):
    stream = {name: value for name, value in {**STREAM, **changes}.items() if value is not None}
    return JsonShape.model_validate(
        {
            "speech": ["/text"],
            "controls": {"/stream": {"type": "boolean"}, "/mode": {"type": "string", "values": ["a"]}},
            "reply": {"text": ["/summary"], "stream": stream},
        }
    )


def test_a_stream_that_is_whole_is_taken():
    assert declared().reply.stream.events["delta"].grows[0].apart == ("/index",)
    assert declared(format="ndjson", kind="/type").reply.stream.kind == "/type"
    assert declared(format="ndjson", events={"message": {"text": ["/text"]}}).reply.stream.kind is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"format": "csv"}, "'sse' or 'ndjson'"),
        ({"events": {}}, "at least 1"),
        ({"events": {"done": {"ends": True}}}, "no event has text; give at least one of 'events'"),
        ({"end_marker": None}, "nothing ends the stream.*give 'end_marker'"),
        ({"end_marker": '{"done": true}'}, "should match pattern"),
        ({"end_marker": "a\nb"}, "should match pattern"),
        ({"asked_by": "/other"}, "'asked_by' names /other.*list it under 'controls'"),
        ({"asked_by": "/mode"}, "'asked_by' names /mode.*type: boolean"),
        ({"asked_by": None, "by_default": True}, "'by_default' needs 'asked_by'"),
        ({"format": "ndjson"}, "lines have no names; say by 'kind'"),
        ({"kind": "/text"}, "/text is text of event 'delta'"),
        ({"kind": "/text/type"}, "'kind' must be a field of its own"),
        ({"error": {"kind": "delta"}}, "event 'delta' is both an error and listed"),
        ({"error": None, "events": {"m": {"text": ["/error"]}}}, "event 'm' lists /error, where errors are"),
        ({"error": {"code": "/usage/code"}}, "event 'done' lists /usage, where errors are"),
        ({"events": {"m": {"text": ["/a"], "fields": ["/a"]}}}, "/a is listed twice"),
        ({"events": {"m": {"text": ["/a/b"], "fields": ["/a"]}}}, "/a/b lies within /a"),
        ({"events": {"m": {"text": ["/a"], "ends_when": "/a/done"}}}, "/a/done lies within /a"),
        ({"events": {"m": {"text": ["/a"], "closes": ["/c/*/n"]}}}, "cannot hold '\\*'"),
        ({"events": {"m": {"text": ["a"]}}}, "no JSON Pointer"),
        ({"events": {"m": {"text": ["/a"], "ends": True, "ends_when": "/b"}}}, "give the one that holds"),
        ({"events": {"m": {"grows": [{"text": "/a", "apart": ["/c/*/n"]}]}}}, "items of another array than /a"),
        ({"events": {"m": {"grows": [{"text": "/c/*/a", "apart": ["/c/*/d/*/n"]}]}}}, "items of another array"),
        ({"events": {"m": {"grows": [{"text": "/a", "piece": "/b"}]}}}, "Extra inputs"),
        ({"events": {"a\nb": {"text": ["/a"]}}}, "should match pattern"),
    ],
)
def test_a_stream_that_contradicts_itself_is_refused_with_a_remedy(changes, told):
    with pytest.raises(ValueError, match=told):
        declared(**changes)


def test_fields_that_are_passed_may_lie_within_each_other():
    shape = declared(
        kind="/meta/type",
        events={"m": {"grows": [{"text": "/a", "apart": ["/meta/n"]}], "fields": ["/meta"], "ends_when": "/meta/done"}},
    )
    assert shape.reply.stream.events["m"].ends_when == "/meta/done"


FILE = f"""\
version: 1
recipients:
  acme: {{base_url: "https://notes.example", terms: {{version: "1"}}}}
routes:
  - name: notes
    path: /notes
    dialect: json
    purpose: summary
    recipient: acme
    shape:
      speech: [/text]
      reply:
        text: [/summary]
        stream:
          format: sse
          events:
            delta: {{fields: [/text]}}
          end_marker: "[DONE]"
clients:
  - {{name: bot, key_sha256: "{"a" * 64}", routes: [notes]}}
"""


def problem(text):
    with pytest.raises(ConfigProblem) as caught:
        parse(text)
    (found,) = caught.value.problems
    return found


def test_a_stream_without_pointers_is_named_by_line_field_and_remedy():
    found = problem(FILE)

    assert (found.line, found.field) == (14, "routes[0].shape.reply.stream")
    assert "no event has text" in found.message
    assert "'grows', 'text' or 'json_text'" in found.remedy


def test_a_setting_that_an_event_does_not_have_is_named_with_those_that_it_has():
    found = problem(FILE.replace("fields: [/text]", "delta: [/text]"))

    assert (found.line, found.field) == (17, "routes[0].shape.reply.stream.events.delta.delta")
    assert "grows, text, json_text, fields, closes, ends, ends_when" in found.remedy
