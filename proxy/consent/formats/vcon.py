"""Consent in vCon, the container format for conversations: reads and writes the ``lawful_basis`` attachment.

Source: draft-howe-vcon-lawful-basis-00. A body grants, and its content hash has to match. Our own files lose nothing:
each attachment carries the whole record in its ``metadata``, which must agree with the rest of the attachment.

Reading also takes the older ``consent`` attachment (draft-howe-vcon-consent-00). That draft contradicts itself: entries
have ``status`` in one section and ``consent`` or ``value`` in another. All three are read, and an entry with two of
them that differ is refused.

The importer says what a vCon leaves open: which participant a party is, the scope and the recipient.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from proxy.consent.receipts import dumps, facts_of, instant_of, instant_text, invalid, loads, record_of
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.model import Roster, address_form, is_purpose

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
                purpose=_purpose_here(said.get("purpose"), f"{spot}.purpose"),
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


def _ours_of(attachment: Mapping[str, Any], name: str) -> object | None:
    """The record that our own export put into the metadata."""
    metadata = body_of(attachment, "attachment").get("metadata")
    return metadata.get(name) if isinstance(metadata, dict) else None


def _purpose_here(name: object, where: str) -> str:
    """Return our purpose for a name used elsewhere; a name without one becomes the operator's own ``x-…``."""
    if not isinstance(name, str) or not name:
        raise invalid(where, "give a text")
    known = _PURPOSES.get(name, name)
    own = known if is_purpose(known) else "x-" + known.replace(" ", "-").lower()
    if not is_purpose(own):
        raise invalid(where, "it cannot be written as one of your own purposes 'x-…'")
    return own


def _purpose_there(purpose: str) -> str:
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


PARTICIPANT = "mpp_participant"
"""Our extension of a party: the participant's id."""

Finder = Callable[[int, Mapping[str, Any]], str | None]
"""Returns the participant's id for a party's index and object; None: nobody, or nobody for certain."""


@dataclass(frozen=True, slots=True)
class Place:
    """What the importer adds to a vCon: the scope, the recipient, and the terms where the file names none."""

    scope: Scope
    scope_id: str
    recipient: str
    terms_version: str | None = None


def on_roster(roster: Roster, told: Mapping[int, str]) -> Finder:
    """Find parties by what the importer told, by our own id, by e-mail or by exact name; never by similarity.

    Everything a party says about its identity has to fit one person. So a party with an address that nobody on the
    roster has is nobody, whatever name it gives, unless it carries our id of a person without an address on file.
    """

    def find(index: int, party: Mapping[str, Any]) -> str | None:
        if index in told:
            return told[index]
        own, mail = party.get(PARTICIPANT), address_form(str(party.get("mailto") or "").removeprefix("mailto:"))
        named = [person for key in ("name", "tel") if party.get(key) and (person := roster.resolve(str(party[key])))]
        meant = {person.id for person in named}
        if isinstance(own, str) and own:
            meant.add(own)
            known = roster.by_id(own)
            if mail and (known is None or known.emails):
                meant |= _with_address(roster, mail) or {""}
        elif mail:
            meant |= _with_address(roster, mail) or {""}
        return meant.pop() or None if len(meant) == 1 else None

    return find


def _with_address(roster: Roster, mail: str) -> set[str]:
    return {person.id for person in roster.participants if mail in map(address_form, person.emails)}


def _party_of(attachment: Mapping[str, Any], parties: list[Any], find: Finder, where: str) -> str:
    """Return the participant that an attachment refers to; raises `ClientFault` if that is nobody for certain."""
    index = attachment.get("party")
    if not isinstance(index, int) or isinstance(index, bool) or index < 0:
        raise invalid(f"{where}.party", "a party is named by its index")
    if parties and index >= len(parties):
        raise invalid(f"{where}.party", "the vCon has no such party")
    party = parties[index] if parties else {}
    whose = find(index, party) if isinstance(party, dict) else None
    if whose is None:
        raise invalid(f"{where}.party", "nobody on the roster is this party for certain; say who with --party INDEX=ID")
    return whose


CONSENT = "consent"
_STATES: dict[object, ConsentState] = {
    "granted": ConsentState.GRANTED,
    "given": ConsentState.GRANTED,
    True: ConsentState.GRANTED,
    "denied": ConsentState.DENIED,
    "refused": ConsentState.DENIED,
    False: ConsentState.DENIED,
    "withdrawn": ConsentState.WITHDRAWN,
    "revoked": ConsentState.WITHDRAWN,
    "pending": ConsentState.PENDING,
}


