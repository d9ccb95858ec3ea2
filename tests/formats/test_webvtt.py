"""WebVTT as vendors write it, and what a dropped utterance leaves behind."""

from __future__ import annotations

from textwrap import dedent

import pytest
from formats.structure_checker import check
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.formats import segment
from proxy.model import Edit, Segmented, Span, Utterance, apply_edits

ZOOM = """\
WEBVTT

1
00:00:26.060 --> 00:00:27.540
maria: Can you hear me?

2
00:00:28.970 --> 00:00:30.170
Tom D | Example: Yes: loud
and clear.

3
01:00:31.000 --> 01:00:32.500
Nobody said who this is.
"""


def said(text: str, segmented: Segmented) -> list[tuple[str | None, list[str]]]:
    return [(u.speaker, [text[a:b] for a, b in u.words]) for u in segmented.utterances]


def cut(text: str, span: Span | None) -> str | None:
    return None if span is None else text[span.start : span.end]


def drop(text: str, utterances: list[Utterance]) -> str:
    return apply_edits(text, [Edit(*u.block, "") for u in utterances])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("bom", ["", "\ufeff"], ids=["plain", "BOM"])
def test_zoom_cues(end: str, bom: str) -> None:
    text = bom + ZOOM.replace("\n", end)

    segmented = segment(text)

    assert segmented.format == "webvtt"
    assert segmented.free == ()
    assert said(text, segmented) == [
        ("maria", ["Can you hear me?"]),
        ("Tom D | Example", ["Yes: loud", "and clear."]),
        (None, ["Nobody said who this is."]),
    ]
    assert [(u.start, u.end) for u in segmented.utterances] == [(26.06, 27.54), (28.97, 30.17), (3631.0, 3632.5)]
    assert cut(text, segmented.utterances[1].label) == "Tom D | Example"
    check(text, segmented)


def test_a_cue_goes_with_its_id_times_and_blank_line() -> None:
    segmented = segment(ZOOM)

    without = drop(ZOOM, [segmented.utterances[1]])

    assert without == ZOOM.replace("2\n00:00:28.970 --> 00:00:30.170\nTom D | Example: Yes: loud\nand clear.\n\n", "")


def test_cues_without_any_label_are_speech_of_nobody() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nhello there\n\n00:03.000 --> 00:04.000\nbye\n"

    segmented = segment(text)

    assert segmented.format == "webvtt"
    assert said(text, segmented) == [(None, ["hello there"]), (None, ["bye"])]
    assert segmented.utterances[1].start == 3.0


def test_a_room_of_several_lower_case_words_counts_where_it_recurs() -> None:
    text = (
        "WEBVTT\n\n0:01.0 --> 0:02.0\nthe berlin office: hi\n\n0:03.0 --> 0:04.0\nthe berlin office: so it is: late\n"
    )

    assert [u.speaker for u in segment(text).utterances] == ["the berlin office"] * 2


def test_teams_voices() -> None:
    """Several voices in a cue, one of them over two lines, text of nobody between them."""
    text = dedent("""\
        WEBVTT

        8f3c0a12-11aa/12-0
        00:00:01.000 --> 00:00:09.000
        <v Maria Example>Shall we start?
        I think so.</v>
        <v Tom>Yes.</v> (laughter) <v.loud Maria Example>Good.</v>
        """)

    segmented = segment(text)

    assert said(text, segmented) == [
        ("Maria Example", ["Shall we start?", "I think so."]),
        ("Tom", ["Yes."]),
        (None, ["(laughter)"]),
        ("Maria Example", ["Good."]),
    ]
    assert drop(text, [segmented.utterances[0]]).endswith(
        "09.000\n<v Tom>Yes.</v> (laughter) <v.loud Maria Example>Good.</v>\n"
    )
    assert "<v Tom>" not in drop(text, [segmented.utterances[1]])


def test_graph_times_and_negative_offsets() -> None:
    text = "WEBVTT\n\n0:0:0.0 --> 0:0:5.320\n<v User Name>This is a test.</v>\n\n-0:0:1.5 --> 0:1:2.0\n<v B>so</v>\n"

    assert [(u.start, u.end) for u in segment(text).utterances] == [(0.0, 5.32), (-1.5, 62.0)]


def test_mattermost_doubles_the_name() -> None:
    text = "WEBVTT\n\n00:00:04.675 --> 00:00:11.395\n<v Maria &amp; Tom>(Maria &amp; Tom) All right.\n"

    (utterance,) = segment(text).utterances

    assert utterance.speaker == "Maria & Tom"
    assert cut(text, utterance.label) == "Maria &amp; Tom"
    assert [cut(text, span) for span in utterance.more_labels] == ["Maria &amp; Tom"]
    assert [cut(text, span) for span in utterance.words] == ["All right."]


