"""A statement of erasure, as whoever has it checks it: by the proof of its record, or in a copy of the log."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from meeting_proxy_verify.main import main
from outsider_logs import MadeLog

Out = pytest.CaptureFixture[str]

STATEMENT: dict[str, Any] = {
    "format": "meeting-proxy-erasure-1", "of": "person", "organization": "fjord", "erased_at": "2026-03-03T10:00:00Z",
    "salt": "5a17", "ids": ["p-jürgen"], "name": "Jürgen Weiß", "erased": {"names": 2, "key": True},
    "stays": ["ledger"], "recipients": None,
}  # fmt: skip
MEETING = STATEMENT | {"of": "meeting", "ids": ["m-1"], "name": None}
OWN, OTHER = "ptc:2026:1", "ptc:2026:2"


def digest(statement: dict[str, Any]) -> str:
    """As docs/ledger.md describes it."""
    written = json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "sha256:" + hashlib.sha256(written.encode()).hexdigest()


def log(after: int = 0) -> MadeLog:
    """Erasures of a person (3) and of a meeting (4), and so many requests after them that name the person."""
    made = MadeLog().group(3, people=[{}])
    made.group(code="person.forgotten", facts={"people": [OWN], "text": digest(STATEMENT)})
    made.group(code="meeting.changed", facts={"change": "expired", "count": 2, "text": digest(MEETING)})
    made.group(code="meeting.changed", facts={"change": "roster", "text": digest(MEETING | {"salt": "x"})})
    made.group(2)
    return made.group(after, people=[{}]) if after else made


def run(capsys: Out, code: int, *words: object) -> dict[str, Any]:
    assert main(["erasure", *map(str, words), "--json"]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def kept_key(tmp_path: Path, made: MadeLog) -> Path:
    path = tmp_path / "kept.key"
    path.write_text(made.first_key.vkey + "\n")
    return path


def file(tmp_path: Path, statement: object, proof: bytes | None = None) -> Path:
    path = tmp_path / "erasure.json"
    path.write_text(
        json.dumps({"statement": statement, "record": None, "proof": None if proof is None else proof.decode()})
    )
    return path


@pytest.mark.parametrize(("statement", "record"), [(STATEMENT, 3), (MEETING, 4)])
def test_a_statement_is_proven_by_its_record(
    tmp_path: Path, capsys: Out, statement: dict[str, Any], record: int
) -> None:
    made = log()
    path, key = file(tmp_path, statement, made.proof(record)), kept_key(tmp_path, made)
    assert run(capsys, 0, path, "--public-key", key)["record"] == record
    assert main(["erasure", str(path), "--public-key", str(key)]) == 0
    assert f"Record {record} of fjord/egress has the digest of this statement." in capsys.readouterr().out


@pytest.mark.parametrize("name", sorted(STATEMENT))
def test_a_statement_of_which_anything_was_changed_is_not(tmp_path: Path, capsys: Out, name: str) -> None:
    made = log()
    key, proof = kept_key(tmp_path, made), made.proof(3)
    for changed in (STATEMENT | {name: "meeting"}, {k: v for k, v in STATEMENT.items() if k != name}):
        answer = run(capsys, 2 if name == "format" else 1, file(tmp_path, changed, proof), "--public-key", key)
        expected = "unreadable" if name == "format" else "erasure_differs"
        assert [each["code"] for each in answer["problems"]] == [expected]


def test_a_record_that_tells_of_no_erasure_proves_none(tmp_path: Path, capsys: Out) -> None:
    made = log()
    key = kept_key(tmp_path, made)
    for statement, record in ((MEETING | {"salt": "x"}, 5), (STATEMENT, 4), (MEETING, 3), (STATEMENT, 0)):
        answer = run(capsys, 1, file(tmp_path, statement, made.proof(record)), "--public-key", key)
        assert [each["code"] for each in answer["problems"]] == ["erasure_differs"]


def test_a_proof_that_is_none_is_found(tmp_path: Path, capsys: Out) -> None:
    made, stranger = log(), MadeLog(seed=9).group(4)
    key = kept_key(tmp_path, made)
    for proof in (stranger.proof(3), b"", made.proof(3).replace(b"index 3", b"index 4")):
        answer = run(capsys, 1, file(tmp_path, STATEMENT, proof), "--public-key", key)
        assert [each["code"] for each in answer["problems"]] == ["proof_invalid"]
    answer = run(capsys, 2, file(tmp_path, STATEMENT), "--public-key", key)
    assert [each["code"] for each in answer["problems"]] == ["proof_missing"]


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b"[" * 100_000, b'{"statement": {"format": "another"}}'])
def test_what_is_no_statement_is_said_to_be_none(tmp_path: Path, capsys: Out, content: bytes) -> None:
    path = tmp_path / "erasure.json"
    path.write_bytes(content)
    for more in (["--public-key", kept_key(tmp_path, log())], ["--directory", log().write(tmp_path / "log")]):
        answer = run(capsys, 2, path, *more)
        assert [each["code"] for each in answer["problems"]] == ["unreadable"]


@pytest.mark.parametrize("after", [0, 2])
def test_a_copy_of_the_log_shows_the_record_and_who_was_named_after_it(tmp_path: Path, capsys: Out, after: int) -> None:
    made = log(after)
    kept = tmp_path / "kept"
    kept.write_bytes(made.checkpoint())
    words = [file(tmp_path, STATEMENT), "--directory", made.write(tmp_path / "log"), "--checkpoint", kept]
    words += ["--public-key", kept_key(tmp_path, made)]
    answer = run(capsys, 0, *words)
    assert (answer["record"], answer["named_later"]) == (3, after)
    assert main(["erasure", *map(str, words)]) == 0
    assert f"Requests after it that name its pseudonyms: {after}." in capsys.readouterr().out
    assert run(capsys, 3, *words[:3])["record"] == 3


def test_a_copy_without_the_record_and_a_damaged_copy_prove_nothing(tmp_path: Path, capsys: Out) -> None:
    made = log()
    older = MadeLog().group(3, people=[{}])
    answer = run(capsys, 2, file(tmp_path, STATEMENT), "--directory", older.write(tmp_path / "older"))
    assert [each["code"] for each in answer["problems"]] == ["erasure_not_found"]
    directory = made.write(tmp_path / "log")
    (segment,) = directory.glob("segments/*")
    segment.write_bytes(segment.read_bytes().replace(digest(STATEMENT).encode(), digest(MEETING | {"a": 1}).encode()))
    answer = run(capsys, 1, file(tmp_path, STATEMENT | {}), "--directory", directory)
    assert {"changed", "erasure_not_found"} <= {each["code"] for each in answer["problems"]}


def test_without_a_key_or_a_directory_it_is_not_tried(tmp_path: Path) -> None:
    path = file(tmp_path, STATEMENT)
    assert main(["erasure", str(path)]) == 64
    assert main(["erasure", str(path), "--directory", str(tmp_path / "none")]) == 64
