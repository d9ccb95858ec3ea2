"""What a page says of the end of a no is what ends it: histories of a minor and two guardians, in three scopes."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

from consent.asking import INVITATION, NOW, SUMMARY, grant

from proxy.consent.no_ends import NoEnds, said_no_ends
from proxy.consent.offers import OfferState, OfferStatus, Place, present
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.settings import ConsentSettings

NORA = INVITATION.participant
OF_ULF = replace(INVITATION, guardian="p-ulf")
HISTORIES = 600
NOES = (ConsentState.DENIED, ConsentState.WITHDRAWN)
PLACES = {Scope.MEETING: "m1", Scope.SERIES: "weekly", Scope.ORG: "fjord"}


def said(number: int, by: str, state: ConsentState, scope: Scope = Scope.MEETING) -> ConsentRecord:
    at = NOW - timedelta(days=1) + number * timedelta(minutes=1)
    return grant(
        state, id=f"g-{number}", actor=by, guardian=by != NORA, scope=scope, scope_id=PLACES[scope],
        valid_from=at, recorded_at=at, valid_until=None,
    )  # fmt: skip


def shown(records: list[ConsentRecord], invitation=OF_ULF, *, minor: bool = True) -> OfferStatus:
    place = Place("fjord", "weekly")
    return present(
        SUMMARY, invitation, records, place, ConsentSettings(), terms_version="v1", minor=minor, now=NOW
    )  # fmt: skip


def test_a_guardian_reads_who_ends_the_no_and_so_it_is() -> None:
    chance, seen = random.Random(2026), Counter[NoEnds | None]()
    states = (ConsentState.GRANTED, *NOES)
    for _ in range(HISTORIES):
        told = [(chance.choice([NORA, NORA, "p-ulf", "p-eva"]), chance.choice(states), chance.choice(list(Scope)))
                for _ in range(chance.randint(1, 5))]  # fmt: skip
        records = [said(n, *each) for n, each in enumerate(told)]
        by_ulf = [*records, said(100, "p-ulf", ConsentState.GRANTED)]
        by_both = [*by_ulf, said(101, NORA, ConsentState.GRANTED)]
        ends = shown(records).ends
        seen[ends] += 1
        heard_after_ulf = shown(by_ulf).state is OfferState.YES
        if ends is NoEnds.BY_READER:
            assert heard_after_ulf, told
        elif ends is NoEnds.BY_MINOR:
            assert not heard_after_ulf, told
            assert shown(by_both).state is OfferState.YES, told
        elif ends is NoEnds.BY_OTHERS:
            assert not heard_after_ulf, told
            others = {each.actor for each in records if each.state in NOES}
            assert "p-eva" in others, told
        own = shown(records, INVITATION).ends
        assert (own is None) == (ends is None), told
        assert own is not NoEnds.BY_READER, told
    assert min(seen[each] for each in (None, *NoEnds)) > HISTORIES / 60


def test_an_adult_ends_every_no() -> None:
    for by in (NORA, "p-host"):
        assert shown([said(1, by, ConsentState.DENIED)], INVITATION, minor=False).ends is NoEnds.BY_READER


def test_of_one_no_by_itself() -> None:
    ends = {by: said_no_ends(said(1, by, ConsentState.DENIED), OF_ULF, minor=True) for by in (NORA, "p-ulf", "p-eva")}
    assert ends == {NORA: NoEnds.BY_MINOR, "p-ulf": NoEnds.BY_READER, "p-eva": NoEnds.BY_OTHERS}
    on_their_own_page = [said_no_ends(said(1, by, ConsentState.DENIED), INVITATION, minor=True) for by in ends]
    assert on_their_own_page == [NoEnds.BY_MINOR, NoEnds.BY_OTHERS, NoEnds.BY_OTHERS]
