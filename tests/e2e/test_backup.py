"""Backups made while the proxy serves: they verify, they restore, and neither side can be changed unseen."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from harness.forks import Ran, ran
from harness.process import Proxy, settings
from harness.recorder import Recorder

LINES = "Annika Solberg: The budget is late.\nBenedikt Oyelaran: canary-no.\n"


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with Recorder() as made:
        yield made


@pytest.fixture
def proxy(tmp_path: Path, recorder: Recorder) -> Iterator[Proxy]:
    (tmp_path / "first").mkdir()
    document = settings(tmp_path / "first", recorder.base_url)
    document["ledger"]["segment_bytes"] = 65536
    made = Proxy(tmp_path / "first", document)
    made.meeting()
    made.consent("grant", "p-ann")
    made.start()
    yield made
    made.kill()


def command(proxy: Proxy, *words: str) -> Ran:
    return ran([*words, "--config", str(proxy.config)], proxy.directory)


def verified(copy: Path, key: Path) -> int:
    """What `ledger verify` says of a copy; 3: it is in order, and nothing outside was given to confirm it."""
    return ran(["ledger", "verify", "--directory", str(copy), "--public-key", str(key)], copy).code


def exchanged(proxy: Proxy, times: int) -> None:
    for _ in range(times):
        assert proxy.chat(LINES).status == 200


def settled(proxy: Proxy) -> None:
    """Wait until a checkpoint covers what was recorded: one is signed within a moment of a good end."""
    proxy.stop()


def test_a_copy_is_made_and_grows_while_the_proxy_serves(proxy: Proxy, tmp_path: Path) -> None:
    copy, key = tmp_path / "copy", proxy.directory / "ledger/public.key"
    exchanged(proxy, 3)
    first = command(proxy, "ledger", "copy", str(copy))
    assert first.code == 0, first.err
    assert verified(copy, key) == 3

    exchanged(proxy, 30)
    again = command(proxy, "ledger", "copy", str(copy))
    assert again.code == 0, again.err
    assert verified(copy, key) == 3
    assert not list(copy.rglob("*.key.*")) and not (copy / "lock").exists()
    assert all(stat.S_IMODE(each.stat().st_mode) & 0o077 == 0 for each in copy.rglob("*"))

    settled(proxy)
    assert command(proxy, "ledger", "copy", str(copy)).code == 0
    whole = [path.read_bytes() for path in sorted((proxy.directory / "ledger/segments").iterdir())]
    assert [path.read_bytes() for path in sorted((copy / "segments").iterdir())] == whole


def changed(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("side", ["ledger", "copy"])
def test_what_was_changed_in_either_is_found_and_nothing_is_overwritten(
    proxy: Proxy, tmp_path: Path, side: str
) -> None:
    copy = tmp_path / "copy"
    exchanged(proxy, 3)
    settled(proxy)
    assert command(proxy, "ledger", "copy", str(copy)).code == 0
    folder = copy if side == "copy" else proxy.directory / "ledger"
    changed(next((folder / "segments").iterdir()), 100)
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}

    told = command(proxy, "ledger", "copy", str(copy))

    assert told.code == 1
    assert "copy_differs" in told.err
    assert {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()} == before


def test_a_ledger_that_was_cut_is_not_taken_for_the_copys(proxy: Proxy, tmp_path: Path) -> None:
    copy, ledger = tmp_path / "copy", proxy.directory / "ledger"
    exchanged(proxy, 2)
    settled(proxy)
    earlier = tmp_path / "earlier"
    shutil.copytree(ledger, earlier)
    proxy.start()
    exchanged(proxy, 2)
    settled(proxy)
    assert command(proxy, "ledger", "copy", str(copy)).code == 0
    shutil.rmtree(ledger)
    shutil.copytree(earlier, ledger)

    told = command(proxy, "ledger", "copy", str(copy))

    assert (told.code, "copy_differs" in told.err) == (1, True)


def itself(copy: Path, ledger: Path, other: Path) -> None:
    copy.symlink_to(ledger)


def within(copy: Path, ledger: Path, other: Path) -> None:
    copy.symlink_to(ledger / "copy")


def linked_file(copy: Path, ledger: Path, other: Path) -> None:
    (copy / "segments").mkdir(parents=True)
    (copy / "segments" / next((ledger / "segments").iterdir()).name).symlink_to(other)


def linked_folder(copy: Path, ledger: Path, other: Path) -> None:
    copy.mkdir()
    (copy / "segments").symlink_to(ledger / "segments")


def hard_link(copy: Path, ledger: Path, other: Path) -> None:
    (copy / "segments").mkdir(parents=True)
    segment = next((ledger / "segments").iterdir())
    (copy / "segments" / segment.name).hardlink_to(segment)


@pytest.mark.parametrize("place", [itself, within, linked_file, linked_folder, hard_link])
def test_a_copy_changes_neither_the_ledger_nor_files_of_others(
    proxy: Proxy, tmp_path: Path, place: Callable[[Path, Path, Path], None]
) -> None:
    copy, ledger, other = tmp_path / "copy", proxy.directory / "ledger", tmp_path / "other"
    exchanged(proxy, 2)
    settled(proxy)
    other.write_text("mine")
    (segment,) = (ledger / "segments").iterdir()
    with segment.open("ab") as file:
        file.write(b'{"not yet": "covered by a checkpoint"}\n')
    place(copy, ledger, other)
    before = {path: path.read_bytes() for path in ledger.rglob("*") if path.is_file()}

    told = command(proxy, "ledger", "copy", str(copy))

    assert (told.code, "copy_not_apart" in told.err) == (1, True)
    assert {path: path.read_bytes() for path in ledger.rglob("*") if path.is_file()} == before
    assert other.read_text() == "mine"


def test_records_that_a_recovery_cut_off_go_from_the_copy_too(proxy: Proxy, tmp_path: Path) -> None:
    copy, ledger = tmp_path / "copy", proxy.directory / "ledger"
    exchanged(proxy, 2)
    settled(proxy)
    assert command(proxy, "ledger", "copy", str(copy)).code == 0
    (segment,) = (copy / "segments").iterdir()
    with segment.open("ab") as file:
        file.write(b'{"never": "covered by a checkpoint"}\n')

    assert command(proxy, "ledger", "copy", str(copy)).code == 0
    assert segment.read_bytes() == (ledger / "segments" / segment.name).read_bytes()


def test_a_proxy_serves_from_its_backup(proxy: Proxy, recorder: Recorder, tmp_path: Path) -> None:
    exchanged(proxy, 2)
    second = tmp_path / "second"
    second.mkdir()
    assert command(proxy, "store", "backup", str(second / "proxy.db")).code == 0
    assert stat.S_IMODE((second / "proxy.db").stat().st_mode) == 0o600
    settled(proxy)
    assert command(proxy, "ledger", "copy", str(second / "ledger")).code == 0
    for path in proxy.directory.glob("ledger.key*"):
        shutil.copy(path, second)
    document = settings(second, recorder.base_url)
    document["store"] = f"sqlite:///{second}/proxy.db"
    restored = Proxy(second, document)
    restored.start()
    try:
        mark = len(recorder.received)
        exchanged(restored, 1)
        (received,) = recorder.received[mark:]
        assert b"canary" not in received.raw
        assert b"budget" in received.raw
    finally:
        restored.stop()
    assert verified(second / "ledger", second / "ledger/public.key") == 3


def test_a_backup_of_the_store_overwrites_nothing(proxy: Proxy, tmp_path: Path) -> None:
    there = tmp_path / "there.db"
    there.write_text("mine")

    told = command(proxy, "store", "backup", str(there))

    assert (told.code, there.read_text()) == (1, "mine")
    assert "copy_exists" in told.err
