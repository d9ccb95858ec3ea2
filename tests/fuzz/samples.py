"""One short valid sample of each transcript format, prompt layout and file that is read; all words are made up."""

from __future__ import annotations

import json
from typing import Any

WEBVTT = """\
\ufeffWEBVTT - notes

NOTE made by hand

STYLE
::cue { color: red }

intro
00:00:01.000 --> 00:00:02.500 align:start
<v.loud Ann Lund>Good <i>morning</i></v> <v Ben Okoro>hello &amp; welcome

00:03.000 --> 01:00:04.000
- Ann Lund: We ship: in May
and not before.
Ben Okoro: Good.
"""

GRAPH = 'WEBVTT\n\n00:00:16.246 --> 00:00:17.726\n' + json.dumps(
    {
        "startDateTime": "2026-03-02T10:00:30.0461639+00:00",
        "endDateTime": "2026-03-02T11:00:31.5261639+01:00",
        "speakerName": "Ann Lund",
        "spokenText": 'This is a "test".',
        "spokenLanguage": "en-us",
    }
) + "\n"  # fmt: skip

SRT = """\
1
00:00:01,000 --> 00:00:03,000
Ann Lund: We ship
in May.

2
00:00:04,000 --> 00:00:05,500
nobody said this
"""

ZOOM_CHAT = (
    "10:05:12 From Ann Lund to Everyone:\r\n\tShall we move the launch?\r\n\tIt is late.\r\n"
    '10:06:00\tBen Okoro:\tReplying to "Shall we move the..."\r\n\r\nYes: in June\r\n'
    '10:06:30\tAnn Lund:\tReacted to "Yes: in June" with 👍\r\n'
)

JIGASI = """\
Transcript of conference held at 2 March 2026 in room weekly@conference.example
Initial people present at 10:00:00 AM:
\tAnn Lund

Transcript, started at 10:00:05 AM:
________________________________________________________________________________
<10:00:05 AM> Ben Okoro joined the conference
<10:00:07 AM> Ann Lund: we ship the release in May, and then we shall talk
                             about everything: the budget
<10:00:20 AM> Ben Okoro left the conference
________________________________________________________________________________

End of transcript at 2 March 2026 10:01:00 AM
"""

TABLE = """\
speaker,start,text
Ann Lund,0:03,"yes, we ship in May"
Ben Okoro,0:08,no
"""

MARKDOWN_TABLE = """\
| # | Speaker | Text |
|:-:|---|---|
| 1 | Ann Lund | we ship in May |
| 2 | Ben Okoro | no |
"""

LINES = """\
Summarize this:

[00:01] Ann Lund: We ship in May.
  and not before
**Ben Okoro** (10:05 AM): fine
Ann Lund 00:12
for good

Be brief: no filler.
"""

VCON: dict[str, Any] = {
    "vcon": "0.0.4",
    "uuid": "018f15a6-a752-826f-b9a2-279e0d16bc46",
    "created_at": "2026-03-02T10:00:00Z",
    "parties": [{"name": "Ann Lund", "tel": "+15550100"}, {"mailto": "mailto:ben@x.example", "role": "agent"}],
    "dialog": [
        {"type": "text", "start": "2026-03-02T10:00:01Z", "duration": 2.5, "parties": [0, 1], "body": "Hi é"},
        {"type": "text", "start": "2026-03-02T10:00:05Z", "parties": [0, 1], "originator": 1, "body": "words"},
        {"type": "recording", "parties": [0, 1], "url": "https://x.example/a.mp3", "content_hash": "sha512-c"},
    ],
    "analysis": [{"type": "summary", "dialog": 1, "vendor": "x", "body": "all of it"}],
    "attachments": [],
}

