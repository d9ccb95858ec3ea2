"""The one way into the admin listener: who calls, whether their role may, and what every answer carries.

Each route is an `Entry`, which says what right it needs. A route that is none is refused, whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aiohttp import hdrs, web

from proxy.edge.admin import forms
from proxy.edge.admin.csrf import check_own_page
from proxy.edge.admin.forms import FORM
from proxy.edge.admin.http import CALLER, CSRF_TOKEN, Serve, answered
from proxy.edge.admin.sign_in import SignIns
from proxy.errors import ClientFault, Fault, OwnFault
from proxy.settings import Right

OPEN = None
"""Instead of a right: for everybody who reaches the listener, or who has a secret of the route's own."""


Failing = Callable[[web.Request, Fault], web.StreamResponse]
"""Answers a request that a fault ended."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A route: what serves it, and the right that its callers need. A GET is a HEAD as well.

    `form`: its body is a form, which is read before it is served, since it has the token of its session. `failing`
    answers faults; by default JSON does.
    """

    method: str
    path: str
    serve: Serve
    needs: Right | None
    form: bool = False
    failing: Failing | None = None


class Gate:
    """Lets requests pass to the routes of its entries."""

    def __init__(self, entries: Sequence[Entry], sign_ins: SignIns | None):
        self.application = web.Application(middlewares=[self._checked])
        self.application.on_response_prepare.append(_bare)
        self._sign_ins = sign_ins
        self._entries: dict[web.AbstractRoute, Entry] = {}
        for entry in entries:
            added = self.application.add_routes(_routes(entry))
            self._entries |= dict.fromkeys(added, entry)

    def entry_of(self, route: web.AbstractRoute) -> Entry | None:
        """The entry of one of the router's routes."""
        return self._entries.get(route)

    @web.middleware
    async def _checked(self, request: web.Request, handler: Serve) -> web.StreamResponse:
        async def passed(request: web.Request) -> web.StreamResponse:
            await self._admit(request)
            return await handler(request)

        entry = self.entry_of(request.match_info.route)
        return await answered(passed, entry.failing if entry is not None else None)(request)

    async def _admit(self, request: web.Request) -> None:
        """Note who calls. Raises `ClientFault` for whoever may not."""
        route = request.match_info.route
        if route.resource is None:
            return  # There is no such path or method, which the router says.
        entry = self.entry_of(route)
        if entry is None:
            raise OwnFault("internal_error", "a route without an entry, which nobody may use", status=500)
        if entry.needs is OPEN:
            await _form_field(request, entry)
            return
        if self._sign_ins is None:
            raise ClientFault("admin_disabled", "this listener has no admin API", status=404)
        caller = await self._sign_ins.caller_of(request)
        if entry.needs not in caller.rights:
            await self._sign_ins.refuse_role(request, caller, entry.needs)
        request[CALLER] = caller
        await self._sign_ins.check_own(request, caller, await _form_field(request, entry))
        if (token := self._sign_ins.csrf_token(caller)) is not None:
            request[CSRF_TOKEN] = token


async def _form_field(request: web.Request, entry: Entry) -> str | None:
    """Read the form of a request, if its entry takes one, and return its field against others' pages."""
    if not entry.form:
        return None
    if entry.needs is OPEN:
        check_own_page(request)
    request[FORM] = await forms.read(request, forms.MOST_OF_STRANGERS if entry.needs is OPEN else forms.MOST)
    return request[FORM].get(forms.CSRF_FIELD, "")


def _routes(entry: Entry) -> list[web.RouteDef]:
    if entry.method == hdrs.METH_GET:
        return [web.get(entry.path, entry.serve, allow_head=False), web.head(entry.path, entry.serve)]
    return [web.route(entry.method, entry.path, entry.serve)]


async def _bare(_request: web.Request, response: web.StreamResponse) -> None:
    """Keep no answer anywhere, and name no program and no version."""
    response.headers[hdrs.CACHE_CONTROL] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.popall(hdrs.SERVER, None)
