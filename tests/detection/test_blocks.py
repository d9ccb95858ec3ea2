"""Blocks for detection, and the way back."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.detection.blocks import MAX_CHARS, OVERLAP, join, reaching
from proxy.model import Excerpt, Finding, Passage
from proxy.redaction.passages import locate

EXAMPLES = st.lists(st.text("ab c.\n", max_size=60), max_size=12)


def lay(texts: list[str], owner: str | None = "p1") -> list[Passage]:
    passages, at = [], 0
    for text in texts:
        passages.append(Passage(0, at, text, owner))
        at += len(text) + 5
    return passages


@given(EXAMPLES, st.integers(12, 80))
def test_blocks_show_every_character_in_bounded_windows(texts: list[str], max_chars: int) -> None:
    joined = "\n".join(texts)
    blocks = join(lay(texts), max_chars)
    seen: set[int] = set()
    for block in blocks:
        assert 0 < len(block.text) <= max_chars
        assert joined[block.start : block.start + len(block.text)] == block.text
        seen.update(range(block.start, block.start + len(block.text)))
    assert seen == set(range(len(joined)))
    assert sum(len(block.text) for block in blocks) <= 3 * len(joined) + max_chars


@given(EXAMPLES, st.integers(12, 80), st.data())
def test_findings_come_back_to_the_very_characters(texts: list[str], max_chars: int, data: st.DataObject) -> None:
    """Complaint 17 (offsets that slip): every located piece reads in its passage what was found in the block."""
    passages = lay(texts)
    blocks = join(passages, max_chars)
    for number, block in enumerate(blocks):
        start = data.draw(st.integers(0, len(block.text) - 1))
        end = data.draw(st.integers(start + 1, len(block.text)))
        findings = [[Finding(start, end, "PERSON", 0.9)] if n == number else [] for n in range(len(blocks))]
        located = locate(blocks, findings)
        words = [passages[i].text[f.start : f.end] for i, found in enumerate(located) for f in found]
        assert "".join("".join(words).split()).replace(".", "") == "".join(block.text[start:end].split()).replace(
            ".", ""
        )
        assert all(word == word.strip() for word in words)


def test_a_name_cut_by_a_cue_end_is_two_findings_of_one_person() -> None:
    passages = lay(["please ask Jane", "Doe about it"])
    (block,) = join(passages)
    at = block.text.index("Jane")
    located = locate([block], [[Finding(at, at + 8, "PERSON", 0.9, "ner")]])
    assert [passages[i].text[f.start : f.end] for i, found in enumerate(located) for f in found] == ["Jane", "Doe"]
    assert {(f.source, f.entity, f.again) for found in located for f in found} == {("ner", 0, False)}


def test_names_of_two_speakers_are_not_one() -> None:
    """A finding over the words of two people says nothing of one name."""
    passages = [Passage(0, 0, "that was Jane", "p1"), Passage(0, 20, "Doe here", "p2")]
    (block,) = join(passages)
    at = block.text.index("Jane")
    located = locate([block], [[Finding(at, at + 8, "PERSON", 0.9, "ner")]])
    assert {(f.source, f.entity) for found in located for f in found} == {("ner", None)}


def test_an_entity_at_a_cut_is_whole_in_one_block() -> None:
    """A passage longer than a block is cut with an overlap."""
    for shift in range(0, 60):
        text = "x" * shift + " word" * 900 + " Jane Doe " + "word " * 900
        blocks = join(lay([text]))
        assert len(blocks) > 1
        assert any("Jane Doe" in block.text for block in blocks)


def test_neighbours_share_little() -> None:
    blocks = join(lay(["one sentence here. " * 2000]))
    for one, other in pairwise(blocks):
        assert 0 < one.start + len(one.text) - other.start <= OVERLAP


def test_what_two_blocks_both_found_counts_once() -> None:
    passages = lay(["Anna " * 2000])
    blocks = join(passages)
    findings = [
        [Finding(i, i + 4, "PERSON", 0.8) for i in range(0, len(b.text) - 4) if b.text.startswith("Anna", i)]
        for b in blocks
    ]
    located = locate(blocks, findings)
    spans = [(f.start, f.end) for f in located[0]]
    assert len(spans) == len(set(spans)) == 2000


def test_nothing_comes_of_nothing() -> None:
    assert join([]) == ()
    assert join(lay([""])) == ()
    assert locate((), ()) == []


def test_what_is_cut_in_a_word_is_read_as_one_and_found_in_each_piece() -> None:
    text = "write to maja.lindgren@kanal.example today"
    passages = [Passage(0, 3, text[:22], "p1"), Passage(0, 25, text[22:], None), Passage(1, 67, "more", "p1")]
    (block,) = join(passages)
    assert block.text == text + "\nmore"
    at = text.index("maja")
    found = [[Finding(at, at + 27, "EMAIL_ADDRESS", 1.0, "email")]]
    assert [[(f.start, f.end) for f in part] for part in locate([block], found)][:2] == [[(at, 22)], [(0, 14)]]


@given(EXAMPLES, st.integers(12, 80))
def test_each_character_is_one_blocks_own(texts: list[str], max_chars: int) -> None:
    joined = "\n".join(texts)
    own = [joined[b.start + b.own.start : b.start + b.own.end] for b in join(lay(texts), max_chars)]
    assert "".join(own) == joined


WORDS = "so we then talked about it and they said that all of this was fine with them".split()
TURNS = st.lists(st.lists(st.sampled_from(WORDS), min_size=2, max_size=9).map(" ".join), min_size=8, max_size=40)


def shown(texts: list[str], max_chars: int = 240) -> list[Excerpt]:
    return [block.excerpt for block in join(lay([f"{text}." for text in texts]), max_chars)]


@given(TURNS, TURNS)
def test_what_follows_changes_no_block_but_those_at_the_end(before: list[str], after: list[str]) -> None:
    """A transcript that grows is made of the same blocks, and a few more."""
    alone, grown = shown(before), shown([*before, *after])
    kept = alone[:-2]
    assert grown[: len(kept)] == kept


def test_a_transcript_that_loses_its_beginning_is_soon_made_of_the_same_blocks() -> None:
    """Live clients send the last minutes; borders fall back onto the same places."""
    turns = [f"{' '.join(WORDS[n % 7 : n % 7 + 3 + n % 5])} {n * n}" for n in range(400)]
    whole = shown(turns, MAX_CHARS)
    for lost in range(1, 200, 7):
        rest = shown(turns[lost:], MAX_CHARS)
        fresh = [excerpt for excerpt in rest if excerpt not in whole]
        assert len(fresh) <= 5 < len(rest)


@pytest.mark.parametrize("text", ["x" * 9000, "word " * 2000, "Okay.\n" * 1500, "\n" * 5000, "中" * 5000])
def test_text_without_ends_or_with_nothing_but_ends_is_cut_all_the_same(text: str) -> None:
    blocks = join(lay([text]))
    assert max(len(block.text) for block in blocks) <= MAX_CHARS
    assert sum(len(block.text) for block in blocks) < 2 * len(text)


def test_what_is_found_outside_is_the_neighbours() -> None:
    excerpt = Excerpt("before inside behind", 7, 14)
    found = [
        Finding(0, 6, "A", 0.5), Finding(5, 8, "B", 0.5), Finding(13, 20, "C", 0.5), Finding(14, 20, "D", 0.5),
        Finding(0, 3, "N", 0.5, entity=0), Finding(8, 10, "N", 0.5, entity=0), Finding(0, 3, "M", 0.5, entity=0),
    ]  # fmt: skip
    assert [f.kind for f in reaching(excerpt, found)] == ["B", "C", "N", "N"]
    assert reaching(Excerpt.whole(excerpt.text), found) == found


def test_findings_of_a_block_are_of_its_own_part() -> None:
    """No finding counts twice, or only because another block begins there."""
    blocks = join(lay(["Anna spoke to Ben and to Zoe again. " * 200]))
    for block in blocks:
        places = range(0, len(block.text) - 3)
        found = [Finding(at, at + 4, "PERSON", 0.8) for at in places if block.text.startswith("Anna", at)]
        kept = reaching(block.excerpt, found)
        assert all(f.end > block.own.start and f.start < block.own.end for f in kept)
