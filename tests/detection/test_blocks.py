"""Blocks for detection, and the way back."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from proxy.detection.blocks import OVERLAP, join
from proxy.model import Finding, Passage
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
