"""What `check` says of what people would read, and of what is found in some languages alone."""

from __future__ import annotations

from typing import Any, get_args

from proxy.consent.aloud_lists import LANGUAGES
from proxy.edge.configuration.told_people import hints
from proxy.settings import Settings
from proxy.settings.purposes import PageLanguage

BASE: dict[str, Any] = {
    "version": 1,
    "recipients": {"acme": {"base_url": "https://ai.example", "terms": {"version": "1"}}},
    "routes": [
        {"name": "summary", "path": "/s", "dialect": "openai-chat", "purpose": "summary", "recipient": "acme"},
    ],
    "clients": [{"name": "bot", "key_sha256": "0" * 64, "routes": ["summary"]}],
}
PAGES = {"base_url": "http://127.0.0.1:8082", "signing_key": {"env": "KEY"}}
KEPT = {"retention": {"meetings_days": 30, "people_days": 365}, "ledger": {"retain_days": 730}}


def begins(**more: Any) -> list[str]:
    return [each.partition(":")[0] for each in hints(Settings.model_validate(BASE | more))]


def test_what_is_kept_without_an_end_is_hinted_at() -> None:
    unset = "ledger.retain_days, retention.meetings_days, retention.people_days"
    assert unset in begins(consent_pages=PAGES)
    assert unset not in begins(consent_pages=PAGES, **KEPT)
    assert "retention.people_days" in begins(consent_pages=PAGES, **KEPT | {"retention": {"meetings_days": 30}})


def test_special_categories_to_stay_in_are_found_in_english_alone() -> None:
    pages = {"consent_pages": PAGES | {"languages": ["de"]}, "redaction": {"HEALTH": "remove"}}
    told = hints(Settings.model_validate(BASE | pages | KEPT))
    assert any(each.startswith("redaction: HEALTH are found by lists of English words alone") for each in told)
    english = pages | {"consent_pages": PAGES | {"languages": ["en"]}}
    assert not any("English" in each for each in hints(Settings.model_validate(BASE | english | KEPT)))


def test_a_refusal_aloud_is_recognized_in_each_language_of_the_pages() -> None:
    assert set(get_args(PageLanguage)) <= set(LANGUAGES)
