"""Meeting clients by their profiles: each sends the requests it makes through a running proxy, to one base URL.

Annika granted, Benedikt denied; bodies are laid out as each client's source describes them, with made-up words.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from harness.process import Proxy, Response, fetch, settings
from harness.recorder import Recorder
from harness.replies import answering, telling

from proxy.formats.places import digest
from proxy.settings.profiles import SHIPPED

OWN = {
    "vexa": [
        "You are a live copilot. Keep to these rules:", "Output: JSON as below.", "Be brief: no filler.",
        'Return the transcript as [{"id": "<id>", "speaker": "<speaker>", "text": "..."}] and cards.', "Tone: dry.",
        "You are a live copilot.", "Be brief.",
    ],
    "nextcloud-talk": ["Assign speakers to subtitles.", "Output format: SRT with names."],
    "meetily": ["Summarize this part."],
    "hyprnote": ["# Context", "# Output Template"],
}  # fmt: skip
ENDINGS = {
    "meetily": [
        ["</transcript_chunks>", "User Provided Context:", "<user_context>", "*", "</user_context>"],
        ["</transcript_chunk>", "Be brief."],
        ["</summaries>", "Be brief."],
    ],
    "hyprnote": [
        ["# Output Template", "Title:", "## Sections", "*"],
        ["If there is no meeting transcript, the meeting did not happen yet."],
    ],
}  # fmt: skip
"""Lines of the made-up prompts below, in the place of those that the shipped profile knows."""
CLIENTS = ["vexa", "jitsi-skynet", "mattermost-agents", "nextcloud-talk", "meetily", "hyprnote"]
PEOPLE = [
    {"id": "p-ann", "name": "Annika Solberg", "class": "employee"},
    {"id": "p-ben", "name": "Benedikt Oyelaran", "class": "employee"},
]


def endings_of(client: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(line if line == "*" else digest(line) for line in lines) for lines in ENDINGS.get(client, ()))


@dataclass
class Stage:
    proxy: Proxy
    recorder: Recorder

    def send(self, client: str, *messages: tuple[str, str], meeting: str = "m1", **fields: Any) -> Response:
        body = {"model": "m", "messages": [{"role": role, "content": text} for role, text in messages], **fields}
        url = f"http://127.0.0.1:{self.proxy.document['listen']['port']}/m/{meeting}/v1/chat/completions"
        headers = {"Authorization": f"Bearer key-of-{client}", "Content-Type": "application/json"}
        return fetch(url, json.dumps(body).encode(), headers)

    def sent(self, client: str, *messages: tuple[str, str], meeting: str = "m1", **fields: Any) -> list[str]:
        """The messages as the recipient got them."""
        mark = len(self.recorder.received)
        reply = self.send(client, *messages, meeting=meeting, **fields)
        assert reply.status == 200, reply.body
        (received,) = self.recorder.received[mark:]
        assert b"canary" not in received.raw
        assert b"enedikt" not in received.raw
        return [message["content"] for message in received.json["messages"]]


@contextmanager
def staged(directory: Path, **more: Any) -> Iterator[Stage]:
    with Recorder() as recorder:
        proxy = Proxy(directory, settings(directory, recorder.base_url, **more))
        proxy.document["clients"] += [
            {"name": name, "key_sha256": hashlib.sha256(f"key-of-{name}".encode()).hexdigest(), "routes": ["summary"],
             "profile": name}
            for name in CLIENTS
        ]  # fmt: skip
        proxy.document["profiles"] = {
            name: SHIPPED[name]
            .model_copy(update={"texts": tuple(map(digest, lines)), "endings": endings_of(name)})
            .model_dump(mode="json")
            for name, lines in OWN.items()
        }
        proxy.meeting(PEOPLE)
        proxy.meeting(PEOPLE, name="m-all")
        proxy.consent("grant", "p-ann")
        proxy.consent("deny", "p-ben")
        for person in ("p-ann", "p-ben"):
            proxy.consent("grant", person, meeting="m-all")
        proxy.start()
        yield Stage(proxy, recorder)
        proxy.stop()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("clients")) as one:
        yield one


@pytest.fixture
def remembering(tmp_path: Path) -> Iterator[Stage]:
    """A proxy that knows what it gave back; the recipient of the others echoes prompts, which no model does."""
    with staged(tmp_path, derived_texts={"hours": 24}) as one:
        yield one


def test_vexa(stage: Stage) -> None:
    """Rolling windows: ids and times of withheld lines stay, since the model has to repeat them."""
    before = "You are a live copilot. Keep to these rules:\nOutput: JSON as below.\nBe brief: no filler.\n"
    behind = '\nReturn the transcript as [{"id": "<id>", "speaker": "<speaker>", "text": "..."}] and cards.\nTone: dry.'
    lines = (
        "[pass 1/3 id=s:ch-0:1:1500 speaker=Annika Solberg] We ship in May.\n"
        "[pass 2/3 id=s:ch-1:1:900 speaker=Benedikt Oyelaran] canary\nand canary again\n"
        "[pass 3/3 id=s:ch-1:1:950 speaker=spk-2] canary\n"
    )
    (text,) = stage.sent("vexa", ("user", f"{before}\n{lines}{behind}"))
    assert text.startswith(before)
    assert text.endswith(behind)
    assert "id=s:ch-0:1:1500 speaker=PERSON_1] We ship in May.\n" in text
    assert "[pass 2/3 id=s:ch-1:1:900 speaker=WITHHELD_PERSON] [withheld]\n" in text


def test_vexa_with_nobody_known_keeps_its_instructions(stage: Stage) -> None:
    (text,) = stage.sent(
        "vexa", ("user", "You are a live copilot.\n\n[pass 1/3 id=s:1 speaker=spk-2] canary\n\nBe brief.")
    )
    assert text.startswith("You are a live copilot.\n")
    assert text.endswith("\n\nBe brief.")


@pytest.mark.parametrize(
    "text",
    [
        "Annika Solberg: We ship in May.\nBenedikt Oyelaran: canary\n\ncanary after a pause\nAnnika Solberg: Good.",
        "canary at a cut\nAnnika Solberg: We ship in May.\n\ncanary of nobody",
    ],
)
def test_jitsi_skynet(stage: Stage, text: str) -> None:
    """The user message is the text alone: also what is in front of the first name is speech, as after a cut."""
    system = "You are an assistant. Summarize the following meeting transcript: be clear and concise."
    sent = stage.sent("jitsi-skynet", ("system", system), ("user", text), temperature=0, frequency_penalty=1)
    assert sent[0] == system
    assert "We ship in May." in sent[1]


def test_jitsi_skynet_asks_for_the_language_of_the_beginning(stage: Stage) -> None:
    """One message of the user, cut after 5,000 characters: the question is nobody's speech there, and stays in."""
    lines = "Annika Solberg: We ship in May.\nBenedikt Oyelaran: canary\n" * 90
    question = "Detect the primary language of the following text.\n\nCodes:\n- English: en\n- French: fr\n\n"
    (sent,) = stage.sent("jitsi-skynet", ("user", f"{question}Text to analyze:\n{lines[:5000]}"), temperature=0)
    assert "We ship in May." in sent


