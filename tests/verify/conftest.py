"""A store with a meeting, and the checker as an auditor runs it on a report."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from harness.stores import sqlite_store
from meeting_proxy_verify.main import main
from reported import MEETING

from proxy.edge.store.store import Store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(f"sqlite:///{sqlite_store(tmp_path / 'proxy.db')}") as opened:
        await opened.meetings.put(MEETING)
        yield opened


Check = Callable[..., tuple[int, list[dict[str, Any]]]]


@pytest.fixture
def complete(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    """The exit code for a report, and what is wrong with it. The log, its key and a checkpoint lie in `tmp_path`."""

    def check(report: object, *, kept: bool = True) -> tuple[int, list[dict[str, Any]]]:
        (tmp_path / "report.json").write_text(json.dumps(report))
        words = ["--public-key", str(tmp_path / "kept.key"), "--json"]
        words += ["--checkpoint", str(tmp_path / "kept")] if kept else []
        code = main(["complete", str(tmp_path / "report.json"), "--directory", str(tmp_path / "log"), *words])
        return code, json.loads(capsys.readouterr().out)["problems"]

    return check


@pytest.fixture
def checked(complete: Check) -> Callable[[object], tuple[int, set[str]]]:
    """The exit code for a report, and the codes of what is wrong with it."""

    def check(report: object) -> tuple[int, set[str]]:
        code, problems = complete(report)
        return code, {each["code"] for each in problems}

    return check
