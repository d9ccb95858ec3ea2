"""What the notice says of a recipient: who states it, what nobody states, and what its terms say against it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from proxy.consent.invitations import Invitation, Offer, terms_mark
from proxy.consent.records import Scope
from proxy.edge.pages.notice import Notice, notice
from proxy.edge.pages.reading import Matter, ShownTerms, shown_terms
from proxy.edge.pages.translation import languages
from proxy.settings import Settings

OFFER = Offer("summary", "acme")
TAKES = (
    "1. Service\n\nWe may use your content to train our models.\n\nWe may keep your content for as long as we like.\n"
)
PLAIN = "1. Service\n\nWe never train on your content. We keep it for 30 days.\n"


def settings(pages: dict[str, Any] | None = None, **recipient: Any) -> Settings:
    known = {"base_url": "https://llm.example/v1", "terms": {"version": "v1"}, **recipient}
    return Settings.model_validate(
        {
            "version": 1,
            "organization": "example",
            "recipients": {"acme": known},
            "routes": [
                {"name": "s", "path": "/s", "dialect": "openai-chat", "purpose": "summary", "recipient": "acme"}
            ],
            "clients": [{"name": "bot", "key_sha256": "0" * 64, "routes": ["s"]}],
            "consent_pages": {
                "base_url": "http://127.0.0.1:8082",
                "signing_key": {"env": "KEY"},
                "organization": "Example Ltd",
                **(pages or {}),
            },
        }
    )


def made(text: str | None, code: str = "en", pages: dict[str, Any] | None = None, **recipient: Any) -> Notice:
    known = settings(pages, **recipient)
    asks = Invitation(
        "i",
        "p-ann",
        Scope.ORG,
        "Example Ltd",
        (OFFER,),
        (("acme", terms_mark("v1")),),
        datetime(2030, 1, 1, tzinfo=UTC),
    )
    terms: dict[str, ShownTerms] = {"acme": shown_terms("v1", text, None, changed_since_invited=False)}
    return notice(Matter(asks, None, None, (OFFER,), terms), known, languages([code])[code], UTC)


def told(found: Notice, name: str) -> tuple[str, ...]:
    return dict(found.receiving[0].facts)[name]


@pytest.mark.parametrize(
    ("recipient", "kept", "trains"),
    [
        ({}, "not known", "not known"),
        ({"may_train": False, "retention_days": 30}, "at most 30 days, Example Ltd states", "no, Example Ltd states"),
        ({"retention_days": 0}, "not at all, Example Ltd states", "not known"),
    ],
)
@pytest.mark.parametrize("text", [None, PLAIN])
def test_the_page_names_who_states_a_fact_and_says_where_nobody_does(recipient, kept, trains, text) -> None:
    found = made(text, **recipient)
    assert told(found, "How long it is kept there") == (kept,)
    assert told(found, "May it train AI with it") == (trains,)
    assert "its terms" not in found.receiving[0].title.lower() + str(found.receiving[0].facts)


def test_of_a_recipient_that_may_train_the_page_says_what_the_yes_needs() -> None:
    (trains,) = told(made(TAKES, may_train=True), "May it train AI with it")
    assert trains.startswith("yes, Example Ltd states")
    assert "Training of AI" in trains


@pytest.mark.parametrize("stated", [{}, {"may_train": False, "retention_days": 30}])
def test_a_sentence_of_the_terms_that_speaks_against_it_stands_beside_what_is_stated(stated) -> None:
    found = made(TAKES, **stated)
    _, kept = told(found, "How long it is kept there")
    _, trains = told(found, "May it train AI with it")
    assert "“We may keep your content for as long as we like.”" in kept
    assert "“We may use your content to train our models.”" in trains
    assert trains in found.text.splitlines()


def test_the_page_says_of_special_categories_whether_they_leave() -> None:
    (section,) = [each for each in made(None).sections if each.title == "What is taken out before"]
    (_, kept) = section.paragraphs
    assert kept.startswith("What you say about these subjects leaves as you say it: health, religion, origin, politics")
    assert "trade unions" in kept


@pytest.mark.parametrize("code", ["de", "fr", "es", "pl", "nl", "ar"])
def test_the_doubt_is_told_in_every_language(code: str) -> None:
    _, doubt = told_last(made(TAKES, code, may_train=False))
    assert "We may use your content to train our models." in doubt
    assert not doubt.startswith("But read")


def told_last(found: Notice) -> tuple[str, ...]:
    return [lines for _, lines in found.receiving[0].facts if len(lines) == 2][-1]


def test_a_page_about_all_meetings_speaks_of_meetings_and_not_of_one() -> None:
    assert made(None).first == ("You can say no and take part in your meetings: only your words stay out of the AI.",)
    assert "the meeting" not in made(None).sections[1].paragraphs[0]


@pytest.mark.parametrize(
    ("code", "region", "country"),
    [("en", "EU (European Union)", "Norway"), ("de", "EU (Europäische Union)", "Norwegen"),
     ("fr", "UE (Union européenne)", "Norway")],
)  # fmt: skip
def test_places_are_told_in_the_language_of_the_page(code: str, region: str, country: str) -> None:
    found = made(None, code, region="eu", country={"en": "Norway", "de": "Norwegen"})
    values = [lines[0] for _, lines in found.receiving[0].facts]
    assert values[:2] == [country, region]
    assert next(lines[0] for _, lines in made(None, region="eu-north-1").receiving[0].facts) == "eu-north-1"


def test_what_the_law_asks_for_stands_last_by_default_and_as_written() -> None:
    found = made(None)
    assert found.text.splitlines()[-1].startswith("You can ask Example Ltd for what is on file of you")
    assert "In what the AI writes back, the names that were replaced are put in again." in found.rights.paragraphs
    written = {
        "privacy_notice": "https://example.com/privacy",
        "legal_basis": {"de": "Ihre Einwilligung.", "en": "Your consent."},
        "results_go_to": "Everybody gets it.", "data_protection_officer": "dpo@example.com",
    }  # fmt: skip
    found = made(None, pages=written)
    assert found.rights.paragraphs[:2] == ("Your consent.", "Everybody gets it.")
    assert found.text.splitlines()[-2:] == ["Data protection officer: dpo@example.com", "https://example.com/privacy"]
    assert made(None, "de", pages=written).rights.paragraphs[0] == "Ihre Einwilligung."
    with pytest.raises(ValidationError, match="privacy_notice must be an address with https://"):
        made(None, pages={"privacy_notice": "javascript:alert(1)"})


@pytest.mark.parametrize(
    ("recipient", "told_as"),
    [({"region": "eu-west-1"}, None), ({"region": "us"}, "not known"), ({}, None),
     ({"region": "us", "safeguards": "Standard contractual clauses"}, "Standard contractual clauses")],
)  # fmt: skip
def test_safeguards_of_a_third_country_are_told_or_not_known(recipient: dict[str, Any], told_as: str | None) -> None:
    facts = dict(made(None, **recipient).receiving[0].facts)
    assert facts.get("What protects it outside the EU") == (None if told_as is None else (told_as,))
