"""Which role may use which route of the admin listener, on the router that serves; and what every answer carries."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest
from aiohttp import web
from harness.stores import sqlite_store

from proxy.composition.app import admin_entries
from proxy.edge.admin import health
from proxy.edge.admin.callers import KnownToken, Ways, digest_of
from proxy.edge.admin.sign_in import SignIns
from proxy.edge.http import ingress
from proxy.edge.metrics import Metrics
from proxy.edge.store.store import Store
from proxy.settings import RIGHTS, Right, Role

ANYBODY = "anybody"
EVERY = {"viewer", "auditor", "operator", "admin"}
MAY: dict[tuple[str, str], set[str] | str] = {
    ("GET", "/healthz"): ANYBODY,
    ("GET", "/readyz"): ANYBODY,
    ("GET", "/metrics"): ANYBODY,
    ("POST", "/webhooks/zoom"): ANYBODY,
    ("GET", "/login"): ANYBODY,
    ("GET", "/oidc/callback"): ANYBODY,
    ("POST", "/logout"): ANYBODY,
    ("GET", "/v1/session"): EVERY,
    ("GET", "/v1/meetings"): EVERY,
    ("GET", "/v1/meetings/{id}"): EVERY,
    ("PUT", "/v1/meetings/{id}"): {"operator", "admin"},
    ("GET", "/v1/meetings/{id}/standings"): EVERY,
    ("GET", "/v1/meetings/{id}/report"): {"auditor", "admin"},
    ("POST", "/v1/meetings/{id}/presence"): {"operator", "admin"},
    ("GET", "/v1/coverage"): EVERY,
    ("GET", "/v1/people"): EVERY,
    ("GET", "/v1/people/{id}"): EVERY,
    ("PUT", "/v1/people/{id}"): {"operator", "admin"},
    ("DELETE", "/v1/people/{id}"): {"admin"},
    ("GET", "/v1/people/{id}/report"): {"auditor", "admin"},
    ("GET", "/v1/people/{id}/exchanges"): {"auditor", "admin"},
    ("POST", "/v1/people/{id}/confirm"): {"operator", "admin"},
    ("POST", "/v1/consent-events"): {"operator", "admin"},
    ("GET", "/v1/consent-events"): EVERY,
    ("POST", "/v1/dtmf"): {"operator", "admin"},
    ("POST", "/v1/chat-answers"): {"operator", "admin"},
    ("POST", "/v1/preferences"): {"operator", "admin"},
    ("GET", "/v1/incidents"): EVERY,
    ("GET", "/v1/openapi.json"): EVERY,
    ("*", "/v1/{rest}"): EVERY,
    ("GET", "/scim/v2/Users"): {"directory", "admin"},
    ("POST", "/scim/v2/Users"): {"directory", "admin"},
    ("GET", "/scim/v2/Users/{id}"): {"directory", "admin"},
    ("PUT", "/scim/v2/Users/{id}"): {"directory", "admin"},
    ("PATCH", "/scim/v2/Users/{id}"): {"directory", "admin"},
    ("DELETE", "/scim/v2/Users/{id}"): {"directory", "admin"},
    ("GET", "/scim/v2/ServiceProviderConfig"): {"directory", "admin"},
    ("GET", "/scim/v2/ResourceTypes"): {"directory", "admin"},
    ("GET", "/scim/v2/ResourceTypes/{id}"): {"directory", "admin"},
    ("GET", "/scim/v2/Schemas"): {"directory", "admin"},
    ("GET", "/scim/v2/Schemas/{id}"): {"directory", "admin"},
    ("*", "/scim/v2/{rest}"): {"directory", "admin"},
    ("GET", "/"): ANYBODY,
    ("GET", "/console"): EVERY,
    ("GET", "/console/"): EVERY,
    ("GET", "/console/sign-in"): ANYBODY,
    ("POST", "/console/sign-in"): ANYBODY,
    ("POST", "/console/sign-out"): ANYBODY,
    ("GET", "/console/inbox"): EVERY,
    ("GET", "/console/meetings"): EVERY,
    ("GET", "/console/meetings/{id}"): EVERY,
    ("GET", "/console/meetings/{id}/report"): {"auditor", "admin"},
    ("GET", "/console/exchanges/{id}"): EVERY,
    ("POST", "/console/meetings/{id}"): {"operator", "admin"},
    ("GET", "/console/people"): EVERY,
    ("GET", "/console/people/{id}"): EVERY,
    ("GET", "/console/people/{id}/report"): {"auditor", "admin"},
    ("POST", "/console/people/{id}/forget"): {"admin"},
    ("GET", "/console/playground"): EVERY,
    ("POST", "/console/playground"): EVERY,
    ("GET", "/console/recipients"): EVERY,
    ("GET", "/console/ledger"): EVERY,
}
"""Written out here once more, so that nobody gives a role more by a slip."""
UNANSWERED = (
    "/healthz",
    "/readyz",
    "/",
    "/metrics",
    "/v1/openapi.json",
    "/v1/{rest}",
    "/scim/v2/ServiceProviderConfig",
    "/scim/v2/ResourceTypes",
    "/scim/v2/ResourceTypes/{id}",
    "/scim/v2/Schemas",
    "/scim/v2/Schemas/{id}",
    "/scim/v2/{rest}",
    "/login",
    "/oidc/callback",
    "/logout",
)
"""What is answered by the listener itself."""


class Anything:
    """Stands for what is in force: whatever is asked of it answers 299."""

    def __getattr__(self, _name: str) -> Callable[..., Any]:
        async def serve(_request: web.Request) -> web.Response:
            return web.Response(status=299)

        return serve


class InForce:
    class generation:  # noqa: N801 - as the attribute is called
        api = calls = console = scim = Anything()


@asynccontextmanager
async def listening(app: web.Application) -> AsyncIterator[str]:
    runner = ingress.runner(app, 1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[web.Application]:
    """The admin listener as the proxy has it, with a token of each role that is called as the role is."""
    async with await Store.open(f"sqlite:///{sqlite_store(tmp_path / 'proxy.db')}") as store:
        tokens = [KnownToken(role.value, digest_of(f"token-of-{role.value}"), role) for role in Role]
        signs = SignIns(Ways(tokens), store, lambda: 0.0, lambda: datetime(2026, 3, 2, tzinfo=UTC), 3600)
        yield health.build({}, Metrics(), admin_entries(cast(Any, InForce()), signs, cast(Any, None)), sign_ins=signs)
        await signs.close()


async def answer(base: str, method: str, path: str, role: str | None) -> aiohttp.ClientResponse:
    headers = {} if role is None else {"Authorization": f"Bearer token-of-{role}"}
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, base + path, headers=headers, allow_redirects=False) as reply,
    ):
        await reply.read()
        return reply


def routes(app: web.Application) -> set[tuple[str, str]]:
    found = {(route.method, route.resource.canonical) for route in app.router.routes() if route.resource is not None}
    return {each for each in found if each[0] != "HEAD"}


def test_roles_add_up() -> None:
    assert RIGHTS[Role.VIEWER] < RIGHTS[Role.AUDITOR] < RIGHTS[Role.ADMIN] == set(Right)
    assert RIGHTS[Role.VIEWER] < RIGHTS[Role.OPERATOR] < RIGHTS[Role.ADMIN]


async def test_each_role_may_use_what_it_may_and_nothing_else(app: web.Application) -> None:
    assert routes(app) == set(MAY)
    async with listening(app) as base:
        for (method, path), may in MAY.items():
            at = path.replace("{id}", "x").replace("{rest}", "x")
            for verb in {"GET": ("GET", "HEAD"), "*": ("PATCH", "HEAD")}.get(method, (method,)):
                for role in (*Role, None):
                    status = (await answer(base, verb, at, role)).status
                    expected = may == ANYBODY or (role is not None and role in may)
                    allowed = 299 if path not in UNANSWERED and not path.startswith("/console") else status
                    # A page sends whoever is not known to sign in.
                    unknown = 303 if path.startswith("/console") and verb in ("GET", "HEAD") else 401
                    assert status == (allowed if expected else unknown if role is None else 403), (verb, path, role)
                    assert status not in ((401, 403) if expected and role is not None else ()), (verb, path, role)
                    assert status < 500 or path == "/readyz" or path.startswith("/console")


async def test_a_route_that_is_no_entry_is_refused_to_everybody(app: web.Application) -> None:
    served: list[str] = []

    async def serve(request: web.Request) -> web.Response:
        served.append(request.path)
        return web.Response()

    app.router.add_get("/forgotten", serve)
    async with listening(app) as base:
        assert [(await answer(base, "GET", "/forgotten", role)).status for role in ("admin", None)] == [500, 500]
    assert served == []


@pytest.mark.parametrize("path", ["/healthz", "/v1/meetings", "/nowhere", "/v1/nowhere"])
@pytest.mark.parametrize("role", ["viewer", None])
async def test_no_answer_is_kept_or_names_a_program(app: web.Application, path: str, role: str | None) -> None:
    async with listening(app) as base:
        reply = await answer(base, "GET", path, role)
    assert "Server" not in reply.headers
    assert (reply.headers["Cache-Control"], reply.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")


async def test_nor_does_what_answers_bytes_that_are_no_request(app: web.Application) -> None:
    async with listening(app) as base:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(base.rsplit(":", 1)[1]))
        writer.write(b"GET / HTTP/9.9\r\nbroken\r\n\r\n")
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        writer.close()
    assert b"cache-control: no-store" in head
    assert b"server" not in head
