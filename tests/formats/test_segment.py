"""The contract of `segment` on any text: spans, no hidden words, no other errors, linear cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from formats.structure_checker import check, hidden, spans
from formats.text_samples import SAMPLES
from harness.growth import linear
from harness.invented import invented
from hypothesis import example, given, settings
from hypothesis import strategies as st

from proxy.errors import ClientFault
from proxy.formats import Transcript, read, segment
from proxy.model import Edit, apply_edits

EXAMPLES = invented(300)
LABELS = ("Ann Example", "bob", "Ops: night")

GRAPH = (
    '{"startDateTime":"2026-03-08T08:22:30.0461639+00:00","endDateTime":"2026-03-08T08:22:31Z",'
    '"speakerName":"Ann Example","spokenText":"zq said \\"so\\".","spokenLanguage":"en-us"}'
)
PIECES = [
    "WEBVTT", "WEBVTT - zq title", "WEBVTT zq", "\ufeffWEBVTT", "Kind: captions", "Language: en-GB", "Kind: zq",
    "NOTE zq", "NOTE", "STYLE", "REGION", "STYLE zq", "::cue { zq }", "1", "42", "zq-7", "zq", "zq 7", "a@zq.example/1",
    "00:00:01.000 --> 00:00:02.000", "0:0:0.0 --> 0:0:5.320", "-0:0:1.5 --> 0:0:2.0", "00:01,000 --> 00:02,000",
    "00:01.000 --> 00:02.000 align:start position:0%", "00:01.000 --> 00:02.000 zq:start", "00:01.0 --> zq",
    "00:01.000 --> 00:02.000 Ann Example: zq", "zq --> zq", "-->",
    "Ann Example: zq", "Zed | zq: hello", "bob:zq", "Ops: night: zq", "zq office: words", "the long zq road: words",
    "<v Ann Example>zq</v>", "<v Ann Example>zq</v><v bob>zq</v> zq", "<v bob>(bob) zq", "<v.loud bob>zq",
    "<v.zq bob>zq",
    "<v>zq</v>", "<v zq", "<v Zq &amp; Co>zq", "</v>", "<c.zq>zq</c>", "<00:00:01.000>zq",
    GRAPH, GRAPH.replace("}", ',"zq":1}'), '{"spokenText":"zq"}', '{"speakerName":null,"spokenText":"zq"}', "{zq}",
    '{"spokenText":"zq', '{"spokenText":"z\\u0071"}',
    "[00:01:02] Ann Example: zq", "[00:01] zq", "00:01:02 bob: zq", "00:05:26\tZed | Zq:\tzq", "10:30: zq", "10:30 zq",
    '00:05:26\tbob:\tReplying to "zq"', '00:05:27\tZed:\tReacted to "zq" with 👍', '00:05:28 From Zq to Everyone:',
    '00:05:29\tZed:\tzq "zq', 'zq..." with 👍', '00:05:29\tZed:\tReacted to zq zq with "👍"',
    "<10:00:07 AM> Ann Example: zq", "            zq zq: zq", "<10:00> Zq joined the conference", "<1:00:00> zq",
    "00:04 to 00:11 - (Ann (Zq)) zq", "00:04 to 00:11 - zq", "(00:12) bob: zq",
    "[pass 1/3 id=zq:ch-0:1 speaker=Ann Example] zq", "[pass 1/3 id=z q speaker=Ann] zq", "[pass 1/3 id=a speaker=] zq",
    "2026-03-08T08:22:30Z bob: zq", "[2026-03-08 08:22:30] zq", "2026-99-99T08:22:30Z zq",
    "- bob: zq", "1. Ann Example: zq", "> zq", "**Zq:** zq", "**Ann Example**: zq", "[bob]: zq", "bob (00:12): zq",
    "From  bob  to  Everyone: zq", "00:01:02\tFrom zq to zq:\tzq", "bob：zq", "Zq:", "bob:", "Zq Road 00:12:13",
    "zq 0:05",
    "Summary: zq", "http://zq.example: zq", "Output format:", "+1 555 010 0100: zq", "zq", "zq zq zq.", "🔥🔥",
    "Zq 🔥: zq",
    "<transcript>", "</transcript>", "<transcript>bob: zq</transcript>", "<zq>", "```", "```vtt", "```zq", "~~~",
    "0:0 --> 0:1\n" + GRAPH, "0:0 --> 0:1\n" + GRAPH.replace("}", ',"zq":"zq"}'),
    "0:0 --> 0:1\n" + GRAPH.replace("en-us", "zq zq"), "0:0 --> 0:1\n<v Ann Example>zq\nzq</v> zq\n<v bob>zq",
    '7 "Zq Roe" (3246797312)', '7 "bob" (1)', '7 "" (1)', '7 "zq" (zq)', "[02/03/2026, 10:00:01] Ann Example: zq",
    "3/2/26, 10:01\u202fPM - bob: zq", "02.03.26, 10:00 - zq", "2/3/26, zq - zq", "bob  [10:00 AM]",
    "Zq Roe  [10:00 AM]", "zq  [10:00 zq]", "0:01 - bob (Zq)", "0:01 - Ann Example", "0:01 - zq (zq)",
    "0:03 | Ann Example", "bob: [0:04] zq", "[10:00] <bob> zq", "[10:00] <zq> zq", "Zq Roe, [03.05.2026 10:07]",
    "speaker,start,text", "Ann Example,0:03,zq", 'bob,0:04,"zq, zq"', 'bob,,"zq', "| Speaker | Text |", "|---|---|",
    "| Ann Example | zq |", "| zq | zq | zq |", "speaker;text\nbob;zq", "speaker,zq",
    "", "", "", " ", "\t", "\u2028", "\x85", *(line for text in SAMPLES.values() for line in text.splitlines()),
]  # fmt: skip
rows = st.lists(st.sampled_from(PIECES), max_size=14)
ends = st.sampled_from(["\n", "\r\n", "\r"])


def attempt(text: str, whole: bool, labels: Sequence[str] = LABELS) -> Transcript | None:
    try:
        return read(text, labels, whole=whole)
    except ClientFault as fault:
        assert "zq" not in str(fault).lower()
        return None


@settings(max_examples=EXAMPLES * 3)
@given(rows, ends, st.booleans(), st.booleans())
def test_any_mixture_of_formats_keeps_the_contract(pieces: list[str], end: str, whole: bool, known: bool) -> None:
    """Wherever words stand, they are in a span: none hides in what is reported as structure."""
    text = end.join(pieces)
    transcript = attempt(text, whole, LABELS if known else ())
    if transcript is not None:
        check(transcript.text, transcript.segmented)
        assert not (whole and transcript.segmented.free)


@settings(max_examples=EXAMPLES)
@given(rows, ends, st.data())
def test_any_damage_keeps_the_contract(pieces: list[str], end: str, data: st.DataObject) -> None:
    text = end.join(pieces)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 6))
        text = text[:at] + data.draw(st.text('zq0:>-<v"{}\\[]()\t \n\r\ufeff,./é', max_size=4)) + text[at + cut :]
    transcript = attempt(text, data.draw(st.booleans()))
    if transcript is not None:
        check(transcript.text, transcript.segmented)


@settings(max_examples=EXAMPLES)
@given(st.text(max_size=200), st.booleans())
@example("\ud800: \udfff", False)
@example("\u0661: x\n\u0662\u0663:\u0664 --> 1:1", True)
def test_any_text_at_all_keeps_the_contract(text: str, whole: bool) -> None:
    transcript = attempt(text, whole)
    if transcript is not None:
        check(transcript.text, transcript.segmented)


@pytest.mark.parametrize("between", ["", " "])
def test_a_tag_may_stand_on_the_line_of_a_fence_and_words_may_not(between: str) -> None:
    text = f"```vtt{between}<transcript>\nBen: hi\n"
    check(text, segment(text))
    worded = f"```vtt{between}zq<transcript>\nBen: hi\n"
    check(worded, segment(worded))
    unread = replace(segment(worded), utterances=(), free=(), names=())
    assert hidden(worded, unread)[:1] == [f"```vtt{between}zq<transcript>\n"]


@given(rows)
def test_no_edits_leave_the_text_as_it_is(pieces: list[str]) -> None:
    text = "\n".join(pieces)
    transcript = attempt(text, True)
    if transcript is not None and transcript.written is None:
        same = [Edit(start, end, text[start:end]) for start, end in spans(transcript.segmented)]
        assert apply_edits(text, same) == apply_edits(text, []) == text
    elif transcript is not None:
        assert apply_edits(text, transcript.source_edits(())) == text


@pytest.mark.parametrize("text", ["", " \n\t\n", "\ufeff", "🔥"])
def test_a_text_without_words(text: str) -> None:
    segmented = segment(text)

    assert (segmented.format, segmented.utterances) == ("opaque", ())


def test_opaque_text_is_one_free_span() -> None:
    text = "\n  We talked about the budget.\n\nThen about [00:05] lunch.\n"

    segmented = segment(text)

    assert segmented.format == "opaque"
    assert [text[a:b] for a, b in segmented.free] == [text.strip()]
    assert not segmented.attributed


def test_opaque_text_that_is_a_transcript_is_speech_of_nobody() -> None:
    text = "We talked about the budget.\nAt length.\n\nThen about lunch.\n"

    segmented = segment(text, whole=True)

    assert segmented.free == ()
    assert [(u.speaker, [text[a:b] for a, b in u.words]) for u in segmented.utterances] == [
        (None, ["We talked about the budget.", "At length."]),
        (None, ["Then about lunch."]),
    ]


ADVERSARIAL = [
    "<v ", "<v", "<", "<v a>", "</v>", "(", "00:00 to 00:01 - ((", "{",
    '{"spokenText":"\\', '{"spokenText":', "[pass 1/1 ",
    "a: ", "A:\n", "A:", ":", ": ", "\n", "\r", " ", "\t", "1\n", "0:0", "0:0 --> 0:0\n", "0:0 --> 0:0 ", "-->", "`",
    "```\n",
    "<transcript>", "</transcript>", "<transcript>\n", ">", "a>", "**", "**A:** ", "- ", "1. ", "WEBVTT\n",
    "WEBVTT zq\n",
    "NOTE\n", "NOTE\n\n", '0:00:00\ta:\t"b" "c" 👍\n', '0:00:00\ta:\tb "gm" 👍\n', "0:00:00\ta:\tgm\n", '" ', '"\n\n',
    "0:00:00\ta:\t\n\n", 'a "b" ', "[00:00] ", "From a to ", "a\n", "a\n\n", "0:0 --> 0:0\n<v a>(a) ", "A\t00:01:02\n",
    "0:0 --> 0:0\n<v a>x</v><v b>",
]  # fmt: skip


@pytest.mark.parametrize("unit", ADVERSARIAL, ids=repr)
@pytest.mark.parametrize("start", ["", "WEBVTT\n\n0:0 --> 0:1\n"], ids=["plain", "in a cue"])
def test_work_grows_with_hostile_repetition_and_no_faster(unit: str, start: str) -> None:
    """What trips careless patterns."""

    def made(size: int) -> str:
        return start + unit * (size // len(unit))

    linear(lambda text: attempt(text, whole=True), made, invented(100_000))
    attempt(made(2_000), whole=False)  # as the other, which then settles what stands between
