"""Reports of a proxy of several processes are complete, also once somebody was forgotten and lines were deleted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from edits import edited
from harness.process import TERMS, Proxy, settings
from harness.recorder import Received, Recorder, completion
from meeting_proxy_verify.main import main

from bench.ports import free_port

SUMMARY = "The new contract is to be signed before anything else is done, and the launch moves to the end of June."
REPORTS = {
    "meeting": ("meeting", "report", "m1", "--json"),
    "person": ("subject", "report", "p-ann", "--json", "--proofs"),
}

Checked = Callable[[Any, Path, Path], tuple[int, list[dict[str, Any]]]]


async def summarized(received: Received, writer: asyncio.StreamWriter) -> None:
    """Answers each request with the same summary."""
    writer.write(completion(SUMMARY))


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Proxy]:
    """Three processes with one ledger of small segments; Annika agreed, Benedikt did not."""
    with Recorder(summarized) as recorder:
        document = settings(tmp_path, recorder.base_url, server={"processes": 3}, derived_texts={"hours": 24})
        document["ledger"]["segment_bytes"] = 4096
        document["recipients"]["gone"] = {"base_url": f"http://127.0.0.1:{free_port()}", "terms": {"version": TERMS}}
        document["routes"][1]["recipient"] = "gone"
        made = Proxy(tmp_path, document)
        made.meeting()
        made.consent("grant", "p-ann")
        made.consent("deny", "p-ben")
        made.start()
        yield made
        if made.process is not None and made.process.poll() is None:
            made.kill()


@pytest.fixture
def checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Checked:
    """The exit code for a report and a copy of the ledger, and what is wrong with it."""

    def check(report: Any, copy: Path, kept: Path) -> tuple[int, list[dict[str, Any]]]:
        (tmp_path / "report.json").write_text(json.dumps(report))
        capsys.readouterr()
        words = ["--public-key", str(kept / "public.key"), "--checkpoint", str(kept / "checkpoint"), "--json"]
        code = main(["complete", str(tmp_path / "report.json"), "--directory", str(copy), *words])
        return code, json.loads(capsys.readouterr().out)["problems"]

    return check


def lived(proxy: Proxy) -> None:
    """Words that leave, that stay in, that find no recipient and that are told again."""
    for _ in range(4):
        proxy.chat("Annika Solberg: The launch moves to June.\nBenedikt Oyelaran: Not for me.\n")
        proxy.chat("Benedikt Oyelaran: Not for me.\n", path="/compose/v1/chat/completions")
        proxy.chat(SUMMARY)
    proxy.settled()


def kept_of(proxy: Proxy, directory: Path) -> Path:
    """What an auditor keeps of a ledger: its key, and the checkpoint that it has now."""
    directory.mkdir()
    for name in ("public.key", "checkpoint"):
        (directory / name).write_bytes((Path(proxy.document["ledger"]["directory"]) / name).read_bytes())
    return directory


def handed_out(proxy: Proxy, copy: Path) -> dict[str, Any]:
    """The reports, made before the copy of the ledger that goes with them."""
    reports = {kind: json.loads(proxy.cli(*words, "--config", str(proxy.config))) for kind, words in REPORTS.items()}
    proxy.cli("ledger", "copy", str(copy), "--config", str(proxy.config))
    return reports


def test_reports_are_complete_and_edited_ones_are_not(proxy: Proxy, tmp_path: Path, checked: Checked) -> None:
    lived(proxy)
    kept = kept_of(proxy, tmp_path / "kept")
    told = handed_out(proxy, tmp_path / "copy")
    assert all(told["meeting"][part] for part in ("exchanges", "refused", "acts", "people"))
    assert all(told["person"][part] for part in ("exchanges", "repeated"))
    unanswered = told["person"] | {"consent_records": []}
    assert checked(unanswered, tmp_path / "copy", kept)[0] == 1
    random = Random(1)
    for kind, report in told.items():
        assert checked(report, tmp_path / "copy", kept) == (0, [])
        for _ in range(10):
            edit = edited(report, kind, random)
            assert edit is not None
            assert checked(edit.report, tmp_path / "copy", kept)[0] in (1, 2), edit.what

    config = str(proxy.config)
    proxy.cli("subject", "forget", "p-ben", "--yes", "--config", config)
    assert proxy.stop() == 0
    proxy.cli("ledger", "rotate-key", "--config", config)
    proxy.cli("ledger", "prune", "--before", datetime.now(UTC).isoformat(), "--config", config)
    proxy.start()
    proxy.chat("Annika Solberg: The launch moves to July.\n")
    proxy.settled()
    later = handed_out(proxy, tmp_path / "later")
    for kind, report in later.items():
        assert report["log"]["first"] > 0
        assert checked(report, tmp_path / "later", kept) == (0, []), kind
        assert checked(told[kind], tmp_path / "later", kept) == (0, []), kind
