"""The body of a ``lawful_basis`` attachment: what it grants, and whether its content hash matches."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from proxy.consent.receipts import instant_of, invalid, loads
from proxy.consent.records import ConsentState
from proxy.model import is_purpose

BASIS = "lawful_basis"
_PURPOSES = {"sentiment_analysis": "sentiment", "ai_training": "model_training", "training": "model_training"}
"""Names that purposes have elsewhere."""
_THERE = {"sentiment": "sentiment_analysis"}
_INTERVAL = re.compile(r"(\d{1,5})([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_METHODS = {
    "verbal_confirmation": "verbal",
    "signed_document": "written",
    "cryptographic_signature": "written",
    "external_system": "admin_import",
}
UNPROVED = "unspecified"


@dataclass(frozen=True, slots=True)
class Entry:
    """One purpose of an attachment: granted or refused from `at` until `until`, under which terms, and how.

    `affirmative` is whether there is any proof that the person acted.
    """

    purpose: str
    state: ConsentState
    at: datetime
    until: datetime | None
    terms: str | None
    method: str
    affirmative: bool


def entries(attachment: Mapping[str, Any], where: str, trust_content: bool) -> list[Entry]:
    """Return what an attachment says; raises `ClientFault` where that is unclear."""
    body = body_of(attachment, where)
    where = f"{where}.body"
    _check_hash(body, where, trust_content)
    listed = body.get("purpose_grants")
    if not isinstance(listed, list) or not listed:
        raise invalid(f"{where}.purpose_grants", "give a list of at least one")
    until = instant(body, "expiration", where) if body.get("expiration") is not None else None
    method, affirmative = proof(body.get("proof_mechanisms"), "proof_type")
    terms = body.get("terms_of_service")
    found = []
    for index, said in enumerate(listed):
        spot = f"{where}.purpose_grants[{index}]"
        if not isinstance(said, dict) or not isinstance(said.get("granted"), bool):
            raise invalid(f"{spot}.granted", "give true or false")
        at = instant(said, "granted_at", spot)
        if said["granted"]:
            _check_yes(body, said, where, spot)
        found.append(
            Entry(
                purpose=purpose_here(said.get("purpose"), f"{spot}.purpose"),
                state=ConsentState.GRANTED if said["granted"] else ConsentState.DENIED,
                at=at,
                until=_ended(body, until, at, where),
                terms=terms if isinstance(terms, str) and terms else None,
                method=method,
                affirmative=affirmative,
            )
        )
    return found


def body_of(attachment: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The body, as an object."""
    body = attachment.get("body")
    if isinstance(body, str):
        body = loads(body)
    if not isinstance(body, dict):
        raise invalid(f"{where}.body", "the body is a JSON object")
    return body


def ours_of(attachment: Mapping[str, Any], name: str) -> object | None:
    """The record that our own export put into the metadata."""
    metadata = body_of(attachment, "attachment").get("metadata")
    return metadata.get(name) if isinstance(metadata, dict) else None


def purpose_here(name: object, where: str) -> str:
    """Return our purpose for a name used elsewhere; a name without one becomes the operator's own ``x-…``."""
    if not isinstance(name, str) or not name:
        raise invalid(where, "give a text")
    known = _PURPOSES.get(name, name)
    own = known if is_purpose(known) else "x-" + known.replace(" ", "-").lower()
    if not is_purpose(own):
        raise invalid(where, "it cannot be written as one of your own purposes 'x-…'")
    return own


def purpose_there(purpose: str) -> str:
    """The name by which others know our purpose."""
    return _THERE.get(purpose, purpose)


def proof(listed: object, name: str) -> tuple[str, bool]:
    """Return the method of the first proof, and whether there is any proof."""
    proofs = [p for p in listed if isinstance(p, dict)] if isinstance(listed, list) else []
    if not proofs:
        return UNPROVED, False
    return _METHODS.get(str(proofs[0].get(name)), UNPROVED), True


def instant(facts: Mapping[str, Any], field: str, where: str) -> datetime:
    """The instant in a field."""
    return instant_of(str(facts.get(field)), f"{where}.{field}")


def content_hash(body: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical form (RFC 8785) of a body without its hash, in hex.

    The canonical form sorts keys by UTF-16 code units. Numbers are integers here; others have no exact form and raise
    ValueError.
    """
    stripped = {name: value for name, value in body.items() if name != "content_hash"}
    return hashlib.sha256(_canonical(stripped).encode()).hexdigest()


def _check_yes(body: Mapping[str, Any], said: Mapping[str, Any], where: str, spot: str) -> None:
    if body.get("lawful_basis") != "consent":
        raise invalid(f"{where}.lawful_basis", "only consent can be imported; for another basis set consent.defaults")
    if said.get("conditions"):
        raise invalid(f"{spot}.conditions", "a yes under conditions cannot be kept: nobody here could check them")


def _ended(body: Mapping[str, Any], until: datetime | None, at: datetime, where: str) -> datetime | None:
    """The earlier of the expiration and the end of the interval after which the basis has to be confirmed again."""
    interval = body.get("status_interval")
    if interval is None:
        return until
    match = _INTERVAL.fullmatch(str(interval))
    if match is None:
        raise invalid(f"{where}.status_interval", "write an interval as 30d")
    confirmed = at + timedelta(**{_UNITS[match[2]]: int(match[1])})
    return confirmed if until is None else min(until, confirmed)


def _check_hash(body: Mapping[str, Any], where: str, trust_content: bool) -> None:
    told = body.get("content_hash")
    if told is None or trust_content:
        return
    known = isinstance(told, dict) and (told.get("algorithm"), told.get("canonicalization")) == ("sha-256", "jcs")
    if not known:
        raise invalid(f"{where}.content_hash", "only sha-256 over jcs can be checked; see --trust-content")
    try:
        fits = hmac.compare_digest(str(told.get("value")).lower().encode(), content_hash(body).encode())
    except (ValueError, RecursionError):
        fits = False
    if not fits:
        raise invalid(f"{where}.content_hash", "the body was changed since it was hashed; see --trust-content")


def _canonical(value: Any) -> str:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_canonical(name)}:{_canonical(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_canonical(each) for each in value) + "]"
    if isinstance(value, float) or (isinstance(value, int) and abs(value) > 1 << 53):
        raise ValueError("a number without an exact form")
    return json.dumps(value, ensure_ascii=False)
