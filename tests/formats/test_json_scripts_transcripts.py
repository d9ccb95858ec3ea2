"""JSON transcripts: who speaks and when, copies and word lists, what is refused, and the contract on any JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from formats.json_samples import ASSEMBLY, ATTENDEE, DIARIZED, GONE, KEPT, MEET, RECALL, SAMPLES, VEXA
from harness.exports import SERVICES, document, meeting
from harness.growth import linear
from harness.invented import invented
from hypothesis import example, given, settings
from hypothesis import strategies as st

from proxy.errors import ClientFault
from proxy.formats import Transcript, read, vendors
from proxy.model import Edit, Span, apply_edits


def said(value: Any, labels: tuple[str, ...] = ()) -> list[tuple[str | None, list[str]]]:
    transcript = read(value if isinstance(value, str) else json.dumps(value), labels, whole=True)
    return [(u.speaker, [transcript.text[a:b] for a, b in u.words]) for u in transcript.segmented.utterances]


def spans(transcript: Transcript) -> list[Span]:
    found = [*transcript.segmented.free, *transcript.segmented.names]
    for utterance in transcript.segmented.utterances:
        found += [*utterance.words, *utterance.more_labels, *([utterance.label] if utterance.label else [])]
    return sorted(found)


@pytest.mark.parametrize("name", SAMPLES)
def test_no_edits_leave_the_text_as_it_is(name: str) -> None:
    for text in (json.dumps(SAMPLES[name]), json.dumps(SAMPLES[name], indent=1, ensure_ascii=False)):
        transcript = read(text, whole=True)

        assert transcript.segmented.format == "json"
        assert apply_edits(text, transcript.source_edits(())) == text
        assert transcript.written is not None
        same = [Edit(a, b, transcript.text[a:b]) for a, b in spans(transcript) if a < transcript.written.appendix]
        assert name == "openai verbose" or json.loads(apply_edits(text, transcript.source_edits(same))) == json.loads(
            text
        )


def test_a_text_beside_the_segments_is_each_speakers_own() -> None:
    assert said(DIARIZED)[:2] == [("Ann Lund", [KEPT, KEPT]), ("B", [GONE, GONE])]


def test_a_text_that_says_something_else_is_nobodys() -> None:
    assert (None, [f"{KEPT} And more."]) in said({"text": f"{KEPT} And more.", "segments": DIARIZED["segments"]})


def test_what_a_text_holds_beside_all_of_the_segments_is_nobodys() -> None:
    """In front of them, between and behind; short turns prove nothing, as everybody says such words."""
    ann, ben = "we will sign the new contract", "rather not before the summer is over"
    turns = [{"speaker": "Ann", "text": ann}, {"speaker": "Ben", "text": ben}, {"speaker": "Ann", "text": "yes"}]
    text = f"Oh well, Ann: {ann}. Canary one. {ben} yes; canary two"

    assert said({"text": text, "segments": turns}) == [
        (None, ["Oh well,"]),
        (None, ["Canary one."]),
        (None, ["yes; canary two"]),
        ("Ann", [f"{ann}.", ann]),
        ("Ben", [ben, ben]),
        ("Ann", ["yes"]),
    ]


@pytest.mark.parametrize("text", ["{ben} {ann} canary", "{ann} canary", "canary {ann}s {ben}", "yes canary"])
def test_a_text_that_does_not_hold_the_segments_whole_and_in_order_is_nobodys(text: str) -> None:
    ann, ben = "we will sign the new contract", "rather not before the summer is over"
    turns = [{"speaker": "Ann", "text": ann}, {"speaker": "Ben", "text": ben}, {"speaker": "Ann", "text": "yes"}]
    whole = text.format(ann=ann, ben=ben)

    assert (None, [whole]) in said({"text": whole, "segments": turns})


WORDS = st.lists(st.sampled_from(["ah", "so", "we", "go", "on", "May"]), min_size=1, max_size=9).map(" ".join)


@given(st.lists(st.tuples(st.sampled_from(["Ann", "Ben"]), WORDS), min_size=1, max_size=4), st.data())
def test_each_piece_of_a_text_beside_segments_is_words_of_a_turn_or_nobodys(
    turns: list[tuple[str, str]], data: st.DataObject
) -> None:
    between = [data.draw(st.just("") | WORDS) for _ in range(len(turns) + 1)]
    text = " ".join([between[0], *(f"{words} {more}" for (_, words), more in zip(turns, between[1:], strict=True))])
    document = {"text": text, "segments": [{"speaker": speaker, "text": words} for speaker, words in turns]}
    heard = said(document)

    for speaker, pieces in heard:
        assert speaker is None or all((speaker, piece) in turns for piece in pieces)
    for speaker, words in turns:
        assert any(speaker == who and words in pieces for who, pieces in heard)
    assert sum(len(piece.split()) for _, pieces in heard for piece in pieces) == len(
        [*text.split(), *" ".join(words for _, words in turns).split()]
    )


def test_word_lists_are_read_as_the_sentences_they_are() -> None:
    """So that detection sees a number, and not four words; an edit goes into the first word, and empties the others."""
    text = json.dumps(
        [{"speaker": "Ann", "start": 0.5, "words": [{"word": w} for w in ("call", "555", "0100", "now")]}]
    )
    transcript = read(text, whole=True)
    (utterance,) = transcript.segmented.utterances
    (line,) = utterance.words

    assert transcript.text[slice(*line)] == "call 555 0100 now"
    at = line.start + len("call ")
    sent = json.loads(apply_edits(text, transcript.source_edits([Edit(at, at + len("555 0100"), "PHONE_1")])))
    assert [word["word"] for word in sent[0]["words"]] == ["call", "PHONE_1", "", "now"]


def test_a_word_in_two_spellings_goes_in_both() -> None:
    text = json.dumps([{"speaker": "A", "start": 0.5, "words": [{"word": "zoe", "punctuated_word": "Zoë."}]}])
    transcript = read(text, whole=True)
    (line,) = transcript.segmented.utterances[0].words

    sent = json.loads(apply_edits(text, transcript.source_edits([Edit(line.start, line.end - 1, "PERSON_1")])))
    assert sent[0]["words"] == [{"word": "", "punctuated_word": "PERSON_1."}]


def test_escapes_are_read_and_written() -> None:
    text = '[{"speaker": "Zo\\u00eb", "text": "say \\"hi\\"\\nto \\ud83d\\ude00 Ren\\u00e9e, now"}]'
    transcript = read(text, whole=True)
    (utterance,) = transcript.segmented.utterances
    (words,) = utterance.words

    assert (utterance.speaker, transcript.text[slice(*words)]) == ("Zoë", 'say "hi"\nto 😀 Renée, now')
    at = transcript.text.index("Renée")
    edited = apply_edits(text, transcript.source_edits([Edit(at, at + 5, 'P"1"\n')]))
    assert edited == '[{"speaker": "Zo\\u00eb", "text": "say \\"hi\\"\\nto \\ud83d\\ude00 P\\"1\\"\\n, now"}]'


@pytest.mark.parametrize(
    ("sample", "start", "end", "at", "until"),
    [
        (MEET, None, None, datetime(2026, 3, 2, 10, 0, 1, tzinfo=UTC), datetime(2026, 3, 2, 10, 0, 4, 500000, UTC)),
        (VEXA, None, None, datetime(2026, 3, 2, 10, 0, 1, 500000, UTC), datetime(2026, 3, 2, 10, 0, 2, 500000, UTC)),
        (DIARIZED, 0.0, 4.7, None, None),
        (ASSEMBLY["utterances"], None, None, None, None),
        ({**ASSEMBLY, "words": []}, 0.25, 2.75, None, None),
        (RECALL, None, None, datetime(2026, 3, 2, 10, 0, 0, 500000, UTC), datetime(2026, 3, 2, 10, 0, 5, 900000, UTC)),
        (ATTENDEE, None, None, datetime(2026, 3, 2, 10, 0, 1, tzinfo=UTC), datetime(2026, 3, 2, 10, 0, 3, 500000, UTC)),
        ([{"speaker": "A", "text": "x", "start": 250, "end": 900}], None, None, None, None),
    ],
    ids=["meet", "vexa", "openai", "assemblyai alone", "assemblyai", "recall", "attendee", "seconds or milliseconds"],
)
def test_times(sample: Any, start: float | None, end: float | None, at: Any, until: Any) -> None:
    """A number that may be either seconds or milliseconds is no time: it could move words past a grant."""
    first = next(u for u in read(json.dumps(sample), whole=True).segmented.utterances if u.speaker is not None)

    assert (first.start, first.end, first.at, first.until) == (start, end, at, until)


@pytest.mark.parametrize(
    ("stamp", "is_time"),
    [
        ("2026-03-08T08:22:31.0461639+00:00", True),
        ("2026-03-08 08:22", True),
        ("2026-03-08", True),
        ("0:0:5.320", True),
        ("12.5", True),
        ("1772958151", True),
        ("1772958151046", True),
        ("02026-03-08T08:22:31Z", False),
        ("5551234567", False),
        ("+46 70 174 06 05", False),
        ("4111 1111 1111 1111", False),
        ("1.2.3.4", False),
    ],
)
def test_figures_that_are_no_time_are_words_wherever_they_stand(stamp: str, is_time: bool) -> None:
    """A telephone number in the place of a time is nobody's time: it is searched and needs a grant like all else."""
    text = json.dumps([{"speaker": "Ann", "text": "Fine.", "start_time": stamp}])
    said = [text[span.start : span.end] for each in read(text).segmented.utterances for span in each.words]
    assert (stamp not in said) == is_time


