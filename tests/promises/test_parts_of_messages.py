"""A prompt and a transcript in two parts of one message are read as one text: the prompt stays, and nothing leaks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from harness.endpoints import Apis
from promises.bodies import CHAT, MESSAGES, RESPONSES, anthropic, openai, running, sent

TRANSCRIPT = (
    "Annika Solberg: We ship the release on Monday.\nBenedikt Oyelaran: The tamarind plan is wrong.\n"
    "Annika Solberg: Fine, Tuesday then."
)
PROMPTS = [
    "Summarize the following meeting transcript in five bullet points.",
    "Write the minutes of this meeting. Use Markdown headings, and list the action items with their owners.",
    "You are an assistant who writes meeting notes. Return JSON with the keys summary and decisions.",
    "Fasse das folgende Meeting in fünf Punkten zusammen.",
]
BODIES = {
    "openai-chat": (CHAT, lambda parts: openai({"role": "user", "content": [_text("text", each) for each in parts]})),
    "anthropic-messages": (
        MESSAGES,
        lambda parts: anthropic({"role": "user", "content": [_text("text", each) for each in parts]}),
    ),
    "openai-responses": (
        RESPONSES,
        lambda parts: {
            "model": "m",
            "input": [{"role": "user", "content": [_text("input_text", each) for each in parts]}],
        },
    ),
}


def _text(kind: str, text: str) -> dict[str, str]:
    return {"type": kind, "text": text}


@pytest.fixture(scope="module")
def apis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apis]:
    with running(tmp_path_factory.mktemp("parts")) as running_apis:
        yield running_apis


@pytest.mark.parametrize("dialect", BODIES)
@pytest.mark.parametrize("prompt", PROMPTS)
def test_a_prompt_in_a_part_before_the_transcript_stays(apis: Apis, dialect: str, prompt: str) -> None:
    path, body = BODIES[dialect]
    reply, (received,) = sent(apis, path, body([prompt, TRANSCRIPT]))
    assert reply.status == 200
    assert "x-withheld-unproven" not in reply.headers
    assert prompt[:30] in received.raw.decode("unicode_escape") or prompt[:30] in received.raw.decode()
    assert b"release on Monday" in received.raw
    assert b"tamarind" not in received.raw


@pytest.mark.parametrize("dialect", BODIES)
def test_an_order_in_a_part_behind_the_transcript_stays(apis: Apis, dialect: str) -> None:
    path, body = BODIES[dialect]
    reply, (received,) = sent(apis, path, body([TRANSCRIPT, "Summarize this meeting in five bullet points."]))
    assert reply.status == 200
    assert b"five bullet points" in received.raw
    assert b"tamarind" not in received.raw


@pytest.mark.parametrize("dialect", BODIES)
@pytest.mark.parametrize(
    "parts",
    [
        [TRANSCRIPT, "and the tamarind has to go before Friday"],
        [TRANSCRIPT[:-19] + "Benedikt Oyelaran: I think that", "cancel the tamarind contract, please."],
        ["I told you the tamarind is late, and nobody listened.", TRANSCRIPT],
        ["the tamarind has to go.", TRANSCRIPT],
        ["Benedikt Oyelaran:", "The tamarind has to go.", TRANSCRIPT],
        ["Wanda Quist: Keep the tamarind.", TRANSCRIPT],
    ],
)
def test_what_may_be_somebodys_words_in_another_part_stays_in(apis: Apis, dialect: str, parts: list[str]) -> None:
    path, body = BODIES[dialect]
    _, received = sent(apis, path, body(parts))
    assert all(b"tamarind" not in each.raw for each in received)


DOCUMENTS = {
    "document": lambda title, text: {
        "type": "document",
        "title": title,
        "source": {"type": "text", "media_type": "text/plain", "data": text},
    },
    "document of parts": lambda title, text: {
        "type": "document",
        "title": title,
        "source": {"type": "content", "content": [_text("text", text)]},
    },
    "search result": lambda title, text: {
        "type": "search_result",
        "source": "https://notes.example/7",
        "title": title,
        "content": [_text("text", text)],
    },
}


@pytest.mark.parametrize("block", DOCUMENTS)
@pytest.mark.parametrize("title", ["Transcript", "Planning in spring"])
def test_an_order_behind_a_document_with_a_title_stays(apis: Apis, block: str, title: str) -> None:
    parts = [DOCUMENTS[block](title, TRANSCRIPT), _text("text", "Summarize this meeting in five bullet points.")]
    reply, (received,) = sent(apis, MESSAGES, anthropic({"role": "user", "content": parts}))
    assert reply.status == 200
    assert b"five bullet points" in received.raw
    assert b"release on Monday" in received.raw
    assert b"tamarind" not in received.raw


@pytest.mark.parametrize("block", DOCUMENTS)
@pytest.mark.parametrize(
    ("title", "text", "behind"),
    [
        ("The tamarind is late, and nobody told us", TRANSCRIPT, "Summarize this meeting."),
        ("Notes by Benedikt Oyelaran", "the tamarind has to go before Friday", "Summarize this meeting."),
        ("Planning", TRANSCRIPT, "and the tamarind has to go before Friday"),
        ("Planning", TRANSCRIPT[:-19] + "Benedikt Oyelaran: I think that", "cancel the tamarind contract, please."),
        ("Benedikt Oyelaran:", "The tamarind has to go.", "Summarize this meeting."),
    ],
)
def test_what_may_be_somebodys_words_around_a_document_stays_in(
    apis: Apis, block: str, title: str, text: str, behind: str
) -> None:
    parts = [DOCUMENTS[block](title, text), _text("text", behind)]
    _, received = sent(apis, MESSAGES, anthropic({"role": "user", "content": parts}))
    assert all(b"tamarind" not in each.raw for each in received)