EMBEDDED = (
    "Here is what was said. Keep to the rules: none.\n\n<transcript>\n```\nAnn Lund: one\n```\n</transcript>\n"
    '[{"speaker": "Ben Okoro", "text": "two \\u00e9", "start": 0.5, "words": [{"word": "two"}, {"word": "é"}]}]\n'
    "1\n00:00:01,000 --> 00:00:02,000\nAnn Lund: three\n\nReturn JSON.\n"
)

LAYOUTS = {
    "vexa": (
        "You are a live copilot.\n[pass 1/2 id=s:ch-0:1:1500 speaker=Ann Lund] We ship.\n"
        "[pass 2/2 id=s:ch-1:1:900 speaker=spk-2] words\nand more\n\nReturn the transcript.\n"
    ),
    "jitsi-skynet": "cut off here\nAnn Lund: We ship in May.\n\nwords of nobody\n",
    "mattermost-agents": "00:04 to 00:11 - (Ann Lund) We ship.\n00:12 to 00:14 - (Ben Okoro) no\n00:15 to 00:18 - hm\n",
    "nextcloud-talk": (
        '## Speaker intervals (JSON)\n[{"speaker": "Ann Lund", "start": 1.0, "end": 2.0}]\n\n## Subtitle content\n'
        "1\n00:00:01,000 --> 00:00:03,000\nWe ship.\n\n## Task\nSay who speaks.\n"
    ),
    "meetily": "Sum up.\n<transcript_chunks>\n[00:01] We ship.\n[00:09] words\n</transcript_chunks>\n\nBe brief.\n",
    "hyprnote": "# Context\nx\n\n# Participants\n- Ann Lund\n\n# Transcript\nAnn Lund: one\nYou: no\n\n# Template\nx\n",
    "opentranscribe": (
        "Sum up.\n<transcript>\nAnn Lund [00:01]: We ship.\n</transcript>\n\n<speaker_information>\n"
        '{"Ann Lund": {"words": 2}}\n</speaker_information>\nBe brief.\n'
    ),
    "speakr": 'Spoken:\n"""\n[Ann Lund]: We ship.\n[Ben Okoro]: no\n"""\n\nBe brief.\n',
    "scriberr": "Spoken:\n[Ann Lund] We ship.\n[SPEAKER_01] no\n\nTask:\nBe brief.\n",
    "langchain": 'Sum up:\n\n\n"Ann Lund: We ship.\nBen Okoro: no"\n\n\nSHORT:',
    "llamaindex": "What is known:\n---\nAnn Lund: We ship.\n\nBen Okoro: no\n---\nQuestion: all\nReply: ",
}
"""By the name of the client's profile."""

CALENDAR = """\
BEGIN:VCALENDAR
VERSION:2.0
X-WR-TIMEZONE:Europe/Berlin
BEGIN:VEVENT
UID:u1@cal.example
DTSTART;TZID=Europe/Berlin:20260316T100000
DURATION:PT1H30M
RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=MO,WE
EXDATE;TZID=Europe/Berlin:20260323T100000
RDATE:20260325T090000Z
ORGANIZER;CN="Lund, Ann":mailto:ann@fjord.example
ATTENDEE;CN=Fjord 1;CUTYPE=ROOM;PARTSTAT=DECLINED:mailto:room1@fjord.example
LOCATION:https://fjord.zoom.us/j/86431910364
END:VEVENT
BEGIN:VEVENT
UID:u1@cal.example
RECURRENCE-ID:20260318T090000Z
DTSTART:20260319T090000Z
DTEND:20260319T100000Z
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")

ZOOM_CALL: dict[str, Any] = {
    "event": "meeting.participant_joined",
    "event_ts": 1772445660123,
    "payload": {
        "object": {
            "uuid": "hwkAAD+yS/wyG3GyUkqc0vA==",
            "id": "86431910364",
            "start_time": "2026-03-02T10:00:00Z",
            "participant": {
                "user_id": 16778240,
                "user_name": "Ann Lund",
                "participant_user_id": "z",
                "join_time": "2026-03-02T10:01:00Z",
                "email": "ann@fjord.example",
            },
        }
    },
}

ROSTER_CSV = (
    "id,name,aliases,emails,class,minor,joined_at\r\n"
    "p1,Ann Lund,A. Lund;Ann,ann@fjord.example,employee,no,2026-03-02T10:00:00Z\r\n"
)
ROSTER_JSON = (
    '{"participants": [{"id": "p1", "name": "Ann Lund", "aliases": ["Ann"], "class": "guest", "members": ["p2"]}]}'
)
ROSTER_YAML = """\
participants:
  - {id: p1, name: Ann Lund, emails: [ann@fjord.example], minor: false}
  - id: room
    name: "Room 1"
    class: room
    members: [p1]
    joined_at: 2026-03-02T10:00:00Z
