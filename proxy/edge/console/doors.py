"""How people come into the console and leave it: by a token in a form, or by way of the identity provider."""

from __future__ import annotations

import re

from aiohttp import web

from proxy.edge.admin.forms import CSRF_FIELD, FORM
from proxy.edge.admin.gate import OPEN, Entry
from proxy.edge.admin.sign_in import SESSION_COOKIE, SignIns
from proxy.edge.admin.token_sessions import HOURS
from proxy.edge.console.rendering import ROOT, Pages
from proxy.errors import ClientFault, Fault

_OWN_PATH = re.compile(r"[A-Za-z0-9._~@:=+-]*(?:/[A-Za-z0-9._~@:=+-]+){0,4}")
"""A path below the console to go on to; never an address."""


class ConsoleDoors:
    """Signs browsers in and out, and answers faults of the console's pages."""

    def __init__(self, sign_ins: SignIns, pages: Pages) -> None:
        self._sign_ins, self._pages = sign_ins, pages

    def entries(self) -> list[Entry]:
        """The routes that are for everybody: who comes is not known yet, or no more."""
        return [
            Entry("GET", f"{ROOT}/sign-in", self._ask, OPEN, failing=self.failed),
            Entry("POST", f"{ROOT}/sign-in", self._sign_in, OPEN, form=True, failing=self.failed),
            Entry("POST", f"{ROOT}/sign-out", self._sign_out, OPEN, form=True, failing=self.failed),
        ]

    def failed(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        """Say what went wrong; whoever is not known is sent to sign in."""
        if fault.status == 401 and request.method in ("GET", "HEAD") and request.path != f"{ROOT}/sign-in":
            below = request.path.removeprefix(ROOT).lstrip("/")
            up = "../" * below.count("/") if request.path != ROOT else f".{ROOT}/"
            goal = f"?next={below}" if _OWN_PATH.fullmatch(below) and below else ""
            return web.Response(status=303, headers={"location": f"{up}sign-in{goal}"})
        if request.path == f"{ROOT}/sign-in" and fault.status in (401, 429):
            return self._form(request, _once(request, "next"), problem=fault.detail, status=fault.status)
        return self._pages.page(request, "problem.html", "Not done", status=fault.status, fault=fault)

    async def _ask(self, request: web.Request) -> web.StreamResponse:
        if not self._sign_ins.ways:
            raise ClientFault("admin_disabled", "set admin.token, admin.tokens_file or admin.oidc first", status=404)
        return self._form(request, _once(request, "next"))

    def _form(self, request: web.Request, goal: str, *, problem: str = "", status: int = 200) -> web.StreamResponse:
        ways = self._sign_ins.ways
        return self._pages.page(
            request, "sign_in.html", "Sign in", status=status,
            goal=goal if _OWN_PATH.fullmatch(goal) else "", provider=ways.oidc is not None, tokens=bool(ways.tokens),
            problem=problem,
        )  # fmt: skip

    async def _sign_in(self, request: web.Request) -> web.StreamResponse:
        form = request[FORM]
        shown = await self._sign_ins.begin_with_token(request, form.get("token", "").strip())
        goal = form.get("next", "")
        response = web.Response(status=303, headers={"location": f"./{goal}" if _OWN_PATH.fullmatch(goal) else "./"})
        _set(response, shown, HOURS * 3600)
        return response

    async def _sign_out(self, request: web.Request) -> web.StreamResponse:
        self._sign_ins.sign_out(request, request[FORM].get(CSRF_FIELD, ""))
        response = web.Response(status=303, headers={"location": "sign-in"})
        _set(response, "", 0)
        return response


def _once(request: web.Request, name: str) -> str:
    given = request.query.getall(name, [])
    return given[0] if len(given) == 1 else ""


def _set(response: web.Response, value: str, seconds: int) -> None:
    response.set_cookie(SESSION_COOKIE, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="Lax")
