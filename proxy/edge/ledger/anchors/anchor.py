"""What an anchor is, what a log is compared with when it is opened, and the tasks that keep all anchors up to date.

A log that has fewer records than an anchor knows of, or others, was cut, rolled back or replaced.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from proxy.audit.checkpoints import CheckpointFault, is_of, parse_checkpoint, read_checkpoint
from proxy.audit.notes import NoteSignature
from proxy.audit.signing import KeyHistory
from proxy.audit.tree import TileMissing
from proxy.edge import telemetry
from proxy.edge.ledger.anchors.web import AnchorMute, AnchorRefused
from proxy.edge.ship.aside import aside
from proxy.errors import OwnFault

log = telemetry.logger()

KEEP_SECONDS = 10.0
"""The most that one anchor may take to keep a checkpoint, or to tell the newest."""
RETRY_SECONDS = 10.0

_REMEDY = (
    "restore the ledger's directory and its signing key as they were; only if its records are lost for good, start "
    "once with 'meeting-proxy serve --accept-loss', which is recorded"
)


class Anchor(Protocol):
    """A place that remembers the newest checkpoint of a log. Its methods may raise any exception."""

    @property
    def name(self) -> str:
        """What it is called in reports and metrics: its kind, or the name that the settings give it."""

    @property
    def every_seconds(self) -> float:
        """How long it rests after it kept a checkpoint. 0: it gets each."""

    @property
    def tells(self) -> bool:
        """Whether it can tell what it kept."""

    @property
    def compares(self) -> bool:
        """Whether it looks by itself that a checkpoint extends the one before, and refuses it otherwise."""

    async def newest(self, origin: str) -> bytes | None:
        """The checkpoint file kept last of the log with this origin; None if there is none, or it cannot be asked.

        Raises `AnchorMute` if it takes checkpoints, but may not be read.
        """

    async def keep(self, origin: str, file: bytes) -> tuple[NoteSignature, ...]:
        """Keep a checkpoint file. Returns once it is safe there, with cosignatures of it, if any were made."""


CONTRADICTED = frozenset({"ledger_name_taken", "ledger_forked", "ledger_behind_anchor"})
"""Reason codes of what an anchor knows that the log does not have."""


class Loss(NamedTuple):
    """What an anchor knows of a log that the log does not have."""

    anchor: str
    anchored: int
    found: int
    forked: bool
    """Whether the log has as many records, but others."""
    other_key: bool = False
    """Whether what the anchor knows was signed by a key that is none of the log's."""

    def fault(self) -> OwnFault:
        """The fault that says so."""
        if self.other_key:
            detail = (
                f"the anchor '{self.anchor}' knows a ledger of this name under another key. If another proxy has it, "
                "give each proxy a ledger.name of its own; if it was this proxy's"
            )
            return OwnFault("ledger_name_taken", f"{detail}, {_REMEDY}")
        if self.forked:
            detail = f"the anchor '{self.anchor}' knows another history of the first {self.anchored} records"
            return OwnFault("ledger_forked", f"{detail}; {_REMEDY}")
        detail = f"the anchor '{self.anchor}' knows {self.anchored} records, and the ledger has {self.found}"
        return OwnFault("ledger_behind_anchor", f"{detail}; {_REMEDY}")


def loss(name: str, file: bytes, keys: KeyHistory, size: int, root_at: Callable[[int], bytes]) -> Loss | None:
    """Compare a log of `size` records with what an anchor knows. Raises `OwnFault` if the log's tiles are missing.

    A checkpoint under a key that is none of the log's is one of another log under the same name.
    """
    try:
        known = read_checkpoint(file, keys)
    except CheckpointFault:
        return Loss(name, _stated(file), size, forked=True, other_key=True)
    if known.size > size:
        return Loss(name, known.size, size, forked=False)
    try:
        forked = root_at(known.size) != known.head
    except TileMissing:
        detail = "tiles of the ledger are missing; remove its folder 'tile', so that they are made anew"
        raise OwnFault("ledger_tampered", detail) from None
    return Loss(name, known.size, size, forked=True) if forked else None


def _stated(file: bytes) -> int:
    try:
        return parse_checkpoint(file).size
    except CheckpointFault:
        return 0


def _shown(anchor: Anchor) -> str:
    """An anchor's name as logs take it."""
    return anchor.name.replace(" ", "-")


async def asked(anchors: Sequence[Anchor], origin: str) -> list[tuple[str, bytes]]:
    """The newest checkpoint of this log that each anchor knows, by its name.

    An anchor that cannot be asked, or tells what is no checkpoint of this log, is left out, and logged.
    """

    async def ask(anchor: Anchor) -> tuple[str, bytes] | None:
        try:
            async with asyncio.timeout(KEEP_SECONDS):
                file = await anchor.newest(origin)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with an anchor, the others are asked
            log.warning("ledger_anchor_unreachable", anchor=_shown(anchor), error_type=type(error).__name__)
            return None
        if file is None:
            return None
        if not is_of(origin, file):
            log.warning("ledger_anchor_unreadable", anchor=_shown(anchor))
            return None
        return anchor.name, file

    found = await asyncio.gather(*map(ask, anchors))
    return [each for each in found if each is not None]


class Lost(Exception):
    """What an anchor knows contradicts the log, so that it keeps nothing more of it."""


Comparing = Callable[[str, bytes, int], Loss | None]
"""Compares a log of so many records with what the anchor of this name knows. Blocks; raises if it cannot say."""


