"""Promise 3, redacted: what leaves has been through detection and policy; the bytes are searched once more."""

from __future__ import annotations

import itertools
import json
import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import unquote_to_bytes

import pytest
from harness.patience import PATIENCE
from harness.proc import descendants, detection_workers, used

SECRETS = {
    "email": "maja.lindgren@kanal.example",
    "phone": "+46 70 174 06 05",
    "card": "4111 1111 1111 1111",
    "iban": "DE89 3704 0044 0532 0130 00",
    "ip": "203.0.113.77",
}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_written_personal_data_does_not_leave(stand, secret: str) -> None:
    mark = stand.mark()
    reply = stand.proxy.chat(f"Annika Solberg: Please note {secret} for the record.\n")
    assert reply.status == 200
    (received,) = stand.since(mark)
    assert secret.encode() not in received.raw
    assert secret in reply.text


def test_one_person_is_one_pseudonym_in_every_form(stand) -> None:
    mark = stand.mark()
    reply = stand.proxy.chat(
        "Annika Solberg: I am Annika. Write to annika.solberg@fjord.example, or ask ANNIKA SOLBERG or annika.\n"
    )
    (received,) = stand.since(mark)
    text = received.json["messages"][0]["content"]
    assert "nnika" not in text.lower()
    assert "olberg" not in text.lower()
    numbers = {word.split("_")[1] for word in text.replace(".", " ").replace(":", " ").split() if "PERSON_" in word}
    assert len({number.strip(",") for number in numbers}) == 1
    assert "annika.solberg@fjord.example" in reply.text


def test_a_misheard_name_a_handle_and_initials_are_the_same_person(stand) -> None:
    mark = stand.mark()
    reply = stand.proxy.chat("Annika Solberg: Anika Sohlberg here, ask asolberg or A.S. or the Solbergs.\n")
    (received,) = stand.since(mark)
    text = received.json["messages"][0]["content"]
    assert set(re.findall(r"PERSON_(\d+)", text)) == {"1"}
    assert not re.search(r"nika|sol|sohl|A\.S", text, re.IGNORECASE)
    assert reply.text.count("Annika Solberg") >= 5


def test_cue_numbers_times_and_ids_stay(stand) -> None:
    vtt = (
        "WEBVTT\r\n\r\n17\r\n00:00:01.000 --> 00:00:03.500\r\nAnnika Solberg: Call Annika at +46 70 174 06 05.\r\n\r\n"
        "18\r\n00:00:04.000 --> 00:00:05.000 align:start\r\nBenedikt Oyelaran: No.\r\n"
    )
    mark = stand.mark()
    assert stand.proxy.post("/m/m1/v1/transcript", vtt.encode(), {"Content-Type": "text/vtt"}).status in (200, 502)
    (received,) = stand.since(mark)
    left = received.body.decode()
    for kept in ("17\r\n00:00:01.000 --> 00:00:03.500\r\n", "18\r\n00:00:04.000 --> 00:00:05.000 align:start\r\n"):
        assert kept in left
    assert "Annika" not in left


def test_a_kind_that_policy_refuses_refuses_the_request(alone) -> None:
    alone.proxy.document["redaction"] = {"CREDIT_CARD": "refuse", "default": "pseudonym"}
    alone.proxy.meeting()
    alone.proxy.consent("grant", "p-ann")
    alone.proxy.start()
    reply = alone.proxy.chat("Annika Solberg: The card is 4111 1111 1111 1111.\n")
    assert reply.status == 403
    assert reply.json["error"]["code"] == "kind_refused"
    assert alone.recorder.received == []


SAID = {
    "connection string": ("use postgres://app:s3cr3t@db.kanal.example/main", b"s3cr3t"),
    "key": ("the key is sk_live_" + "a1B2" * 6, b"a1B2a1B2"),
    "password said": ("the password is capital B l u e dash forty two", b"forty two"),
    "pin said": ("and the door code is four four one nine", b"four four one nine"),
    "password typed": ("password: hunter2x", b"hunter2x"),
}


@pytest.mark.parametrize(("text", "secret"), SAID.values(), ids=SAID)
def test_a_secret_pasted_or_said_does_not_leave(stand, text: str, secret: bytes) -> None:
    mark = stand.mark()
    assert stand.proxy.chat(f"Annika Solberg: {text}\n").status == 200
    (received,) = stand.since(mark)
    assert secret not in received.raw


def test_a_secret_that_policy_refuses_is_named_by_kind_and_place_and_no_text(alone) -> None:
    alone.proxy.document["redaction"] = {"SECRET": "refuse"}
    alone.proxy.meeting()
    alone.proxy.consent("grant", "p-ann")
    alone.proxy.start()
    reply = alone.proxy.chat("Annika Solberg: the password is hunter two all lower case\n")
    assert reply.status == 403
    assert reply.json["error"]["code"] == "kind_refused"
    assert "SECRET" in reply.json["error"]["message"]
    assert reply.json["error"]["param"] == "messages[0].content"
    assert b"hunter" not in reply.body
    assert alone.recorder.received == []
    assert alone.proxy.chat("Annika Solberg: the password is wrong\n").status == 200


