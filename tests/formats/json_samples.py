"""Made-up transcripts as services write them. Ann Lund says KEPT and "zebra" words; Ben Okoro and others say "canary".

Every string that holds a canary must stay in when only Ann may be heard; nothing else may change then. So it is with
the files ``vendors/<name>.json`` beside this one, of which each row of `proxy.formats.vendors` may have one.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

KEPT = "We ship the zebra in May."
GONE = "My canary number is 555 0100."


def words(text: str, key: str = "word", **more: Any) -> list[dict[str, Any]]:
    return [{key: word, "start": n / 4, "end": n / 4 + 0.2, **more} for n, word in enumerate(text.split())]


def assembly(text: str, speaker: str) -> list[dict[str, Any]]:
    return [
        {"text": word, "start": n, "end": n + 1, "confidence": 0.9, "speaker": speaker}
        for n, word in enumerate(text.split())
    ]


MEET = {
    "transcriptEntries": [
        {
            "name": "conferenceRecords/r1/transcripts/t1/entries/e1",
            "participant": "conferenceRecords/r1/participants/ann",
            "text": KEPT,
            "languageCode": "en-US",
            "startTime": "2026-03-02T10:00:01Z",
            "endTime": "2026-03-02T10:00:04.5Z",
        },
        {
            "name": "conferenceRecords/r1/transcripts/t1/entries/e2",
            "participant": "conferenceRecords/r1/participants/ben",
            "text": GONE,
            "languageCode": "en-US",
            "startTime": "2026-03-02T10:00:05Z",
            "endTime": "2026-03-02T10:00:09Z",
        },
    ],
    "nextPageToken": "t0k3n",
}

RECALL = [
    {
        "participant": {
            "id": 1,
            "name": "Ann Lund",
            "is_host": True,
            "platform": "desktop",
            "extra_data": None,
            "email": "ann@fjord.example",
        },
        "words": [
            {
                "text": word,
                "start_timestamp": {"relative": n + 0.5, "absolute": f"2026-03-02T10:00:0{n}.5Z"},
                "end_timestamp": {"relative": n + 0.9, "absolute": f"2026-03-02T10:00:0{n}.9Z"},
            }
            for n, word in enumerate(KEPT.split())
        ],
    },
    {
        "participant": {"id": 2, "name": "Ben Okoro", "is_host": False, "platform": "dial-in", "extra_data": None},
        "words": [{"text": word, "start_timestamp": {"relative": 9.5}, "end_timestamp": None} for word in GONE.split()],
    },
    {
        "participant": {"id": 3, "name": None, "is_host": False, "platform": "unknown"},
        "words": [{"text": "canary", "start_timestamp": {"relative": 12.5}}],
    },
]

RECALL_BEFORE = [
    {
        "speaker": "Ann Lund",
        "speaker_id": 1,
        "language": "en",
        "words": [
            {"text": word, "start_timestamp": 1.5, "end_timestamp": 1.75, "confidence": 1} for word in KEPT.split()
        ],
    },
    {"speaker": None, "speaker_id": None, "language": "en", "words": [{"text": "canary", "start_timestamp": 2.5}]},
]

FIREFLIES = {
    "data": {
        "transcript": {
            "id": "01ABC",
            "title": "canary plan",
            "host_email": "ben@fjord.example",
            "participants": ["ann@fjord.example"],
            "speakers": [{"id": 0, "name": "Ann Lund"}, {"id": 1, "name": "Ben Okoro"}],
            "duration": 12.5,
            "sentences": [
                {
                    "index": 0,
                    "text": KEPT,
                    "raw_text": "we ship the zebra in may",
                    "start_time": 0.5,
                    "end_time": 3.25,
                    "speaker_id": 0,
                    "speaker_name": "Ann Lund",
                    "ai_filters": {"task": None, "pricing": None, "sentiment": "neutral", "text_cleanup": KEPT},
                },
                {
                    "index": 1,
                    "text": GONE,
                    "raw_text": "my uh canary number is 555 0100",
                    "start_time": 4.0,
                    "end_time": 9.5,
                    "speaker_id": 1,
                    "speaker_name": "Ben Okoro",
                    "ai_filters": {"task": "canary number", "metric": "canary", "sentiment": "neutral"},
                },
            ],
            "summary": {"overview": "a canary was mentioned", "action_items": "canary", "keywords": ["canary"]},
        }
    }
}

ATTENDEE = [
    {
        "speaker_name": "Ann Lund",
        "speaker_uuid": "u-1",
        "speaker_user_uuid": None,
        "speaker_is_host": True,
        "timestamp_ms": 1772445601000,
        "duration_ms": 2500,
        "transcription": {"transcript": KEPT, "words": words(KEPT)},
    },
    {
        "speaker_name": "Ben Okoro",
        "speaker_uuid": "u-2",
        "speaker_user_uuid": "ben-canary",
        "speaker_is_host": False,
        "timestamp_ms": 1772445605000,
        "duration_ms": 2500,
        "transcription": {"transcript": GONE, "words": words(GONE)},
    },
    {"speaker_name": "Ben Okoro", "speaker_uuid": "u-2", "timestamp_ms": 1772445606000, "transcription": None},
]

VEXA = {
    "id": 42,
    "platform": "google_meet",
    "native_meeting_id": "abc-defg-123",
    "status": "active",
    "start_time": "2026-03-02T10:00:00Z",
    "end_time": None,
    "segments": [
        {
            "segment_id": "s:ch-0:1:1500",
            "speaker": "Ann Lund",
            "speaker_key": "ch-0:1",
            "text": KEPT,
            "start": 1.5,
            "end": 2.5,
            "language": "en",
            "completed": True,
            "absolute_start_time": "2026-03-02T10:00:01.500Z",
            "absolute_end_time": "2026-03-02T10:00:02.500Z",
            "source": "glow-bound",
            "confidence": 1,
            "words": words(KEPT, probability=0.9),
        },
        {
            "segment_id": "s:ch-1:1:1500",
            "speaker": "Ben Okoro",
            "speaker_key": "ch-1:1",
            "text": GONE,
            "start": 3.5,
            "end": 4.5,
            "language": "en",
            "completed": True,
            "words": words(GONE, probability=0.9),
        },
    ],
}

JIGASI = {
    "room_name": "canary-room@conference.example",
    "events": [
        {
            "event": "JOIN",
            "timestamp": 1772445600,
            "participant": {"id": "a1b2", "name": "Ben Okoro", "email": "b@x.example"},
        },
        {
            "event": "SPEECH",
            "timestamp": 1772445601,
            "participant": {"id": "c3d4", "name": "Ann Lund"},
            "transcript": [{"text": KEPT, "confidence": 0.8}, {"text": "we ship a zebra", "confidence": 0.1}],
        },
        {
            "event": "SPEECH",
            "timestamp": 1772445602,
            "participant": {"id": "a1b2", "name": "Ben Okoro", "identity_id": "canary"},
            "transcript": [{"text": GONE, "confidence": 0.8}, {"text": "my canary", "confidence": 0.1}],
        },
        {"event": "LEAVE", "timestamp": 1772445603, "participant": {"id": "a1b2", "name": "Ben Okoro"}},
    ],
}

DIARIZED = {
    "task": "transcribe",
    "duration": 27.4,
    "text": f"Ann Lund: {KEPT}\nB: {GONE}\nAnn Lund: Zebra!",
    "segments": [
        {
            "type": "transcript.text.segment",
            "id": "seg_001",
            "start": 0.0,
            "end": 4.7,
            "text": KEPT,
            "speaker": "Ann Lund",
        },
        {"type": "transcript.text.segment", "id": "seg_002", "start": 4.7, "end": 11.8, "text": GONE, "speaker": "B"},
        {
            "type": "transcript.text.segment",
            "id": "seg_003",
            "start": 12.1,
            "end": 18.5,
            "text": "Zebra!",
            "speaker": "Ann Lund",
        },
    ],
    "usage": {"type": "duration", "seconds": 27},
}

ASSEMBLY = {
    "id": "9a1b",
    "status": "completed",
    "language_model": "default",
    "acoustic_model": "default",
    "audio_url": "https://files.example/canary.mp3",
    "text": f"{KEPT} {GONE}",
    "confidence": 0.9,
    "words": [*assembly(KEPT, "Ann Lund"), *assembly(GONE, "B")],
    "utterances": [
        {
            "speaker": "Ann Lund",
            "text": KEPT,
            "start": 250,
            "end": 2750,
            "confidence": 0.9,
            "words": assembly(KEPT, "Ann Lund"),
        },
        {"speaker": "B", "text": GONE, "start": 3250, "end": 5750, "confidence": 0.9, "words": assembly(GONE, "B")},
    ],
    "sentiment_analysis_results": [
        {"text": KEPT, "start": 250, "end": 2750, "sentiment": "NEUTRAL", "confidence": 0.5, "speaker": "Ann Lund"},
        {"text": GONE, "start": 250, "end": 2750, "sentiment": "NEUTRAL", "confidence": 0.5, "speaker": "B"},
    ],
    "chapters": [{"summary": "canary", "headline": "canary", "gist": "canary", "start": 250, "end": 2750}],
    "entities": [{"entity_type": "phone_number", "text": "canary 555 0100", "start": 3250, "end": 5750}],
}


def deepgram() -> dict[str, Any]:
    def run(text: str, speaker: int) -> list[dict[str, Any]]:
        return [
            {
                "word": word.lower().strip("."),
                "start": n + 0.25,
                "end": n + 0.5,
                "confidence": 0.9,
                "speaker": speaker,
                "speaker_confidence": 0.8,
                "punctuated_word": word,
            }
            for n, word in enumerate(text.split())
        ]

    spoken = [(KEPT, 0), (GONE, 1)]
    return {
        "metadata": {
            "request_id": "r-1",
            "sha256": "ab12",
            "created": "2026-03-02T10:00:00Z",
            "duration": 9.5,
            "channels": 1,
            "models": ["m-1"],
        },
        "results": {
            "channels": [
                {
                    "alternatives": [
                        {
                            "transcript": f"{KEPT} {GONE}",
                            "confidence": 0.9,
                            "words": [w for said in spoken for w in run(*said)],
                            "paragraphs": {
                                "transcript": f"\nSpeaker 0: {KEPT}\n\nSpeaker 1: {GONE}\n",
                                "paragraphs": [
                                    {
                                        "sentences": [{"text": text, "start": 0.25, "end": 2.5}],
                                        "speaker": speaker,
                                        "num_words": 6,
                                        "start": 0.25,
                                        "end": 2.5,
                                    }
                                    for text, speaker in spoken
                                ],
                            },
                        }
                    ]
                }
            ],
            "utterances": [
                {
                    "start": 0.25,
                    "end": 2.5,
                    "confidence": 0.9,
                    "channel": 0,
                    "transcript": text,
                    "words": run(text, speaker),
                    "speaker": speaker,
                    "id": "u1-2",
                }
                for text, speaker in spoken
            ],
        },
    }


RTMS = [
    {"user_id": 1, "user_name": "Ann Lund", "data": KEPT, "timestamp": 1772445601000},
    {"user_id": 2, "user_name": "Ben Okoro", "data": GONE, "timestamp": 1772445602000},
]

VERBOSE = {
    "task": "transcribe",
    "language": "english",
    "duration": 9.5,
    "text": f" {GONE} {GONE}",
    "segments": [
        {
            "id": 0,
            "seek": 0,
            "start": 0.0,
            "end": 4.5,
            "text": f" {GONE}",
            "tokens": [50364, 1222],
            "temperature": 0.0,
            "avg_logprob": -0.2,
            "compression_ratio": 1.1,
            "no_speech_prob": 0.01,
        },
        {
            "id": 1,
            "seek": 0,
            "start": 4.5,
            "end": 9.0,
            "text": f" {GONE}",
            "tokens": [50365, 1223],
            "temperature": 0.0,
            "avg_logprob": -0.2,
            "compression_ratio": 1.1,
            "no_speech_prob": 0.01,
        },
    ],
    "words": words(f"{GONE} {GONE}"),
}

SAMPLES: dict[str, Any] = {
    "google meet": MEET,
    "recall": RECALL,
    "recall before": RECALL_BEFORE,
    "fireflies": FIREFLIES,
    "attendee": ATTENDEE,
    "vexa": VEXA,
    "jigasi": JIGASI,
    "openai diarized": DIARIZED,
    "assemblyai": ASSEMBLY,
    "deepgram": deepgram(),
    "zoom rtms": RTMS,
    "openai verbose": VERBOSE,
} | {path.stem: json.loads(path.read_text()) for path in sorted(Path(__file__).parent.glob("vendors/*.json"))}
