"""The borders of a pseudonym, looked at apart, decide as they would within one pattern."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.redaction import pseudonyms as p
from proxy.redaction.pseudonyms import grammar

KINDS = ("PERSON", "PERSON_NAME", "EMAIL_ADDRESS", "EMAIL", "US_SSN", "US", "NRP", "X_1")
PIECES = (
    *KINDS, *(kind.lower() for kind in KINDS), *(f"{kind}_1" for kind in KINDS), "PERS", "EMAIL_ADDR", "US SSN",
    "US-SSN", "PERSON\\_", "PERSON\\\\_", "PERSON\\u005f", "PERSON\\u00", "\\n", "\\N", "\\u00e9", "_EMAIL", "_EMAIL_2",
    "-EMAIL", " EMAIL ", "\\_EMAIL", "_", "__", "-", " ", "\u00a0", "[", "[[", "<", "{", "{{", "]", "]]", ">", "}", "1",
    "12", "0", "1234567890", ".", ",", "a", "\u00c9", "\u4e00", "\n",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
SOME_KINDS = st.sets(st.sampled_from(KINDS), min_size=1).map(frozenset)


class WholePatterns:
    """The forms of pseudonyms with their borders, each as one pattern."""

    def __init__(self, kinds: frozenset[str], json_string: bool) -> None:
        underscore = rf"{p._UNDERSCORE}|{p._IN_JSON}" if json_string else p._UNDERSCORE
        gap, tie = rf"(?:{underscore}|[{p._HYPHEN}{p._SPACE}])", rf"(?:{underscore}|[{p._HYPHEN}])"
        part = p._PART_IN_JSON if json_string else r"\\{1,2}"
        left = p._LEFT_IN_JSON if json_string else p._LEFT
        ordered = sorted(kinds, key=lambda kind: (-len(kind), kind))
        names = "|".join(gap.join(map(re.escape, kind.split("_"))) for kind in ordered)
        first = "".join(sorted({re.escape(kind[0]) for kind in ordered}))
        token = (
            rf"(?=[{first}\[<{{_])(?:(?P<open>{p._OPEN_TWICE}|{p._OPEN})|%s(?P<emphasis>_{{1,2}})?)"
            rf"(?P<kind>{names})(?P<gap>{gap})(?P<number>[1-9][0-9]{{0,8}})(?![0-9])"
            rf"(?:(?P<tie>{tie})(?P<email>EMAIL)(?![0-9])(?:{tie}(?P<second>[1-9][0-9]{{0,3}})(?![0-9]))?)?"
            rf"(?(emphasis)(?=(?P=emphasis){p._RIGHT}))"
        )
        address = p._beginnings("_EMAIL_", tie, part, "[0-9]{1,4}")
        kinds_begun = "|".join(p._beginnings(kind, gap, part) for kind in ordered)
        begun = rf"(?:(?:{names})(?:{gap}(?:[0-9]{{1,9}}(?:{address})?)?|{part})|{kinds_begun})"
        unfinished = (
            rf"(?=[{first}\[<{{_])(?:(?P<twice>{p._OPEN_TWICE})|{p._OPEN}|%s(?:(?P<emphasis>_{{1,2}})|(?=[{first}])))"
            rf"{begun}?(?(twice)[\]>}}]?)(?(emphasis)_{{0,2}})\Z"
        )
        self.token, self.chained = re.compile(token % left, re.I), re.compile(token % "", re.I)
        self.unfinished = re.compile(unfinished % left, re.I)
        self.unfinished_chained = re.compile(unfinished % "", re.I)


def told(match: re.Match[str] | None) -> object:
    return None if match is None else (match.span(), match.groupdict())


@pytest.mark.parametrize("json_string", [False, True])
@given(SOME_KINDS, TEXTS)
def test_the_same_is_found_at_every_place(json_string: bool, kinds: frozenset[str], text: str) -> None:
    whole, apart = WholePatterns(kinds, json_string), grammar(kinds, json_string)
    for at in range(len(text) + 1):
        assert told(apart.token(text, at)) == told(whole.token.search(text, at))
        assert told(apart.chained(text, at)) == told(whole.chained.match(text, at))
        begun = whole.unfinished.search(text, at)
        assert apart.unfinished(text, at) == (None if begun is None else begun.start())
        assert apart.goes_on(text, at) == (whole.unfinished_chained.match(text, at) is not None)
