import json

import pytest
from dialects.dialect_fakes import ORIGINALS, FakeRestorer, cuts, inbound, pieces_of, run
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy import dialects
from proxy.dialects.base import ParsePolicy
from proxy.dialects.openai.audio import Part, read_parts, write_parts
from proxy.errors import ClientFault, Refusal, UpstreamFault
from proxy.model import Edit

AUDIO = dialects.dialect_named("openai-audio")
TYPE = "multipart/form-data; boundary=xyz"
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\xff\xfe\r\n--xy\r\n\x00"


def field(name, content, extra=""):
    raw = content if isinstance(content, bytes) else content.encode()
    return f'--xyz\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n'.encode() + raw + b"\r\n"


def file(content=WAV, name="Board call with Maya.wav", kind="audio/x-wav"):
    head = f'--xyz\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: {kind}\r\n\r\n'
    return head.encode() + content + b"\r\n"


def body(*parts):
    return b"".join([*(parts or (file(), field("model", "whisper-1"))), b"--xyz--\r\n"])


def parsed(*parts, policy=None):
    return AUDIO.parse(inbound(body(*parts), TYPE), policy or ParsePolicy())


def fault_of(raw, content_type=TYPE):
    with pytest.raises(ClientFault) as caught:
        AUDIO.parse(inbound(raw, content_type), ParsePolicy())
    return caught.value


def test_the_recording_is_one_utterance_that_nobody_claims():
    request = parsed(
        file(), field("model", "whisper-1"), field("prompt", "With Maya."), field("known_speaker_names[]", "Tom")
    )

    assert [(slot.where, slot.text, slot.kind.value) for slot in request.slots] == [
        ("file", "recording", "speech"),
        ("prompt", "With Maya.", "instructions"),
        ("known_speaker_names[]", "Tom", "label"),
    ]
    assert request.slots[0].utterance.speaker is None
    assert (request.model, request.media) == ("whisper-1", WAV)


def test_what_leaves_is_written_anew_under_a_file_name_of_our_own():
    request = parsed(file(), field("model", "whisper-1"), field("prompt", "With Maya."))
    left = AUDIO.render(request, {1: [Edit(5, 9, "PERSON_1")]})
    content_type = AUDIO.content_type(request)

    assert [tuple(part) for part in read_parts(content_type, left)] == [
        ("file", WAV, "recording.wav", "audio/wav"),
        ("model", b"whisper-1", None, ""),
        ("prompt", b"With PERSON_1.", None, ""),
    ]
    assert b"Maya" not in left
    assert b"Board" not in left


def test_a_recording_that_was_withheld_is_refused_whatever_else_stays():
    with pytest.raises(Refusal) as caught:
        AUDIO.render(parsed(), {0: [Edit(0, 9, "[withheld]")]})
    assert (caught.value.reason, caught.value.status) == ("recording_not_granted", 403)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (WAV, "recording.wav"),
        (b"ID3\x03\x00", "recording.mp3"),
        (b"\xff\xfb\x90\x00", "recording.mp3"),
        (b"fLaC\x00\x00", "recording.flac"),
        (b"OggS\x00\x02", "recording.ogg"),
        (b"\x00\x00\x00\x20ftypM4A ", "recording.m4a"),
        (b"\x1a\x45\xdf\xa3\x01", "recording.webm"),
    ],
)
def test_recordings_are_known_by_how_they_begin(content, name):
    request = parsed(file(content, "x", "application/octet-stream"), field("model", "m"))
    assert read_parts(AUDIO.content_type(request), AUDIO.render(request, {}))[0].filename == name


