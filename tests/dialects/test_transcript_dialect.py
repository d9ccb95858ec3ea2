import json

import pytest
from dialects.dialect_fakes import FakeRestorer, cuts, edits_of, inbound, pieces_of, restored, run, texts
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy import dialects
from proxy.dialects.base import ParsePolicy
from proxy.errors import ClientFault, OwnFault, Refusal, UpstreamFault
from proxy.model import Edit, Slot, SlotKind, apply_edits

EXAMPLES = invented(200)
TRANSCRIPT = dialects.dialect_named("transcript")
VTT = "WEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\nZoë: hello\r\n"


BODY = VTT.encode()


def parsed(body=BODY, content_type="text/vtt"):
    return TRANSCRIPT.parse(inbound(body, content_type), ParsePolicy())


def rewriter(content_type):
    return TRANSCRIPT.rewriter(parsed(), content_type, FakeRestorer)


@pytest.mark.parametrize("kind", ["text/vtt", "application/x-subrip", "text/srt", "text/plain"])
def test_the_body_is_one_slot_that_is_a_transcript(kind):
    request = parsed(content_type=f'{kind}; charset="UTF-8"')

    assert request.slots == (Slot(0, "body", VTT, SlotKind.SPEECH, transcript=True),)
    assert TRANSCRIPT.content_type(request) == f"{kind}; charset=utf-8"
    assert (request.model, request.stream, dict(request.stripped)) == (None, False, {})


def test_a_byte_order_mark_is_kept_and_is_no_text():
    request = parsed(b"\xef\xbb\xbf" + VTT.encode())

    assert request.slots[0].text == VTT
    assert TRANSCRIPT.render(request, {0: [Edit(0, 6, "X")]}) == b"\xef\xbb\xbfX" + VTT[6:].encode()


@settings(max_examples=EXAMPLES)
@given(
    texts.filter(lambda text: text.strip() and text[0] != "\ufeff").flatmap(
        lambda text: st.tuples(st.just(text), edits_of(text))
    )
)
def test_only_edits_change_the_body(case):
    text, edits = case
    request = parsed(text.encode(), "text/plain")

    assert TRANSCRIPT.render(request, {}) == text.encode()
    assert TRANSCRIPT.render(request, {0: edits}) == apply_edits(text, edits).encode()


@pytest.mark.parametrize(
    ("body", "content_type", "reason", "status"),
    [
        (b"x", "application/xml", "unsupported_content_type", 415),
        (b"x", "text/html", "unsupported_content_type", 415),
        (b"x", None, "unsupported_content_type", 415),
        (b"x", "text/plain; charset=iso-8859-1", "unsupported_charset", 415),
        (b"\xe9", "text/plain", "invalid_utf8", 400),
        (b" \r\n", "text/vtt", "empty_body", 400),
        (b"\xef\xbb\xbf", "text/vtt", "empty_body", 400),
    ],
)
def test_other_bodies_are_refused(body, content_type, reason, status):
    with pytest.raises(ClientFault) as caught:
        parsed(body, content_type)
    assert (caught.value.reason, caught.value.status) == (reason, status)


@pytest.mark.parametrize("edits", [{1: []}, {0: [Edit(0, 999, "")]}])
def test_edits_that_do_not_fit_send_nothing(edits):
    with pytest.raises(OwnFault):
        TRANSCRIPT.render(parsed(), edits)


pseudonymous = st.lists(
    st.sampled_from(["PERSON_1", "PERSON_12", "PERSON_3", "PERSON_", "PER", "é😀", "\r\n", " "]), max_size=8
).map("".join)


@settings(max_examples=EXAMPLES)
@given(pseudonymous, cuts, st.sampled_from(["text/plain; charset=utf-8", "text/markdown", "text/vtt", "text/srt"]))
def test_a_reply_in_text_is_restored_however_it_is_cut(text, places, kind):
    raw = text.encode()

    for pieces in ([raw], pieces_of(raw, places), [raw[n : n + 1] for n in range(len(raw))]):
        assert run(rewriter(kind), pieces).decode() == restored(text)


def test_text_goes_on_as_soon_as_it_is_certain():
    restoring = rewriter("text/plain")

    assert [restoring.feed(piece) for piece in (b"Ask PERS", b"ON_3", b" or ", b"\xc3", b"\xa9 P")] == [
        b"Ask ",
        b"",
        b"Ada or ",
        b"",
        "é ".encode(),
    ]
    assert restoring.close() == b"P"


@settings(max_examples=EXAMPLES)
@given(st.dictionaries(pseudonymous, pseudonymous | st.lists(pseudonymous, max_size=2), max_size=3), cuts)
def test_a_reply_in_json_has_its_strings_and_keys_restored(reply, places):
    raw = json.dumps(reply).encode()
    pairs = [
        (restored(key), [restored(v) for v in value] if isinstance(value, list) else restored(value))
        for key, value in reply.items()
    ]

    assert json.loads(run(rewriter("application/json"), pieces_of(raw, places)), object_pairs_hook=list) == pairs


@pytest.mark.parametrize(
    ("kind", "raw", "reason"),
    [
        ("text/plain", b"\xff", "bad_encoding"),
        ("text/plain", b"caf\xc3", "bad_encoding"),
        ("application/json", b"{", "bad_reply"),
    ],
)
def test_a_broken_reply_is_a_fault(kind, raw, reason):
    with pytest.raises(UpstreamFault) as caught:
        run(rewriter(kind), [raw])
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "kind", ["text/html", "text/event-stream", "application/octet-stream", "text/plain; charset=latin-1"]
)
def test_other_replies_are_a_fault(kind):
    with pytest.raises(UpstreamFault):
        rewriter(kind)


def test_errors_are_json_and_streams_have_none():
    answer = TRANSCRIPT.error(ClientFault("empty_body", "send words", where="body"), None)

    assert (answer.status, answer.content_type) == (400, "application/json")
    assert json.loads(answer.body) == {"error": {"code": "empty_body", "message": "send words", "where": "body"}}
    assert json.loads(TRANSCRIPT.error(Refusal("consent_denied"), None).body)["error"]["message"] == "consent denied"
    assert TRANSCRIPT.stream_error(Refusal("consent_denied")) == b""


def test_a_synthetic_message_is_plain_text():
    answer = TRANSCRIPT.synthetic(parsed(), "Withheld: Né", "x1", 5)

    assert (answer.status, answer.content_type, answer.body) == (
        200,
        "text/plain; charset=utf-8",
        "Withheld: Né".encode(),
    )


def test_every_dialect_of_the_settings_is_there():
    """All by their name, but the one whose shape each route declares."""
    from proxy.settings import DIALECTS, JSON_DIALECT

    assert {*dialects.DIALECTS, JSON_DIALECT} == set(DIALECTS)
    assert all(dialects.dialect_named(name).name == name for name in dialects.DIALECTS)
