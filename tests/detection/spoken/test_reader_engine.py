"""The ordinary recognizers read what was said, and what they find comes back to the text's own offsets."""

from __future__ import annotations

from functools import cache

import pytest

from proxy.detection.engine import Engine
from proxy.settings import CustomPattern, Detection

TICKET = CustomPattern(kind="TICKET", name="ticket", regex=r"\b4711-?\d{4}\b", score=0.1, context=("ticket",))


@cache
def engine() -> Engine:
    return Engine(Detection(patterns=(TICKET,)))


def found(text: str) -> set[tuple[str, str]]:
    return {(text[f.start : f.end], f.kind) for f in engine().analyze(text)}


READ = [
    ("it runs on ", "ten dot oh dot oh dot one", " at night", "IP_ADDRESS"),
    ("see ", "h t t p s colon slash slash w w w dot fjord dot com slash team", " now", "URL"),
    ("i live at ", "forty two baker street", " since may", "LOCATION"),
    ("send it to ", "one twenty three main street apartment four b", "", "LOCATION"),
    ("born on ", "the twenty fifth of july nineteen eighty four"[4:], " in oslo", "DATE_TIME"),
    ("pay to ", "G B eight two W E S T one two three four five six nine eight seven six five four three two", "",
     "IBAN_CODE"),
    ("my social security number is ", "five three six, two two, eight nine oh one", "", "US_SSN"),
    ("the ticket is ", "forty seven eleven oh oh one two", "", "TICKET"),
    ("the card is ", "four one double one one one double one one one one one one one one one", "", "CREDIT_CARD"),
    ("call ", "plus four four twenty seven nine four six oh oh one eight", "", "PHONE_NUMBER"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "entity", "after", "kind"), READ)
def test_recognizers_read_the_view(before: str, entity: str, after: str, kind: str) -> None:
    if entity.startswith("twenty fifth"):
        before += "the "
    assert (entity, kind) in found(before + entity + after)


LEFT = [
    ("that one street over and one of the main roads", {"LOCATION"}),
    ("we have version one point two and ten point seven", {"IP_ADDRESS", "PHONE_NUMBER"}),
    ("the twenty twenty five budget is two point five million", {"PHONE_NUMBER", "CREDIT_CARD", "US_BANK_NUMBER"}),
    ("during the dot com bubble", {"URL"}),
]


@pytest.mark.parametrize(("text", "kinds"), LEFT)
def test_what_only_reads_like_it_is_left(text: str, kinds: set[str]) -> None:
    assert {(words, kind) for words, kind in found(text) if kind in kinds} == set()


def test_what_is_switched_off_reads_nothing() -> None:
    off = Engine(Detection(recognizers=("ip", "iban")))
    assert (
        off.analyze("it runs on ten dot oh dot oh dot one, jane at acme dot com, five five five oh one two three") == []
    )
