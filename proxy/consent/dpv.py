"""A consent record in the terms of ISO/IEC TS 27560 and the W3C Data Privacy Vocabulary (DPV), there and back.

The mapping follows the DPV guide "Consent Records and Receipts as per ISO/IEC TS 27560:2023 using DPV"; what has no
term there is in the namespace ``mpp:``. Nothing is lost: `record_of` gives back what `facts_of` was given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from proxy.consent.grants import Grant, GrantState, Scope
from proxy.errors import ClientFault

RECORD_PROFILE = "https://w3id.org/dpv/schema/dpv-27560#consent-record"
RECEIPT_PROFILE = "https://w3id.org/dpv/schema/dpv-27560#receipt-record"
SCHEMA_VERSION = "ISO/IEC TS 27560:2023"
CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "dct": "http://purl.org/dc/terms/",
    "mpp": "urn:meeting-privacy-proxy:",
}
STATUS = {
    GrantState.GRANTED: "dpv:ConsentGiven",
    GrantState.DENIED: "dpv:ConsentRefused",
    GrantState.WITHDRAWN: "dpv:ConsentWithdrawn",
    GrantState.PENDING: "dpv:ConsentRequested",
    GrantState.NOT_ASKED: "dpv:ConsentUnknown",
}
# Other statuses of DPV, as the state that counts the same here. Expiry is computed from the end, never stored.
_STATES = {status: state for state, status in STATUS.items()} | {
    "dpv:RenewedConsentGiven": GrantState.GRANTED,
    "dpv:ConsentRevoked": GrantState.WITHDRAWN,
    "dpv:ConsentInvalidated": GrantState.WITHDRAWN,
    "dpv:ConsentRequestDeferred": GrantState.PENDING,
}
_TERMS = {
    "participant": "dpv:hasDataSubject",
    "purpose": "dpv:hasPurpose",
    "recipient": "dpv:hasRecipient",
    "terms_version": "mpp:termsVersion",
    "method": "dpv:hasIndicationMethod",
    "actor": "dpv:isIndicatedBy",
    "lawful_basis": "dpv:hasLegalBasis",
}
"""Plain texts that every record has."""
_KNOWN = frozenset(
    {
        "dct:identifier",
        "mpp:scope",
        "dpv:hasConsentStatus",
        "dpv:isIndicatedAtTime",
        "mpp:validFrom",
        "mpp:validUntil",
        "mpp:affirmative",
        "mpp:coversEarlierWords",
        "mpp:guardian",
        "mpp:evidence",
        "dpv:hasNotice",
        *_TERMS.values(),
    }
)
Found = TypeVar("Found")


def facts_of(record: Grant) -> dict[str, object]:
    """The record as JSON; optional facts that it lacks are left out."""
    notice = {"mpp:digest": record.notice_hash, "dct:language": record.notice_language}
    facts: dict[str, object | None] = {
        "dct:identifier": record.id,
        **{term: getattr(record, field) for field, term in _TERMS.items()},
        "mpp:scope": {"kind": record.scope.value, "id": record.scope_id},
        "dpv:hasConsentStatus": STATUS[record.state],
        "dpv:isIndicatedAtTime": instant_text(record.recorded_at),
        "mpp:validFrom": instant_text(record.valid_from),
        "mpp:validUntil": None if record.valid_until is None else instant_text(record.valid_until),
        "mpp:affirmative": record.affirmative,
        "mpp:coversEarlierWords": record.covers_earlier,
        "mpp:guardian": record.guardian,
        "mpp:evidence": record.evidence_ref,
        "dpv:hasNotice": {name: fact for name, fact in notice.items() if fact is not None} or None,
    }
    return {term: fact for term, fact in facts.items() if fact is not None}


def record_of(facts: object, where: str) -> Grant:
    """The record that such JSON says; raises `ClientFault` (``consent_file_invalid``) naming `where` and the term."""
    if not isinstance(facts, dict):
        raise invalid(where, "a record is a JSON object")
    unknown = sorted(str(term) for term in facts if term not in _KNOWN)
    if unknown:
        # What an unknown term says might restrict the consent.
        raise invalid(where, f"{len(unknown)} terms are not known; known are: {', '.join(sorted(_KNOWN))}")
    scope = _of(facts, "mpp:scope", where, dict)
    notice: Mapping[str, Any] = _of(facts, "dpv:hasNotice", where, dict) if "dpv:hasNotice" in facts else {}
    kind, status = _text(scope, "kind", f"{where}.mpp:scope"), _text(facts, "dpv:hasConsentStatus", where)
    return Grant(
        id=_text(facts, "dct:identifier", where),
        scope=parsed(Scope, kind, f"{where}.mpp:scope.kind", "use meeting, series or org"),
        scope_id=_text(scope, "id", f"{where}.mpp:scope"),
        state=parsed(_STATES.__getitem__, status, f"{where}.dpv:hasConsentStatus", f"use: {', '.join(_STATES)}"),
        valid_from=instant_of(_text(facts, "mpp:validFrom", where), f"{where}.mpp:validFrom"),
        valid_until=_maybe_instant(facts, "mpp:validUntil", where),
        affirmative=_of(facts, "mpp:affirmative", where, bool),
        recorded_at=instant_of(_text(facts, "dpv:isIndicatedAtTime", where), f"{where}.dpv:isIndicatedAtTime"),
        evidence_ref=_maybe_text(facts, "mpp:evidence", where),
        notice_hash=_maybe_text(notice, "mpp:digest", f"{where}.dpv:hasNotice"),
        notice_language=_maybe_text(notice, "dct:language", f"{where}.dpv:hasNotice"),
        covers_earlier=_of(facts, "mpp:coversEarlierWords", where, bool),
        guardian=_of(facts, "mpp:guardian", where, bool),
        **{field: _text(facts, term, where) for field, term in _TERMS.items()},
    )


def instant_text(instant: datetime) -> str:
    """An instant in UTC, to the microsecond where it has any."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def instant_of(text: str, where: str) -> datetime:
    """The instant, with its time zone; raises `ClientFault` naming `where`."""
    instant = parsed(datetime.fromisoformat, text, where, "write an instant as 2026-03-02T10:00:00Z")
    if instant.tzinfo is None:
        raise invalid(where, "add the time zone, as in 2026-03-02T10:00:00Z")
    parsed(lambda _: instant.astimezone(UTC), text, where, "in UTC this is no date of the years 1 to 9999")
    return instant


