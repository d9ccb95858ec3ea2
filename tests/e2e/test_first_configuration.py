"""From nothing to a filtered request: ``init``, then what it wrote is checked and serves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from harness.forks import ran
from harness.process import Proxy
from harness.recorder import Recorder

from bench.ports import free_port

ANSWERS = ("--organization", "skerry", "--api", "openai-chat", "--key", "AI_KEY", "--terms", "2026-01-01")


@pytest.fixture
def recipient() -> Iterator[Recorder]:
    with Recorder() as recorder:
        yield recorder


def test_five_answers_are_enough_for_a_proxy_that_serves(tmp_path: Path, recipient: Recorder) -> None:
    config = tmp_path / "etc" / "proxy.yaml"
    answers = f"skerry\n{recipient.base_url}\n\nAI_KEY\n2026-01-01\nAcme AI Inc.\n\n"
    ended = ran(("init", "--config", str(config), "--data", str(tmp_path / "data")), tmp_path, answers)
    assert ended.code == 0, ended.err
    key = ended.out.strip()
    assert key.startswith("mpk_")
    assert key not in config.read_text() + config.with_name("clients.yaml").read_text()

    document = yaml.safe_load(config.read_text())
    for listener in ("listen", "admin"):
        document[listener]["port"] = free_port()
    proxy = Proxy(tmp_path, document, {"AI_KEY": "key-of-the-recipient"})
    proxy.start()
    try:
        body = {"model": "m", "messages": [{"role": "user", "content": "Annika Solberg: The budget is late.\n"}]}
        headers = {"Authorization": f"Bearer {key}"}
        path = "/v1/chat/completions"
        assert proxy.post(path, json.dumps(body).encode(), headers).status == 403
        body["messages"][0]["role"] = "system"
        body["messages"][0]["content"] = "Summarize the meeting."
        assert proxy.post(path, json.dumps(body).encode(), headers).status == 200
        assert b"authorization: bearer key-of-the-recipient" in recipient.received[0].head.lower()
    finally:
        proxy.stop()


@pytest.mark.parametrize("api", ["openai-chat", "openai-responses", "anthropic-messages", "ollama-chat"])
@pytest.mark.parametrize("key", ["", "AI_KEY", "./ai.key"], ids=["none", "variable", "file"])
def test_what_is_written_is_valid_without_warnings(tmp_path: Path, api: str, key: str) -> None:
    """Apart from a secret that is still to be set."""
    words = [*ANSWERS, "--base-url", "https://llm.example/v1", "--api", api, "--key", key]
    assert ran(("init", *words), tmp_path).code == 0
    (tmp_path / "ai.key").write_text("key-of-the-recipient")
    (tmp_path / "ai.key").chmod(0o600)
    ended = ran(("check", "--strict"), tmp_path)
    assert (ended.code, "AI_KEY is not set" in ended.err) == ((1, True) if key == "AI_KEY" else (0, False)), ended.err


def test_each_answer_is_judged_at_once_and_asked_again(tmp_path: Path) -> None:
    answers = "two words\nskerry\nllm.example\nhttps://llm.example/v1\nsoap\n\nsk-canary\nAI_KEY\nv1\nAcme AI\ny\n"
    ended = ran(("init",), tmp_path, answers)
    assert ended.code == 0, ended.err
    for said in ("an http(s) URL", "one of: openai-chat", "never write the key itself here"):
        assert said in ended.err
    recipient = yaml.safe_load((tmp_path / "config/proxy.yaml").read_text())["recipients"]["ai"]
    assert (recipient["display_name"], recipient["may_train"]) == ("Acme AI", True)
    assert "canary" not in "".join(each.read_text() for each in (tmp_path / "config").iterdir())


@pytest.mark.parametrize("key", ["sk-canary", "canaryABCDEFGHIJ0123456789", "sk/canary", "sk canary"])
def test_a_key_itself_is_refused_and_neither_written_nor_shown(tmp_path: Path, key: str) -> None:
    ended = ran(("init", *ANSWERS[:4], "--key", key, "--terms", "v1", "--base-url", "https://llm.example/v1"), tmp_path)
    assert ended.code == 2
    assert "never write the key itself" in " ".join(ended.err.replace("│", " ").split())
    assert "canary" not in ended.err + ended.out
    assert list(tmp_path.iterdir()) == []


def test_a_token_is_added_to_what_was_written(tmp_path: Path) -> None:
    assert ran(("init", *ANSWERS, "--base-url", "https://llm.example/v1", "--key", ""), tmp_path).code == 0
    assert ran(("token", "add", "me", "--role", "admin"), tmp_path).code == 0
    assert "name: me" in (tmp_path / "config/tokens.yaml").read_text()
    assert ran(("check", "--strict"), tmp_path).code == 0


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    words = ("init", *ANSWERS, "--base-url", "https://llm.example/v1")
    assert ran(words, tmp_path).code == 0
    written = (tmp_path / "config" / "proxy.yaml").read_bytes()
    again = ran(words, tmp_path)
    assert again.code == 1
    assert "is not overwritten" in again.err
    assert (tmp_path / "config" / "proxy.yaml").read_bytes() == written


def test_an_answer_that_is_not_valid_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    wrong = ran(("init", *ANSWERS, "--base-url", "llm.example"), tmp_path)
    assert wrong.code == 1
    assert "recipients.ai" in wrong.err
    assert "base_url must be an http(s) URL" in wrong.err
    unknown = ran(("init", *ANSWERS, "--base-url", "https://llm.example", "--api", "soap"), tmp_path)
    assert unknown.code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "stated", "left"),
    [
        ((), {}, "state display_name and may_train in"),
        (("--display-name", "Acme AI", "--no-training"), {"display_name": "Acme AI", "may_train": False}, None),
        (("--may-train",), {"may_train": True}, "state display_name in"),
    ],
    ids=["neither", "both", "one"],
)
def test_what_nobody_answered_of_the_recipient_is_not_stated_and_named(tmp_path, words, stated, left):
    ended = ran(("init", *ANSWERS, "--base-url", "https://llm.example/v1", *words), tmp_path)
    assert ended.code == 0
    text = (tmp_path / "config/proxy.yaml").read_text()
    recipient = yaml.safe_load(text)["recipients"]["ai"]
    assert {each: recipient[each] for each in ("display_name", "may_train") if each in recipient} == stated
    assert "display_name: " in text
    assert "may_train: " in text
    assert left in ended.err if left else "  state " not in ended.err


def test_what_was_not_written_has_no_lines(tmp_path: Path) -> None:
    wrong = ran(("init", *ANSWERS, "--base-url", "llm.example"), tmp_path)
    assert "config/proxy.yaml, which was not written: recipients.ai: base_url" in wrong.err
    assert ran(("init", *ANSWERS, "--base-url", "https://llm.example/v1"), tmp_path).code == 0
    unknown = ran(("client", "add", "bot", "--route", "sumary"), tmp_path)
    assert (unknown.code, "clients.yaml, which was not written: clients[1].routes[0]" in unknown.err) == (1, True)


def test_a_period_that_cannot_be_read_is_told_how_to_write_it(tmp_path: Path) -> None:
    assert ran(("init", *ANSWERS, "--base-url", "https://llm.example/v1"), tmp_path).code == 0
    ended = ran(("token", "add", "me", "--role", "admin", "--expires", "soon"), tmp_path)
    said = " ".join(ended.err.replace("│", " ").split())
    assert (ended.code, "for --expires: write for how long, such as 12h, 90d" in said) == (2, True), said


def test_a_route_that_no_client_may_call_is_hinted_at(tmp_path: Path) -> None:
    assert ran(("init", *ANSWERS, "--base-url", "https://llm.example/v1", "--key", ""), tmp_path).code == 0
    assert "no client may call" not in ran(("check", "--strict"), tmp_path).err
    (tmp_path / "config/clients.yaml").write_text("clients: []\n")
    ended = ran(("check", "--strict"), tmp_path)
    assert ended.code == 0
    assert "no client may call summary, models; remedy: meeting-proxy client add NAME --route summary" in ended.err


def test_the_pages_that_are_left_out_need_their_marks_taken_away_and_a_key(tmp_path: Path) -> None:
    assert ran(("init", *ANSWERS, "--base-url", "https://llm.example/v1", "--key", ""), tmp_path).code == 0
    config = tmp_path / "config/proxy.yaml"
    before, begins, pages = config.read_text().partition("# consent_pages:")
    config.write_text(
        before + "\n".join(line.removeprefix("# ").removeprefix("#") for line in (begins + pages).split("\n"))
    )
    without = ran(("check", "--strict"), tmp_path)
    assert (without.code, "consent_pages.signing_key.file" in without.err) == (1, True), without.err
    key = tmp_path / "config/links.key"
    key.touch(0o600)
    key.write_text("k" * 64)
    assert f"> {key.relative_to(tmp_path)})" in before
    assert ran(("check",), tmp_path).code == 0
