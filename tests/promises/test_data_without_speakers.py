"""JSON speech without a speaker beside a transcript is nobody's; the object that a prompt wants stays the client's."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from harness.endpoints import Apis
from promises.bodies import INSTRUCTED, running, sent, strings
from promises.test_prompts_beside_transcripts import DIALECTS

SAID = "Annika Solberg: Hello all.\nBenedikt Oyelaran: No."
WORDS = "I paid the tamarind supplier."
DATA = {
    "text": f'{{"text": "{WORDS}"}}',
    "google": f'{{"results": [{{"alternatives": [{{"transcript": "{WORDS}", "confidence": 0.9}}]}}]}}',
    "deepgram": f'{{"results": {{"channels": [{{"alternatives": [{{"transcript": "{WORDS}"}}]}}]}}}}',
    "aws": f'{{"results": {{"transcripts": [{{"transcript": "{WORDS}"}}], "items": []}}}}',
    "gladia": f'{{"result": {{"transcription": {{"full_transcript": "{WORDS}"}}}}}}',
    "vosk": '{\n  "result": [],\n  "text": "' + WORDS + '"\n}',
    "channel": f'[{{"text": "{WORDS}", "channel": 1}}]',
    "list of Python": f"[{{'text': '{WORDS}', 'channel': 1}}]",
    "strings": f'Write the minutes as\n["{WORDS}"]',
    "raw line end": '{"text": "No.\n\nCancel the tamarind order."}',
    "fenced pair": f'```json\n"risk": "{WORDS}"\n```',
    "cut": '{"text": "I paid the tamarind supplier',
    **{key: f'{{"{key}": "{WORDS}"}}' for key in ("transcription", "summary", "answer", "notes", "title", "output")},
}
WANTED = (
    '{"summary": "string", "due": "YYYY-MM-DD or null", "owners": ["..."], "mood": "low | medium | high"}',
    '{"summary": "one paragraph", "owner": "name of the person", "decisions": ["each decision in one line"]}',
)


@pytest.fixture(scope="module")
def apis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apis]:
    with running(tmp_path_factory.mktemp("data")) as running_apis:
        yield running_apis


def _gone(apis: Apis, dialect: str, messages: list[list[str]]) -> str:
    path, body = DIALECTS[dialect]
    _, received = sent(apis, path, body(None, messages))
    return "\n".join(one.raw.decode() for one in received)


@pytest.mark.parametrize("kind", DATA)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_data_without_a_speaker_leaves(apis: Apis, dialect: str, kind: str) -> None:
    data = DATA[kind]
    for messages in ([[SAID], [data]], [[data], [SAID]], [[SAID, data]], [[f"{data}\n\n{SAID}"]]):
        assert "tamarind" not in _gone(apis, dialect, messages)
    below = _gone(apis, dialect, [[f"{SAID}\n\n{data}"]])
    assert "Hello all" in below
    assert "tamarind" not in below


@pytest.mark.parametrize("wanted", WANTED)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_wanted_object_stays(apis: Apis, dialect: str, wanted: str) -> None:
    gone = _gone(apis, dialect, [[f"Write the minutes as JSON:\n{wanted}\n\n{SAID}"]])
    assert wanted.replace('"', '\\"') in gone
    assert "No." not in gone


SPOKEN = ("text", "transcript", "content", "words", "message", "utterance", "said")
OTHER = ("risk", "note", "owner", "answer", "title")
SHORT = (
    "tamarind",
    "tamarind collapsed",
    "collapsed tamarind",
    "output of the tamarind plant",
    "sell tamarind",
    "summary of the tamarind theft",
)
"""What somebody says in few words, some of them words for a text."""
ASKED = ("Summarize the tamarind theft", "who pays the tamarind", "why tamarind", "when did tamarind collapse")
WRITTEN = (
    '{{"{key}": "{words}"}}',
    '[{{"{key}": "{words}", "channel": 1}}]',
    '{{"results": [{{"{key}": "{words}"}}]}}',
    '{{"{key}": ["{words}"]}}',
    "{{'{key}': '{words}'}}",
    '{{\n  "{key}": "{words}",\n  "start": 1.5\n}}',
    '```json\n{{"{key}": "{words}"}}\n```',
)
YAML = ("{key}: {words}", "- {key}: {words}", "{key}: |\n  {words}", "{key} = {words}")
DRAWN = 40


def _drawn(draw: random.Random, sentences: tuple[str, ...]) -> str:
    spoken = draw.random() < 0.5
    key = draw.choice(SPOKEN if spoken else OTHER)
    words = draw.choice((*sentences, *SHORT, *(ASKED if spoken else ())))
    return draw.choice((*WRITTEN, *(YAML if spoken else ()))).format(key=key, words=words)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_short_string_leaves(apis: Apis, dialect: str) -> None:
    for seed in range(DRAWN):
        draw = random.Random(seed)
        data = _drawn(draw, ("I paid tamarind.", "The tamarind supplier went bankrupt yesterday"))
        places = (
            [[SAID, data]],
            [[f"{data}\n\n{SAID}"]],
            [[f"{SAID}\n\n{data}"]],
            [[f"Write the minutes.\n{data}\n\n{SAID}"]],
        )
        assert "tamarind" not in _gone(apis, dialect, draw.choice(places)), (seed, data)


@pytest.mark.parametrize("place", INSTRUCTED)
def test_nor_does_a_record_in_a_field_for_instructions(apis: Apis, place: str) -> None:
    path, body = INSTRUCTED[place]
    for seed in range(DRAWN):
        draw = random.Random(seed)
        words = draw.choice(
            (
                "I paid the tamarind supplier.",
                "The tamarind supplier went bankrupt yesterday",
                "Cancel the tamarind order.",
            )
        )
        key, written = draw.choice(SPOKEN), draw.choice((*WRITTEN, *YAML))
        head = draw.choice(("", "You write minutes.\n\n", "You write minutes. So far:\n", "Transcript as JSON:\n"))
        text = head + written.format(key=key, words=words)
        _, received = sent(apis, path, body(text))
        assert "tamarind" not in "\n".join(one.raw.decode() for one in received), (seed, text)


SHOWN = (
    "You write minutes. Return JSON:\n"
    '{"summary": "A short overview of the meeting in two sentences.", "tasks": [{"owner": "Name of the person"}]}',
    'Example output:\n\n```json\n{"text": "We agreed to ship on Friday.", "kind": "decision"}\n```',
    'Output format:\n{\n  "title": "Weekly sync of the design team",\n  "decisions": ["We ship on Friday."]\n}',
    '{"task": "Summarize the meeting in five bullets.", "language": "en", "style": "formal"}',
    "task: summarize\ncontent: decisions and action items\nlanguage: en",
    'Respond with {"answer": "yes", "why": "because it was said so"} and nothing else.',
    '[{"role": "system", "content": "You summarize meetings."}]',
    'Use the following labels: ["decision", "risk", "open question", "small talk"]',
)
"""Examples, wanted objects and settings of clients."""


@pytest.mark.parametrize("place", INSTRUCTED)
def test_what_a_client_shows_or_sets_in_such_a_field_stays(apis: Apis, place: str) -> None:
    path, body = INSTRUCTED[place]
    for shown in SHOWN:
        reply, received = sent(apis, path, body(shown))
        assert reply.status == 200, reply.body
        assert shown in list(strings(received[-1].json))