def parsed(parse: Callable[[str], Found], text: str, where: str, remedy: str) -> Found:
    """What `parse` makes of a text; raises `ClientFault` naming `where`, never the text."""
    try:
        return parse(text)
    except (ValueError, KeyError, OverflowError):
        raise invalid(where, remedy) from None


def invalid(where: str, remedy: str) -> ClientFault:
    """The fault of a file of records: nothing of the file is taken."""
    return ClientFault("consent_file_invalid", f"{remedy}; nothing of the file was taken", where=where)


def _of(facts: Mapping[str, Any], term: str, where: str, kind: type[Found]) -> Found:
    value = facts.get(term)
    if not isinstance(value, kind):
        words = {str: "a text", bool: "true or false", dict: "an object"}
        raise invalid(f"{where}.{term}", f"give {words.get(kind, 'a value')}")
    return value


def _text(facts: Mapping[str, Any], term: str, where: str) -> str:
    text = _of(facts, term, where, str)
    if not text:
        raise invalid(f"{where}.{term}", "the text must not be empty")
    return text


def _maybe_text(facts: Mapping[str, Any], term: str, where: str) -> str | None:
    return _text(facts, term, where) if term in facts else None


def _maybe_instant(facts: Mapping[str, Any], term: str, where: str) -> datetime | None:
    return instant_of(_text(facts, term, where), f"{where}.{term}") if term in facts else None
