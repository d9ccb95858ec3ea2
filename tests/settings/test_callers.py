"""Who a caller is, by key, by certificate or by both; and clients that nothing would tell apart."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from pydantic import ValidationError

from proxy.settings import Settings

KEYS = {name: hashlib.sha256(name.encode()).hexdigest() for name in ("key", "former", "shared")}


def settings(clients: list[dict[str, Any]], **listen: Any) -> Settings:
    tls = {"certificate": "tls.pem", "client_authorities": "clients.pem"}
    return Settings.model_validate(
        {
            "version": 1,
            "listen": {"tls": tls} | listen,
            "recipients": {"acme": {"base_url": "https://ai.example", "terms": {"version": "1"}}},
            "routes": [
                {"name": "summary", "path": "/s", "dialect": "openai-chat", "purpose": "summary", "recipient": "acme"}
            ],
            "clients": [{"routes": ["summary"]} | client for client in clients],
        }
    )


ALL = settings(
    [
        {"name": "keyed", "key_sha256": KEYS["key"], "former_key_sha256": KEYS["former"]},
        {"name": "certified", "certificate": "spiffe://acme/bot"},
        {"name": "second", "certificate": "bot.acme.example"},
        {"name": "both", "key_sha256": KEYS["shared"], "certificate": "both.acme.example"},
    ]
)


@pytest.mark.parametrize(
    ("key", "certified", "named"),
    [
        ("key", (), "keyed"),
        ("former", (), "keyed"),
        ("key", ("spiffe://acme/bot",), "keyed"),
        (None, ("spiffe://acme/bot",), "certified"),
        ("unknown", ("spiffe://acme/bot",), "certified"),
        (None, ("other.example", "bot.acme.example"), "second"),
        ("shared", ("both.acme.example",), "both"),
        ("shared", (), None),
        ("shared", ("spiffe://acme/bot",), None),
        (None, ("both.acme.example",), None),
        (None, ("spiffe://acme/bot", "bot.acme.example"), None),
        (None, ("SPIFFE://acme/bot",), None),
        (None, (), None),
        ("unknown", (), None),
        ("", (), None),
    ],
)
def test_a_caller_is_who_proves_to_be(key: str | None, certified: tuple[str, ...], named: str | None) -> None:
    found = ALL.caller(key, certified)

    assert (found.name if found else None) == named


@pytest.mark.parametrize(
    ("clients", "listen", "told"),
    [
        ([{"name": "a"}], {}, "give 'key_sha256', 'certificate' or both"),
        ([{"name": "a", "certificate": "x", "former_key_sha256": "0" * 64}], {}, "goes with 'key_sha256'"),
        ([{"name": "a", "certificate": "x"}, {"name": "b", "certificate": "x"}], {}, "is used twice"),
        ([{"name": "a", "certificate": "x"}], {"tls": {"certificate": "tls.pem"}}, "the listener asks for none"),
        ([{"name": "a", "certificate": "x"}], {"tls": None}, "the listener asks for none"),
    ],
    ids=["nothing", "former-alone", "twice", "not-asked", "no-tls"],
)
def test_clients_that_could_not_call_or_be_told_apart_are_refused(
    clients: list[dict[str, Any]], listen: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        settings(clients, **listen)
    assert told in str(refused.value)
