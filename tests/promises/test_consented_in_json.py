"""Promise 2 in JSON transcripts: in every copy of what was said, as a body of its own and inside of a prompt."""

from __future__ import annotations

import json

import pytest
from formats.json_samples import KEPT, SAMPLES

PEOPLE = [
    {"id": "p-ann", "name": "Annika Solberg", "aliases": ["0"],
     "emails": ["annika.solberg@fjord.example"], "class": "employee"},
    {"id": "p-ben", "name": "Benedikt Oyelaran", "aliases": ["1", "B"],
     "emails": ["ben.o@fjord.example"], "class": "employee"},
]  # fmt: skip
SRT = "1\n00:00:01,000 --> 00:00:02,000\nAnnika Solberg: {}\n\n2\n00:00:03,000 --> 00:00:04,000\n{}\n"
VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nAnnika Solberg: {}\n\n00:00:03.000 --> 00:00:04.000\n{}\n"


def renamed(name: str) -> str:
    document = json.dumps(SAMPLES[name])
    for old, new in (("Ann Lund", "Annika Solberg"), ("Ben Okoro", "Benedikt Oyelaran"), ("ann@", "annika.solberg@")):
        document = document.replace(old, new)
    return document


def called(name: str) -> str:
    """A meeting in which Annika granted and Benedikt denied; Google Meet knows people by names of its own."""
    return "m-meet" if name == "google meet" else "m-json"


@pytest.fixture(scope="module")
def meeting(stand) -> str:
    meet = [
        {**person, "id": f"{person['id']}-meet", "aliases": [f"conferenceRecords/r1/participants/{person['id'][2:]}"]}
        for person in PEOPLE
    ]
    for name, people in (("google meet", meet), ("json", PEOPLE)):
        stand.proxy.meeting(people, name=called(name))
        stand.proxy.consent("grant", people[0]["id"], meeting=called(name))
        stand.proxy.consent("deny", people[1]["id"], meeting=called(name))
    return called("json")


@pytest.mark.parametrize("name", SAMPLES)
def test_no_copy_of_withheld_words_leaves(stand, meeting: str, name: str) -> None:
    document = renamed(name)
    mark = stand.mark()
    meeting = called(name)
    whole = stand.proxy.post(f"/m/{meeting}/v1/transcript", document.encode(), {"Content-Type": "application/json"})
    prompt = stand.proxy.chat(f"Sum up:\n```json\n{document}\n```\nBe brief.", meeting=meeting)
    # OpenAI's verbose JSON names nobody: a prompt of nothing else is refused, and not sent blank.
    named = name != "openai verbose"
    assert (whole.status, prompt.status) == (200, 200 if named else 403), whole.body + prompt.body
    body, *chat = stand.since(mark)
    assert len(chat) == named
    for received in (body, *chat):
        assert b"canary" not in received.raw
        assert b"enedikt" not in received.raw
    json.loads(body.body)
    if name not in ("openai verbose", "recall", "recall before"):
        assert "We ship the" in body.body.decode()
        assert "We ship the" in chat[0].json["messages"][0]["content"]


def test_a_vcon_keeps_its_indices_and_says_that_it_is_redacted(stand, meeting: str) -> None:
    uuid = "018f15a6-a752-826f-b9a2-279e0d16bc46"
    dialog = [
        {"type": "text", "start": "2026-03-02T10:00:01Z", "parties": [0], "body": KEPT},
        {"type": "text", "start": "2026-03-02T10:00:05Z", "parties": [1], "body": "canary"},
        {"type": "recording", "parties": [0, 1], "url": "https://x.example/canary.mp3"},
    ]
    parties = [{"name": "Annika Solberg"}, {"name": "Benedikt Oyelaran", "mailto": "ben.o@fjord.example"}]
    body = json.dumps({"uuid": uuid, "parties": parties, "dialog": dialog, "analysis": [], "attachments": []})
    mark = stand.mark()
    headers = {"Content-Type": "application/vcon+json"}
    assert stand.proxy.post(f"/m/{meeting}/v1/transcript", body.encode(), headers).status == 200
    (received,) = stand.since(mark)
    sent = json.loads(received.body)
    assert b"canary" not in received.raw
    assert b"enedikt" not in received.raw
    assert [entry.get("body") for entry in sent["dialog"]] == [KEPT, "[withheld]", None]
    assert sent["redacted"]["uuid"] == uuid
    assert sent["uuid"] != uuid


