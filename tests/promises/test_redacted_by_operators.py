"""Promise 3, redacted, with actions that have parameters and operators that others wrote."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from presidio_anonymizer.operators import Decrypt

OPERATORS = """
from presidio_anonymizer.operators import Operator, OperatorType

class Initials(Operator):
    def operate(self, text=None, params=None):
        if "boom" in text:
            raise ValueError("could not read " + text)
        return params["mark"] + "".join(word[0] for word in text.split()) + params["mark"]
    def validate(self, params=None):
        params["mark"]
    def operator_name(self):
        return "initials"
    def operator_type(self):
        return OperatorType.Anonymize

class Same(Initials):
    def operate(self, text=None, params=None):
        return "it is " + text
    def validate(self, params=None):
        pass
"""
KEY = "0123456789abcdef0123456789abcdef"
PHONE, CARD, IBAN = "+46 70 174 06 05", "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00"


@pytest.fixture
def operated(alone, monkeypatch: pytest.MonkeyPatch):
    """A proxy in whose folder the operators are, and which knows the key."""
    directory: Path = alone.proxy.directory
    (directory / "proxied_operators.py").write_text(OPERATORS)
    monkeypatch.syspath_prepend(directory)
    path = os.pathsep.join(filter(None, (str(directory), os.environ.get("PYTHONPATH"))))
    alone.proxy.environment |= {"PYTHONPATH": path, "REDACTION_KEY": KEY}
    alone.proxy.document["detection"]["deny"] = [{"kind": "PROJECT", "words": ["Blue Heron", "boom heron"]}]
    alone.proxy.document["redaction"] = {
        "default": "pseudonym",
        "CREDIT_CARD": {"mask": {"char": "#", "keep_last": 4}},
        "PHONE_NUMBER": {"operator": "proxied_operators.Same"},
        "IBAN_CODE": {"encrypt": {"key": {"env": "REDACTION_KEY"}}},
        "PROJECT": {"operator": "proxied_operators.Initials", "params": {"mark": '"}\\<'}},
    }
    alone.proxy.meeting()
    alone.proxy.consent("grant", "p-ann")
    alone.proxy.start(anew=True)
    return alone


def test_what_operators_answer_leaves_and_stays_in_the_reply(operated) -> None:
    said = f"Annika Solberg: we paid for Blue Heron, call {PHONE}, card {CARD}, account {IBAN}.\n"
    reply = operated.proxy.chat(said)
    assert reply.status == 200
    (received,) = operated.recorder.received
    project, call, card, account = received.json["messages"][0]["content"].rstrip(".\n").split(", ")
    assert project == "PERSON_1: we paid for _}__BH_}__"
    assert call == "call " + "*" * len(PHONE)
    assert card == "card " + "#" * (len(CARD) - 4) + "1111"
    assert Decrypt().operate(account.removeprefix("account "), {"key": KEY}) == IBAN
    assert not any(each.encode() in received.raw for each in (PHONE, CARD, IBAN, "Blue Heron", "Solberg"))
    assert "Annika Solberg: we paid for _}__BH_}__, " in reply.text
    assert not any(each in reply.text for each in (PHONE, CARD, IBAN, "Blue Heron"))


def test_an_operator_that_fails_refuses_and_nothing_is_told_of_the_words(operated) -> None:
    reply = operated.proxy.chat("Annika Solberg: this boom heron of ours.\n")
    assert (reply.status, reply.json["error"]["code"]) == (503, "operator_failed")
    assert operated.recorder.received == []
    told = (reply.body, operated.proxy.log.read_bytes(), operated.proxy.ledger_bytes)
    assert not any(b"boom" in each or b"could not read" in each for each in told)
    assert b"proxied_operators.Initials" in reply.body
