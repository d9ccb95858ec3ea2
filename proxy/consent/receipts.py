"""Receipts: what a person granted, refused or withdrew, as JSON to keep.

A receipt is a consent record and receipt as of ISO/IEC TS 27560 in the terms of the W3C Data Privacy Vocabulary (DPV).
A person's wallet can read it, and so can the person. It holds no name and no address. Where the standard requires a
fact that nobody recorded, the receipt says so instead of omitting it.

The mapping follows the DPV guide "Consent Records and Receipts as per ISO/IEC TS 27560:2023 using DPV"; facts without a
term there are in the namespace ``mpp:``. The mapping loses nothing: `record_of` returns what `facts_of` was given.

`loads` and `dumps` read and write JSON without the ambiguities that JSON allows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from proxy.consent.records import ANY_RECIPIENT, ConsentRecord, ConsentState, Scope
from proxy.errors import ClientFault
from proxy.settings import Recipient, Settings

RECORD_PROFILE = "https://w3id.org/dpv/schema/dpv-27560#consent-record"
RECEIPT_PROFILE = "https://w3id.org/dpv/schema/dpv-27560#receipt-record"
SCHEMA_VERSION = "ISO/IEC TS 27560:2023"
CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "dct": "http://purl.org/dc/terms/",
    "mpp": "urn:meeting-privacy-proxy:",
}
STATUS = {
    ConsentState.GRANTED: "dpv:ConsentGiven",
    ConsentState.DENIED: "dpv:ConsentRefused",
    ConsentState.WITHDRAWN: "dpv:ConsentWithdrawn",
    ConsentState.PENDING: "dpv:ConsentRequested",
    ConsentState.NOT_ASKED: "dpv:ConsentUnknown",
}
# Other DPV statuses, by the state that counts the same here. Expiry is computed from the end and never stored.
_STATES = {status: state for state, status in STATUS.items()} | {
    "dpv:RenewedConsentGiven": ConsentState.GRANTED,
    "dpv:ConsentRevoked": ConsentState.WITHDRAWN,
    "dpv:ConsentInvalidated": ConsentState.WITHDRAWN,
    "dpv:ConsentRequestDeferred": ConsentState.PENDING,
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


def facts_of(record: ConsentRecord) -> dict[str, object]:
    """Return the record as JSON, without the optional facts that it lacks."""
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


def record_of(facts: object, where: str) -> ConsentRecord:
    """Return the record of such JSON; raises `ClientFault` (``consent_file_invalid``) naming `where` and the term."""
    if not isinstance(facts, dict):
        raise invalid(where, "a record is a JSON object")
    unknown = sorted(str(term) for term in facts if term not in _KNOWN)
    if unknown:
        # An unknown term might restrict the consent.
        raise invalid(where, f"{len(unknown)} terms are not known; known are: {', '.join(sorted(_KNOWN))}")
    scope = _of(facts, "mpp:scope", where, dict)
    notice: Mapping[str, Any] = _of(facts, "dpv:hasNotice", where, dict) if "dpv:hasNotice" in facts else {}
    kind, status = _text(scope, "kind", f"{where}.mpp:scope"), _text(facts, "dpv:hasConsentStatus", where)
    return ConsentRecord(
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
    """Write an instant in UTC, with microseconds if it has any."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def instant_of(text: str, where: str) -> datetime:
    """Return the instant, with its time zone; raises `ClientFault` naming `where`."""
    instant = parsed(datetime.fromisoformat, text, where, "write an instant as 2026-03-02T10:00:00Z")
    if instant.tzinfo is None:
        raise invalid(where, "add the time zone, as in 2026-03-02T10:00:00Z")
    parsed(lambda _: instant.astimezone(UTC), text, where, "in UTC this is no date of the years 1 to 9999")
    return instant


def parsed(parse: Callable[[str], Found], text: str, where: str, remedy: str) -> Found:
    """Return what `parse` makes of a text; raises `ClientFault` naming `where`, never the text."""
    try:
        return parse(text)
    except (ValueError, KeyError, OverflowError):
        raise invalid(where, remedy) from None


def invalid(where: str, remedy: str) -> ClientFault:
    """The fault of a file of records; nothing of the file is imported."""
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


NOT_RECORDED = "not recorded"
NOT_STATED = "not stated"


