"""JSON speech without a speaker beside a transcript is nobody's; the object that a prompt wants stays the client's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from harness.endpoints import Apis
from promises.bodies import running, sent
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
