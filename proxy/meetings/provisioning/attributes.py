"""The attributes of a user that are kept (RFC 7643 §4.1), and how they are read from what a directory sends.

A user is a dictionary by the names below, in their spelling. Names are read in any case. What is not among them, such
as a title, a department or a password, is dropped as it is read: nothing here needs it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from proxy.errors import ClientFault
from proxy.json_source import JsonError, decode_utf8, read_json
from proxy.meetings.directory import LONGEST_EMAIL, email_of
from proxy.settings.lines import is_line

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
MOST_EMAILS = 20
READ_ONLY = frozenset({"id", "meta", "schemas"})

User = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute. With `within` it is complex; `many` of them are a list. `exact`: values differ in case alone."""

    name: str
    description: str
    within: tuple[Attribute, ...] = ()
    many: bool = False
    boolean: bool = False
    exact: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """What a directory says of somebody on file. After `deleted_at` they are none of its users any more."""

    user: User
    created_at: datetime
    modified_at: datetime
    deleted_at: datetime | None = None

    @property
    def is_left(self) -> bool:
        """Whether the directory calls them inactive, or has deleted them: they are not invited any more."""
        return self.deleted_at is not None or self.user.get("active") is False


EXTERNAL_ID = Attribute("externalId", "The directory's own id of the user.", exact=True)
"""An attribute of every resource, which no schema lists (RFC 7643 §3.1)."""
ATTRIBUTES = (
    Attribute("userName", "Unique in the directory. An e-mail address is put on file as one.", required=True),
    Attribute("name", "The parts of the name.", (
        Attribute("formatted", "The whole name."),
        Attribute("familyName", "The family name."),
        Attribute("givenName", "The given name."),
    )),
    Attribute("displayName", "The name on file; if there is none, that of 'name', or else 'userName'."),
    Attribute("nickName", "An alias: another label under which transcripts show this person."),
    Attribute("active", "If it is false, the person is not invited any more.", boolean=True),
    Attribute("emails", "The addresses on file; links go to the primary one, or else the first.", (
        Attribute("value", "The address."),
        Attribute("type", "What it is for, such as 'work'."),
        Attribute("primary", "Whether it is the first one.", boolean=True),
    ), many=True),
)  # fmt: skip
_KNOWN = {each.name.lower(): each for each in (*ATTRIBUTES, EXTERNAL_ID)}


def sent_in(body: bytes, max_depth: int) -> object:
    """What the JSON of a body says, in which each key is there once. Raises `ClientFault` (``invalid_syntax``)."""
    try:
        text = decode_utf8(body)
        read_json(text, max_depth=max_depth)
        found: object = json.loads(text)
    except JsonError as error:
        raise ClientFault("invalid_syntax", error.detail, where="body") from None
    except ValueError:  # A number of more digits than Python reads.
        raise ClientFault("invalid_syntax", "a number that is too long", where="body") from None
    return found


def attribute(name: str) -> Attribute | None:
    """The attribute of this name, in any case; None for one that is not kept."""
    return _KNOWN.get(name.lower())


def part(whole: Attribute, name: str) -> Attribute | None:
    """The attribute of this name within a complex one."""
    return next((each for each in whole.within if each.name.lower() == name.lower()), None)


def user_of(sent: object) -> User:
    """Read a whole user. Raises `ClientFault`."""
    if not isinstance(sent, Mapping):
        raise ClientFault("invalid_syntax", "a user is an object", where="body")
    found: User = {}
    for name, value in sent.items():
        if name.lower() == CORE.lower() and isinstance(value, Mapping):
            found |= user_of(value)
            continue
        known = attribute(_bare(name))
        if known is not None:
            assign(found, known, value)
    check(found)
    return found


def _bare(name: str) -> str:
    return name[len(CORE) + 1 :] if name.lower().startswith(f"{CORE.lower()}:") else name


def check(user: User) -> None:
    """Raise `ClientFault` for a user who is not whole, or says two things at once."""
    if not user.get("userName"):
        raise ClientFault("invalid_value", "this attribute has to be there", where="userName")
    emails = user.get("emails", ())
    if len(emails) > MOST_EMAILS:
        raise ClientFault("invalid_value", f"{MOST_EMAILS} addresses at most", where="emails")
    if sum(each.get("primary") is True for each in emails) > 1:
        raise ClientFault("invalid_value", "one address at most is the primary one", where="emails")


def assign(into: User, known: Attribute, value: object) -> None:
    """Set an attribute to what was sent; a null, and what is empty, takes it away."""
    read = read_value(known, value)
    if read in (None, "", [], {}):
        into.pop(known.name, None)
    else:
        into[known.name] = read


def read_value(known: Attribute, value: object) -> Any:
    """What was sent for an attribute; None for nothing. Raises `ClientFault`, which names the attribute alone."""
    if value is None:
        return None
    if known.many:
        listed = value if isinstance(value, list) else [value]
        return [read for each in listed if (read := read_one(known, each))]
    return read_one(known, value)


def read_one(known: Attribute, value: object) -> Any:
    """What was sent for one value of an attribute; empty for nothing. Raises `ClientFault`."""
    if known.within:
        if not isinstance(value, Mapping):
            raise ClientFault("invalid_value", "this attribute is an object", where=known.name)
        found: User = {}
        for name, inner in value.items():
            within = part(known, name)
            if within is not None:
                assign(found, within, inner)
        return _address(known, found) if known.many else found
    if known.boolean:
        return _boolean(known, value)
    if not isinstance(value, str):
        raise ClientFault("invalid_value", "this attribute is a string", where=known.name)
    text = value.strip()
    if text and not is_line(text):
        detail = "write one line of up to 200 characters, without controls and marks of direction"
        raise ClientFault("invalid_value", detail, where=known.name)
    return text


def _boolean(known: Attribute, value: object) -> bool:
    """A truth value; Entra ID sends the words ``True`` and ``False``."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise ClientFault("invalid_value", "this attribute is true or false", where=known.name)


def _address(known: Attribute, found: User) -> User:
    """One of the addresses. One without a value is none yet: some are sent part by part."""
    value = found.get("value")
    if value is not None and (email_of(value) is None or len(value) > LONGEST_EMAIL):
        raise ClientFault("invalid_value", "write an address as ann@fjord.example", where=known.name)
    return found if value is not None else {}


# --- what it means for the person ------------------------------------------------------------------


def label_of(user: User) -> str:
    """The name of a user, as it goes on file."""
    name = user.get("name", {})
    whole = " ".join(filter(None, (name.get("givenName"), name.get("familyName"))))
    return str(user.get("displayName") or name.get("formatted") or whole or user["userName"])


def addresses_of(user: User) -> tuple[str, ...]:
    """The addresses of a user, the primary one first; a user name that is an address is the last one."""
    emails = sorted(user.get("emails", ()), key=lambda each: each.get("primary") is not True)
    listed = [*(each["value"] for each in emails), *filter(email_of, (user["userName"],))]
    found: dict[str | None, str] = {}
    for each in listed:
        found.setdefault(email_of(each), each)
    return tuple(found.values())


def with_addresses(user: User, on_file: Iterable[str]) -> User:
    """The user with exactly those addresses that are on file: another way may have changed them."""
    left = {email_of(each): each for each in on_file}
    emails = [each for each in user.get("emails", ()) if left.pop(email_of(each["value"]), None) is not None]
    left.pop(email_of(user["userName"]), None)
    emails += [{"value": each} for each in left.values()]
    rest = {name: value for name, value in user.items() if name != "emails"}
    return rest | {"emails": emails} if emails else rest