def receipt(record: ConsentRecord, settings: Settings, title: str | None = None) -> dict[str, object]:
    """Return the receipt of one record; the same record under the same settings gives the same receipt.

    The controller is the organization. Recipients are shown as their terms are configured now, and purposes as they are
    described now. `title` is what people call the meeting or series.
    """
    facts = facts_of(record)
    # In a receipt this term is the receipt's own id; the record's id is the source.
    del facts["dct:identifier"]
    return {
        "@context": CONTEXT,
        "@type": "dpv:ConsentReceipt",
        "dct:conformsTo": RECEIPT_PROFILE,
        "dct:hasVersion": SCHEMA_VERSION,
        "dct:identifier": f"receipt:{record.id}",
        "dct:source": record.id,
        "dct:issued": instant_text(record.recorded_at),
        **facts,
        "mpp:scope": {"kind": record.scope.value, "id": record.scope_id} | ({"dct:title": title} if title else {}),
        **_described(record, settings),
        "dpv:hasDataController": settings.organization,
        "dpv:hasPersonalData": "what the person says in the meetings of the scope",
        "dpv:hasRecipient": _recipients(record, settings),
        "dpv:hasNotice": {
            "mpp:digest": record.notice_hash or NOT_RECORDED,
            "dct:language": record.notice_language or NOT_RECORDED,
        },
        "dpv:hasLegalBasis": _BASIS_OF_NO.get(record.state, record.lawful_basis),
        "dpv:hasConsentControl": _control(record, settings),
    }


_BASIS_OF_NO = {
    ConsentState.DENIED: "none: consent was refused",
    ConsentState.WITHDRAWN: "none: consent was withdrawn",
}


def _control(record: ConsentRecord, settings: Settings) -> dict[str, str]:
    """How the person can take back a yes; or who says yes after a no, which has no end (`consent.no_ends`)."""
    refused = record.state in _BASIS_OF_NO
    until = (
        "the guardian who said it, or the person once of age, says yes" if record.guardian else "the person says yes"
    )
    effect = (
        f"a refusal has no end; it counts until {until}, and does not call back what has left"
        if refused
        else "may be withdrawn at any time; it counts from the next request on, and does not call back what has left"
    )
    return {
        "@type": "dpv:ProvideConsent" if refused else "dpv:WithdrawConsent",
        "dct:description": _withdrawal(record, settings),
        "mpp:effect": effect,
    }


def _described(record: ConsentRecord, settings: Settings) -> dict[str, object]:
    """What the purpose is called and means, in the words and the language in which the person was told."""
    words = settings.purposes.get(record.purpose)
    if words is None:
        return {}
    language = record.notice_language or "en"
    told = {
        "mpp:purposeTitle": words.title_in(language),
        "mpp:purposeDescription": words.description_in(language),
    }
    return {term: said for term, said in told.items() if said is not None}


def _recipients(record: ConsentRecord, settings: Settings) -> list[dict[str, object]]:
    if record.recipient != ANY_RECIPIENT:
        return [_recipient(record.recipient, settings.recipients.get(record.recipient))]
    return [_recipient(name, known) for name, known in sorted(settings.recipients.items())]


def _recipient(name: str, known: Recipient | None) -> dict[str, object]:
    region = known.region if known else None
    days = known.retention_days if known else None
    named = {
        "dct:title": known.display_name if known else None,
        "dpv:hasAddress": known.address if known else None,
        "dpv:hasCountry": known.country_in("en") if known else None,
    }
    return {
        "dct:identifier": name,
        **{term: fact for term, fact in named.items() if fact is not None},
        "dpv:hasStorageCondition": {
            "dpv:hasLocation": NOT_STATED if region is None else region,
            "dpv:hasDuration": NOT_STATED if days is None else f"P{days}D",
        },
        "mpp:mayTrain": NOT_STATED if known is None or known.may_train is None else known.may_train,
    }


def _withdrawal(record: ConsentRecord, settings: Settings) -> str:
    by_word = f"tell {settings.organization}, naming this receipt"
    return f"by the link through which it was given, or {by_word}" if record.method == "explicit_click" else by_word


def loads(text: str) -> Any:
    """Parse a JSON text; raises `ClientFault` if it is invalid or ambiguous.

    It is refused if it is not JSON, if a key stands twice (nobody knows which one holds), or if an escape is half of a
    surrogate pair, which is no character that could be stored.
    """
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        json.dumps(value, ensure_ascii=False).encode()
        return value
    except (ValueError, RecursionError):
        raise invalid(
            "file", "it is no clear JSON: check its form, that no key stands twice, and that characters are whole"
        ) from None


def dumps(value: object) -> str:
    """Serialize the value, with a line end."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_number(name: str) -> Any:
    raise ValueError(name)
