"""The table of JSON vendors: each row has a sample that it reads, and no key has roles that exclude one another."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from itertools import combinations

import pytest
from formats.json_samples import SAMPLES
from harness.exports import SERVICES

from proxy.formats.vendors import GRAPH, SEVERAL, VENDORS, Vendor

ROWS = [vendor for vendor in VENDORS if vendor not in (GRAPH, SEVERAL)]
"""Those of one vendor whose documents stand alone; payloads of cues have tests of their own."""
WORDED = ("said", "copies", "words")
SILENT = ("start", "end", "moments", "lasting", "counted", "measures", "places", "ids", "fixed", "tags", "languages")
ROLES = [each.name for each in fields(Vendor) if each.name not in ("name", "shaped", "counts_in")]


def keys(role: str) -> set[str]:
    return {key for vendor in VENDORS for key in getattr(vendor, role)}


@pytest.mark.parametrize("vendor", ROWS, ids=lambda vendor: vendor.name)
def test_each_row_has_a_sample(vendor: Vendor) -> None:
    assert any(name.startswith(vendor.name) for name in (*SAMPLES, *SERVICES))


@pytest.mark.parametrize(("worded", "silent"), [(w, s) for w in WORDED for s in SILENT])
def test_no_row_calls_silent_what_another_has_for_words(worded: str, silent: str) -> None:
    """The rows are one vocabulary: else words of one vendor would pass for an id or a time of another."""
    assert not keys(worded) & keys(silent)


@pytest.mark.parametrize(("one", "other"), [*combinations(("said", "copies", "tokens", "counted", "plain"), 2)])
def test_a_string_has_one_home(one: str, other: str) -> None:
    assert not keys(one) & keys(other)


@pytest.mark.parametrize("role", ROLES)
def test_a_key_stands_in_one_row(role: str) -> None:
    """What several vendors have stands in the row of several."""
    told = Counter(key for vendor in VENDORS for key in getattr(vendor, role))
    assert [key for key, rows in told.items() if rows > 1] == []


def test_what_numbers_count_is_told_for_times_alone() -> None:
    for vendor in VENDORS:
        assert set(vendor.counts_in) <= keys("start") | keys("end")
