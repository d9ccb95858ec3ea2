"""When people go off file: nobody is heard who was not, no no ends, and nothing on hold changes.

Short histories are invented: minors, guardians and others answer, meet, are asked, held, made one and grow up, and then
people are forgotten, or time passes and what is due goes. Policy changes half-way. Everything runs through the use
cases of the command line, in a real store; who is heard is what the proxy decides, with a registry that remembers as
the proxy's does.
``EXAMPLES=20 make test ARGS=tests/promises/test_taken_off_file.py`` is a campaign.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from desk.test_reports import SETTINGS
from harness.invented import invented
from harness.postgres import Postgres
from harness.stores import postgres_store, sqlite_store

from proxy.consent.asked import Asked, Channel
from proxy.consent.decide import Question, Reason, Verdict, decide
from proxy.consent.in_force import guardians_refusing
from proxy.consent.invitations import Invitation, Offer
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.desk import consents, expiring, forgetting
from proxy.desk.people import confirm_one
from proxy.edge.ledger.past_exchanges import LedgerFolder
from proxy.edge.store.ports import StoredRegistry
from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.model import Meeting, Participant, ParticipantClass, Roster
from proxy.settings import Settings

HISTORIES = invented(75)
PARTS = 4
STEPS = 16
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
PURPOSES = ("summary", "compose")
PLACES = {Scope.MEETING: "today", Scope.SERIES: "weekly", Scope.ORG: "fjord"}
CAST = (
    Participant("p-nora", "Nora Lund", minor=True),
    Participant("p-lars", "Lars Ekholm", minor=True),
    Participant("p-ulf", "Ulf Lund"),
    Participant("p-eva", "Evamaria Ekholm"),
    Participant("p-ann", "Annika Solberg"),
)
OTHER_ENTRIES = (Participant("p-ulf-old", "Uffe L"), Participant("p-nora-old", "Norah L", minor=True))
"""Second entries of people, which turn out to be theirs."""
CHILDREN, GUARDIANS = ("p-nora", "p-lars", "p-nora-old"), ("p-ulf", "p-eva", "p-ulf-old")
ONE = (
    ("p-ulf-old", "p-ulf"),
    ("p-ulf", "p-ulf-old"),
    ("p-ann", "p-eva"),
    ("p-nora-old", "p-nora"),
    ("p-nora", "p-nora-old"),
)
"""Who turns out to be whom."""
NOES = (Reason.DENIED, Reason.WITHDRAWN)
METHODS = ("written", "verbal")


def kept(admits: bool, methods: Sequence[str] = METHODS) -> Settings:
    consent = {"methods": [*methods]} | ({"defaults": {"unidentified": "admit"}} if admits else {})
    document = SETTINGS.model_dump(mode="json", exclude_unset=True)
    return Settings.model_validate(document | {"consent": consent, "retention": {"meetings_days": 5, "people_days": 5}})


class Seen(NamedTuple):
    """Who is on file, what is decided over each of them by purpose, and what is on hold."""

    people: frozenset[str]
    verdicts: dict[tuple[str, str], Verdict]
    on_hold: Sequence[Any]

    @property
    def heard(self) -> set[tuple[str, str]]:
        return {each for each, verdict in self.verdicts.items() if verdict.admitted}

    @property
    def granted(self) -> set[tuple[str, str]]:
        """Whoever is heard by a yes, and no default of a class."""
        return {each for each, verdict in self.verdicts.items() if verdict.reason is Reason.GRANTED}

    @property
    def refused(self) -> set[tuple[str, str]]:
        return {each for each, verdict in self.verdicts.items() if verdict.reason in NOES}


class History:
    """One history in one store."""

    def __init__(self, seed: int, store: Store) -> None:
        self.chance, self.store, self.registry = random.Random(seed), store, StoredRegistry(store)
        self.admits, self.now, self.ids = seed % 3 == 0, START, count()
        self.settings = kept(self.admits)
        self.past = LedgerFolder(Path("no-ledger"))
        self.held, self.known_as = set[str](), dict[str, str]()
        self.told: list[str] = []

    def new_id(self) -> str:
        return f"{next(self.ids)}"

    async def run(self) -> None:
        await self.store.people.put_all([*CAST, *OTHER_ENTRIES])
        steps = (
            [self.answer] * 8
            + [self.take_off] * 4
            + [self.meet, self.ask, self.hold, self.release, self.one, self.one, self.grow]
        )
        for step in range(STEPS):
            if step == STEPS // 2:
                self.settings = kept(self.admits, self.chance.choice((METHODS, METHODS[:1])))
            self.now += timedelta(hours=self.chance.choice([1, 5, 30]))
            await self.chance.choice(steps)()
        await self.expire()

    # --- what people do ---------------------------------------------------------------------------

    async def answer(self) -> None:
        who = self.chance.choice([*CHILDREN, *CHILDREN, *(each.id for each in CAST)])
        by = self.chance.choice([who, *GUARDIANS]) if who in CHILDREN else who
        scope, lasting = (
            self.chance.choice([Scope.MEETING, Scope.MEETING, *PLACES]),
            self.chance.choice([None, None, timedelta(days=4)]),
        )
        state = self.chance.choice([ConsentState.GRANTED, ConsentState.GRANTED, ConsentState.DENIED,
                                    ConsentState.WITHDRAWN])  # fmt: skip
        yes = state is ConsentState.GRANTED
        made = ConsentRecord(
            f"r-{self.new_id()}", who, scope, PLACES[scope], self.chance.choice(PURPOSES),
            self.chance.choice(["acme-llm", "acme-llm", "acme-llm", "*"]), "v1", state, self.now,
            self.now + lasting if yes and lasting else None, self.chance.choice(METHODS), True, by, self.now,
            guardian=by != who, evidence_ref=self.chance.choice([None, None, "told by Annika Solberg"]),
        )  # fmt: skip
        await self._try("answer", consents.record(self.store, self.past, made, self.settings, as_written=True))

    async def meet(self) -> None:
        people = [each for each in await self.store.people.everybody() if self.chance.random() < 0.4]
        name = f"m-{self.new_id()}"
        await self.store.meetings.put(Meeting(name, self.now, self.now, "weekly", roster=Roster(tuple(people), True)))

    async def ask(self) -> None:
        child, guardian = self.chance.choice(CHILDREN), self.chance.choice([None, *GUARDIANS])
        scope, name = self.chance.choice([(Scope.ORG, "fjord"), (Scope.MEETING, f"m-{self.new_id()}")])
        if scope is Scope.MEETING:
            await self.store.meetings.put(Meeting(name, self.now, self.now))
        asks = Invitation(f"i-{self.new_id()}", child, scope, name, (Offer("summary", "acme-llm"),),
                          (("acme-llm", "00"),), self.now + 90 * DAY, guardian=guardian)  # fmt: skip
        await self.store.invitations.put_all([Asked(asks, Channel.LINK, self.now)])

    async def hold(self) -> None:
        who = self.chance.choice([*CHILDREN, *GUARDIANS])
        alone = self.chance.random() < 0.5
        if await self._try(f"hold {alone=}", forgetting.hold(self.store, who, "case 12", self.now, alone=alone)):
            self.held.add(self.known_as.get(who, who))

    async def release(self) -> None:
        for who in sorted(self.held)[:1]:
            await forgetting.release(self.store, who)
            self.held -= self._all_ids({who})
            self.told.append(f"release {who}")

    async def one(self) -> None:
        """Somebody's two entries are made one; the hold on either is on both, and so is each no."""
        gone, stays = self.chance.choice(ONE)
        before, refusing = await self.seen(), await self.refusing()
        merging = confirm_one(self.store, gone, stays, self.settings.consent, now=self.now, new_id=self.new_id)
        if await self._try(f"{gone} is {stays}", merging):
            stays = self.known_as.get(stays, stays)
            self.known_as |= {each: stays for each, one in self.known_as.items() if one == gone} | {gone: stays}
            after = await self.seen()
            assert after.heard <= before.heard, self.told
            kept_by = {(self.known_as.get(who, who), self.known_as.get(by, by)) for who, by in refusing}
            assert kept_by - {(who, who) for who, _ in kept_by} <= await self.refusing(), self.told
            assert {(self.known_as.get(who, who), purpose) for who, purpose in before.refused} <= after.refused, (
                self.told
            )

    async def refusing(self) -> set[tuple[str, str]]:
        """Each minor on file, with whoever has refused for them as a guardian and alone can take that back."""
        return {
            (each.id, guardian)
            for each in await self.store.people.everybody()
            if each.minor
            for guardian in guardians_refusing(
                await self.store.consents.grants([each.id]), self.settings.consent, now=self.now
            )
        }

    async def grow(self) -> None:
        child = await self.store.people.by_id(self.chance.choice(CHILDREN))
        if child is not None and self.chance.random() < 0.5:
            await self.store.people.put(replace(child, minor=not child.minor))
            self.told.append(f"{child.id} minor: {not child.minor}")

    # --- what goes --------------------------------------------------------------------------------

    async def take_off(self) -> None:
        await (self.expire() if self.chance.random() < 0.6 else self.forget())

    async def expire(self) -> None:
        """Two runs, so that what is idle in the first is due in the second."""
        await expiring.expire(self.store, self.settings, self.new_id, self.now)
        self.now += self.chance.choice([3, 5, 12]) * DAY
        before = await self.seen()
        done = await expiring.expire(self.store, self.settings, self.new_id, self.now)
        self.told.append(f"expire {done.meetings} {done.people} {done.kept}")
        after = await self.seen()
        assert before.people - after.people == set(done.people), self.told
        assert before.granted == after.granted, self.told
        assert after.heard == {each for each in before.heard if each[0] in after.people}, self.told
        await self.check(before, after)

    async def forget(self) -> None:
        who = self.chance.choice([each.id for each in CAST])
        before = await self.seen()
        by_them = {r.participant for r in await self.store.consents.listed() if r.guardian and r.actor in
                   self._all_ids({who})}  # fmt: skip
        forgotten = forgetting.forget(self.store, self.settings, [who], self.new_id, now=self.now)
        done = await self._try(f"forget {who}", forgotten)
        after = await self.seen()
        assert after.heard <= before.heard, self.told
        own = self._all_ids({who})
        assert {of for of, _ in before.heard - after.heard} <= by_them | own, self.told
        assert before.people - after.people <= (own if done else set()), self.told
        await self.check(before, after)

    async def check(self, before: Seen, after: Seen) -> None:
        """What holds whenever somebody goes."""
        assert after.on_hold == before.on_hold, self.told
        assert {each for each in before.refused if each[0] in after.people} <= after.refused, self.told
        records = {each.id: each for each in await self.store.consents.listed()}
        minors = {each.id for each in await self.store.people.everybody() if each.minor}
        for who, purpose in after.heard:
            for grant in after.verdicts[who, purpose].grants:
                actor = records[grant].actor
                assert who not in minors or self.known_as.get(actor, actor) in after.people, self.told
        # Whoever comes back is somebody new: a class default must not hear whom a no, or their age, kept unheard.
        if self.settings.consent.defaults.get(ParticipantClass.UNIDENTIFIED) == "admit":
            assert {who for who, _ in before.refused} <= after.people, self.told

    async def seen(self) -> Seen:
        people = [replace(each, joined_at=None, left_at=None) for each in await self.store.people.everybody()]
        today = Meeting("today", self.now, None, "weekly", roster=Roster(tuple(people), True))
        scopes = [*PLACES.items()]
        verdicts: dict[tuple[str, str], Verdict] = {}
        for purpose in PURPOSES:
            question = Question("fjord", purpose, "acme-llm", "v1", may_train=False, route_enabled=True,
                                purpose_allowed=True, meeting=today, now=self.now)  # fmt: skip
            ids = [each.id for each in people]
            grants = await self.registry.grants(ids, purposes=[purpose], recipient="acme-llm", scopes=scopes)
            found = decide(question, [], grants, self.settings.consent).people
            verdicts |= {(who, purpose): verdict for who, verdict in found.items()}
        return Seen(frozenset(each.id for each in people), verdicts, await self._on_hold(people))

    async def _on_hold(self, people: Sequence[Participant]) -> Sequence[Any]:
        """All that is on file of whoever is on hold: entries, records, also as a guardian, invitations and meetings.

        Which of their labels may be somebody else's is not on file: it follows from who else is there.
        """
        held = self._all_ids(self.held)
        records = [each for each in await self.store.consents.listed()
                   if each.participant in held or (each.guardian and each.actor in held)]  # fmt: skip
        met = [(each.id, [replace(one, unconfirmed=()) for one in each.roster.participants if one.id in held])
               for each in await self.store.meetings.listed()]  # fmt: skip
        asked = await self.store.invitations.of_people(sorted(held))
        own = [replace(each, unconfirmed=()) for each in people if each.id in held]
        return [own, records, [each for each in met if each[1]], asked]

    def _all_ids(self, people: set[str]) -> set[str]:
        own = {self.known_as.get(each, each) for each in people}
        return own | people | {each for each, one in self.known_as.items() if one in own}

    async def _try(self, what: str, doing: Any) -> bool:
        try:
            await doing
        except ClientFault as fault:
            self.told.append(f"{what}: {fault.reason}")
            return False
        self.told.append(what)
        return True


async def lived(seed: int, url: str) -> None:
    async with await Store.open(url) as store:
        await History(seed, store).run()


@pytest.mark.parametrize("part", range(PARTS))
async def test_nobody_is_heard_for_somebody_elses_going_and_nothing_on_hold_goes(part: int, tmp_path: Path) -> None:
    for seed in range(part, HISTORIES, PARTS):
        await lived(seed, f"sqlite:///{sqlite_store(tmp_path / f'{seed}.db')}")


def test_so_it_is_on_postgresql(postgres: Postgres) -> None:
    for seed in range(HISTORIES // 8):
        asyncio.run(lived(1000 + seed, postgres_store(postgres)))
