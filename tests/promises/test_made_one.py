"""Two entries that turn out to be one person's lose no refusal: not their own, nor one that a guardian gave.

Short histories of one meeting are invented, of a child, an adult and two guardians with second entries. After each
merging, whoever refused refuses, nobody is heard who was not, and whoever refused alone takes it back.
``EXAMPLES=20 make test ARGS=tests/promises/test_made_one.py`` is a campaign.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from harness.book import Book
from harness.invented import invented

from proxy.consent.custody import standing
from proxy.consent.in_force import guardians_refusing
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.consent.standing import Standing
from proxy.consent.verdicts import Question
from proxy.desk.people import confirm_one
from proxy.model import Participant
from proxy.settings import ConsentSettings

PARTS = 4
HISTORIES = invented(2000)
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
PLACES = {Scope.MEETING: "m1", Scope.ORG: "fjord"}
ENTRIES = {
    "p-nora": Participant("p-nora", "Nora Lund", minor=True),
    "p-nora-2": Participant("p-nora-2", "Norah L", minor=True),
    "p-ann": Participant("p-ann", "Annika Solberg"),
    "p-ann-2": Participant("p-ann-2", "Anni S"),
    "p-ulf": Participant("p-ulf", "Ulf Lund"),
    "p-ulf-2": Participant("p-ulf-2", "Uffe L"),
    "p-eva": Participant("p-eva", "Evamaria Ekholm"),
}
GUARDIANS = ("p-ulf", "p-ulf-2", "p-eva")
YES, NO = ConsentState.GRANTED, ConsentState.DENIED


class History:
    """Who answered what, and who turned out to be whom."""

    def __init__(self, seed: int) -> None:
        self.chance, self.book, self.ids = random.Random(seed), Book(), count()
        self.policy, self.now = ConsentSettings(), START
        self.told: list[str] = []

    def new_id(self) -> str:
        return f"n{next(self.ids)}"

    async def run(self) -> None:
        await self.book.people.put_all([*ENTRIES.values()])
        for _ in range(self.chance.randrange(2, 9)):
            await self.answer()
        # What policy accepts no more stops counting, and takes back no refusal from then on.
        self.policy = ConsentSettings(methods=self.chance.choice((("written", "verbal"), ("written",))))
        pairs = [("p-nora", "p-nora-2"), ("p-ann", "p-ann-2"), ("p-ulf", "p-ulf-2")]
        for pair in self.chance.sample(pairs, 2):
            await self.one(*self.chance.sample(pair, 2))
        for who in ("p-nora", "p-nora-2"):
            await self.taken_back(who)

    async def answer(self, who: str | None = None, by: str | None = None, state: ConsentState | None = None) -> None:
        who = who or self.chance.choice([each for each in ENTRIES if each not in GUARDIANS])
        by = by or (self.chance.choice((who, *GUARDIANS)) if ENTRIES[who].minor else who)
        self.now += timedelta(hours=1)
        scope = self.chance.choice([*PLACES])
        state = state or self.chance.choice((YES, NO, ConsentState.WITHDRAWN))
        made = ConsentRecord(
            self.new_id(), who, scope, PLACES[scope], "summary", self.chance.choice(("acme-llm", "acme-llm", "*")),
            "v1", state, START, None, self.chance.choice(("written", "verbal")), True, by, self.now,
            guardian=by != who,
        )  # fmt: skip
        self.told.append(f"{by} for {who}: {state} in {scope} to {made.recipient} by {made.method}")
        await self.book.consents.record(made)

    async def one(self, gone: str, stays: str) -> None:
        self.now += timedelta(hours=1)
        before, refused, refusing = await self.weighed(), await self.refused(), await self.refusing()
        self.now += timedelta(hours=1)
        await confirm_one(self.book, gone, stays, self.policy, now=self.now, new_id=self.new_id)
        self.told.append(f"{gone} is {stays}")
        after = await self.weighed()
        for who in refused:
            assert (stays if who == gone else who) in await self.refused(), (who, self.told)
        assert {w for w, found in after.items() if found.permitted} <= {w for w, f in before.items() if f.permitted}
        renamed = {tuple(stays if each == gone else each for each in pair) for pair in refusing}
        assert renamed <= await self.refusing(), self.told

    async def taken_back(self, who: str) -> None:
        """A guardian's yes to each recipient in each scope takes back their own refusal, and no other one's."""
        for by in sorted({by for of, by in await self.refusing() if of == who}):
            others = {pair for pair in await self.refusing() if pair != (who, by)}
            for recipient in ("acme-llm", "*"):
                for scope, name in PLACES.items():
                    self.now += timedelta(hours=1)
                    yes = ConsentRecord(
                        self.new_id(), who, scope, name, "summary", recipient, "v1", YES, START, None,
                        "written", True, by, self.now, guardian=True,
                    )  # fmt: skip
                    await self.book.consents.record(yes)
            assert await self.refusing() == others, (who, by, self.told)

    async def refusing(self) -> set[tuple[str, str]]:
        """Minors on file, with each guardian whose refusal stands."""
        found = set[tuple[str, str]]()
        for each in await self.book.people.everybody():
            if each.minor:
                records = await self.book.consents.grants([each.id])
                found |= {(each.id, by) for by in guardians_refusing(records, self.policy, now=self.now)}
        return found

    async def refused(self) -> set[str]:
        """Of whom a refusal stands; of a minor, one that another guardian's yes would meet with."""
        yes = ConsentRecord(
            "yes", "", Scope.MEETING, "m1", "summary", "acme-llm", "v1", YES, START, None, "written", True, "p-otto",
            self.now, guardian=True,
        )  # fmt: skip
        return {who for who, found in (await self.weighed(yes)).items() if found.refused}

    async def weighed(self, by_guardian: ConsentRecord | None = None) -> dict[str, Standing]:
        """What the records of everybody permit in the meeting, by id; of minors with one more, if it is given."""
        asked = Question("fjord", "summary", "acme-llm", "v1", may_train=False, route_enabled=True,
                         purpose_allowed=True, meeting=None, now=self.now)  # fmt: skip
        found: dict[str, Standing] = {}
        for each in await self.book.people.everybody():
            records = [*await self.book.consents.grants([each.id])]
            if by_guardian is not None and each.minor:
                records.append(by_guardian._replace(participant=each.id))
            found[each.id] = standing(records, asked, self.policy, minor=each.minor, default_admits=False)
        return found


@pytest.mark.parametrize("part", range(PARTS))
async def test_no_refusal_is_lost_where_two_entries_are_made_one(part: int) -> None:
    for seed in range(part, HISTORIES, PARTS):
        await History(seed).run()
