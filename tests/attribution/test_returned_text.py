"""Text that was given back is told again by its runs of words, as whole sentences and lines; nothing else is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.attribution.returned_text import RUN, digests, given_back

KEY = b"k" * 32
SUMMARY = (
    "## Decisions\n\n- **Annika** moves the launch to the second quarter.\n"
    "- The roof is mended in May; Chiara pays for it.\n\n"
    "Open: who tells the landlord?"
)
WORDS = st.lists(st.text("abcdefghijklmnop", min_size=1, max_size=6), min_size=RUN, max_size=40)


def told(text: str, *replies: str) -> list[str]:
    """The stretches of a text that were given back."""
    known = {digest: {"x1"} for digest in digests(replies, KEY)}
    return [text[stretch.span.start : stretch.span.end] for stretch in given_back(text, known, KEY)]


def test_a_reply_that_is_told_again_is_given_back_as_a_whole() -> None:
    assert told(SUMMARY, SUMMARY) == [SUMMARY]
    assert told(f"Title this:\n\n{SUMMARY}\n", SUMMARY) == [SUMMARY]


@pytest.mark.parametrize("join", ["\n", " ", "\n\n---\n\n", "</summary><summary>", "\\n\\n"])
def test_parts_that_a_client_joins_are_given_back(join: str) -> None:
    other = "The board meets on Friday in Oslo."
    text = f"{SUMMARY}{join}{other}"
    rest = text
    for part in told(text, SUMMARY, other):
        rest = rest.replace(part, "")
    assert not any(word in rest for word in ("launch", "roof", "landlord", "Friday", "Oslo"))


def test_what_stands_beside_it_is_not() -> None:
    text = f"Part 1: {SUMMARY}\nI will never agree to the launch in the second quarter."
    (part,) = told(text, SUMMARY)
    assert "never" not in part
    assert "Part 1" not in part


def test_a_phrase_that_is_the_same_amid_other_words_is_not_given_back() -> None:
    assert told("We say that Annika moves the launch to the second quarter only over my dead body.", SUMMARY) == []


def test_words_in_another_order_are_not_given_back() -> None:
    assert told("The second quarter moves Annika to the launch.", SUMMARY) == []


def test_a_short_reply_counts_where_it_is_a_whole_line() -> None:
    assert told("Roof and launch", "Roof and launch") == ["Roof and launch"]
    assert told("Title: x\nRoof and launch\nmore", "Roof and launch") == ["Roof and launch"]
    assert told("I hate the roof and launch", "Roof and launch") == []
    assert told("We vote.\nYes\n", "Yes") == []


def test_strings_of_a_reply_that_is_json_count_by_themselves() -> None:
    reply = json.dumps({"title": "Roof", "points": ["The roof is mended in May.\nChiara pays for all of it."]})
    assert told("The roof is mended in May.\nChiara pays for all of it.", reply) == [
        "The roof is mended in May.\nChiara pays for all of it."
    ]


def test_a_script_without_spaces_is_told_by_its_signs() -> None:
    reply = "予算は来月の会議で決めます。屋根は五月に直します。"
    assert told(f"まとめ:{reply}", reply) == [reply]
    assert told("予算には反対します。", reply) == []


def test_another_key_knows_nothing() -> None:
    known = {digest: {"x1"} for digest in digests([SUMMARY], KEY)}
    assert given_back(SUMMARY, known, b"o" * 32) == []


def test_all_exchanges_that_gave_a_stretch_are_named() -> None:
    known: dict[bytes, set[str]] = {}
    for exchange, reply in (("x1", "The roof is mended in May."), ("x2", "Nobody pays for any of it.")):
        for digest in digests([reply], KEY):
            known.setdefault(digest, set()).add(exchange)
    (stretch,) = given_back("The roof is mended in May. Nobody pays for any of it.", known, KEY)
    assert stretch.exchanges == {"x1", "x2"}


def test_choices_that_a_reply_offers_are_whoever_takes_them() -> None:
    assert told("I cannot make it", json.dumps({"suggested": ["Sounds good", "I cannot make it"]})) == []


@pytest.mark.parametrize("signs", ["👎💰", "ⓣⓤⓡ", "\U000e0074\U000e0075", "⠞⠥⠗"])
def test_signs_that_were_not_given_back_are_not_found(signs: str) -> None:
    line = "The roof is mended in May, as planned"
    for text in (f"{line} {signs}", f"{line}. {signs}", f"{signs} {line}", line.replace("in", signs)):
        assert not any(sign in part for part in told(text, line) for sign in signs)
    assert told(f"{line} {signs}", f"{line} {signs}") == [f"{line} {signs}"]


@given(WORDS, st.sampled_from(["", "Combine:\n", "- ", "> "]), st.sampled_from(["", "\nGo on.", " "]))
def test_whatever_was_given_back_is_found_wherever_it_stands(words: list[str], before: str, behind: str) -> None:
    reply = " ".join(words) + "."
    assert any(reply in part for part in told(before + reply + behind, reply))


@given(WORDS, WORDS, st.sampled_from([" ", "\n", ": ", ". "]))
def test_no_word_that_was_not_given_back_is_found(reply: list[str], own: list[str], join: str) -> None:
    strange = [word.upper() + "q" for word in own]
    text = join.join([" ".join(reply), " ".join(strange)])
    assert not any(word in part for part in told(text, " ".join(reply)) for word in strange)


def parts(text: str, *replies: str, asked: str = "") -> list[str]:
    """The stretches of the client's own words that were given back."""
    known = {digest: {"x1"} for digest in digests(replies, KEY, [asked])}
    return [text[stretch.span.start : stretch.span.end] for stretch in given_back(text, known, KEY, in_parts=True)]


