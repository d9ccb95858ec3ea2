"""Recordings, sent by the vendor's own client library: they leave only where everybody who was present granted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import openai
import pytest
from harness.process import KEY, PEOPLE, Proxy, grant_all, settings
from harness.recorder import Received, Recorder, http

WAV = b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\xff\xfe\r\n\x00\x01"


CUE = {
    "srt": "1\n00:00:00,000 --> 00:00:01,000\n{}\n",
    "vtt": "WEBVTT\n\n00:00.000 --> 00:01.000\n{}\n",
    "text": "{}\n",
}


async def transcribe(received: Received, writer: asyncio.StreamWriter) -> None:
    """Say the prompt back, in the format that was asked for."""

    def sent(name: str) -> str:
        return received.body.partition(f'name="{name}"\r\n\r\n'.encode())[2].partition(b"\r\n")[0].decode()

    asked, prompt = sent("response_format"), sent("prompt")
    if asked in CUE:
        writer.write(http(CUE[asked].format(prompt).encode(), "text/plain; charset=utf-8"))
        return
    segments = {"segments": [{"id": 0, "start": 0.0, "end": 1.0, "text": prompt}]} if asked == "verbose_json" else {}
    writer.write(http(json.dumps({"text": prompt, **segments}).encode()))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Proxy, Recorder]]:
    directory = tmp_path_factory.mktemp("recordings")
    with Recorder(reply=transcribe) as recorder:
        consent = {"min_retained_ratio": 0.0, "defaults": {"employee": "admit"}}
        document = settings(directory, recorder.base_url, consent=consent)
        audio = {"dialect": "openai-audio", "purpose": "summary", "recipient": "acme-llm"}
        document["routes"] += [
            {"name": "audio", "path": "/v1/audio/transcriptions", **audio},
            {"name": "lenient", "path": "/lenient/audio/transcriptions", "unattributed": "instructions",
             "upstream_path": "/audio/transcriptions", **audio},
        ]  # fmt: skip
        document["clients"][0] |= {"routes": ["audio", "lenient"], "acts_for": "p-ann"}
        proxy = Proxy(directory, document)
        everybody = [person["id"] for person in PEOPLE]
        for name, complete in (("all", True), ("one-no", True), ("open", False), ("by-default", True)):
            proxy.meeting(name=name, complete=complete)
        grant_all(proxy, everybody, "all")
        grant_all(proxy, everybody, "one-no", denied="p-ben")
        grant_all(proxy, everybody, "open")
        grant_all(proxy, ["p-ann", "p-cho"], "by-default")
        proxy.start()
        yield proxy, recorder
        proxy.stop()


def send(proxy: Proxy, meeting: str, path: str = "v1", **fields: str):
    base = f"http://127.0.0.1:{proxy.document['listen']['port']}/m/{meeting}/{path}"
    with openai.OpenAI(base_url=base, api_key=KEY, max_retries=0) as client:
        return client.audio.transcriptions.create(
            file=("Board call with Tobias Wennerström.wav", WAV), model="whisper-1",
            prompt="Ask Tobias Wennerström.", language="en", **fields,
        )  # fmt: skip


def test_a_recording_leaves_where_everybody_granted_and_its_name_stays(running) -> None:
    proxy, recorder = running
    reply = send(proxy, "all")

    left = recorder.received[-1]
    assert reply.text == "Ask Tobias Wennerström."
    assert WAV in left.body
    assert b'filename="recording.wav"' in left.body
    assert b"Tobias" not in left.raw
    assert b"Board call" not in left.raw


@pytest.mark.parametrize("asked", [*CUE, "verbose_json"])
def test_complaint_32_the_prompt_is_redacted_and_each_format_of_transcript_restored(running, asked: str) -> None:
    """Complaint 32: a prompt in a form, and transcripts as srt and vtt, went by the filter; here neither does."""
    proxy, recorder = running
    reply = send(proxy, "all", response_format=asked)
    assert b"Ask PERSON_1." in recorder.received[-1].body
    assert b"Tobias" not in recorder.received[-1].raw
    text = reply if isinstance(reply, str) else reply.text + reply.segments[0].text
    assert "Ask Tobias Wennerström." in text
    assert "PERSON_" not in text


@pytest.mark.parametrize("meeting", ["one-no", "open", "none", "by-default"])
@pytest.mark.parametrize("path", ["v1", "lenient"])
def test_complaint_32_a_recording_stays_where_one_said_no_or_the_roster_may_lack_somebody(
    running, meeting, path
) -> None:
    """Complaint 32: recordings went by the filter; here they stay where not all granted, and nothing opens that.

    Neither the default of a class, nor a route that takes unattributed text for instructions, nor a client that acts
    for somebody does.
    """
    proxy, recorder = running
    mark = len(recorder.received)
    with pytest.raises(openai.PermissionDeniedError):
        send(proxy, meeting, path)
    assert len(recorder.received) == mark


def test_a_text_that_calls_itself_a_recording_stays(running) -> None:
    proxy, recorder = running
    mark = len(recorder.received)
    base = f"http://127.0.0.1:{proxy.document['listen']['port']}/m/all/v1"
    with openai.OpenAI(base_url=base, api_key=KEY, max_retries=0) as client, pytest.raises(openai.APIStatusError):
        client.audio.transcriptions.create(file=("a.wav", b"Chiara Montefusco: call 555 0142"), model="whisper-1")
    assert len(recorder.received) == mark
