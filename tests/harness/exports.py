"""Writes made-up meetings as speech services and meeting tools export them: the same turns in every shape.

`SERVICES` are JSON. Where a service knows speakers by label only, `label` gives each person's, as a roster's alias.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_OFTEN = "we shall move the before after with under this month because nobody knows it and that is how".split()
UUID = "1abf86cd-64cc-4a78-9ce3-a1f0c6a8f3e1"


@dataclass(frozen=True)
class Turn:
    """What one person says in a row, word by word, each with the seconds at which it begins and ends."""

    speaker: str
    number: int
    words: tuple[str, ...]
    times: tuple[tuple[float, float], ...]

    @property
    def text(self) -> str:
        """The words as a sentence."""
        return " ".join(self.words) + "."

    @property
    def spelled(self) -> list[str]:
        """The words with the full stop at the last one."""
        return [*self.words[:-1], self.words[-1] + "."]

    @property
    def start(self) -> float:
        """When the first word begins."""
        return self.times[0][0]

    @property
    def end(self) -> float:
        """When the last word ends."""
        return self.times[-1][1]


def meeting(seed: int, people: Sequence[str], planted: dict[str, Sequence[str]]) -> list[Turn]:
    """Turns of a seed: everybody speaks, in any order, and says all that is `planted` for them."""
    draw = random.Random(seed)
    order = [person for person in people for _ in range(draw.randint(1, 4))]
    draw.shuffle(order)
    left = {person: list(planted[person]) for person in people}
    turns: list[Turn] = []
    at = 101.25
    for index, person in enumerate(order):
        last = person not in order[index + 1 :]
        mine = left[person]
        count = len(mine) if last else draw.randint(0, len(mine))
        words = [*(mine.pop() for _ in range(count)), *draw.choices(_OFTEN, k=draw.randint(1, 6))]
        draw.shuffle(words)
        times = []
        for _ in words:
            length = draw.randint(5, 60) / 100
            times.append((round(at, 2), round(at + length, 2)))
            at += length + draw.randint(1, 40) / 100
        turns.append(Turn(person, list(people).index(person), tuple(words), tuple(times)))
        at += draw.randint(1, 200) / 100
    return turns


def _each(turn: Turn) -> Iterator[tuple[str, float, float]]:
    return ((word, *times) for word, times in zip(turn.spelled, turn.times, strict=True))


def _text(turns: Sequence[Turn]) -> str:
    return " ".join(turn.text for turn in turns)


def amazon(turns: Sequence[Turn], *, labelled: bool = True) -> Any:
    """Amazon Transcribe; before 2023 the items had no labels of their own."""
    items: list[dict[str, Any]] = []
    segments, audio = [], []
    for number, turn in enumerate(turns):
        label = {"speaker_label": f"spk_{turn.number}"}
        first = len(items)
        for word, (start, end) in zip(turn.words, turn.times, strict=True):
            guess = [{"confidence": "0.998", "content": word}]
            items.append({"id": len(items), "type": "pronunciation", "alternatives": guess, "start_time": str(start),
                          "end_time": str(end), **(label if labelled else {})})  # fmt: skip
        items.append({"id": len(items), "type": "punctuation", "alternatives": [{"confidence": "0.0", "content": "."}]})
        items[-1] |= label if labelled else {}
        times = {"start_time": str(turn.start), "end_time": str(turn.end)}
        listed = [{"start_time": str(start), "end_time": str(end), **label} for start, end in turn.times]
        segments.append({**times, **label, "items": listed})
        audio.append({"id": number, "transcript": turn.text, **times, **label, "items": [*range(first, len(items))]})
    results = {
        "transcripts": [{"transcript": _text(turns)}],
        "speaker_labels": {"segments": segments, "channel_label": "ch_0", "speakers": 2},
        "items": items,
        "audio_segments": audio,
    }
    if not labelled:
        del results["audio_segments"]
        for item in items:
            del item["id"]
    return {"jobName": "job-1", "accountId": "998877665544", "status": "COMPLETED", "results": results}


def google(turns: Sequence[Turn]) -> Any:
    """Google Speech-to-Text: the last result repeats all words, with speakers."""
    words = [
        {"startTime": f"{start}s", "endTime": f"{end}s", "word": word, "confidence": 0.9, "speakerTag": turn.number + 1}
        for turn in turns
        for word, start, end in _each(turn)
    ]
    last = turns[-1]
    results = [{"alternatives": [{"transcript": last.text, "confidence": 0.9, "words": words}], "languageCode": "en-us",
                "resultEndTime": f"{last.end}s", "channelTag": 0}]  # fmt: skip
    return {"results": results, "totalBilledTime": "15s", "requestId": "7700000000001"}


def azure(turns: Sequence[Turn]) -> Any:
    """Azure Speech, batch."""

    def renderings(text: str) -> dict[str, str]:
        plain = text.replace(".", "").lower()
        return {"lexical": plain, "itn": plain, "maskedITN": plain, "display": text}

    def span(start: float, end: float) -> dict[str, Any]:
        return {"offset": f"PT{start}S", "duration": f"PT{end - start:.2f}S", "offsetInTicks": round(start * 1e7, 1),
                "durationInTicks": round((end - start) * 1e7, 1)}  # fmt: skip

    phrases = []
    for turn in turns:
        words = [
            {"word": word.lower(), **span(*times), "confidence": 0.8}
            for word, times in zip(turn.words, turn.times, strict=True)
        ]
        shown = [{"displayText": word, **span(start, end)} for word, start, end in _each(turn)]
        best = {"confidence": 0.9, **renderings(turn.text), "words": words, "displayWords": shown}
        phrases.append({"recognitionStatus": "Success", "channel": 0, "speaker": turn.number + 1, "locale": "en-US",
                        **span(turn.start, turn.end), "nBest": [best]})  # fmt: skip
    return {
        "source": "https://files.example/a.wav",
        "timestamp": "2026-03-02T10:00:00Z",
        "durationInTicks": 41200000,
        "duration": "PT4.12S",
        "combinedRecognizedPhrases": [{"channel": 0, **renderings(_text(turns))}],
        "recognizedPhrases": phrases,
    }


def azure_fast(turns: Sequence[Turn]) -> Any:
    """Azure Speech, fast transcription."""

    def span(start: float, end: float) -> dict[str, int]:
        return {"offsetMilliseconds": round(start * 1e3), "durationMilliseconds": round((end - start) * 1e3)}

    phrases = [
        {
            "channel": 0,
            "speaker": turn.number + 1,
            **span(turn.start, turn.end),
            "text": turn.text,
            "words": [{"text": word, **span(start, end)} for word, start, end in _each(turn)],
            "locale": "en-US",
            "confidence": 0.9,
        }
        for turn in turns
    ]
    combined = [{"channel": 0, "text": _text(turns)}]
    return {"durationMilliseconds": 4120, "combinedPhrases": combined, "phrases": phrases}


def rev(turns: Sequence[Turn], *, named: bool = False) -> Any:
    """Rev.ai; transcripts made by people name the speakers."""
    monologues = []
    for turn in turns:
        elements: list[dict[str, Any]] = []
        for word, (start, end) in zip(turn.words, turn.times, strict=True):
            elements += [{"type": "punct", "value": " "}] if elements else []
            elements.append({"type": "text", "value": word, "ts": start, "end_ts": end, "confidence": 0.95})
        monologues.append({"speaker": turn.number, "elements": [*elements, {"type": "punct", "value": "."}]})
    if not named:
        return {"monologues": monologues}
    people = {turn.number: turn.speaker for turn in turns}
    return {"speakers": [{"id": number, "name": name} for number, name in people.items()], "monologues": monologues}


def speechmatics(turns: Sequence[Turn]) -> Any:
    """Speechmatics, json-v2."""

    def result(kind: str, content: str, turn: Turn, times: tuple[float, float]) -> dict[str, Any]:
        guess = {"confidence": 1.0, "content": content, "language": "en", "speaker": f"S{turn.number + 1}"}
        return {"alternatives": [guess], "end_time": times[1], "start_time": times[0], "type": kind}

    results = []
    for turn in turns:
        results += [result("word", word, turn, times) for word, times in zip(turn.words, turn.times, strict=True)]
        stop = result("punctuation", ".", turn, (turn.end, turn.end))
        results.append({**stop, "attaches_to": "previous", "is_eos": True})
    return {
        "format": "2.9",
        "job": {"created_at": "2026-03-02T10:00:00.000Z", "data_name": "a1.wav", "duration": 10, "id": "ab12cd34"},
        "metadata": {
            "created_at": "2026-03-02T10:00:00.000Z",
            "type": "transcription",
            "language_pack_info": {"word_delimiter": " ", "writing_direction": "left-to-right"},
            "transcription_config": {"diarization": "speaker", "language": "en", "operating_point": "enhanced"},
        },
        "results": results,
    }


def _whisper_words(turn: Turn, **more: Any) -> list[dict[str, Any]]:
    return [{"word": word, "start": start, "end": end, **more} for word, start, end in _each(turn)]


def gladia(turns: Sequence[Turn]) -> Any:
    """Gladia, v2."""
    utterances = [
        {
            "text": turn.text,
            "language": "en",
            "start": turn.start,
            "end": turn.end,
            "confidence": 0.9,
            "channel": 0,
            "speaker": turn.number,
            "words": [{**entry, "word": f" {entry['word']}"} for entry in _whisper_words(turn, confidence=0.9)],
        }
        for turn in turns
    ]
    transcription = {"languages": ["en"], "utterances": utterances, "full_transcript": _text(turns)}
    metadata = {"audio_duration": 9.5, "number_of_distinct_channels": 1, "billing_time": 9.5, "transcription_time": 1.5}
    return {
        "id": UUID,
        "request_id": "G-1abf86cd",
        "version": 2,
        "status": "done",
        "created_at": "2026-03-02T10:00:00.000Z",
        "completed_at": "2026-03-02T10:01:00.000Z",
        "result": {"metadata": metadata, "transcription": transcription},
    }


def assembly(turns: Sequence[Turn]) -> Any:
    """AssemblyAI."""

    def said(turn: Turn) -> list[dict[str, Any]]:
        label = "ABC"[turn.number]
        return [
            {"text": word, "start": round(start * 1e3), "end": round(end * 1e3), "confidence": 0.9, "speaker": label}
            for word, start, end in _each(turn)
        ]

    utterances = [
        {"speaker": "ABC"[turn.number], "text": turn.text, "start": round(turn.start * 1e3),
         "end": round(turn.end * 1e3), "confidence": 0.9, "words": said(turn)}
        for turn in turns
    ]  # fmt: skip
    return {
        "id": UUID,
        "language_code": "en_us",
        "status": "completed",
        "text": _text(turns),
        "words": [word for turn in turns for word in said(turn)],
        "utterances": utterances,
        "confidence": 0.9,
        "audio_duration": 12,
        "punctuate": True,
        "speaker_labels": True,
        "speech_model": "best",
    }


def soniox(turns: Sequence[Turn]) -> Any:
    """Soniox: pieces of words, which bring their own spaces."""

    def spoken(turn: Turn) -> Iterator[dict[str, Any]]:
        for number, (word, start, end) in enumerate(_each(turn)):
            half = max(1, len(word) // 2)
            opens = turn is turns[0] and number == 0
            for piece in ("" if opens else " ") + word[:half], word[half:]:
                yield {"text": piece, "start_ms": round(start * 1e3), "end_ms": round(end * 1e3), "confidence": 0.9,
                       "speaker": str(turn.number + 1), "language": "en"}  # fmt: skip

    tokens = [token for turn in turns for token in spoken(turn) if token["text"]]
    return {"id": UUID, "text": "".join(token["text"] for token in tokens), "tokens": tokens}


def deepgram(turns: Sequence[Turn]) -> Any:
    """Deepgram, with its smart format."""

    def said(turn: Turn) -> list[dict[str, Any]]:
        return [
            {"word": word.lower().strip("."), "start": start, "end": end, "confidence": 0.9, "speaker": turn.number,
             "speaker_confidence": 0.8, "punctuated_word": word}
            for word, start, end in _each(turn)
        ]  # fmt: skip

    paragraphs = [
        {"sentences": [{"text": turn.text, "start": turn.start, "end": turn.end}], "speaker": turn.number,
         "num_words": len(turn.words), "start": turn.start, "end": turn.end}
        for turn in turns
    ]  # fmt: skip
    told = "\n\n".join(f"Speaker {turn.number}: {turn.text}" for turn in turns)
    utterances = [
        {"start": turn.start, "end": turn.end, "confidence": 0.9, "channel": 0, "transcript": turn.text,
         "words": said(turn), "speaker": turn.number, "id": UUID}
        for turn in turns
    ]  # fmt: skip
    best = {
        "transcript": _text(turns),
        "confidence": 0.9,
        "words": [word for turn in turns for word in said(turn)],
        "paragraphs": {"transcript": f"\n{told}", "paragraphs": paragraphs},
    }
    return {
        "metadata": {
            "transaction_key": "deprecated",
            "request_id": UUID,
            "sha256": "ab" * 32,
            "created": "2026-03-02T10:00:00.000Z",
            "duration": 9.5,
            "channels": 1,
            "models": [UUID],
            "model_info": {UUID: {"name": "general-nova-3", "version": "2026-01-09.29447", "arch": "nova-3"}},
        },
        "results": {"channels": [{"alternatives": [best]}], "utterances": utterances},
    }


def whisperx(turns: Sequence[Turn]) -> Any:
    """WhisperX."""
    segments = [
        {"start": turn.start, "end": turn.end, "text": f" {turn.text}", "speaker": f"SPEAKER_{turn.number:02}",
         "words": _whisper_words(turn, score=0.8, speaker=f"SPEAKER_{turn.number:02}")}
        for turn in turns
    ]  # fmt: skip
    words = [word for segment in segments for word in segment["words"]]
    return {"segments": segments, "word_segments": words, "language": "en"}


def slack(turns: Sequence[Turn]) -> Any:
    """Messages of a Slack channel."""
    return [
        {
            "user": f"U0{turn.number}ABCDEF",
            "type": "message",
            "ts": f"{1772445600 + turn.start:.6f}",
            "client_msg_id": UUID,
            "text": turn.text,
            "team": "T012AB3CD",
            "user_team": "T012AB3CD",
            "source_team": "T012AB3CD",
            "user_profile": {
                "avatar_hash": "ga1b2c3d4e5f",
                "first_name": turn.speaker.split()[0],
                "real_name": turn.speaker,
                "display_name": turn.speaker.split()[0].lower(),
                "team": "T012AB3CD",
                "name": turn.speaker.lower().replace(" ", "."),
                "is_restricted": False,
                "is_ultra_restricted": False,
            },
            "blocks": [
                {
                    "type": "rich_text",
                    "block_id": "b1K2",
                    "elements": [
                        {"type": "rich_text_section", "elements": [{"type": "text", "text": turn.text}]},
                    ],
                },
            ],
            "reply_count": 1,
            "reply_users_count": 1,
            "latest_reply": "1772445999.000200",
            "reply_users": ["U07ABCDEF"],
            "replies": [{"user": "U07ABCDEF", "ts": "1772445999.000200"}],
            "reactions": [{"name": "+1", "users": ["U07ABCDEF"], "count": 1}],
            "is_locked": False,
            "subscribed": False,
        }
        for turn in turns
    ]


def _numbered(pattern: str, first: int = 0) -> Callable[[int], str]:
    return lambda number: pattern.format(number + first)


SERVICES: dict[str, tuple[Callable[[Sequence[Turn]], Any], Callable[[int], str] | None]] = {
    "amazon": (amazon, _numbered("spk_{}")),
    "amazon before": (lambda turns: amazon(turns, labelled=False), _numbered("spk_{}")),
    "google": (google, _numbered("{}", 1)),
    "azure": (azure, _numbered("{}", 1)),
    "azure fast": (azure_fast, _numbered("{}", 1)),
    "rev.ai": (rev, _numbered("{}")),
    "rev.ai named": (lambda turns: rev(turns, named=True), None),
    "speechmatics": (speechmatics, _numbered("S{}", 1)),
    "gladia": (gladia, _numbered("{}")),
    "assemblyai": (assembly, lambda number: "ABC"[number]),
    "soniox": (soniox, _numbered("{}", 1)),
    "deepgram": (deepgram, _numbered("{}")),
    "whisperx": (whisperx, _numbered("SPEAKER_{:02}")),
    "slack": (slack, None),
}
"""How each service writes a meeting, and by which label it knows a person (None: by name)."""


def document(service: str, turns: Sequence[Turn]) -> str:
    """The turns as this service exports them."""
    return json.dumps(SERVICES[service][0](turns))
