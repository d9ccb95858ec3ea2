"""Consent in vCon, the container of conversations: writing and reading the ``lawful_basis`` attachment.

Source: draft-howe-vcon-lawful-basis-00; reading also takes the older attachment of draft-howe-vcon-consent-00 (see
`vcon_consent`). Our own files lose nothing: each attachment has the whole record in its ``metadata``, which has to
agree with what the rest of the attachment says.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from proxy.consent.dpv import facts_of, instant_of, instant_text, invalid, record_of
from proxy.consent.formats import vcon_consent
from proxy.consent.formats.json_text import dumps, loads
from proxy.consent.formats.vcon_body import BASIS, Entry, content_hash, entries, ours_of, purpose_there
from proxy.consent.formats.vcon_parties import PARTICIPANT, Finder, Place, party_of
from proxy.consent.grants import Grant, GrantState

EXTENSIONS = (BASIS, "meeting-privacy-proxy")
_PROOFS = {"verbal": "verbal_confirmation", "written": "signed_document"}
"""Ways of saying yes as types of proof; all others are on file here, which is an external system to the reader."""


def write(records: Sequence[Grant], uuid: str, created_at: datetime) -> str:
    """A vCon without dialog: a party for each person, known by id alone, and an attachment for each record."""
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


def read(text: str, place: Place, find: Finder, *, trust_content: bool = False) -> list[Grant]:
    """The records of a vCon, of one attachment, or of a list of attachments.

    `place` says what a vCon does not: the scope, the recipient. `find` tells whom a party is. Raises `ClientFault`
    naming the attachment and the field; so also where a content hash does not fit, unless `trust_content`.
    """
    document = loads(text)
    attachments, parties, source = _parts(document)
    own: list[Grant] = []
    others: list[vcon_consent.Said] = []
    for index, attachment in enumerate(attachments):
        where = f"attachments[{index}]"
        if not isinstance(attachment, dict):
            raise invalid(where, "an attachment is an object")
        kind = attachment.get("purpose") or attachment.get("type")
        if kind not in (BASIS, vcon_consent.CONSENT):
            continue
        _check_dialog(attachment, document, where)
        whose = party_of(attachment, parties, find, where)
        evidence = f"vcon:{source}#{where}"
        if kind == vcon_consent.CONSENT:
            said = vcon_consent.entries(attachment, where)
        else:
            said = entries(attachment, where, trust_content)
        record = _own_record(attachment, said, whose, where) if kind == BASIS else None
        if record is not None:
            own.append(record)
        else:
            others += [vcon_consent.Said(whose, evidence, entry) for entry in said]
    if not own and not others:
        raise invalid("attachments", "there is no attachment 'lawful_basis' or 'consent'")
    return own + vcon_consent.records(others, place)


def _attachment(record: Grant, party: int) -> dict[str, object]:
    given = record.state is GrantState.GRANTED
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
                "purpose": purpose_there(record.purpose),
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


def _own_record(attachment: dict[str, Any], said: Sequence[Entry], whose: str, where: str) -> Grant | None:
    """The record that our own export left in the metadata, where it did."""
    ours = ours_of(attachment, EXTENSIONS[1])
    if ours is None:
        return None
    record = record_of(ours, f"{where}.body.metadata")
    if len(said) != 1 or not _agrees(record, said[0], whose):
        raise invalid(f"{where}.body.metadata", "the record does not say what the attachment says")
    return record


def _agrees(record: Grant, entry: Entry, whose: str) -> bool:
    return (
        record.participant == whose
        and record.purpose == entry.purpose
        and (record.state is GrantState.GRANTED) == (entry.state is GrantState.GRANTED)
        and record.valid_from == entry.at
        and record.valid_until == entry.until
    )


def _parts(document: Any) -> tuple[list[Any], list[Any], str]:
    """Attachments, parties, and the id of the vCon."""
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
    """The draft wants dialog indices to exist; they say where in the conversation, and change nothing else here."""
    dialog = attachment.get("dialog")
    named = dialog if isinstance(dialog, list) else [] if dialog is None else [dialog]
    held = document.get("dialog", []) if isinstance(document, dict) and "attachments" in document else None
    for index in named:
        if not isinstance(index, int) or isinstance(index, bool) or index < 0:
            raise invalid(f"{where}.dialog", "a dialog is named by its index")
        if held is not None and (not isinstance(held, list) or index >= len(held)):
            raise invalid(f"{where}.dialog", "the vCon has no such dialog")
