"""Batches as receivers get them: syslog, bodies of HTTP requests, OTLP."""

import re
from datetime import UTC, datetime

import orjson
import pytest
from audit.ledger_samples import ORIGIN, events
from hypothesis import given
from hypothesis import strategies as st

from proxy.audit.log import canonical
from proxy.audit.ocsf import numbered
from proxy.audit.ship import otlp
from proxy.audit.ship.bodies import FORMATS
from proxy.audit.ship.records import SHAPES, LoggedEvent, ocsf
from proxy.audit.ship.syslog import counted, message


def records(count: int = 3) -> list[LoggedEvent]:
    made = [numbered(event, number) for number, event in enumerate(events(count))]
    return [LoggedEvent(event["metadata"]["sequence"], event, canonical(event)) for event in made]


RFC_5424 = re.compile(
    rb"<(?P<priority>\d{1,3})>1 (?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (?P<host>[\x21-\x7e]{1,255}) "
    rb"(?P<app>[\x21-\x7e]{1,48}) (?P<process>[\x21-\x7e]{1,128}) (?P<code>[\x21-\x7e]{1,32}) "
    rb'(?P<data>(?:\[[a-zA-Z]+(?: [a-zA-Z]+="(?:[^"\\\]]|\\["\\\]])*")*\])+) (?P<text>.*)',
    re.DOTALL,
)


def test_a_syslog_message_has_every_field_of_the_rfc():
    intent, outcome, *_ = records()
    found = RFC_5424.fullmatch(message(intent, ocsf, facility=13, host="proxy-a", app_name="meeting-proxy"))

    assert found is not None
    assert found["priority"] == b"110"  # audit, informational
    assert found["at"] == b"2026-03-02T10:00:00.000Z"
    assert (found["host"], found["app"], found["process"]) == (b"proxy-a", b"meeting-proxy", b"-")
    assert found["code"] == b"egress.intent"
    assert found["data"] == b'[meta sequenceId="1"][origin software="meeting-privacy-proxy" swVersion="0.1.0"]'
    assert found["text"] == intent.stored
    assert b"egress.outcome" in message(outcome, ocsf, facility=13, host="h", app_name="a")


def test_a_refusal_is_a_notice():
    event = numbered(events(1)[0], 0) | {}
    event["metadata"] = event["metadata"] | {"event_code": "egress.refused"}
    made = message(LoggedEvent(0, event, canonical(event)), ocsf, facility=16, host="h", app_name="a")

    assert made.startswith(b"<133>1 ")


@given(host=st.text(max_size=300), app=st.text(max_size=60), version=st.text(max_size=40), number=st.integers(0, 2**53))
def test_no_name_breaks_a_syslog_header(host, app, version, number):
    event = {"time": 1_700_000_000_123, "metadata": {"event_code": "x.y", "product": {"version": version}}}
    made = message(LoggedEvent(number, event, b"{}"), ocsf, facility=13, host=host, app_name=app)
    found = RFC_5424.fullmatch(made)

    assert found is not None
    assert 1 <= int(re.search(rb'sequenceId="(\d+)"', made)[1]) <= 2**31 - 1
    assert counted(made) == str(len(made)).encode() + b" " + made


def test_ndjson_and_arrays_hold_the_bytes_of_the_ledger():
    made = records()

    assert FORMATS["ndjson"].write(made, ocsf).splitlines() == [record.stored for record in made]
    assert orjson.loads(FORMATS["json_array"].write(made, ocsf)) == [record.event for record in made]


def test_splunk_gets_one_event_after_the_other_with_its_time():
    made = records()
    told = [orjson.loads(line) for line in FORMATS["splunk_hec"].write(made, ocsf).split(b"\n")]

    assert [each["event"] for each in told] == [record.event for record in made]
    assert {each["time"] for each in told} == {datetime(2026, 3, 2, 10, tzinfo=UTC).timestamp()}
    assert {(each["source"], each["sourcetype"]) for each in told} == {(ORIGIN, "meeting_proxy:ledger")}


def test_elastic_gets_an_action_with_the_uid_before_each_record():
    made = records()
    lines = FORMATS["elastic_bulk"].write(made, ocsf).splitlines()
    actions, written = lines[::2], [orjson.loads(line) for line in lines[1::2]]

    assert [orjson.loads(action) for action in actions] == [{"create": {"_id": record.uid}} for record in made]
    assert [{key: doc[key] for key in record.event} for doc, record in zip(written, made, strict=True)] == [
        record.event for record in made
    ]
    assert {doc["@timestamp"] for doc in written} == {made[0].milliseconds}


@pytest.mark.parametrize("name", ["splunk_hec", "elastic_bulk"])
def test_a_shape_that_is_no_json_travels_as_text(name):
    body = FORMATS[name].write(records(1), lambda record: b"CEF:0|a|b")

    last = orjson.loads(body.strip().split(b"\n")[-1])
    assert "CEF:0|a|b" in (last.get("event"), last.get("message"))


def test_a_shape_with_its_own_timestamp_keeps_it():
    body = FORMATS["elastic_bulk"].write(records(1), lambda record: b'{"@timestamp":"2026-01-01T00:00:00Z"}')

    assert orjson.loads(body.splitlines()[1]) == {"@timestamp": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("format_", FORMATS)
def test_every_shape_travels_in_every_format(name, format_):
    made = records(6)
    body = FORMATS[format_].write(made, SHAPES[name])

    assert all(b"\n" not in SHAPES[name](record) for record in made)
    assert body.count(b"egress.intent") >= 3
    if name != "cef" or format_ != "ndjson":
        told = orjson.loads(body) if format_ == "json_array" else [orjson.loads(line) for line in body.splitlines()]
        assert len(told) == (12 if format_ == "elastic_bulk" else 6)
    assert SHAPES["cef"](made[0]).startswith(b"CEF:0|")
    assert orjson.loads(SHAPES["ecs"](made[0]))["event"]["id"] == made[0].uid


def test_an_export_is_what_the_published_protocol_reads():
    """Decoded with opentelemetry-proto, which refuses fields that it does not know."""
    from google.protobuf.json_format import Parse
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

    made = records()
    request = Parse(otlp.request(made, ocsf, 1_772_445_600_000_000_001), ExportLogsServiceRequest())

    (exported,) = request.resource_logs
    (scope,) = exported.scope_logs
    about = {attribute.key: attribute.value for attribute in exported.resource.attributes}
    assert about["service.name"].string_value == "meeting-privacy-proxy"
    assert about["meeting_proxy.log"].string_value == ORIGIN
    assert [log.body.string_value.encode() for log in scope.log_records] == [record.stored for record in made]
    first = scope.log_records[0]
    assert (first.time_unix_nano, first.observed_time_unix_nano) == (
        made[0].milliseconds * 10**6,
        1_772_445_600_000_000_001,
    )
    assert (first.event_name, first.severity_number) == ("egress.intent", 9)
    named = {attribute.key: attribute.value for attribute in first.attributes}
    assert named["log.record.uid"].string_value == "evt-0"
    assert named["meeting_proxy.sequence"].int_value == 0
    assert named["meeting_proxy.recipient"].string_value == "acme-llm"