class VconStatement(NamedTuple):
    """An entry, whose it is, and its place in which file."""

    whose: str
    evidence: str
    entry: Entry


def _consent_entries(attachment: Mapping[str, Any], where: str) -> list[Entry]:
    """Return what an older attachment says; raises `ClientFault` naming the field."""
    inner = attachment.get("body")
    body: Mapping[str, Any] = inner if isinstance(inner, dict) else attachment
    listed = body.get("consents")
    if not isinstance(listed, list) or not listed:
        raise invalid(f"{where}.consents", "give a list of at least one")
    until = instant(body, "expiration", where) if body.get("expiration") is not None else None
    method, affirmative = proof(body.get("proof"), "type")
    found = []
    for index, said in enumerate(listed):
        spot = f"{where}.consents[{index}]"
        if not isinstance(said, dict):
            raise invalid(spot, "an entry is an object")
        state = _state(said, spot)
        if state is ConsentState.GRANTED and said.get("conditions"):
            raise invalid(f"{spot}.conditions", "a yes under conditions cannot be kept: nobody here could check them")
        at = instant(said, "timestamp", spot)
        purpose = _purpose_here(said.get("purpose"), f"{spot}.purpose")
        found.append(Entry(purpose, state, at, until, None, method, affirmative))
    return found


def records(said: Sequence[VconStatement], place: Place) -> list[ConsentRecord]:
    """Return all entries of a file as records.

    Of several entries of one person for one purpose the most restrictive wins: all get the time of the newest, and of
    equally new records the more restrictive holds.
    """
    newest: dict[tuple[str, str], datetime] = {}
    for each in said:
        about = (each.whose, each.entry.purpose)
        newest[about] = max(newest.get(about, each.entry.at), each.entry.at)
    return [
        ConsentRecord(
            id=_id(each, place),
            participant=each.whose,
            scope=place.scope,
            scope_id=place.scope_id,
            purpose=entry.purpose,
            recipient=place.recipient,
            terms_version=place.terms_version or entry.terms or "",
            state=entry.state,
            valid_from=entry.at,
            valid_until=entry.until if entry.state is ConsentState.GRANTED else None,
            method=entry.method,
            affirmative=entry.affirmative,
            actor=each.whose,
            recorded_at=newest[each.whose, entry.purpose],
            evidence_ref=each.evidence,
        )
        for each in said
        for entry in (each.entry,)
    ]


def _id(each: VconStatement, place: Place) -> str:
    """The same entry always gets the same id, so a file can be read twice."""
    entry = each.entry
    about = [each.whose, place.scope, place.scope_id, place.recipient, entry.purpose, entry.state]
    said = [*about, entry.at.isoformat(), each.evidence]
    return "vcon-" + hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


def _state(said: Mapping[str, Any], spot: str) -> ConsentState:
    told = [said[name] for name in ("status", "consent", "value") if name in said]
    known = [_STATES[each] for each in told if isinstance(each, str | bool) and each in _STATES]
    if not told or len(known) < len(told) or len(set(known)) > 1:
        raise invalid(f"{spot}.status", "give one of: granted, denied, revoked, pending")
    return known[0]


EXTENSIONS = (BASIS, "meeting-privacy-proxy")
_PROOFS = {"verbal": "verbal_confirmation", "written": "signed_document"}
"""Ways of granting, as types of proof. All others are on file here, which is an external system to the reader."""


def write(records: Sequence[ConsentRecord], uuid: str, created_at: datetime) -> str:
    """Write a vCon without dialog: one party for each person, with an id only, and one attachment for each record."""
    people = list(dict.fromkeys(record.participant for record in records))
    return dumps(
        {
            "uuid": uuid,
            "created_at": instant_text(created_at),
            "extensions": list(EXTENSIONS),
            "parties": [{PARTICIPANT: person} for person in people],
            "dialog": [],
            "attachments": [_attachment(record, people.index(record.participant)) for record in records],
        }
    )


