"""What events look like, and what cannot get into them."""

import json
from dataclasses import replace

import pytest
import rfc8785
from audit.ledger_samples import AT, NAMES, PEOPLE, events, exchange, intent, outcome, refusal, stamp
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.audit.checks import KNOWN_STRIPPED
from proxy.audit.events import DeliveryProgress, IntentFacts, OutcomeFacts, PersonFacts, RefusalFacts
from proxy.audit.log import canonical
from proxy.audit.ocsf import (
    INTERRUPTED,
    closing_event,
    intent_event,
    lifecycle_event,
    numbered,
    outcome_event,
    refusal_event,
)
from proxy.audit.pseudonyms import Pseudonyms, belongs_to, epoch_of, pseudonym
from proxy.dialects.openai.request import IDENTIFIERS
from proxy.egress.head import SERVICE_GENERATED
from proxy.errors import OwnFault

KEY = b"k" * 32


def test_an_intent_says_what_leaves_for_whom_and_whose_words():
    event = intent_event(stamp(), intent(), NAMES, KEY)

    assert (event["class_uid"], event["type_uid"], event["category_uid"]) == (6003, 600399, 6)
    assert event["time"] == int(AT.timestamp() * 1000)
    assert event["metadata"]["event_code"] == "egress.intent"
    assert event["metadata"]["correlation_uid"] == "ex-1"
    assert event["dst_endpoint"] == {
        "uid": "recipient:acme-llm",
        "svc_name": "acme-llm",
        "hostname": "llm.example",
        "port": 443,
    }
    assert event["message_context"] == {"uid": NAMES.meeting}
    assert [(p["uid"], p["role"], p["data"]["utterances"]) for p in event["resources"]] == [
        (NAMES.participants["p-ann"], "sent", 3),
        (NAMES.participants["p-ben"], "withheld", 0),
        ("ptc:unknown", "withheld", 0),
    ]
    assert event["unmapped"]["ledger"]["languages"] == {"en": 20, "de": 3}
    assert event["unmapped"]["ledger"]["coverage"] == {"full": 20, "in_part": 3}
    assert event["unmapped"]["ledger"]["removed"] == {"PERSON": 2, "PHONE_NUMBER": 1}
    assert event["data_classifications"][0]["discovery_details"] == [{"type": "DATE_TIME", "count": 1}]
    assert (event["action_id"], event["disposition_id"], event["disposition"]) == (4, 11, "Corrected")


def test_untouched_words_are_allowed_not_corrected():
    facts = replace(intent(removed={}, stripped={}), people=PEOPLE[:1])

    assert intent_event(stamp(), facts, NAMES, KEY)["disposition"] == "Allowed"


def test_an_outcome_says_how_it_ended():
    event = outcome_event(stamp(), outcome(delivered=DeliveryProgress.PARTIAL, reason="client_gone"), NAMES, 2)

    assert (event["status"], event["status_code"], event["http_response"]["code"]) == ("failure", "client_gone", 200)
    assert event["unmapped"]["ledger"]["delivered"] == "partial"
    assert event["unmapped"]["ledger"]["attempt"] == 2


def test_a_refusal_says_why():
    event = refusal_event(stamp(), refusal(count=7), NAMES)

    assert (event["status_code"], event["disposition"], event["action_id"]) == ("consent_denied", "Blocked", 2)
    assert event["unmapped"]["ledger"] == {
        "schema": "egress.v1", "route": "summary", "purpose": "summary", "region": "eu",
        "terms_version": "2023-08-07", "fault": "Refusal", "count": 7,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["Ask Annika Solberg", "annika@fjord.example", "", "a" * 200, "x\n"])
def test_a_model_name_that_may_be_text_is_hidden_and_the_event_is_recorded(name):
    for event in (
        intent_event(stamp(), replace(intent(), exchange=exchange(model=name)), NAMES, KEY),
        refusal_event(stamp(), refusal(exchange=exchange(model=name)), NAMES),
    ):
        assert "ai_model" not in event
        assert event["unmapped"]["ledger"]["model_hidden"] is True
        assert name == "" or name.encode() not in canonical(event)


@pytest.mark.parametrize(
    "name",
    ["gpt-4o", "anthropic/claude-3.5-sonnet", "@cf/meta/llama-3.1-8b", "claude-3-5-sonnet@20240620", "llama3:8b"],
)
def test_model_names_as_vendors_write_them_are_shown(name):
    event = intent_event(stamp(), replace(intent(), exchange=exchange(model=name)), NAMES, KEY)

    assert event["ai_model"] == {"ai_provider": "acme-llm", "name": name}


def test_all_that_the_product_strips_by_name_is_shown_by_name():
    assert SERVICE_GENERATED | IDENTIFIERS <= KNOWN_STRIPPED


def test_an_interrupted_intent_is_to_be_treated_as_sent():
    recorded = json.loads(canonical(intent_event(stamp(), intent(), NAMES, KEY)))
    event = closing_event(stamp("evt-9"), recorded, DeliveryProgress.UNKNOWN, INTERRUPTED)

    assert event["unmapped"]["ledger"]["treat_as_sent"] is True
    assert event["unmapped"]["ledger"]["delivered"] == "unknown"
    assert event["metadata"]["correlation_uid"] == "ex-1"
    assert event["metadata"]["uid"] == "evt-9"
    assert "resources" not in event


@pytest.mark.parametrize("event", [*events(2), lifecycle_event(stamp(), "ledger.opened", {"closed": 2, "torn": None})])
def test_stored_bytes_are_rfc8785_canonical(event):
    assert canonical(numbered(event, 5)) == rfc8785.dumps(numbered(event, 5))


