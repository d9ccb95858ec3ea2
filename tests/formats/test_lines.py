"""Plain lines: who is taken for a speaker, whose the words below are, which times are trusted."""

from __future__ import annotations

from datetime import UTC, datetime
from textwrap import dedent

import pytest

from proxy.formats import segment
from proxy.model import Edit, apply_edits


def said(text: str, labels: tuple[str, ...] = (), whole: bool = False) -> list[tuple[str | None, list[str]]]:
    return [(u.speaker, [text[a:b] for a, b in u.words]) for u in segment(text, labels, whole=whole).utterances]


def free(text: str, labels: tuple[str, ...] = ()) -> list[str]:
    return [text[a:b] for a, b in segment(text, labels).free]


def test_directly_following_lines_continue_and_paragraphs_do_not() -> None:
    text = "Maria: one\ntwo\n\nthree\n\nTom: four\n"

    assert said(text) == [("Maria", ["one", "two"]), (None, ["three"]), ("Tom", ["four"])]


def test_text_outside_of_the_lines_is_free_only_in_a_prompt() -> None:
    text = "Summarize this.\n\nMaria: one\nTom: two\n\nBe brief.\n"

    assert free(text) == ["Summarize this.", "Be brief."]
    assert said(text, whole=True) == [
        (None, ["Summarize this."]),
        ("Maria", ["one"]),
        ("Tom", ["two"]),
        (None, ["Be brief."]),
    ]


@pytest.mark.parametrize(
    ("line", "speaker", "words"),
    [
        ("[00:01:02] Maria B: hi", "Maria B", "hi"),
        ("[00:01] Maria B: hi", "Maria B", "hi"),
        ("[00:00.000 --> 00:04.000] Maria: hi", "Maria", "hi"),
        ("(00:12) Maria B: hi", "Maria B", "hi"),
        ("00:01:02 Maria B: hi", "Maria B", "hi"),
        ("00:01:02\tMaria | Example:\thi", "Maria | Example", "hi"),
        ("00:01:02\t From Maria B to Everyone:\thi", "Maria B", "hi"),
        ("00:04 to 00:11 - (Maria (Example)) hi", "Maria (Example)", "hi"),
        ("[pass 1/3 id=sess:ch-0:1:1500 speaker=Maria B] hi", "Maria B", "hi"),
        ("2026-03-08T08:22:30Z Maria: hi", "Maria", "hi"),
        ("- Maria: hi", "Maria", "hi"),
        ("*Maria B*: hi", "Maria B", "hi"),
        ("*Maria B* [0:01]: hi", "Maria B", "hi"),
        ("**Maria B** (00:01): hi", "Maria B", "hi"),
        ("_Maria B_ [0:01:02]: hi", "Maria B", "hi"),
        ("12. Maria: hi", "Maria", "hi"),
        ("> Maria: hi", "Maria", "hi"),
        ("**Maria B**: hi", "Maria B", "hi"),
        ("**Maria B:** hi", "Maria B", "hi"),
        ("[Maria B]: hi", "Maria B", "hi"),
        ("Maria B (00:01:02): hi", "Maria B", "hi"),
        ("Maria B : hi", "Maria B", "hi"),
        ("李雷：你好", "李雷", "你好"),
    ],
)
def test_shapes_of_a_speakers_line(line: str, speaker: str, words: str) -> None:
    text = f"{line}\nmore of it\n"

    (utterance,) = segment(text).utterances

    assert utterance.label is not None
    assert text[slice(*utterance.label)] == utterance.speaker == speaker
    assert [text[a:b] for a, b in utterance.words] == [words, "more of it"]
    assert text[slice(*utterance.block)] == text


def test_a_timed_line_without_a_name_is_never_instructions() -> None:
    text = "Maria: one\n\n[00:05] two\nthree\n"

    assert said(text) == [("Maria", ["one"]), (None, ["two", "three"])]
    assert free(text) == []


def test_timed_lines_without_any_name_are_opaque_in_a_prompt() -> None:
    text = "Summarize:\n[00:01] My number is 555-0100.\n[00:05] Thanks."

    assert segment(text).format == "opaque"
    assert free(text) == [text]
    assert said(text, whole=True)[1:] == [(None, ["My number is 555-0100."]), (None, ["Thanks."])]


