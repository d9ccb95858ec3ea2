"""Promise 8, checkable, one record at a time: what commands give out is checked by an outsider's program alone."""

from __future__ import annotations

import json
import time
from pathlib import Path

from harness.patience import PATIENCE
from meeting_proxy_verify.main import main


def covered(stand) -> Path:
    """The ledger of a running proxy, once its checkpoint covers all that is recorded."""
    stand.proxy.chat("Annika Solberg: Hello.\n")
    stand.proxy.settled()
    ledger = Path(stand.proxy.document["ledger"]["directory"])
    # Acts are records as well, so the lines are counted.
    records = sum(segment.read_bytes().count(b"\n") for segment in (ledger / "segments").glob("*.jsonl"))
    while int((ledger / "checkpoint").read_text().splitlines()[1]) < records:
        time.sleep(0.02)
    return ledger


def test_every_record_of_an_exchange_is_proven_by_a_file_of_its_own(stand, tmp_path: Path) -> None:
    ledger = covered(stand)
    exchange = next(
        event["metadata"]["correlation_uid"]
        for event in stand.proxy.events
        if event["metadata"]["event_code"] == "egress.intent"
    )
    stand.proxy.cli("ledger", "prove", exchange, "--output", str(tmp_path), "--config", str(stand.proxy.config))
    proofs = sorted(tmp_path.glob("*.tlog-proof"))
    assert len(proofs) == 2
    for proof in proofs:
        assert main(["proof", str(proof), "--public-key", str(ledger / "public.key")]) in (0, 3)
        content = proof.read_bytes()
        proof.write_bytes(content.replace(b"index ", b"index 1", 1))
        assert main(["proof", str(proof), "--public-key", str(ledger / "public.key")]) in (1, 2)


def test_every_exchange_of_a_report_is_proven(stand, tmp_path: Path) -> None:
    ledger = covered(stand)
    words = ("subject", "report", "p-ann", "--json", "--proofs", "--config", str(stand.proxy.config))
    report = tmp_path / "report.json"
    deadline = time.monotonic() + PATIENCE
    while True:  # A record that no checkpoint covers yet has no proof.
        report.write_text(stand.proxy.cli(*words))
        proven = [bool(each["proof"]) for each in json.loads(report.read_text())["exchanges"]]
        if all(proven) or time.monotonic() > deadline:
            break
    assert proven
    assert all(proven)
    assert main(["report", str(report), "--public-key", str(ledger / "public.key")]) in (0, 3)


def test_what_a_report_of_a_meeting_leaves_out_is_found_in_the_ledger(stand, tmp_path: Path, capsys) -> None:
    ledger = covered(stand)
    stand.proxy.chat("Benedikt Oyelaran: Not me.\n")
    stand.proxy.settled()
    made = json.loads(stand.proxy.cli("meeting", "report", "m1", "--json", "--config", str(stand.proxy.config)))
    assert made["exchanges"]
    assert made["acts"]
    kinds = {"exchanges": made["exchanges"], "refused": made["refused"], "acts": made["acts"]}
    assert found_wrong(ledger, made, tmp_path, capsys) == set()
    for kind, entries in kinds.items():
        for at in {0, len(entries) - 1} if entries else ():
            less = made | {kind: entries[:at] + entries[at + 1 :]}
            assert found_wrong(ledger, less, tmp_path, capsys) == {"report_incomplete"}, (kind, at)


def test_what_a_report_of_a_person_leaves_out_is_found_in_the_ledger(stand, tmp_path: Path, capsys) -> None:
    ledger = covered(stand)
    words = ("subject", "report", "p-ann", "--json", "--proofs", "--config", str(stand.proxy.config))
    made = json.loads(stand.proxy.cli(*words))
    assert made["exchanges"]
    assert found_wrong(ledger, made, tmp_path, capsys) == set()
    assert found_wrong(ledger, made | {"exchanges": []}, tmp_path, capsys) == {"report_incomplete"}


def found_wrong(ledger: Path, report: dict, tmp_path: Path, capsys) -> set[str]:
    """What an outsider finds wrong with a report, in the ledger of a proxy that may be writing."""
    path = tmp_path / "report.json"
    path.write_text(json.dumps(report))
    capsys.readouterr()
    main(["complete", str(path), "--directory", str(ledger), "--public-key", str(ledger / "public.key"), "--json"])
    problems = json.loads(capsys.readouterr().out)["problems"]
    return {each["code"] for each in problems if each["code"].startswith("report_")}
