"""The memory of what was found that the first process keeps for all: how a sibling asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple
from typing import Any

import orjson

from proxy.detection.memory import DIGEST_BYTES, Memory
from proxy.edge.processes.channel import Channel
from proxy.errors import OwnFault
from proxy.model import Finding, TextLanguage

RECALL, KEEP = "recall", "keep"
_NUMBER = 4
_KINDS: Mapping[str, type[Finding] | type[TextLanguage] | type[bool]] = {
    "finding": Finding,
    "language": TextLanguage,
    "refusal": bool,
}


class MemoryElsewhere(Memory):
    """The memory of detection number `detection`, which the other side of the channel keeps under the same key.

    While that cannot be asked, nothing is remembered.
    """

    def __init__(self, channel: Channel, detection: int, key: bytes) -> None:
        super().__init__(key, 0)
        self._channel, self._of = channel, detection.to_bytes(_NUMBER)

    async def recalled(self, names: Sequence[bytes]) -> dict[bytes, tuple[Any, ...]]:
        """As `Memory.recalled`."""
        try:
            found = orjson.loads(await self._channel.ask(RECALL, self._of + b"".join(names)))
        except OwnFault:
            return {}
        return {name: _unpacked(each) for name, each in zip(names, found, strict=True) if each is not None}

    def keep(self, fresh: Mapping[bytes, tuple[Any, ...]]) -> None:
        """As `Memory.keep`."""
        told = [[name.hex(), _packed(answer)] for name, answer in fresh.items()]
        self._channel.tell(KEEP, self._of + orjson.dumps(told))


async def recalled(asked: bytes, memory_of: Callable[[int], Memory | None]) -> bytes:
    """Answer `RECALL` from the memories of this process, by number of detection."""
    memory, names = memory_of(int.from_bytes(asked[:_NUMBER])), asked[_NUMBER:]
    each = [names[at : at + DIGEST_BYTES] for at in range(0, len(names), DIGEST_BYTES)]
    found = {} if memory is None else await memory.recalled(each)
    return orjson.dumps([_packed(found[name]) if name in found else None for name in each])


def keep(told: bytes, memory_of: Callable[[int], Memory | None]) -> None:
    """Heed `KEEP`: remember what another process found, for all."""
    memory = memory_of(int.from_bytes(told[:_NUMBER]))
    if memory is not None:
        memory.keep({bytes.fromhex(name): _unpacked(each) for name, each in orjson.loads(told[_NUMBER:])})


def _packed(answer: tuple[Any, ...]) -> list[Any]:
    kind = next((kind for kind, made in _KINDS.items() if answer and isinstance(answer[0], made)), "finding")
    return [kind, [_members(each) for each in answer]]


def _members(told: Finding | TextLanguage | bool) -> list[Any]:
    if isinstance(told, bool):
        return [told]
    return list(astuple(told) if isinstance(told, Finding) else told)


def _unpacked(told: Sequence[Any]) -> tuple[Any, ...]:
    kind, answer = told
    return tuple(_KINDS[kind](*each) for each in answer)
