"""The demo itself: real processes on loopback, and its own checks."""

import os
import subprocess
import sys
from pathlib import Path

from harness.patience import PATIENCE

REPOSITORY = Path(__file__).parents[2]


def test_the_demo_runs_whole_and_all_of_its_checks_hold(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "examples.demo"],
        cwd=REPOSITORY,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert done.stdout.count("✓") == 9
    assert "✗" not in done.stdout
    assert "[withheld]" in done.stdout
    assert "The ledger is in order." in done.stdout
