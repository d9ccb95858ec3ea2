"""Complaints that users of such proxies have made, about ways around the filter. The list is docs/complaints.md."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path

import pytest
from harness.endpoints import Apis
from harness.process import Proxy, settings
from harness.replies import answering, instead
from harness.talks import APIS, NAMES, Api
from promises.conftest import Stand
from typer.testing import CliRunner

from proxy.cli.main import app

SAYS = "Annika Solberg: "
WORDS = f"{SAYS}ask zqcanary@kanal.example or Tobias Wennerström.\n"
CHAT, RESPONSES = APIS[0], APIS[2]
each_api = pytest.mark.parametrize("api", APIS, ids=NAMES)


def test_complaint_12_looking_on_changes_no_reply(apis: Apis, tmp_path: Path) -> None:
    """Complaint 12: a mode that should only have logged put placeholders into the user's reply.

    Here `explain` and `simulate` beside a serving proxy send nothing, record nothing, and change no later exchange.
    """
    request = tmp_path / "m1.json"
    request.write_text(json.dumps(CHAT.body([("user", WORDS)])))
    policy = tmp_path / "stricter.yaml"
    policy.write_text(json.dumps({**apis.proxy.document, "redaction": {"EMAIL_ADDRESS": "remove"}}))
    config = ("--config", str(apis.proxy.config))

    def exchange() -> tuple[str, bytes]:
        text, _ = CHAT.heard(CHAT.ask(apis.proxy, [("user", WORDS)]))
        return text, apis.last().body

    first = exchange()
    mark, events = len(apis.recorder.received), len(apis.proxy.settled())
    shown = _run("explain", str(request), *config, "--meeting", "m1", "--route", "openai", code=0)
    told = _run("simulate", "--policy", str(policy), f"m1={request}", *config, code=4)
    assert "zqcanary" not in shown + told
    assert len(apis.recorder.received) == mark
    assert len(apis.proxy.events) == events
    assert exchange() == first
    assert first[0] == WORDS


def test_complaint_19_responses_are_read_and_a_path_beside_them_is_closed(apis: Apis) -> None:
    """Complaint 19: one path of the API was passed on unread while health was green; here no path is."""
    text, _ = RESPONSES.heard(RESPONSES.ask(apis.proxy, [("user", WORDS)]))
    assert text == WORDS
    assert b"zqcanary" not in apis.last().raw
    mark = len(apis.recorder.received)
    body = json.dumps(RESPONSES.body([("user", WORDS)])).encode()
    beside = (
        "/v1/responses/",
        "/v1/responses/resp_1",
        "/v1/Responses",
        "/v1//responses",
        "/responses",
        "/v1/completions",
    )
    for path in beside:
        assert apis.proxy.post(f"/m/m1{path}", body).status in (400, 404)
    assert apis.proxy.admin("/readyz").status == 200
    assert len(apis.recorder.received) == mark


NO_SUCH_KIND = {"redaction": {"US_BANK_NUMBRE": "remove"}}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        (NO_SUCH_KIND, "redaction.US_BANK_NUMBRE: nothing finds this kind"),
        ({"redaction": {"CREDIT_CARD": "remove"}, "detection": {"recognizers": ["email"]}}, "redaction.CREDIT_CARD"),
        ({"detection": {"recognizers": ["crediit_card"]}}, "there is no recognizer 'crediit_card'"),
    ],
    ids=["no such kind", "its recognizer is off", "no such recognizer"],
)
def test_complaint_20_a_kind_that_nothing_finds_is_an_error(tmp_path: Path, changes: dict, named: str) -> None:
    """Complaint 20: kinds were configured that had no recognizer, and a warning was all; here it is an error."""
    proxy = Proxy(tmp_path, {**settings(tmp_path, "http://127.0.0.1:9/v1"), **changes})
    assert named in _run("check", "--config", str(proxy.config))


def test_complaint_20_a_kind_that_nothing_finds_refuses_to_start(alone: Stand) -> None:
    """Complaint 20: nobody can serve with such a configuration."""
    alone.proxy.document.update(NO_SUCH_KIND)
    with pytest.raises(AssertionError, match="the proxy ended with"):
        alone.proxy.start()
    assert "redaction.US_BANK_NUMBRE: nothing finds this kind" in alone.proxy.log.read_text()


def _zstd(content: bytes) -> bytes:
    """A zstd frame that holds the content as one raw block, so that it is there to be read."""
    size = len(content)
    block = (size << 3 | 1).to_bytes(3, "little")
    return b"\x28\xb5\x2f\xfd\x60" + (size - 256).to_bytes(2, "little") + block + content


ENCODED = {
    "zstd": ({"Content-Encoding": "zstd"}, _zstd),
    "zstd unnamed": ({}, _zstd),
    "br": ({"Content-Encoding": "br"}, bytes),
    "gzip in gzip": ({"Content-Encoding": "gzip, gzip"}, lambda body: gzip.compress(gzip.compress(body))),
    "gzip unnamed": ({}, gzip.compress),
    "no such": ({"Content-Encoding": "x-fold"}, bytes),
    "utf-16": ({"Content-Type": "application/json; charset=utf-16"}, lambda body: body.decode().encode("utf-16")),
    "form": ({"Content-Type": "multipart/form-data; boundary=x"}, bytes),
}


@each_api
@pytest.mark.parametrize(("headers", "encode"), ENCODED.values(), ids=ENCODED)
def test_complaint_33_a_body_that_cannot_be_read_does_not_leave(apis: Apis, api: Api, headers: dict, encode) -> None:
    """Complaint 33: a compressed body fell through in the clear; here it is read, or refused with the reason."""
    mark = len(apis.recorder.received)
    body = json.dumps(api.body([("user", f"{WORDS}{SAYS}{'and so on ' * 40}\n")]), ensure_ascii=False).encode()
    reply = apis.proxy.post(f"/m/m1{api.path}", encode(body), headers)
    assert reply.status in (400, 415)
    assert b"zqcanary" not in reply.body
    assert len(apis.recorder.received) == mark


@each_api
@pytest.mark.parametrize(("coding", "encode"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_complaint_33_a_body_that_can_be_read_is_redacted(apis: Apis, api: Api, coding: str, encode) -> None:
    """Complaint 33: codings that are listed are undone, and what leaves is redacted."""
    body = json.dumps(api.body([("user", WORDS)])).encode()
    assert apis.proxy.post(f"/m/m1{api.path}", encode(body), {"Content-Encoding": coding}).status == 200
    received = apis.last()
    assert b"zqcanary" not in received.raw
    assert b"EMAIL_ADDRESS_1" in received.body


@each_api
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_complaint_33_a_reply_in_an_unknown_coding_is_no_way_around(apis: Apis, api: Api, stream: bool) -> None:
    """Complaint 33: the same for replies: one in a coding that is not listed is an error and never passed on."""
    with answering(apis.recorder, instead(b"Content-Type", b"Content-Encoding: zstd\r\nContent-Type")):
        reply = api.ask(apis.proxy, [("user", WORDS)], stream=stream)
    assert reply.status == 502
    assert b"PERSON_" not in reply.body


def _run(*words: str, code: int | None = None) -> str:
    """What a command prints, in this process; without a code, it must fail."""
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == code if code is not None else done.exit_code not in (0, None), done.output
    return done.output
