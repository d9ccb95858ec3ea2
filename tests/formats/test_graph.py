"""Microsoft Graph's metadata payload: spans inside of JSON strings, absolute times, nothing unlisted."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from proxy.errors import ClientFault
from proxy.formats import segment
from proxy.model import Edit, apply_edits

FIELDS = {
    "startDateTime": "2026-03-08T08:22:30.0461639+00:00",
    "endDateTime": "2026-03-08T10:22:31.5261639+02:00",
    "speakerName": "Maria Example",
    "spokenText": "This is a test.",
    "spokenLanguage": "en-us",
}


def cue(payload: str) -> str:
    return f"WEBVTT\n\n00:00:16.246 --> 00:00:17.726\n{payload}\n"


def test_speaker_words_and_instants() -> None:
    text = cue(json.dumps(FIELDS))

    (utterance,) = segment(text).utterances

    assert utterance.speaker == "Maria Example"
    assert utterance.label is not None
    assert text[slice(*utterance.label)] == "Maria Example"
    assert [text[a:b] for a, b in utterance.words] == ["This is a test."]
    assert utterance.at == datetime(2026, 3, 8, 8, 22, 30, 46163, UTC)
    assert utterance.until == datetime(2026, 3, 8, 10, 22, 31, 526163, timezone(timedelta(hours=2)))
    assert utterance.start == 16.246


def test_edits_leave_json() -> None:
    text = cue(json.dumps(FIELDS | {"spokenText": 'He said "yes"\nand left.'}))
    (utterance,) = segment(text).utterances
    assert utterance.label is not None

    edited = apply_edits(text, [Edit(*span, "X") for span in sorted([utterance.label, *utterance.words])])

    payload = json.loads(edited.splitlines()[-1])
    assert payload == FIELDS | {"speakerName": "X", "spokenText": 'X"X"\nX'}


def test_an_escape_is_never_part_of_a_word() -> None:
    r"""``\n`` before a name must not read as ``nTom``."""
    text = cue(json.dumps(FIELDS | {"spokenText": "hello\nTom isn't"}).replace("'", "\\u0027"))

    (utterance,) = segment(text).utterances

    assert [text[a:b] for a, b in utterance.words] == ["hello", "Tom isn", "t"]


def test_no_speaker_is_nobody() -> None:
    text = cue(json.dumps(FIELDS | {"speakerName": None}))

    (utterance,) = segment(text).utterances

    assert (utterance.speaker, utterance.label) == (None, None)


def test_the_name_is_decoded() -> None:
    text = cue(json.dumps(FIELDS | {"speakerName": "Zoë"}, ensure_ascii=True))

    assert segment(text).utterances[0].speaker == "Zoë"


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (json.dumps(FIELDS | {"mood": "secretive"}), "unknown_field"),
        (json.dumps(FIELDS).replace("spokenLanguage", "spokenText"), "duplicate_field"),
        (json.dumps(FIELDS | {"spokenText": {"secretive": 1}}), "transcript_invalid"),
        (json.dumps(FIELDS | {"spokenText": "secretive \\q"}).replace("\\\\", "\\"), "transcript_invalid"),
        (json.dumps(FIELDS)[:-2], "transcript_invalid"),
        (json.dumps(FIELDS) + " secretive", "transcript_invalid"),
        (json.dumps(FIELDS | {"spokenText": "secrétive"}), "transcript_escape"),
        (json.dumps(FIELDS | {"spokenLanguage": "secretive words"}), "transcript_field"),
        (json.dumps(FIELDS | {"startDateTime": "secretive"}), "transcript_time"),
        (json.dumps(FIELDS | {"startDateTime": "2026-13-08T08:22:30Z"}), "transcript_time"),
        (json.dumps(FIELDS | {"startDateTime": "2026-03-08T08:22:30"}), "transcript_time"),
    ],
)
def test_anything_else_is_refused_without_a_quote(payload: str, reason: str) -> None:
    with pytest.raises(ClientFault) as caught:
        segment(cue(payload))

    assert caught.value.reason == reason
    assert "secretive" not in str(caught.value)