def test_jitsi_skynet_sends_chunks_that_begin_in_a_sentence_and_then_their_summaries(stage: Stage) -> None:
    chunk = "canary goes on here.\nAnnika Solberg: We ship in May.\nBenedikt Oyelaran: canary and ca"
    assert "We ship in May." in stage.sent("jitsi-skynet", ("system", "Summarize."), ("user", chunk))[1]
    summaries = "Summary: canary.\n\n**Annika Solberg:** shipping in May.\n\nThe plant: canary."
    sent = stage.sent("jitsi-skynet", ("system", "Summarize."), ("user", summaries))
    assert "shipping in May." in sent[1]


def test_mattermost_agents(stage: Stage) -> None:
    """Always streamed; the name is what is left of the voice tag."""
    system = "Use the following transcription of a meeting to make a useful summary of the meeting."
    text = (
        "00:04 to 00:11 - (Annika Solberg) We ship in May.\n"
        "00:12 to 00:14 - (Benedikt Oyelaran) canary\n00:15 to 00:18 - canary of nobody\n"
    )
    sent = stage.sent("mattermost-agents", ("system", system), ("user", text), stream=True)
    assert sent[0] == system
    assert "00:04 to 00:11 - (PERSON_1) We ship in May.\n" in sent[1]
    assert "00:12 to 00:14 - (WITHHELD_PERSON) [withheld]\n" in sent[1]


