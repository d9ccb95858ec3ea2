"""Promise 5, restored only to its owner: pseudonyms belong to one exchange and to its client's reply."""

from __future__ import annotations

import asyncio
import json
import threading

import pytest
from harness.recorder import Received, completion

OFFERED = {"tools": [{"type": "function", "function": {"name": "invite", "parameters": {"type": "object"}}}]}
TEXT = "Annika Solberg: Ask Tobias Wennerström at tobias@kanal.example.\n"


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_an_echo_comes_back_with_names(stand, stream: bool) -> None:
    mark = stand.mark()
    reply = stand.proxy.chat(TEXT, stream=stream)
    assert reply.status == 200
    assert reply.text.strip() == TEXT.strip()
    (received,) = stand.since(mark)
    for original in (b"Annika", b"Tobias", b"tobias@kanal.example"):
        assert original not in received.raw
    if stream:
        assert reply.body.rstrip().endswith(b"data: [DONE]")


def test_a_look_alike_that_a_participant_typed_is_not_restored(stand) -> None:
    text = "Annika Solberg: The placeholders PERSON_1, person_2 and [PERSON_3] are literal; call Tobias Wennerström.\n"
    reply = stand.proxy.chat(text)
    assert "PERSON_1, person_2 and [PERSON_3] are literal" in reply.text


def test_exchanges_at_the_same_time_do_not_mix(stand) -> None:
    replies: dict[int, str] = {}

    def ask(number: int) -> None:
        address = f"person{number}@kanal{number}.example"
        replies[number] = stand.proxy.chat(f"Annika Solberg: mail {address} now.\n", stream=bool(number % 2)).text

    clients = [threading.Thread(target=ask, args=(n,)) for n in range(24)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    for number, text in replies.items():
        assert text.strip() == f"Annika Solberg: mail person{number}@kanal{number}.example now."


def test_a_pseudonym_of_another_exchange_means_nothing(alone) -> None:
    async def fixed(received: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(completion("EMAIL_ADDRESS_1 and PERSON_1 and PERSON_77"))

    alone.recorder.reply = fixed
    alone.proxy.meeting()
    alone.proxy.consent("grant", "p-ann")
    alone.proxy.start()
    alone.proxy.chat("Annika Solberg: mail first@kanal.example\n")
    second = alone.proxy.chat("Annika Solberg: nothing personal in here\n").text
    assert "first@kanal.example" not in second
    assert "EMAIL_ADDRESS_1" in second
    assert "PERSON_77" in second


def test_tool_arguments_stay_valid_json(alone) -> None:
    async def call_tool(received: Received, writer: asyncio.StreamWriter) -> None:
        said = received.json["messages"][0]["content"]
        pseudonym = next(word for word in said.split() if word.startswith("PERSON_") and not word.endswith(":"))
        message = {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {
                    "id": "call_1",
                    "type": "function",
                    "function": {"name": "invite", "arguments": json.dumps({"who": pseudonym})},
                }
            ],
        }
        reply = json.loads(completion("").split(b"\r\n\r\n", 1)[1])
        reply["choices"][0]["message"] = message
        payload = json.dumps(reply).encode()
        writer.write(
            f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(payload)}\r\n\r\n".encode()
            + payload
        )

    alone.recorder.reply = call_tool
    quoted = {"id": "p-quo", "name": 'Robert "Bobby" Tables', "class": "guest"}
    alone.proxy.meeting([{"id": "p-ann", "name": "Annika Solberg", "class": "employee"}, quoted])
    alone.proxy.consent("grant", "p-ann")
    alone.proxy.consent("grant", "p-quo")
    alone.proxy.start()
    reply = alone.proxy.chat('Annika Solberg: Please invite Robert "Bobby" Tables today.\n', **OFFERED)
    call = reply.json["choices"][0]["message"]["tool_calls"][0]
    assert json.loads(call["function"]["arguments"]) == {"who": 'Robert "Bobby" Tables'}
