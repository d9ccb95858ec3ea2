"""Terms, used links and incidents: kept as they came, once, in order."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from proxy.consent.terms import TermsVersion
from proxy.edge.store.links import Incident
from proxy.edge.store.store import Store

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1)


async def test_terms_come_back_in_the_order_in_which_they_were_added(store: Store):
    assert await store.terms.add("acme", "2026-02", "We may train.\n", "sha256:02", LATER)
    assert await store.terms.add("acme", "2026-01", "We do not train.\n", "sha256:01", NOON)
    assert await store.terms.add("other", "2026-01", "Anything.\n", "sha256:03", NOON)

    assert await store.terms.of("acme") == [
        TermsVersion("acme", "2026-02", "sha256:02", "We may train.\n", LATER),
        TermsVersion("acme", "2026-01", "sha256:01", "We do not train.\n", NOON),
    ]
    assert await store.terms.of("nobody") == []


async def test_a_version_keeps_its_text(store: Store):
    await store.terms.add("acme", "1", "First.", "sha256:01", NOON)

    assert not await store.terms.add("acme", "1", "Second.", "sha256:02", LATER)

    assert [each.text for each in await store.terms.of("acme")] == ["First."]


async def test_the_first_acceptance_holds(store: Store):
    await store.terms.add("acme", "1", "First.", "sha256:01", NOON)
    await store.terms.add("acme", "2", "Second.", "sha256:02", NOON)

    assert await store.terms.accept("acme", "1", "dpo", LATER)
    assert not await store.terms.accept("acme", "1", "somebody", LATER)
    assert not await store.terms.accept("acme", "3", "dpo", LATER)

    first, second = await store.terms.of("acme")
    assert (first.accepted_at, first.accepted_by) == (LATER, "dpo")
    assert (second.accepted_at, second.accepted_by) == (None, None)


async def test_a_link_is_spent_once_whichever_proxy_asks(store: Store, store_url: str):
    async with await Store.open(store_url) as other:
        answers = await asyncio.gather(*((store, other)[n % 2].links.spend("n-1", "i-1", NOON) for n in range(12)))
        assert sorted(answers) == [False] * 11 + [True]
        assert await other.links.spend("n-2", "i-1", NOON)

    async with await Store.open(store_url) as again:
        assert not await again.links.spend("n-1", "i-9", LATER)


async def test_incidents_are_listed_newest_first(store: Store):
    for number in range(5):
        await store.links.note_incident(f"reason_{number}", None if number % 2 else f"i-{number}", NOON)

    assert await store.links.incidents(2) == [Incident("reason_4", "i-4", NOON), Incident("reason_3", None, NOON)]
    assert len(await store.links.incidents(10)) == 5
