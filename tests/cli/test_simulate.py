"""``simulate`` and ``explain --utterances``: recorded meetings under the current and a changed configuration."""

from __future__ import annotations

import asyncio
import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from harness.forks import ran

from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.edge.store.store import Store
from proxy.model import Meeting, Participant, ParticipantClass, Roster

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
ANN = Participant("p-ann", "Annika Solberg", participant_class=ParticipantClass.EMPLOYEE)
BEN = Participant("p-ben", "Benedikt Oyelaran", participant_class=ParticipantClass.EMPLOYEE)
CHO = Participant("p-cho", "Chiara Montefusco", participant_class=ParticipantClass.GUEST)
VTT = """WEBVTT

00:01:00.000 --> 00:01:04.000
Annika Solberg: Our card number is 4111 1111 1111 1111 and we meet on Monday.

00:02:00.000 --> 00:02:04.000
Benedikt Oyelaran: canary-ben would rather not.

00:03:00.000 --> 00:03:04.000
Chiara Montefusco: canary-chiara was never asked.
"""


def document(directory: Path) -> dict[str, Any]:
    return {
        "version": 1,
        "organization": "fjord",
        "recipients": {"acme": {"base_url": "http://127.0.0.1:9/v1", "terms": {"version": "v1"}}},
        "routes": [
            {"name": "chat", "path": "/v1/chat/completions", "dialect": "openai-chat", "purpose": "summary",
             "recipient": "acme"},
            {"name": "plain", "path": "/v1/transcript", "dialect": "transcript", "purpose": "summary",
             "recipient": "acme"},
        ],
        "clients": [{"name": "bot", "key_sha256": "0" * 64, "routes": ["chat", "plain"]}],
        "consent": {"min_retained_ratio": 0.0},
        "redaction": {"default": "pseudonym"},
        "detection": {"workers": 1},
        "store": f"sqlite:///{directory}/proxy.db",
    }  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a meeting (Annika granted, Benedikt denied, Chiara was never asked) and a recorded transcript."""
    directory = tmp_path_factory.mktemp("simulate")

    async def fill() -> None:
        async with await Store.open(f"sqlite:///{directory}/proxy.db") as store:
            await store.meetings.put(
                Meeting("m1", START, roster=Roster((ANN, BEN, CHO), complete=True), recording_started_at=START)
            )
            for person, state in (("p-ann", ConsentState.GRANTED), ("p-ben", ConsentState.DENIED)):
                await store.consents.record(
                    ConsentRecord(
                        f"g-{person}", person, Scope.MEETING, "m1", "summary", "acme", "v1", state, START, None,
                          "verbal", affirmative=True, actor=person, recorded_at=START)
                )  # fmt: skip

    asyncio.run(fill())
    (directory / "recorded").mkdir()
    (directory / "recorded" / "m1.vtt").write_text(VTT)
    (directory / "current.yaml").write_text(yaml.safe_dump(document(directory)))
    return directory


def run(place: Path, change: dict[str, Any], *words: str, code: int) -> Any:
    """The simulation of a change, as JSON."""
    changed = copy.deepcopy(document(place))
    for path, value in change.items():
        *parents, last = path.split(".")
        section: Any = changed
        for name in parents:
            section = section.setdefault(name, {}) if isinstance(section, dict) else section[int(name)]
        section[last] = value
    (place / "new.yaml").write_text(yaml.safe_dump(changed))
    before = (place / "proxy.db").read_bytes()
    files = sorted(place.rglob("*"))
    told = ran(
        ["simulate", "--policy", str(place / "new.yaml"), "--config", str(place / "current.yaml"), "--json",
         *(words or ("--requests", str(place / "recorded")))],
        place,
    )  # fmt: skip
    assert told.code == code, told
    assert (place / "proxy.db").read_bytes() == before
    assert [f for f in sorted(place.rglob("*")) if f not in files] in ([], [place / "ledger"][:0])
    assert "canary" not in told.out + told.err
    return json.loads(told.out) if code in (0, 4) else told.out + told.err


def people(found: Any) -> list[tuple[Any, ...]]:
    (request,) = found["requests"]
    return [(p["participant"], p["turn"], p["before"], p["after"], p["utterances"]) for p in request["people"]]


def test_the_same_policy_changes_nothing(place: Path) -> None:
    found = run(place, {"log_level": "debug"}, code=0)
    assert found["changed"] is False
    assert people(found) == []


def test_a_class_default_lets_newly_leave_who_was_never_asked_and_not_who_said_no(place: Path) -> None:
    found = run(place, {"consent.defaults": {"guest": "admit", "employee": "admit"}}, code=4)
    assert people(found) == [("p-cho", "newly_leaves", "no_grant", "class_default", 1)]
    assert found["totals"]["utterances_newly_leaves"] == 1
    assert found["totals"]["utterances_newly_withheld"] == 0


def test_new_terms_withhold_who_agreed_to_the_old(place: Path) -> None:
    found = run(place, {"recipients.acme.terms.version": "v2"}, code=4)
    assert people(found) == [("p-ann", "newly_withheld", "granted", "stale_terms", 1)]


def test_a_refusal_before_and_after_is_told(place: Path) -> None:
    found = run(place, {"consent.min_retained_ratio": 0.9}, code=4)
    (request,) = found["requests"]
    assert (request["refusal_before"], request["refusal_after"]) == (None, "consent_denied")
    assert people(found) == [("p-ann", "newly_withheld", "granted", "refused: consent_denied", 1)]
    assert (found["totals"]["refused_before"], found["totals"]["refused_after"]) == (0, 1)


def test_kinds_newly_kept_are_told(place: Path) -> None:
    found = run(place, {"redaction.CREDIT_CARD": "keep"}, code=4)
    assert found["totals"]["newly_kept"] == {"CREDIT_CARD": 1}
    assert people(found) == []


def test_another_replacement_of_the_same_words_is_a_change(place: Path) -> None:
    found = run(place, {"redaction.CREDIT_CARD": "mask"}, code=4)
    assert found["requests"][0]["leaves_otherwise"] is True


GERMAN = """WEBVTT

