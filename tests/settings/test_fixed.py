"""What cannot change while a proxy runs is named by its innermost place; all else is free to change."""

from __future__ import annotations

from typing import Any

import pytest

from proxy.settings import Settings
from proxy.settings.fixed import changes

BASE: dict[str, Any] = {
    "version": 1,
    "recipients": {"acme": {"base_url": "https://ai.example", "terms": {"version": "1"}}},
    "routes": [
        {"name": "summary", "path": "/s", "dialect": "openai-chat", "purpose": "summary", "recipient": "acme"},
    ],
    "clients": [{"name": "bot", "key_sha256": "0" * 64, "routes": ["summary"]}],
}
TLS = {"tls": {"certificate": "tls.pem"}}
WITH_CLIENTS = {"tls": {"certificate": "tls.pem", "client_authorities": "clients.pem"}}
PAGES = {"base_url": "http://127.0.0.1:8082", "signing_key": {"env": "KEY"}}


def places(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    found = changes(Settings.model_validate(BASE | before), Settings.model_validate(BASE | after))
    return [".".join(map(str, each.place)) for each in found]


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ({}, {"listen": {"port": 9090}}, ["listen.port"]),
        ({}, {"admin": {"host": "127.0.0.2", "port": 9091}}, ["admin.host", "admin.port"]),
        ({}, {"ledger": {"retain_days": 9, "name": "other"}}, ["ledger.name"]),
        ({}, {"store": "sqlite:///other.db", "organization": "other"}, ["organization", "store"]),
        ({}, {"limits": {"drain_seconds": 3}}, ["limits.drain_seconds"]),
        ({"listen": TLS}, {"listen": WITH_CLIENTS}, ["listen.tls.client_authorities"]),
        ({}, {"consent_pages": PAGES}, ["consent_pages.host", "consent_pages.port"]),
        ({"consent_pages": PAGES}, {}, ["consent_pages.host", "consent_pages.port"]),
    ],
    ids=["listen", "admin", "ledger", "store", "limits", "authorities", "pages-added", "pages-removed"],
)
def test_what_is_opened_once_cannot_change(before: dict[str, Any], after: dict[str, Any], named: list[str]) -> None:
    assert places(before, after) == named


@pytest.mark.parametrize(
    "after",
    [
        {},
        {"clients": [{"name": "other", "key_sha256": "1" * 64, "routes": ["summary"]}]},
        {"admin": {"token": {"env": "TOKEN"}}, "log_level": "debug", "limits": {"body_bytes": 5}},
        {"detection": {"workers": 4}, "redaction": {"default": "remove"}, "consent": {"on_behalf": True}},
        {"retention": {"meetings_days": 30, "people_days": 7}, "ledger": {"retain_days": 400}},
    ],
    ids=["nothing", "clients", "admin-and-limits", "policy", "retention"],
)
def test_all_else_can_change(after: dict[str, Any]) -> None:
    assert places({}, after) == []
