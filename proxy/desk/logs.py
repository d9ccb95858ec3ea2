"""The ledgers of all proxies on one store, as operators deal with them: ending one that will not come back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from proxy.audit.acts import Acts, Fact
from proxy.audit.roll_call import Copy, KnownLog, is_silent, known_copies
from proxy.desk.ports import OnFile
from proxy.errors import ClientFault


class Retired(NamedTuple):
    """A log that will not come back: its origin, how many records it had, and who knew of the last."""

    origin: str
    records: int
    known_by: str


async def named(files: OnFile, organization: str, name: str) -> KnownLog:
    """The log with this name, or, with a `/` in it, this origin. Raises `ClientFault` if there is none."""
    origin = name if "/" in name else f"{organization}/{name}"
    known = {each.origin: each for each in await files.logs.listed()}
    if origin not in known:
        listed = ", ".join(known) or "none"
        raise ClientFault("unknown_log", f"the store knows no ledger '{origin}'; it knows: {listed}", status=404)
    return known[origin]


async def check_all_stopped(files: OnFile, *, now: datetime) -> None:
    """Raise `ClientFault` if the proxy of any log gives signs of life."""
    for log in await files.logs.listed():
        _check_stopped(log, now)


def _check_stopped(log: KnownLog, now: datetime) -> None:
    if log.retired is None and not log.is_closed and not is_silent(log, None, now):
        detail = (
            f"the proxy of '{log.origin}' gave a sign of life at {log.at:%H:%M:%S} UTC; stop it, or wait until its "
            "interval is over"
        )
        raise ClientFault("log_alive", detail, status=409)


async def retire(
    files: OnFile, organization: str, name: str, copies: Mapping[str, Sequence[Copy]], *, now: datetime
) -> Retired:
    """End a log that will not come back. What is known of its end is kept, and told by the act.

    `copies` are what other anchors know of each log. Raises `ClientFault` if there is no such log, and for one whose
    proxy still gives signs.
    """
    async with files.at_once() as held:
        log = await named(held, organization, name)
        _check_stopped(log, now)
        stated = known_copies(log, copies.get(log.origin, ()))
        known_by, end, file = max(stated, key=lambda each: each[1].size)
        await held.logs.retire(log.origin, file, now)
        facts: dict[str, Fact] = {
            "change": "retired",
            "log": log.origin,
            "count": end.size,
            "end": f"sha256:{end.head.hex()}",
        }
        await held.acts.did(Acts.LEDGER_CHANGED, facts=facts)
        return Retired(log.origin, end.size, known_by)
