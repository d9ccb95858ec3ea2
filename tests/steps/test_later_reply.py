"""What is kept for a later reply: it comes back as it was, holds no words, and anything else is a fault."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.audit.events import ExchangeFacts
from proxy.consent.decide import Question, Speech, Spoken
from proxy.errors import OwnFault, Refusal
from proxy.model import Meeting, Participant, Roster
from proxy.redaction.pseudonyms import PseudonymMap
from proxy.settings import Settings
from proxy.steps.call import Call
from proxy.steps.consultation import AdmittedSpeech
from proxy.steps.later_reply import job_asked_for, kept_bytes, kept_of, later_facts, people_of, refuse_if_changed

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FACTS = ExchangeFacts(
    "e1", client="bot", route="summary", purpose="summary", recipient="acme", recipient_host="acme.example",
    recipient_port=443, region="eu", terms_version="1", meeting="m1", operation="POST /summaries/v1/summary",
)  # fmt: skip
PEOPLE = (Participant("p-ann", "Annika"), Participant("p-ben", "Ben"))
QUESTION = Question(
    "fjord", "summary", "acme", "1", False, True, True, Meeting("m1", NOON, roster=Roster(PEOPLE, True)), NOON
)  # fmt: skip

texts = st.text(max_size=12)
instants = st.datetimes(max_value=datetime(3000, 1, 1), timezones=st.just(UTC))
lengths = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=1))
speeches = st.builds(
    Speech,
    participant=st.none() | texts,
    characters=st.integers(0, 10**9),
    spoken=st.none() | st.builds(lambda at, length: Spoken(at, at + length), instants, lengths),
    unattributed=st.booleans(),
)
maps = st.builds(
    PseudonymMap,
    st.dictionaries(texts, texts, max_size=5),
    st.frozensets(texts, max_size=3),
    addresses=st.frozensets(texts, max_size=3),
    spelled=st.dictionaries(texts, st.dictionaries(st.integers(0, 99), texts, max_size=2), max_size=2),
)


@given(st.lists(speeches, max_size=5).map(tuple), maps)
def test_what_is_kept_comes_back_as_it_was(said, pseudonyms):
    kept = kept_of(kept_bytes(FACTS, AdmittedSpeech(QUESTION, said), pseudonyms))

    assert kept.speeches == said
    assert dict(kept.pseudonyms.originals) == dict(pseudonyms.originals)
    assert kept.pseudonyms.bracketed == pseudonyms.bracketed
    assert kept.pseudonyms.addresses == pseudonyms.addresses
    assert kept.pseudonyms.spelled == pseudonyms.spelled
    assert (kept.first.exchange, kept.first.purpose, kept.first.meeting) == ("e1", "summary", "m1")


names = st.sampled_from(["first", "speeches", "originals", "bracketed"])
json_values = st.recursive(
    st.none() | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner),
)


@given(st.binary(max_size=40) | json_values.map(lambda value: json.dumps(value).encode()))
def test_anything_else_is_a_fault(raw):
    with pytest.raises(OwnFault) as caught:
        kept_of(raw)
    assert caught.value.reason == "job_unreadable"


def test_a_call_without_words_has_nobody_in_it():
    assert kept_of(kept_bytes(FACTS, None, PseudonymMap({}))).speeches == ()
    assert people_of(None) == ()
    assert people_of(AdmittedSpeech(replace(QUESTION, meeting=None), ())) == ()
    said = (Speech("p-gone", 1, None), Speech(None, 1, None))
    assert people_of(AdmittedSpeech(QUESTION, said)) == ("p-ann", "p-ben", "p-gone")


def call(settings: Settings, job: str = "j") -> Call:
    return Call(settings.clients[0], settings.routes[1], settings.recipients["acme"], job)


def settings(**route) -> Settings:
    first = {"name": "summary", "path": "/s", "dialect": "skynet-summaries", "purpose": "summary", "recipient": "acme"}
    job = {"name": "job", "path": "/s/{job}", "dialect": "skynet-job", "recipient": "acme"}
    return Settings.model_validate(
        {
            "version": 1,
            "recipients": {"acme": {"base_url": "https://acme.example", "terms": {"version": "1"}}},
            "routes": [first | route, job],
            "clients": [{"name": "bot", "key_sha256": "a" * 64, "routes": ["summary", "job"]}],
            "later_replies": {"key": {"env": "K"}},
        }
    )


def test_a_job_that_is_none_is_a_refusal():
    assert job_asked_for(call(settings())) == "j"
    with pytest.raises(Refusal) as caught:
        job_asked_for(call(settings(), "withheld-0f3c"))
    assert caught.value.reason == "job_withheld"


def test_the_later_exchange_has_the_purpose_and_the_meeting_of_the_first():
    later = later_facts(ExchangeFacts("e2", route="job", recipient="acme"), FACTS)
    assert (later.exchange, later.route, later.purpose, later.meeting, later.first_exchange) == (
        "e2", "job", "summary", "m1", "e1",
    )  # fmt: skip


def test_nothing_is_fetched_by_a_route_or_from_a_recipient_that_changed():
    now = replace(FACTS, exchange="e2")
    refuse_if_changed(settings(), call(settings()), FACTS, now)
    for change in ({"recipient_host": "b.example"}, {"recipient_port": 80}, {"terms_version": "2"}):
        with pytest.raises(Refusal, match="recipient_changed"):
            refuse_if_changed(settings(), call(settings()), FACTS, replace(now, **change))
    off = settings(enabled=False)
    for configuration, first in ((off, FACTS), (settings(), replace(FACTS, route="gone"))):
        with pytest.raises(Refusal, match="route_not_allowed"):
            refuse_if_changed(configuration, call(configuration), first, now)
