"""What operators did in plain words, and who runs a command."""

from __future__ import annotations

import os
import pwd

import pytest
from audit.ledger_samples import AT, NAMES, stamp

from proxy.audit.acts import Act, Acts, Operator, OperatorKind, act_event
from proxy.audit.ocsf import numbered
from proxy.cli.ledger_shown import line
from proxy.cli.shared import operator
from proxy.edge.ledger.reader import Record

ALICE = Operator(OperatorKind.ACCOUNT, "alice")


def shown(code: str, who: Operator = ALICE, people: tuple[str, ...] = (), meeting: str | None = None, **facts) -> str:
    act = Act("a-1", AT, code, who, people, meeting=meeting, facts=facts)
    return str(line(Record(7, numbered(act_event(stamp(), act, NAMES, b"k", AT), 7))))


def test_one_line_says_who_did_what_about_whom():
    ann, meeting = NAMES.participants["p-ann"], NAMES.meeting
    said = {"state": "denied", "purpose": "summary", "recipient": "*", "way": "key"}

    assert shown(Acts.CONSENT_RECORDED, people=("p-ann",), meeting="m1", **said) == (
        "2026-03-02 10:00:00  DID       alice recorded a no by a telephone key for summary to any recipient, "
        f"about {ann}, in meeting {meeting}"
    )
    both = shown(Acts.PERSON_CHANGED, people=("p-ann", "p-ben"), change="merged")
    assert "alice changed a person: made two entries one person, about 2 people" in both
    assert "alice as root " in shown(Acts.TERMS_ADDED, Operator(OperatorKind.ACCOUNT, "root", "alice"))
    assert f"{ann} recorded" in shown(Acts.CONSENT_RECORDED, Operator(OperatorKind.PERSON, "p-ann"))
    room = shown(Acts.CONSENT_INVITED, meeting="m1", change="room_link_revoked", count=2)
    assert f"alice ended the links for the room of a meeting (2), in meeting {meeting}" in room
    token = Operator(OperatorKind.TOKEN, "hr-sync")
    assert "token hr-sync signed in" in shown(Acts.SIGNED_IN, token, peer="192.0.2.7")
    assert "somebody was refused by the admin API (49)" in shown(
        Acts.REFUSED, Operator(OperatorKind.NOBODY, "x"), count=49
    )


def test_a_log_that_was_retired_is_told_with_its_end():
    told = shown(Acts.LEDGER_CHANGED, change="retired", log="fjord/proxy-2", count=345, end=f"sha256:{'0' * 64}")
    assert "alice changed the ledger: the log fjord/proxy-2 will not come back; it ended with 345 records" in told


@pytest.mark.parametrize("code", list(Acts))
def test_every_act_has_its_sentence(code: Acts):
    assert "newer version" not in shown(code)


def test_an_act_of_a_newer_version_is_shown_all_the_same():
    assert "alice did what a newer version can tell" in shown("device.enrolled")


@pytest.mark.parametrize(("login", "told"), [(None, None), ("", None), ("alice", "alice"), ("own", None)])
def test_a_command_acts_for_the_account_and_tells_of_sudo(
    monkeypatch: pytest.MonkeyPatch, login: str | None, told: str | None
):
    account = pwd.getpwuid(os.getuid()).pw_name
    monkeypatch.delenv("SUDO_USER", raising=False)
    if login is not None:
        monkeypatch.setenv("SUDO_USER", account if login == "own" else login)

    assert operator() == Operator(OperatorKind.ACCOUNT, account, told)


def test_an_account_without_a_name_is_told_by_its_number(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("SUDO_USER", raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 3_999_999_999)

    assert operator() == Operator(OperatorKind.ACCOUNT, "uid-3999999999")
