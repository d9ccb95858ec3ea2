"""What detection is compared with: Presidio itself, and its fastest set-up, which has to find the same."""

from __future__ import annotations

import socket

import pytest

from proxy.evaluation import plain_presidio

SPEECH = (
    "Good morning, this is Maya Chen from the Lisbon office. Tom Becker sent the contract on 14 March 2023.\n"
    "Her phone number is 212-555-0123, mine is (020) 7946 0018 ext. 12; call me.\n"
    "Nothing here, the year 2023 aside, and room 12 34.\n"
    "My card is 4111 1111 1111 1111, see https://fjord.com/plan, and my social security number is 536-22-8901.\n"
    "Phones: +44 20 7946 0018, +1 (415) 555-0132"
)


@pytest.fixture(scope="module")
def model() -> str:
    return plain_presidio.installed_model() or pytest.skip("no spaCy model is installed")


def test_the_fastest_set_up_finds_what_the_default_finds(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spans, kinds and scores alike, and neither asks the network for anything."""

    def never(*_: object) -> None:
        raise AssertionError("opened a socket")

    monkeypatch.setattr(socket.socket, "connect", never)
    default, fast = plain_presidio.default(model), plain_presidio.fast(model)
    for text in (SPEECH, SPEECH.replace("\n", " "), "", "\n\n4", "12\n34\n56 78 90 12"):
        assert fast(text) == default(text)
    kinds = {finding.kind for finding in default(SPEECH)}
    assert {"PERSON", "LOCATION", "PHONE_NUMBER", "CREDIT_CARD", "URL", "US_SSN"} <= kinds


def test_a_model_that_is_not_installed_is_never_fetched() -> None:
    with pytest.raises(plain_presidio.Unavailable, match="install it with pip"):
        plain_presidio.default("en_core_web_none")
