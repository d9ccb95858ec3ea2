"""What leaks sideways: words, names, addresses and job titles of who may not be heard, in the words of others.

Annika granted and Benedikt denied. Each text is written in many ways, and sent through every dialect.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from harness.endpoints import Apis
from harness.recorder import Received
from promises.bodies import ANSWERED, CHAT, INSTRUCTED, SAID, openai, running, sent, strings, user
from promises.writings import WRITINGS

WORDS = "We will close the Tromsø plant before the summer holidays begin"
NAME = "Benedikt Oyelaran"
ADDRESS = "ben.o@fjord.example"
MEETING = f"Benedikt Oyelaran: {WORDS}.\nAnnika Solberg: {{}}\nAnnika Solberg: So much for that.\n"


@pytest.fixture(scope="module")
def apis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apis]:
    with running(tmp_path_factory.mktemp("sideways")) as running_apis:
        yield running_apis


def left(received: list[Received]) -> str:
    """All that a recipient got, as bytes and as the strings in them."""
    return "\n".join(one.raw.decode() + "\n".join(strings(one.json)) for one in received)


@pytest.mark.parametrize("turn", range(len(SAID)), ids=list(SAID))
def test_what_is_withheld_leaves_in_no_writing(apis: Apis, turn: int) -> None:
    """Each dialect has every second way of writing, and every way of writing words, name and address in turn."""
    path, body = list(SAID.values())[turn]
    for number, (name, write) in list(enumerate(WRITINGS.items()))[turn % 2 :: 2]:
        written = write((WORDS, NAME, ADDRESS)[(turn + number) % 3])
        reply, received = sent(apis, path, body(MEETING.format(f"he wrote {written} to us")))
        assert reply.status in (200, 403), (name, reply.body)
        assert (reply.status == 200) == bool(received), name
        assert written not in left(received), name
        assert "Tromsø plant before" not in left(received), name
        assert reply.status == 200 or b"residual_original" in reply.body or b"language_uncovered" in reply.body, name


@pytest.mark.parametrize("dialect", ANSWERED)
def test_a_tools_answer_is_a_transcript_like_any(apis: Apis, dialect: str) -> None:
    """Lines, JSON, and WebVTT in JSON; what a tool says in its own words is nobody's."""
    path, body = ANSWERED[dialect]
    lines = MEETING.format("And so it goes.")
    turns = json.dumps({"segments": [{"speaker": NAME, "text": WORDS}, {"speaker": "Annika Solberg", "text": "Yes"}]})
    for answer in (lines, turns, json.dumps({"transcript": lines}), f"Benedikt said: {WORDS}"):
        reply, received = sent(apis, path, body(answer))
        assert reply.status == 200, reply.body
        assert "Tromsø" not in left(received)
        assert "enedikt" not in left(received)
    assert "And now?" in left(received)


VTT = f"WEBVTT\n\n00:01.000 --> 00:02.000\n{NAME}: {WORDS}\n\n00:03.000 --> 00:04.000\nAnnika Solberg: Kept.\n"
SRT = f"1\n00:00:01,000 --> 00:00:02,000\n{WORDS}\n\n2\n00:00:03,000 --> 00:00:04,000\nand {WORDS}\n"
TURNS = json.dumps({"segments": [{"speaker": NAME, "text": WORDS}, {"speaker": "Annika Solberg", "text": "Kept."}]})


@pytest.mark.parametrize("dialect", INSTRUCTED)
def test_a_transcript_among_instructions_is_a_transcript(apis: Apis, dialect: str) -> None:
    """Many clients put what was said into the system message. What stands around it stays an instruction."""
    path, body = INSTRUCTED[dialect]
    before, behind = "You sum up meetings.\nOutput: JSON as below.", "Be brief: no filler.\nTone: dry."
    lines = f"{NAME}: {WORDS}.\nGuest 7: {WORDS}!\nAnnika Solberg: Kept."
    for talk in (
        lines,
        VTT,
        TURNS,
        f"[00:01] Zed: {WORDS}\n[00:02] Zed: {WORDS}",
        SRT,
        f"<transcript>\n{lines}\n</transcript>",
    ):
        reply, received = sent(apis, path, body(f"{before}\n\n{talk}\n\n{behind}"))
        assert reply.status == 200, reply.body
        assert "plant before" not in left(received), talk
        assert "enedikt" not in left(received), talk
        assert before in left(received), talk
        assert talk == TURNS or behind in left(received), talk
        assert ("Kept." in left(received)) == ("Kept." in talk), talk


@pytest.mark.parametrize(
    "text",
    [
        "Output: JSON.\nAction items: a list\nTone: dry.",
        'Answer with {"speaker": "the name", "text": "what was said", "other": 1} for each line.',
        "Lines look like [00:01] Name: words.\nRules: none.",
        "WEBVTT is a format.",
    ],
)
def test_instructions_without_anybody_in_them_leave_as_they_are(apis: Apis, text: str) -> None:
    path, body = INSTRUCTED["openai-chat system"]
    _, (received,) = sent(apis, path, body(text))
    assert received.json["messages"][0]["content"] == text


PEOPLE = {
    "lines": f"Participants:\n- Annika Solberg, CTO\n- {NAME}, Chief Financial Officer\n",
    "one line": f"Present: Annika Solberg (CTO), {NAME} (Chief Financial Officer).\n",
    "table": f"| Who | What |\n|---|---|\n| Annika Solberg | CTO |\n| {NAME} | Chief Financial Officer |\n",
    "json": json.dumps(
        [{"name": "Annika Solberg", "title": "CTO"}, {"name": NAME, "title": "Chief Financial Officer"}]
    ),
    "fields": f"Name: {NAME}\nJob title: Chief Financial Officer\nName: Annika Solberg\nJob title: CTO\n",
    "addresses": f"{NAME} <{ADDRESS}>, Chief Financial Officer\nAnnika Solberg, CTO\n",
}


@pytest.mark.parametrize("people", PEOPLE.values(), ids=list(PEOPLE))
@pytest.mark.parametrize("dialect", INSTRUCTED)
def test_job_titles_go_with_the_names_of_withheld_people(apis: Apis, dialect: str, people: str) -> None:
    path, body = INSTRUCTED[dialect]
    reply, (received,) = sent(apis, path, body(f"Sum up.\n\n{people}"))
    assert reply.status == 200
    assert "Chief" not in left([received])
    assert "Officer" not in left([received])
    assert "enedikt" not in left([received])
    assert "CTO" in left([received])


QUOTES = [
    'he said "we will close the Trom..."',
    "he said “we will close … before the summer”",
    'he said "we will close [...] before the summer holidays"',
    'and "...the summer holidays begin"',
    "«we will close the…» was what I heard",
    "> We will close the Tromsø...\nWhat of it?",
    "WE WILL, CLOSE: THE TROMSØ!",
    "we-will-close-the-tromso-plant.vtt",
    "see /minutes/We%20will%20close%20the%20Troms%C3%B8%20plant?x=1",
]


@pytest.mark.parametrize("quote", QUOTES)
def test_quotes_stay_whatever_is_left_out_of_them(apis: Apis, quote: str) -> None:
    _, received = sent(apis, CHAT, openai(user(MEETING.format(quote))))
    for piece in ("will close", "WILL", "will-close", "will%20close", "before the summer", "the summer holidays"):
        assert piece not in left(received)


def test_own_words_that_trail_off_are_no_quote(apis: Apis) -> None:
    said = 'so we will... close the books, and "that is..." that'
    _, (received,) = sent(apis, CHAT, openai(user(MEETING.format(said))))
    assert said in received.json["messages"][0]["content"]
