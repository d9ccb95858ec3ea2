import json
from datetime import UTC, datetime

import pytest
from dialects.canaries import NAME, NUMBER, WORD, Field, planted_values
from dialects.chat_bodies import changed
from dialects.dialect_fakes import ORIGINALS, FakeRestorer, cuts, inbound, pieces_of, restored, run, seeds
from dialects.shape_bodies import DECLARED, FULL, SHAPE
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy import dialects
from proxy.dialects.base import ParsePolicy
from proxy.dialects.declared.request import JsonDialect
from proxy.errors import ClientFault, Refusal, UpstreamFault
from proxy.model import Edit
from proxy.settings import JsonShape, Route

EXAMPLES = invented(150)
JSON = JsonDialect("json", SHAPE)
CANARIES = Field(JSON, FULL)
ROUTE = {"name": "r", "path": "/x", "purpose": "summary", "recipient": "a"}


def shape(**changes):
    return JsonShape.model_validate({"speech": ["/text"], "reply": {"text": ["/result"]}, **changes})


def parsed(body, declared=SHAPE):
    return JsonDialect("json", declared).parse(inbound(body), ParsePolicy())


def fault_of(body, declared=SHAPE):
    with pytest.raises(ClientFault) as caught:
        parsed(body, declared)
    return caught.value


@pytest.mark.parametrize("path", CANARIES.places, ids=lambda path: ".".join(map(str, path)))
def test_a_value_planted_anywhere_in_a_declared_request_does_not_survive(path):
    CANARIES.plant(path)


@pytest.mark.parametrize("path", [(), *CANARIES.places], ids=lambda path: ".".join(map(str, path)))
def test_a_member_or_item_added_anywhere_to_a_declared_request_does_not_survive(path):
    CANARIES.grow(path)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.sampled_from(CANARIES.places), planted_values, seeds)
def test_a_structure_planted_anywhere_in_a_declared_request_does_not_survive(path, value, seed):
    CANARIES.plant_spelled(path, value, seed)


def test_every_place_has_its_meaning():
    found = {slot.where: slot for slot in parsed(FULL).slots}

    assert {where: (slot.text, slot.kind.value, slot.transcript) for where, slot in found.items()} == {
        "/prompt": ("Sum up what Maya said.", "speech", False),
        "/context/thread#0": ("Maya", "speech", False),
        "/context/thread#1": ("call 15550100", "speech", False),
        "/context/thread#2": ("7", "speech", False),
        "/context//hints": ("be brief", "instructions", False),
        "/transcript": ("Tom: hello", "speech", True),
        "/task": ("Minutes for Tom", "instructions", False),
        "/participants/0/name": ("Maya Chen", "label", False),
        "/segments/0/who/name": ("Maya Chen", "label", False),
        "/segments/0/text": ("I will call.", "speech", False),
        "/segments/0/raw/text": ("i will call", "speech", False),
        "/segments/1/who/name": ("2", "label", False),
        "/segments/1/text": ("Somebody spoke.", "speech", False),
        "/segments/2/text": ("Nobody claims this.", "speech", False),
        "/chat/0/author": ("Tom", "label", False),
        "/chat/0/body": ("hi", "speech", False),
    }


def test_utterances_know_their_speaker_and_their_time():
    said = {slot.where: slot.utterance for slot in parsed(FULL).slots if slot.utterance is not None}

    first, again = said["/segments/0/text"], said["/segments/0/raw/text"]
    assert (first.speaker, first.start, first.end) == (again.speaker, again.start, again.end) == ("Maya Chen", 1.5, 3.0)
    assert (said["/segments/1/text"].speaker, said["/segments/1/text"].start) == ("2", None)
    assert said["/segments/2/text"].speaker is None
    assert (said["/chat/0/body"].speaker, said["/chat/0/body"].at) == (
        "Tom",
        datetime(2026, 3, 2, 10, 0, 5, tzinfo=UTC),
    )


def test_what_a_message_quotes_is_the_words_of_whom_it_quotes():
    declared = shape(
        utterances=[
            {"items": "/thread/*", "text": ["/text"], "speaker": "/from", "start": "/at", "time": "instant"},
            {"items": "/thread/*/quoted", "text": ["/text"], "speaker": "/from"},
        ]
    )
    thread = [
        {"from": "Maya", "at": "2026-03-02T10:00:05Z", "text": "No.", "quoted": {"from": "Tom", "text": "Shall we?"}},
        {"from": "Tom", "text": "Fine.", "quoted": None},
        {"from": "Maya", "text": "Then yes.", "quoted": {"text": "Somebody said so."}},
    ]
    said = [slot.utterance for slot in parsed({"thread": thread}, declared).slots if slot.utterance is not None]

    assert [utterance.speaker for utterance in said] == ["Maya", "Tom", "Tom", "Maya", None]
    assert [utterance.at is not None for utterance in said] == [True, False, False, False, False]


