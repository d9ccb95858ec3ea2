"""The statement of erasure: what it says, and that the ledger has its digest and nothing else of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import get_args

import pytest
from desk.test_reports import BEN, NOW, SETTINGS, Ledger, lived, store

from proxy.audit.acts import Act
from proxy.desk import erasure, expiring, forgetting, removing
from proxy.edge.reports.erasure import erasure_page
from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.model import Meeting, Roster
from proxy.settings import PageLanguage, Settings

__all__ = ["store"]

MEETING = Meeting("unused", NOW, title="Talks with Canary", roster=Roster((BEN,), True))


def ids() -> Iterator[str]:
    return (f"id-{each}" for each in count())


async def acts(store: Store) -> list[Act]:
    return list((await store.acts.oldest(100)).values())


async def forgotten(store: Store) -> erasure.Statement:
    prepared = await forgetting.prepare(store, await lived(store), SETTINGS, BEN.id, now=NOW)
    done = await forgetting.forget(
        store, SETTINGS, prepared.ids, ids().__next__, now=NOW, told=prepared.recipients
    )  # fmt: skip
    return done.statement


async def test_a_person_is_told_what_went_what_stays_and_who_had_their_words(store: Store) -> None:
    statement = await forgotten(store)
    assert (statement["of"], statement["ids"], statement["name"]) == ("person", [BEN.id], BEN.name)
    assert statement["erased_at"] == "2026-03-03T10:00:00Z"
    assert {name: statement["erased"][name] for name in ("names", "addresses", "consent_records", "rosters")} == {
        "names": 2, "addresses": 1, "consent_records": 1, "rosters": 1,
    }  # fmt: skip
    assert "answered_for" in statement["stays"]
    assert [each["recipient"] for each in statement["recipients"]] == ["acme-llm"]


async def test_the_act_has_the_digest_of_the_statement_and_nothing_of_what_it_says(store: Store) -> None:
    statement = await forgotten(store)
    act = (await acts(store))[-1]
    assert (act.code, dict(act.facts)) == ("person.forgotten", {"text": erasure.digest(statement)})
    assert "canary" not in repr(await acts(store)).casefold()
    assert erasure.digest(dict(statement) | {"salt": "another"}) != erasure.digest(statement)


async def test_statements_on_the_same_person_differ_in_their_salt(store: Store) -> None:
    given = ids()
    salts = {forgetting.salt_from(given.__next__) for _ in range(3)}
    assert len(salts) == 3


async def test_a_meeting_that_is_removed_has_a_statement_that_names_nobody(store: Store) -> None:
    await store.meetings.put(MEETING)
    done = await removing.remove(store, Ledger([]), "fjord", "unused", ids().__next__, NOW)
    act = (await acts(store))[-1]
    assert dict(act.facts) == {"change": "removed", "count": 1, "text": erasure.digest(done.statement)}
    assert (done.statement["of"], done.statement["name"]) == ("meeting", "Talks with Canary")
    assert BEN.id not in json.dumps(done.statement)


async def test_each_that_expires_has_a_statement(store: Store) -> None:
    kept = Settings.model_validate(
        SETTINGS.model_dump(mode="json", exclude_unset=True)
        | {"retention": {"meetings_days": 1, "people_days": 1}}
    )  # fmt: skip
    later = NOW + timedelta(days=5)
    await store.meetings.put(replace(MEETING, ended_at=NOW))
    first = await expiring.expire(store, kept, ids().__next__, later)
    second = await expiring.expire(store, kept, ids().__next__, later + timedelta(days=5))
    told = [*first.statements, *second.statements]
    assert {i for each in told for i in each["ids"]} == {
        *first.meetings,
        *first.people,
        *second.meetings,
        *second.people,
    }
    assert {each["of"] for each in told} == {"meeting", "person"}
    recorded = {act.facts.get("text") for act in await acts(store)}
    assert {erasure.digest(each) for each in told} <= recorded
    assert all(each["recipients"] is None for each in told if each["of"] == "person")


def test_what_is_no_statement_is_refused() -> None:
    for found in ([], {}, {"statement": {"format": "another"}}, {"statement": 1}):
        with pytest.raises(ClientFault) as refused:
            erasure.statement_in(found)
        assert refused.value.reason == "not_an_erasure"


@pytest.mark.parametrize("code", get_args(PageLanguage))
async def test_a_page_says_all_of_it_in_each_language(store: Store, code: str) -> None:
    statement = await forgotten(store)
    found = erasure.document(statement)
    page = erasure_page(found | {"record": 7, "proof": "c2sp.org/tlog-proof@v1 …"}, SETTINGS, code)
    assert all(each in page for each in (BEN.name, BEN.id, "acme-llm", "meeting-proxy-verify erasure", "tlog-proof"))
    assert page.count("<li>") == sum(map(bool, statement["erased"].values())) + 1 + len(statement["stays"]) + 1
    of_meeting = erasure.of_meeting(MEETING, [], organization="fjord", at=NOW, salt="s")
    assert "Talks with Canary" in erasure_page(erasure.document(of_meeting), SETTINGS, code)
