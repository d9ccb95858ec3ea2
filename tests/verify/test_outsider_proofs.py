"""Notes, proofs of single records, consistency and reports, as an auditor checks them on the command line."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from meeting_proxy_verify.keys import Findings, keys_of
from meeting_proxy_verify.main import main
from meeting_proxy_verify.notes import NoteError, read_checkpoint, read_key, read_note
from meeting_proxy_verify.proof import check_proof, read_proof
from meeting_proxy_verify.tiles import read_name, tile_name
from meeting_proxy_verify.words import in_words
from outsider_logs import MadeLog, Signer

Out = pytest.CaptureFixture[str]

WITNESS = Signer("witness.example/w1", 99, kind=4)

NOTE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
""".encode()
VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
"""The example of c2sp.org/signed-note."""


def test_the_example_of_the_standard_is_signed() -> None:
    key = read_key(VKEY)
    assert key.text == VKEY
    assert read_note(NOTE).signed_by([key]) == key
    assert read_note(NOTE).signed_by([read_key(MadeLog().vkey)]) is None
    with pytest.raises(NoteError):
        read_note(NOTE.replace(b"example message", b"example massage")).signed_by([key])


@given(st.integers(0, len(NOTE) - 1), st.integers(1, 255))
def test_no_other_note_is_signed(at: int, flip: int) -> None:
    changed = bytearray(NOTE)
    changed[at] ^= flip
    try:
        assert read_note(bytes(changed)).signed_by([read_key(VKEY)]) is None
    except NoteError:
        pass


@given(st.integers(0, len(VKEY) - 1), st.integers(1, 127))
def test_no_other_key_is_one(at: int, flip: int) -> None:
    with pytest.raises(NoteError):
        read_key(VKEY[:at] + chr(ord(VKEY[at]) ^ flip) + VKEY[at + 1 :])


@pytest.mark.parametrize(
    ("folder", "index", "width", "name"),
    [
        ("0", 0, 256, "tile/0/000"),
        ("0", 1_234_067, 256, "tile/0/x001/x234/067"),
        ("2", 999, 17, "tile/2/999.p/17"),
        ("entries", 1000, 1, "tile/entries/x001/000.p/1"),
    ],
)
def test_names_of_tiles(folder: str, index: int, width: int, name: str) -> None:
    assert tile_name(folder, index, width) == name
    assert read_name(name) == (folder, index, width)


@pytest.mark.parametrize(
    "name", ["tile/0/0", "tile/0/x000/001", "tile/0/000.p/0", "tile/0/000.p/01", "tile/0", "tile/0/a/000"]
)
def test_what_is_no_name_of_a_tile(name: str) -> None:
    assert read_name(name) is None


@pytest.fixture
def log() -> MadeLog:
    return MadeLog().group(5).group(8)


def run(capsys: Out, code: int, *words: object) -> dict:
    assert main([*map(str, words), "--json"]) == code
    return json.loads(capsys.readouterr().out)


def kept_key(tmp_path: Path, log: MadeLog) -> Path:
    path = tmp_path / "kept.key"
    path.write_text(log.first_key.vkey + "\n")
    return path


def test_a_proof_of_each_record(tmp_path: Path, log: MadeLog, capsys: Out) -> None:
    key = kept_key(tmp_path, log)
    path = tmp_path / "record.tlog-proof"
    for size in (1, 5, 13):
        for index in range(size):
            path.write_bytes(log.proof(index, size))
            answer = run(capsys, 0, "proof", path, "--public-key", key)
            assert (answer["record"], answer["size"]) == (index, size)
            assert answer["event"]["metadata"]["sequence"] == index
    assert main(["proof", str(path), "--public-key", str(key)]) == 0
    assert "exchange: ex-12" in capsys.readouterr().out


def test_every_flipped_byte_of_a_proof_is_found(log: MadeLog) -> None:
    data = log.proof(3)
    keys = keys_of(None, [read_key(log.vkey)], Findings())
    assert keys is not None
    for at in range(len(data)):
        for flip in (1, 32):
            changed = bytearray(data)
            changed[at] ^= flip
            assert check_proof(bytes(changed), keys).exit_code == 1, at


