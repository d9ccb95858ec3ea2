"""Whether a report leaves something out, as an auditor finds it in a copy of the log on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from meeting_proxy_verify.main import main
from outsider_logs import MadeLog

OURS, THEIRS = "mtg:2026:1", "mtg:2026:2"
ANN = "ptc:2026:1"
PEOPLE = [{"utterances": 2, "characters": 30, "withheld_utterances": 1}]


def made_log() -> MadeLog:
    """Two exchanges of our meeting (records 0 and 2), one of another (1), a refusal of ours (3), and an act (4)."""
    log = MadeLog()
    for meeting, code in ((OURS, "egress.intent"), (THEIRS, "egress.intent"), (OURS, "egress.intent"),
                          (OURS, "egress.refused")):  # fmt: skip
        log.group(1, people=PEOPLE, code=code, meeting=meeting)
    return log.group(1, code="meeting.changed", facts={"meeting": OURS})


def entry(number: int, **changed: object) -> dict:
    said = {"pseudonym": ANN, **PEOPLE[0]}
    return {"exchange": f"ex-{number}", "sequence": number, "people": [said]} | changed


def report(**changed: object) -> dict:
    whole = {
        "pseudonyms": [OURS],
        "log": {"first": 0, "records": 5},
        "exchanges": [entry(0), entry(2)],
        "refused": [entry(3)],
        "acts": [{"sequence": 4}],
    }
    return whole | changed


def checked(tmp_path: Path, capsys: pytest.CaptureFixture[str], told: object, log: MadeLog | None = None) -> dict:
    log = log or made_log()
    directory = tmp_path / "log"
    if not directory.exists():
        log.write(directory)
    (tmp_path / "kept.key").write_text(log.first_key.vkey + "\n")
    (tmp_path / "kept").write_bytes(log.checkpoint())
    (tmp_path / "report.json").write_text(json.dumps(told))
    words = ["--directory", directory, "--public-key", tmp_path / "kept.key", "--checkpoint", tmp_path / "kept"]
    code = main(["complete", str(tmp_path / "report.json"), *map(str, words), "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert answer["exit"] == code
    return answer


def codes(answer: dict) -> list[str]:
    return [each["code"] for each in answer["problems"]]


def test_a_report_of_everything_is_complete(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = checked(tmp_path, capsys, report())
    assert (answer["exit"], codes(answer)) == (0, [])
    assert (answer["exchanges_that_left"], answer["of_these_reports"]) == (3, 2)


@pytest.mark.parametrize(
    "changed",
    [{"exchanges": [entry(0)]}, {"refused": []}, {"acts": []}, {"exchanges": [], "refused": [], "acts": []}],
    ids=["an exchange", "a refusal", "an act", "everything"],
)
def test_what_was_left_out_is_found(tmp_path: Path, changed: dict, capsys: pytest.CaptureFixture[str]) -> None:
    answer = checked(tmp_path, capsys, report(**changed))
    assert answer["exit"] == 1
    assert set(codes(answer)) == {"report_incomplete"}
    assert {each["record"] for each in answer["problems"]} <= {0, 2, 3, 4}


@pytest.mark.parametrize(
    "wrong",
    [
        entry(1),
        entry(9),
        entry(2, people=[]),
        entry(2, people=[{"pseudonym": "ptc:2026:9", **PEOPLE[0]}]),
        entry(2, people=[{"pseudonym": ANN, **PEOPLE[0], "utterances": 1}]),
    ],
    ids=["of another meeting", "of nothing", "nobody's", "somebody else's", "fewer words"],
)
def test_what_the_log_does_not_say_is_found(tmp_path: Path, wrong: dict, capsys: pytest.CaptureFixture[str]) -> None:
    answer = checked(tmp_path, capsys, report(exchanges=[entry(0), entry(2), wrong]))
    assert answer["exit"] == 1
    assert codes(answer) == ["report_differs"]


def test_records_after_the_report_are_no_omission_and_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = report(exchanges=[entry(0)], refused=[], acts=[], log={"first": 0, "records": 2})
    assert checked(tmp_path, capsys, told)["told_up_to_record"] == {str(tmp_path / "report.json"): 2}
    words = ["--directory", str(tmp_path / "log"), "--public-key", str(tmp_path / "kept.key")]
    main(["complete", str(tmp_path / "report.json"), *words])
    assert "does not tell of records 2 to 4: they are later." in capsys.readouterr().out


def test_a_persons_report_tells_each_exchange_with_words_of_theirs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = report(pseudonyms=[ANN], withheld=[{"exchange": "ex-3", "sequence": 3}])
    told["exchanges"] = [{"exchange": f"ex-{number}", "sequence": number} for number in (0, 1, 2)]
    del told["acts"], told["refused"]
    assert codes(checked(tmp_path, capsys, told)) == []
    del told["exchanges"][1]
    assert codes(checked(tmp_path, capsys, told)) == ["report_incomplete"]


def test_a_log_that_was_cut_says_nothing_of_completeness(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = made_log()
    log.write(tmp_path / "log")
    segment = next((tmp_path / "log" / "segments").iterdir())
    segment.write_bytes(b"".join(segment.read_bytes().splitlines(keepends=True)[:3]))
    answer = checked(tmp_path, capsys, report(), log)
    assert answer["exit"] == 1
    assert "behind_checkpoint" in codes(answer)


@pytest.mark.parametrize("told", [{"exchanges": []}, [], {"exchanges": [], "pseudonyms": [7], "log": None}])
def test_what_cannot_be_compared_is_said(tmp_path: Path, told: object, capsys: pytest.CaptureFixture[str]) -> None:
    answer = checked(tmp_path, capsys, told)
    assert answer["exit"] == 2
    assert codes(answer) == ["unreadable"]