00:01:00.000 --> 00:01:04.000
Annika Solberg: Wir haben gestern lange über canary-budget gesprochen und sind leider nicht fertig geworden damit.
"""


def test_words_newly_leaving_in_a_language_not_covered_whole_are_told(place: Path) -> None:
    (place / "german.vtt").write_text(GERMAN)
    found = run(place, {"detection.languages": {"in_part": "patterns"}}, f"m1={place / 'german.vtt'}", code=4)
    (request,) = found["requests"]
    assert (request["refusal_before"], request["refusal_after"]) == ("language_uncovered", None)
    assert request["newly_uncovered"] == {"de": 15}


def test_a_route_that_is_gone_refuses(place: Path) -> None:
    changed = document(place)
    found = run(place, {"routes": changed["routes"][:1], "clients.0.routes": ["chat"]}, code=4)
    assert found["requests"][0]["refusal_after"] == "unknown_route"
    assert [person[:2] for person in people(found)] == [("p-ann", "newly_withheld")]


def test_a_chat_request_is_named_with_its_meeting(place: Path) -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "Annika Solberg: We meet.\nChiara Montefusco: No."}]}
    (place / "body.json").write_text(json.dumps(body))
    found = run(place, {"consent.unattributed": "instructions"}, f"m1={place / 'body.json'}", code=0)
    assert found["requests"][0]["meeting"] == "m1"


def test_a_request_that_nobody_can_judge_is_no_proof_of_no_change(place: Path) -> None:
    file = place / "recorded" / "m1.vtt"
    assert "cannot be replayed" in run(place, {}, f"unknown={file}", code=1)


def explain(place: Path, *words: str) -> Any:
    told = ran(
        ["explain", str(place / "recorded" / "m1.vtt"), "--config", str(place / "current.yaml"), "--route", "plain",
         "--meeting", "m1", "--json", *words],
        place,
    )  # fmt: skip
    assert told.code == 0, told
    return json.loads(told.out)


def test_explain_lists_every_utterance_with_verdict_reason_and_record(place: Path) -> None:
    rows = explain(place, "--utterances")["utterances"]
    assert [(r["participant"], r["leaves"], r["reason"], r["grants"]) for r in rows] == [
        ("p-ann", True, "granted", ["g-p-ann"]),
        ("p-ben", False, "denied", ["g-p-ben"]),
        ("p-cho", False, "no_grant", []),
    ]
    assert rows[1]["at"] == "2026-03-02T10:02:00Z"
    assert all("text" not in row for row in rows)
    assert "canary-ben" in explain(place, "--utterances", "--text")["utterances"][1]["text"]
    plain = explain(place)
    assert "utterances" not in plain
    assert plain["coverage"] == {"full": sum(plain["languages"].values())}