def test_one_object_a_line() -> None:
    lines = "\n".join(
        json.dumps({"user_name": name, "data": f"{name} says", "timestamp": 1}) for name in ("Ann", "Ben")
    )

    assert said(lines) == [("Ann", ["Ann says"]), ("Ben", ["Ben says"])]


def test_a_transcript_in_running_text() -> None:
    text = f"Here is what was said: {json.dumps(RECALL[0])}. Be brief."
    transcript = read(text)

    assert [u.speaker for u in transcript.segmented.utterances] == ["Ann Lund"]
    assert [transcript.text[a:b] for a, b in transcript.segmented.free] == ["Here is what was said:", ". Be brief."]


def test_an_example_of_an_output_is_an_instruction() -> None:
    text = 'Return JSON:\n[{"speaker": "<speaker>", "text": "...", "start": 0.5}]\n{"summary": "short"}\n\nAnn: one\n'
    transcript = read(text)

    assert [u.speaker for u in transcript.segmented.utterances] == ["Ann"]


def test_json_that_names_somebody_on_the_roster_is_nobodys_speech() -> None:
    """Names as keys, a shape that nobody knows: not one word of it may pass for an instruction."""
    text = 'Note:\n{"Ann Lund": "I quit", "x": [1]}\n\nAnn Lund: one\n'
    transcript = read(text, ("Ann Lund",))

    assert [(u.speaker, transcript.text[slice(*u.words[0])]) for u in transcript.segmented.utterances] == [
        (None, '{"Ann Lund": "I quit", "x": [1]}'),
        ("Ann Lund", "one"),
    ]


