"""Promise 6, silent: logs, metrics, error bodies and the ledger hold no text and no direct identifiers."""

from __future__ import annotations

import itertools
import json
import socket

CANARIES = 300

_number = itertools.count()


def canary() -> str:
    return f"zqcanary{next(_number):05d}x"


def places() -> list[tuple[str, bytes, dict[str, str]]]:
    """Requests (path, body, headers) with canaries in every place that a request has; some are refused."""
    chat = "/m/m1/v1/chat/completions"

    def body(messages: list | None = None, **fields: object) -> bytes:
        said = [{"role": "user", "content": f"Annika Solberg: {canary()}\nBenedikt Oyelaran: {canary()}\n"}]
        return json.dumps({"model": "m", "messages": said if messages is None else messages, **fields}).encode()

    def message(**fields: object) -> list[dict]:
        return [{"role": "user", "content": "Annika Solberg: Hello.\n"}, {"role": "user", "content": "", **fields}]

    function = {"name": canary(), "arguments": json.dumps({canary(): canary()})}
    tool = {"name": "t", "description": canary(), "parameters": {"properties": {canary(): {"description": canary()}}}}
    return [
        (chat, body(), {}),
        (chat, body(stream=True), {}),
        (chat, body(user=canary(), metadata={canary(): canary()}), {}),
        (chat, body(**{canary(): canary()}), {}),
        (chat, body(model=canary()), {}),
        (chat, body(stop=[canary()]), {}),
        (chat, body(tools=[{"type": "function", "function": tool}]), {}),
        (chat, body(response_format={"type": "json_schema", "json_schema": {"name": canary(), "schema": {}}}), {}),
        (chat, body(message(name=canary(), content=canary())), {}),
        (chat, body(message(role=canary())), {}),
        (chat, body(message(content=[{"type": "text", "text": canary()}])), {}),
        (chat, body(message(content=[{"type": canary(), "text": canary()}])), {}),
        (chat, body(message(content=[{"type": "image_url", "image_url": {"url": canary()}}])), {}),
        (chat, body(message(role="system", content=canary())), {}),
        (chat, body(message(role="tool", tool_call_id=canary(), content=canary())), {}),
        (chat, body(message(role="assistant", tool_calls=[{"id": "c", "type": "function", "function": function}])), {}),
        (chat, body()[:-9], {}),
        (chat, f'{{"model": "{canary()}", '.encode(), {}),
        (chat, canary().encode(), {}),
        (chat, f'{{"{canary()}": 1, "{canary()}": NaN}}'.encode(), {}),
        (chat, b'{"model":"\xff' + canary().encode(), {}),
        (chat, body(), {"User-Agent": canary(), "Cookie": canary(), f"X-{canary()}": canary()}),
        (chat, body(), {"Authorization": f"Bearer {canary()}"}),
        (chat, body(), {"Content-Type": f"text/{canary()}"}),
        (chat, body(), {"Content-Encoding": canary()}),
        (chat, body(), {"X-Meeting-Id": canary()}),
        (chat, body(), {"X-Acts-For": canary()}),
        (f"{chat}?{canary()}={canary()}", body(), {}),
        (f"/{canary()}/{canary()}", body(), {}),
        (f"/m/{canary()}/v1/chat/completions", body(), {}),
        ("/m/m1/v1/transcript", f"WEBVTT {canary()}\n\nNOTE {canary()}\n\n".encode(), {"Content-Type": "text/vtt"}),
        (
            "/m/m1/v1/transcript",
            f"WEBVTT\n\n{canary()}\n00:00.000 --> 00:01.000 {canary()}\n<v {canary()}>{canary()}</v>\n".encode(),
            {"Content-Type": "text/vtt"},
        ),
        ("/m/m1/v1/transcript", f"1\n00:00:0{canary()} --> x\n{canary()}: y\n".encode(), {"Content-Type": "text/srt"}),
        ("/m/m1/v1/transcript", f"{canary()}: {canary()}\n".encode(), {"Content-Type": "text/plain"}),
    ]


def test_complaint_13_planted_canaries_stay_out_of_every_sink(alone) -> None:
    """Complaint 13: raw text stood in debug logs, traces and tables of spending; here in no sink, at level debug."""
    proxy = alone.proxy
    proxy.document["log_level"] = "debug"
    proxy.meeting()
    proxy.consent("grant", "p-ann")
    proxy.consent("deny", "p-ben")
    proxy.start(anew=True)
    answers: list[bytes] = []
    while next(_number) < CANARIES:
        for path, body, headers in places():
            reply = proxy.post(path, body, headers)
            if reply.status != 200:
                answers.append(reply.body + json.dumps(reply.headers).encode())
    raw = [
        f"POST /{canary()} HTTP/9.9\r\n{canary()}\r\n\r\n",
        f"{canary()}\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: x\r\n{canary()} : {canary()}\r\n\r\n",
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: {canary()}\r\n\r\n",
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{canary()}\r\n",
    ]
    for text in raw:
        with socket.create_connection(("127.0.0.1", proxy.document["listen"]["port"]), 5) as connection:
            connection.sendall(text.encode())
            connection.settimeout(3)
            try:
                answers.append(connection.recv(65536))
            except OSError:
                pass
    metrics = proxy.admin("/metrics").body
    assert proxy.stop() == 0
    sinks = {
        "answers": b"\n".join(answers),
        "metrics": metrics,
        "log": proxy.log.read_bytes(),
        "ledger": b"".join(p.read_bytes() for p in (proxy.directory / "ledger").rglob("*") if p.is_file()),
    }
    for name, content in sinks.items():
        assert content, f"nothing was written to {name}: the test shows nothing"
        assert b"zqcanary" not in content.lower(), name
        for person in (b"Annika", b"Solberg", b"Benedikt", b"p-ann", b"p-ben"):
            if name in ("answers",) and person.startswith(b"p-"):
                continue
            assert person not in content, (name, person)
    wire = alone.recorder.wire
    assert b"Benedikt" not in wire
    assert b"Annika" not in wire


def test_a_recipients_error_text_is_not_passed_on(alone) -> None:
    async def quoting(received, writer) -> None:
        body = json.dumps({"error": {"message": "cannot take: zqcanary-quoted", "code": "zqcanary"}}).encode()
        writer.write(
            b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n"
            + f"Content-Length: {len(body)}\r\nX-Info: zqcanary\r\n\r\n".encode()
            + body
        )

    alone.recorder.reply = quoting
    alone.proxy.meeting()
    alone.proxy.consent("grant", "p-ann")
    alone.proxy.start()
    reply = alone.proxy.chat("Annika Solberg: Hello.\n")
    assert reply.status == 400
    assert b"zqcanary" not in reply.body + json.dumps(reply.headers).encode()