def test_a_vexa_line_whose_id_could_hold_words_is_nobodys() -> None:
    text = "[pass 1/2 id=tom resigned speaker=Maria] hi\n[pass 2/2 id=a:1 speaker=Maria] so"

    assert said(text) == [(None, ["[pass 1/2 id=tom resigned speaker=Maria] hi"]), ("Maria", ["so"])]


def test_a_name_alone_takes_the_words_below() -> None:
    """Also on the far side of a blank line: those words must not pass for instructions."""
    assert said("Maria Example:\nhello\n\nTom Example:\n\nbye\nnow\n\nThe end.") == [
        ("Maria Example", ["hello"]),
        ("Tom Example", ["bye", "now"]),
    ]


def test_a_name_with_a_time_alone_takes_the_words_below() -> None:
    text = "Maria Example  0:05\nhello\n\nTom Example  0:09\nbye\n"

    assert said(text) == [("Maria Example", ["hello"]), ("Tom Example", ["bye"])]
    assert [u.start for u in segment(text).utterances] == [5.0, 9.0]


def test_a_lower_case_name_alone_below_somebodys_words_takes_over() -> None:
    """Else the next speaker's words would be sent under the consent of the one above."""
    assert said("Maria: hi\nthe landlord downstairs:\nsecret") == [
        ("Maria", ["hi"]),
        ("the landlord downstairs", ["secret"]),
    ]


def test_a_lower_case_label_below_somebodys_words_takes_over() -> None:
    assert said("Maria: hi\nthe landlord downstairs: secret")[1] == ("the landlord downstairs", ["secret"])


def test_times() -> None:
    text = "00:04 to 00:11 - (Maria) a\n[00:01:02.5] Tom: b\n2026-03-08T08:22:30Z Ann: c\n"

    first, second, third = segment(text).utterances

    assert (first.start, first.end) == (4.0, 11.0)
    assert (second.start, second.end) == (62.5, None)
    assert (third.start, third.at) == (None, datetime(2026, 3, 8, 8, 22, 30, tzinfo=UTC))


@pytest.mark.parametrize("text", ["14:05:26\tMaria:\ta\n14:06:00\tTom:\tb", "[14:05] Maria: a\n[14:06] Tom: b"])
def test_times_of_day_are_no_offsets(text: str) -> None:
    """Read as an offset, a time of day would move words past the grant that came after them."""
    assert [u.start for u in segment(text).utterances] == [None, None]


def test_headings_do_not_speak_unless_the_roster_says_so() -> None:
    text = "Language: English\nNote: hi\n\nhttp://example.org: x\n10:30: lunch\nOutput format: JSON\n"

    assert segment(text).format == "opaque"
    assert said(text, ("Note",)) == [("Note", ["hi"])]


def test_the_roster_is_certain() -> None:
    text = "so the thing from the shed out back: hi\nOps: night:go"

    assert segment(text).utterances[0].speaker == "Ops"
    assert said(text, ("so the thing from the shed out back", "Ops: night")) == [
        ("so the thing from the shed out back", ["hi"]),
        ("Ops: night", ["go"]),
    ]


def test_a_prompt_around_a_transcript() -> None:
    text = dedent("""\
        # Context

        Meeting: Weekly
        Participants:

        - Maria Example (CTO)

        Output format: JSON with the keys "summary" and "tasks".

        Speaker 1: one
        Speaker 2: two

        # Output Template
        ## Action Items:
        - none
        """)

    segmented = segment(text)

    assert said(text) == [("Speaker 1", ["one"]), ("Speaker 2", ["two"])]
    assert [text[a:b].splitlines()[0] for a, b in segmented.free] == ["# Context", "# Output Template"]


def test_dropping_a_line_leaves_the_others() -> None:
    text = "Be brief.\n\nMaria: one\nmore\nTom: two\nAnn: three\n"
    utterances = segment(text).utterances

    assert apply_edits(text, [Edit(*utterances[0].block, "")]) == "Be brief.\n\nTom: two\nAnn: three\n"
    assert apply_edits(text, [Edit(*u.block, "") for u in utterances[1:]]) == "Be brief.\n\nMaria: one\nmore\n"
