"""Complaints that users of such proxies have made, about pseudonyms: whose they are and how they stand in the text.

The list is docs/complaints.md.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from harness.endpoints import Apis
from harness.recorder import Received, completion
from harness.replies import answering
from harness.talks import APIS

CHAT = APIS[0]
ANY = re.compile(r"(?:PERSON|[A-Z]+(?:_[A-Z]+)*)_\d+(?:_EMAIL(?:_\d+)?)?")
FIRST, SECOND, THIRD = "Tobias Wennerström", "Marguerite Delacroix", "Hiroshi Tanabe"
SAYS = "Annika Solberg: "


def sent(apis: Apis, at: int = -1) -> list[str]:
    """The texts of the messages that reached the recipient."""
    return [message["content"] for message in apis.recorder.received[at].json["messages"]]


def quoting(text: str):
    """A recipient that answers with these words."""

    async def reply(received: Received, writer) -> None:
        writer.write(completion(text))

    return reply


def test_complaint_02_two_people_of_one_request_never_share_a_pseudonym(apis: Apis) -> None:
    """Complaint 2: numbers began anew in every message, two people shared one, and the wrong name came back.

    Here people are numbered over all messages of a request, and the same request gets the same numbers.
    """
    names = [FIRST, SECOND, FIRST, THIRD, SECOND]
    turns = [
        ("user" if n % 2 == 0 else "assistant", f"{SAYS}I spoke to {name} today.\n") for n, name in enumerate(names)
    ]
    readings = []
    for _ in range(2):
        assert CHAT.ask(apis.proxy, turns).status == 200
        readings.append(sent(apis))
    assert readings[0] == readings[1]
    found = [re.search(r"spoke to (PERSON_\d+) today", text) for text in readings[0]]
    given = {name: match[1] for name, match in zip(names, found, strict=True) if match}
    assert len(set(given.values())) == 3
    assert [match[1] for match in found if match] == [given[name] for name in names]
    with answering(apis.recorder, quoting(", ".join(given[name] for name in (THIRD, FIRST, SECOND)))):
        text, _ = CHAT.heard(CHAT.ask(apis.proxy, turns))
    assert text == f"{THIRD}, {FIRST}, {SECOND}"


OVERLAPPING = {
    "an address within an address": "see https://kanal.example/~tobias@kanal.example and call",
    "an address with a name": "write to tobias.wennerström@kanal.example, Tobias Wennerström's address, today",
    "numbers in numbers": "account DE89 3704 0044 0532 0130 00, card 4111 1111 1111 1111, or +46 70 174 06 05",
    "a licence": "his driver license number is D1234567 and bank account 12345678901 LICENSE",
    "a possessive": "Annika Solberg's plan is Annika Solberg’s, said Annika Solberg.",
    "a hyphen": "the deal of Tobias Wennerström-Delacroix, and the Tobias Wennerström-Delacroix rule",
    "neighbours": "Tobias Wennerström Marguerite Delacroix 203.0.113.77 203.0.113.78",
}


@pytest.mark.parametrize("words", OVERLAPPING.values(), ids=OVERLAPPING)
def test_complaint_03_and_21_overlapping_findings_splice_nothing(apis: Apis, words: str) -> None:
    """Complaint 3: overlaps spliced placeholders into each other; complaint 21: a name and its possessive did.

    Here what leaves is whole pseudonyms and untouched words, and what comes back is the text to the letter.
    """
    text, _ = CHAT.heard(CHAT.ask(apis.proxy, [("user", f"{SAYS}{words}\n")]))
    assert text.strip() == f"{SAYS}{words}"
    (left,) = sent(apis)
    bare = ANY.sub("\0", left.removeprefix("PERSON_1: ").strip())
    assert "\0" in bare
    assert "_" not in bare
    pieces = [piece for piece in bare.split("\0") if piece]
    at = 0
    for piece in pieces:
        at = words.index(piece, at) + len(piece)


def test_complaint_04_a_conversation_that_grows_keeps_its_pseudonyms(apis: Apis) -> None:
    """Complaint 4: tokens differed from turn to turn, and one that a reply quoted later never came back.

    Here the client's history holds names, and people keep their numbers as it grows. A pseudonym that stands in the
    history as it is belongs to no exchange: it stays what it is, and nobody is given that number.
    """
    turns, before = [("user", f"{SAYS}{FIRST} called about the budget.\n")], []
    for name in (SECOND, THIRD):
        text, _ = CHAT.heard(CHAT.ask(apis.proxy, turns))
        assert "PERSON_" not in text
        assert sent(apis)[: len(before)] == before
        before = sent(apis)
        turns += [("assistant", text), ("user", f"{SAYS}And {name} wrote to {FIRST}.\n")]
    with answering(apis.recorder, quoting("As I said, PERSON_2 called.")):
        text, _ = CHAT.heard(CHAT.ask(apis.proxy, turns))
    assert sent(apis)[: len(before)] == before
    assert text == f"As I said, {FIRST} called."

    turns = [("assistant", f"{SAYS}PERSON_2 had called.\n"), ("user", f"{SAYS}No, {FIRST} had.\n")]
    text, _ = CHAT.heard(CHAT.ask(apis.proxy, turns))
    assert sent(apis) == ["PERSON_1: PERSON_2 had called.\n", "PERSON_1: No, PERSON_3 had.\n"]
    with answering(apis.recorder, quoting("PERSON_2, PERSON_3")):
        text, _ = CHAT.heard(CHAT.ask(apis.proxy, turns))
    assert text == f"PERSON_2, {FIRST}"


def test_complaint_25_exchanges_at_once_do_not_cross(apis: Apis) -> None:
    """Complaint 25: the store of originals was shared by threads; here each exchange has a map of its own.

    All of these use the same pseudonyms, for other people, in other orders, at the same time.
    """
    orders = [(FIRST, SECOND), (SECOND, FIRST), (THIRD, FIRST), (SECOND, THIRD)] * 5

    def ask(number: int) -> str:
        one, two = orders[number]
        words = f"{SAYS}I met {one} and then {two} about number {number}.\n"
        return CHAT.heard(CHAT.ask(apis.proxy, [("user", words)], stream=bool(number % 2)))[0]

    mark = len(apis.recorder.received)
    with ThreadPoolExecutor(8) as clients:
        answers = list(clients.map(ask, range(len(orders))))
    for number, ((one, two), answer) in enumerate(zip(orders, answers, strict=True)):
        assert answer.strip() == f"{SAYS}I met {one} and then {two} about number {number}."
    left = {re.sub(r"number \d+", "", sent(apis, at)[0]) for at in range(mark, len(apis.recorder.received))}
    assert left == {"PERSON_1: I met PERSON_2 and then PERSON_3 about .\n"}


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("maja@kanal.example tobias@kanal.example ulla@kanal.example", "EMAIL_ADDRESS"),
        ("203.0.113.77 203.0.113.78 203.0.113.79", "IP_ADDRESS"),
        ("4111 1111 1111 1111 5555 5555 5555 4444 4012 8888 8888 1881", "CREDIT_CARD"),
        ("+46 70 174 06 05 +44 20 7946 0958 +1 202 555 0143", "PHONE_NUMBER"),
        ("Tobias Wennerström Marguerite Delacroix Hiroshi Tanabe", "PERSON"),
    ],
)
def test_complaint_30_of_neighbours_of_one_kind_each_is_replaced(apis: Apis, words: str, kind: str) -> None:
    """Complaint 30: of entities with only a space between them the first alone was replaced; here all are."""
    text, _ = CHAT.heard(CHAT.ask(apis.proxy, [("user", f"{SAYS}they are {words}\n")]))
    assert text.strip() == f"{SAYS}they are {words}"
    (left,) = sent(apis)
    left = left.removeprefix("PERSON_1: they are")
    assert [word for word in words.split() if word in left] == []
    assert kind in left


TYPED = ("PERSON_1", "<PERSON_2>", "[EMAIL_ADDRESS_1]", "{{PERSON_3}}", "PERSON_4_EMAIL", "PHONE_NUMBER_1", "XXXX_12")


def test_complaint_35_pseudonyms_in_a_request_are_not_lost(apis: Apis) -> None:
    """Complaint 35: placeholders of an earlier pass were masked again and could not be recovered.

    Here they leave as they are or under another pseudonym; they come back to the letter, and name nobody else.
    """
    words = f"the file has {', '.join(TYPED)} and {FIRST}, maja@kanal.example, +46 70 174 06 05"
    for stream in (False, True):
        text, _ = CHAT.heard(CHAT.ask(apis.proxy, [("user", f"{SAYS}{words}\n")], stream=stream))
        assert text.strip() == f"{SAYS}{words}"
    (left,) = sent(apis)
    assert "Wennerstr" not in left
    assert len(ANY.findall(left)) == len(set(ANY.findall(left)))