def test_complaint_32_srt_vtt_and_json_of_an_audio_transcript_are_filtered(stand, meeting: str) -> None:
    """Complaint 32: transcripts of audio as SRT and VTT were not filtered; here all are, with labels or none."""
    mark = stand.mark()
    for text in (SRT, VTT):
        for gone in ("Benedikt Oyelaran: canary", "canary of nobody"):
            body = text.format("zebra in May", gone)
            assert (
                stand.proxy.post(f"/m/{meeting}/v1/transcript", body.encode(), {"Content-Type": "text/plain"}).status
                == 200
            )
            assert stand.proxy.chat(f"Sum up:\n\n{body}", meeting=meeting).status == 200
    received = stand.since(mark)
    assert len(received) == 8
    for one in received:
        assert b"canary" not in one.raw
        assert b"zebra in May" in one.body


def test_complaint_17_spans_are_right_behind_escapes(stand, meeting: str) -> None:
    """Complaint 17: spans were wrong by some letters ("Mike. Wh"); here escapes in JSON shift nothing behind them."""
    said = 'Mike. "Ünïcode" \\ 😀\tsaid: ask annika.solberg@fjord.example. What now?'
    document = json.dumps([{"speaker": "Annika Solberg", "text": said, "start": 0.5}])
    mark = stand.mark()
    assert (
        stand.proxy.post(f"/m/{meeting}/v1/transcript", document.encode(), {"Content-Type": "application/json"}).status
        == 200
    )
    (received,) = stand.since(mark)
    sent = json.loads(received.body)[0]["text"]
    assert "annika.solberg" not in sent
    assert '"Ünïcode" \\ 😀\tsaid: ask ' in sent
    assert sent.endswith(". What now?")


def test_complaint_03_replacements_do_not_splice_in_word_lists(stand, meeting: str) -> None:
    """Complaint 3: overlaps spliced placeholders; here they do not where each word is an object of its own either."""
    words = [
        {"word": word, "start": n + 0.5} for n, word in enumerate("call +1 202 555 0143 or Tobias Wennerström".split())
    ]
    text = " ".join(word["word"] for word in words)
    document = json.dumps([{"speaker": "Annika Solberg", "text": text, "start": 0.5, "words": words}])
    mark = stand.mark()
    assert (
        stand.proxy.post(f"/m/{meeting}/v1/transcript", document.encode(), {"Content-Type": "application/json"}).status
        == 200
    )
    (received,) = stand.since(mark)
    (turn,) = json.loads(received.body)
    listed = " ".join(word["word"] for word in turn["words"] if word["word"])
    assert "0143" not in received.body.decode()
    assert "Wennerstr" not in json.dumps(turn, ensure_ascii=False)
    assert listed == turn["text"]


def test_an_unknown_field_refuses_and_says_where(stand, meeting: str) -> None:
    document = json.dumps([{"speaker": "Annika Solberg", "text": "hello", "canary-field": "x"}])
    mark = stand.mark()
    reply = stand.proxy.post(f"/m/{meeting}/v1/transcript", document.encode(), {"Content-Type": "application/json"})
    assert reply.status == 400
    assert reply.json["error"]["code"] == "unknown_field"
    assert "canary" not in reply.body.decode()
    assert stand.since(mark) == []


def test_complaint_34_a_summary_beside_a_filtered_transcript_stays_in(stand, meeting: str) -> None:
    """Complaint 34: a transcript was masked and the summary beside it was not; here it is made of everybody's words."""
    turns = [
        {"speaker": "Annika Solberg", "text": KEPT, "start": 0.5},
        {"speaker": "B", "text": "canary", "start": 1.5},
    ]
    fields = {"title": "canary", "summary": {"overview": "canary", "action_items": ["canary"], "keywords": ["canary"]}}
    mark = stand.mark()
    for document in ({**fields, "segments": turns}, {"data": {"transcript": {**fields, "sentences": turns}}}):
        body = json.dumps(document)
        headers = {"Content-Type": "application/json"}
        assert stand.proxy.post(f"/m/{meeting}/v1/transcript", body.encode(), headers).status == 200
        assert stand.proxy.chat(f"Sum up: {body}", meeting=meeting).status == 200
    for received in stand.since(mark):
        assert b"canary" not in received.raw
        assert b"We ship the" in received.body
