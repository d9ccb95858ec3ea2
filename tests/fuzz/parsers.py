"""Every parser of what comes from outside, each with a valid sample: what a fuzz test feeds, and how.

`Parser.take` gives back whether the sample was taken, and raises whatever the parser raises but for the one kind of
fault that it may. What was taken is used as the proxy uses it, so that a value which only breaks later is found too.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from audit.ledger_samples import KEY, checkpoint_of, log_lines
from consent.consent_cases import at, yes
from dialects.anthropic_bodies import FULL as MESSAGES
from dialects.chat_bodies import FULL as CHAT
from dialects.ollama_bodies import CHAT as OLLAMA_CHAT
from dialects.ollama_bodies import GENERATE as OLLAMA_GENERATE
from dialects.responses_bodies import FULL as RESPONSES
from dialects.shape_bodies import FULL as DECLARED
from dialects.shape_bodies import SHAPE
from formats.json_samples import SAMPLES as JSON_SAMPLES
from fuzz import samples

from proxy import formats
from proxy.audit.verify import verify
from proxy.cli.rosters import read_roster
from proxy.consent.dpv import facts_of
from proxy.consent.formats import records_csv, records_json, vcon
from proxy.consent.formats.vcon_parties import Place, on_roster
from proxy.consent.grants import Grant, Scope
from proxy.consent.invitations import KIND, BadLink, invitation_of
from proxy.consent.sealed import seal
from proxy.dialects import DIALECTS, Dialect
from proxy.dialects.base import ParsePolicy
from proxy.dialects.json_dialect import JsonDialect
from proxy.edge.configuration import dictionaries
from proxy.edge.configuration.file import ConfigProblem, parse
from proxy.edge.http.decoding import BrokenCoding, Decoder, TooLarge
from proxy.edge.ledger import reader
from proxy.edits import apply_edits
from proxy.egress.headers import part_listed
from proxy.egress.prepare import listed_query
from proxy.errors import ClientFault
from proxy.evaluation import annotated
from proxy.json_source import JsonError, decode_utf8, read_json
from proxy.meetings import calendar, zoom
from proxy.meetings.people import enrolled
from proxy.model import Edit, Inbound, Meeting, Participant, Roster, Slot, SlotKind
from proxy.settings import JsonShape, People, Settings
from proxy.settings.profiles import SHIPPED
from proxy.steps.speaking import Hearing, hear, speeches

ROSTER = Roster((Participant("p1", "Ann Lund", ("Ann",)), Participant("p2", "Ben Okoro", emails=("ben@x.example",))))
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
MEETING = Meeting("m", NOW, roster=ROSTER)
SECRET = "s" * 40
_HERE = Place(Scope.MEETING, "m1", "acme")
_FIND = on_roster(ROSTER, {})

Take = Callable[[bytes], bool]


@dataclass(frozen=True)
class Parser:
    """A parser, and samples that it takes."""

    name: str
    samples: tuple[bytes, ...]
    take: Take


def json_bytes(value: Any) -> bytes:
    """The value as clients write it."""
    return json.dumps(value, ensure_ascii=False).encode()


# Requests.


def request(dialect: Dialect, content_type: str) -> Take:
    """A request is parsed, heard and rendered, with no edit and with every text replaced, or it is the client's fault."""

    def take(raw: bytes) -> bool:
        headers = (("content-type", content_type),) if content_type else ()
        inbound = Inbound("POST", "/v1/x", "", headers, raw)
        try:
            parsed = dialect.parse(inbound, ParsePolicy())
        except ClientFault as fault:
            assert dialect.error(fault, None).status == fault.status
            return False
        dialect.content_type(parsed)
        assert dialect.synthetic(parsed, "Withheld.", "e", 0).body
        assert dialect.error(ClientFault("x"), parsed).body
        try:
            hearing = hear(parsed.slots, ROSTER, None, opaque_is_instruction=False)
        except ClientFault:
            return False
        _spoken(hearing)
        words: dict[int, list[Edit]] = {}
        for said in hearing.said:
            words.setdefault(said.slot, []).extend(Edit(*span, "-") for span in said.utterance.words)
        withheld = hearing.source_edits({slot: sorted(edits) for slot, edits in words.items()})
        whole = {slot.index: [Edit(0, len(slot.text), "PERSON_1")] for slot in parsed.slots}
        # A recording is withheld as a whole, by a refusal.
        for edits in ({},) if parsed.media else ({}, withheld, whole):
            try:
                dialect.render(parsed, edits)
            except ClientFault as fault:
                assert fault.reason == "input_too_large"
        return True

    return take


