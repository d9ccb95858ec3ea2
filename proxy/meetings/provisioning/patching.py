"""How a user is changed by the operations of a PATCH (RFC 7644 §3.5.2), also as Entra ID and Okta write them.

Operations are read in any case (``Replace``). A value without a path may have paths as its keys. A filter that picks no
value makes one that it picks. What is not kept here is passed over, since a directory sends all that it was told to.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from proxy.errors import ClientFault
from proxy.meetings.provisioning.attributes import (
    CORE,
    READ_ONLY,
    Attribute,
    User,
    assign,
    attribute,
    check,
    part,
    read_one,
    read_value,
)
from proxy.meetings.provisioning.paths import Path, is_known, path_of

MESSAGE = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
MOST_OPERATIONS = 100
_OPERATIONS = ("add", "replace", "remove")


def patched(user: User, sent: object) -> User:
    """The user after all operations of a PATCH body, or as they were if one fails. Raises `ClientFault`."""
    found = deepcopy(user)
    for operation in _operations(sent):
        op = operation.get("op")
        if not isinstance(op, str) or op.lower() not in _OPERATIONS:
            raise ClientFault("invalid_syntax", f"op is one of {', '.join(_OPERATIONS)}", where="Operations")
        path = operation.get("path")
        if path is not None and not isinstance(path, str):
            raise ClientFault("invalid_path", "a path is a string", where="path")
        _apply(found, op.lower(), path or None, operation.get("value"))
    check(found)
    return found


def _operations(sent: object) -> list[Mapping[str, Any]]:
    body = {name.lower(): value for name, value in sent.items()} if isinstance(sent, Mapping) else {}
    operations = body.get("operations")
    if not isinstance(operations, list) or not all(isinstance(each, Mapping) for each in operations):
        raise ClientFault("invalid_syntax", "a patch has Operations, a list of objects", where="Operations")
    if not 0 < len(operations) <= MOST_OPERATIONS:
        raise ClientFault("invalid_syntax", f"1 to {MOST_OPERATIONS} operations", where="Operations")
    return [{name.lower(): value for name, value in each.items()} for each in operations]


def _apply(user: User, op: str, written: str | None, value: object) -> None:
    if written is None:
        if op == "remove":
            raise ClientFault("no_target", "name in path what to remove", where="path")
        if not isinstance(value, Mapping):
            raise ClientFault("invalid_syntax", "without a path, a value is an object", where="value")
        for name, inner in value.items():
            if name.lower() == CORE.lower():
                _apply(user, op, None, inner)
            elif name.lower() not in READ_ONLY:
                _apply(user, op, name, inner)
        return
    path = path_of(written)
    if path.name in READ_ONLY and not path.foreign:
        raise ClientFault("mutability", "this attribute cannot be changed", where="path")
    if not is_known(path):
        return
    known = attribute(path.name)
    if known is None:
        return
    if op == "remove":
        _remove(user, known, path, value)
    elif known.many:
        _set_values(user, known, path, value, op)
    else:
        _set(user, known, path, value)


def _set(user: User, known: Attribute, path: Path, value: object) -> None:
    """Set an attribute of one value, or a part of it. The parts of a complex one that are not sent stay."""
    if not known.within:
        assign(user, known, value)
        return
    sent = value if path.sub is None else {path.sub: value}
    if not isinstance(sent, Mapping):
        raise ClientFault("invalid_value", "this attribute is an object", where=known.name)
    parts: User = dict(user.get(known.name, {}))
    for name, inner in sent.items():
        within = part(known, name)
        if within is not None:
            assign(parts, within, inner)
    assign(user, known, parts)


def _set_values(user: User, known: Attribute, path: Path, value: object, op: str) -> None:
    """Set or add values of an attribute that has many, or change those that the path picks."""
    before: list[User] = user.get(known.name, [])
    if not path.picked and path.sub is None:
        sent = read_value(known, value) or []
        kept = [each for each in before if each["value"] not in {one["value"] for one in sent}]
        _keep(user, known, [*_yielding(kept, sent), *sent] if op == "add" else sent)
        return
    change = value if path.sub is None else {path.sub: value}
    if not isinstance(change, Mapping):
        raise ClientFault("invalid_value", "a value of this attribute is an object", where=known.name)
    chosen = [each for each in before if _is_picked(each, path)]
    others = [each for each in before if not _is_picked(each, path)]
    if not chosen:
        chosen = [{each.path.name: each.value for each in path.picked}]
    changed = [read for each in chosen if (read := read_one(known, {**_without(each, change), **change}))]
    _keep(user, known, [*_yielding(others, changed), *changed])


def _without(value: User, change: Mapping[str, object]) -> User:
    names = {name.lower() for name in change}
    return {name: inner for name, inner in value.items() if name.lower() not in names}


def _yielding(others: list[User], new: list[User]) -> list[User]:
    """The others, none of them primary if a new one is."""
    if not any(each.get("primary") for each in new):
        return others
    return [{name: inner for name, inner in each.items() if name != "primary"} for each in others]


def _remove(user: User, known: Attribute, path: Path, value: object) -> None:
    if known.required:
        raise ClientFault("mutability", "this attribute has to be there", where=known.name)
    if known.many:
        listed = {each["value"] for each in read_value(known, value) or []}
        kept = []
        for each in user.get(known.name, []):
            if not _is_picked(each, path) or (listed and each["value"] not in listed):
                kept.append(each)
            elif path.sub is not None and path.sub != "value":
                kept.append({name: inner for name, inner in each.items() if name.lower() != path.sub})
        _keep(user, known, kept)
    elif path.sub is None:
        user.pop(known.name, None)
    else:
        parts = {name: inner for name, inner in user.get(known.name, {}).items() if name.lower() != path.sub}
        assign(user, known, parts)


def _is_picked(value: User, path: Path) -> bool:
    return all(each.fits(value) for each in path.picked)


def _keep(user: User, known: Attribute, values: list[User]) -> None:
    if values:
        user[known.name] = values
    else:
        user.pop(known.name, None)
