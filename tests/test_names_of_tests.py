"""A test has one name: in every run, process and place, so that a run is compared with another and a test run alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

ADDRESS = re.compile(r"\b0x[0-9a-f]{7,}\b|\bobject at\b")
COLLECT = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-n", "0", "-p", "no:cacheprovider"]


def test_another_process_gives_the_same_names_in_the_same_order(request: pytest.FixtureRequest) -> None:
    """What this run collected is collected once more, where hashes, addresses and the time are others."""
    here = [item.nodeid for item in request.session.items]
    files = dict.fromkeys(str(item.path) for item in request.session.items)
    done = subprocess.run(
        [*COLLECT, *files], cwd=request.config.rootpath, env={**os.environ, "PYTHONHASHSEED": "1"},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    wanted = set(here)
    assert [line for line in done.stdout.splitlines() if line in wanted] == here


def test_names_hold_nothing_of_the_process_the_machine_or_the_day(request: pytest.FixtureRequest) -> None:
    """Two processes of one day and machine agree on the last two, so that nothing else would show them."""
    now = datetime.now(UTC)
    days = [f"{now + timedelta(hours=hours):%Y-%m-%d}" for hours in (-14, 0, 14)]
    for item in request.session.items:
        name = item.nodeid
        assert not ADDRESS.search(name), name
        assert tempfile.gettempdir() not in name, name
        assert str(request.config.rootpath) not in name, name
        assert not any(day in name and day not in item.path.read_text("utf-8") for day in days), name


def test_no_two_files_of_tests_have_one_name() -> None:
    """Two modules of one name cannot be collected in one run."""
    names = Counter(file.name for file in Path(__file__).parent.rglob("test_*.py") if "node_modules" not in file.parts)
    assert [name for name, count in names.items() if count > 1] == []
