"""What operators did, as events of the ledger: consent and files changed, people reported on, sign-ins, settings.

The shapes are those of OCSF 1.9: Entity Management (3004), Authentication (3002) and, for settings, Application
Lifecycle (6002). An act never fails to become an event: a value that does not fit its gate is shown as a keyed digest,
so that an operator's own text cannot get in.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from proxy.audit.checks import MAX_COUNT
from proxy.audit.ocsf import Event, Stamp, header
from proxy.audit.pseudonyms import UNAVAILABLE, Pseudonyms

SCHEMA = "acts.v1"


class Acts(StrEnum):
    """The event codes of acts."""

    CONSENT_RECORDED = "consent.recorded"
    CONSENT_WITHDRAWN = "consent.withdrawn"
    CONSENT_INVITED = "consent.invited"
    CONSENT_EXPORTED = "consent.exported"
    MEETING_CHANGED = "meeting.changed"
    PERSON_CHANGED = "person.changed"
    PERSON_REPORTED = "person.reported"
    PERSON_FORGOTTEN = "person.forgotten"
    TERMS_ADDED = "terms.added"
    TERMS_ACCEPTED = "terms.accepted"
    ACCESS_CHANGED = "access.changed"
    SIGNED_IN = "operator.signed_in"
    REFUSED = "operator.refused"
    SETTINGS_CHANGED = "settings.changed"
    LEDGER_CHANGED = "ledger.changed"


class OperatorKind(StrEnum):
    """How an operator is known."""

    ACCOUNT = "os"
    """The account of the operating system that ran a command."""
    TOKEN = "token"  # noqa: S105 - the word for it
    """The configured name of a token of the admin API."""
    SSO = "sso"
    """The subject that an identity provider vouches for."""
    HEADER = "header"
    """The user whom a trusted proxy in front of the admin listener names."""
    SERVICE = "service"
    """A program: a meeting service that calls, or the proxy itself."""
    PERSON = "person"
    """A participant, by the store's id: what they said on their own page."""
    PSEUDONYM = "pseudonym"
    """A participant who has been forgotten since, by the pseudonym made before."""
    NOBODY = "unknown"
    """Somebody who could not say who they are."""


@dataclass(frozen=True, slots=True)
class Operator:
    """Who did something. `login` is the user who changed to this account with sudo, as sudo tells."""

    kind: OperatorKind
    name: str
    login: str | None = None


PROXY = Operator(OperatorKind.SERVICE, "proxy")
"""What the proxy does of itself."""
NOBODY = Operator(OperatorKind.NOBODY, "unknown")

Fact = str | int | bool


@dataclass(frozen=True, slots=True)
class Act:
    """Something that an operator did, as it waits for the ledger.

    `people` are the store's ids of whom it concerned, and `shown` those who have been forgotten since, as pseudonyms.
    `uid` is the event's id: two records with the same one are the same act.
    """

    uid: str
    at: datetime
    code: str
    operator: Operator
    people: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    meeting: str | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def participants(self) -> frozenset[str]:
        """The ids of everybody whom the event shows by pseudonym."""
        own = (self.operator.name,) if self.operator.kind is OperatorKind.PERSON else ()
        return frozenset((*self.people, *own))

    def without(self, person: str, pseudonym: str) -> Act:
        """The act with this person's id replaced by a pseudonym."""
        held = person in self.people
        operator = self.operator
        if operator.kind is OperatorKind.PERSON and operator.name == person:
            operator = Operator(OperatorKind.PSEUDONYM, pseudonym)
        people = tuple(each for each in self.people if each != person)
        return replace(self, people=people, operator=operator, shown=(*self.shown, *((pseudonym,) if held else ())))


