"""The admin API's OpenAPI document, generated from its paths and models."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import orjson
from pydantic.json_schema import models_json_schema

from proxy import __version__
from proxy.edge.admin.api import PATHS, Path
from proxy.edge.admin.models import Error
from proxy.edge.admin.scim_documents import OPERATIONS, ROOT, Operation
from proxy.edge.admin.sign_in import SESSION_COOKIE
from proxy.settings import Right, roles_with

_REF = "#/components/schemas/{model}"


def document() -> dict[str, Any]:
    """Build the document; the same version gives the same document."""
    taken = [(path.takes, "validation") for path in PATHS if path.takes is not None]
    answered = [(path.answers, "serialization") for path in PATHS] + [(Error, "serialization")]
    names, schemas = models_json_schema([*taken, *answered], by_alias=True, ref_template=_REF)  # type: ignore[list-item]
    paths: dict[str, dict[str, Any]] = {}
    for path in PATHS:
        paths.setdefault(path.path, {})[path.method.lower()] = _operation(path, names)
    for each in OPERATIONS:
        paths.setdefault(f"{ROOT}{each.path}", {})[each.method.lower()] = _scim(each)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Meeting privacy proxy: admin API",
            "version": __version__,
            "description": "Meetings, people, consent and presence, on the admin listener. Errors name a code, a "
            "message and a field, and repeat nothing that was sent. Whoever calls needs one of the roles in x-roles.",
        },
        "security": [{"token": []}, {"session": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": SESSION_COOKIE,
                    "description": "A sign-in at /login. Changes need X-CSRF-Token, which GET /v1/session has.",
                },
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token of admin.token, admin.tokens or admin.tokens_file",
                },
            },
            "schemas": schemas["$defs"],
        },
    }


@cache
def packed() -> bytes:
    """Return the document as it is served. Built when it is first asked for."""
    return orjson.dumps(document())


def _operation(path: Path, names: Any) -> dict[str, Any]:
    failed = names[Error, "serialization"]
    operation: dict[str, Any] = {
        "operationId": path.serve,
        "summary": path.summary,
        "x-roles": [role.value for role in roles_with(path.needs)],
        "responses": {
            str(path.status): {"description": "Done.", "content": _json(names[path.answers, "serialization"])},
            "default": {"description": "Nothing was changed.", "content": _json(failed)},
        },
    }
    parameters = [_parameter("id", "path", needed=True)] if "{id}" in path.path else []
    parameters += [_parameter(name, "query", needed=needed) for name, needed in path.query]
    if parameters:
        operation["parameters"] = parameters
    if path.takes is not None:
        operation["requestBody"] = {"required": True, "content": _json(names[path.takes, "validation"])}
    return operation


def _scim(each: Operation) -> dict[str, Any]:
    """An operation on a directory's users. Their schema is published at ``/scim/v2/Schemas``."""
    body = {"application/scim+json": {"schema": {"type": "object"}}}
    done: dict[str, Any] = {"description": "Done."}
    operation: dict[str, Any] = {
        "operationId": f"scim_{each.serve}",
        "summary": each.summary,
        "x-roles": [role.value for role in roles_with(Right.PROVISION)],
        "responses": {
            str(each.status): done if each.status == 204 else {**done, "content": body},
            "default": {"description": "Nothing was changed: an error of RFC 7644 §3.12.", "content": body},
        },
    }
    if "{id}" in each.path:
        operation["parameters"] = [_parameter("id", "path", needed=True)]
    elif each.method == "GET":
        names = ("filter", "startIndex", "count", "attributes", "excludedAttributes")
        operation["parameters"] = [_parameter(name, "query", needed=False) for name in names]
    if each.method in ("POST", "PUT", "PATCH"):
        operation["requestBody"] = {"required": True, "content": body}
    return operation


def _parameter(name: str, place: str, *, needed: bool) -> dict[str, Any]:
    return {"name": name, "in": place, "required": needed, "schema": {"type": "string"}}


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


if __name__ == "__main__":
    print(json.dumps(document(), indent=2, ensure_ascii=False))
