"""A receipt says what its record says, in terms that others can read, and nothing else."""

from __future__ import annotations

import json

import pytest
from consent_cases import at, record, yes

from proxy.consent.grants import GrantState, Scope
from proxy.consent.receipts import receipt


def test_a_receipt_says_what_was_given():
    grant = yes(
        id="g7",
        scope=Scope.SERIES,
        valid_until=at(60),
        evidence_ref="form-17",
        notice_hash="sha256:ab",
        covers_earlier=True,
        recorded_at=at(1.5),
    )
    found = receipt(grant, "example-org", region="eu", retention_days=30)

    prose = ("@context", "dpv:hasPersonalData", "mpp:withdrawal")
    assert {name: found[name] for name in found if name not in prose} == {
        "@type": "dpv:ConsentReceipt",
        "dct:conformsTo": "https://w3id.org/dpv/schema/dpv-27560#receipt-record",
        "dct:identifier": "receipt:g7",
        "dct:source": "g7",
        "dct:issued": "2026-03-02T09:01:30Z",
        "dpv:hasDataSubject": "p1",
        "dpv:hasDataController": "example-org",
        "dpv:hasConsentStatus": "dpv:ConsentGiven",
        "dpv:isIndicatedBy": "p1",
        "dpv:isIndicatedAtTime": "2026-03-02T09:01:30Z",
        "dpv:hasIndicationMethod": "explicit_click",
        "dpv:hasPurpose": "summary",
        "dpv:hasRecipient": "acme",
        "dpv:hasLegalBasis": "consent",
        "dpv:hasNotice": "sha256:ab",
        "dpv:hasLocation": "eu",
        "mpp:retentionDays": 30,
        "mpp:scope": {"kind": "series", "id": "weekly"},
        "mpp:termsVersion": "v1",
        "mpp:validFrom": "2026-03-02T08:00:00Z",
        "mpp:validUntil": "2026-03-02T10:00:00Z",
        "mpp:coversEarlierWords": True,
        "mpp:affirmative": True,
        "mpp:guardian": False,
        "mpp:evidence": "form-17",
    }  # fmt: skip


def test_what_is_not_known_is_left_out():
    found = receipt(yes(recipient="*"), "example-org")

    assert None not in found.values()
    assert "dpv:hasLocation" not in found
    assert "mpp:validUntil" not in found
    assert found["dpv:hasRecipient"] == "any recipient"


@pytest.mark.parametrize("state", GrantState)
def test_every_state_has_a_status_and_the_receipt_is_json(state):
    found = receipt(record(state), "example-org")

    assert str(found["dpv:hasConsentStatus"]).startswith("dpv:Consent")
    assert json.loads(json.dumps(found)) == found


def test_one_record_one_receipt():
    grant = yes()

    assert receipt(grant, "example-org") == receipt(grant, "example-org")