def test_pieces_of_a_broken_document_are_nobodys_speech() -> None:
    text = 'Sum up:\n  {"speaker": "Ann", "text": "I quit"\n  "text": "for good"}, {\nBob: hi\n'

    assert [u.speaker for u in read(text).segmented.utterances] == [None, None, "Bob"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[{"speaker": "A", "text": "x", "mood": "zq"}]', "unknown_field"),
        ('{"stats": {"zq": 3}, "segments": [{"speaker": "A", "text": "x"}]}', "unknown_field"),
        ('[{"speaker": "A", "text": "x", "text": "zq"}]', "duplicate_key"),
        ('[{"speaker": "A", "text": "x\\ud800"}]', "lone_surrogate"),
        ('[{"speaker": "A", "text": 15550100}]', "transcript_unknown"),
        ('[{"speaker": "A", "text": "x", "phone": 15550100}]', "transcript_invalid"),
        ('{"zq": "hello"}', "transcript_unknown"),
    ],
)
def test_what_is_not_known_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ClientFault) as refused:
        read(text, whole=True)
    assert refused.value.reason == reason
    assert "zq" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('[{"speaker": "A", "text": "x", "mood": "zq"}]', "[0].(key 3)"),
        ('{"segments": [{"speaker": "A", "text": "x"}], "zq": {"zq": 3}}', "(key 2)"),
        ('{"results": {"channels": [{"alternatives": [{"zq": 1, "words": [{"word": "x", "start": 1}]}]}]}}',
         "results.channels[0].alternatives[0].(key 1)"),
        ('[{"speaker": "A", "text": "x", "words": [{"word": "x"}, {"word": "x", "zq": 1}]}]', "[0].words[1].(key 2)"),
        ('[{"speaker": "A", "text": "x", "text": "zq"}]', "[0].text"),
        ('[{"speaker": "A", "text": "x", "phone": 15550100}]', "[0].phone"),
        ('{"vcon": "0.4.0", "parties": [], "dialog": [{"type": "text", "zq": 1}]}', "dialog[0].(key 2)"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_path(text: str, path: str) -> None:
    """Public keys by name; others by their number, since they may be anybody's name."""
    with pytest.raises(ClientFault) as refused:
        read(text, whole=True)
    assert f"(at {path})" in refused.value.detail
    assert "zq" not in refused.value.detail


@pytest.mark.parametrize("key", sorted(vendors.TEXT | vendors.WORDS | {*vendors.WORD, *vendors.SPEAKER}))
def test_a_piece_of_a_broken_document_is_nobodys_by_any_key_of_words(key: str) -> None:
    text = f'Sum up:\n"{key}": "I quit for good"}}, {{\nBob: hi\n'

    assert [u.speaker for u in read(text).segmented.utterances] == [None, "Bob"]


EXPORTED = meeting(1, ("Ann", "Ben"), {"Ann": ["zebra"], "Ben": ["canary"]})


@pytest.mark.parametrize("service", SERVICES)
def test_times_of_services(service: str) -> None:
    """In seconds from the start, or as instants; a unit that is not certain is no time."""
    first = next(u for u in read(document(service, EXPORTED), whole=True).segmented.utterances if u.speaker is not None)

    if service == "slack":
        assert first.at is not None
    else:
        assert first.start == pytest.approx(EXPORTED[0].start)
        assert first.end is not None


KEYS = st.sampled_from(
    sorted(
        {
            *vendors.TEXT,
            *vendors.WORDS,
            *vendors.LABELS,
            *vendors.PEOPLE,
            *vendors.START,
            *vendors.COPIES,
            *vendors.TOKENS,
            "id",
            "segments",
            "utterances",
            "paragraphs",
            "sentences",
            "word",
            "index",
            "title",
        }
    )
)
LEAVES = st.sampled_from(
    ["zq", "zq said zq", 'é "zq"\n\t🔥 zq', "Ann zq", "<zq>", "...", "", " ", 1, 0.5, 1e9, None, True]
)
TREES = st.recursive(
    LEAVES, lambda part: st.lists(part, max_size=4) | st.dictionaries(KEYS, part, max_size=5), max_leaves=25
)


def attempt(text: str, whole: bool) -> Transcript | None:
    try:
        return read(text, ("Ann zq",), whole=whole)
    except ClientFault as fault:
        assert "zq" not in str(fault)
        return None


@settings(max_examples=invented(300))
@given(TREES, st.booleans())
@example({"tokens": ["zq"], "absolute_start_time": "zq", "data": []}, False)
@example({"tokens": ["zq"], "start": 1, "text": " "}, False)
@example([{"start": 1, "text": "hm"}, {"tokens": ["zq"]}], False)
def test_no_word_of_any_json_hides(tree: Any, ascii_only: bool) -> None:
    text = json.dumps(tree, ensure_ascii=ascii_only)
    transcript = attempt(text, whole=True)
    if transcript is None:
        return
    for before, after in zip(spans(transcript), spans(transcript)[1:], strict=False):
        assert before.end <= after.start
    sent = apply_edits(text, transcript.source_edits([Edit(a, b, "-") for a, b in spans(transcript)]))
    assert "zq" not in sent


@settings(max_examples=invented(300))
@given(TREES, st.data())
def test_any_damage_is_a_fault_or_nothing(tree: Any, data: st.DataObject) -> None:
    text = f"Sum up: {json.dumps(tree)} and {json.dumps([{'speaker': 'zq', 'text': 'zq'}])}\n"
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(st.text('zq{}[]",:\\u \n', max_size=3)) + text[at + data.draw(st.integers(0, 5)) :]
    transcript = attempt(text, data.draw(st.booleans()))
    if transcript is not None:
        cut = transcript.written.cut if transcript.written is not None else ()
        assert apply_edits(text, transcript.source_edits(())) == apply_edits(text, sorted(cut))
        apply_edits(text, transcript.source_edits([Edit(a, b, "") for a, b in spans(transcript)]))


HOSTILE = [
    '{"a":',
    "[[",
    '[{"',
    '["',
    '{"text":"',
    "[[],",
    '{"speaker":"a","text":"b"},',
    '{"speaker":"a","text":"b"}\n',
    "[ ",
    '"text": "',
    '{"text":"a","words":["a"],"start":0.5}\n',
    '\\"',
    "[\n",
    '[{"text":"a","start":1},\n',
]


@pytest.mark.parametrize("unit", HOSTILE, ids=repr)
@pytest.mark.parametrize(
    "frame", ["{}", "[{}]", '{{"text": "a a a a", "segments": [{}]}}'], ids=["bare", "list", "doc"]
)
def test_work_grows_with_hostile_repetition_and_no_faster(unit: str, frame: str) -> None:
    linear(lambda text: attempt(text, whole=False), lambda size: frame.format(unit * (size // len(unit))), 32_000)


@pytest.mark.parametrize("words", ["a", "a a a a a", "b b b b b"])
def test_work_grows_with_copies_and_no_faster(words: str) -> None:
    def copies(size: int) -> str:
        segments = [{"speaker": "A", "start": 0.5, "text": words}] * size
        return json.dumps({"segments": segments, "notes": [{"text": "a " * 20}] * size})

    assert linear(lambda text: attempt(text, whole=True), copies, 1_000) is not None


@pytest.mark.parametrize("unknown", [None, "", " "])
def test_a_turn_whose_speaker_is_not_known_inherits_none(unknown: str | None) -> None:
    turns = [{"text": "Good morning.", "start": 1}, {"speaker": unknown, "text": "canary", "start": 2}]
    told = said({"speaker": "Ann", "segments": turns})
    assert told == [("Ann", ["Good morning."]), (None, ["canary"])]
