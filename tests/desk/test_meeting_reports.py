"""Who was heard in a meeting: all that the ledger has of it, and nothing of other meetings."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from audit.ledger_samples import exchange, intent, outcome, refusal, stamp
from desk.test_reports import SETTINGS, Ledger
from harness.stores import sqlite_store

from proxy.audit.acts import Acts
from proxy.audit.events import PersonFacts
from proxy.audit.ocsf import intent_event, outcome_event, refusal_event
from proxy.audit.pseudonyms import MEETING_SUBJECT, Pseudonyms, pseudonym
from proxy.desk import meeting_reports
from proxy.edge.reports.html import meeting_page
from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.model import Meeting, Participant, Roster

NOW = datetime(2026, 3, 3, 10, tzinfo=UTC)
ANN, BEN = Participant("p-ann", "Annika <b>"), Participant("p-ben", "Benedikt")
GUEST = Participant("p-guest", "Gustav")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(f"sqlite:///{sqlite_store(tmp_path / 'proxy.db')}") as opened:
        await opened.meetings.put(Meeting("standup", NOW, title="Stand-up", roster=Roster((ANN, BEN), True)))
        await opened.meetings.put(Meeting("board", NOW, roster=Roster((GUEST,), True)))
        yield opened


SAID = (
    PersonFacts("p-ann", 3, 120, 1, {"granted": 3, "kind_refused": 1}, (), {"PERSON": 2}, kept={"HEALTH": 1}),
    PersonFacts("p-ben", 0, 0, 2, {"denied": 2}, ()),
    PersonFacts(None, 0, 0, 1, {"unknown_speaker": 1}, ()),
)


async def lived(store: Store) -> Ledger:
    """Two exchanges of the stand-up, of which one was refused, and one of another meeting between them."""
    subjects = ["p-ann", "p-ben", "p-guest", MEETING_SUBJECT + "standup", MEETING_SUBJECT + "board"]
    keys = await store.keys.of(subjects)
    people = {one: pseudonym("ptc", keys[one], "2026", "fjord") for one in subjects[:3]}
    ours, theirs = (
        Pseudonyms(people, pseudonym("mtg", keys[MEETING_SUBJECT + one], "2026", "fjord"))
        for one in ("standup", "board")
    )
    other = replace(intent("ex-9"), people=(PersonFacts("p-guest", 7, 900, 0, {"granted": 7}, ()),))
    return Ledger(
        [
            intent_event(stamp(), replace(intent("ex-1"), people=SAID), ours, b"k" * 32),
            intent_event(stamp(), other, theirs, b"k" * 32),
            outcome_event(stamp(), outcome("ex-1"), ours),
            refusal_event(stamp(), replace(refusal("ex-2"), people=SAID[:1]), ours),
            refusal_event(stamp(), replace(refusal("ex-3", exchange=exchange("ex-3", meeting=None)), people=()), ours),
        ]
    )


async def told(store: Store, ledger: Ledger, meeting: str = "standup") -> dict:
    found = await meeting_reports.gather(store, ledger, "fjord", meeting, now=NOW)
    return meeting_reports.plain(found, SETTINGS, lambda sequence: f"proof {sequence}")


async def test_each_exchange_of_the_meeting_and_none_of_another(store: Store) -> None:
    report = await told(store, await lived(store))

    (left,), (refused,) = report["exchanges"], report["refused"]
    assert (left["exchange"], left["records"], left["proof"], left["delivered"]) == ("ex-1", [0, 2], "proof 0", "full")
    assert (refused["exchange"], refused["records"], refused["reason"]) == ("ex-2", [3], "consent_denied")
    assert report["records"] == [0, 2, 3]
    assert report["log"] == {"first": 0, "records": 5, "exchanges_that_left": 2}
    assert [each["name"] for each in left["people"]] == [
        "Annika <b>", "Benedikt", "speakers whom nobody on the roster is",
    ]  # fmt: skip
    assert "Gustav" not in json.dumps(report)
    assert "900" not in json.dumps(report)


async def test_who_was_heard_and_who_was_not_and_why(store: Store) -> None:
    ann, ben, unknown = (await told(store, await lived(store)))["people"]

    assert (ann["name"], ann["exchanges"], ann["utterances"], ann["withheld_utterances"]) == ("Annika <b>", 1, 3, 4 + 1)
    assert (ben["exchanges"], ben["utterances"], ben["reasons"]) == (0, 0, {"denied": 2})
    assert (unknown["id"], unknown["on_roster"], unknown["reasons"]) == (None, False, {"unknown_speaker": 1})


async def test_somebody_who_was_forgotten_is_somebody_who_is_not_on_file(store: Store) -> None:
    ledger = await lived(store)
    await store.forgetting.forget(["p-ben"], lambda: "x")
    report = await told(store, ledger)
    assert "Benedikt" not in json.dumps(report)
    gone = next(each for each in report["people"] if each["reasons"] == {"denied": 2})
    assert (gone["name"], gone["id"]) == ("somebody who is not on file", None)


async def test_the_page_says_the_same_and_escapes_names(store: Store) -> None:
    page = meeting_page(await told(store, await lived(store)))
    assert "Annika &lt;b&gt;" in page
    assert "ex-1" in page
    assert "Records 0, 2 and 3 of" in page


async def test_that_somebody_asked_is_an_act_about_the_roster(store: Store) -> None:
    await told(store, Ledger([]))
    found = (await store.acts.oldest(100)).values()
    (act,) = [each for each in found if each.code == Acts.PERSON_REPORTED]
    assert (set(act.people), act.meeting) == ({"p-ann", "p-ben"}, "standup")


async def test_without_a_ledger_what_left_is_not_known(store: Store) -> None:
    report = await told(store, Ledger(None))
    assert (report["ledger_read"], report["records"], report["log"]) == (False, [], None)
    assert "not known" in meeting_page(report)


async def test_a_meeting_that_nobody_knows_is_refused(store: Store) -> None:
    with pytest.raises(ClientFault) as refused:
        await told(store, Ledger([]), "nowhere")
    assert refused.value.reason == "unknown_meeting"
