"""Skynet's summaries API: what is claimed and refused, which job a reply names, and how a job is restored."""

import json

import pytest
from dialects.canaries import Field, planted_values
from dialects.dialect_fakes import ORIGINALS, FakeRestorer, cuts, inbound, pieces_of, run, seeds
from dialects.skynet_bodies import FULL
from hypothesis import given
from hypothesis import strategies as st

from proxy import dialects
from proxy.dialects.base import NamesJobs, ParsePolicy, job_named
from proxy.dialects.skynet import FAILED
from proxy.errors import ClientFault, OwnFault, Refusal, UpstreamFault
from proxy.model import Edit, Inbound
from proxy.settings import DIALECTS, FETCHED_BY, FETCHING

SUMMARIES = dialects.dialect_named("skynet-summaries")
JOB = dialects.dialect_named("skynet-job")
CANARIES = Field(SUMMARIES, FULL)
ID = "5e0c0de1-0000-4000-8000-000000000000"
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just(ID),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "status", "result", "error_message", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("path", [(), *CANARIES.places], ids=lambda path: ".".join(map(str, path)))
def test_nothing_planted_or_added_anywhere_survives(path):
    CANARIES.grow(path)
    if path:
        CANARIES.plant(path)


@given(st.sampled_from(CANARIES.closed_places), planted_values, seeds)
def test_a_structure_planted_anywhere_in_any_spelling_does_not_survive(path, value, seed):
    CANARIES.plant_spelled(path, value, seed)


def test_text_and_prompt_are_slots_and_identifiers_are_cut():
    parsed = SUMMARIES.parse(inbound(FULL), ParsePolicy())

    assert [(slot.where, slot.kind.value, slot.transcript) for slot in parsed.slots] == [
        ("text", "speech", True),
        ("prompt", "instructions", False),
    ]
    cut = {"job_id", "meeting_id", "customer_id", "app_id", "user_id", "session_id", "metadata"}
    assert parsed.stripped == {**dict.fromkeys(cut, 1), "metadata": 2}
    edits = {0: [Edit(0, 9, "PERSON_1")]}
    assert json.loads(SUMMARIES.render(parsed, edits)) == {
        **{name: value for name, value in FULL.items() if name not in cut},
        "text": FULL["text"].replace("Maya Chen", "PERSON_1"),
    }


def test_fields_that_are_not_set_are_null_as_clients_write_them():
    unset = dict.fromkeys(
        ("job_id", "max_completion_tokens", "preferred_locale", "prompt", "callback_url", "file", "hint", "priority")
    )
    with pytest.raises(ClientFault, match="unknown_field"):
        SUMMARIES.parse(inbound({"text": "a", **unset}), ParsePolicy())
    body = {"text": "a", **{name: None for name in unset if name not in ("callback_url", "file")}}
    parsed = SUMMARIES.parse(inbound(body), ParsePolicy())
    assert json.loads(SUMMARIES.render(parsed, {})) == {name: value for name, value in body.items() if name != "job_id"}


@pytest.mark.parametrize("locale", ["en", "pt-BR", "zh_Hant_TW", "ptBR", "fil"])
def test_locales_pass_as_clients_write_them(locale):
    parsed = SUMMARIES.parse(inbound({"text": "a", "preferred_locale": locale}), ParsePolicy())
    assert json.loads(SUMMARIES.render(parsed, {}))["preferred_locale"] == locale


@pytest.mark.parametrize("hint", ["conversation", "emails", "meeting", "text", None])
def test_whatever_the_hint_the_text_is_what_people_said(hint):
    parsed = SUMMARIES.parse(inbound({"text": "Summarize this", "hint": hint, "prompt": None}), ParsePolicy())

    assert [(slot.where, slot.transcript) for slot in parsed.slots] == [("text", True)]


@pytest.mark.parametrize(
    ("change", "reason", "where"),
    [
        ({"text": None}, "invalid_field", "text"),
        ({"text": ["a"]}, "invalid_field", "text"),
        ({"prompt": {"a": 1}}, "invalid_field", "prompt"),
        ({"hint": "Annika"}, "invalid_field", "hint"),
        ({"priority": "Annika"}, "invalid_field", "priority"),
        ({"preferred_locale": "Annika Solberg"}, "invalid_field", "preferred_locale"),
        ({"preferred_locale": "annika"}, "invalid_field", "preferred_locale"),
        ({"max_completion_tokens": 15550142}, "invalid_field", "max_completion_tokens"),
        ({"is_live_summary": "yes"}, "invalid_field", "is_live_summary"),
        ({"callback_url": "https://a.example"}, "callback_not_allowed", "callback_url"),
        ({"webhooks": [1]}, "callback_not_allowed", "webhooks"),
        ({"file": "a"}, "uninspectable_content", "file"),
        ({"url": "https://a.example"}, "uninspectable_content", "url"),
        ({"transcript": "Annika"}, "unknown_field", "body"),
    ],
)
def test_what_is_not_claimed_is_the_clients_fault(change, reason, where):
    with pytest.raises(ClientFault) as caught:
        SUMMARIES.parse(inbound({"text": "a", **change}), ParsePolicy())

    assert (caught.value.reason, caught.value.where) == (reason, where)
    assert "Annika" not in str(caught.value)
    assert "a.example" not in str(caught.value)


