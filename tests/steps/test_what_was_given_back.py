"""Which exchanges gave a run is told the same, however many replies there are and in whatever order they came."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from proxy.model import GivenBack
from proxy.steps.utterances import ReturnedText

DIGESTS = [bytes([number]) * 8 for number in range(12)]

REPLIES = st.lists(
    st.tuples(st.uuids(), st.sets(st.sampled_from(DIGESTS)), st.booleans()), max_size=120, unique_by=lambda one: one[0]
)


def reply(exchange: str, digests: set[bytes], readable: bool = True) -> GivenBack:
    return GivenBack("bot", "m1", exchange, (), b"[]" if readable else b"of another version", frozenset(digests))


def named(exchange: object, digests: set[bytes], readable: bool) -> str:
    """The id of an exchange. None gives two replies, so other content has another id, whatever was tried before."""
    return hashlib.sha256(repr((exchange, sorted(digests), readable)).encode()).hexdigest()[:32]


@given(REPLIES)
def test_every_exchange_that_gave_a_run_is_told_once(replies: list[tuple[object, set[bytes], bool]]) -> None:
    kept = [reply(named(*one), *one[1:]) for one in replies]
    known = ReturnedText(kept, b"key")
    for digest in DIGESTS:
        told = known.get(digest, ())
        assert sorted(told) == sorted(one.exchange for one in kept if digest in one.digests and one.speeches == b"[]")
        assert [known.source(exchange).exchange for exchange in told] == list(told)


def test_replies_that_come_and_go_are_told_of_as_they_are_now() -> None:
    first = [reply(f"{number:032x}", {DIGESTS[number % 12]}) for number in range(100)]
    for kept in (first, first[1:], first[40:], [*first[40:], reply("f" * 32, {DIGESTS[0]})], first[:3], []):
        told = ReturnedText(kept, b"key").get(DIGESTS[0], ())
        assert sorted(told) == sorted(one.exchange for one in kept if DIGESTS[0] in one.digests)
