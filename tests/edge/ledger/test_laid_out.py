"""Whatever lies where a file of a ledger should be, both checkers end, with a verdict and no other error."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

import pytest
from edge.anchor_stand import filled
from meeting_proxy_verify.log import check_log

from proxy.audit.findings import Kind
from proxy.edge.ledger.reader import check, own_key, public_key
from proxy.errors import ClientFault, OwnFault

FILES = (
    "checkpoint", "cosigned/w", "timestamps/tsa/00000000000000000003.tsr", "segments/00000000000000000000.jsonl",
    "tile/0/000.p/8", "tile/entries/000.p/8",
)  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    base = tmp_path_factory.mktemp("whole")
    asyncio.run(filled(base))
    ledger = base / "ledger"
    for file in FILES[1:3]:
        (ledger / file).parent.mkdir(parents=True)
        shutil.copy(ledger / "checkpoint", ledger / file)
    return ledger


def lay(path: Path, what: str) -> None:
    path.unlink()
    if what == "a folder":
        path.mkdir()
    elif what == "a pipe":
        os.mkfifo(path)
    elif what == "a link to itself":
        path.symlink_to(path.name)
    elif what == "a device":
        path.symlink_to("/dev/zero")
    elif what == "nothing in it":
        path.touch()


WHAT = pytest.mark.parametrize(
    "what", ["nothing", "a folder", "a pipe", "a link to itself", "a device", "nothing in it"]
)
EXIT = {"ok": 0, "tampered": 1, "incomplete": 2, "unanchored": 3}


@pytest.mark.parametrize("file", ["public.key", "keys"])
@WHAT
def test_what_lies_in_place_of_keys_holds_nobody_up_and_both_end_alike(whole, tmp_path, file, what):
    ledger = tmp_path / "ledger"
    shutil.copytree(whole, ledger)
    (ledger / "keys").touch()
    if file == "public.key":
        (ledger / "keys").unlink()
    lay(ledger / file, what)
    try:
        ended = EXIT[check(ledger, own_key(ledger)).verdict]
    except ClientFault:
        ended = 2
    assert ended == check_log(ledger).exit_code == (3 if (file, what) == ("keys", "nothing") else 1 + (file != "keys"))


@pytest.mark.parametrize("file", FILES)
@WHAT
def test_a_check_of_what_somebody_laid_out_ends(whole, tmp_path, file, what):
    ledger = tmp_path / "ledger"
    shutil.copytree(whole, ledger)
    assert check(ledger, public_key(ledger / "public.key")).verdict == "unanchored"
    lay(ledger / file, what)
    report, outside = check(ledger, public_key(ledger / "public.key")), check_log(ledger)
    assert outside.exit_code == EXIT[report.verdict]
    if file.startswith("segments"):
        assert report.problems
        assert outside.exit_code in (1, 2)
    if file.startswith("segments") and what in ("a folder", "a pipe", "a device"):
        assert Kind.ADDED in {problem.kind for problem in report.problems}


def test_a_ledger_that_may_not_be_read_is_told_so(whole, tmp_path, monkeypatch):
    def refused(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    key = public_key(whole / "public.key")
    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(OwnFault, match="ledger_unreadable") as caught:
        check(whole, key)
    assert "Permission denied" in caught.value.detail