def read(text: str, place: Place, find: Finder, *, trust_content: bool = False) -> list[ConsentRecord]:
    """Read the records of a vCon, of one attachment, or of a list of attachments.

    `place` gives what a vCon lacks: the scope and the recipient. `find` returns the participant of a party. Raises
    `ClientFault` naming the attachment and the field, also where a content hash does not match, unless `trust_content`.
    """
    document = loads(text)
    attachments, parties, source = _parts(document)
    own: list[ConsentRecord] = []
    others: list[VconStatement] = []
    for index, attachment in enumerate(attachments):
        where = f"attachments[{index}]"
        if not isinstance(attachment, dict):
            raise invalid(where, "an attachment is an object")
        kind = attachment.get("purpose") or attachment.get("type")
        if kind not in (BASIS, CONSENT):
            continue
        _check_dialog(attachment, document, where)
        whose = _party_of(attachment, parties, find, where)
        evidence = f"vcon:{source}#{where}"
        consented = kind == CONSENT
        said = _consent_entries(attachment, where) if consented else entries(attachment, where, trust_content)
        record = _own_record(attachment, said, whose, where) if kind == BASIS else None
        if record is not None:
            own.append(record)
        else:
            others += [VconStatement(whose, evidence, entry) for entry in said]
    if not own and not others:
        raise invalid("attachments", "there is no attachment 'lawful_basis' or 'consent'")
    return own + records(others, place)


def _attachment(record: ConsentRecord, party: int) -> dict[str, object]:
    given = record.state is ConsentState.GRANTED
    proof = {
        "proof_type": _PROOFS.get(record.method, "external_system"),
        "timestamp": instant_text(record.recorded_at),
        "proof_data": {"record": record.id, "method": record.method},
    }
    body: dict[str, Any] = {
        "lawful_basis": record.lawful_basis,
        "expiration": None if record.valid_until is None else instant_text(record.valid_until),
        "purpose_grants": [
            {
                "purpose": _purpose_there(record.purpose),
                "granted": given,
                "granted_at": instant_text(record.valid_from),
            }
        ],
        "terms_of_service": record.terms_version,
        "proof_mechanisms": [proof],
        "metadata": {EXTENSIONS[1]: facts_of(record)},
    }
    body["content_hash"] = {"algorithm": "sha-256", "canonicalization": "jcs", "value": content_hash(body)}
    return {
        "purpose": BASIS,
        "start": instant_text(record.valid_from),
        "party": party,
        "encoding": "json",
        "body": body,
    }


def _own_record(attachment: dict[str, Any], said: Sequence[Entry], whose: str, where: str) -> ConsentRecord | None:
    """The record that our own export left in the metadata, if any."""
    ours = _ours_of(attachment, EXTENSIONS[1])
    if ours is None:
        return None
    record = record_of(ours, f"{where}.body.metadata")
    if len(said) != 1 or not _agrees(record, said[0], whose):
        raise invalid(f"{where}.body.metadata", "the record does not say what the attachment says")
    return record


def _agrees(record: ConsentRecord, entry: Entry, whose: str) -> bool:
    return (
        record.participant == whose
        and record.purpose == entry.purpose
        and (record.state is ConsentState.GRANTED) == (entry.state is ConsentState.GRANTED)
        and record.valid_from == entry.at
        and record.valid_until == entry.until
    )


def _parts(document: Any) -> tuple[list[Any], list[Any], str]:
    """Return the attachments, the parties, and the id of the vCon."""
    if isinstance(document, list):
        return document, [], "unnamed"
    if not isinstance(document, dict):
        raise invalid("file", "a vCon is a JSON object")
    if "attachments" not in document:
        return [document], [], "unnamed"
    attachments, parties = document["attachments"], document.get("parties", [])
    if not isinstance(attachments, list) or not isinstance(parties, list):
        raise invalid("attachments", "attachments and parties are lists")
    uuid = document.get("uuid")
    if "created_at" in document:
        instant_of(str(document["created_at"]), "created_at")
    return attachments, parties, uuid if isinstance(uuid, str) and len(uuid) <= 64 else "unnamed"


def _check_dialog(attachment: dict[str, Any], document: Any, where: str) -> None:
    """Check that dialog indices exist, as the draft requires. They locate the conversation and have no other effect."""
    dialog = attachment.get("dialog")
    named = dialog if isinstance(dialog, list) else [] if dialog is None else [dialog]
    held = document.get("dialog", []) if isinstance(document, dict) and "attachments" in document else None
    for index in named:
        if not isinstance(index, int) or isinstance(index, bool) or index < 0:
            raise invalid(f"{where}.dialog", "a dialog is named by its index")
        if held is not None and (not isinstance(held, list) or index >= len(held)):
            raise invalid(f"{where}.dialog", "the vCon has no such dialog")
