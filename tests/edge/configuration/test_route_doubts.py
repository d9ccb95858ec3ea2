"""A prefix of our own in a route's path is not sent to the recipient unnoticed."""

from __future__ import annotations

import pytest

from proxy.edge.configuration.route_doubts import doubts
from proxy.settings import Settings

BASE = "https://llm.example/v1"


def told(path: str, dialect: str = "openai-chat", base: str = BASE, **changes: object) -> list[str]:
    route = {"name": "r", "path": path, "dialect": dialect, "purpose": "summary", "recipient": "acme", **changes}
    return list(
        doubts(
            Settings.model_validate(
                {
                    "version": 1,
                    "recipients": {"acme": {"base_url": base, "terms": {"version": "v1"}}},
                    "routes": [route],
                    "clients": [{"name": "bot", "key_sha256": "0" * 64, "routes": ["r"]}],
                }
            )
        )
    )


@pytest.mark.parametrize(
    ("path", "dialect", "own", "remedy"),
    [
        ("/b/v1/chat/completions", "openai-chat", "/b", "/chat/completions"),
        ("/local/api/chat", "ollama-chat", "/local", "/api/chat"),
    ],
    ids=["openai", "ollama"],
)
def test_a_prefix_is_named_with_the_path_to_set(path: str, dialect: str, own: str, remedy: str) -> None:
    (line,) = told(path, dialect)
    assert line.startswith(f"routes[0].path: {own} is sent to the recipient as well, as https://llm.example/v1{path}")
    assert f"upstream_path: {remedy}," in line
    assert told(path, dialect, upstream_path=remedy) == []


@pytest.mark.parametrize(
    "path", ["/v1/chat/completions", "/api/v1/chat/completions", "/openai/v1/chat/completions", "/chat"],
    ids=["v1", "api", "openai", "bare"],
)  # fmt: skip
def test_an_apis_own_path_is_no_doubt(path: str) -> None:
    assert told(path) == []


@pytest.mark.parametrize("end", ["", "/"])
def test_a_path_that_would_be_written_twice_is_named(end: str) -> None:
    (line,) = told("/v1/chat/completions", base=f"{BASE}/chat/completions{end}")
    assert line.startswith("recipients.acme.base_url: ends with /chat/completions, which a route adds")
    assert line.endswith(f"remedy: base_url: {BASE}")


def test_a_path_of_one_word_is_named_behind_its_version() -> None:
    (line,) = told("/v1/messages", "anthropic-messages", base=f"{BASE}/messages")
    assert line.endswith(f"remedy: base_url: {BASE}")
    assert told("/v1/messages", "anthropic-messages", base="https://llm.example/messages") == []


@pytest.mark.parametrize("base", [BASE, "https://llm.example/chat", "https://llm.example"])
def test_an_address_without_the_path_of_a_route_is_no_doubt(base: str) -> None:
    assert told("/v1/chat/completions", base=base) == []
