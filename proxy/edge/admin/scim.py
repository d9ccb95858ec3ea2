"""SCIM 2.0 on the admin listener (RFC 7643, RFC 7644): a directory of the organization puts its users on file.

Bodies are JSON of ``application/scim+json``; faults are errors of SCIM. What a user is, and what becomes of one, is in
`desk.provisioning`; what is published of that, in `scim_documents`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from proxy.desk import provisioning
from proxy.desk.provisioning import Provisioned
from proxy.edge.admin import scim_documents as documents
from proxy.edge.admin.gate import Entry
from proxy.edge.admin.http import CALLER, Serve, body_of
from proxy.edge.admin.scim_documents import ROOT
from proxy.edge.store.store import Store
from proxy.errors import ClientFault, Fault
from proxy.meetings.provisioning.attributes import CORE, sent_in, user_of
from proxy.settings import Right, Settings

MOST_BYTES = 64 << 10
COUNT = 100
"""How many users are on a page that does not say how many."""
_JSON = "application/scim+json"
_TAKEN = (_JSON, "application/json")
_SCIM_TYPES = {
    "invalid_filter": "invalidFilter", "invalid_path": "invalidPath", "no_target": "noTarget",
    "mutability": "mutability", "uniqueness": "uniqueness", "invalid_value": "invalidValue",
    "invalid_syntax": "invalidSyntax",
}  # fmt: skip
"""The kinds of error of RFC 7644 §3.12, by reason."""


class ScimApi:
    """Serves users from the store."""

    def __init__(
        self, settings: Settings, store: Store, now: Callable[[], datetime], new_id: Callable[[], str]
    ) -> None:
        self._settings, self._store, self._now, self._new_id = settings, store, now, new_id

    def _files(self, request: web.Request) -> Store:
        return self._store.acting(request[CALLER].operator)

    async def users(self, request: web.Request) -> web.Response:
        """``GET /Users``."""
        query = request.query
        start, count = _number(query, "startIndex", 1), _number(query, "count", COUNT)
        found = await provisioning.listed(self._store, query.get("filter") or None, start, count)
        listed = documents.listing([_shown(each, request) for each in found.users], found.total, found.start)
        return _answer(listed)

    async def user(self, request: web.Request) -> web.Response:
        """``GET /Users/{id}``."""
        return _answer(_shown(await provisioning.shown(self._store, request.match_info["id"]), request))

    async def create(self, request: web.Request) -> web.Response:
        """``POST /Users``."""
        user = user_of(await self._body(request))
        made = await provisioning.create(
            self._files(request), user, self._settings.people, self._new_id, now=self._now()
        )
        answer = _answer(_shown(made, request), 201)
        answer.headers["Location"] = _place(made.id, request)
        return answer

    async def replace(self, request: web.Request) -> web.Response:
        """``PUT /Users/{id}``."""
        user = user_of(await self._body(request))
        done = await provisioning.change(self._files(request), request.match_info["id"], now=self._now(), user=user)
        return _answer(_shown(done, request))

    async def patch(self, request: web.Request) -> web.Response:
        """``PATCH /Users/{id}``."""
        sent = await self._body(request)
        done = await provisioning.change(self._files(request), request.match_info["id"], now=self._now(), patch=sent)
        return _answer(_shown(done, request))

    async def delete(self, request: web.Request) -> web.Response:
        """``DELETE /Users/{id}``."""
        await provisioning.delete(self._files(request), request.match_info["id"], now=self._now())
        return web.Response(status=204)

    async def _body(self, request: web.Request) -> object:
        """Read a body, which is JSON with each key once. Raises `ClientFault`."""
        if request.content_type not in _TAKEN:
            raise ClientFault("unsupported_content_type", f"send {_JSON}", status=415, where="content-type")
        body = await body_of(request, self._settings.limits, MOST_BYTES)
        return sent_in(body, self._settings.limits.json_depth)


def entries(in_force: Callable[[], ScimApi]) -> list[Entry]:
    """Return the routes, each served by what is in force when it is called."""

    def served(name: str) -> Serve:
        async def serve(request: web.Request) -> web.StreamResponse:
            response: web.StreamResponse = await getattr(in_force(), name)(request)
            return response

        return serve

    def entry(method: str, path: str, serve: Serve) -> Entry:
        return Entry(method, f"{ROOT}{path}", serve, Right.PROVISION, failing=_failed)

    return [
        *(entry(each.method, each.path, served(each.serve)) for each in documents.OPERATIONS),
        *(entry("GET", path, _published(path)) for path in documents.PUBLISHED),
        entry("*", "/{rest:.*}", _unknown),
    ]


def _published(path: str) -> Serve:
    async def serve(request: web.Request) -> web.StreamResponse:
        return _answer(documents.published(path, request.match_info.get("id"), _base(request)))

    return serve


async def _unknown(request: web.Request) -> web.StreamResponse:
    """Answer what has no route: a method that a path does not take, and paths that are not."""
    path = "/" + request.match_info["rest"]
    if path.endswith("/.search") or path == "/Bulk":
        raise ClientFault("not_offered", "see /ServiceProviderConfig", status=501)
    if documents.is_known(path):
        raise ClientFault("unknown_method", "this path does not take this method", status=405)
    raise ClientFault(
        "unknown_path", "there are /Users, /ServiceProviderConfig, /ResourceTypes and /Schemas", status=404
    )


def _failed(_request: web.Request, fault: Fault) -> web.Response:
    """Return a fault as an error of SCIM (RFC 7644 §3.12), which repeats nothing that was sent."""
    where = f"{fault.where}: " if fault.where else ""
    told: dict[str, Any] = {"schemas": [documents.ERROR], "status": str(fault.status)}
    if fault.reason in _SCIM_TYPES:
        told["scimType"] = _SCIM_TYPES[fault.reason]
    answer = _answer(told | {"detail": f"{where}{fault.detail} ({fault.reason})"}, fault.status)
    if fault.status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    answer.headers.update(fault.headers)
    return answer


def _answer(document: Mapping[str, Any], status: int = 200) -> web.Response:
    return web.Response(body=json.dumps(document, ensure_ascii=False).encode(), status=status, content_type=_JSON)


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    written = query.get(name, str(default))
    if not (written.lstrip("-").isascii() and written.lstrip("-").isdigit() and len(written) <= 9):
        raise ClientFault("invalid_value", "a number", where=name)
    return int(written)


def _base(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}{ROOT}"


def _place(person: str, request: web.Request) -> str:
    return f"{_base(request)}/Users/{person}"


def _shown(each: Provisioned, request: web.Request) -> dict[str, Any]:
    """A user as it is answered: all of it, or what ``attributes`` and ``excludedAttributes`` leave."""
    meta = {"resourceType": "User", "location": _place(each.id, request)}
    if each.created_at is not None and each.modified_at is not None:
        meta |= {"created": _instant(each.created_at), "lastModified": _instant(each.modified_at)}
    whole = {"schemas": [CORE], "id": each.id, **each.user, "meta": meta}
    wanted, unwanted = (_names(request, name) for name in ("attributes", "excludedAttributes"))
    return documents.projected(whole, wanted, unwanted)


def _names(request: web.Request, parameter: str) -> list[str]:
    return [each.strip() for each in request.query.get(parameter, "").split(",") if each.strip()]


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
