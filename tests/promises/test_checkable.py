"""Promise 8, checkable: anyone holding the public key can verify the ledger offline."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest
import yaml


@pytest.fixture
def copied(stand, tmp_path: Path) -> Path:
    """A copy of a ledger with records in it, as an auditor gets it: without keys, store or configuration."""
    stand.proxy.chat("Annika Solberg: Hello.\n")
    records = len(stand.proxy.settled())
    ledger = Path(stand.proxy.document["ledger"]["directory"])
    while int((ledger / "checkpoint").read_text().splitlines()[1]) < records:
        time.sleep(0.02)
    copy = tmp_path / "ledger"
    shutil.copytree(ledger, copy)
    return copy


def verify(stand, copy: Path, code: int, *more: str) -> dict:
    key = next(copy.glob("public.key"))
    words = ["ledger", "verify", "--directory", str(copy), "--public-key", str(key), "--json", *more]
    return json.loads(stand.proxy.cli(*words, code=code))


def test_an_untouched_copy_verifies(stand, copied: Path) -> None:
    verify(stand, copied, 3)


def test_a_checkpoint_that_was_kept_elsewhere_confirms_it(stand, copied: Path, tmp_path: Path) -> None:
    kept = shutil.copy(copied / "checkpoint", tmp_path / "kept")
    told = verify(stand, copied, 0, "--checkpoint", str(kept))
    assert list(told["confirmed"]) == [str(kept)]


@pytest.mark.parametrize("how", ["flip", "drop", "swap", "repeat", "cut"])
def test_a_touched_copy_does_not(stand, copied: Path, how: str) -> None:
    segment = max(copied.rglob("*.jsonl"), key=lambda p: p.stat().st_size)
    lines = segment.read_bytes().splitlines(keepends=True)
    assert len(lines) >= 3
    if how == "flip":
        middle = bytearray(lines[1])
        middle[len(middle) // 2] ^= 1
        lines[1] = bytes(middle)
    elif how == "drop":
        del lines[1]
    elif how == "swap":
        lines[0], lines[1] = lines[1], lines[0]
    elif how == "repeat":
        lines.insert(1, lines[1])
    else:
        covered = int((copied / "checkpoint").read_text().splitlines()[1])
        del lines[covered - 1 :]
    segment.write_bytes(b"".join(lines))
    found = json.dumps(verify(stand, copied, 1))
    assert segment.name in found or "checkpoint" in found


def test_a_ledger_that_is_gone_is_missed(stand, copied: Path, tmp_path: Path) -> None:
    """The anchors know of it: beside the signing key, and in the store."""
    document = stand.proxy.document | {"ledger": stand.proxy.document["ledger"] | {"directory": str(tmp_path / "gone")}}
    config = tmp_path / "proxy.yaml"
    config.write_text(yaml.dump(document))
    stand.proxy.cli("ledger", "verify", "--config", str(config), code=1)