STRANGE = st.text("bcdfgklmnpqrtvwxz", min_size=4, max_size=9)
"""Words that are no plain ones."""


@given(
    st.lists(STRANGE, min_size=RUN, max_size=40, unique=True),
    st.data(),
    st.sampled_from(["Summary so far: ", "Write well.\n", ""]),
)
def test_a_part_of_a_sentence_in_the_clients_own_words_is_given_back(reply: list[str], data, before: str) -> None:
    first = data.draw(st.integers(0, len(reply) - RUN))
    last = data.draw(st.integers(first + RUN, len(reply)))
    cut = " ".join(reply[first:last]) + " " + data.draw(STRANGE)[:2].upper()
    assert parts(before + cut, " ".join(reply) + ".") == [cut]


@given(st.lists(STRANGE, min_size=RUN, max_size=12), st.lists(STRANGE, min_size=RUN, max_size=12))
def test_sentences_that_are_joined_are_given_back(one: list[str], two: list[str]) -> None:
    reply = f"{' '.join(one)}. {' '.join(two)}."
    joined = f"{' '.join(one)} and {' '.join(two)}"
    assert parts(f"So far: {joined}. Be brief.", reply) == [f"{joined}."]


@given(st.lists(STRANGE, min_size=RUN, max_size=20), st.lists(STRANGE, min_size=1, max_size=9))
def test_what_a_reply_took_from_the_clients_own_words_stays_the_clients(own: list[str], made: list[str]) -> None:
    asked = f"Write about {' '.join(own)} in English."
    assert parts(f"{asked} Go on.", f"{' '.join(own)} {' '.join(made)}", asked=asked) == []


def test_plain_words_stay_the_clients() -> None:
    prompt = "List the decisions of the meeting and the next steps, with owners."
    assert parts(prompt, "Here are the decisions of the meeting and the next steps that follow from it.") == []


def test_the_clients_own_words_around_a_part_stay_its_own() -> None:
    text = "Keep the tone of the first version, in which the walnut crane collapsed in May. Be brief."
    assert parts(text, "The walnut crane collapsed in May and nobody knew.") == [
        "the walnut crane collapsed in May."
    ]  # fmt: skip
