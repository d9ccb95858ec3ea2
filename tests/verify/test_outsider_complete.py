"""Whether a report leaves something out, as an auditor finds it in a copy of the log on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from meeting_proxy_verify.main import main
from outsider_logs import MadeLog

OURS, THEIRS = "mtg:2026:1", "mtg:2026:2"
ANN, BEN = "ptc:2026:1", "ptc:2026:2"
ANNIKA = {"pseudonym": ANN, "id": None, "name": "Annika"}
BENEDIKT = {"pseudonym": BEN, "id": "p-ben", "name": "Benedikt"}
PEOPLE = [{"utterances": 2, "characters": 30, "withheld_utterances": 1}]


def made_log() -> MadeLog:
    """Two exchanges of our meeting (records 0 and 2), one of another (1), a refusal of ours (3), and an act (4)."""
    log = MadeLog()
    for meeting, code in ((OURS, "egress.intent"), (THEIRS, "egress.intent"), (OURS, "egress.intent"),
                          (OURS, "egress.refused")):  # fmt: skip
        log.group(1, people=PEOPLE, code=code, meeting=meeting)
    return log.group(1, code="meeting.changed", facts={"meeting": OURS, "people": [ANN, BEN]})


def asked(number: int, **changed: object) -> dict:
    """What an entry of any kind of report tells of the request that is record `number`."""
    return {
        "exchange": f"ex-{number}",
        "sequence": number,
        "at": f"2026-09-21T14:13:20.{number:03d}Z",
        "client": None,
        "recipient": {"name": "acme-llm", "address": None, "region": None},
        "purpose": None,
        "terms_version": None,
    } | changed


def entry(number: int, *, left: bool = True, **changed: object) -> dict:
    """The entry of an exchange in the report of a meeting."""
    said = {**ANNIKA, **PEOPLE[0], "reasons": {}, "removed": {}, "kept": {}}
    ended = {"left": left, "attempts": int(left), "delivered": None, "reason": None, "records": [number]}
    return asked(number, route=None, people=[said], **ended) | changed


def act(*people: dict) -> dict:
    """The entry of the act, about these people."""
    told = {"sequence": 4, "at": "2026-09-21T14:13:20.004Z", "event": "meeting.changed", "facts": {}}
    return told | {"people": [*people]}


def report(**changed: object) -> dict:
    counted = {"exchanges": 2, "utterances": 4, "withheld_utterances": 5, "reasons": {}}
    whole = {
        "ledger_read": True,
        "pseudonyms": [OURS],
        "records": [0, 2, 3, 4],
        "log": {"first": 0, "records": 5, "exchanges_that_left": 3},
        "people": [{"id": None, "name": "Annika", "pseudonyms": [ANN], **counted}],
        "exchanges": [entry(0), entry(2)],
        "refused": [entry(3, left=False)],
        "acts": [act(ANNIKA, BENEDIKT)],
    }
    return whole | changed


def persons_report() -> dict:
    """All that the log has of somebody: each exchange had words that left, and one that stayed in."""
    carried = {"utterances": 2, "characters": 30, "removed": {}, "kept": {}, "attempts": 1, "delivered": None}
    stayed = {"reasons": {}, "whole_request_refused": None}
    return {
        "ledger_read": True,
        "pseudonyms": [ANN],
        "log": {"first": 0, "records": 5},
        "since": None,
        "until": None,
        "exchanges": [asked(number, reason=None, **carried) for number in (0, 1, 2)],
        "withheld": [asked(number, utterances=3 if number == 3 else 1, **stayed) for number in range(4)],
        "repeated": [],
        "consent_records": [],
    }


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
        entry(2, people=[entry(2)["people"][0] | {"pseudonym": "ptc:2026:9"}]),
        entry(2, people=[entry(2)["people"][0] | {"utterances": 1}]),
    ],
    ids=["of another meeting", "of nothing", "nobody's", "somebody else's", "fewer words"],
)
def test_what_the_log_does_not_say_is_found(tmp_path: Path, wrong: dict, capsys: pytest.CaptureFixture[str]) -> None:
    answer = checked(tmp_path, capsys, report(exchanges=[entry(0), entry(2), wrong]))
    assert answer["exit"] == 1
    assert codes(answer) == ["report_differs"]


@pytest.mark.parametrize(
    "people",
    [
        [ANNIKA],
        [ANNIKA, BENEDIKT, BENEDIKT],
        [BENEDIKT, BENEDIKT],
        [ANNIKA | {"name": "Cecilie"}, BENEDIKT],
        [BENEDIKT | {"pseudonym": ANN}, ANNIKA | {"pseudonym": BEN}],
        ["Annika", "Benedikt"],
    ],
    ids=["one left out", "one twice", "another's", "under another name", "swapped", "without pseudonyms"],
)
def test_an_act_is_about_those_whom_the_log_names(
    tmp_path: Path, people: list, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = checked(tmp_path, capsys, report(acts=[act(*people)]))
    assert (answer["exit"], set(codes(answer))) == (1, {"report_differs"})


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
    told = persons_report()
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


def test_of_many_findings_those_that_are_not_listed_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = checked(tmp_path, capsys, report(exchanges=[entry(0), entry(2), *map(entry, range(100, 1200))]))
    assert (len(answer["problems"]), answer["not_listed"]) == (1000, 100)