@pytest.mark.parametrize(
    ("parts", "reason", "where"),
    [
        ([file(b"Anna Lund: hello"), field("model", "m")], "uninspectable_content", "file"),
        ([file(b""), field("model", "m")], "uninspectable_content", "file"),
        ([file(), file(), field("model", "m")], "invalid_field", "file"),
        ([field("model", "m")], "invalid_field", "file"),
        ([file()], "invalid_field", "model"),
        ([file(), field("model", "m"), field("user", "Anna")], "unknown_field", "body"),
        ([file(), field("model", "m"), field("anna", "1")], "unknown_field", "body"),
        ([file(), field("model", "m"), field("url", "s3://bucket/anna.wav")], "unknown_field", "body"),
        ([file(), field("model", "m"), field("known_speaker_references[]", "data:")], "unknown_field", "body"),
        ([file(), field("model", "m"), field("stream", "true")], "invalid_field", "stream"),
        ([file(), field("model", "m"), field("language", "Anna")], "invalid_field", "language"),
        ([file(), field("model", "m"), field("temperature", "15550142")], "invalid_field", "temperature"),
        ([file(), field("model", "m"), field("response_format", "anna")], "invalid_field", "response_format"),
        ([file(), field("model", "anna@firm.example")], "model_not_allowed", "model"),
        ([file(), field("model", "m"), field("prompt", b"\xff")], "invalid_utf8", "prompt"),
        ([file(), field("model", "m"), field("prompt", "x", '; filename="anna"')], "invalid_field", "prompt"),
    ],
)
def test_what_is_not_listed_is_refused_with_its_place(parts, reason, where):
    fault = fault_of(body(*parts))
    assert (fault.reason, fault.where) == (reason, where)
    assert "anna" not in str(fault).lower()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"preamble" + body(),
        body() + b"epilogue",
        body()[:-10],
        b"--xyz--\r\n",
        b"--xyz\r\n\r\nx\r\n--xyz--",
        body(b'--xyz\r\nX-Anna: 1\r\nContent-Disposition: form-data; name="model"\r\n\r\nm\r\n'),
        body(b'--xyz\r\nContent-Disposition: attachment; name="model"\r\n\r\nm\r\n'),
        body(*[field("prompt", "x")] * 65),
    ],
)
def test_a_multipart_body_in_doubt_is_refused(raw):
    assert fault_of(raw).status == 400


@pytest.mark.parametrize(
    "content_type", [None, "application/json", "multipart/form-data", "multipart/form-data; boundary=a b; x=1"]
)
def test_another_content_type_is_refused(content_type):
    assert fault_of(body(), content_type).status == 415


@settings(max_examples=invented(200), deadline=None)
@given(
    st.lists(
        st.sampled_from([file(), field("model", "m"), field("prompt", "é"), b"--xyz\r\n", b"\r\n\r\n", b"--xyz--"])
        | st.binary(max_size=12),
        max_size=8,
    )
)
def test_any_body_is_a_transcription_or_refused_and_nothing_else(pieces):
    try:
        request = AUDIO.parse(inbound(b"".join(pieces), TYPE), ParsePolicy())
    except ClientFault:
        return
    assert read_parts(AUDIO.content_type(request), AUDIO.render(request, {}))


@settings(max_examples=invented(100), deadline=None)
@given(st.lists(st.binary(max_size=30), min_size=1, max_size=4))
def test_parts_are_read_as_they_are_written(contents):
    parts = [Part("file", content, "recording.wav", "audio/wav") for content in contents]
    assert read_parts("multipart/form-data; boundary=zzzzzz", write_parts(parts, "zzzzzz")) == parts


@settings(max_examples=invented(50), deadline=None)
@given(cuts)
def test_a_transcript_is_restored_in_every_form_however_it_is_cut(places):
    segments = {"text": "PERSON_3: hi", "segments": [{"speaker": "PERSON_3", "text": "hi"}]}
    whole = run(
        AUDIO.rewriter(parsed(), "application/json", FakeRestorer), pieces_of(json.dumps(segments).encode(), places)
    )
    assert json.loads(whole) == {"text": "Ada: hi", "segments": [{"speaker": "Ada", "text": "hi"}]}
    text = run(AUDIO.rewriter(parsed(), "text/plain; charset=utf-8", FakeRestorer), pieces_of(b"PERSON_1: hi", places))
    assert text.decode() == f"{ORIGINALS['PERSON_1']}: hi"
    with pytest.raises(UpstreamFault):
        AUDIO.rewriter(parsed(), "text/event-stream", FakeRestorer)