def _spoken(hearing: Hearing) -> None:
    """Times are reckoned with: in a meeting, in none, and in one at the end of the calendar."""
    for meeting in (None, MEETING, Meeting("m", datetime(9999, 12, 31, tzinfo=UTC), roster=ROSTER)):
        for speech in speeches(hearing, meeting):
            if speech.spoken is not None and meeting is MEETING:
                assert speech.spoken.start <= speech.spoken.until
                assert speech.spoken.until.astimezone(UTC) + timedelta(days=1)


_SHAPES: dict[str, tuple[JsonShape, Any]] = {
    "all": (SHAPE, DECLARED),
    "speech": (
        JsonShape.model_validate(
            {"speech": ["/meeting/said/*"], "reply": {"text": [""]}, "error": {"code": "/c", "message": "/m"}}
        ),
        {"meeting": {"said": ["Ann Lund: hello", {"Ben": ["hi", 7]}]}},
    ),
    "times": (
        JsonShape.model_validate(
            {
                "utterances": [
                    {"items": f"/{time}/*", "text": ["/t"], "speaker": "/s", "start": "/a", "end": "/b", "time": time}
                    for time in ("milliseconds", "clock", "instant", "unix_seconds", "unix_milliseconds")
                ],
                "reply": {"text": ["/t"]},
            }
        ),
        {
            "milliseconds": [{"t": "hello", "s": "Ann Lund", "a": 1500, "b": 2000}],
            "clock": [{"t": "hello", "s": "Ann Lund", "a": "0:00:01", "b": "00:02"}],
            "instant": [{"t": "hello", "s": "Ann Lund", "a": "2026-03-02T10:00:05Z", "b": "2026-03-02T10:00:06.5+01:00"}],
            "unix_seconds": [{"t": "hello", "s": "Ann Lund", "a": 1772445601, "b": 1772445602.5}],
            "unix_milliseconds": [{"t": "hello", "s": "Ann Lund", "a": 1772445601000, "b": 1772445602000}],
        },
    ),
    "list": (
        JsonShape.model_validate(
            {"utterances": [{"items": "/*", "text": ["/t"], "speaker": "/s"}], "reply": {"text": ["/*/t"]}}
        ),
        [{"t": "hello", "s": "Ann Lund"}, {"t": "", "s": None}],
    ),
}

BODIES: dict[str, bytes] = {
    "openai-chat": json_bytes(CHAT),
    "azure-chat": json_bytes(CHAT),
    "openai-responses": json_bytes(RESPONSES),
    "openai-audio": samples.MULTIPART,
    "anthropic-messages": json_bytes(MESSAGES),
    "anthropic-count-tokens": json_bytes({k: v for k, v in MESSAGES.items() if k in ("model", "messages", "system", "tools")}),
    "ollama-chat": json_bytes(OLLAMA_CHAT),
    "ollama-generate": json_bytes(OLLAMA_GENERATE),
    "content-free": b"",
    "zoom-summarizer": json_bytes(samples.SUMMARIZER),
    "transcript": samples.WEBVTT.encode(),
}
TYPES = {
    "openai-audio": "multipart/form-data; boundary=xyz",
    "transcript": "text/vtt; charset=utf-8",
    "content-free": "",
}


def _dialects() -> Iterator[Parser]:
    for name, dialect in DIALECTS.items():
        yield Parser(f"dialect {name}", (BODIES[name],), request(dialect, TYPES.get(name, "application/json")))
    for name, (shape, body) in _SHAPES.items():
        dialect = JsonDialect("json", shape)
        yield Parser(f"dialect json, {name}", (json_bytes(body),), request(dialect, "application/json"))


# Transcripts.


def transcript(profile: str | None = None, *, stays: bool = True) -> Take:
    """A text is cut into spans in order, inside of it, which can be edited; or a format is surely meant and broken.

    `stays`: with no edit the text is as it was; a vCon leaves without the addresses of its recordings.
    """

    def take(raw: bytes) -> bool:
        text = raw.decode("utf-8", "replace")
        taken = True
        for whole in (True, False):
            try:
                read = formats.read(
                    text, ("Ann Lund", "Ann", "Ben Okoro"), whole=whole, profile=SHIPPED[profile] if profile else None
                )
            except ClientFault:
                taken = False
                continue
            cut = read.segmented
            spans = [*cut.free, *cut.names]
            for said in cut.utterances:
                spans += [*said.words, *said.more_labels, *([said.label] if said.label else [])]
            spans.sort()
            assert all(0 <= start <= end <= len(read.text) for start, end in spans)
            assert all(before.end <= after.start for before, after in zip(spans, spans[1:], strict=False))
            assert not stays or apply_edits(text, read.source_edits(())) == text
            apply_edits(text, read.source_edits([Edit(*span, "-") for span in spans]))
            slot = Slot(0, "body", text, SlotKind.SPEECH, transcript=whole)
            _spoken(hear([slot], ROSTER, None, opaque_is_instruction=False))
        return taken

    return take