def test_proofs_of_other_records_logs_and_forms(tmp_path: Path, log: MadeLog, capsys: Out) -> None:
    key = kept_key(tmp_path, log)
    path = tmp_path / "record.tlog-proof"
    good = log.proof(3)
    lines = good.split(b"\n")
    other = MadeLog(origin="other/egress").group(13)
    stranger = MadeLog(seed=9).group(13)
    for bad in (
        b"\n".join([*lines[:1], *lines[2:]]),
        b"\n".join([*lines[:4], *lines[5:]]),
        b"\n".join([*lines[:4], *lines[3:]]),
        good.replace(b"index 3", b"index 4"),
        good.replace(b"index 3", b"index 03"),
        other.proof(3),
        stranger.proof(3),
        log.proof(3, 13, log.checkpoint(12)),
        b"",
    ):
        path.write_bytes(bad)
        answer = run(capsys, 1, "proof", path, "--public-key", key)
        assert [problem["code"] for problem in answer["problems"]] == ["proof_invalid"]
        assert answer["event"] is None


def test_the_event_may_come_apart(tmp_path: Path, log: MadeLog, capsys: Out) -> None:
    key, path, event = kept_key(tmp_path, log), tmp_path / "one.tlog-proof", tmp_path / "event.json"
    path.write_bytes(log.proof(2))
    event.write_bytes(log.records[2].event + b"\n")
    run(capsys, 0, "proof", path, "--public-key", key, "--event", event)
    event.write_bytes(log.records[3].event)
    run(capsys, 1, "proof", path, "--public-key", key, "--event", event)


def test_a_witness_is_asked_for(tmp_path: Path, log: MadeLog, capsys: Out) -> None:
    key, path = kept_key(tmp_path, log), tmp_path / "one.tlog-proof"
    words = ["proof", path, "--public-key", key, "--witness", WITNESS.vkey]
    path.write_bytes(log.proof(2))
    run(capsys, 3, *words)
    path.write_bytes(log.proof(2, 13, WITNESS.cosigned(log.checkpoint(), 1_790_000_000)))
    assert run(capsys, 0, *words)["witnesses"] == {WITNESS.name: 1_790_000_000}


def test_a_proof_after_a_rotation(tmp_path: Path, capsys: Out) -> None:
    log = MadeLog().group(3).rotate(7).group(3)
    key, path = kept_key(tmp_path, log), tmp_path / "one.tlog-proof"
    path.write_bytes(log.proof(1))
    run(capsys, 1, "proof", path, "--public-key", key)
    handovers = tmp_path / "keys"
    handovers.write_bytes(b"\n\n".join(log.handovers))
    run(capsys, 0, "proof", path, "--public-key", key, "--handovers", handovers)


def test_consistency(tmp_path: Path, log: MadeLog, capsys: Out) -> None:
    directory, key = log.write(tmp_path / "log"), kept_key(tmp_path, log)
    new, old = tmp_path / "new", tmp_path / "old"
    new.write_bytes(log.checkpoint())
    for size in range(14):
        old.write_bytes(log.checkpoint(size))
        run(capsys, 0, "consistency", old, new, directory, "--public-key", key)
    old.write_bytes(log.checkpoint(5))
    new.write_bytes(log.checkpoint(4))
    assert run(capsys, 1, "consistency", old, new, directory)["problems"][0]["code"] == "behind_checkpoint"
    fork = MadeLog()
    fork.random.seed(3)
    fork.group(13)
    new.write_bytes(log.checkpoint())
    old.write_bytes(fork.checkpoint(5))
    assert run(capsys, 1, "consistency", old, new, directory)["problems"][0]["code"] == "checkpoint_mismatch"
    new.write_bytes(fork.checkpoint())
    assert run(capsys, 1, "consistency", old, new, directory)["problems"][0]["code"] == "tile_changed"


