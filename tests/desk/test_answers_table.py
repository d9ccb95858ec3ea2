"""The table of consent answers: what a line says, and that no spreadsheet makes anything of it."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from desk.test_consents import ANN, NOW, SETTINGS, YES, Ledger, store
from hypothesis import given
from hypothesis import strategies as st

from proxy.consent.records import ConsentState, Scope
from proxy.desk import answers_table, consents
from proxy.desk.consents import ConsentStatement, Wanted
from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.model import Meeting, Participant, Roster

__all__ = ["store"]

ULF = Participant("p-ulf", '=HYPERLINK("https://evil.example")')
# fmt: off
HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r\n=1", "  =1", "＝1", "'=1", 'a";=1', "a;=1", "a\n=1",
           ""]
# fmt: on


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@pytest.fixture
async def answered(store: Store) -> AsyncIterator[Store]:
    """Ann said yes, took it back for a meeting; of Ulf, whose name is a formula, somebody recorded a no."""
    await store.people.put(ULF)
    meeting = Meeting("m1", NOW + timedelta(days=1), series="weekly", title="@Stand-up", roster=Roster((ANN, ULF)))
    await store.meetings.put(meeting)
    no = ConsentStatement("p-ulf", ConsentState.DENIED, Scope.MEETING, "compose", "written", "m1", actor="p-ann",
                          evidence_ref="=cmd|' /C calc'!A0")  # fmt: skip
    yes = replace(YES, purpose="compose")
    for at, said in enumerate((YES, yes, replace(yes, state=ConsentState.WITHDRAWN), no)):
        draft = consents.drafted(said, SETTINGS, NOW + timedelta(minutes=at), f"r-{at}")
        await consents.record(store, Ledger(), draft, SETTINGS)
    yield store


async def test_each_answer_is_a_line_that_says_all_of_it(answered: Store) -> None:
    text = await answers_table.table(answered, SETTINGS, Wanted(), NOW + timedelta(hours=1))
    lines = read(text)
    assert [(each["record"], each["answer"], each["counts"]) for each in lines] == [
        ("r-0", "granted", "true"), ("r-1", "granted", "false"), ("r-2", "withdrawn", ""), ("r-3", "denied", ""),
    ]  # fmt: skip
    first, last = lines[0], lines[-1]
    assert (first["name"], first["recipient"], first["scope"], first["scope_id"]) == (
        "Ann Berg", "acme", "org", "fjord",
    )  # fmt: skip
    assert (first["recorded_at"], first["valid_from"], first["valid_until"]) == ("2026-03-02T10:00:00Z",) * 2 + ("",)
    assert (last["name"], last["said_by_name"], last["recipient_called"]) == (f"'{ULF.name}", "Ann Berg", "anybody")
    assert (last["scope_called"], last["evidence"]) == ("'@Stand-up", "'=cmd|' /C calc'!A0")


async def test_it_takes_the_filters_of_the_list_and_is_an_act(answered: Store) -> None:
    lines = read(await answers_table.table(answered, SETTINGS, Wanted(participant="Ann Berg", purpose="summary"), NOW))
    assert [each["record"] for each in lines] == ["r-0"]
    act = list((await answered.acts.oldest(100)).values())[-1]
    assert (act.code, act.people, dict(act.facts)) == (
        "consent.exported", ("p-ann",), {"format": "table", "count": 1},
    )  # fmt: skip
    with pytest.raises(ClientFault, match="unknown_participant"):
        await answers_table.table(answered, SETTINGS, Wanted(participant="Nobody"), NOW)


def cells(value: str) -> tuple[str, list[str]]:
    """A table of one line in which every cell has this value, and its cells as a spreadsheet reads them."""
    text = answers_table.written([dict.fromkeys(answers_table.COLUMNS, value)])
    (line,) = read(text)
    return text, list(line.values())


@pytest.mark.parametrize("value", HOSTILE)
def test_nothing_is_calculated(value: str) -> None:
    holds(value)


@given(st.text())
def test_whatever_it_says_nothing_is_calculated(value: str) -> None:
    holds(value)


def holds(value: str) -> None:
    text, found = cells(value)
    assert len(text.splitlines()) == 2 or any(each in text for each in "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
    for each in found:
        assert not each.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
        assert " ".join(value.split()) == each.removeprefix("'") or value.split(maxsplit=1)[0].startswith("'")
    # Whatever separates, no cell begins where none was written.
    assert text.count('","') >= len(answers_table.COLUMNS) - 1
    assert all(line.startswith('"') and line.endswith('"') for line in text.split("\r\n")[:-1])