def test_special_categories_are_kept_and_counted_until_policy_says_otherwise(alone) -> None:
    words = "Annika Solberg: I was diagnosed with diabetes\n"
    alone.proxy.document["routes"] += [
        {**alone.proxy.document["routes"][0], "name": "strict", "path": "/v1/strict", "redaction": {"HEALTH": "refuse"}}
    ]
    alone.proxy.document["clients"][0]["routes"] += ["strict"]
    alone.proxy.meeting()
    alone.proxy.consent("grant", "p-ann")
    alone.proxy.start()
    assert alone.proxy.chat(words).status == 200
    (received,) = alone.recorder.received
    assert b"diabetes" in received.raw
    refused = alone.proxy.post(
        "/m/m1/v1/strict", json.dumps({"model": "m", "messages": [{"role": "user", "content": words}]}).encode()
    )
    assert (refused.status, refused.json["error"]["code"]) == (403, "kind_refused")
    assert "HEALTH" in refused.json["error"]["message"]
    assert b"diabetes" not in refused.body
    assert len(alone.recorder.received) == 1
    kept = [event.get("data_classifications", [{}])[0].get("discovery_details") for event in alone.proxy.settled()]
    assert [{"type": "HEALTH", "count": 1}] in kept


def test_code_names_of_a_file_do_not_leave(alone, tmp_path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("Blue Heron\n")
    ours = tmp_path / "ours.txt"
    ours.write_text("Grauwölfe\n")
    alone.proxy.document["detection"] = {"dictionaries": [{"kind": "PROJECT", "file": str(names)}]}
    alone.proxy.document["routes"][0]["detection"] = {"dictionaries": [{"kind": "PROJECT", "file": str(ours)}]}
    alone.proxy.meeting()
    alone.proxy.consent("grant", "p-ann")
    alone.proxy.start()
    reply = alone.proxy.chat("Annika Solberg: ship blue  heron's plan and that of grauwölfe\n")
    assert "blue  heron's plan and that of grauwölfe" in reply.text
    (received,) = alone.recorder.received
    assert b"heron" not in received.raw
    assert b"grauw" not in received.raw


def test_what_a_file_of_recognizers_for_presidio_finds_does_not_leave(alone, tmp_path) -> None:
    """Workers load it. A file with a recognizer that cannot run does not start a proxy that leaves it out."""
    file = tmp_path / "recognizers.yaml"
    badge = "{name: Badge, supported_entity: BADGE, patterns: [{name: b, regex: 'QX-[0-9]{4}', score: 0.6}]}"
    file.write_text(f"recognizers:\n- {badge}\n- SpacyRecognizer\n")
    alone.proxy.document["detection"] = {"presidio_recognizers": str(file)}
    alone.proxy.document["redaction"]["BADGE"] = "pseudonym"
    alone.proxy.meeting()
    alone.proxy.consent("grant", "p-ann")
    refused = alone.proxy.cli("check", "--config", str(alone.proxy.config), "--json", code=1)
    (problem,) = json.loads(refused)["problems"]
    assert problem.startswith(f"{file}:3: recognizers[1].name: ")
    file.write_text(f"recognizers:\n- {badge}\n")
    alone.proxy.start(anew=True)
    reply = alone.proxy.chat("Annika Solberg: take qx-1234 to the gate, or Q X dash one two three five\n")
    assert "take qx-1234 to the gate" in reply.text
    (received,) = alone.recorder.received
    assert b"1234" not in received.raw
    assert b"BADGE_1" in received.raw


def test_an_original_in_a_place_that_cannot_be_edited_refuses(stand) -> None:
    """The model's name is the client's to choose; with a participant's name in it, the last check refuses."""
    mark = stand.mark()
    reply = stand.proxy.chat("Annika Solberg: Ask Annika Solberg.\n", model="annika.solberg@fjord.example")
    assert reply.status in (400, 403)
    assert stand.since(mark) == []


def test_tool_arguments_keys_and_numbers_are_searched(stand) -> None:
    arguments = json.dumps({"to": SECRETS["email"], "notes": {SECRETS["phone"]: "call"}, "n": 4111111111111111})
    body = {
        "model": "m",
        "messages": [
            {"role": "user", "content": "Annika Solberg: Send it.\n"},
            {
                "role": "assistant",
                "name": "Annika Solberg",
                "content": None,
                "tool_calls": [
                    {"id": "call_1", "type": "function", "function": {"name": "send", "arguments": arguments}}
                ],
            },
            {"role": "tool", "tool_call_id": "call_1", "content": f"Annika Solberg: it is {SECRETS['ip']}"},
        ],
    }
    mark = stand.mark()
    reply = stand.proxy.post("/m/m1/v1/chat/completions", json.dumps(body).encode())
    wire = b"".join(received.raw for received in stand.since(mark))
    assert reply.status == 200, reply.body
    for secret in (*SECRETS.values(), "4111111111111111"):
        assert secret.encode() not in wire


def busy(pid: int, ticks: int = 20) -> bool:
    """Whether a detection worker below this proxy has computed for so many hundredths of a second."""
    return any(used(each) > ticks for each in detection_workers(pid))


def test_killed_workers_never_let_text_through_and_are_replaced(alone) -> None:
    alone.proxy.meeting()
    alone.proxy.consent("grant", "p-ann")
    alone.proxy.start(anew=True)
    secret = SECRETS["email"]
    text = "".join(f"Annika Solberg: Item {n}: ask {secret} about it, or someone else in town.\n" for n in range(800))
    statuses: list[int] = []
    client = threading.Thread(target=lambda: statuses.append(alone.proxy.chat(text).status))
    client.start()
    while client.is_alive() and not busy(alone.proxy.process.pid):
        client.join(0.01)
    for pid in descendants(alone.proxy.process.pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    client.join(PATIENCE)
    assert statuses
    assert statuses[0] in (503, 200)
    assert secret.encode() not in alone.recorder.wire
    deadline = time.monotonic() + PATIENCE
    while (reply := alone.proxy.chat(f"Annika Solberg: ask {secret}.\n")).status != 200:
        assert reply.status == 503
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert secret.encode() not in alone.recorder.wire


def planted() -> Iterator[tuple[str, dict[str, object], dict[str, str]]]:
    """Requests (path, body, headers) with e-mail addresses in every place; each address is used once."""
    number = itertools.count()

    def canary() -> str:
        return f"zq{next(number):05d}@canary.example"

    def body(*messages: dict[str, object], **fields: object) -> dict[str, object]:
        opening = {"role": "user", "content": f"Annika Solberg: {canary()}\nBenedikt Oyelaran: {canary()}\n"}
        return {"model": "m", "messages": [opening, *messages], **fields}

    def spoken(role: str, **fields: object) -> dict[str, object]:
        return {"role": role, "content": f"Annika Solberg: see {canary()}\n", **fields}

    def schema() -> dict[str, object]:
        held = {"description": canary(), "enum": [canary()], "default": canary(), "title": canary()}
        return {"type": "object", "properties": {canary(): held}, "required": [canary()]}

    def arguments() -> str:
        return json.dumps({canary(): {"deep": [canary(), {"deeper": canary()}], canary(): 1}})

    chat = "/m/m1/v1/chat/completions"
    for _ in range(9):
        call = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": arguments()}}
        answer = {"role": "tool", "tool_call_id": "call_1", "content": f"Annika Solberg: {canary()}"}
        parts = [{"type": "text", "text": f"Annika Solberg: {canary()}"}, {"type": "text", "text": canary()}]
        function = {"name": "f", "description": canary(), "parameters": schema()}
        shape = {"type": "json_schema", "json_schema": {"name": "s", "description": canary(), "schema": schema()}}
        yield chat, body(spoken("system"), spoken("developer"), spoken("assistant")), {}
        yield chat, body({"role": "user", "content": parts}), {}
        yield chat, body({"role": "assistant", "content": None, "tool_calls": [call]}, answer), {}
        yield chat, body(tools=[{"type": "function", "function": function}]), {}
        yield chat, body(response_format=shape), {}
        yield chat, body(stop=[canary(), canary()]), {}
        yield chat, body(prediction={"type": "content", "content": f"Annika Solberg: {canary()}"}), {}
        yield chat, body(user=canary(), metadata={canary(): canary()}, safety_identifier=canary()), {}
        yield chat, body(spoken("user", name=canary())), {}
        yield chat, body(model=canary()), {}
        yield chat, body(**{canary(): canary()}), {}
        yield chat, body({"role": "user", "content": canary(), "extra": canary()}), {}
        yield chat, body({"role": "tool", "tool_call_id": canary(), "content": "x"}), {}
        yield chat, body(), {"User-Agent": canary(), "X-Custom": canary(), "Cookie": f"a={canary()}", "From": canary()}
        yield f"{chat}?q={canary()}", body(), {}
        yield f"/m/{canary()}/v1/chat/completions", body(), {}


def test_addresses_planted_in_every_place_never_arrive(stand) -> None:
    """Redacted, cut out or refused: by whatever way, none of them reaches the recipient, in any encoding."""
    mark = stand.mark()
    served = 0
    for path, request, headers in planted():
        raw = json.dumps(request, ensure_ascii=bool(served % 2)).encode()
        served += stand.proxy.post(path, raw, headers).status == 200
    wire = b"\n".join(received.raw for received in stand.since(mark))
    assert served >= 50
    for reading in (wire, unquote_to_bytes(wire), wire.decode("unicode_escape", "ignore").encode()):
        assert re.findall(rb".{0,60}(?:canary\.example|zq\d{5}).{0,30}", reading) == []


def test_user_names_are_replaced_and_restored(stand) -> None:
    mark = stand.mark()
    text = "Annika Solberg: ping @mkowalski92 and @annikasolberg; my handle is dev_fjord, and @channel knows.\n"
    reply = stand.proxy.chat(text)
    (received,) = stand.since(mark)
    left = received.json["messages"][0]["content"]
    assert "USERNAME_1" in left
    assert "@channel knows" in left
    for name in (b"mkowalski92", b"annikasolberg", b"dev_fjord"):
        assert name not in received.raw
    assert reply.text.strip() == text.strip()
