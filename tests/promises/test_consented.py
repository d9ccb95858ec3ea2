"""Promise 2, consented: a participant's words leave only under a live grant; any doubt keeps them in."""

from __future__ import annotations

import json
import sqlite3

LINES = (
    "Annika Solberg: The launch moves to the second quarter.\n"
    "Benedikt Oyelaran: My canary-ben must stay here.\n"
    "Chiara Montefusco: My canary-chiara must stay here.\n"
    "Guest 4021: My canary-unknown must stay here.\n"
    "Annika Solberg: Then we are agreed.\n"
)


def test_only_granted_words_leave(stand) -> None:
    mark = stand.mark()
    reply = stand.proxy.chat(LINES)
    assert reply.status == 200
    (received,) = stand.since(mark)
    assert b"canary" not in received.raw
    assert b"The launch moves" in received.body
    assert received.body.count(b"[withheld]") == 3


def test_names_of_withheld_people_are_masked_in_the_words_of_others(stand) -> None:
    mark = stand.mark()
    reply = stand.proxy.chat(LINES + "Annika Solberg: Benedikt said no, and chiara montefusco is on leave.\n")
    (received,) = stand.since(mark)
    assert b"enedikt" not in received.raw
    assert b"montefusco" not in received.raw.lower()
    assert b"WITHHELD_PERSON" in received.body
    assert "Benedikt" not in reply.text


def test_quotes_of_withheld_words_are_masked(stand) -> None:
    mark = stand.mark()
    stand.proxy.chat(
        "Benedikt Oyelaran: We will close the Tromsø plant before the summer holidays begin.\n"
        "Annika Solberg: He said we will close the Tromsø plant before the summer holidays begin, did he?\n"
    )
    (received,) = stand.since(mark)
    assert "close the Tromsø plant before the summer" not in received.body.decode()


def test_a_withdrawal_counts_in_the_next_request(stand) -> None:
    stand.proxy.meeting(name="m-withdraw")
    stand.proxy.consent("grant", "p-cho", meeting="m-withdraw")
    mark = stand.mark()
    text = "Chiara Montefusco: canary-one of the budget.\n"
    assert stand.proxy.chat(text, meeting="m-withdraw").status == 200
    stand.proxy.consent("withdraw", "p-cho", meeting="m-withdraw")
    reply = stand.proxy.chat(text.replace("one", "two"), meeting="m-withdraw")
    wire = b"".join(received.raw for received in stand.since(mark))
    assert b"canary-one" in wire
    assert b"canary-two" not in wire
    assert reply.status in (200, 403)


def test_a_grant_holds_for_one_purpose(stand) -> None:
    stand.proxy.meeting(name="m-purpose")
    stand.proxy.consent("grant", "p-ann", meeting="m-purpose", purpose="summary")
    mark = stand.mark()
    stand.proxy.chat("Annika Solberg: canary-compose\n", meeting="m-purpose", path="/compose/v1/chat/completions")
    assert b"canary-compose" not in b"".join(received.raw for received in stand.since(mark))


def test_a_grant_for_other_terms_is_stale(stand) -> None:
    stand.proxy.meeting(name="m-terms")
    stand.proxy.consent("grant", "p-ann", "--terms", "2023-08-07", meeting="m-terms")
    mark = stand.mark()
    stand.proxy.chat("Annika Solberg: canary-terms\n", meeting="m-terms")
    assert b"canary-terms" not in b"".join(received.raw for received in stand.since(mark))


def test_words_spoken_before_the_grant_stay(stand) -> None:
    stand.proxy.meeting(name="m-late")
    stand.proxy.consent("grant", "p-ann", "--from", "2026-03-02T10:10:00+00:00", meeting="m-late")
    mark = stand.mark()
    vtt = (
        "WEBVTT\n\n1\n00:05:00.000 --> 00:05:04.000\nAnnika Solberg: canary-before the grant.\n\n"
        "2\n00:15:00.000 --> 00:15:04.000\nAnnika Solberg: words-after the grant.\n"
    )
    reply = stand.proxy.chat(vtt, meeting="m-late")
    assert reply.status == 200
    (received,) = stand.since(mark)
    assert b"canary-before" not in received.raw
    assert b"words-after" in received.raw


def test_unbound_and_unattributed_text_stays(stand) -> None:
    mark = stand.mark()
    assert stand.proxy.chat(LINES, meeting=None).status in (200, 403)
    assert stand.proxy.chat("canary-nobody said this to anyone, and no line names a speaker").status in (200, 403)
    assert b"canary" not in b"".join(received.raw for received in stand.since(mark))


def test_below_the_retained_ratio_the_request_is_refused_in_the_apis_shape(alone) -> None:
    alone.proxy.document["consent"] = {"min_retained_ratio": 0.9}
    alone.proxy.meeting()
    alone.proxy.consent("grant", "p-ann")
    alone.proxy.start()
    reply = alone.proxy.chat(LINES)
    assert reply.status == 403
    assert reply.json["error"]["code"] == "consent_denied"
    assert "enedikt" not in reply.body.decode()
    assert "p-ben" in reply.body.decode()
    assert alone.recorder.received == []


def test_a_refusal_can_be_a_message_and_is_streamed_where_asked(alone) -> None:
    alone.proxy.document["consent"] = {"min_retained_ratio": 0.9, "on_refusal": "synthetic_message"}
    alone.proxy.meeting()
    alone.proxy.start()
    whole, streamed = alone.proxy.chat(LINES), alone.proxy.chat(LINES, stream=True)
    assert whole.status == streamed.status == 200
    assert "text/event-stream" in streamed.headers["content-type"]
    assert streamed.body.rstrip().endswith(b"data: [DONE]")
    assert "Withheld by the meeting privacy proxy" in whole.text
    assert whole.text.split(":")[0] == streamed.text.split(":")[0]
    assert alone.recorder.received == []


def test_a_store_that_fails_keeps_everything_in(alone) -> None:
    alone.proxy.meeting()
    alone.proxy.consent("grant", "p-ann")
    alone.proxy.start()
    assert alone.proxy.chat(LINES).status == 200
    mark = alone.mark()
    with sqlite3.connect(alone.proxy.directory / "proxy.db", isolation_level=None) as broken:
        tables = [row[0] for row in broken.execute("select name from sqlite_master where type = 'table'")]
        for table in tables:
            if "grant" in table or "consent" in table:
                broken.execute(f"alter table {table} rename to {table}_gone")
    reply = alone.proxy.chat(LINES)
    assert reply.status == 503
    assert reply.json["error"]["code"] == "store_unavailable"
    assert alone.since(mark) == []


def test_a_message_with_an_author_is_that_persons(stand) -> None:
    mark = stand.mark()
    body = {
        "model": "m",
        "messages": [
            {"role": "system", "content": "Draft a reply."},
            {"role": "user", "name": "Annika Solberg", "content": "Can we ship in June?"},
            {"role": "user", "name": "Benedikt Oyelaran", "content": "canary-authored"},
        ],
    }
    assert stand.proxy.post("/m/m1/compose/v1/chat/completions", json.dumps(body).encode()).status == 200
    (received,) = stand.since(mark)
    assert b"canary-authored" not in received.raw
    assert b"Can we ship" in received.raw
    assert b"Annika" not in received.raw
    assert b"Benedikt" not in received.raw
