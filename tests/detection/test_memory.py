"""The memory of findings: it changes no answer, keeps no text, and stays within its bound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.detection.memory import ENTRY_BYTES, ITEM_BYTES, KEY_BYTES, Memory
from proxy.model import Excerpt

KEY = bytes(range(KEY_BYTES))
ROOM = 10 * (ENTRY_BYTES + ITEM_BYTES)


class Answers:
    """Answers by the length of a text; counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, texts: list[str]) -> list[list[int]]:
        self.asked += texts
        return [list(range(len(text))) for text in texts]


BATCHES = st.lists(st.lists(st.text("ab", max_size=4), max_size=5), max_size=8)


@given(BATCHES, st.integers(0, ROOM), st.lists(st.sampled_from(["one", "two"]), min_size=8, max_size=8))
async def test_answers_are_the_same_whatever_is_remembered(batches: list[list[str]], room: int, of: list[str]) -> None:
    """In any order, in one batch or many, with room for all, for some and for none."""
    memory, answers = Memory(KEY, room), Answers()
    for batch, name in zip(batches, of, strict=False):
        assert await memory.answers(memory.scope(name), batch, answers) == [list(range(len(text))) for text in batch]
        assert memory.usage.bytes <= room
        assert (memory.usage.entries == 0) == (memory.usage.bytes == 0)


async def test_what_is_remembered_is_not_asked_again() -> None:
    memory, answers = Memory(KEY, ROOM), Answers()
    await memory.answers(memory.scope("m"), ["a", "bb", "a"], answers)
    await memory.answers(memory.scope("m"), ["a", "ccc", "bb"], answers)
    assert answers.asked == ["a", "bb", "ccc"]
    assert memory.usage[:3] == (2, 3, 3)


async def test_scopes_share_nothing() -> None:
    """Names are told apart whole: ("a", "b") is not ("ab",), and None is not the word for it."""
    memory, answers = Memory(KEY, ROOM), Answers()
    for of in [("m",), ("m", None), ("m", "null"), ("m", ""), ("", "m"), ('m", "',)]:
        await memory.answers(memory.scope(*of), ["a"], answers)
    assert answers.asked == ["a"] * 6


async def test_an_excerpt_is_remembered_with_its_borders() -> None:
    memory, asked = Memory(KEY, ROOM), list[Excerpt]()

    async def ask(fresh: list[Excerpt]) -> list[list[int]]:
        asked.extend(fresh)
        return [[0] for _ in fresh]

    excerpts = [Excerpt("1, 2", 0, 4), Excerpt("1, 2", 0, 2), Excerpt("1", 0, 1), Excerpt("\ud800", 0, 1)]
    for _ in range(2):
        await memory.answers(memory.scope(), excerpts, ask)
    assert asked == excerpts


async def test_what_was_not_asked_for_longest_makes_room() -> None:
    memory, answers = Memory(KEY, 2 * (ENTRY_BYTES + ITEM_BYTES)), Answers()
    for text in ("a", "b", "a", "c", "a", "b"):
        await memory.answers(memory.scope(), [text], answers)
    assert answers.asked == ["a", "b", "c", "b"]


async def test_of_a_failure_nothing_is_kept() -> None:
    memory, answers = Memory(KEY, ROOM), Answers()

    async def fails(_: list[str]) -> list[list[int]]:
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await memory.answers(memory.scope(), ["a"], fails)
    assert memory.usage.entries == 0
    assert await memory.answers(memory.scope(), ["a"], answers) == [[0]]


async def test_what_is_kept_holds_no_text_and_nothing_that_is_known_without_the_key() -> None:
    memories = [Memory(KEY, ROOM), Memory(KEY[::-1], ROOM)]
    for memory in memories:
        await memory.answers(memory.scope("canary-client"), ["canary text"], Answers())
        kept = repr(vars(memory))
        assert "canary" not in kept
    assert memories[0]._entries.keys().isdisjoint(memories[1]._entries.keys())