def test_identifiers_are_cut_and_counted_and_all_else_stays_byte_for_byte():
    request = parsed(FULL)
    left = json.loads(JSON.render(request, {0: [Edit(0, 3, "Say")]}))

    assert request.stripped == {"user_id": 1, "metadata": 2, "words": 1, "id": 1, "email": 1, "tags": 2}
    assert left["prompt"] == "Say up what Maya said."
    assert left["tags"] == []
    assert left["segments"][0].keys() == {"who", "text", "raw", "from", "to"}
    assert {"user_id", "metadata"}.isdisjoint(left)

    plain = b'{ "prompt" : "h\\u00e9", "limits":{"heat" : 1.50} }'
    assert JSON.render(parsed(plain), {}) == plain


@pytest.mark.parametrize(
    ("path", "value", "reason", "where"),
    [
        (("anna_smith",), 1, "unknown_field", "body"),
        (("segments", 0, "anna"), 1, "unknown_field", "/segments/0"),
        (("language",), "fr", "invalid_field", "/language"),
        (("locale",), "de-CH\n", "invalid_field", "/locale"),
        (("live",), "anna", "invalid_field", "/live"),
        (("limits", "tokens"), 5001, "invalid_field", "/limits/tokens"),
        (("limits", "heat"), 2.5, "invalid_field", "/limits/heat"),
        (("limits",), [1], "invalid_field", "/limits"),
        (("segments",), {"text": "x"}, "invalid_field", "/segments"),
        (("segments", 0, "text"), ["x"], "invalid_field", "/segments/0/text"),
        (("segments", 0, "who", "name"), {"first": "Anna"}, "invalid_field", "/segments/0/who/name"),
        (("segments", 0, "who", "name"), "A" * 257, "invalid_field", "/segments/0/who/name"),
        (("segments", 0, "from"), "anna", "invalid_field", "/segments/0/from"),
        (("segments", 0, "from"), 700_000, "invalid_field", "/segments/0/from"),
        (("chat", 0, "at"), "2026-03-02T10:00:05", "invalid_field", "/chat/0/at"),
        (("chat", 0, "at"), "2026-13-02T10:00:05Z", "invalid_field", "/chat/0/at"),
        (("transcript",), ["Tom: x"], "invalid_field", "/transcript"),
    ],
)
def test_what_is_not_listed_or_of_another_shape_is_refused_with_its_place(path, value, reason, where):
    fault = fault_of(changed(FULL, path, value))

    assert (fault.reason, fault.where, fault.status) == (reason, where, 400)
    assert "anna" not in str(fault).lower()


@pytest.mark.parametrize(
    ("time", "value", "offset"),
    [
        ("seconds", 90.5, 90.5),
        ("milliseconds", 90500, 90.5),
        ("clock", "1:30.5", 90.5),
        ("clock", "01:00:02,250", 3602.25),
        ("unix_seconds", 1772445605, None),
        ("unix_milliseconds", 1772445605000, None),
    ],
)
def test_times_are_read_as_declared(time, value, offset):
    declared = shape(utterances=[{"items": "/s/*", "text": ["/t"], "start": "/at", "time": time}])
    (slot,) = parsed({"s": [{"t": "x", "at": value}]}, declared).slots

    assert slot.utterance.start == offset
    if offset is None:
        assert slot.utterance.at == datetime(2026, 3, 2, 10, 0, 5, tzinfo=UTC)


def test_a_bound_of_the_recipients_is_held_after_redaction_and_named():
    long, at_most = {"prompt": "é" * 25}, DECLARED["max_bytes"]["/prompt"]
    with pytest.raises(ClientFault) as caught:
        JSON.render(parsed(long), {})
    assert (caught.value.reason, caught.value.status, caught.value.where) == ("input_too_large", 413, "/prompt")
    assert str(at_most) in caught.value.detail
    assert "50" in caught.value.detail

    assert json.loads(JSON.render(parsed(long), {0: [Edit(5, 25, "")]})) == {"prompt": "é" * 5}
    with pytest.raises(ClientFault):
        JSON.render(parsed({"prompt": "short"}), {0: [Edit(0, 0, "x" * 40)]})


said = st.lists(st.sampled_from(["PERSON_1", "PERSON_12", "PER", " ", "é", '"', "2"]), max_size=6).map("".join)


@settings(max_examples=EXAMPLES, deadline=None)
@given(said, said, cuts)
def test_listed_places_of_a_reply_are_restored_however_it_is_cut(text, value, places):
    reply = {
        "result": {"text": text, "list": [text, 1, None], text: 1},
        "parts": [{"text": text, "id": "PERSON_1"}],
        "structured": json.dumps({"who": value}, ensure_ascii=False),
        "id": "PERSON_1",
    }
    raw = json.dumps(reply).encode()
    rewriter = JSON.rewriter(parsed(FULL), "application/json", FakeRestorer)
    got = json.loads(run(rewriter, pieces_of(raw, places)))

    assert got["result"]["text"] == got["result"]["list"][0] == restored(text)
    assert got["parts"] == [{"text": restored(text), "id": "PERSON_1"}]
    assert json.loads(got["structured"]) == {"who": restored(value)}
    assert got["id"] == "PERSON_1"