def test_a_reply_is_passed_on_as_it_is_and_names_its_job():
    parsed = SUMMARIES.parse(inbound(FULL), ParsePolicy())
    raw = json.dumps({"id": ID, "note": "PERSON_3"}).encode()
    assert run(SUMMARIES.rewriter(parsed, "application/json; charset=utf-8", FakeRestorer), [raw[:9], raw[9:]]) == raw
    assert SUMMARIES.job_named(raw) == job_named(SUMMARIES, raw) == ID
    with pytest.raises(UpstreamFault):
        SUMMARIES.rewriter(parsed, "text/plain", FakeRestorer)


LONG = b"a" * 129


@pytest.mark.parametrize(
    "reply",
    [
        *(b"", b"{}", b"[]", b"null", b"\xff", b'{"id": 1}', b'{"id": ""}', b'{"id": "a/b"}', b'{"id": ".."}'),
        *(b'{"id": "withheld-1"}', b'{"id": "a?b"}', b'{"id": "a\\u0000"}', b'{"id": "a", "id": "b"}'),
        b'{"id": "' + LONG + b'"}',
    ],
)
def test_a_reply_that_names_no_job_that_can_be_asked_for_is_the_recipients_fault(reply):
    with pytest.raises(UpstreamFault) as caught:
        SUMMARIES.job_named(reply)
    assert caught.value.reason == "bad_reply"


def test_the_settings_know_which_dialects_name_jobs():
    every = {name: dialects.dialect_named(name) for name in DIALECTS if name != "json"}
    assert {name for name, dialect in every.items() if isinstance(dialect, NamesJobs)} == set(FETCHED_BY)
    assert set(FETCHED_BY.values()) == FETCHING
    assert job_named(every["openai-chat"], b'{"id": "a"}') is None


def asked(body=b"", job=ID):
    return JOB.parse(Inbound("GET", f"/summaries/v1/job/{job}", "", (), body), ParsePolicy(job=job))


def told(*pieces, content_type="application/json"):
    return run(JOB.rewriter(asked(), content_type, FakeRestorer), pieces)


def job(**fields):
    return {"duration": 0.5, "id": ID, "result": None, "status": "success", "type": "summary", **fields}


def test_asking_for_a_job_carries_nothing():
    assert asked().slots == ()
    assert JOB.render(asked(), {}) == b""
    with pytest.raises(ClientFault) as caught:
        asked(b"{}")
    assert caught.value.reason == "body_not_allowed"


@given(cuts)
def test_a_result_is_restored_and_all_else_stays(cut_at):
    raw = json.dumps(job(result="PERSON_3 and PERSON_12", type="PERSON_3", more=[{"PERSON_3": 1}])).encode()
    expected = job(result=f"Ada and {ORIGINALS['PERSON_12']}", type="PERSON_3", more=[{"Ada": 1}])
    assert json.loads(told(*pieces_of(raw, cut_at))) == expected


@pytest.mark.parametrize("status", ["pending", "running"])
def test_a_job_under_way_passes_byte_for_byte(status):
    raw = json.dumps(job(status=status), indent=3).encode()
    assert told(raw) == raw


def test_a_result_that_is_json_stays_json():
    raw = json.dumps(job(result=json.dumps({"who": "PERSON_1"}))).encode()
    assert json.loads(json.loads(told(raw))["result"]) == {"who": ORIGINALS["PERSON_1"]}


def test_what_is_said_of_a_failure_is_not_passed_on():
    raw = json.dumps(
        job(status="error", result="PERSON_3 said", error_message="PERSON_3", error_code="timeout")
    ).encode()
    expected = job(status="error", result=FAILED, error_message=FAILED, error_code="timeout")
    assert json.loads(told(raw)) == expected


@pytest.mark.parametrize(
    "reply",
    [b"", b"null", b"[]", b"{}", json.dumps(job(id="another")).encode(), json.dumps(job(status="done")).encode(),
     json.dumps(job(id=None)).encode(), b'{"status": "success", "status": "error", "id": "' + ID.encode() + b'"}'],
)  # fmt: skip
def test_what_is_not_the_job_is_the_recipients_fault(reply):
    with pytest.raises(UpstreamFault) as caught:
        told(reply)
    assert caught.value.reason == "bad_reply"


@given(json_values | st.binary(max_size=30), cuts)
def test_any_reply_is_a_job_or_the_recipients_fault(value, cut_at):
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    for read in (lambda: told(*pieces_of(raw, cut_at)), lambda: SUMMARIES.job_named(raw)):
        try:
            read()
        except UpstreamFault as fault:
            assert fault.reason == "bad_reply"


def test_faults_have_the_shape_of_the_api():
    for dialect in (SUMMARIES, JOB):
        answer = dialect.error(ClientFault("invalid_field", "must be a string", where="text"), None)
        assert answer.status == 400
        assert json.loads(answer.body) == {
            "detail": "invalid_field: must be a string (at text)",
            "code": "invalid_field",
        }
        assert json.loads(dialect.error(Refusal("route_disabled"), None).body)["detail"] == "route_disabled"
        assert dialect.stream_error(Refusal("x")) == b""


def test_a_refusal_can_be_told_as_a_job():
    parsed = SUMMARIES.parse(inbound(FULL), ParsePolicy())
    named = json.loads(SUMMARIES.synthetic(parsed, "Withheld.", "0f3c", 0).body)
    assert named == {"id": "withheld-0f3c"}
    answer = json.loads(JOB.synthetic(asked(job="withheld-0f3c"), "Withheld.", "9", 0).body)
    assert (answer["id"], answer["status"], answer["result"]) == ("withheld-0f3c", "success", "Withheld.")


def test_a_request_of_another_dialect_is_a_defect():
    with pytest.raises(OwnFault):
        JOB.rewriter(SUMMARIES.parse(inbound(FULL), ParsePolicy()), "application/json", FakeRestorer)