def act_event(stamp: Stamp, act: Act, names: Pseudonyms, digest_key: bytes, logged: datetime) -> Event:
    """The event of an act. `logged` is when the ledger takes it, which may be later than when it happened."""
    shape = _SHAPES.get(act.code, _OTHER)
    code = act.code if _CODE.fullmatch(act.code) else "act.other"
    event = header(stamp, code, shape.class_uid, shape.activity, shape.caption)
    event["metadata"]["logged_time"] = int(logged.timestamp() * 1000)
    event |= (
        {"status_id": 2, "status": "failure"} if act.code == Acts.REFUSED else {"status_id": 1, "status": "success"}
    )
    user = _user(act.operator, names, digest_key)
    event["actor"] = {"user": user}
    ledger: Event = {"schema": SCHEMA, "operator_kind": act.operator.kind.value}
    if act.operator.login is not None:
        ledger["login"] = _or_digest(_ACCOUNT, act.operator.login, digest_key)
    facts = {name: gate(act.facts[name], digest_key) for name, gate in _FACTS.items() if name in act.facts}
    peer = facts.pop("peer", None)
    if peer is not None:
        event["src_endpoint"] = {"uid": peer}
    if shape.class_uid == 3002:
        event |= {"user": user, "service": {"name": "admin-api"}}
    elif shape.class_uid == 6002:
        event["app"] = event["metadata"]["product"]
    people = sorted({*(_pseudonym(names.of(each)) for each in act.people), *map(_pseudonym, act.shown)})
    if people:
        ledger["people"] = people
    if act.meeting is not None:
        ledger["meeting"] = names.meeting or UNAVAILABLE["mtg"]
    if shape.class_uid == 3004:
        event["entity"] = {"type": shape.entity, "name": shape.entity, **_entity_uid(shape.entity, ledger)}
    event["unmapped"] = {"ledger": ledger | facts}
    return event


def is_act(event: Event) -> bool:
    """Whether an event tells of an act of an operator."""
    return bool(event.get("unmapped", {}).get("ledger", {}).get("schema") == SCHEMA)


def answering(event: Event) -> tuple[str, ...]:
    """The pseudonyms of those of whom an event says that an answer was put on file; nobody's for any other event."""
    answered = event["metadata"]["event_code"] in (Acts.CONSENT_RECORDED, Acts.CONSENT_WITHDRAWN)
    return tuple(event["unmapped"]["ledger"].get("people", ())) if answered else ()


def operators_of(event: Event) -> tuple[str, ...]:
    """The names of who did what an event tells of: the account, token or service, and the login before sudo."""
    if not is_act(event):
        return ()
    user = event["actor"]["user"]
    found = (user.get("name"), user.get("uid"), event["unmapped"]["ledger"].get("login"))
    return tuple(str(each) for each in found if each is not None)


# --- gates ---------------------------------------------------------------------------------------

