"""Withheld words in others' mouths."""

from hypothesis import given
from hypothesis import strategies as st

from proxy.model import Passage
from proxy.redaction.quotes import SHINGLE, WithheldWords

SAID = [
    "I think the merger with Fjord should not be announced before Christmas.",
    "Fire Benedikt tomorrow.",
    "Yes I do.",
    "did Pari just confirm that we can hear everyone in that room",
]


def quoted(*lines: str) -> list[list[str]]:
    passages, at = [], 0
    for line in lines:
        passages.append(Passage(0, at, line))
        at += len(line) + 1
    found = WithheldWords(SAID).find(passages)
    return [[line[s.start : s.end] for s in spans] for line, spans in zip(lines, found, strict=True)]


def test_five_words_in_a_row_are_a_quote() -> None:
    assert quoted("She said: THE MERGER, with Fjord should... you know") == [["THE MERGER, with Fjord should"]]
    assert quoted("the merger with Fjord is fine") == [[]]


def test_a_longer_quote_is_one_span() -> None:
    assert quoted("so “the merger with Fjord should not be announced”, ok") == [
        ["the merger with Fjord should not be announced"]
    ]


def test_a_whole_short_utterance_is_a_quote() -> None:
    assert quoted("he wrote fire Benedikt tomorrow!") == [["fire Benedikt tomorrow"]]
    assert quoted("yes I do") == [[]], "too short to be anybody's"


def test_a_quote_goes_on_over_lines() -> None:
    assert quoted("and the merger with", "Fjord should be fine") == [["the merger with"], ["Fjord should"]]


def test_cut_off_quotes_of_chats() -> None:
    assert quoted('Replying to "did Pari just confir..."') == [["did Pari just confir"]]
    assert quoted('Reacted to "did Pari just confir…" with 😂') == [["did Pari just confir"]]
    assert quoted('Antwoord verzenden naar "did Pari ju..."') == [["did Pari ju"]]
    assert quoted('Replying to "did Par..."', 'Replying to "someone else said..."') == [[], []]


def test_diacritics_and_apostrophes_do_not_hide_a_quote() -> None:
    passage = Passage(0, 0, "we don’t know José's whole plan")
    (spans,) = WithheldWords(["We don't know Jose's whole plan"]).find([passage])
    assert [passage.text[s.start : s.end] for s in spans] == [passage.text]


WORDS = st.lists(st.sampled_from("alpha beta gamma delta".split()), max_size=14)


@given(WORDS, WORDS)
def test_quotes_are_exactly_the_shared_runs(withheld: list[str], said: list[str]) -> None:
    text = " ".join(said)
    (spans,) = WithheldWords([" ".join(withheld)]).find([Passage(0, 0, text)])
    runs = {tuple(withheld[i : i + SHINGLE]) for i in range(len(withheld) - SHINGLE + 1)}
    marked = [False] * len(said)
    for i in range(len(said) - SHINGLE + 1):
        if tuple(said[i : i + SHINGLE]) in runs:
            marked[i : i + SHINGLE] = [True] * SHINGLE
    if len(withheld) in (3, 4) and sum(map(len, withheld)) >= 12:
        for i in range(len(said) - len(withheld) + 1):
            if said[i : i + len(withheld)] == withheld:
                marked[i : i + len(withheld)] = [True] * len(withheld)
    covered = {at for s in spans for at in range(s.start, s.end)}
    at = 0
    for word, mark in zip(said, marked, strict=True):
        assert (at in covered) == mark
        at += len(word) + 1


def test_pieces_of_quotes_that_leave_something_out() -> None:
    assert quoted('"I think the merger [...] should not be announced"') == [
        ["I think the merger", "should not be announced"]
    ]
    assert quoted("»…announced before Chr…«") == [["announced before Chr"]]
    assert quoted("> the merger with Fj…", "the merger with Fj…") == [["the merger with Fj"], []]
    assert quoted('"the merger … of two" … "with Fjord should"') == [["the merger"], []][:1]
    assert quoted('"so we think the merger..." and "not be so..."') == [[]]
    assert quoted("I think the… well") == [[]], "nobody quotes"
    assert quoted("In reply to Jane: I think the mer…") == [["I think the mer"]]


def test_look_alikes_and_tags_do_not_hide_a_quote() -> None:
    assert quoted("thе mеrgеr wіth Fjоrd shоuld") == [["thе mеrgеr wіth Fjоrd shоuld"]]
    assert quoted("the <b>merger</b> with <c.loud>Fjord <00:00:01.500>should") == [
        ["the <b>merger</b> with <c.loud>Fjord <00:00:01.500>should"]
    ]
    assert quoted('<span title="the merger with Fjord should">') == [["the merger with Fjord should"]]


def test_ten_characters_are_a_quote_where_no_spaces_are() -> None:
    words = WithheldWords(["来月から工場を閉鎖することにしました"])
    for text, found in (("彼は来月から工場を閉鎖すると言った", ["来月から工場を閉鎖する"]), ("工場を閉鎖した", [])):
        (spans,) = words.find([Passage(0, 0, text)])
        assert [text[s.start : s.end] for s in spans] == found


def test_figures_alone_are_no_quote_in_a_request() -> None:
    words = WithheldWords(["1 2 3 4 5 6 and 7 8 9 10 11"])
    assert words.within("[1, 2, 3, 4, 5, 6]") == []
    assert len(words.within("5 6 and 7 8")) == 1
