"""What is published of SCIM here (RFC 7643 §5 to §7): the operations, the schema of a user, and what is not offered."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from proxy.desk.provisioning import MOST_LISTED
from proxy.errors import ClientFault
from proxy.meetings.provisioning.attributes import ATTRIBUTES, CORE, Attribute

ROOT = "/scim/v2"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
_LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
_CONFIG = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
_TYPE = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema"
_ALWAYS = ("schemas", "id")


class Operation(NamedTuple):
    """One operation on users. `serve` is a method of `ScimApi`."""

    method: str
    path: str
    serve: str
    summary: str
    status: int = 200


OPERATIONS = (
    Operation("GET", "/Users", "users", "Users of the directory; filter, startIndex, count."),
    Operation("POST", "/Users", "create", "Put a user on file.", 201),
    Operation("GET", "/Users/{id}", "user", "One user."),
    Operation("PUT", "/Users/{id}", "replace", "Put a user in place of the one with this id."),
    Operation("PATCH", "/Users/{id}", "patch", "Change a user."),
    Operation("DELETE", "/Users/{id}", "delete", "Note that the directory has a user no more: not invited, and "
              "otherwise on file as before.", 204),
)  # fmt: skip
PUBLISHED = (
    "/ServiceProviderConfig", "/ResourceTypes", "/ResourceTypes/{id}", "/Schemas", "/Schemas/{id}",
)  # fmt: skip


def is_known(path: str) -> bool:
    """Whether there is such a path, whatever the method."""
    parts = path.strip("/").split("/")
    return f"/{parts[0]}" in {*PUBLISHED, "/Users"} and len(parts) <= 2


def listing(resources: Sequence[Mapping[str, Any]], total: int, start: int = 1) -> dict[str, Any]:
    """A page of resources (RFC 7644 §3.4.2)."""
    return {
        "schemas": [_LIST],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": len(resources),
        "Resources": list(resources),
    }


def published(path: str, named: str | None, base: str) -> dict[str, Any]:
    """The document of a path, or the one named there. Raises `ClientFault` if there is none of this name."""
    if path == "/ServiceProviderConfig":
        return _config(base)
    found = [_resource_type(base)] if path.startswith("/ResourceTypes") else [_user_schema(base)]
    if named is None:
        return listing(found, len(found))
    for each in found:
        if each["id"] == named:
            return each
    raise ClientFault("unknown_path", "nothing is published under this name", status=404)


def _config(base: str) -> dict[str, Any]:
    no = {"supported": False}
    return {
        "schemas": [_CONFIG],
        "patch": {"supported": True},
        "bulk": {**no, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": MOST_LISTED},
        "changePassword": no,
        "sort": no,
        # Users have no version: whoever writes last counts, as with any other way to change people.
        "etag": no,
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "Bearer token",
                "description": "A token with the role directory, by 'meeting-proxy token add'.",
                "primary": True,
            }
        ],
        "meta": {"resourceType": "ServiceProviderConfig", "location": f"{base}/ServiceProviderConfig"},
    }


def _resource_type(base: str) -> dict[str, Any]:
    return {
        "schemas": [_TYPE],
        "id": "User",
        "name": "User",
        "endpoint": "/Users",
        "description": "People on file",
        "schema": CORE,
        "schemaExtensions": [],
        "meta": {"resourceType": "ResourceType", "location": f"{base}/ResourceTypes/User"},
    }


def _user_schema(base: str) -> dict[str, Any]:
    return {
        "schemas": [_SCHEMA],
        "id": CORE,
        "name": "User",
        "description": "A person, as a directory has them. Attributes that are not listed are not kept.",
        "attributes": [_described(each) for each in ATTRIBUTES],
        "meta": {"resourceType": "Schema", "location": f"{base}/Schemas/{CORE}"},
    }


def _described(each: Attribute) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": each.name,
        "type": "complex" if each.within else "boolean" if each.boolean else "string",
        "multiValued": each.many,
        "description": each.description,
        "required": each.required,
        "mutability": "readWrite",
        "returned": "default",
    }
    if each.within:
        return told | {"subAttributes": [_described(one) for one in each.within]}
    return told if each.boolean else told | {"caseExact": False, "uniqueness": "server" if each.required else "none"}


def projected(whole: Mapping[str, Any], wanted: Collection[str], unwanted: Collection[str]) -> dict[str, Any]:
    """What is left of a resource by the names of attributes that are wanted, or not (RFC 7644 §3.9)."""
    keeps, drops = ([_bare(each) for each in names] for names in (wanted, unwanted))
    found: dict[str, Any] = {}
    for name, value in whole.items():
        here = name.lower()
        if name in _ALWAYS or not (keeps or drops) or here in keeps:
            found[name] = value
        elif keeps:
            inner = _parts(value, {each.partition(".")[2] for each in keeps if each.startswith(f"{here}.")}, keep=True)
            found |= {name: inner} if inner else {}
        elif here not in drops:
            found[name] = _parts(
                value, {each.partition(".")[2] for each in drops if each.startswith(f"{here}.")}, keep=False
            )
    return found


def _bare(name: str) -> str:
    bare = name[len(CORE) + 1 :] if name.lower().startswith(f"{CORE.lower()}:") else name
    return bare.lower()


def _parts(value: Any, names: set[str], *, keep: bool) -> Any:
    if isinstance(value, list):
        return [inner for each in value if (inner := _parts(each, names, keep=keep))]
    if isinstance(value, Mapping):
        return {name: inner for name, inner in value.items() if (name.lower() in names) is keep}
    return None if keep else value
