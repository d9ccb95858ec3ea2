"""Tells who calls the admin API, and notes the first call of each from a peer, and what was refused.

Sign-ins and refusals are acts, which go on file in the store as those of commands do. Anybody can cause refusals, so
the first is put on file at once, and those that follow are counted, and their number once a minute.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NoReturn

from aiohttp import web
from aiohttp.hdrs import AUTHORIZATION

from proxy.audit.acts import NOBODY, Acts, Operator
from proxy.edge import telemetry
from proxy.edge.admin.callers import Caller, holder_of
from proxy.edge.admin.csrf import CsrfTokens
from proxy.edge.admin.oidc.sessions import Sessions
from proxy.edge.admin.token_sessions import TokenSessions
from proxy.edge.admin.trusted_header import HeaderNotTrusted, named_in
from proxy.edge.admin.ways import Ways
from proxy.edge.rate import Rate
from proxy.edge.store.store import Store
from proxy.errors import ClientFault, Fault
from proxy.settings import Right, roles_with

SIGN_IN_SECONDS = 3600.0
"""How long the use of a token from one peer counts as the same session."""
COUNT_SECONDS = 60.0
RETRY_SECONDS = 60
WRONG_A_MINUTE = 20
"""Wrong tokens of one peer that are looked at. Beyond these its tokens are not, right or wrong."""
OVERREACHING_A_MINUTE = 1
"""Refusals for want of a role that are put on file of each caller."""
SESSION_COOKIE = "__Host-admin-session"
UNTRUSTED_A_MINUTE = 60
"""Lines of the log about headers that no one may send."""
MAX_SESSIONS = 10_000
"""The most sessions that are remembered; the oldest is forgotten first."""

log = telemetry.logger()


class SignIns:
    """Tells callers of the admin API by their tokens."""

    def __init__(
        self,
        ways: Ways,
        store: Store,
        monotonic: Callable[[], float],
        now: Callable[[], datetime],
        count_seconds: float = COUNT_SECONDS,
    ):
        self.know(ways)
        self._store, self._monotonic, self.now, self._count_seconds = store, monotonic, now, count_seconds
        self._sessions: OrderedDict[tuple[str, str, str], float] = OrderedDict()
        self._refused = 0
        self._wrong = Rate(WRONG_A_MINUTE)
        self._overreaching, self._untrusted = Rate(OVERREACHING_A_MINUTE), Rate(UNTRUSTED_A_MINUTE)
        self._csrf, self.sessions, self.token_sessions = CsrfTokens(), Sessions(), TokenSessions()
        self._counting: asyncio.Task[None] | None = None

    def know(self, ways: Ways) -> None:
        """Know callers in these ways, and in no others."""
        self.ways = ways

    async def caller_of(self, request: web.Request) -> Caller:
        """Return who calls. Raises `ClientFault` for whoever does not show it."""
        if not self.ways:
            raise ClientFault("admin_disabled", "nobody has access; see docs/operations.md#access", status=404)
        peer = peer_of(request)
        caller = await self._named_in_header(request, peer) or self._of_session(request)
        if caller is None:
            caller = await self._holder_of_token(request, peer)
        await self._note_session(caller.operator, peer)
        return caller

    def check_own(self, request: web.Request, caller: Caller, field: str | None = None) -> None:
        """Raise `ClientFault` if a page of somebody else may have had the caller's browser send this.

        `field` is what a form has against that, where a page without scripts sends no header.
        """
        if caller.session is not None:
            self._csrf.check(request, caller.session, field)

    async def begin_with_token(self, request: web.Request, token: str) -> str:
        """Begin the session of a browser whose user showed a token, and return its id. Raises `ClientFault`."""
        caller = await self._known_holder(
            peer_of(request), lambda: holder_of(self.ways.tokens, token, self.now()), True
        )
        await self._note_session(caller.operator, peer_of(request), anew=True)
        return self.token_sessions.begin(token, self.now())

    def csrf_token(self, caller: Caller) -> str | None:
        """The token that changes of a caller need; None if they need none."""
        return None if caller.session is None else self._csrf.of(caller.session)

    async def note_sign_in(self, request: web.Request, shown: str) -> None:
        """Put on file that somebody signed in, who has the session that `shown` is the id of."""
        if self.ways.oidc is not None and (caller := self.sessions.caller(shown, self.ways.oidc.settings, self.now())):
            await self._note_session(caller.operator, peer_of(request), anew=True)

    async def note_refusal(self, request: web.Request) -> None:
        """Put on file that somebody could not sign in, or count it."""
        await self._note_refusal(peer_of(request))

    def sign_out(self, request: web.Request, field: str | None = None) -> None:
        """End the session of a request, if it has one. Raises `ClientFault` if another page has sent it."""
        if (caller := self._of_session(request)) is not None and caller.session is not None:
            self._csrf.check(request, caller.session, field)
            self.sessions.end(request.cookies[SESSION_COOKIE])
            self.token_sessions.end(request.cookies[SESSION_COOKIE])

    def _of_session(self, request: web.Request) -> Caller | None:
        """Whose session a request shows; None beside a token, which says by itself who calls."""
        shown = request.cookies.get(SESSION_COOKIE)
        if shown is None or AUTHORIZATION in request.headers:
            return None
        signed_in = None if self.ways.oidc is None else self.sessions.caller(shown, self.ways.oidc.settings, self.now())
        return signed_in or self.token_sessions.caller(shown, self.ways.tokens, self.now())

    async def _named_in_header(self, request: web.Request, peer: str) -> Caller | None:
        if self.ways.header is None:
            return None
        try:
            return named_in(self.ways.header, request, peer)
        except ClientFault as fault:
            if isinstance(fault, HeaderNotTrusted) and self._untrusted.allows("", self._monotonic()):
                log.warning("header_not_trusted", host=peer)
            await self._note_refusal(peer)
            raise

    async def _holder_of_token(self, request: web.Request, peer: str) -> Caller:
        return await self._known_holder(peer, lambda: self._holder(request), AUTHORIZATION in request.headers)

    async def _known_holder(self, peer: str, holder: Callable[[], Caller | None], tried: bool) -> Caller:
        """Return who holds the token that a peer shows. Raises `ClientFault`, and slows a peer that `tried` many."""
        if self._wrong.used_up(peer, self._monotonic()):
            await self._note_refusal(peer)
            detail = "too many wrong tokens came from this address; try again in a minute"
            raise ClientFault("admin_slowed", detail, status=429, retry_after=RETRY_SECONDS)
        try:
            caller = holder()
        except ClientFault:
            await self._note_refusal(peer)
            raise
        if caller is None:
            if tried:
                self._wrong.allows(peer, self._monotonic())
            await self._note_refusal(peer)
            or_sign_in = "" if self.ways.oidc is None else ", or sign in with a browser at /login"
            detail = f"present the admin token as 'Authorization: Bearer'{or_sign_in}"
            raise ClientFault("admin_unauthorized", detail, status=401)
        return caller

    async def refuse_role(self, request: web.Request, caller: Caller, needed: Right) -> NoReturn:
        """Refuse a caller who is known but may not, and note it, at most once a minute for each."""
        operator = caller.operator
        if self._overreaching.allows(f"{operator.kind} {operator.name}", self._monotonic()):
            await self._note(1, {"peer": peer_of(request)}, operator)
        none = "none: give one of their groups a role (admin.*.roles)"
        has = ", ".join(sorted(caller.roles)) or none
        detail = f"this takes the role {' or '.join(roles_with(needed))}; {operator.name} has: {has}"
        raise ClientFault("role_not_allowed", detail, status=403)

    async def close(self) -> None:
        """Put on file how many refusals were counted since the last time."""
        if self._counting is not None:
            self._counting.cancel()
            await asyncio.gather(self._counting, return_exceptions=True)
        await self._note_count()

    def _holder(self, request: web.Request) -> Caller | None:
        shown = request.headers.getall(AUTHORIZATION, [])
        scheme, _, given = shown[0].partition(" ") if len(shown) == 1 else ("", "", "")
        return holder_of(self.ways.tokens, given.strip() if scheme.lower() == "bearer" else "", self.now())

    async def _note_session(self, operator: Operator, peer: str, *, anew: bool = False) -> None:
        now, session = self._monotonic(), (operator.kind.value, operator.name, peer)
        since = self._sessions.get(session)
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

    async def _note_refusal(self, peer: str) -> None:
        if self._counting is not None and not self._counting.done():
            self._refused += 1
            return
        self._counting = asyncio.get_running_loop().create_task(self._count())
        await self._note(1, {"peer": peer})

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


def peer_of(request: web.Request) -> str:
    """The address from which a request came."""
    return request.remote or "unknown"