PEOPLE = [{"utterances": 2, "characters": 30, "withheld_utterances": 1}]
FACTS = {"purpose": "summary", "region": "eu", "terms_version": "1", "derived_from": ["ex-0"]}


def exchanges_log() -> MadeLog:
    """A log whose records may stand in any list of a report."""
    return MadeLog().group(5, people=PEOPLE, facts=FACTS).group(8, people=PEOPLE, facts=FACTS)


def entry(log: MadeLog, number: int, **changed: object) -> dict:
    """What a report says of the exchange of a record."""
    return {
        "exchange": f"ex-{number}",
        "at": "2026-09-21T14:13:20Z",
        "recipient": {"name": "acme-llm", "region": "eu"},
        "purpose": "summary",
        "terms_version": "1",
        "sequence": number,
        "proof": log.proof(number).decode(),
    } | changed


def checked(capsys: Out, code: int, tmp_path: Path, log: MadeLog, report: dict | str) -> set[str]:
    """Check a report; returns the codes of what is wrong."""
    path = tmp_path / "report.json"
    path.write_text(report if isinstance(report, str) else json.dumps(report))
    answer = run(capsys, code, "report", path, "--public-key", kept_key(tmp_path, log))
    return {problem["code"] for problem in answer["problems"]}


def test_a_report(tmp_path: Path, capsys: Out) -> None:
    log = exchanges_log()
    directory, path = log.write(tmp_path / "log"), tmp_path / "report.json"
    exchanges = [entry(log, number) for number in range(4)]
    words = ["report", path, "--directory", directory, "--public-key", kept_key(tmp_path, log)]
    path.write_text(json.dumps({"exchanges": exchanges}))
    assert run(capsys, 0, *words)["proven"] == 4
    exchanges[1]["exchange"] = "ex-9"
    exchanges[2]["proof"] = exchanges[2]["proof"].replace("index 2", "index 3")
    del exchanges[3]["proof"]
    path.write_text(json.dumps({"exchanges": exchanges}))
    answer = run(capsys, 1, *words)
    assert (answer["exchanges"], answer["proven"]) == (4, 1)
    assert {problem["code"] for problem in answer["problems"]} == {"report_differs", "proof_invalid", "proof_missing"}
    path.write_text(json.dumps({"exchanges": exchanges[:1] + exchanges[3:]}))
    run(capsys, 2, *words)
    path.write_text("[]")
    run(capsys, 2, *words)


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ({"at": "2026-09-21T14:13:20Z"}, {"at": "2026-09-21T15:13:20Z"}),
        ({"at": "2026-09-21T16:13:20.001+02:00"}, {"at": "today"}),
        ({"sequence": 3}, {"sequence": 4}),
        ({"recipient": {"name": "acme-llm", "region": "eu"}}, {"recipient": {"name": "other"}}),
        ({"recipient": "acme-llm"}, {"recipient": {"name": "acme-llm", "region": "us"}}),
        ({"purpose": "summary"}, {"purpose": "training"}),
        ({"terms_version": "1"}, {"terms_version": "2"}),
        ({"sequence": 3}, {"sequence": 3.0}),
        ({"sequence": 3}, {"sequence": [3]}),
        ({"at": "2026-09-21T14:13:20Z"}, {"at": 999}),
        ({"at": "2026-09-21T14:13:20Z"}, {"at": None}),
        ({"exchange": "ex-3"}, {"exchange": ["ex-3"]}),
        ({"exchange": "ex-3"}, {"exchange": {"name": "ex-3"}}),
        ({"recipient": "acme-llm"}, {"recipient": {"name": ["acme-llm"], "region": "eu"}}),
        ({"recipient": "acme-llm"}, {"recipient": {"name": "acme-llm"}}),
        ({"recipient": "acme-llm"}, {"recipient": None}),
        ({"recipient": "acme-llm"}, {"recipient": {"name": "acme-llm", "region": "eu", "address": "evil.example"}}),
        ({"client": None}, {"client": "bot"}),
        ({"purpose": "summary"}, {"purpose": None}),
        ({"purpose": "summary"}, {"purpose": 0.5}),
        ({"proofs": []}, {"proofs": "none"}),
        ({"proofs": None}, {"proofs": [7]}),
    ],
)
def test_what_a_report_says_of_an_exchange(tmp_path: Path, told: dict, wrong: dict, capsys: Out) -> None:
    log = exchanges_log()
    for kind in ("exchanges", "withheld", "repeated"):
        for said, code in ((told, 0), (wrong, 1)):
            checked(capsys, code, tmp_path, log, {"exchanges": [], kind: [entry(log, 3, **said)]})


