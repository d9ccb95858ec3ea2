"""Words that nothing proves are not left out in silence: the reply names their places, or the request is refused with
the place and the remedy.
"""

from __future__ import annotations

import json

import pytest
from harness.recorder import Received
from promises.conftest import TYPED_KEY, Stand

QUESTION = "Which of these is to be done before the summer?"
TALK = "Annika Solberg: We mend the roof first.\nBenedikt Oyelaran: I refuse to sell the orchard."


def send(stand: Stand, *messages: str) -> tuple[object, list[Received]]:
    mark = stand.mark()
    body = {"model": "m", "messages": [{"role": "user", "content": text} for text in messages]}
    reply = stand.proxy.post("/m/m1/v1/chat/completions", json.dumps(body).encode())
    return reply, stand.since(mark)


def test_a_question_beside_a_transcript_is_refused_with_place_and_remedy(stand: Stand) -> None:
    reply, arrived = send(stand, TALK, QUESTION)
    assert reply.status == 403
    error = reply.json["error"]
    assert error["code"] == "unproven"
    assert "messages[1].content" in error["message"]
    assert "system message" in error["message"]
    assert arrived == []


@pytest.mark.parametrize("system", ["You are a bot.", TALK], ids=["alone", "transcript in the system message"])
def test_a_question_that_is_the_only_message_of_a_user_is_never_left_out_in_silence(stand: Stand, system: str) -> None:
    mark = stand.mark()
    messages = [{"role": "system", "content": system}, {"role": "user", "content": QUESTION}]
    body = json.dumps({"model": "m", "messages": messages}).encode()
    reply = stand.proxy.post("/m/m1/v1/chat/completions", body)
    assert (reply.status, reply.json["error"]["code"]) == (403, "unproven")
    assert "last_message: typed" in reply.json["error"]["message"]
    assert stand.since(mark) == []
    typed = {"Authorization": f"Bearer {TYPED_KEY}"}
    reply = stand.proxy.post("/m/m1/v1/chat/completions", body, typed)
    assert reply.status == 200
    (arrived,) = stand.since(mark)
    assert QUESTION in arrived.body.decode()
    assert "orchard" not in arrived.body.decode()


def test_the_same_question_as_a_system_message_leaves_whole(stand: Stand) -> None:
    mark = stand.mark()
    body = {"model": "m", "messages": [{"role": "system", "content": QUESTION}, {"role": "user", "content": TALK}]}
    reply = stand.proxy.post("/m/m1/v1/chat/completions", json.dumps(body).encode())
    assert reply.status == 200
    assert QUESTION in stand.since(mark)[0].body.decode()
    assert "x-withheld-unproven" not in reply.headers


def test_the_reply_names_where_words_are_left_out(stand: Stand) -> None:
    reply, (arrived,) = send(stand, QUESTION, TALK)
    assert reply.status == 200
    assert reply.headers["x-withheld-unproven"] == "messages[0].content"
    assert QUESTION not in arrived.body.decode()
    assert "We mend the roof first" in arrived.body.decode()
