"""Tells who calls the admin API: by the header of a proxy in front, by a session of a browser, or by a token.

The header outranks the others, since who is behind it was asked; a token outranks a session, since a browser sends no
token by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NoReturn

from aiohttp import web
from aiohttp.hdrs import AUTHORIZATION

from proxy.audit.acts import Operator, OperatorKind
from proxy.edge import telemetry
from proxy.edge.admin.caller_notes import COUNT_SECONDS, CallerNotes
from proxy.edge.admin.callers import Caller, Ways, holder_of
from proxy.edge.admin.csrf import CsrfTokens
from proxy.edge.admin.oidc.sessions import Session, Sessions
from proxy.edge.admin.token_sessions import TokenSessions
from proxy.edge.admin.trusted_header import HeaderNotTrusted, named_in
from proxy.edge.http.client_address import client_address
from proxy.edge.rate import Rate
from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.settings import Right, roles_with

RETRY_SECONDS = 60
WRONG_A_MINUTE = 20
"""Wrong tokens of one peer that are looked at. Beyond these its tokens are not, right or wrong."""
UNTRUSTED_A_MINUTE = 60
"""Lines of the log about headers from addresses that may not send them."""
SESSION_COOKIE = "__Host-admin-session"
"""Begins as browsers ask of a cookie that no other host may set, and that TLS alone carries (RFC 6265bis)."""

log = telemetry.logger()
_NO_SUCH = (
    "no admin token is this one: 'meeting-proxy token add' prints one, which counts after 'meeting-proxy reload'; "
    "a client's key is none"
)


class SignIns:
    """Tells callers, in the ways that it knows."""

    def __init__(
        self,
        ways: Ways,
        store: Store,
        monotonic: Callable[[], float],
        now: Callable[[], datetime],
        count_seconds: float = COUNT_SECONDS,
    ):
        self.know(ways)
        self.notes = CallerNotes(store, monotonic, count_seconds)
        self._monotonic, self.now = monotonic, now
        self._wrong, self._untrusted = Rate(WRONG_A_MINUTE), Rate(UNTRUSTED_A_MINUTE)
        self._csrf, self._sessions, self._token_sessions = CsrfTokens(), Sessions(), TokenSessions()

    def know(self, ways: Ways) -> None:
        """Know callers in these ways, and in no others."""
        self.ways = ways

    async def caller_of(self, request: web.Request) -> Caller:
        """Return who calls. Raises `ClientFault` for whoever does not show it."""
        if not self.ways:
            raise ClientFault("admin_disabled", "nobody has access; see docs/operations.md#access", status=404)
        peer = self.peer_of(request)
        caller = await self._named_in_header(request, peer) or self._of_session(request)
        if caller is None:
            caller = await self._holder_of_token(request, peer)
        await self.notes.called(caller.operator, peer)
        return caller

    def peer_of(self, request: web.Request) -> str:
        """The address from which a request came, as servers in front tell it."""
        return client_address(request, self.ways.front_proxies)

    async def check_own(self, request: web.Request, caller: Caller, field: str | None = None) -> None:
        """Raise `ClientFault` if a page of somebody else may have had the caller's browser send this.

        `field` is what a form has against that, where a page without scripts sends no header.
        """
        if caller.session is None:
            return
        try:
            self._csrf.check(request, caller.session, field)
        except ClientFault:
            await self.notes.refused_by_name(caller.operator, self.peer_of(request))
            raise

    async def begin_with_token(self, request: web.Request, token: str) -> str:
        """Begin the session of a browser whose user showed a token, and return its id. Raises `ClientFault`."""
        caller = await self._known_holder(
            self.peer_of(request), lambda: holder_of(self.ways.tokens, token, self.now()), _NO_SUCH
        )
        await self.notes.called(caller.operator, self.peer_of(request), anew=True)
        self._token_sessions.end(request.cookies.get(SESSION_COOKIE, ""))
        return self._token_sessions.begin(token, self.now())

    def csrf_token(self, caller: Caller) -> str | None:
        """The token that changes of a caller need; None if they need none."""
        return None if caller.session is None else self._csrf.of(caller.session)

    async def refuse_role(self, request: web.Request, caller: Caller, needed: Right) -> NoReturn:
        """Refuse a caller who is known but may not."""
        await self.notes.refused_by_name(caller.operator, self.peer_of(request))
        none = "none: an administrator can give one of your groups a role (admin.oidc, admin.trusted_header)"
        has = ", ".join(sorted(caller.roles)) or none
        detail = f"this takes the role {' or '.join(roles_with(needed))}; you have {has}"
        raise ClientFault("role_not_allowed", detail, status=403)

    async def sign_in(self, request: web.Request, session: Session) -> str:
        """Begin a session in place of the one that a request shows. Returns its id."""
        await self.notes.called(Operator(OperatorKind.SSO, session.name), self.peer_of(request), anew=True)
        self._sessions.end(request.cookies.get(SESSION_COOKIE, ""))
        return self._sessions.begin(session)

    def sign_out(self, request: web.Request, field: str | None = None) -> None:
        """End the session of a request, if it has one. Raises `ClientFault` if another page has sent it."""
        if (caller := self._of_session(request)) is not None and caller.session is not None:
            self._csrf.check(request, caller.session, field)
            self._sessions.end(request.cookies[SESSION_COOKIE])
            self._token_sessions.end(request.cookies[SESSION_COOKIE])

    async def close(self) -> None:
        """Put on file what was counted."""
        await self.notes.close()

    async def _named_in_header(self, request: web.Request, peer: str) -> Caller | None:
        if self.ways.header is None:
            return None
        try:
            # Who may name callers is told by the connection alone.
            return named_in(self.ways.header, request, request.remote or "unknown")
        except ClientFault as fault:
            if isinstance(fault, HeaderNotTrusted) and self._untrusted.allows("", self._monotonic()):
                log.warning("header_not_trusted", host=peer)
            await self.notes.refused(peer)
            raise

    def _of_session(self, request: web.Request) -> Caller | None:
        """Whose session a request shows; None beside a token, which says by itself who calls."""
        shown = request.cookies.get(SESSION_COOKIE)
        if shown is None or AUTHORIZATION in request.headers:
            return None
        oidc = self.ways.oidc
        signed_in = None if oidc is None else self._sessions.caller(shown, oidc.settings, self.now())
        return signed_in or self._token_sessions.caller(shown, self.ways.tokens, self.now())

    async def _holder_of_token(self, request: web.Request, peer: str) -> Caller:
        or_sign_in = "" if self.ways.oidc is None else ", or sign in with a browser at /login"
        tried = _NO_SUCH if AUTHORIZATION in request.headers else ""
        how = f"present an admin token as 'Authorization: Bearer TOKEN'{or_sign_in}"
        return await self._known_holder(peer, lambda: self._holder(request), tried, how)

    async def _known_holder(self, peer: str, holder: Callable[[], Caller | None], tried: str, how: str = "") -> Caller:
        """Return who holds the token that a peer shows. Raises `ClientFault`, and slows a peer that shows many.

        `tried` says what is wrong with the token, if one was shown, and `how` to show one.
        """
        if self._wrong.used_up(peer, self._monotonic()):
            await self.notes.refused(peer)
            detail = "too many wrong tokens came from this address; try again in a minute"
            raise ClientFault("admin_slowed", detail, status=429, retry_after=RETRY_SECONDS)
        try:
            caller = holder()
        except ClientFault:
            await self.notes.refused(peer)
            raise
        if caller is None:
            if tried:
                self._wrong.allows(peer, self._monotonic())
            await self.notes.refused(peer)
            detail = "; ".join(part for part in (tried, how) if part)
            raise ClientFault("admin_unauthorized", detail, status=401)
        return caller

    def _holder(self, request: web.Request) -> Caller | None:
        shown = request.headers.getall(AUTHORIZATION, [])
        scheme, _, given = shown[0].partition(" ") if len(shown) == 1 else ("", "", "")
        return holder_of(self.ways.tokens, given.strip() if scheme.lower() == "bearer" else "", self.now())
