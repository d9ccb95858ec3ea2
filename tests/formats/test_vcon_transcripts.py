"""vCon: words by party, indices held, nothing that cannot be inspected, `redacted` written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from proxy.errors import ClientFault
from proxy.formats import read
from proxy.model import Edit, apply_edits

UUID = "018f15a6-a752-826f-b9a2-279e0d16bc46"


def vcon(**more: Any) -> dict[str, Any]:
    return {
        "uuid": UUID,
        "created_at": "2026-03-02T10:00:00Z",
        "parties": [{"name": "Ann", "tel": "+15550100"}, {"mailto": "mailto:ben@x.example", "role": "agent"}],
        "dialog": [
            {"type": "text", "start": "2026-03-02T10:00:01Z", "duration": 2.5, "parties": [0, 1], "body": "Hi \u00e9"},
            {"type": "text", "start": "2026-03-02T10:00:05Z", "parties": [0, 1], "originator": 1, "body": "canary"},
            {"type": "recording", "parties": [0, 1], "url": "https://x.example/canary.mp3", "content_hash": "sha512-c"},
        ],
        **more,
    }


def said(document: dict[str, Any], labels: tuple[str, ...] = ()) -> list[tuple[str | None, str]]:
    transcript = read(json.dumps(document), labels, whole=True)
    return [(u.speaker, "|".join(transcript.text[a:b] for a, b in u.words)) for u in transcript.segmented.utterances]


def sent(document: dict[str, Any], gone: str) -> dict[str, Any]:
    """The vCon without what `gone` said."""
    transcript = read(json.dumps(document), whole=True)
    spans = [span for u in transcript.segmented.utterances if u.speaker in (gone, None) for span in u.words]
    edits = transcript.source_edits([Edit(*span, "") for span in sorted(spans)])
    return json.loads(apply_edits(json.dumps(document), edits))


def test_a_dialog_is_its_originators_or_its_first_partys() -> None:
    assert said(vcon()) == [("Ann", "Hi é"), ("ben@x.example", "canary")]
    assert said(vcon(), ("+15550100",))[0][0] == "+15550100"
    first = read(json.dumps(vcon()), whole=True).segmented.utterances[0]
    assert (str(first.at), str(first.until)) == ("2026-03-02 10:00:01+00:00", "2026-03-02 10:00:03.500000+00:00")


def test_withheld_dialogs_keep_their_places_and_the_vcon_says_that_it_is_redacted() -> None:
    document = vcon(analysis=[{"type": "summary", "dialog": 1, "vendor": "x", "body": "canary"}])
    copy = sent(document, "ben@x.example")

    assert [dialog["type"] for dialog in copy["dialog"]] == ["text", "text", "recording"]
    assert copy["dialog"][0] == document["dialog"][0]
    assert copy["dialog"][1] == {**document["dialog"][1], "body": ""}
    assert copy["dialog"][2] == {"type": "recording", "parties": [0, 1], "url": "", "content_hash": ""}
    assert copy["redacted"] == {"uuid": UUID, "type": "consent"}
    assert copy["uuid"] != UUID
    assert sent(document, "ben@x.example")["uuid"] == copy["uuid"]
    assert "canary" not in json.dumps(copy)


@pytest.mark.parametrize("link", ["redacted", "amended", "appended"])
def test_a_redacted_copy_of_a_copy_names_that_copy(link: str) -> None:
    copy = sent(vcon(**{link: {"uuid": "other"}}), "ben@x.example")

    assert copy["redacted"]["uuid"] == UUID
    assert "amended" not in copy
    assert "appended" not in copy


@pytest.mark.parametrize(
    "analysis",
    [
        {"type": "transcript", "body": "Ann: Hi é\nben@x.example: canary", "encoding": "none"},
        {"type": "transcript", "body": [{"parties": 0, "start": "2026-03-02T10:00:01Z", "text": "Hi é"},
                                        {"parties": 1, "start": "2026-03-02T10:00:05Z", "text": "canary"}]},
        {"type": "wtf", "body": {"transcript": "Hi é canary", "confidence": 0.5}},
    ],
    ids=["lines", "objects", "one text"],
)  # fmt: skip
def test_an_analysis_that_repeats_the_transcript_is_split_by_party(analysis: dict[str, Any]) -> None:
    copy = sent(vcon(analysis=[{**analysis, "dialog": 0}]), "ben@x.example")

    assert "canary" not in json.dumps(copy)
    assert "Hi é" in json.dumps(copy["analysis"], ensure_ascii=False)


@pytest.mark.parametrize(
    "hidden",
    [
        {"attachments": [{"purpose": "note", "party": 0, "encoding": "none", "body": "canary"}]},
        {"attachments": [{"type": "x", "body": {"canary": "canary", "n": [1]}}]},
        {"dialog": [{"type": "text", "parties": [0], "encoding": "base64url", "body": "Y2FuYXJ5"}]},
        {"dialog": [{"type": "text", "parties": [0], "body": "x", "meta": {"canary": 1}, "filename": "canary.txt"}]},
        {"analysis": [{"type": "x", "encoding": "json", "body": '"canary"'}, {"type": "y", "body": {"canary": 1}}]},
        {"group": [{"uuid": "canary"}]},
    ],
    ids=["attachment", "attachment in JSON", "encoded", "meta", "analysis in JSON", "group"],
)
def test_what_cannot_be_inspected_is_cut_whoever_granted(hidden: dict[str, Any]) -> None:
    text = json.dumps(vcon() | {"dialog": []} | hidden)
    transcript = read(text, whole=True)

    copy = json.loads(apply_edits(text, transcript.source_edits(())))
    assert "canary" not in json.dumps(copy)
    assert "Y2Fu" not in json.dumps(copy)
    assert copy["redacted"]["uuid"] == UUID


def test_a_vcon_with_nothing_to_change_leaves_as_it_came() -> None:
    text = json.dumps(vcon() | {"dialog": vcon()["dialog"][:2]}, indent=1)

    assert apply_edits(text, read(text, whole=True).source_edits(())) == text


@pytest.mark.parametrize("place", ["root", "dialog", "parties"])
def test_an_unknown_field_is_refused(place: str) -> None:
    document = vcon()
    (document if place == "root" else document[place][0])["zq"] = "x"

    with pytest.raises(ClientFault) as refused:
        read(json.dumps(document), whole=True)
    assert refused.value.reason == "unknown_field"
    assert "zq" not in str(refused.value)


@pytest.mark.parametrize("index", [-1, 7, 1.5, 10**30, "0", None])
def test_a_party_that_is_none_is_nobody(index: Any) -> None:
    document = vcon() | {"dialog": [{"type": "text", "parties": index, "body": "x"}]}

    assert (None, "x") in said(document)


def test_an_originator_who_is_not_among_a_dialogs_parties_is_nobody() -> None:
    body = {"type": "text", "start": "2026-03-02T10:00:01Z", "parties": [1], "originator": 0, "body": "canary"}
    assert said(vcon(dialog=[body])) == [(None, "canary")]


@pytest.mark.parametrize("originator", [True, False, "1", [1], {"party": 1}, 1.5])
def test_an_originator_that_is_no_party_is_nobody(originator: Any) -> None:
    body = {"type": "text", "start": "2026-03-02T10:00:01Z", "parties": [0, 1], "originator": originator, "body": "x"}
    assert (None, "x") in said(vcon(dialog=[body]))


FIELDS = ("duration", "disposition", "mediatype", "encoding", "type", "interaction_type", "codec", "resolution",
          "created_at", "start", "role", "timezone", "vendor", "product", "schema", "event", "extensions")  # fmt: skip
TOKENS = ("cancel-the-canary-project-7", "cancel_the_big_canary", "cancel.the.canary.now", "not/the/canary/plan")


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize("field", FIELDS)
def test_words_in_a_field_of_another_kind_are_nobodys(field: str, token: str) -> None:
    document = vcon()
    document["dialog"][1][field] = token
    document["parties"][1][field] = token
    document["analysis"] = [{"type": "report", "body": "", **{field: token}}]
    assert "canary" not in json.dumps(sent(document, "ben@x.example"))


@pytest.mark.parametrize(
    "told",
    [{"disposition": "busy"}, {"disposition": 4711}, {"interaction_type": "vote_against"}, {"codec": "no"},
     {"resolution": 17}, {"start": 4711}, {"bitrate": 4711}],
)  # fmt: skip
def test_what_tells_of_withheld_words_goes_with_them(told: dict[str, Any]) -> None:
    document = vcon()
    document["dialog"][1] |= told
    document["dialog"][0] |= told
    copy = sent(document, "ben@x.example")
    key, value = next(iter(told.items()))
    assert copy["dialog"][1][key] != value
    assert copy["dialog"][0][key] == value


def test_keys_that_no_list_has_are_cut() -> None:
    document = vcon()
    document["dialog"][1]["disposition"] = {"canary": 1}
    document["dialog"][1]["duration"] = [{"canary": True}]
    assert "canary" not in json.dumps(sent(document, "ben@x.example"))


def test_fields_as_the_draft_has_them_are_kept() -> None:
    document = vcon(vcon="0.4.0", extensions=["wtf_transcription"], updated_at="2026-03-02T11:00:00Z")
    document["parties"][0] |= {"validation": "SMS", "timezone": "Europe/Berlin", "role": "customer"}
    document["dialog"][1] |= {"mediatype": "text/plain", "encoding": "none", "duration": 3, "parties": [0, 1]}
    document["analysis"] = [
        {"type": "summary", "vendor": "openai", "product": "gpt-4o-mini", "schema": "v2", "body": ""}
    ]
    copy = sent(document, "ben@x.example")
    assert copy["dialog"][1] == {**document["dialog"][1], "body": ""}
    assert {**copy, "dialog": 0, "uuid": 0, "redacted": 0} == {**document, "dialog": 0, "uuid": 0, "redacted": 0}