@dataclass(slots=True)
class AnchorState:
    """How far one anchor has come."""

    anchor: Anchor
    size: int = -1
    """Records that it vouches for; -1 before the first time."""
    failures: int = 0
    failing: bool = False
    behind_since: float | None = None
    """Since when (monotonic seconds) a checkpoint waits that it does not have."""
    kept_at: float | None = None
    """When (monotonic seconds) it last kept one."""
    under_way: asyncio.Task[None] | None = None
    """What it is at. It is asked for nothing else until that has ended, so that work on a disk that hangs is one."""
    asked: int = -1
    """The records of the checkpoint that is under way."""
    lost: bool = False
    """Whether what it knows contradicts the log. It is asked for nothing more."""

    def unanchored(self, now: float) -> float:
        """For how many seconds a checkpoint has waited for it, its rest between two included."""
        return 0.0 if self.behind_since is None else now - self.behind_since

    def late(self, now: float) -> float:
        """For how many seconds it should have had a checkpoint that it lacks: its rest is over, and one waits."""
        if self.behind_since is None:
            return 0.0
        rested = self.behind_since if self.kept_at is None else self.kept_at + self.anchor.every_seconds
        return max(now - max(self.behind_since, rested), 0.0)


@dataclass(slots=True)
class Anchoring:
    """Brings each new checkpoint to all anchors. One that hangs delays nothing, and gets the newest afterwards."""

    origin: str
    anchors: Sequence[Anchor]
    retry_seconds: float = RETRY_SECONDS
    cosigned: Callable[[bytes, tuple[NoteSignature, ...]], object] | None = None
    """Adds cosignatures to the log's own copy of a checkpoint file. Blocks; may raise `OSError`."""
    compare: Comparing = lambda _name, _file, _size: None
    lost: Callable[[Loss], object] = lambda _loss: None
    """Is told of what an anchor knows that contradicts the log."""
    accepted: frozenset[tuple[str, bytes]] = frozenset()
    """What anchors knew at the start, by their names, whose loss was accepted."""
    states: list[AnchorState] = field(default_factory=list)
    _file: bytes | None = None
    _size: int = -1
    _ending: asyncio.Event = field(default_factory=asyncio.Event)
    _news: list[asyncio.Event] = field(default_factory=list)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def start(self) -> None:
        """Begin. Needs a running event loop."""
        for anchor in self.anchors:
            self.states.append(AnchorState(anchor))
            self._news.append(asyncio.Event())
            self._tasks.append(asyncio.get_running_loop().create_task(self._run(self.states[-1], self._news[-1])))

    def publish(self, file: bytes) -> None:
        """Take a new checkpoint file of the log."""
        self._file, self._size = file, parse_checkpoint(file).size
        for state, news in zip(self.states, self._news, strict=True):
            state.behind_since = time.monotonic() if state.behind_since is None else state.behind_since
            news.set()

    async def close(self) -> None:
        """Bring the last checkpoint to all anchors that take it now, and end."""
        self._ending.set()
        for news in self._news:
            news.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=KEEP_SECONDS)
            late |= {state.under_way for state in self.states if state.under_way is not None}
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, state: AnchorState, news: asyncio.Event) -> None:
        while True:
            await news.wait()
            news.clear()
            ending, kept = self._ending.is_set(), await self._keep(state)
            if ending:
                if kept and state.behind_since is not None:
                    await self._keep(state)  # What was under way was an older one.
                return
            rest = state.anchor.every_seconds if kept else self.retry_seconds
            if rest:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._ending.wait(), rest)
            if not kept or state.behind_since is not None:
                news.set()

    async def _keep(self, state: AnchorState) -> bool:
        if state.under_way is None:
            if self._file is None or state.behind_since is None:
                return True
            state.asked = self._size
            state.under_way = asyncio.get_running_loop().create_task(self._kept(state, self._file))
        done, _ = await asyncio.wait({state.under_way}, timeout=KEEP_SECONDS)
        error = state.under_way.exception() if done else TimeoutError()
        if done:
            state.under_way = None
        if error is not None:
            state.failures += 1
            if not state.failing:
                log.warning("ledger_anchor_failed", anchor=_shown(state.anchor), error_type=type(error).__name__)
            state.failing = True
            return False
        if state.failing:
            log.info("ledger_anchor_recovered", anchor=_shown(state.anchor))
        state.size, state.failing, state.kept_at = state.asked, False, time.monotonic()
        state.behind_since = None if state.asked == self._size else state.kept_at
        return True

    async def _kept(self, state: AnchorState, file: bytes) -> None:
        """Let an anchor keep a checkpoint file that extends what it knows. Raises whatever is wrong with it, `Lost`."""
        if state.lost:
            raise Lost
        anchor, size = state.anchor, parse_checkpoint(file).size
        if not anchor.compares:
            with contextlib.suppress(AnchorMute):
                await self._extended(state, size)
        try:
            cosignatures, add = await anchor.keep(self.origin, file), self.cosigned
        except AnchorRefused:
            if anchor.compares:
                await self._extended(state, size)
            raise
        if cosignatures and add is not None:
            await aside(lambda: add(file, cosignatures))

    async def _extended(self, state: AnchorState, size: int) -> None:
        """Raise `Lost` if a log of `size` records does not extend what an anchor knows, or whatever keeps it unknown.

        What the anchor tells that is no checkpoint of this log says nothing, as at the start.
        """
        name, known = state.anchor.name, await state.anchor.newest(self.origin)
        if known is None or (name, known) in self.accepted or not is_of(self.origin, known):
            return
        found = await aside(lambda: self.compare(name, known, size))
        if found is not None:
            state.lost = True
            log.error("ledger_anchor_contradicts", anchor=_shown(state.anchor), reason=found.fault().reason)
            self.lost(found)
            raise Lost
