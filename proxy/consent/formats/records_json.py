"""Consent records as JSON-LD in the terms of ISO/IEC TS 27560 and DPV."""

from __future__ import annotations

from collections.abc import Sequence

from proxy.consent.receipts import CONTEXT, RECORD_PROFILE, SCHEMA_VERSION, dumps, facts_of, invalid, loads, record_of
from proxy.consent.records import ConsentRecord


def write(records: Sequence[ConsentRecord]) -> str:
    """Write the records in full, as one document."""
    return dumps(
        {
            "@context": CONTEXT,
            "@type": "mpp:ConsentRecords",
            "dct:conformsTo": RECORD_PROFILE,
            "dct:hasVersion": SCHEMA_VERSION,
            "mpp:records": [{"@type": "dpv:ConsentRecord", **facts_of(record)} for record in records],
        }
    )


def read(text: str) -> list[ConsentRecord]:
    """Read the records of a document, or of a plain list; raises `ClientFault` naming record and term."""
    document = loads(text)
    listed = document.get("mpp:records") if isinstance(document, dict) else document
    if not isinstance(listed, list):
        raise invalid("file", "the records are a list, or an object with the list under mpp:records")
    return [record_of(_untyped(facts), f"records[{index}]") for index, facts in enumerate(listed)]


def _untyped(facts: object) -> object:
    return {term: fact for term, fact in facts.items() if term != "@type"} if isinstance(facts, dict) else facts
