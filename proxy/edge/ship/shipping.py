"""All targets of a ledger together: in the proxy, beside the exchanges, or in a process of their own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from proxy.audit.ship.cursor import Gap
from proxy.audit.ship.shapes import SHAPES
from proxy.edge import telemetry
from proxy.edge.configuration import credentials
from proxy.edge.configuration.credentials import AuthHeader
from proxy.edge.ship.aside import aside
from proxy.edge.ship.cursors import CursorFile, cursor_folder
from proxy.edge.ship.senders import HttpSender, SyslogSender
from proxy.edge.ship.shipper import Pace, Sender, Shipper
from proxy.edge.ship.status import ShippingCollector, notes, statuses
from proxy.edge.ship.tail import LedgerUnreadable, Tail, checkpoint_of
from proxy.errors import ClientFault, OwnFault
from proxy.settings import Ledger, ShipTarget, SyslogReceiver

WATCH_SECONDS = 5.0
BESIDE_EXCHANGES = Pace(rest=3.0)
"""In the proxy: a backlog is read during at most a quarter of the time."""

log = telemetry.logger()


def milliseconds() -> int:
    """The time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class Shipping:
    """The shippers of a ledger, and what is known of its targets. Lives in one event loop; call `close` at the end."""

    def __init__(self, settings: Ledger, shippers: Sequence[Shipper], collector: ShippingCollector) -> None:
        self._settings, self.shippers, self._collector = settings, tuple(shippers), collector
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    def of(cls, settings: Ledger, collector: ShippingCollector, pace: Pace | None = None, by: str = "proxy") -> Self:
        """Build the shippers of the targets if it is `by` whom they are shipped; else they are only watched.

        Raises `ConfigProblem`.
        """
        if settings.ship_by != by:
            return cls(settings, (), collector)
        found = credentials.of_targets(settings)
        shippers = [shipper_of(settings, target, found.get(target.name), pace) for target in settings.ship]
        return cls(settings, shippers, collector)

    def start(self) -> None:
        """Ship, and watch the targets, until `close`."""
        if not self._settings.ship:
            return
        work = [self._watch(), *(shipper.run() for shipper in self.shippers)]
        self._tasks = [asyncio.get_running_loop().create_task(each) for each in work]

    async def close(self) -> None:
        """Stop. A batch under way is sent again after the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for shipper in self.shippers:
            await shipper.close()

    def notes(self) -> dict[str, str]:
        """What an operator should know of the targets, by target; it does not make the proxy unready."""
        return notes(self._collector.found)

    async def look(self) -> None:
        """Bring what is known of the targets up to date."""
        reasons = {shipper.target: shipper.reason for shipper in self.shippers}
        unkept: Mapping[str, Mapping[str, int]] = {shipper.target: dict(shipper.unkept) for shipper in self.shippers}
        self._collector.found = await aside(lambda: statuses(self._settings, milliseconds(), reasons, unkept))

    async def _watch(self) -> None:
        while True:
            try:
                await self.look()
            except Exception as error:
                log.error("shipping_watch_failed", part="ship", exc_info=error)
            await asyncio.sleep(WATCH_SECONDS)


def give_up_one(settings: Ledger, target: str) -> int:
    """Move the cursor of a target behind its oldest record that did not arrive, as a gap. Returns its number.

    Raises `ClientFault` if there is none, `OwnFault` if another process ships to the target.
    """
    file = CursorFile.take(cursor_folder(settings), target)
    try:
        directory = Path(settings.directory)
        below = checkpoint_of(directory).size
        found = Tail(directory, file.cursor.sequence).read(below=below, records=1, size=1)
        if not found.records:
            raise ClientFault("nothing_to_skip", "every record has arrived at this target")
        given_up = found.records[0].sequence
        gap = Gap(given_up, given_up, "skipped")
        file.keep(file.cursor.acknowledged(found.records, (*found.gaps, gap), milliseconds(), None))
    except LedgerUnreadable:
        raise OwnFault("ledger_unreadable", "the ledger cannot be read; check ledger.directory and its mode") from None
    finally:
        file.release()
    return given_up


def shipper_of(settings: Ledger, target: ShipTarget, credential: AuthHeader | None, pace: Pace | None) -> Shipper:
    """Build the shipper of a target. Raises `ConfigProblem`."""
    receiver = target.receiver
    return Shipper(
        target.name,
        sender_of(target, credential),
        Path(settings.directory),
        cursor_folder(settings),
        batch_records=receiver.batch_records,
        batch_bytes=receiver.batch_bytes,
        clock=milliseconds,
        monotonic=time.monotonic,
        pace=pace,
    )


def sender_of(target: ShipTarget, credential: AuthHeader | None) -> Sender:
    """Build what reaches the receiver of a target. Raises `ConfigProblem`."""
    receiver, place = target.receiver, f"ledger.ship[{target.name}]"
    shape = SHAPES[receiver.shape]
    if isinstance(receiver, SyslogReceiver):
        return SyslogSender(receiver, shape, place)
    return HttpSender(receiver, credential, shape, place)
