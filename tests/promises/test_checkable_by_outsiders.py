"""Promise 8, checkable, by others: a checker that shares no code with the proxy accepts its ledgers, and no others."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from random import Random

from audit.ledger_samples import exchange, intent, outcome, refusal
from edge.ledger_stand import opened
from meeting_proxy_verify.log import Result, check_log
from meeting_proxy_verify.main import main
from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey
from tlog_scales.tiles import leaf_hash

BODY = b'{"model":"sum-large"}'


async def run(directory: Path, exchanges: int) -> Path:
    """One run of the proxy's ledger, ended well. The ledger's directory."""
    ledger = await opened(directory, segment_bytes=1 << 16)
    for number in range(exchanges):
        name = f"ex-{number}"
        permit = await ledger.begin(intent(name, BODY))
        permit.redeem(BODY)
        await ledger.finish(outcome(name))
        if number % 5 == 0:
            await ledger.refuse(refusal(exchange=exchange(f"no-{number}")))
    await ledger.close()
    return directory / "ledger"


def checked(directory: Path, *kept: bytes) -> Result:
    return check_log(directory, (), [(f"kept {number}", data) for number, data in enumerate(kept)])


def files(directory: Path) -> list[Path]:
    """Everything that counts. The lock and the reserve hold nothing."""
    return sorted(path for path in directory.rglob("*") if path.is_file() and path.name not in {"lock", "reserve"})


def superfluous(path: Path) -> bool:
    """Whether it is a tile of an earlier checkpoint, which a wider one holds, too: such may be deleted."""
    wider = [int(other.name) for other in path.parent.iterdir() if other.name.isdecimal()]
    return path.parent.suffix == ".p" and int(path.name) < max(wider)


def codes(result: Result) -> dict[str, int]:
    return dict(result.findings.counts)


async def test_ledgers_of_the_proxy_are_in_order(tmp_path: Path) -> None:
    directory = await run(tmp_path, 30)
    first = (directory / "checkpoint").read_bytes()
    assert (codes(checked(directory)), checked(directory).exit_code) == ({}, 3)
    assert main(["log", str(directory), "--public-key", str(directory / "public.key")]) == 3
    await run(tmp_path, 100)
    result = checked(directory, first, (directory / "checkpoint").read_bytes())
    assert (codes(result), result.exit_code, result.confirmed) == ({}, 0, result.records)
    assert len(list((directory / "segments").iterdir())) > 1


def copied(directory: Path, copy: Path) -> Path:
    """A copy of a ledger that is being written: its checkpoint first, the records last."""
    copy.mkdir()
    for name in ("checkpoint", "public.key", "tile", "segments"):
        if (directory / name).is_dir():
            shutil.copytree(directory / name, copy / name, ignore=shutil.ignore_patterns("*.new"))
        elif (directory / name).exists():
            shutil.copyfile(directory / name, copy / name)
    return copy


async def test_a_ledger_that_is_being_written_is_in_order(tmp_path: Path) -> None:
    ledger = await opened(tmp_path)
    for number in range(3):
        (await ledger.begin(intent(f"ex-{number}", BODY))).redeem(BODY)
        await ledger.finish(outcome(f"ex-{number}"))
        assert set(codes(checked(copied(tmp_path / "ledger", tmp_path / f"copy-{number}")))) <= {"no_checkpoint"}
    await ledger.close()
    assert codes(checked(copied(tmp_path / "ledger", tmp_path / "copy"))) == {}


async def test_changed_bytes_are_found(tmp_path: Path) -> None:
    directory = await run(tmp_path, 6)
    random = Random(8)
    for path in files(directory):
        data = path.read_bytes()
        for at in {0, len(data) - 1, *(random.randrange(len(data)) for _ in range(60))}:
            changed = bytearray(data)
            changed[at] ^= 1 << random.randrange(8)
            path.write_bytes(changed)
            assert checked(directory).exit_code in {1, 2}, (path, at)
        path.write_bytes(data)
    assert checked(directory).exit_code == 3


async def test_moved_lines_and_missing_files_are_found(tmp_path: Path) -> None:
    directory = await run(tmp_path, 6)
    segment = max((directory / "segments").iterdir())
    lines = segment.read_bytes().splitlines(keepends=True)
    for at in range(len(lines)):
        for new in (
            lines[:at] + lines[at + 1 :],
            lines[:at] + lines[at : at + 1] * 2 + lines[at + 1 :],
            lines[:at] + lines[at + 1 : at + 2] + lines[at : at + 1] + lines[at + 2 :],
            lines[:at],
        ):
            if new != lines:
                segment.write_bytes(b"".join(new))
                assert checked(directory).exit_code == 1, at
    segment.write_bytes(b"".join(lines))
    for path in [path for path in files(directory) if not superfluous(path)]:
        data = path.read_bytes()
        path.unlink()
        assert checked(directory).exit_code in {1, 2}, path
        path.write_bytes(data)


async def test_a_directory_that_was_put_back_is_found_by_a_newer_checkpoint(tmp_path: Path) -> None:
    directory = await run(tmp_path, 4)
    old = tmp_path / "old"
    shutil.copytree(directory, old)
    await run(tmp_path, 4)
    assert codes(checked(old, (directory / "checkpoint").read_bytes())) == {"behind_checkpoint": 1}


async def test_a_reader_of_tiles_that_is_not_ours_accepts_tiles_and_checkpoints(tmp_path: Path) -> None:
    directory = await run(tmp_path, 20)
    reader = TilesReader(LocalBackend(directory))
    first = reader.get_checkpoint()
    await run(tmp_path, 130)
    checkpoint = reader.get_checkpoint()
    checkpoint.verify(Vkey.from_string((directory / "public.key").read_text().strip()))
    lines = b"".join(path.read_bytes() for path in sorted((directory / "segments").iterdir())).splitlines()
    assert checkpoint.size == len(lines) > 256
    for number in range(0, checkpoint.size, 5):
        entry = reader.get_entry(number)
        assert entry.hex() == json.loads(lines[number])["commitment"]
        proof = reader.get_inclusion_proof(number, checkpoint.size)
        proof.check(leaf_hash(entry), checkpoint.root_hash)
    reader.get_consistency_proof(first.size, checkpoint.size).check(first.root_hash, checkpoint.root_hash)
