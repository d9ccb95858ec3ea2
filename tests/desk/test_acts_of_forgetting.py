"""Forgetting is told by pseudonym alone, and no act that waits brings back who was forgotten."""

from __future__ import annotations

from desk.test_reports import NOW, SETTINGS, Ledger, store

from proxy.audit.acts import Act, Operator, OperatorKind
from proxy.audit.pseudonyms import epoch_of, pseudonym
from proxy.desk import forgetting, people, reports
from proxy.edge.acts import ActsToLedger
from proxy.edge.metrics import Metrics
from proxy.edge.store.store import Store
from proxy.meetings.directory import Entry

__all__ = ["store"]

ALICE = Operator(OperatorKind.ACCOUNT, "alice")


async def acts(store: Store) -> list[Act]:
    return list((await store.acts.oldest(100)).values())


async def test_who_is_forgotten_is_in_no_waiting_act_and_gets_no_new_key(store: Store) -> None:
    files = store.acting(ALICE)
    await people.put(files, Entry(id="p-ida", name="Ida Canary"), SETTINGS.people, lambda: "1")
    await reports.gather(files, Ledger([]), "fjord", "Ida Canary", now=NOW)
    key = (await store.keys.of(["p-ida"]))["p-ida"]
    own = pseudonym("ptc", key, epoch_of(NOW), "fjord")
    prepared = await forgetting.prepare(files, Ledger([]), SETTINGS, "p-ida", now=NOW)
    await forgetting.forget(files, SETTINGS, prepared.ids, lambda: "1", now=NOW)

    told = await acts(store)
    assert [act.code for act in told] == ["person.changed", "person.reported", "person.reported", "person.forgotten"]
    assert {(act.people, act.shown, act.operator) for act in told} == {((), (own,), ALICE)}
    assert "ida" not in repr(told).casefold().replace(own, "")

    recorded: list[Act] = []

    async def tell(act: Act) -> None:
        recorded.append(act)

    assert await ActsToLedger(store, tell, SETTINGS, Metrics(), lambda: NOW).empty()
    assert [act.uid for act in recorded] == [act.uid for act in told]
    assert await store.keys.known(["p-ida"]) == {}


async def test_somebody_without_a_key_is_shown_as_not_available(store: Store) -> None:
    files = store.acting(ALICE)
    await people.put(files, Entry(id="p-ida", name="Ida"), SETTINGS.people, lambda: "1")
    await forgetting.forget(files, SETTINGS, ["p-ida"], lambda: "1", now=NOW)

    assert [(act.people, act.shown) for act in await acts(store)] == [((), ("ptc:unavailable",)), ((), ())]


async def test_holds_are_told(store: Store) -> None:
    files = store.acting(ALICE)
    await people.put(files, Entry(id="p-ida", name="Ida"), SETTINGS.people, lambda: "1")
    await forgetting.hold(files, "Ida", "a lawsuit about Canary", NOW)
    await forgetting.release(files, "Ida")

    assert [act.facts for act in await acts(store)][1:] == [{"change": "held"}, {"change": "released"}]
    assert "Canary" not in repr(await acts(store))
