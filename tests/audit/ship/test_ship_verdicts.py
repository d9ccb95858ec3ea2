"""What a receiver's answer means for a batch, and how a cursor remembers it."""

from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.audit.ship.cursor import GAPS_KEPT, REASONS_KEPT, Cursor, CursorInvalid, Gap, parse
from proxy.audit.ship.records import LoggedEvent
from proxy.audit.ship.verdicts import Arrived, InHalves, Later, Stop, of_elastic, of_http, of_otlp, retry_after

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, Arrived()),
        (202, Arrived()),
        (204, Arrived()),
        (301, Stop("http_301")),
        (400, Stop("http_400")),
        (401, Stop("http_401")),
        (404, Stop("http_404")),
        (408, Later("http_408")),
        (413, InHalves()),
        (429, Later("http_429")),
        (500, Later("http_500")),
        (503, Later("http_503")),
        (600, Stop("http_invalid")),
    ],
)
def test_only_2xx_is_an_acknowledgement(status, verdict):
    assert of_http(status, {}, NOW) == verdict


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        ("999999", 3600),
        ("Mon, 02 Mar 2026 10:00:30 GMT", 30),
        ("Mon, 02 Mar 2026 09:00:30 GMT", 0),
        ("soon", None),
        ("", None),
        ("-1", None),
        ("1e9", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value, seconds):
    assert retry_after(value, NOW) == seconds


@given(st.text())
def test_no_retry_after_breaks_anything(value):
    found = retry_after(value, NOW)
    assert found is None or 0 <= found <= 3600


def bulk(*statuses, kind="mapper_parsing_exception"):
    items = [{"create": {"status": s, **({"error": {"type": kind}} if s >= 400 else {})}} for s in statuses]
    return orjson.dumps({"errors": any(s >= 400 for s in statuses), "items": items})


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        (bulk(201, 201), Arrived()),
        (bulk(201, 409), Arrived()),
        (bulk(201, 429), Later("elastic_429")),
        (bulk(503, 201), Later("elastic_503")),
        (bulk(429, 400), Stop("elastic_mapper_parsing_exception")),
        (bulk(201, 400, kind="Evil\n"), Stop("elastic_400")),
        (bulk(201), Later("elastic_answer_invalid")),
        (b"<html>", Later("elastic_answer_invalid")),
        (b"[]", Later("elastic_answer_invalid")),
        (b'{"items":[1,{}]}', Later("elastic_answer_invalid")),
    ],
)
def test_each_item_of_a_bulk_answer_counts(body, verdict):
    assert of_elastic(body, 2) == verdict


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        (b"{}", Arrived()),
        (b"", Arrived()),
        (b'{"partialSuccess":{}}', Arrived()),
        (b'{"partialSuccess":{"errorMessage":"slow down"}}', Arrived()),
        (b'{"partialSuccess":{"rejectedLogRecords":"0"}}', Arrived()),
        (b'{"partialSuccess":{"rejectedLogRecords":"3","errorMessage":"no"}}', Stop("otlp_records_rejected")),
        (b'{"partialSuccess":{"rejectedLogRecords":3}}', Stop("otlp_records_rejected")),
        (b'{"partial_success":{"rejected_log_records":3}}', Stop("otlp_records_rejected")),
        (b'{"partialSuccess":{"rejected_log_records":"3"}}', Stop("otlp_records_rejected")),
        (b'{"partialSuccess":null}', Arrived()),
        (b"<html>sign in</html>", Later("otlp_answer_invalid")),
        (b"[]", Later("otlp_answer_invalid")),
        (b"\x0a\x02\x08\x03", Later("otlp_answer_invalid")),
        (b'{"partialSuccess":[{"rejectedLogRecords":3}]}', Later("otlp_answer_invalid")),
        (b'{"partialSuccess":{"rejectedLogRecords":"some"}}', Later("otlp_answer_invalid")),
        (b'{"partialSuccess":{"rejectedLogRecords":true}}', Later("otlp_answer_invalid")),
        (b'{"partialSuccess":{},"partial_success":{"rejectedLogRecords":3}}', Later("otlp_answer_invalid")),
    ],
)
def test_rejected_log_records_stop_a_target(body, verdict):
    assert of_otlp(body) == verdict


def record(sequence: int) -> LoggedEvent:
    return LoggedEvent(sequence, {"metadata": {"uid": f"evt-{sequence}", "log_name": "fjord/egress"}}, b"{}")


def test_a_cursor_survives_its_file():
    cursor = Cursor().failed("http_503", 5, 3, stopped=False)
    cursor = cursor.acknowledged([record(4), record(7)], [Gap(0, 3, "pruned"), Gap(5, 6, "missing")], 9, None)

    assert parse(cursor.render()) == cursor
    assert (cursor.sequence, cursor.uid, cursor.log) == (7, "evt-7", "fjord/egress")
    assert (cursor.gap_records, cursor.reason, cursor.failures) == (6, None, {"http_503": 1})


def test_a_cursor_stays_small():
    cursor = Cursor()
    for number in range(300):
        cursor = cursor.acknowledged([record(2 * number)], [Gap(2 * number - 1, 2 * number - 1, "missing")], 1, None)
        cursor = cursor.failed(f"http_{number}", 1, None, stopped=False)

    assert (len(cursor.gaps), cursor.gap_records) == (GAPS_KEPT, 300)
    assert len(cursor.failures) == REASONS_KEPT + 1
    assert sum(cursor.failures.values()) == 300


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"{}",
        b"[]",
        b'{"gaps":[],"sequence":"1"}',
        b'{"gaps":[],"sequence":-5}',
        b'{"gaps":[{}]}',
        b'{"gaps":[],"x":1}',
    ],
)
def test_what_is_no_cursor_is_told(file):
    with pytest.raises(CursorInvalid):
        parse(file)