@pytest.mark.parametrize("name", ["exchange", "at", "recipient", "purpose", "terms_version", "sequence"])
def test_a_report_has_to_say_what_was_recorded(tmp_path: Path, name: str, capsys: Out) -> None:
    log = exchanges_log()
    told = entry(log, 3)
    del told[name]
    assert checked(capsys, 1, tmp_path, log, {"exchanges": [told]}) == {"report_differs"}


@pytest.mark.parametrize("name", ["purpose", "terms_version", "region"])
def test_what_no_record_has_is_told_by_no_report(tmp_path: Path, name: str, capsys: Out) -> None:
    log = MadeLog().group(5, people=PEOPLE, facts={key: value for key, value in FACTS.items() if key != name})
    for value, code in ((None, 0), ("us", 1)):
        said = {name: value} if name != "region" else {"recipient": {"name": "acme-llm", "region": value}}
        checked(capsys, code, tmp_path, log, {"exchanges": [entry(log, 3, **said)]})


@pytest.mark.parametrize(
    ("kind", "event", "code"),
    [
        ("exchanges", {"code": "ledger.opened"}, 1),
        ("withheld", {"code": "ledger.opened"}, 1),
        ("exchanges", {"code": "person.reported"}, 1),
        ("exchanges", {"code": "egress.outcome"}, 1),
        ("exchanges", {"code": "egress.refused"}, 1),
        ("repeated", {"code": "egress.refused"}, 1),
        ("withheld", {"code": "egress.refused"}, 0),
        ("exchanges", {"people": [{"utterances": 0, "withheld_utterances": 3}]}, 1),
        ("exchanges", {"people": [{"utterances": 0, "characters": 4, "withheld_utterances": 3}]}, 0),
        ("withheld", {"people": [{"utterances": 3, "withheld_utterances": 0}]}, 1),
        ("repeated", {"facts": {key: value for key, value in FACTS.items() if key != "derived_from"}}, 1),
    ],
)
def test_an_exchange_fits_the_list_it_stands_in(tmp_path: Path, kind: str, event: dict, code: int, capsys: Out) -> None:
    log = MadeLog().group(5, **{"people": PEOPLE, "facts": FACTS} | event)
    checked(capsys, code, tmp_path, log, {"exchanges": [], kind: [entry(log, 3)]})


def test_what_was_never_sent_is_withheld_by_the_proof_of_its_end(tmp_path: Path, capsys: Out) -> None:
    sent = [{"utterances": 3, "characters": 9, "withheld_utterances": 0}]
    log = MadeLog().group(3, people=sent, facts=FACTS)
    log.group(1, code="egress.outcome", status="never_sent", exchange="ex-1", facts=FACTS)
    log.group(1, code="egress.outcome", status="never_sent", exchange="ex-2", facts=FACTS)
    own, other = log.proof(3).decode(), log.proof(4).decode()
    for kind, proofs, code in (
        ("withheld", [own], 0),
        ("withheld", [], 1),
        ("withheld", [other], 1),
        ("exchanges", [own], 1),
        ("exchanges", [], 0),
    ):
        checked(capsys, code, tmp_path, log, {"exchanges": [], kind: [entry(log, 1, proofs=proofs)]})