"""

CONFIGURATION = """\
version: 1
recipients:
  acme: {base_url: "https://llm.example/v1", terms: {version: "1"}, credential: {env: KEY}}
routes:
  - {name: s, path: /v1/s, dialect: openai-chat, purpose: summary, recipient: acme}
clients: [{name: bot, key_sha256: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", routes: [s]}]
redaction: {default: pseudonym}
"""

ANNOTATED = (
    '{"id": 1, "text": "Call Ann Lund", "spans": [{"start": 5, "end": 13, "label": "PERSON"}], "meta": {"roster": 1}}\n'
    '{"text": "Hi é", "labels": [[0, 2, "PERSON"]]}\n'
)
ANNOTATED_ARRAY = (
    '[{"full_text": "Call Ann", '
    '"spans": [{"start_position": 5, "end_position": 8, "entity_type": "PERSON", "coarse": null}]}]'
)

MULTIPART = (
    b'--xyz\r\nContent-Disposition: form-data; name="file"; filename="Board.wav"\r\nContent-Type: audio/x-wav\r\n\r\n'
    b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\xff\xfe\r\n--xy\r\n\r\n"
    b'--xyz\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n'
    b'--xyz\r\nContent-Disposition: form-data; name="prompt"\r\nContent-Type: text/plain\r\n\r\nWith Ann Lund.\r\n'
    b'--xyz\r\nContent-Disposition: form-data; name="known_speaker_names[]"\r\n\r\nAnn Lund\r\n--xyz--\r\n'
)

WORDS = '\ufeff# ours\r\nBlue Heron\r\n\r\n  Grauwölfe \nC#\n"Quoted, name"\n'
WORDS_CSV = 'name,kind\r\n"Blue, Heron",x\r\nGrauwölfe,y\r\n'

SUMMARIZER = {
    "input": {"text": "Ann Lund: We ship in May."},
    "reference_id": "r-1",
    "config": {"summary_type": "conversation", "task": "recap", "language": "en-US"},
}

OLDER_CONSENT = {
    "uuid": VCON["uuid"],
    "parties": VCON["parties"],
    "dialog": VCON["dialog"],
    "attachments": [
        {
            "type": "consent",
            "party": 0,
            "dialog": [0, 1],
            "body": {
                "expiration": "2026-04-02T10:00:00Z",
                "proof": [{"type": "verbal_confirmation"}],
                "consents": [
                    {"purpose": "summary", "status": "granted", "timestamp": "2026-03-02T10:00:00Z"},
                    {"purpose": "own words", "consent": False, "timestamp": "2026-03-02T10:00:00+01:00"},
                ],
            },
        },
        {
            "purpose": "lawful_basis",
            "party": 1,
            "body": {
                "lawful_basis": "consent",
                "status_interval": "30d",
                "expiration": None,
                "purpose_grants": [{"purpose": "summary", "granted": True, "granted_at": "2026-03-02T10:00:00Z"}],
                "terms_of_service": "1",
                "proof_mechanisms": [{"proof_type": "external_system"}],
                "metadata": {},
            },
        },
    ],
}
"""Consent in the older attachment, and in a newer one that is not of our making."""
