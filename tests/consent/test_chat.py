"""What a message in a chat says: refusals in many words and languages, one form of a yes, and mostly nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy import languages
from proxy.consent.chat import Read, Said, called, read
from proxy.model import PURPOSES

NAMES = called(PURPOSES | {"x-coaching"}, {"summary": ["Minutes", "Protokoll"], "x-coaching": ["Coaching"]})
OFFERED = frozenset({"summary", "action_items"})
NOTHING = Read(Said.NOTHING)


def said(text: str, offered: frozenset[str] = OFFERED, yes: str | None = "YES") -> Read:
    return read(text, offered, yes, NAMES)


@pytest.mark.parametrize(
    "text", ["YES summary", "yes summary", " YES  summary ", "Yes Summary", "YES Minutes", "YES protokoll"]
)
def test_a_yes_is_the_keyword_of_what_was_offered(text: str) -> None:
    assert said(text) == Read(Said.YES, frozenset({"summary"}))


@pytest.mark.parametrize("text", ["YES action_items", "YES action items", "yes Action-Items"])
def test_a_purpose_may_be_written_with_spaces(text: str) -> None:
    assert said(text) == Read(Said.YES, frozenset({"action_items"}))


@pytest.mark.parametrize(
    "text",
    ["yes", "YES", "Yes!", "ok", "sure", "fine by me", "\U0001f44d", "YES to all", "YES compose", "YES summary!",
     "YES: summary", "YES summary and action items", "I say YES summary", "YES summary?", "\"YES summary\"",
     "> YES summary",
     "YES summary\nYES action_items", "Write YES summary to agree", "Y\u0415S summary", "YES\u200b summary",
     "YESsummary", "Ja summary", "I consent", "I agree to the summary", "YES x-coaching", "YES nothing", ""],
    ids=range(27),
)  # fmt: skip
def test_nothing_else_is_a_yes(text: str) -> None:
    assert said(text) == NOTHING


def test_there_is_no_yes_without_a_prompt_or_without_the_setting() -> None:
    assert said("YES summary", frozenset()) == NOTHING
    assert said("YES summary", yes=None) == NOTHING


@pytest.mark.parametrize(
    "text",
    ["no", "No.", "NO!!", "nein", "Nein, danke!", "non merci", "No, gracias", "nie", "nee", "\u0644\u0627", "no thanks",
     "I don\u2019t agree", "ohne mich", "je refuse \U0001f645", "não"],
    ids=range(15),
)  # fmt: skip
def test_a_plain_no_answers_the_question_that_was_posted_and_no_other(text: str) -> None:
    assert said(text) == Read(Said.NO, OFFERED)
    assert said(text, frozenset()) == NOTHING


@pytest.mark.parametrize("text", ["NO summary", "no Minutes!", "nein Protokoll", "Non summary", "nie summary"])
def test_a_no_to_one_purpose(text: str) -> None:
    for offered in (OFFERED, frozenset[str]()):
        assert said(text, offered) == Read(Said.NO, frozenset({"summary"}))


@pytest.mark.parametrize(
    "text",
    ["I do not consent to being recorded.", "Hi all. I don't want to be summarized by an AI!", "please don't record me",
     "I withdraw my consent", "Ich stimme nicht zu.", "Ich möchte nicht aufgezeichnet werden", "je m\u2019oppose",
     "je ne consens pas", "me opongo a la grabación", "Nie wyrażam zgody", "ik maak bezwaar",
     "\u0644\u0627 \u0623\u0648\u0627\u0641\u0642", "mi oppongo", "opt out"],
    ids=range(14),
)  # fmt: skip
def test_a_stated_refusal_counts_whatever_was_posted(text: str) -> None:
    for offered in (OFFERED, frozenset[str]()):
        assert said(text, offered) == Read(Said.NO)


@pytest.mark.parametrize(
    "text",
    ["turn off the AI please", "Could you switch off the bot?", "no bots, please", "leave me out of the notes",
     "Bitte den Notetaker abschalten", "Stop the recording, please"],
    ids=range(6),
)  # fmt: skip
def test_a_bid_that_the_ai_be_off_is_a_no_to_all_of_whoever_writes_it(text: str) -> None:
    for offered in (OFFERED, frozenset[str]()):
        assert said(text, offered) == Read(Said.NO)


@pytest.mark.parametrize(
    "text",
    ["turn off the projector please", "turn the AI on please", "don't turn off the AI please",
     "who turned off the AI?"],
    ids=range(4),
)  # fmt: skip
def test_a_bid_for_something_else_is_nothing(text: str) -> None:
    assert said(text) == NOTHING


@pytest.mark.parametrize(
    "text",
    ["no problem", "no worries", "no, at three", "No, I can't open the summary", "there is no summary", "yes and no",
     "Ben said: I do not consent to being recorded", "Do I consent to being recorded?",
     "\"I don't consent to the recording\"", "if you record me I leave", "no one",
     "No 7", "nein aber", "sounds good", "brb", "https://example.com/no"],
    ids=range(16),
)  # fmt: skip
def test_everything_else_is_nothing(text: str) -> None:
    assert said(text) == NOTHING


def test_long_and_odd_messages_are_read_all_the_same() -> None:
    assert said("no " * 5000) == NOTHING
    assert said("I do not consent to being recorded. " + "x" * 100_000) == Read(Said.NO)
    assert said("\x00\u202e\ufdfa") == NOTHING


@given(st.text(max_size=60))
def test_no_invented_message_is_a_yes(text: str) -> None:
    assert said(text).said is not Said.YES


def test_each_language_of_the_pages_has_words_for_a_no() -> None:
    for code in ("en", "de", "fr", "es", "pl", "nl", "ar"):
        assert languages.patterns("consent", "no", code) != "(?:(?!))"
        assert languages.patterns("consent", "refuses", code) != "(?:(?!))"


def test_a_name_that_two_purposes_have_means_neither() -> None:
    assert "minutes" not in called({"summary", "qa"}, {"summary": ["Minutes"], "qa": ["minutes"]})
