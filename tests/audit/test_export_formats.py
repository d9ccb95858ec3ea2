"""Events of the ledger in the formats of other systems: whole, escaped, and with nothing added."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from audit.ledger_samples import NAMES, exchange, intent, outcome, refusal, stamp
from hypothesis import given
from hypothesis import strategies as st

from proxy.audit.export import FORMATS, cef, ecs, table
from proxy.audit.ocsf import (
    OPENED,
    RECOVERED,
    Event,
    intent_event,
    lifecycle_event,
    numbered,
    outcome_event,
    refusal_event,
)
from proxy.cli.ledger_export import Format

EVENTS = [
    numbered(event, n)
    for n, event in enumerate(
        [
            lifecycle_event(stamp("evt-0"), OPENED, {"records": 4}),
            intent_event(stamp("evt-1"), intent("ex-1"), NAMES, b"k" * 32),
            outcome_event(stamp("evt-2"), outcome("ex-1"), NAMES),
            refusal_event(stamp("evt-3"), refusal(exchange=exchange("ex-2"), count=3), NAMES),
            refusal_event(stamp("evt-4"), refusal(exchange=exchange("ex-3", client=None, recipient=None)), NAMES),
            lifecycle_event(stamp("evt-5"), RECOVERED, {"cut_bytes": 12, "torn": True}),
        ]
    )
]


def parse_cef(line: str) -> tuple[list[str], dict[str, str]]:
    """A CEF line as its receivers read it: seven bars that are not escaped, then keys before an equals sign."""
    match = re.match(r"((?:(?:[^\\|]|\\.)*\|){7})(.*)", line, re.DOTALL)
    assert match, line
    header, rest = re.findall(r"((?:[^\\|]|\\.)*)\|", match[1], re.DOTALL), match[2]
    keys = list(re.finditer(r"(?:^| )([A-Za-z0-9_]+)=", rest))
    ends = [*(match.start() for match in keys[1:]), len(rest)]
    values = {match[1]: unescaped(rest[match.end() : end]) for match, end in zip(keys, ends, strict=True)}
    return [unescaped(part) for part in header], values


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: {"n": "\n", "r": "\r"}.get(match[1], match[1]), text)


def leaves(value: Any) -> Iterator[str]:
    """Everything that a structure holds, keys of counts included, as text."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield key
            yield from leaves(member)
    elif isinstance(value, list):
        for member in value:
            yield from leaves(member)
    else:
        yield str(value)


def test_every_format_can_be_named() -> None:
    assert set(FORMATS) == {each.value for each in Format}


def test_ocsf_is_what_was_recorded() -> None:
    assert [json.loads(line) for line in FORMATS["ocsf"](EVENTS)] == EVENTS


def test_ecs_has_the_fields_of_its_schema_and_no_empty_one() -> None:
    opened, sent, ended, refused, _, recovered = (json.loads(line) for line in FORMATS["ecs"](EVENTS))
    assert sent["@timestamp"] == "2026-03-02T10:00:00.000Z"
    assert sent["event"]["type"] == ["connection", "start", "allowed"]
    assert (refused["event"]["type"], refused["event"]["reason"]) == (["connection", "denied"], "consent_denied")
    assert (ended["event"]["outcome"], ended["event"]["duration"]) == ("success", 812_000_000)
    assert sent["destination"] == {"address": "llm.example", "domain": "llm.example", "port": 443}
    assert sent["http"]["request"] == {"method": "POST", "body": {"bytes": 2}}
    assert (opened["event"]["category"], opened["event"]["type"]) == (["process"], ["start"])
    assert recovered["meeting_privacy_proxy"]["torn"] is True
    assert [person["pseudonym"] for person in sent["meeting_privacy_proxy"]["people"]][-1] == "ptc:unknown"
    assert "None" not in json.dumps([opened, sent, ended, refused])


def test_cef_has_its_header_and_its_keys() -> None:
    lines = list(FORMATS["cef"](EVENTS))
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in lines)
    header, fields = parse_cef(lines[3].rstrip("\n"))
    assert header[:4] == ["CEF:0", "OSS", "meeting-privacy-proxy", "0.1.0"]
    assert header[4:] == ["egress.refused", "Request refused", "5"]
    assert (fields["act"], fields["reason"], fields["cnt"]) == ("Blocked", "consent_denied", "3")
    assert (fields["cn1Label"], fields["cn1"]) == ("sequence", "3")
    assert parse_cef(lines[1].rstrip("\n"))[1]["cs5"] == "PERSON=2 PHONE_NUMBER=1"


def test_csv_has_a_head_and_a_line_for_each_event() -> None:
    text = "".join(FORMATS["csv"](EVENTS))
    assert text.count("\r\n") == len(EVENTS) + 1
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["sequence"] for row in rows] == [str(n) for n in range(len(EVENTS))]
    assert (rows[1]["recipient"], rows[1]["utterances"], rows[1]["withheld"]) == ("acme-llm", "3", "3")
    assert rows[1]["people"].startswith("ptc:2026:" + "a" * 32 + "=3/0 ")
    assert rows[4]["recipient"] == ""


@pytest.mark.parametrize("name", ["ecs", "csv"])
def test_nothing_is_written_that_the_event_does_not_hold(name: str) -> None:
    """Numbers and names that are not in the event are those of the format."""
    for event in EVENTS:
        known = set(leaves(event)) | {part for value in leaves(event) for part in re.split(r"[ :/]", value)}
        lines = list(FORMATS[name]([event]))
        if name == "ecs":
            own = json.loads(lines[0])["meeting_privacy_proxy"]
        else:
            own = dict(zip(table.COLUMNS, next(csv.reader(lines[1:])), strict=True))
        for key in ("recipient", "purpose", "route", "client", "meeting", "reason", "region", "model", "host"):
            value = own.get(key)
            assert not value or value in known, (key, value)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(texts)
def test_cef_values_come_back_whatever_they_hold(value: str) -> None:
    line = f"CEF:0|v|p|1|{cef.in_header(value)}|n|1|a={cef.in_extension(value)} b=end"
    assert "\n" not in line
    assert "\r" not in line
    header, fields = parse_cef(line)
    assert header[4] == " ".join(value.splitlines())
    assert fields["b"] == "end"
    assert fields["a"] == value


@given(st.lists(st.one_of(texts, st.integers(), st.none()), min_size=2, max_size=5))
def test_csv_cells_come_back_and_none_is_a_formula(values: list[Any]) -> None:
    line = table._line([table.cell(value) for value in values])
    (row,) = csv.reader(io.StringIO(line, newline=""))
    for value, read in zip(values, row, strict=True):
        text = "" if value is None else str(value)
        assert read in (text, f"'{text}")
        assert not read.startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.recursive(st.one_of(st.none(), st.integers(), texts), lambda each: st.dictionaries(texts, each, max_size=3)))
def test_ecs_leaves_out_nothing_that_says_something(value: Any) -> None:
    kept = ecs._without_nothing(value)
    assert [leaf for leaf in scalars(kept) if leaf is not None] == [leaf for leaf in scalars(value) if leaf is not None]


def scalars(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for member in value.values():
            yield from scalars(member)
    else:
        yield value


def test_a_label_of_an_operator_that_reads_as_a_formula_is_none_in_a_spreadsheet() -> None:
    event: Event = numbered(
        refusal_event(stamp(), refusal(exchange=exchange("ex-1", terms_version="=HYPERLINK(1)|x")), NAMES), 0
    )
    (row,) = csv.DictReader(io.StringIO("".join(table.lines([event])), newline=""))
    assert row["terms_version"] == "'=HYPERLINK(1)|x"