def test_mattermost_agents_sends_summaries_of_chunks(remembering: Stage) -> None:
    """They rest on what was said in the chunks: one refusal is no veto over them."""
    chunks = {
        "00:04 to 00:11 - (Annika Solberg) We ship in May.\n00:12 to 00:14 - (Benedikt Oyelaran) canary\n":
            "The team agreed to ship the new version in May.",
        "10:04 to 10:11 - (Annika Solberg) Then the docs.\n10:12 to 10:14 - (Benedikt Oyelaran) canary\n":
            "Behind that the documents are written by Annika Solberg.",
    }  # fmt: skip
    for chunk, summary in chunks.items():
        with answering(remembering.recorder, telling(summary.replace("Annika Solberg", "PERSON_1"))):
            remembering.sent("mattermost-agents", ("system", "Summarize this part."), ("user", chunk), stream=True)
    combined = "\n\n".join(chunks.values())
    sent = remembering.sent("mattermost-agents", ("system", "Combine these."), ("user", combined), stream=True)
    assert sent[1].startswith("The team agreed to ship the new version in May.")
    assert "the documents are written by PERSON_1." in sent[1]


def test_mattermost_agents_sends_a_summary_that_no_reply_was(stage: Stage) -> None:
    """Words of nobody: they need everybody, and a question about nothing is told to be none."""
    chunk = "The team discussed canary and agreed to ship."
    mark = len(stage.recorder.received)
    reply = stage.send("mattermost-agents", ("system", "Combine these."), ("user", chunk), stream=True)
    assert reply.status == 403
    assert b'"unproven"' in reply.body
    assert len(stage.recorder.received) == mark
    assert stage.send("mattermost-agents", ("system", "Combine."), ("user", chunk), meeting="m-all").status == 200
    assert b"agreed to ship" in stage.recorder.received[mark].raw


def test_nextcloud_talk(stage: Stage) -> None:
    system = "You are a helpful assistant that summarizes text in the same language as the text."
    times = "00:00:01,000 --> 00:00:03,000", "00:00:04,000 --> 00:00:05,000"
    srt = f"1\n{times[0]}\nAnnika Solberg: We ship in May.\n\n2\n{times[1]}\ncanary\n"
    markdown = "**Annika Solberg:** We ship in May.\n\n**Benedikt Oyelaran:** canary\n"
    for text in (srt, markdown):
        sent = stage.sent(
            "nextcloud-talk", ("system", system), ("user", text), n=1, stream=False, max_completion_tokens=9
        )
        assert sent[0] == system
        assert "We ship in May." in sent[1]


def test_nextcloud_talk_asks_who_speaks(stage: Stage) -> None:
    before = "Assign speakers to subtitles.\nOutput format: SRT with names.\n\n"
    intervals = json.dumps([{"speaker": "Annika Solberg", "start": 0.5, "end": 3.0},
                            {"speaker": "Benedikt Oyelaran", "start": 3.5, "end": 5.0}])  # fmt: skip
    subtitles = "1\n00:00:01,000 --> 00:00:03,000\ncanary\n"
    text = f"{before}## Speaker intervals (JSON)\n{intervals}\n\n## Subtitle content\n{subtitles}"
    (sent,) = stage.sent("nextcloud-talk", ("user", text))
    assert sent.startswith(f"{before}## Speaker intervals (JSON)\n")
    assert '"WITHHELD_PERSON", "start": 3.5' in sent
    assert "00:00:01,000 --> 00:00:03,000\n[withheld]" in sent


MEETILY = (
    "\n<transcript_chunks>\n[00:01] canary number one.\n[00:05] Thanks, canary will call.\n</transcript_chunks>\n\n\n"
    "User Provided Context:\n\n<user_context>\nWeekly meeting: keep it short.\n</user_context>"
)


def test_meetily_has_no_speakers_and_needs_everybody(stage: Stage) -> None:
    system = "You are an expert meeting summarizer.\n<template>\n# Summary\n</template>\n"
    sent = stage.sent("meetily", ("system", system), ("user", MEETILY))
    assert sent[0] == system
    assert sent[1] == (
        "\n<transcript_chunks>\n[00:01] [withheld]\n[00:05] [withheld]\n</transcript_chunks>\n\n\n"
        "User Provided Context:\n\n<user_context>\nWeekly meeting: keep it short.\n</user_context>"
    )
    mark = len(stage.recorder.received)
    assert stage.send("meetily", ("system", system), ("user", MEETILY), meeting="m-all").status == 200
    assert b"will call." in stage.recorder.received[mark].raw


