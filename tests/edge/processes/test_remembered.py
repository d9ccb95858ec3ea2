"""What a process remembers for another one comes back as it was."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from proxy.detection.memory import DIGEST_BYTES, KEY_BYTES, Memory
from proxy.edge.processes.channel import Channel
from proxy.edge.processes.remembered import MemoryElsewhere, keep, recalled
from proxy.model import Finding, TextLanguage

NAME = bytes(range(DIGEST_BYTES))


class Here(Channel):
    """A channel whose other side is a memory of this process."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def ask(self, kind: str, told: bytes) -> bytes:
        return await recalled(told, lambda _: self._memory)

    def tell(self, kind: str, told: bytes) -> None:
        keep(told, lambda _: self._memory)


@pytest.mark.parametrize(
    "answer",
    [(), (True,), (TextLanguage("de", False),), (Finding(1, 4, "PERSON", 0.7, "model"), Finding(2, 3, "X", 1.0, "y"))],
)
async def test_every_kind_of_answer_comes_back_as_it_was(answer: tuple[Any, ...]) -> None:
    elsewhere = MemoryElsewhere(Here(Memory(bytes(KEY_BYTES), 1 << 20)), 3, bytes(KEY_BYTES))
    assert await elsewhere.recalled([NAME]) == {}
    elsewhere.keep({NAME: answer})
    came = await elsewhere.recalled([NAME, NAME[::-1]])
    assert came == {NAME: answer}
    assert [type(each) for each in came[NAME]] == [type(each) for each in answer]


async def test_nothing_but_names_and_answers_is_told() -> None:
    memory = Memory(bytes(KEY_BYTES), 1 << 20)
    memory.keep({NAME: (True,)})
    assert orjson.loads(await recalled((0).to_bytes(4) + NAME, lambda _: memory)) == [["refusal", [[True]]]]