@pytest.mark.parametrize(
    "facts",
    [
        intent(removed={"Annika Solberg": 1}),
        intent(kept={"phone": 1}),
        intent(languages={"Annika": 1}),
        intent(languages={"de": "viele"}),
        intent(coverage={"annika": 1}),
        intent(attempt=-1),
        intent(attempt=True),
        replace(intent(), exchange=exchange(client="Annika Solberg")),
        replace(intent(), exchange=exchange(operation="POST /v1/chat?name=Annika")),
        replace(intent(), exchange=exchange(settings_digest="Annika")),
        replace(intent(), exchange=exchange(terms_version="x" * 65)),
        replace(intent(), exchange=exchange("Annika Solberg")),
        replace(intent(), people=(PersonFacts("p-ann", reasons={"she said so": 1}),)),
        replace(intent(), people=(PersonFacts("p-ann", removed={"Annika": 1}),)),
    ],
)
def test_text_has_no_way_in(facts):
    with pytest.raises(OwnFault) as raised:
        intent_event(stamp(), facts, NAMES, KEY)

    assert raised.value.reason == "ledger_event_invalid"
    assert "Annika" not in f"{raised.value} {raised.value.where}"


@pytest.mark.parametrize(
    "names", [Pseudonyms({"p-ann": "p-ann"}, NAMES.meeting), replace(NAMES, grants={"g-1": "g-1"})]
)
def test_a_pseudonym_that_is_none_is_refused(names):
    with pytest.raises(OwnFault):
        intent_event(stamp(), intent(), names, KEY)


def test_the_id_of_a_consent_record_does_not_get_in():
    people = (PersonFacts("p-ann", grants=("annika@fjord.example", "g-1")),)
    event = intent_event(stamp(), replace(intent(), people=people), NAMES, KEY)

    assert event["resources"][0]["data"]["grants"] == [NAMES.grants["g-1"], "grt:unavailable"]


def test_without_the_register_nobody_is_named():
    event = refusal_event(stamp(), refusal(), Pseudonyms())

    assert {p["uid"] for p in event["resources"]} == {"ptc:unavailable", "ptc:unknown"}
    assert event["message_context"] == {"uid": "mtg:unavailable"}


def test_names_that_a_client_could_coin_are_counted_not_shown():
    event = intent_event(stamp(), intent(stripped={"user": 1, "x-annika": 2, "x-ben": 3}), NAMES, KEY)

    assert event["unmapped"]["ledger"]["stripped"] == {"user": 1, "other": 5}


@pytest.mark.parametrize("value", [1.5, b"x", "line\nend", 2**53, {"schlüssel": 1}, {1: 2}, object()])
def test_only_plain_values_are_stored(value):
    with pytest.raises(OwnFault):
        canonical({"a": value})


@settings(max_examples=invented(200))
@given(st.text(min_size=1))
def test_no_text_passes_as_a_model_unless_it_is_a_plain_name(name):
    event = intent_event(stamp(), replace(intent(), exchange=exchange(model=name)), NAMES, KEY)

    plain = name.isascii() and not set(name[1:]) & set(" @\"'\n") and name[0].isalnum()
    assert plain or "ai_model" not in event or "@" in name


def test_pseudonyms_are_by_person_kind_epoch_and_organization():
    made = {
        pseudonym(kind, key, epoch, organization)
        for kind in ("ptc", "mtg")
        for key in (b"a" * 32, b"b" * 32)
        for epoch in ("2026", "2027")
        for organization in ("fjord", "dale")
    }

    assert len(made) == 16
    assert all(len(name) == len("ptc:2026:") + 32 for name in made)


def test_a_pseudonym_of_any_epoch_is_found_again_by_its_key_alone():
    shown = pseudonym("ptc", b"a" * 32, "2019", "fjord")

    assert belongs_to(shown, b"a" * 32, "fjord")
    assert not belongs_to(shown, b"b" * 32, "fjord")
    assert not belongs_to("ptc:unknown", b"a" * 32, "fjord")
    assert epoch_of(AT) == "2026"


def test_the_same_body_has_another_digest_under_another_key():
    first, second = (intent_event(stamp(), intent(), NAMES, key)["raw_data_hash"]["value"] for key in (b"1", b"2"))

    assert first != second
    assert intent().body_sha256.hex() not in (first, second)


def test_a_later_exchange_names_the_first_in_every_record() -> None:
    later = exchange("ex-2", first_exchange="ex-1", operation="GET /summaries/v1/job/{job}")
    intended = intent_event(stamp(), IntentFacts(later, (), 0, b"d" * 32), NAMES, b"k")
    events = [
        intended,
        outcome_event(stamp(), OutcomeFacts(later, DeliveryProgress.FULL, 200, 1, 1, 1), NAMES),
        refusal_event(stamp(), RefusalFacts(later, 403, "consent_withdrawn", "Refusal"), NAMES),
        closing_event(stamp(), intended, DeliveryProgress.UNKNOWN, INTERRUPTED),
    ]
    assert {event["unmapped"]["ledger"]["first_exchange"] for event in events} == {"ex-1"}
    assert {event["api"]["operation"] for event in events} == {"GET /summaries/v1/job/{job}"}
    assert "first_exchange" not in intent_event(stamp(), intent(), NAMES, b"k")["unmapped"]["ledger"]
    with pytest.raises(OwnFault):
        intent_event(stamp(), IntentFacts(exchange(first_exchange="Annika Solberg"), (), 0, b""), NAMES, b"k")