def test_a_voice_with_an_unlisted_class_is_text_of_nobody() -> None:
    """A class name can hold words, so it must not pass as structure."""
    text = "WEBVTT\n\n0:0.0 --> 0:1.0\n<v.tom-resigned Maria>hello</v>\n"

    assert said(text, segment(text)) == [(None, ["<v.tom-resigned Maria>hello"])]


@pytest.mark.parametrize("words", ["tom resigned", "tom@example.org/1", "intro", "é7"])
def test_an_id_that_could_hold_words_is_text(words: str) -> None:
    text = f"WEBVTT\n\n1\n0:01.0 --> 0:02.0\nA: x\n\n{words}\n0:03.0 --> 0:04.0\nB: y\n"

    assert (None, [words]) in said(text, segment(text))


def test_comments_styles_and_header_text_are_speech_of_nobody() -> None:
    text = dedent("""\
        WEBVTT - Weekly with Tom
        Kind: captions
        Language: en-GB
        Recorded by: Tom

        NOTE Tom was late
        and sorry

        STYLE
        ::cue { color: red }

        1
        00:01.000 --> 00:02.000 align:start position:0% tom:late
        Maria: hi

        NOTE
        Tom: never mind
        """)

    segmented = segment(text)

    assert segmented.free == ()
    assert said(text, segmented) == [
        (None, ["- Weekly with Tom"]),
        (None, ["Recorded by: Tom"]),
        (None, ["Tom was late", "and sorry"]),
        (None, ["::cue { color: red }"]),
        (None, ["align:start position:0% tom:late"]),
        ("Maria", ["hi"]),
        (None, ["Tom: never mind"]),
    ]
    check(text, segmented)


def test_a_block_between_cues_that_is_none_is_speech_of_nobody() -> None:
    text = "WEBVTT\n\n0:01.0 --> 0:02.0\nA: x\n\nno times here\n\n0:03.0 --> 0:04.0\nB: y\n"

    assert said(text, segment(text)) == [("A", ["x"]), (None, ["no times here"]), ("B", ["y"])]


def test_cues_without_blank_lines_between() -> None:
    text = "WEBVTT\n1\n0:01.0 --> 0:02.0\nA: x\n2\n0:03.0 --> 0:04.0\nB: y\n"

    assert said(text, segment(text)) == [("A", ["x"]), ("B", ["y"])]


def test_several_speakers_in_one_cue_by_lines() -> None:
    """A second name within a cue takes over; a lower-case word before a colon does too, rather than lend its words."""
    text = "WEBVTT\n\n0:01.0 --> 0:02.0\n- Maria: x\n- Tom: y\nthe man at the door: z\n"

    segmented = segment(text)

    assert said(text, segmented) == [("Maria", ["x"]), ("Tom", ["y"]), ("the man at the door", ["z"])]
    assert drop(text, [segmented.utterances[1]]) == text.replace("- Tom: y\n", "")


def test_a_header_without_cues_is_no_transcript() -> None:
    assert segment("WEBVTT\n\nPlease explain this format.").format == "opaque"


names = st.sampled_from(["Maria", "tom", "Ann B | Example", "O'Neil (Acme)", "Zoë", "李雷"])
words = st.sampled_from(["hi", "so, we said: yes", "see 10:30", "and\nthen", "ok -- fine", "a --> b"])
shapes = st.sampled_from(["{name}: {words}", "<v {name}>{words}</v>", "<v {name}>({name}) {words}"])


@settings(max_examples=invented(200))
@given(
    st.lists(st.tuples(names, words, shapes, st.booleans()), min_size=1, max_size=6),
    st.sets(st.integers(0, 5)),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_is_left_after_a_drop_reads_the_same(
    cues: list[tuple[str, str, str, bool]], dropped: set[int], end: str
) -> None:
    """Dropping any utterances leaves a file in which all others keep speaker, words and times."""
    text = "WEBVTT\n\n"
    for number, (name, speech, shape, numbered) in enumerate(cues):
        text += f"{number}\n" if numbered else ""
        text += f"00:0{number}.000 --> 00:0{number + 1}.000\n{shape.format(name=name, words=speech)}\n\n"
    text = text.replace("\n", end)
    segmented = segment(text)
    assert [u.speaker for u in segmented.utterances] == [name for name, *_ in cues]

    left = drop(text, [u for u in segmented.utterances if u.index in dropped])

    kept = [(u, s) for u, s in zip(segmented.utterances, said(text, segmented), strict=True) if u.index not in dropped]
    again = segment(left)
    assert said(left, again) == [s for _, s in kept]
    assert [u.start for u in again.utterances] == [u.start for u, _ in kept]
