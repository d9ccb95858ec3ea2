"""One row registers a dialect: what it says is so in every place that asks, and no place lists dialects of its own."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path

import pytest

from proxy import dialects
from proxy.dialects import DIALECTS
from proxy.dialects.base import Dialect, NamesJobs, ParsePolicy
from proxy.dialects.wire.reply import JSON_LINES
from proxy.egress.head import API_HEADERS, accepted
from proxy.model import Inbound
from proxy.settings import JSON_DIALECT, REGISTERED, Route, Settings

ROOT = Path(__file__).parents[2]
READ = [each for each in REGISTERED if each.reader is not None]


def test_a_name_is_registered_once():
    assert len({each.name for each in REGISTERED}) == len(REGISTERED)
    assert [each.name for each in REGISTERED if each.reader is None] == [JSON_DIALECT]


@pytest.mark.parametrize("row", READ, ids=lambda row: row.name)
def test_what_a_row_names_reads_its_dialect(row):
    dialect = dialects.DIALECTS[row.name]

    assert dialect.name == row.name
    methods = [name for name, part in vars(Dialect).items() if inspect.isfunction(part) and not name.startswith("_")]
    assert all(callable(getattr(dialect, method)) for method in methods)
    assert isinstance(dialect.media_type, str)
    assert dialect.vocabulary is not None
    assert isinstance(dialect, NamesJobs) == (row.fetched_by is not None)
    assert (JSON_LINES in getattr(dialect, "readers", {})) == (row.streams == "lines")


@pytest.mark.parametrize("row", READ, ids=lambda row: row.name)
def test_a_route_of_it_is_valid_and_asks_for_what_the_row_says(row):
    fetching = row.name in {each.fetched_by for each in REGISTERED}
    path = "/a/{job}" if fetching else "/a"
    route = Route.model_validate(
        {
            "name": "a",
            "path": path,
            "dialect": row.name,
            "recipient": "acme",
            **({} if row.wordless else {"purpose": "summary"}),
            **({"controls": ["top_k2"]} if row.settings else {}),
        }
    )

    assert (accepted(route, stream=True) == JSON_LINES) == (row.streams == "lines")
    assert API_HEADERS[row.name] == row.headers
    assert route.accepted == (("GET",) if row.wordless else ("POST",))


ASKING = [row for row in REGISTERED if row.asks is not None]


@pytest.mark.parametrize("row", ASKING, ids=lambda row: row.name)
def test_the_smallest_request_of_a_row_is_one_of_its_dialect(row):
    text = 'Ann Lund: "Good."\nBen Okoro: No.'
    body = json.dumps(row.asks("any", text)).encode()
    inbound = Inbound("POST", "/a", "", (("content-type", DIALECTS[row.name].media_type),), body)

    slots = DIALECTS[row.name].parse(inbound, ParsePolicy()).slots

    assert text in [slot.text for slot in slots]


def test_the_schema_and_the_pages_name_every_dialect():
    names = {each.name for each in REGISTERED}
    schema = Settings.model_json_schema()
    page = (ROOT / "docs/dialects.md").read_text()
    example = (ROOT / "config/proxy.yaml").read_text()

    assert set(schema["$defs"]["Route"]["properties"]["dialect"]["enum"]) == names
    assert set(re.findall(r"(?m)^\| `([a-z-]+)` \|", page.split("\n## ")[0])) == names
    assert {name for name in names if not re.search(rf"[ #]{name}\b", example)} == set()
