"""Zoom's saved chat: where a message ends, and whose words a reply or a reaction quotes."""

from __future__ import annotations

import pytest

from proxy.formats import segment
from proxy.model import Edit, apply_edits

ASKED = "00:01:00\tMaria | Example:\tShall we move the launch to May?\r\n"


def said(text: str, labels: tuple[str, ...] = (), whole: bool = True) -> list[tuple[str | None, str]]:
    return [(u.speaker, "|".join(text[a:b] for a, b in u.words)) for u in segment(text, labels, whole=whole).utterances]


def test_a_message_goes_on_until_the_next_one_begins() -> None:
    text = "00:01:00\tMaria:\tone: two\n\nthree\rmy point: four\n\r\n00:02:00\tTom:\tfive\r\n\r\nsix\r\n"

    assert said(text) == [("Maria", "one: two|three|my point: four"), ("Tom", "five|six")]
    assert segment(text, whole=True).format == "zoom-chat"


def test_in_a_prompt_the_last_message_ends_at_a_blank_line() -> None:
    text = "Summarize.\n\n00:01:00\tMaria:\tone\n\ntwo\n00:02:00\tTom:\tthree\nfour\n\nBe brief."
    segmented = segment(text)

    assert said(text, whole=False) == [("Maria", "one|two"), ("Tom", "three|four")]
    assert [text[a:b] for a, b in segmented.free] == ["Summarize.", "Be brief."]


def test_the_older_layout_has_the_text_below() -> None:
    text = "10:05:12 From  Maria Example  to  Everyone:\n\tone\n\ttwo\n10:06:00 From Tom to Everyone:\n\tthree\n"

    assert said(text) == [("Maria Example", "one|two"), ("Tom", "three")]


def test_a_private_message_is_nobodys_that_is_known() -> None:
    assert said("10:05:12\tFrom Maria to Tom(Direct Message):\tone\n", ("Maria", "Tom"))[0][0] not in ("Maria", "Tom")


def test_a_line_of_somebody_else_in_a_message_is_theirs() -> None:
    text = "00:01:00\tMaria:\tlook what he wrote\nTom B: I quit\nfor good\n\nand so on\n00:02:00\tAnn:\tok\n"

    assert said(text) == [
        ("Maria", "look what he wrote"), ("Tom B", "I quit|for good"), (None, "and so on"), ("Ann", "ok"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("message", "quote"),
    [
        ('Replying to "Shall we move the la..."\n\nyes', "Shall we move the la..."),
        ('Reacted to "Shall we move the la..." with 👍', "Shall we move the la..."),
        ('Reacted to "Shall we move the launch to May?" with ❤️', "Shall we move the launch to May?"),
        ('Removed a 👍 reaction from "Shall we move the la..."', "Shall we move the la..."),
        ('Heeft gereageerd op "Shall we move the la..." met 🔥', "Shall we move the la..."),
        ('A réagi à "Shall we move the la…" avec 👏🏽', "Shall we move the la…"),
        ("Répondre à «Shall we move the la...»\n\noui", "Shall we move the la..."),
        ("Hat auf „Shall we move the la...“ mit 👍 reagiert", "Shall we move the la..."),
        ('"Shall we move the la..."に👍でリアクションしました', "Shall we move the la..."),
        ('Reacted to Shall we move the la... with "👍"', "Shall we move the la..."),
        ('Odgovor na "Shall we move the la..."\n\nda', "Shall we move the la..."),
    ],
)
def test_a_quote_is_the_words_of_whom_it_quotes(message: str, quote: str) -> None:
    text = f"{ASKED}00:02:00\tTom:\t{message}\r\n00:03:00\tAnn:\tok\r\n"
    _, reply, quoted, last = segment(text).utterances

    assert (reply.speaker, quoted.speaker, last.speaker) == ("Tom", "Maria | Example", "Ann")
    assert [text[a:b] for a, b in quoted.words] == [quote]
    assert quoted.within
    assert (quoted.start, reply.start) == (60.0, 120.0)
    assert not any(a < quoted.words[0].end and b > quoted.words[0].start for a, b in reply.words)


def test_a_quote_over_two_lines() -> None:
    text = '00:01:00\tMaria:\tlike this:\nmore\n00:02:00\tTom:\tReacted to "like this:\nmo..." with 😂\r\n'

    assert said(text)[1:] == [("Tom", 'Reacted to "|" with 😂'), ("Maria", "like this:|mo...")]


@pytest.mark.parametrize(
    "before",
    [
        "",
        "00:01:00\tMaria:\tI will\n00:01:01\tAnn:\tI will\n",
        "00:01:00\tMaria:\tsomething else\n",
    ],
    ids=["not in the text", "by two people", "by nobody"],
)
def test_a_quote_of_nobody_certain_is_nobodys(before: str) -> None:
    text = f'{before}00:02:00\tTom:\tReplying to "I will"\n\nno "really" 👍\n'

    assert said(text)[-1][0] is None
    assert said(text)[-1][1].startswith("I will")


def test_a_later_message_is_not_what_was_quoted() -> None:
    assert said('00:02:00\tTom:\tReacted to "gm" with 👍\n00:03:00\tAnn:\tgm\n')[1] == (None, "gm")


def test_a_reply_can_be_quoted_in_its_turn() -> None:
    text = f'{ASKED}00:02:00\tTom:\tReplying to "Shall we m..."\n\nnever\n00:03:00\tAnn:\tReacted to "never" with 👍\n'

    assert said(text)[-1] == ("Tom", "never")


def test_words_in_quotation_marks_are_no_quote_of_a_message() -> None:
    assert said('00:01:00\tTom:\tthe so-called "plan" is late\n') == [("Tom", 'the so-called "plan" is late')]


def test_dropping_a_message_takes_what_it_quotes() -> None:
    text = f'{ASKED}00:02:00\tTom:\tReplying to "Shall we m..."\n\nnever\n\n00:03:00\tAnn:\tok\n'
    utterances = segment(text).utterances

    assert apply_edits(text, [Edit(*utterances[1].block, "")]) == f"{ASKED}00:03:00\tAnn:\tok\n"