_FORMATS: dict[str, tuple[str, ...]] = {
    "webvtt": (samples.WEBVTT,),
    "graph": (samples.GRAPH,),
    "srt": (samples.SRT,),
    "zoom_chat": (samples.ZOOM_CHAT,),
    "jigasi": (samples.JIGASI,),
    "lines": (samples.LINES,),
    "vcon": (json.dumps(samples.VCON),),
    "embedded": (samples.EMBEDDED,),
    "json_scripts": tuple(json.dumps(value, ensure_ascii=False) for value in JSON_SAMPLES.values()),
}


def _formats() -> Iterator[Parser]:
    for name, texts in _FORMATS.items():
        yield Parser(f"format {name}", tuple(text.encode() for text in texts), transcript(stays=name != "vcon"))
    for name in SHIPPED:
        yield Parser(f"layout {name}", (samples.LAYOUTS[name].encode(),), transcript(name))


# JSON, codings, query and headers.


def _json(raw: bytes) -> bool:
    try:
        read_json(decode_utf8(raw), max_depth=64)
    except JsonError as error:
        assert error.detail
        return False
    return True


def _gunzip(raw: bytes) -> bool:
    taken = True
    for coding in ("gzip", "deflate", "identity"):
        decoder = Decoder(coding, 4096)
        try:
            for _ in decoder.feed(raw):
                pass
            decoder.close()
        except (BrokenCoding, TooLarge):
            taken = taken and coding != "gzip"
    return taken


def _head(raw: bytes) -> bool:
    text = raw.decode("latin-1")
    try:
        listed_query(text, {"api-version": ("2024-06-01", "preview"), "x": ("2023-06-01",)})
        part_listed([("anthropic-beta", text), ("x", text)], "openai-chat", {"anthropic-beta": ("a", "b")})
        part_listed([("anthropic-version", text.rpartition("=")[2])], "anthropic-messages", {})
    except ClientFault:
        return False
    return True


# Files and calls of operators, calendars, Zoom, and people.


def _client_fault(use: Callable[[bytes], object]) -> Take:
    def take(raw: bytes) -> bool:
        try:
            use(raw)
        except ClientFault as fault:
            str(fault).encode()
            return False
        return True

    return take


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _calendar(raw: bytes) -> None:
    for each in calendar.read(raw, datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)).occurrences:
        for text in (each.id, each.where, *(a.name or "" for a in each.attendees), *(a.email or "" for a in each.attendees)):
            text.encode()


def _zoom_signature(raw: bytes) -> None:
    stamp, _, signed = raw.decode("latin-1").partition(" ")
    zoom.check("secret", stamp, signed, b"{}", NOW)


def _kept(records: list[Grant]) -> None:
    """Records are stored, shown and exported."""
    for record in records:
        json.dumps(facts_of(record)).encode()
        "".join(str(value) for value in record).encode()
    records_csv.write(records).encode()


def _roster(suffix: str) -> Callable[[bytes], None]:
    def use(raw: bytes) -> None:
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / f"roster{suffix}"
            path.write_bytes(raw)
            for person in enrolled(read_roster(path), (), People(), lambda: "new"):
                "".join((person.id, *person.labels, *person.emails)).encode()

    return use


def _settings(file: Path, column: str | None) -> Settings:
    words = {"kind": "PROJECT", "file": str(file), "column": column}
    return Settings.model_validate(
        {
            "version": 1,
            "recipients": {"acme": {"base_url": "https://x", "terms": {"version": "1"}}},
            "routes": [{"name": "r", "path": "/v1/x", "dialect": "transcript", "purpose": "qa", "recipient": "acme"}],
            "clients": [{"name": "c", "key_sha256": "a" * 64, "routes": ["r"]}],
            "detection": {"dictionaries": [words]},
        }
    )


def _dictionary(column: str | None) -> Take:
    def take(raw: bytes) -> bool:
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "words"
            path.write_bytes(raw)
            try:
                dictionaries.filled(_settings(path, column))
            except ConfigProblem:
                return False
        return True

    return take


