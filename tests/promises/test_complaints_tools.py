"""Complaints that users of such proxies have made, about tool calls and results. The list is docs/complaints.md."""

from __future__ import annotations

import json

import pytest
from harness.endpoints import Apis
from harness.process import PEOPLE, grant_all
from harness.talks import APIS, NAMES, Api

QUOTED = 'Dagny "Dag" Ekström'
each_api = pytest.mark.parametrize("api", APIS, ids=NAMES)
CANARIES = {
    "email": "maja.lindgren@kanal.example",
    "phone": "+46 70 174 06 05",
    "card": "4111 1111 1111 1111",
    "iban": "DE89 3704 0044 0532 0130 00",
    "person": "Tobias Wennerström",
    "listed": "Annika Solberg",
}


@pytest.fixture(scope="module")
def meeting(apis: Apis) -> str:
    """All granted, so that words without a speaker leave too; one has a name that JSON has to escape."""
    people = [*PEOPLE, {"id": "p-dag", "name": QUOTED, "class": "employee"}]
    apis.proxy.meeting(people, name="m-tools")
    grant_all(apis.proxy, [person["id"] for person in people], "m-tools")
    return "m-tools"


@each_api
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_complaint_05_arguments_of_a_call_come_back_as_valid_json(
    apis: Apis, meeting: str, api: Api, stream: bool
) -> None:
    """Complaint 5: arguments of tool calls never were unmasked, so that tools got placeholders.

    Here they are restored, whole and streamed, and stay JSON with a name in them that must be escaped.
    """
    turns = [("user", f"{QUOTED}: Please invite me.\n")]
    _, arguments = api.heard(api.ask(apis.proxy, turns, meeting=meeting, stream=stream, tools=True))
    assert json.loads(arguments) == {"who": QUOTED}
    received = apis.recorder.received[-1]
    assert b"Dag" not in received.raw
    assert b"Ekstr" not in received.raw


@each_api
def test_complaint_10_personal_data_in_earlier_tool_calls_does_not_leave(apis: Apis, meeting: str, api: Api) -> None:
    """Complaint 10: earlier calls in the history went out in the clear; here values and keys of arguments are read."""
    arguments = {name: f"about {value}" for name, value in CANARIES.items()} | {CANARIES["email"]: [4111111111111111]}
    turns = [("user", "Annika Solberg: Send it.\n"), ("call", {"who": [arguments]}), ("result", "done")]
    assert api.ask(apis.proxy, turns, meeting=meeting).status == 200
    _absent(apis)


@each_api
def test_complaint_11_personal_data_in_results_of_tools_does_not_leave(apis: Apis, meeting: str, api: Api) -> None:
    """Complaint 11: results of tools were not scanned; here they are words like all others, in JSON as well."""
    for result in ("Annika Solberg: {}", json.dumps({"found": ["{}"], "by": "x"})):
        said = result.replace("{}", "; ".join(CANARIES.values()))
        turns = [("user", "Annika Solberg: Who?\n"), ("call", {"who": "all"}), ("result", said)]
        assert api.ask(apis.proxy, turns, meeting=meeting).status == 200
        _absent(apis)


def _absent(apis: Apis) -> None:
    received = apis.last()
    read = json.dumps(received.json, ensure_ascii=False) + json.dumps(received.json).replace("\\", "")
    assert [name for name, value in CANARIES.items() if value in read or value.encode() in received.raw] == []
    assert "4111111111111111" not in read
    assert "[withheld]" not in read, "the words stayed whole: the test shows nothing"
    assert read.count("EMAIL_ADDRESS_1") >= 1
