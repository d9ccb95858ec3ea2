"""What goes on file of those who call the admin API: that they signed in, and that somebody was refused.

Both are acts, which go on file in the store as those of commands do. Anybody can cause refusals, so the first is put on
file at once, and those that follow are counted, and their number once a minute.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping

from proxy.audit.acts import NOBODY, Acts, Operator
from proxy.edge import telemetry
from proxy.edge.rate import Rate
from proxy.edge.store.store import Store
from proxy.errors import Fault

SIGN_IN_SECONDS = 3600.0
"""How long the calls of one caller from one peer count as the same session."""
COUNT_SECONDS = 60.0
ANEW_A_MINUTE = 10
"""Sign-ins that are put on file of each caller from one peer. Those beyond belong to the session before."""
BY_NAME_A_MINUTE = 1
"""Refusals that are put on file of each caller who is known."""
MAX_SESSIONS = 10_000
"""The most sessions that are remembered; the oldest is forgotten first."""

log = telemetry.logger()


class CallerNotes:
    """Puts sign-ins and refusals on file."""

    def __init__(self, store: Store, monotonic: Callable[[], float], count_seconds: float = COUNT_SECONDS):
        self._store, self._monotonic, self._count_seconds = store, monotonic, count_seconds
        self._sessions: OrderedDict[tuple[str, str, str], float] = OrderedDict()
        self._refused = 0
        self._anew, self._by_name = Rate(ANEW_A_MINUTE), Rate(BY_NAME_A_MINUTE)
        self._counting: asyncio.Task[None] | None = None

    async def called(self, operator: Operator, peer: str, *, anew: bool = False) -> None:
        """Put on file that somebody signed in, if this begins a session; `anew`: it does."""
        now, session = self._monotonic(), (operator.kind.value, operator.name, peer)
        since = self._sessions.get(session)
        anew = anew and self._anew.allows(" ".join(session), now)
        if since is not None and now - since < SIGN_IN_SECONDS and not anew:
            return
        self._sessions[session] = now
        self._sessions.move_to_end(session)
        if len(self._sessions) > MAX_SESSIONS:
            self._sessions.popitem(last=False)
        try:
            await self._store.acting(operator).acts.did(Acts.SIGNED_IN, facts={"peer": peer})
        except BaseException:
            self._sessions.pop(session, None)
            raise

    async def refused(self, peer: str) -> None:
        """Put on file that somebody was refused who did not show who they are, or count it."""
        if self._counting is not None and not self._counting.done():
            self._refused += 1
            return
        self._counting = asyncio.get_running_loop().create_task(self._count())
        await self._note(1, {"peer": peer})

    async def refused_by_name(self, operator: Operator, peer: str) -> None:
        """Put on file that somebody who is known was refused, at most once a minute."""
        if self._by_name.allows(f"{operator.kind} {operator.name}", self._monotonic()):
            await self._note(1, {"peer": peer}, operator)

    async def close(self) -> None:
        """Put on file how many refusals were counted since the last time."""
        if self._counting is not None:
            self._counting.cancel()
            await asyncio.gather(self._counting, return_exceptions=True)
        await self._note_count()

    async def _count(self) -> None:
        """Put the number on file once a minute, until there was none."""
        while True:
            await asyncio.sleep(self._count_seconds)
            if not self._refused:
                return
            await self._note_count()

    async def _note_count(self) -> None:
        number, self._refused = self._refused, 0
        if number:
            await self._note(number, {})

    async def _note(self, number: int, facts: Mapping[str, str], operator: Operator = NOBODY) -> None:
        try:
            await self._store.acting(operator).acts.did(Acts.REFUSED, facts={"count": number, **facts})
        except Fault as fault:
            # The caller is refused all the same, and the number is put on file with the next.
            self._refused += number
            log.warning("refusal_not_written", reason=fault.reason)
