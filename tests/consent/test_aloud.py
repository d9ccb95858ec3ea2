"""Who says aloud that they do not consent, and who merely speaks of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.consent.aloud import refuses_aloud

NOES = [
    "I do not consent.",
    "i don't consent",
    "I don’t consent to this being recorded.",
    "I do not consent to this being summarized by an AI",
    "Sorry, but I do not consent to being recorded.",
    "For the record, I do not agree to being transcribed.",
    "I do not agree to this meeting being recorded, and I mean it.",
    "I never agreed to anything. Please don't record me.",
    "Please do not record me!",
    "hey, don't record my voice",
    "Stop recording me.",
    "I withdraw my consent.",
    "Well, I take back my permission.",
    "I refuse to be recorded.",
    "I object to being summarised.",
    "I don't want to be recorded.",
    "I don't want this meeting summarized",
    "I'd rather not be recorded.",
    "As I said, I do not consent.",
    "I said I do not consent",
    "The budget is fine. I'm not comfortable with being recorded.",
    "Please leave me out of the summary.",
    "I am not consenting",
    "I don't give my consent to this",
]
OTHERS = [
    "Ben said I do not consent.",
    'She wrote "I do not consent" in the chat.',
    "Somebody told me: I do not consent.",
    "If I do not consent, what happens?",
    "People who say I do not consent are left out.",
    "I do consent.",
    "I consent to being recorded.",
    "I don't agree to the new price.",
    "I do not agree.",
    "I don't want to record a loss.",
    "Don't record the payment twice.",
    "Please do not record this as a bug.",
    "He does not consent to being recorded.",
    "Do I not consent?",
    "> I do not consent",
    "The sentence is: I do not consent.",
    "They do not consent, I think.",
    "I do not consent to the change of venue.",
    "Ben has not consented to being recorded.",
    "I hope that nobody objects to being recorded.",
    "Is there anybody who says, I do not consent?",
    "",
]


@pytest.mark.parametrize("words", NOES)
def test_a_no_is_heard(words: str) -> None:
    assert refuses_aloud(words)
    assert refuses_aloud(words.upper())
    assert refuses_aloud(f"The harbour opens in May. {words}")


@pytest.mark.parametrize("words", OTHERS)
def test_what_others_said_or_what_is_about_something_else_is_none(words: str) -> None:
    assert not refuses_aloud(words)


@given(st.sampled_from(NOES), st.sampled_from(['"{}"', "“{}”", "Ben said: {}", "> {}", "he told us that {}", "if {}"]))
def test_a_no_that_is_quoted_is_nobodys(words: str, quoted: str) -> None:
    first = words.rsplit(". ", maxsplit=1)[-1].rstrip(".!")
    assert not refuses_aloud(quoted.format(first))


@given(st.text(max_size=200))
def test_any_words_are_read(words: str) -> None:
    assert refuses_aloud(words) in (True, False)
