"""Receipts: what a person gave (or refused, or took back), as JSON to keep.

The receipt is a consent record and receipt as of ISO/IEC TS 27560 in the terms of the W3C Data Privacy Vocabulary: a
person's wallet can read it, and it is plain enough to be read as it is. It holds no name and no address. What the
standard wants and nobody recorded says so, instead of being absent.
"""

from __future__ import annotations

from proxy.consent.dpv import CONTEXT, RECEIPT_PROFILE, SCHEMA_VERSION, facts_of, instant_text
from proxy.consent.grants import ANY_RECIPIENT, Grant
from proxy.settings import Recipient, Settings

NOT_RECORDED = "not recorded"
NOT_STATED = "not stated"


def receipt(record: Grant, settings: Settings) -> dict[str, object]:
    """The receipt of one record; the same record under the same settings gives the same receipt.

    The controller is the organization; recipients are shown as their terms are configured now.
    """
    facts = facts_of(record)
    # On a receipt this is the receipt's own id; the record's is the source.
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
        "dpv:hasDataController": settings.organization,
        "dpv:hasPersonalData": "what the person says in the meetings of the scope",
        "dpv:hasRecipient": _recipients(record, settings),
        "dpv:hasNotice": {
            "mpp:digest": record.notice_hash or NOT_RECORDED,
            "dct:language": record.notice_language or NOT_RECORDED,
        },
        "dpv:hasConsentControl": {
            "@type": "dpv:WithdrawConsent",
            "dct:description": _withdrawal(record, settings),
            "mpp:effect": "may be withdrawn at any time; it counts from the next request on, and does not call back "
            "what has left",
        },
    }


def _recipients(record: Grant, settings: Settings) -> list[dict[str, object]]:
    if record.recipient != ANY_RECIPIENT:
        return [_recipient(record.recipient, settings.recipients.get(record.recipient))]
    return [_recipient(name, known) for name, known in sorted(settings.recipients.items())]


def _recipient(name: str, known: Recipient | None) -> dict[str, object]:
    region = known.region if known else None
    days = known.retention_days if known else None
    return {
        "dct:identifier": name,
        "dpv:hasStorageCondition": {
            "dpv:hasLocation": NOT_STATED if region is None else region,
            "dpv:hasDuration": NOT_STATED if days is None else f"P{days}D",
        },
        "mpp:mayTrain": known.may_train if known else NOT_STATED,
    }


def _withdrawal(record: Grant, settings: Settings) -> str:
    by_word = f"tell {settings.organization}, naming this receipt"
    return f"by the link through which it was given, or {by_word}" if record.method == "explicit_click" else by_word