def _configuration(raw: bytes) -> bool:
    try:
        parse(_text(raw))
    except ConfigProblem:
        return False
    return True


def _annotated(raw: bytes) -> bool:
    documents, problems = annotated.parse(_text(raw))
    for problem in problems:
        problem.encode()
    for document in documents:
        document.text.encode()
    return not problems


_BODY = [1, "i-1", "p1", "meeting", "m1", [["acme", "0" * 16, ["summary"]]], 1772999999, 0]
"""What an invitation's link carries."""


def _invitation(raw: bytes) -> bool:
    try:
        invitation_of(seal(SECRET, KIND, raw[:2000]), SECRET, NOW)
    except BadLink:
        return False
    return True


def _link(raw: bytes) -> bool:
    try:
        invitation_of(raw.decode("utf-8", "replace"), SECRET, NOW)
    except BadLink:
        return False
    return True


_STAMP = str(int(NOW.timestamp()))
_SIGNED = f"{_STAMP} {zoom.signature('secret', _STAMP, b'{}')}"
_LEDGER, _LEDGER_HEAD = log_lines(1)
_CHECKPOINT = checkpoint_of(1, _LEDGER_HEAD)
_SEGMENT = "0" * 20 + ".jsonl"


def _ledger(raw: bytes) -> bool:
    report = verify([(_SEGMENT, [raw])], _CHECKPOINT, KEY.checking)
    with tempfile.TemporaryDirectory() as directory:
        folder = reader.Paths(Path(directory)).segments
        folder.mkdir(parents=True)
        (folder / _SEGMENT).write_bytes(raw)
        list(reader.records(Path(directory)))
    return report.verdict == "ok"


def _checkpoint(raw: bytes) -> bool:
    return verify([(_SEGMENT, [b"".join(_LEDGER)])], raw, KEY.checking).verdict == "ok"


def _files() -> Iterator[Parser]:
    grants = [yes(id="g1"), yes(id="=2", valid_until=at(50), evidence_ref="e")]
    files: dict[str, tuple[bytes | str, Take]] = {
        "json": (json_bytes(CHAT), _json),
        "content coding": (gzip.compress(b"Ann Lund: We ship in May. " * 9, mtime=0), _gunzip),
        "query and headers": ("api-version=2024-06-01&x=2023-06-01", _head),
        "calendar": (samples.CALENDAR, _client_fault(_calendar)),
        "zoom call": (json_bytes(samples.ZOOM_CALL), _client_fault(lambda raw: zoom.read(raw))),
        "zoom signature": (_SIGNED, _client_fault(_zoom_signature)),
        "roster csv": (samples.ROSTER_CSV, _client_fault(_roster(".csv"))),
        "roster json": (samples.ROSTER_JSON, _client_fault(_roster(".json"))),
        "roster yaml": (samples.ROSTER_YAML, _client_fault(_roster(".yaml"))),
        "consent csv": (records_csv.write(grants), _client_fault(lambda raw: _kept(records_csv.read(_text(raw), NOW)))),
        "consent json": (records_json.write(grants), _client_fault(lambda raw: _kept(records_json.read(_text(raw))))),
        "consent vcon": (
            vcon.write(grants, samples.VCON["uuid"], NOW),
            _client_fault(lambda raw: _kept(vcon.read(_text(raw), _HERE, _FIND, trust_content=True))),
        ),
        "consent vcon, older": (
            json_bytes(samples.OLDER_CONSENT),
            _client_fault(lambda raw: _kept(vcon.read(_text(raw), _HERE, _FIND))),
        ),
        "invitation": (json_bytes(_BODY), _invitation),
        "link": (seal(SECRET, KIND, json_bytes(_BODY)), _link),
        "annotated lines": (samples.ANNOTATED, _annotated),
        "annotated array": (samples.ANNOTATED_ARRAY, _annotated),
        "dictionary": (samples.WORDS, _dictionary(None)),
        "dictionary csv": (samples.WORDS_CSV, _dictionary("name")),
        "configuration": (samples.CONFIGURATION, _configuration),
        "ledger": (b"".join(_LEDGER), _ledger),
        "checkpoint": (_CHECKPOINT, _checkpoint),
    }
    for name, (sample, take) in files.items():
        yield Parser(name, (sample.encode() if isinstance(sample, str) else sample,), take)


PARSERS: dict[str, Parser] = {parser.name: parser for parser in (*_dialects(), *_formats(), *_files())}