def test_meetily_sends_chunks_and_summaries_in_tags(stage: Stage) -> None:
    for tag in ("transcript_chunk", "summaries"):
        text = f"Summarize this part.\n<{tag}>\ncanary was discussed </{tag}> canary\n</{tag}>\nBe brief."
        (sent,) = stage.sent("meetily", ("user", text))
        assert sent.startswith(f"Summarize this part.\n<{tag}>")
        assert sent.endswith(f"</{tag}>\nBe brief.")


def test_meetily_has_its_report_translated(stage: Stage) -> None:
    """The report stands alone in a message. It is derived from everybody's words, whoever it names."""
    system = "You are a precise translator. Translate the provided Markdown document."
    report = (
        "# Weekly\n\ncanary was decided.\n\n**Annika Solberg:** ships in May.\n\n| Owner | Task |\n| x | canary |\n"
    )
    sent = stage.sent("meetily", ("system", system), ("user", report))
    assert sent[0] == system
    mark = len(stage.recorder.received)
    assert stage.send("meetily", ("system", system), ("user", report), meeting="m-all").status == 200
    assert b"was decided." in stage.recorder.received[mark].raw


def test_hyprnote_chats_with_the_transcript_in_the_system_message(stage: Stage) -> None:
    system = (
        "# General Instructions\n\n- You are a helpful assistant.\n- Style: short.\n\nContext: You help the user."
        "\n\nTitle: Weekly\n\nFull Meeting Transcript:\nAnnika Solberg: We ship in May.\nBenedikt Oyelaran: canary\n"
        "Speaker 2: canary\n\nIf there is no meeting transcript, the meeting did not happen yet."
    )
    sent = stage.sent("hyprnote", ("system", system), ("user", "Annika Solberg: What did they say?"), stream=True)
    assert sent[0].startswith("# General Instructions\n\n- You are a helpful assistant.\n- Style: short.\n")
    assert "PERSON_1: We ship in May.\nWITHHELD_PERSON: [withheld]\n" in sent[0]
    assert sent[0].endswith("\n\nIf there is no meeting transcript, the meeting did not happen yet.")


def test_hyprnote_chats_with_words_of_nobody_in_the_system_message(stage: Stage) -> None:
    """What stands below its mark is speech, also without a label, and to the end where the client's ending is gone."""
    mark = "# General Instructions\n\nFull Meeting Transcript:\n"
    for below in ("Annika Solberg: We ship in May.\n\ncanary\n\n# Points\n\ncanary", "canary\n\n# Template\n"):
        (system, _) = stage.sent("hyprnote", ("system", mark + below), ("user", "Annika Solberg: And then?"))
        assert system.startswith(mark)


def test_hyprnote_has_a_template_made_from_the_whole_transcript(stage: Stage) -> None:
    """One message of the user, no system message, not streamed."""
    text = (
        "Make sections for this meeting.\n\nAnnika Solberg: We ship in May.\nBenedikt Oyelaran: canary\nYou: canary\n"
    )
    (sent,) = stage.sent("hyprnote", ("user", text))
    assert sent.startswith("Make sections for this meeting.\n\nPERSON_1: We ship in May.\n")


def test_hyprnote(stage: Stage) -> None:
    """Job titles and lists of who was there name people as well; speakers are often nobody in particular."""
    before = "\n# Context\n\nMeeting: Weekly\nParticipants:\n\n- Annika Solberg (CTO)\n- Benedikt Oyelaran (Lead)\n\n"
    behind = "\n# Output Template\n\nTitle: one line\n## Sections\n- Next steps"
    talk = "# Transcript\n\n\nAnnika Solberg: We ship in May.\nBenedikt Oyelaran: canary\nYou: canary\n\ncanary\n"
    sent = stage.sent("hyprnote", ("system", "# General Instructions"), ("user", before + talk + behind), stream=True)
    assert sent[0] == "# General Instructions"
    assert (
        "\n# Context\n\nMeeting: Weekly\nParticipants:\n\n- PERSON_1 (CTO)\n- WITHHELD_PERSON [withheld]\n" in sent[1]
    )
    assert "PERSON_1: We ship in May.\n" in sent[1]
    assert sent[1].endswith(behind)
