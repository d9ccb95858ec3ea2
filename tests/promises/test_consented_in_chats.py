"""Promise 2 in meeting chats: replies and reactions quote other people, whose words stay where they said no."""

from __future__ import annotations

import pytest

CHAT = (
    "00:01:00\tBenedikt Oyelaran:\tcanary-ben resigns\r\n"
    "00:02:00\tAnnika Solberg:\tso we need a plan\r\n"
    '00:03:00\tAnnika Solberg:\t{}\r\n'
    "00:04:00\tAnnika Solberg:\tthen we are agreed\r\n"
)  # fmt: skip


@pytest.mark.parametrize(
    "message",
    [
        'Replying to "canary-ben resi..."\n\nthat is sad',
        'Reacted to "canary-ben resigns" with 👍',
        'Heeft gereageerd op "canary-ben resi..." met 🔥',
        'Reacted to canary-ben resi... with "👍"',
        'Removed a 👍 reaction from "canary-ben resigns"',
        'Replying to "canary-unseen"\n\nof a message before this part of the chat',
    ],
)
@pytest.mark.parametrize("around", ["{}", "Summarize this chat.\n\n{}\n\nBe brief."], ids=["alone", "in a prompt"])
def test_quotes_in_a_chat_stay_with_whom_they_quote(stand, message: str, around: str) -> None:
    stand.proxy.meeting(name="m-chat", complete=False)
    stand.proxy.consent("grant", "p-ann", meeting="m-chat")
    mark = stand.mark()
    reply = stand.proxy.chat(around.format(CHAT.format(message)), meeting="m-chat")
    assert reply.status == 200
    (received,) = stand.since(mark)
    assert b"canary" not in received.raw
    assert b"so we need a plan" in received.body
    assert b"then we are agreed" in received.body
