"""Whatever is changed in a copy of a log is found: each byte, and each way to move lines."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from harness.invented import some
from hypothesis import given
from hypothesis import strategies as st
from meeting_proxy_verify.log import Result, check_log
from meeting_proxy_verify.notes import read_key
from outsider_logs import MadeLog, Signer

WITNESS = Signer("witness.example/w1", 99, kind=4)


def plain() -> MadeLog:
    """Lines of both versions in two segments, a tail behind the checkpoint."""
    return MadeLog().group(2, version=1).group(3).segment().group(2).group(1)


def rotated() -> MadeLog:
    return MadeLog().group(1).rotate(7).segment().group(2).rotate(8).group(1)


def checked(log: MadeLog, directory: Path, *kept: bytes) -> Result:
    given = [read_key(log.first_key.vkey)]
    named = [(f"kept-{number}", data) for number, data in enumerate(kept)]
    return check_log(directory, given, named, [read_key(WITNESS.vkey)])


def found(result: Result) -> str:
    return "\n".join(finding.line() for finding in result.findings.kept)


def changes(directory: Path) -> Iterator[tuple[Path, int]]:
    """Flip bytes of each file in turn, all in the long mode: one bit, or what makes a small letter of a capital."""
    random = Random(3)
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        data = path.read_bytes()
        for at in sorted(some(range(len(data)))):
            changed = bytearray(data)
            changed[at] ^= random.choice((1, 2, 4, 8, 16, 32, 32, 64, 128))
            path.write_bytes(changed)
            yield path, at
        path.write_bytes(data)


@pytest.mark.parametrize(("make", "size"), [(plain, 6), (plain, 8), (rotated, 4)])
def test_an_untouched_log_is_in_order(tmp_path: Path, make, size: int) -> None:
    log = make()
    result = checked(log, log.write(tmp_path / "log", size))
    assert (found(result), result.exit_code) == ("", 3)
    assert result.signed == result.records == len(log.records)


@pytest.mark.parametrize(("make", "size"), [(plain, 6), (rotated, 4)])
def test_every_flipped_byte_is_found_where_it_is(tmp_path: Path, make, size: int) -> None:
    """Tampered, or torn where the end of the last lines is hit; and the first finding names the file and the line."""
    log = make()
    directory = log.write(tmp_path / "log", size)
    for path, at in changes(directory):
        result = checked(log, directory)
        assert result.exit_code in {1, 2}, (path, at)
        if path.suffix != ".jsonl":
            continue
        assert result.exit_code == 1 or "torn_tail" in result.findings.counts, (path, at)
        first = result.findings.kept[0]
        assert first.place is not None
        assert first.place.file in {path.relative_to(directory).as_posix(), "segments"}, (path, at, found(result))
        if first.code in {"changed", "bad_signature"}:
            line = path.read_bytes()[:at].count(b"\n") + 1
            assert first.place.line == line, (path, at, found(result))


def test_a_flip_in_a_cosignature_leaves_the_log_unconfirmed(tmp_path: Path) -> None:
    log = plain()
    directory = log.write(tmp_path / "log")
    path = directory / "checkpoint"
    good = path.read_bytes()
    path.write_bytes(WITNESS.cosigned(good, 1_790_000_000))
    assert checked(log, directory).exit_code == 0
    data = path.read_bytes()
    for at in range(len(good), len(data)):
        changed = bytearray(data)
        changed[at] ^= 1
        path.write_bytes(changed)
        assert checked(log, directory).exit_code in {1, 3}, at


def lines_of(directory: Path) -> tuple[list[bytes], list[Path]]:
    paths = sorted((directory / "segments").iterdir())
    return [line for path in paths for line in path.read_bytes().splitlines(keepends=True)], paths


def laid(directory: Path, lines: list[bytes], paths: list[Path], lengths: list[int]) -> None:
    """Lay lines into the segments again, as many into each as it had; the rest into the last."""
    for number, path in enumerate(paths):
        start = sum(lengths[:number])
        end = start + lengths[number] if number < len(paths) - 1 else len(lines)
        path.write_bytes(b"".join(lines[start:end]))


@pytest.mark.parametrize("how", ["delete", "swap", "repeat", "insert", "other_key", "other_history"])
@pytest.mark.parametrize("size", [5, 8])
def test_every_moved_line_is_found(tmp_path: Path, how: str, size: int) -> None:
    log = plain()
    directory = log.write(tmp_path / "log", size)
    lines, paths = lines_of(directory)
    lengths = [len(path.read_bytes().splitlines()) for path in paths]
    stranger = MadeLog(seed=2).group(2, version=1).group(6)
    fork = MadeLog()
    fork.random.seed(5)
    fork.group(2, version=1).group(3).group(2).group(1)
    for at in range(len(lines)):
        for to in range(len(lines) + 1 if how in {"repeat", "insert"} else len(lines)):
            new = list(lines)
            if how == "delete":
                del new[at : to + 1]
            elif how == "swap":
                new[at], new[to] = new[to], new[at]
            elif how == "repeat":
                new.insert(to, lines[at])
            elif how == "insert":
                new.insert(to, b"{}\n")
            else:
                other = stranger if how == "other_key" else fork
                new[at : to + 1] = [record.line for record in other.records[at : to + 1]]
            if new == lines:
                continue
            laid(directory, new, paths, lengths)
            result = checked(log, directory)
            whole = new == lines[: len(new)] and len(new) >= size
            wanted = 1 if not whole else 3 if len(new) in {5, 7} else 2
            assert result.exit_code == wanted, (at, to, found(result))


def test_a_log_cut_at_any_byte_is_behind_or_torn_unless_it_ends_signed(tmp_path: Path) -> None:
    log = plain()
    directory = log.write(tmp_path / "log", 5)
    last = max((directory / "segments").iterdir())
    data = last.read_bytes()
    ends = {len(b"".join(record.line for record in log.records[5:end])) for end in (5, 7, 8)}
    newest = log.checkpoint(8)
    for cut in sorted({*some(range(len(data))), *ends} - {len(data)}):
        last.write_bytes(data[:cut])
        assert checked(log, directory).exit_code == (3 if cut in ends else 2), cut
        if cut in ends or cut % 50 == 0:
            assert checked(log, directory, newest).exit_code == 1, cut


def test_a_rolled_back_directory_is_found_by_a_newer_checkpoint(tmp_path: Path) -> None:
    log = plain()
    directory = log.write(tmp_path / "log")
    kept = log.checkpoint()
    log.group(3)
    later = log.checkpoint()
    assert checked(log, directory).exit_code == 3
    assert checked(log, directory, kept).exit_code == 0
    assert "behind_checkpoint" in found(checked(log, directory, later))


def test_a_history_that_the_key_holder_rewrote_is_found_by_a_kept_checkpoint(tmp_path: Path) -> None:
    log = MadeLog().group(4).group(4)
    fork = MadeLog()
    fork.random.seed(5)
    fork.group(4).group(6)
    directory = fork.write(tmp_path / "log")
    assert checked(log, directory).exit_code == 3
    result = checked(log, directory, log.checkpoint(4))
    assert (result.exit_code, "checkpoint_mismatch" in found(result)) == (1, True)


def test_a_second_history_behind_a_genuine_one_is_a_broken_link(tmp_path: Path) -> None:
    log = MadeLog().group(4)
    fork = MadeLog()
    fork.random.seed(5)
    fork.group(4).group(4)
    directory = log.write(tmp_path / "log")
    with (directory / "segments" / f"{0:020d}.jsonl").open("ab") as file:
        file.write(b"".join(record.line for record in fork.records[4:]))
    assert "broken_link" in found(checked(log, directory))


@pytest.mark.parametrize("make", [plain, rotated])
def test_every_missing_file_is_found(tmp_path: Path, make) -> None:
    log = make()
    directory = log.write(tmp_path / "log")
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        data = path.read_bytes()
        path.unlink()
        only_incomplete = path.name in {"checkpoint", "public.key"} or "tile" in path.parts
        given = [read_key(log.first_key.vkey)] if path.name != "public.key" else []
        assert check_log(directory, given).exit_code == (2 if only_incomplete else 1), path
        path.write_bytes(data)


def test_every_added_file_among_segments_and_tiles_is_found(tmp_path: Path) -> None:
    log = plain()
    for name in (
        "segments/notes.txt", "segments/00000000000000000099.jsonl", "tile/0/001", "tile/0/000.p/9", "tile/0/0",
        "tile/1/000.p/1", "tile/00/000", "tile/٣/000", "tile/entries/001.p/1", "tile/64/000", "tile/0/x000/000",
        "tile/entries/000.p/08",
    ):  # fmt: skip
        directory = log.write(tmp_path / "log")
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_bytes(b"x" * 32)
        assert checked(log, directory).exit_code == 1, name
        shutil.rmtree(directory)


NAMES = ["checkpoint", "public.key", "keys", f"segments/{0:020d}.jsonl", "tile/0/000.p/8", "tile/entries/000.p/8"]
HOW = ["whole", "front", "behind", "middle", "folder"]


@given(st.sampled_from(NAMES), st.sampled_from(HOW), st.binary(min_size=1, max_size=80))
def test_whatever_lies_there_instead_is_found_and_no_crash(tmp_path_factory, name: str, how: str, junk: bytes) -> None:
    log = MadeLog().group(5).group(3)
    directory = log.write(tmp_path_factory.mktemp("junk") / "log")
    path = directory / name
    data = path.read_bytes() if path.is_file() else b""
    if how == "folder":
        path.unlink(missing_ok=True)
        path.mkdir()
    else:
        at = {"front": 0, "behind": len(data)}.get(how, len(data) // 2)
        path.write_bytes(junk if how == "whole" else data[:at] + junk + data[at:])
    # A key that was given checks the log, so that nothing depends on a public key that is not there.
    gone = name == "public.key" and how == "folder"
    assert checked(log, directory).exit_code in ({3} if gone else {1, 2})
