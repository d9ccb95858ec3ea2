"""A receipt says what its record says, in terms that others can read, and nothing else."""

from __future__ import annotations

import json

import pytest
from consent.consent_cases import at, record, yes

from proxy.consent.receipts import receipt
from proxy.consent.records import ConsentState, Scope
from proxy.settings import Settings

TERMS = {"version": "v1"}
SETTINGS = Settings.model_validate(
    {
        "version": 1,
        "organization": "example-org",
        "recipients": {
            "acme": {
                "base_url": "https://a.example/v1",
                "region": "eu",
                "retention_days": 30,
                "may_train": False,
                "terms": TERMS,
            },
            "other": {"base_url": "https://o.example/v1", "may_train": True, "terms": TERMS},
        },
        "routes": [{"name": "s", "path": "/v1/s", "dialect": "openai-chat", "purpose": "summary", "recipient": "acme"}],
        "clients": [{"name": "bot", "key_sha256": "0" * 64, "routes": ["s"]}],
    }
)
MANDATORY = (
    "dct:conformsTo dct:hasVersion dct:identifier dct:source dpv:hasDataSubject dpv:hasNotice dpv:hasPurpose "
    "dpv:hasPersonalData dpv:hasDataController dpv:hasRecipient dpv:hasConsentStatus dpv:isIndicatedAtTime "
    "dpv:hasLegalBasis dpv:hasIndicationMethod dpv:hasConsentControl mpp:termsVersion mpp:validFrom"
).split()
"""Schema version, ids of receipt and record, principal, notice, purpose, data, controller, recipients with storage
and retention, state, time, basis, method, withdrawal; and the terms."""


def test_a_receipt_says_what_was_given():
    grant = yes(
        id="g7",
        scope=Scope.SERIES,
        valid_until=at(60),
        evidence_ref="form-17",
        notice_hash="sha256:ab",
        notice_language="de",
        covers_earlier=True,
        recorded_at=at(1.5),
    )
    found = receipt(grant, SETTINGS)

    prose = ("@context", "dpv:hasPersonalData", "dpv:hasConsentControl")
    assert {name: found[name] for name in found if name not in prose} == {
        "@type": "dpv:ConsentReceipt",
        "dct:conformsTo": "https://w3id.org/dpv/schema/dpv-27560#receipt-record",
        "dct:hasVersion": "ISO/IEC TS 27560:2023",
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
        "dpv:hasRecipient": [
            {
                "dct:identifier": "acme",
                "dpv:hasStorageCondition": {"dpv:hasLocation": "eu", "dpv:hasDuration": "P30D"},
                "mpp:mayTrain": False,
            }
        ],
        "dpv:hasLegalBasis": "consent",
        "dpv:hasNotice": {"mpp:digest": "sha256:ab", "dct:language": "de"},
        "mpp:scope": {"kind": "series", "id": "weekly"},
        "mpp:termsVersion": "v1",
        "mpp:validFrom": "2026-03-02T08:00:00Z",
        "mpp:validUntil": "2026-03-02T10:00:00Z",
        "mpp:coversEarlierWords": True,
        "mpp:affirmative": True,
        "mpp:guardian": False,
        "mpp:evidence": "form-17",
    }  # fmt: skip


def test_any_recipient_is_each_that_is_configured():
    found = receipt(yes(recipient="*"), SETTINGS)

    assert [r["dct:identifier"] for r in found["dpv:hasRecipient"]] == ["acme", "other"]


def test_what_is_mandatory_and_not_known_says_so():
    found = receipt(yes(recipient="gone"), SETTINGS)

    assert found["dpv:hasNotice"] == {"mpp:digest": "not recorded", "dct:language": "not recorded"}
    assert found["dpv:hasRecipient"] == [
        {
            "dct:identifier": "gone",
            "dpv:hasStorageCondition": {"dpv:hasLocation": "not stated", "dpv:hasDuration": "not stated"},
            "mpp:mayTrain": "not stated",
        }
    ]
    assert None not in found.values()
    assert "mpp:validUntil" not in found


@pytest.mark.parametrize(("method", "by_link"), [("explicit_click", True), ("dtmf", False)])
def test_how_to_take_it_back(method, by_link):
    control = receipt(yes(method=method), SETTINGS)["dpv:hasConsentControl"]

    assert control["@type"] == "dpv:WithdrawConsent"
    assert ("link" in control["dct:description"]) is by_link
    assert "example-org" in control["dct:description"]


@pytest.mark.parametrize(
    ("state", "basis"),
    [(ConsentState.DENIED, "none: consent was refused"), (ConsentState.WITHDRAWN, "none: consent was withdrawn")],
)
def test_the_receipt_of_a_refusal_rests_on_nothing_and_has_no_end(state, basis):
    found = receipt(record(state), SETTINGS)
    assert found["dpv:hasLegalBasis"] == basis
    assert found["dpv:hasConsentControl"]["@type"] == "dpv:ProvideConsent"
    assert "a refusal has no end" in found["dpv:hasConsentControl"]["mpp:effect"]
    assert "withdrawn at any time" not in json.dumps(found)


def test_the_receipt_of_a_no_says_whose_yes_ends_it():
    own, by_mother = record(ConsentState.DENIED), record(ConsentState.DENIED, actor="mother", guardian=True)
    effects = [receipt(each, SETTINGS)["dpv:hasConsentControl"]["mpp:effect"] for each in (own, by_mother)]
    assert "until the person says yes" in effects[0]
    assert "until the guardian who said it, or the person once of age, says yes" in effects[1]


@pytest.mark.parametrize("state", ConsentState)
def test_every_receipt_is_complete_and_is_json(state):
    found = receipt(record(state), SETTINGS)

    assert [field for field in MANDATORY if not found.get(field)] == []
    assert str(found["dpv:hasConsentStatus"]).startswith("dpv:Consent")
    assert json.loads(json.dumps(found)) == found


def test_one_record_one_receipt():
    grant = yes()

    assert receipt(grant, SETTINGS) == receipt(grant, SETTINGS)
