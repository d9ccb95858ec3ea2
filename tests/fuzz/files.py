"""JSON, codings, query and headers; files and calls of operators, calendars, Zoom, auditors and people."""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from audit.ledger_samples import KEY, OTHER_KEY, made_log
from consent.consent_cases import at, yes
from dialects.chat_bodies import FULL as CHAT
from fuzz import samples
from fuzz.taking import NOW, ROSTER, Parser, Take, json_bytes

from proxy.audit import witnessing
from proxy.audit.roll_call import KnownLog, called
from proxy.audit.signing import KeyHistory, hand_over
from proxy.audit.verify import Evidence, verify
from proxy.cli.rosters import read_roster
from proxy.consent.formats import records_csv, records_json, vcon
from proxy.consent.formats.vcon import Place, on_roster
from proxy.consent.invitations import INVITATION_KIND, BadLink, invitation_of, seal
from proxy.consent.receipts import facts_of
from proxy.consent.records import ConsentRecord, Scope
from proxy.edge.configuration import detection_files
from proxy.edge.configuration.document import ConfigProblem
from proxy.edge.configuration.file import parse
from proxy.edge.http.decoding import BrokenCoding, Decoder, TooLarge
from proxy.edge.ledger import reader
from proxy.edge.ledger.anchors.anchor import loss
from proxy.egress.head import listed_query, part_listed
from proxy.errors import ClientFault
from proxy.evaluation import annotated
from proxy.json_source import JsonError, decode_utf8, read_json
from proxy.meetings import calendar, zoom
from proxy.meetings.directory import enrolled
from proxy.settings import People, Settings

SECRET = "s" * 40
_HERE = Place(Scope.MEETING, "m1", "acme")
_FIND = on_roster(ROSTER, {})

# , query and headers.


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
        for text in (
            each.id,
            each.where,
            *(a.name or "" for a in each.attendees),
            *(a.email or "" for a in each.attendees),
        ):
            text.encode()


def _zoom_signature(raw: bytes) -> None:
    stamp, _, signed = raw.decode("latin-1").partition(" ")
    zoom.check("secret", stamp, signed, b"{}", NOW)


def _kept(records: list[ConsentRecord]) -> None:
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
                detection_files.filled(_settings(path, column))
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
        invitation_of(seal(SECRET, INVITATION_KIND, raw[:2000]), SECRET, NOW)
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
_LEDGER, _KEYS = made_log(1), KeyHistory(((0, KEY.checking),))
_CHECKPOINT = _LEDGER.checkpoint()
_SEGMENT = "0" * 20 + ".jsonl"


def _ledger(raw: bytes) -> bool:
    report = verify([(_SEGMENT, [raw])], _KEYS, Evidence(_CHECKPOINT, _LEDGER.tiles()))
    with tempfile.TemporaryDirectory() as directory:
        folder = reader.Paths(Path(directory)).segments
        folder.mkdir(parents=True)
        (folder / _SEGMENT).write_bytes(raw)
        list(reader.records(Path(directory)))
    return not report.problems


def _checkpoint(raw: bytes) -> bool:
    return not verify([(_SEGMENT, [b"".join(_LEDGER.lines)])], _KEYS, Evidence(raw, _LEDGER.tiles())).problems


def _tile(raw: bytes) -> bool:
    evidence = Evidence(_CHECKPOINT, _LEDGER.tiles(**{"0/000.p/1": raw}))
    return not verify([(_SEGMENT, [b"".join(_LEDGER.lines)])], _KEYS, evidence).problems


def _handover(raw: bytes) -> bool:
    return KeyHistory.read(KEY.checking, raw) is not None


def _submission(raw: bytes) -> bool:
    try:
        submission = witnessing.read_request(raw)
        witnessing.judged(submission, {KEY.origin: [_KEYS]})
        witnessing.check_extends(submission, witnessing.NOTHING_SEEN)
    except witnessing.Refused as refused:
        assert 400 <= refused.status < 500
        return False
    return True


def _told(raw: bytes) -> bool:
    """What an anchor tells of a log, and how the log then compares."""
    tree = _LEDGER.roots
    known = KnownLog(KEY.origin, 1, _CHECKPOINT, NOW)
    called(known, [("anchor", raw)], None, NOW)
    return loss("anchor", raw, _KEYS, 1, lambda size: tree[size]) is None


def parsers() -> Iterator[Parser]:
    grants = [yes(id="g1"), yes(id="=2", valid_until=at(50), evidence_ref="e")]
    files: dict[str, tuple[bytes | str, Take]] = {
        "json": (json_bytes(CHAT), _json),
        "content coding": (gzip.compress(b"Ann Lund: We ship in May. " * 9, mtime=0), _gunzip),
        "query and headers": ("api-version=2024-06-01&x=2023-06-01", _head),
        "calendar": (samples.CALENDAR, _client_fault(_calendar)),
        "zoom call": (json_bytes(samples.ZOOM_CALL), _client_fault(zoom.read)),
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
        "link": (seal(SECRET, INVITATION_KIND, json_bytes(_BODY)), _link),
        "annotated lines": (samples.ANNOTATED, _annotated),
        "annotated array": (samples.ANNOTATED_ARRAY, _annotated),
        "dictionary": (samples.WORDS, _dictionary(None)),
        "dictionary csv": (samples.WORDS_CSV, _dictionary("name")),
        "configuration": (samples.CONFIGURATION, _configuration),
        "ledger": (b"".join(_LEDGER.lines), _ledger),
        "tile": (_LEDGER.files["0/000.p/1"], _tile),
        "handover": (hand_over(KEY, OTHER_KEY.checking, 7), _handover),
        "checkpoint": (_CHECKPOINT, _checkpoint),
        "witness request": (witnessing.request_of(0, [], _CHECKPOINT), _submission),
        "anchor": (_CHECKPOINT, _told),
    }
    for name, (sample, take) in files.items():
        yield Parser(name, (sample.encode() if isinstance(sample, str) else sample,), take)
