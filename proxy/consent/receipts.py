"""Receipts: what a person gave (or refused, or took back), as JSON to keep.

The structure follows ISO/IEC TS 27560 in the terms of the W3C Data Privacy Vocabulary, as its guide
"Consent Records and Receipts as per ISO/IEC TS 27560:2023 using DPV" maps them. The receipt is JSON-LD, so that
a person's wallet can read it, and plain enough to be read as it is. It holds no name and no address.
"""

from __future__ import annotations

from datetime import UTC, datetime

from proxy.consent.grants import ANY_RECIPIENT, Grant, GrantState

PROFILE = "https://w3id.org/dpv/schema/dpv-27560#receipt-record"

_STATUS = {
    GrantState.GRANTED: "dpv:ConsentGiven",
    GrantState.DENIED: "dpv:ConsentRefused",
    GrantState.WITHDRAWN: "dpv:ConsentWithdrawn",
    GrantState.PENDING: "dpv:ConsentRequested",
    GrantState.NOT_ASKED: "dpv:ConsentUnknown",
}
_CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "dct": "http://purl.org/dc/terms/",
    "mpp": "urn:meeting-privacy-proxy:",
}


def receipt(
    record: Grant, organization: str, *, region: str | None = None, retention_days: int | None = None
) -> dict[str, object]:
    """The receipt of one record; the same record gives the same receipt.

    `organization` is the controller. `region` and `retention_days` are what the recipient's terms say, where one
    recipient is named and they are known. Absent facts are left out, not written as null.
    """
    facts: dict[str, object | None] = {
        "@context": _CONTEXT,
        "@type": "dpv:ConsentReceipt",
        "dct:conformsTo": PROFILE,
        "dct:identifier": f"receipt:{record.id}",
        "dct:source": record.id,
        "dct:issued": _instant(record.recorded_at),
        "dpv:hasDataSubject": record.participant,
        "dpv:hasDataController": organization,
        "dpv:hasConsentStatus": _STATUS[record.state],
        "dpv:isIndicatedBy": record.actor,
        "dpv:isIndicatedAtTime": _instant(record.recorded_at),
        "dpv:hasIndicationMethod": record.method,
        "dpv:hasPurpose": record.purpose,
        "dpv:hasPersonalData": "what the person says in the meetings of the scope",
        "dpv:hasRecipient": "any recipient" if record.recipient == ANY_RECIPIENT else record.recipient,
        "dpv:hasLegalBasis": record.lawful_basis,
        "dpv:hasNotice": record.notice_hash,
        "dpv:hasLocation": region,
        "mpp:retentionDays": retention_days,
        "mpp:scope": {"kind": record.scope.value, "id": record.scope_id},
        "mpp:termsVersion": record.terms_version,
        "mpp:validFrom": _instant(record.valid_from),
        "mpp:validUntil": _instant(record.valid_until),
        "mpp:coversEarlierWords": record.covers_earlier,
        "mpp:affirmative": record.affirmative,
        "mpp:guardian": record.guardian,
        "mpp:evidence": record.evidence_ref,
        "mpp:withdrawal": "may be withdrawn at any time; it counts from the next request on",
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