_CODE = re.compile(r"[a-z_]{1,32}\.[a-z_]{1,32}")
_ACCOUNT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,62}")
SUBJECT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._@+|:/\\-]{0,253}")
"""How people are called by an identity provider or a proxy in front: accounts, e-mail addresses, subjects."""
_WORD = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}|\*")
_VERSION = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|v?[0-9]{1,4}([.-][0-9]{1,4}){0,3}")
_SHA256 = re.compile(r"sha256:[0-9a-f]{64}")
_PSEUDONYM = re.compile(r"ptc:[a-z0-9]{1,16}:[0-9a-f]{32}")
_LOG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}/[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_NEVER = re.compile(r"(?!)")
_TYPES = {
    OperatorKind.ACCOUNT: 1, OperatorKind.SSO: 1, OperatorKind.HEADER: 1, OperatorKind.PERSON: 1,
    OperatorKind.PSEUDONYM: 1, OperatorKind.TOKEN: 4, OperatorKind.SERVICE: 4,
}  # fmt: skip
"""OCSF's user.type_id: 1 a user, 4 a service."""
_BY_OTHERS = (OperatorKind.SSO, OperatorKind.HEADER)
"""Whose names others give."""


def _or_digest(pattern: re.Pattern[str], value: object, digest_key: bytes) -> str:
    """The value if it fits, else its digest under the ledger's key, which tells it from others and nothing more."""
    if isinstance(value, str) and pattern.fullmatch(value):
        return value
    return f"dig:{hmac.digest(digest_key, repr(value).encode('utf-8', 'replace'), 'sha256')[:16].hex()}"


def _text(pattern: re.Pattern[str]) -> Callable[[object, bytes], Fact]:
    return lambda value, digest_key: _or_digest(pattern, value, digest_key)


def _number(value: object, _: bytes) -> Fact:
    return min(max(int(value), 0), MAX_COUNT) if isinstance(value, int) else 0


_FACTS: dict[str, Callable[[object, bytes], Fact]] = {
    "state": _text(_WORD), "scope": _text(_WORD), "change": _text(_WORD), "way": _text(_WORD), "format": _text(_WORD),
    "purpose": _text(_WORD), "recipient": _text(_NAME), "version": _text(_VERSION), "text": _text(_SHA256),
    "old": _text(_SHA256), "new": _text(_SHA256), "peer": _text(_NEVER), "count": _number,
    "log": _text(_LOG), "end": _text(_SHA256), "holder": _text(_NAME), "role": _text(_WORD),
}  # fmt: skip
"""What may be told of an act. Any other fact is left out."""


def _pseudonym(shown: str) -> str:
    return shown if _PSEUDONYM.fullmatch(shown) else UNAVAILABLE["ptc"]


def _entity_uid(entity: str, ledger: Event) -> Event:
    """The one person or meeting that was acted upon, if it is one."""
    if entity == "meeting" and "meeting" in ledger:
        return {"uid": ledger["meeting"]}
    if entity == "person" and len(ledger.get("people", ())) == 1:
        return {"uid": ledger["people"][0]}
    return {}


def _user(operator: Operator, names: Pseudonyms, digest_key: bytes) -> Event:
    type_id = _TYPES.get(operator.kind, 0)
    if operator.kind is OperatorKind.PERSON:
        return {"uid": _pseudonym(names.of(operator.name)), "type_id": type_id}
    if operator.kind is OperatorKind.PSEUDONYM:
        return {"uid": _pseudonym(operator.name), "type_id": type_id}
    named = SUBJECT if operator.kind in _BY_OTHERS else _ACCOUNT
    return {"name": _or_digest(named, operator.name, digest_key), "type_id": type_id}


@dataclass(frozen=True, slots=True)
class _Shape:
    """OCSF class, activity and its caption, and the type of what was acted upon."""

    class_uid: int
    activity: int
    caption: str
    entity: str = ""


def _shapes() -> Iterator[tuple[str, _Shape]]:
    managed = {
        Acts.CONSENT_RECORDED: (1, "consent"), Acts.CONSENT_WITHDRAWN: (3, "consent"),
        Acts.CONSENT_INVITED: (1, "invitation"), Acts.CONSENT_EXPORTED: (2, "consent"),
        Acts.MEETING_CHANGED: (3, "meeting"), Acts.PERSON_CHANGED: (3, "person"), Acts.PERSON_REPORTED: (2, "person"),
        Acts.PERSON_FORGOTTEN: (4, "person"), Acts.TERMS_ADDED: (1, "terms"), Acts.TERMS_ACCEPTED: (3, "terms"),
        Acts.ACCESS_CHANGED: (3, "access"),
    }  # fmt: skip
    captions = {1: "Create", 2: "Read", 3: "Update", 4: "Delete"}
    for code, (activity, entity) in managed.items():
        yield code, _Shape(3004, activity, captions[activity], entity)
    yield Acts.SIGNED_IN, _Shape(3002, 1, "Logon")
    yield Acts.REFUSED, _Shape(3002, 1, "Logon")
    yield Acts.SETTINGS_CHANGED, _Shape(6002, 99, "Changed")
    yield Acts.LEDGER_CHANGED, _Shape(6002, 99, "Changed")


_SHAPES: Mapping[str, _Shape] = dict(_shapes())
_OTHER = _Shape(3004, 99, "Other", "other")
"""For a code that a newer version put on file."""


def facts_within(facts: Mapping[str, Any], purposes: frozenset[str], recipients: frozenset[str]) -> dict[str, Fact]:
    """Facts whose purpose or recipient the operator wrote, if it is none of these, as ``other``."""
    found = dict(facts)
    for name, known in (("purpose", purposes), ("recipient", recipients | {"*"})):
        if name in found and found[name] not in known:
            found[name] = "other"
    return found
