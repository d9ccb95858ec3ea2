"""Whoever reads only the beginning of what the command prints sees no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "verify"


def test_a_closed_output_ends_the_command_quietly(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "meeting_proxy_verify", "log", str(tmp_path), "--json"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False, cwd=PACKAGE)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")