def test_an_exchange_stands_once_in_a_list_and_a_key_once_in_an_object(tmp_path: Path, capsys: Out) -> None:
    log = exchanges_log()
    both = {"exchanges": [entry(log, 3)], "withheld": [entry(log, 3)]}
    checked(capsys, 0, tmp_path, log, both)
    assert checked(capsys, 1, tmp_path, log, {"exchanges": [entry(log, 3), entry(log, 3)]}) == {"report_differs"}
    good = json.dumps(both)
    for key in ('"exchange": ', '"exchanges": '):
        twice = good.replace(key, f'{key}"other", {key}', 1)
        assert checked(capsys, 1, tmp_path, log, twice) == {"report_differs"}
    for odd in ({"exchanges": [], "withheld": {}}, {"exchanges": ["one"]}):
        assert "report_differs" in checked(capsys, 1, tmp_path, log, odd)


def test_a_report_with_proofs_of_another_history(tmp_path: Path, capsys: Out) -> None:
    log, path = exchanges_log(), tmp_path / "report.json"
    directory = log.write(tmp_path / "log")
    fork = MadeLog()
    fork.random.seed(3)
    fork.group(13, people=PEOPLE, facts=FACTS)
    path.write_text(json.dumps({"exchanges": [entry(fork, 4, proof=None, proofs={"intent": fork.proof(4).decode()})]}))
    run(capsys, 0, "report", path, "--public-key", kept_key(tmp_path, log))
    assert run(capsys, 1, "report", path, "--directory", directory)["problems"][0]["code"] == "checkpoint_mismatch"


def test_every_event_of_the_documentation_has_words() -> None:
    page = (Path(__file__).parents[2] / "docs" / "ledger.md").read_text("utf-8")
    table = page.partition("## What is recorded")[2].partition("\n\nAn intent without")[0]
    codes = {code for row in table.splitlines() for code in re.findall(r"`([a-z]+\.[a-z_]+)`", row.split(" | ")[0])}
    assert {"egress.intent", "ledger.opened"} <= codes
    for code in codes:
        words = in_words({"metadata": {"event_code": code}, "time": 1_790_000_000_000})
        assert not words[0].startswith("Event ("), code
        assert "2026-09-21 14:13:20 UTC" in words[1]


def test_words_keep_control_characters_and_odd_shapes_from_a_terminal() -> None:
    odd = {
        "metadata": [],
        "time": "now",
        "resources": [None, {"data": 3}],
        "status": "a\x1b[2Jb",
        "api": {"service": 1},
    }
    assert all(line.isprintable() for line in in_words(odd))


def test_a_log_on_the_command_line(tmp_path: Path, log: MadeLog, capsys: Out) -> None:
    directory, key, kept = log.write(tmp_path / "log"), kept_key(tmp_path, log), tmp_path / "kept"
    kept.write_bytes(log.checkpoint(5))
    assert run(capsys, 0, "log", directory, "--public-key", key, "--checkpoint", kept)["confirmed"] == 5
    assert main(["log", str(directory)]) == 3
    told = capsys.readouterr().out
    assert "Nothing outside of the directory confirms records 0 to 12" in told
    assert "The key was taken from the directory itself" in told
    (directory / "checkpoint").write_bytes(WITNESS.cosigned(log.checkpoint(), 1_790_000_000))
    assert run(capsys, 0, "log", directory, "--witness", WITNESS.vkey)["confirmed"] == 13


@pytest.mark.parametrize("words", [["log"], ["log", "nowhere"], ["proof", "nowhere"], ["nothing"]])
def test_errors_of_usage_are_no_findings(words: list[str], capsys: Out) -> None:
    try:
        code = main(words)
    except SystemExit as end:
        code = int(end.code or 0)
    assert code == 64
    assert capsys.readouterr().err


@given(st.binary(max_size=300))
def test_no_bytes_are_read_with_anything_but_a_reason(data: bytes) -> None:
    for read in (read_note, read_checkpoint, read_proof, lambda text: read_key(text.decode("latin-1"))):
        try:
            read(data)
        except NoteError:
            pass


def test_base64_has_one_form(log: MadeLog) -> None:
    text = log.checkpoint().replace(b"=\n", b"\n")
    with pytest.raises(NoteError):
        read_checkpoint(text)
    assert base64.b64decode(log.vkey.split("+", 2)[2])[0] == 1
