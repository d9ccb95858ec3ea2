"""Tables of CSV and Markdown: whose words a cell is, and that a row which does not fit is nobody's."""

from __future__ import annotations

import csv
import io

import pytest
from formats.structure_checker import check
from hypothesis import example, given
from hypothesis import strategies as st

from proxy.formats import segment

PEOPLE = ("Ann Lund", "Ben Okoro")
CELLS = st.text(st.sampled_from('ab ,;|"\\:.-\n'), min_size=1, max_size=12).map(lambda text: f"zq{text}zq")


def said(text: str, *, whole: bool = False) -> list[tuple[str | None, str]]:
    segmented = segment(text, PEOPLE, whole=whole)
    check(text, segmented)
    return [(one.speaker, " ".join(text[span.start : span.end] for span in one.words)) for one in segmented.utterances]


@pytest.mark.parametrize(
    "text",
    [
        'speaker,start,text\nAnn Lund,0:03,"yes, well"\nBen Okoro,0:08,no',
        'text;speaker\n"yes, well";Ann Lund\nno;Ben Okoro',
        '"Speaker Name","Start Time","End","Transcript"\n"Ann Lund","1.5","2","yes, well"\n"Ben Okoro","3","","no"',
        "time\tname\tmessage\n00:01:02\tAnn Lund\tyes, well\n00:01:03\tBen Okoro\tno",
        "| Speaker | Text |\n|---|---|\n| Ann Lund | yes, well |\n| Ben Okoro | no |",
        "Go on\n\n| # | **Speaker** | Text |\n|:-:|--|---|\n| 1 | Ann Lund | yes, well |\n| 2 | Ben Okoro | no |",
        'Time;Speaker;Phrase\n00:00:01;Ann Lund;"yes, well"\n00:00:02;Ben Okoro;"no"',
        "Question;Author;Upvotes\nyes, well;Ann Lund;3\nno;Ben Okoro;0",
        "who\tcomment\nAnn Lund\tyes, well\nBen Okoro\tno",
        '```\nspeaker,text\nAnn Lund,"yes, well"\nBen Okoro,no\n```',
    ],
)
def test_cells_are_their_speakers(text: str) -> None:
    assert said(text) == [("Ann Lund", "yes, well"), ("Ben Okoro", "no")]


@pytest.mark.parametrize(
    "row",
    ["Ben Okoro,no,more", '"Ben Okoro",no "so"', ",no", 'Ben "Bo" Okoro,no', "no", '"Ben Okoro"x,no'],
)
def test_a_row_that_does_not_fit_is_nobodys(row: str) -> None:
    assert said(f"speaker,text\nAnn Lund,yes\n{row}\nAnn Lund,well") == [
        ("Ann Lund", "yes"), (None, row), ("Ann Lund", "well"),
    ]  # fmt: skip


def test_a_cell_over_lines_and_all_below_it_is_nobodys() -> None:
    text = 'speaker,text\nAnn Lund,yes\nAnn Lund,"well\nBen Okoro,no\n\nAnn Lund,so"\nAnn Lund,yes'
    assert [words for speaker, words in said(text) if speaker is not None] == ["yes"]
    assert next(words for speaker, words in said(text) if speaker is None) == 'Ann Lund,"well'


@pytest.mark.parametrize(
    "text",
    [
        "speaker,title\nAnn Lund,chair",
        "| Owner | Task |\n|---|---|\n| Ann Lund | write |",
        "| Speaker | Text |\n| Ann Lund | yes |",
        "speaker,text",
        "name,text,text\nAnn Lund,a,b",
        "from,to,message\nAnn Lund,Ben Okoro,yes",
    ],
)
def test_other_tables_have_no_speakers(text: str) -> None:
    assert not any(speaker for speaker, _ in said(text))


def test_a_table_that_somebody_types_is_theirs() -> None:
    (speaker, words), *more = said("Ben Okoro: look at this\nspeaker,text\nAnn Lund,yes")
    assert speaker == "Ben Okoro"
    assert "Ann Lund,yes" in words
    assert not more


@given(st.lists(st.tuples(st.sampled_from(PEOPLE), CELLS), min_size=1, max_size=5), st.sampled_from(",;\t"))
def test_what_a_writer_of_csv_writes_is_nobody_elses(turns: list[tuple[str, str]], delimiter: str) -> None:
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator="\n").writerows([("speaker", "text"), *turns])
    numbered = {person: {text for who, text in turns if who == person} for person in PEOPLE}
    for speaker, words in said(written.getvalue(), whole=True):
        assert speaker is None or words.replace('""', '"') in numbered[speaker]


@example([("Ann Lund", "zq: |zq")])
@given(
    st.lists(st.tuples(st.sampled_from(PEOPLE), CELLS.filter(lambda text: "\n" not in text)), min_size=1, max_size=5)
)
def test_what_is_in_a_table_of_markdown_is_nobody_elses(turns: list[tuple[str, str]]) -> None:
    text = "| Speaker | Text |\n|---|---|\n" + "".join(f"| {who} | {words} |\n" for who, words in turns)
    for speaker, words in said(text, whole=True):
        assert speaker is None or (speaker, words) in turns