@pytest.mark.parametrize("raw", [b"", b"{", b'{"other": "PERSON_1"}', b"[]", b"\xff", b"7"])
def test_a_reply_without_text_where_it_should_be_is_a_fault_of_the_recipient(raw):
    with pytest.raises(UpstreamFault) as caught:
        run(JSON.rewriter(parsed(FULL), "application/json", FakeRestorer), [raw])
    assert caught.value.reason == "bad_reply"


def test_plain_text_is_a_reply_only_where_the_whole_reply_is_text():
    with pytest.raises(UpstreamFault):
        JSON.rewriter(parsed(FULL), "text/plain", FakeRestorer)
    whole = JsonDialect("json", shape(reply={"text": [""]}))
    rewriter = whole.rewriter(whole.parse(inbound({"text": "x"}), ParsePolicy()), "text/plain", FakeRestorer)
    assert run(rewriter, [b"Ask PERSON", b"_3"]).decode() == f"Ask {ORIGINALS['PERSON_3']}"


def test_errors_and_messages_of_our_own_are_where_the_api_has_them():
    fault = Refusal("consent_denied", "nobody was asked")

    assert json.loads(JSON.error(fault, None).body) == {
        "code": "consent_denied",
        "problems": [{"message": "nobody was asked"}],
    }
    assert json.loads(JsonDialect("json", shape()).error(fault, None).body) == {
        "error": {"code": "consent_denied", "message": "nobody was asked"}
    }
    assert json.loads(JSON.synthetic(parsed(FULL), "Withheld.", "x", 1).body) == {"result": "Withheld."}


arbitrary = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["2026-99-99T99:99:99Z", "1:99"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*FULL, "name", "who", "text", "from", "at", "x"]), inner, max_size=4)
    ),
    max_leaves=15,
)


@settings(max_examples=invented(300), deadline=None)
@given(
    st.binary(max_size=60)
    | arbitrary.map(json.dumps).map(str.encode)
    | st.dictionaries(st.sampled_from(list(FULL)), arbitrary).map(json.dumps).map(str.encode)
)
def test_any_body_is_of_the_shape_or_refused_and_nothing_else(body):
    try:
        request = parsed(body)
        assert JSON.render(request, {}) is not None
    except ClientFault:
        return


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(st.binary(max_size=40) | arbitrary.map(json.dumps).map(str.encode), max_size=4))
def test_any_reply_is_restored_or_a_fault_of_the_recipient_and_nothing_else(pieces):
    try:
        run(JSON.rewriter(parsed(FULL), "application/json", FakeRestorer), pieces)
    except UpstreamFault:
        return


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"speech": []}, "list where participants' words are"),
        ({"speech": ["text"]}, "no JSON Pointer"),
        ({"speech": ["/a~2"]}, "no JSON Pointer"),
        ({"instructions": ["/text"]}, "listed twice"),
        ({"instructions": ["/text/more"]}, "lies within /text"),
        ({"controls": {"/n": {"type": "integer"}}}, "needs 'min' and 'max'"),
        ({"controls": {"/n": {"type": "string"}}}, "either 'values' or a 'pattern'"),
        ({"controls": {"/n": {"type": "boolean", "max": 1}}}, "are for strings"),
        ({"controls": {"/n": {"type": "string", "pattern": "("}}}, "not a valid regular expression"),
        ({"utterances": [{"items": "/s", "text": ["/t"]}]}, "must end with /*"),
        ({"utterances": [{"items": "/s/*", "text": ["/words/*/text"]}]}, "list arrays of words under 'identifiers'"),
        ({"max_bytes": {"/other": 5}}, "not listed as 'speech'"),
        ({"reply": {"text": []}}, "at least 1"),
    ],
)
def test_a_shape_that_contradicts_itself_is_refused_with_a_remedy(changes, told):
    with pytest.raises(ValueError, match=told.replace("*", r"\*")):
        shape(**changes)


def test_a_route_gives_a_shape_with_this_dialect_and_with_no_other():
    declared = {"speech": ["/text"], "reply": {"text": ["/result"]}}
    route = Route.model_validate(ROUTE | {"dialect": "json", "shape": declared})
    assert dialects.dialect_of(route).name == "json"
    for wrong in ({"dialect": "json"}, {"dialect": "transcript", "shape": declared}):
        with pytest.raises(ValueError, match="give 'shape' with the dialect 'json'"):
            Route.model_validate(ROUTE | wrong)


def test_the_canaries_would_find_what_survives():
    declared = shape(
        controls={"/code": {"type": "string", "pattern": ".*"}, "/n": {"type": "number", "min": 0, "max": 1e9}}
    )
    loose = Field(JsonDialect("json", declared), {"text": "x", "code": "y", "n": 1})

    assert NAME in loose.survives({"text": "x", "code": NAME})
    assert str(NUMBER) in loose.survives({"n": NUMBER})
    assert loose.survives({"text": WORD}) is not None
