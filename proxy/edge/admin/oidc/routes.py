"""The paths by which a browser signs in and out, and the cookies that it gets."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web

from proxy.edge.admin.gate import OPEN, Entry
from proxy.edge.admin.oidc.login import CALLBACK, HOME, LOGIN_SECONDS, Logins
from proxy.edge.admin.oidc.provider import Provider
from proxy.edge.admin.sign_in import SESSION_COOKIE, SignIns
from proxy.errors import ClientFault, Fault

LOGIN_COOKIE = "__Host-admin-login"
"""As `SESSION_COOKIE`, until somebody has signed in."""


class BrowserSignIn:
    """Signs browsers in and out."""

    def __init__(self, sign_ins: SignIns):
        self._sign_ins, self._logins = sign_ins, Logins()

    def entries(self) -> list[Entry]:
        """The routes, which are for everybody: who comes is not known yet, or no more."""
        return [
            Entry("GET", "/login", self.login, OPEN),
            Entry("GET", CALLBACK, self.callback, OPEN),
            Entry("POST", "/logout", self.logout, OPEN),
        ]

    async def login(self, request: web.Request) -> web.Response:
        """Send the browser to the identity provider."""
        provider, query = self._provider(), _once(request)
        begun = await self._logins.begin(provider, query.get("next", HOME), self._sign_ins.now())
        response = _to(begun.address)
        _set(response, LOGIN_COOKIE, begun.cookie, LOGIN_SECONDS)
        return response

    async def callback(self, request: web.Request) -> web.Response:
        """Take the browser back, and give it a session."""
        provider = self._provider()
        try:
            cookie, now = request.cookies.get(LOGIN_COOKIE, ""), self._sign_ins.now()
            session, goal = await self._logins.end(provider, cookie, _once(request), now)
        except Fault:
            await self._sign_ins.notes.refused(self._sign_ins.peer_of(request))
            raise
        shown = await self._sign_ins.sign_in(request, session)
        response = _to(urlsplit(provider.settings.base_url).path.rstrip("/") + goal)
        _set(response, SESSION_COOKIE, shown, int(provider.settings.session_hours * 3600))
        _set(response, LOGIN_COOKIE, "", 0)
        return response

    async def logout(self, request: web.Request) -> web.Response:
        """End the session of the browser here; at the identity provider it goes on."""
        self._sign_ins.sign_out(request)
        response = web.Response(status=204)
        _set(response, SESSION_COOKIE, "", 0)
        return response

    def _provider(self) -> Provider:
        provider = self._sign_ins.ways.oidc
        if provider is None:
            raise ClientFault("admin_disabled", "set admin.oidc to sign in with a browser", status=404)
        return provider


def _once(request: web.Request) -> dict[str, str]:
    """The query's parameters. A provider may add some that are not known here; none may come twice."""
    names = [name for name, _ in request.query.items()]
    if len(set(names)) < len(names):
        raise ClientFault("invalid_query", "parameters, each once", where="query")
    return dict(request.query)


def _to(address: str) -> web.Response:
    return web.Response(status=303, headers={"location": address})


def _set(response: web.Response, name: str, value: str, seconds: int) -> None:
    # Lax: the browser comes back from the provider's pages by a link, with which Strict cookies are not sent.
    response.set_cookie(name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="Lax")
