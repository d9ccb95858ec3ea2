"""What an honest log may look like: old, taken over, pruned, rotated, torn, large, and confirmed from outside."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from meeting_proxy_verify.log import Result, check_log
from meeting_proxy_verify.notes import read_key
from outsider_logs import MadeLog, Signer


def codes(result: Result) -> dict[str, int]:
    return dict(result.findings.counts)


def key(log: MadeLog):
    return [read_key(log.first_key.vkey)]


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 512, 513, 700])
def test_sizes_around_tiles(tmp_path: Path, size: int) -> None:
    log = MadeLog().group(size)
    directory = log.write(tmp_path / "log")
    kept = [(str(number), log.checkpoint(number)) for number in {1, size // 2, size} if number]
    result = check_log(directory, key(log), kept)
    assert (codes(result), result.exit_code, result.confirmed) == ({}, 0, size)


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537])
def test_sizes_around_tiles_of_tiles(tmp_path: Path, size: int) -> None:
    log = MadeLog().group(30_000).segment().group(size - 30_000)
    directory = log.write(tmp_path / "log", size - 1)
    result = check_log(directory, key(log), [("kept", log.checkpoint(40_000)), ("all", log.checkpoint())])
    assert (codes(result), result.exit_code, result.records) == ({}, 0, size)


def test_partial_tiles_of_earlier_checkpoints_may_stay(tmp_path: Path) -> None:
    log = MadeLog().group(300)
    directory = log.write(tmp_path / "log")
    for size in (1, 100, 255, 290):
        log.write_tiles(directory, size)
    assert codes(check_log(directory, key(log))) == {}
    old = directory / "tile" / "0" / "000.p" / "100"
    data = old.read_bytes()
    old.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    result = check_log(directory, key(log))
    assert codes(result) == {"tile_changed": 1}
    assert result.findings.kept[0].place.file == "tile/0/000.p/100"


def test_a_tile_that_was_being_written_when_the_power_went_is_none(tmp_path: Path) -> None:
    log = MadeLog().group(3)
    directory = log.write(tmp_path / "log")
    (directory / "tile" / "0" / "000.p" / "5.new").write_bytes(b"half")
    assert codes(check_log(directory, key(log))) == {}


def test_a_full_tile_stands_for_a_partial_one(tmp_path: Path) -> None:
    """The tail filled a tile that the checkpoint needs in part."""
    log = MadeLog().group(250).group(20)
    directory = log.write(tmp_path / "log", 250)
    for folder in ("0", "entries"):
        (directory / "tile" / folder / "000.p" / "250").unlink()
    log.write_tiles(directory, 256)
    assert codes(check_log(directory, key(log))) == {}


@pytest.mark.parametrize("tiles", [True, False])
def test_a_log_of_version_1(tmp_path: Path, tiles: bool) -> None:
    log = MadeLog().group(5, version=1)
    directory = log.write(tmp_path / "log", 4, version=1, tiles=tiles)
    result = check_log(directory, key(log), [("old", log.checkpoint(3, version=1)), ("new", log.checkpoint(4))])
    assert (codes(result), result.exit_code, result.confirmed) == ({}, 0, 4)


def test_a_log_that_was_taken_over(tmp_path: Path) -> None:
    log = MadeLog().group(5, version=1)
    old = log.checkpoint(4, version=1)
    log.group(6).segment().group(2)
    directory = log.write(tmp_path / "log", 11)
    result = check_log(directory, key(log), [("old", old), ("new", log.checkpoint(12))])
    assert (codes(result), result.exit_code, result.confirmed) == ({}, 0, 12)


def pruned() -> MadeLog:
    log = MadeLog().group(3, version=1).segment().group(300).segment()
    return log.group(2).group(1, code="ledger.pruned", facts={"before_sequence": 303}).group(2)


def test_a_pruned_log(tmp_path: Path) -> None:
    log = pruned()
    directory = log.write(tmp_path / "log", lines_from=303)
    kept = [("kept", log.checkpoint(100)), ("at the cut", log.checkpoint(303))]
    result = check_log(directory, key(log), kept)
    assert (codes(result), result.exit_code, result.first) == ({}, 0, 303)
    tile = directory / "tile" / "0" / "000"
    tile.unlink()
    assert codes(check_log(directory, key(log))) == {"tile_missing": 1}
    (directory / "tile" / "entries" / "000").unlink()
    assert check_log(directory, key(log)).exit_code == 1


def test_lines_that_no_event_says_were_pruned_are_missing(tmp_path: Path) -> None:
    log = pruned().segment().group(1)
    directory = log.write(tmp_path / "log", lines_from=308)
    assert "dropped" in codes(check_log(directory, key(log)))
    log = MadeLog().group(3).segment().group(1)
    assert codes(check_log(log.write(tmp_path / "other", lines_from=3), key(log))) == {"dropped": 1}


def test_an_old_checkpoint_of_lines_that_were_pruned_cannot_be_compared(tmp_path: Path) -> None:
    log = pruned()
    directory = log.write(tmp_path / "log", lines_from=303)
    result = check_log(directory, key(log), [("old", log.checkpoint(2, version=1))])
    assert (codes(result), result.exit_code) == ({"kept_not_comparable": 1}, 2)


def test_handovers(tmp_path: Path) -> None:
    log = MadeLog().group(3)
    early = log.checkpoint()
    log.rotate(7).group(2)
    middle = log.checkpoint()
    log.rotate(8).segment().group(3)
    directory = log.write(tmp_path / "log")
    result = check_log(directory, key(log), [("early", early), ("middle", middle)])
    assert (codes(result), result.exit_code, result.confirmed) == ({}, 0, 5)
    newest = check_log(directory, [read_key(log.vkey)])
    assert (codes(newest), newest.exit_code) == ({}, 3)
    (directory / "public.key").write_text(log.first_key.vkey + "\n")
    assert codes(check_log(directory, key(log))) == {"key_behind": 1}
    stranger = check_log(directory, [read_key(Signer(log.origin, 55).vkey)])
    assert stranger.exit_code == 1


def test_records_and_checkpoints_of_a_key_whose_time_is_over(tmp_path: Path) -> None:
    log = MadeLog().group(3)
    old = log.key
    log.rotate(7)
    new, log.key = log.key, old
    log.group(2)
    log.key = new
    directory = log.write(tmp_path / "log")
    assert "bad_signature" in codes(check_log(directory, key(log)))
    log = MadeLog().group(3).rotate(7).group(2)
    directory = log.write(tmp_path / "other")
    log.key = old
    (directory / "checkpoint").write_bytes(log.checkpoint())
    assert "bad_signature" in codes(check_log(directory, key(log)))


@pytest.mark.parametrize("keep", [0, 10])
def test_a_group_that_was_never_finished(tmp_path: Path, keep: int) -> None:
    log = MadeLog().group(3).group(3)
    directory = log.write(tmp_path / "log", 3)
    last = max((directory / "segments").iterdir())
    lines = last.read_bytes().splitlines(keepends=True)
    last.write_bytes(b"".join(lines[:5]) + lines[5][:keep])
    result = check_log(directory, key(log))
    assert set(codes(result)) == {"torn_tail"}
    assert result.exit_code == 2


def test_what_is_incomplete(tmp_path: Path) -> None:
    log = MadeLog().group(2)
    directory = log.write(tmp_path / "log")
    (directory / "public.key").unlink()
    assert codes(check_log(directory)) == {"no_key": 1}
    empty = MadeLog().write(tmp_path / "empty")
    assert (codes(check_log(empty)), check_log(empty).exit_code) == ({"empty": 1}, 2)
    (directory / "checkpoint").unlink()
    (directory / "public.key").write_text(log.vkey + "\n")
    assert codes(check_log(directory)) == {"no_checkpoint": 1}


def test_checkpoints_of_other_logs_and_keys(tmp_path: Path) -> None:
    log = MadeLog().group(2)
    directory = log.write(tmp_path / "log")
    other = MadeLog(origin="other/egress").group(2)
    stranger = MadeLog(seed=3).group(2)
    assert codes(check_log(directory, key(log), [("kept", other.checkpoint())])) == {"unknown_origin": 1}
    assert codes(check_log(directory, key(log), [("kept", stranger.checkpoint())])) == {"bad_signature": 1}
    assert codes(check_log(directory, key(log), [("kept", b"nonsense")])) == {"checkpoint_unreadable": 1}


def test_every_signature_can_be_checked(tmp_path: Path) -> None:
    """One in the middle is vouched for by those that follow; only the key's holder can have made it wrong."""
    log = MadeLog().group(2)
    right = log.key
    log.key = Signer(log.origin, 77)
    log.group(1)
    log.key = right
    directory = log.group(3).write(tmp_path / "log")
    assert codes(check_log(directory, key(log))) == {}
    assert codes(check_log(directory, key(log), every_signature=True)) == {"bad_signature": 1}


def test_what_is_signed_but_no_event(tmp_path: Path) -> None:
    log = MadeLog().group(1).group(2, raw=b'{"a":1},"event":{}').group(1)
    result = check_log(log.write(tmp_path / "log"), key(log))
    assert codes(result) == {"not_an_event": 2}


@given(st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=1, max_size=8), st.data())
def test_any_honest_log_is_in_order(tmp_path_factory, groups: list, data: st.DataObject) -> None:
    log = MadeLog()
    for count, new_segment in groups:
        if new_segment and log.segments[-1] != len(log.records):
            log.segment()
        log.group(count)
    size = data.draw(st.integers(1, len(log.records)))
    kept = data.draw(st.integers(1, len(log.records)))
    directory = log.write(tmp_path_factory.mktemp("made") / "log", size)
    result = check_log(directory, key(log), [("kept", log.checkpoint(kept))])
    assert (codes(result), result.exit_code, result.confirmed) == ({}, 0, kept)
