"""What a directory of users sends by SCIM: users, changes of users, paths and filters."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fuzz.taking import Parser, Take, json_bytes

from proxy.errors import ClientFault
from proxy.meetings.provisioning.attributes import User, addresses_of, label_of, sent_in, user_of, with_addresses
from proxy.meetings.provisioning.patching import patched
from proxy.meetings.provisioning.paths import filter_of, path_of

_USER = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "externalId": "7", "userName": "ann@fjord.example",
    "name": {"formatted": "Ann Lund", "familyName": "Lund", "givenName": "Ann"}, "displayName": "Ann Lund",
    "active": "True", "emails": [{"value": "ann@home.example", "type": "home", "primary": True}], "title": "Chair",
}  # fmt: skip
_OPERATIONS = {
    "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    "Operations": [
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "ann@work.example"},
        {"op": "Add", "value": {"active": "False", "name.givenName": "Anna"}},
        {"op": "remove", "path": 'emails[type eq "home" and primary eq true]'},
    ],
}


def parsers() -> Iterator[Parser]:
    """All of them."""
    yield Parser("scim user", (json_bytes(_USER),), _json(_whole))
    yield Parser("scim patch", (json_bytes(_OPERATIONS),), _json(lambda sent: _whole(patched(user_of(_USER), sent))))
    paths = (
        "active",
        "name.familyName",
        'emails[type eq "work"].value',
        "urn:ietf:params:scim:schemas:core:2.0:User:x",
    )
    yield Parser("scim path", tuple(map(str.encode, paths)), _text(path_of))
    filters = ('userName eq "ann@fjord.example"', 'emails[type eq "work" and value eq "a@b"] and active eq true')
    yield Parser("scim filter", tuple(map(str.encode, filters)), _text(_asked))


def _whole(sent: object) -> None:
    user: User = user_of(sent)
    assert label_of(user)
    assert addresses_of(with_addresses(user, addresses_of(user))) == addresses_of(user)
    assert user_of(user) == user


def _asked(written: str) -> None:
    for each in filter_of(written):
        each.fits(user_of(_USER))


def _json(use: Callable[[object], object]) -> Take:
    def take(raw: bytes) -> bool:
        try:
            use(sent_in(raw, 64))
        except ClientFault:
            return False
        return True

    return take


def _text(use: Callable[[str], object]) -> Take:
    def take(raw: bytes) -> bool:
        try:
            use(raw.decode("utf-8", "replace"))
        except ClientFault:
            return False
        return True

    return take
