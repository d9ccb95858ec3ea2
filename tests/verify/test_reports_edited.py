"""Whatever is edited in a report that the proxy made, and the log tells, an auditor's check does not end well."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from desk.test_reports import Ledger
from edits import BY_THE_STORE, moved, others, paths, set_at, without
from meeting_proxy_verify.main import main
from outsider_logs import Signer
from reported import KINDS, Pruned, any_events, events, report_of, written

from proxy.edge.store.store import Store

LISTS = {"meeting": ("exchanges", "refused", "acts"), "person": ("exchanges", "withheld", "repeated")}
ABOUT_THE_REPORT = ("pseudonyms", "log", "ledger_read", "records", "people")
FOUND = {"report_incomplete", "report_differs", "report_behind", "log_behind", "unreadable"}


@pytest.fixture
async def told(tmp_path: Path, store: Store, request: pytest.FixtureRequest) -> dict[str, Any]:
    """A report of the kind that is asked for, of the whole log, which lies beside it."""
    happened = await events(store)
    written(tmp_path, happened)
    return await report_of(request.param, store, Ledger(happened))


def kind_of(report: Any) -> str:
    return "person" if "person" in report else "meeting"


each_kind = pytest.mark.parametrize("told", ["meeting", "person"], indirect=True)


@each_kind
def test_a_report_as_it_was_made_is_complete(told: Any, checked: Any) -> None:
    assert all(told[part] for part in LISTS[kind_of(told)])
    assert checked(told) == (0, set())


@each_kind
def test_an_entry_that_was_dropped_is_missed(told: Any, checked: Any) -> None:
    for part in LISTS[kind_of(told)]:
        for at in range(len(told[part])):
            assert checked(without(told, (part, at))) == (1, {"report_incomplete"}), (part, at)


@each_kind
def test_an_entry_that_stands_twice_is_found(told: Any, checked: Any) -> None:
    for part in LISTS[kind_of(told)]:
        for at in range(len(told[part])):
            assert checked(told | {part: [*told[part], told[part][at]]}) == (1, {"report_differs"}), (part, at)


@each_kind
def test_an_entry_in_another_list_is_found(told: Any, checked: Any) -> None:
    for source in LISTS[kind_of(told)]:
        for target in sorted({*LISTS["meeting"], *LISTS["person"]} - {source}):
            for at in range(len(told[source])):
                code, found = checked(moved(told, source, at, target))
                assert (code, "report_incomplete" in found) == (1, True), (source, at, target)


@pytest.mark.parametrize("told", ["person"], indirect=True)
def test_an_answer_that_was_put_on_file_is_told(told: Any, checked: Any) -> None:
    (record,) = told["consent_records"]
    others_ = {"state": "denied", "purpose": "compose", "recipient": "*", "scope": ["meeting"]}
    for changed in ([], ["granted"], *([record | {name: value}] for name, value in others_.items())):
        assert checked(told | {"consent_records": changed}) == (1, {"report_incomplete"}), changed
    assert checked(told | {"consent_records": [record, record]}) == (0, set())  # One may be older than the log.


@each_kind
def test_a_part_that_is_not_there_is_missed(told: Any, checked: Any) -> None:
    parts = [each for each in (*LISTS[kind_of(told)], *ABOUT_THE_REPORT, "consent_records") if each in told]
    for part in parts:
        for edited in (without(told, (part,)), told | {part: None}, told | {part: "x"}):
            code, found = checked(edited)
            assert code in (1, 2), part
            assert found & {"report_incomplete", "unreadable"}, part


def fields(report: Any) -> Iterator[tuple[str | int, ...]]:
    """Where a report tells what the log has: in its entries, and in what it says of itself."""
    for part in (*LISTS[kind_of(report)], *ABOUT_THE_REPORT):
        if part in report:
            yield (part,)
            yield from paths(report[part], BY_THE_STORE, (part,))


@each_kind
def test_what_the_log_tells_is_told_as_it_was_recorded(told: Any, checked: Any) -> None:
    for path in fields(told):
        value = told
        for key in path:
            value = value[key]
        for other in others(value):
            code, found = checked(set_at(told, path, other))
            assert code in ((1,) if path[0] in LISTS[kind_of(told)] and len(path) > 1 else (1, 2)), (path, other)
            assert found, (path, other)
            assert found <= FOUND, (path, other)
        if len(path) > 1 and isinstance(path[-1], str):
            assert checked(without(told, path))[0] in (1, 2), path


@each_kind
def test_a_report_that_read_less_than_it_tells_or_than_is_kept_is_not_complete(told: Any, checked: Any) -> None:
    records = told["log"]["records"]
    for fewer in range(records):
        assert "report_behind" in checked(set_at(told, ("log", "records"), fewer))[1], fewer
    assert checked(set_at(told, ("log", "records"), records + 1)) == (2, {"log_behind"})
    assert "report_incomplete" in checked(set_at(told, ("log", "first"), 1))[1]
    for entry in told["exchanges"]:
        code, found = checked(set_at(told, ("log", "records"), entry["sequence"]))
        assert code == 1
        assert "report_differs" in found


@pytest.mark.parametrize("told", ["person"], indirect=True)
def test_a_report_of_a_period_is_not_complete(told: Any, checked: Any) -> None:
    for bound in ("since", "until"):
        assert checked(told | {bound: "2026-01-01T00:00:00Z"}) == (1, {"report_incomplete"})
        assert checked(without(told, (bound,))) == (1, {"report_incomplete"})


@each_kind
def test_a_report_of_another_organization_differs(told: Any, checked: Any) -> None:
    for other in ("fjord2", None, [], 1):
        assert checked(told | {"organization": other}) == (1, {"report_differs"})


@pytest.mark.parametrize("kind", KINDS)
async def test_a_copy_that_is_older_than_the_report_accuses_nobody(
    store: Store, checked: Any, tmp_path: Path, kind: str
) -> None:
    happened = await events(store)
    told = await report_of(kind, store, Ledger(happened))
    for fewer in (1, 5, len(happened)):
        shutil.rmtree(tmp_path / "log", ignore_errors=True)
        written(tmp_path, happened[: len(happened) - fewer])
        code, found = checked(told)
        assert code == 2
        assert found <= {"log_behind", "empty"}


@each_kind
def test_without_a_key_nothing_is_compared(told: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "report.json").write_text(json.dumps(told))
    (tmp_path / "log" / "public.key").unlink()
    assert main(["complete", str(tmp_path / "report.json"), "--directory", str(tmp_path / "log"), "--json"]) == 2
    assert {each["code"] for each in json.loads(capsys.readouterr().out)["problems"]} == {"no_key"}


@each_kind
def test_a_report_is_as_new_as_what_a_witness_cosigned(
    told: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    witness = Signer("witness.example", 7, kind=4)
    checkpoint = tmp_path / "log" / "checkpoint"
    checkpoint.write_bytes(witness.cosigned(checkpoint.read_bytes(), 1_790_000_000))
    unread = {"first": None, "records": 0, "exchanges_that_left": 0}
    emptied = {part: [] for part in (*LISTS[kind_of(told)], "people", "records", "pseudonyms") if part in told}
    for report, code in ((told, 0), (told | emptied | {"log": unread}, 2)):
        (tmp_path / "report.json").write_text(json.dumps(report))
        words = ["--public-key", str(tmp_path / "kept.key"), "--witness", witness.vkey, "--json"]
        words += ["--directory", str(tmp_path / "log")]
        assert main(["complete", str(tmp_path / "report.json"), *words]) == code
        assert ("report_behind" in capsys.readouterr().out) is bool(code)


@pytest.mark.parametrize("told", ["meeting"], indirect=True)
def test_a_name_is_the_same_throughout(told: Any, checked: Any) -> None:
    edited = set_at(told, ("exchanges", 0, "people", 0, "name"), "Benedikt")
    assert checked(edited) == (1, {"report_differs"})


@pytest.mark.parametrize("kind", ["meeting", "person"])
@pytest.mark.parametrize("before", [True, False], ids=["pruned before", "pruned since"])
@pytest.mark.parametrize("first", [1, 2, 3, 5, 9, 10, 12])
async def test_a_report_as_it_was_made_is_complete_in_a_log_that_was_pruned(
    store: Store, checked: Any, tmp_path: Path, *, kind: str, before: bool, first: int
) -> None:
    happened = await events(store)
    written(tmp_path, happened, first)
    told = await report_of(kind, store, Pruned(happened, first if before else 0))
    assert checked(told) == (0, set())
    last = max(told["exchanges"], key=lambda each: each["sequence"])
    told["exchanges"].remove(last)
    code, found = checked(told)
    assert (code, "report_incomplete" in found) == (1, True)


@pytest.mark.parametrize("seed", range(40))
async def test_the_checker_and_the_proxy_compute_the_same_of_any_log(
    store: Store, checked: Any, tmp_path: Path, seed: int
) -> None:
    random = Random(seed)
    happened = await any_events(store, random)
    pruned = random.choice((0, random.randrange(1, len(happened))))
    written(tmp_path, happened, pruned, keys=random.randrange(1, 4))
    for kind in KINDS:
        for first in {0, pruned}:
            told = await report_of(kind, store, Pruned(happened, first))
            assert checked(told) == (0, set()), (kind, pruned, first)
