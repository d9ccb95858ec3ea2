"""Whose words are the strings of a structure: of those who are named beside them, or nobody's; schemas stay usable."""

from __future__ import annotations

import json
from typing import Any

import pytest

from proxy.dialects.wire.slots import Claims, every_leaf
from proxy.json_source import JsonObject, JsonString, read_json
from proxy.model import Participant, Roster, SlotKind
from proxy.steps.hearing import hear
from proxy.steps.utterances import AttributedUtterance

ANN = Participant("p-ann", "Ann Lund", (), ("ann@fjord.example",))
BEN = Participant("p-ben", "Ben Okoro", (), ("ben@fjord.example",))
ROSTER = Roster((ANN, BEN), complete=True)
WALRUS = "the walrus should be cancelled before the board hears it"


def heard(value: Any, author: str | None = None) -> dict[str, str | None]:
    """What each string of declared instructions is: ``own``, a participant's id, or None for nobody's."""
    document = read_json(json.dumps(value), max_depth=32)
    claims = Claims(document, 32)
    claims.each(every_leaf(document.root), "/prompt", SlotKind.INSTRUCTIONS, within=document.root)
    hearing = hear(claims.slots, ROSTER, author, opaque_is_instruction=True)
    told: dict[str, str | None] = {hearing.slots[part.slot].text: "own" for part in hearing.instructed}
    return told | {hearing.slots[part.slot].text: whose(part) for part in hearing.said}


def whose(part: AttributedUtterance) -> str | None:
    return None if part.unattributed else part.participant


def test_a_turn_in_a_structure_is_its_speakers() -> None:
    turns = [{"speaker": "Ben Okoro", "text": WALRUS}, {"speaker": "Ann Lund", "text": "We ship."}]

    for value in (turns, {"prompt": {"examples": [turns]}}, {"default": turns}):
        told = heard(value, "p-ann")
        assert (told[WALRUS], told["We ship."], told["speaker"]) == ("p-ben", "p-ann", "own")


@pytest.mark.parametrize(
    "value",
    [
        ["Ben Okoro:", WALRUS],
        ["Ben Okoro", WALRUS],
        ["ben@fjord.example", WALRUS],
        ["Dr. Ben Okoro (chair):", WALRUS],
        [["Ben Okoro"], [WALRUS]],
        [{"who": "Ben Okoro"}, {"what": WALRUS}],
        {"from": "Ben Okoro", "body": {"parts": [WALRUS]}},
        {"author": {"name": "Ben Okoro"}, "message": WALRUS},
        {"Ben Okoro": WALRUS},
        {"Ben Okoro": {"said": [WALRUS]}},
        {WALRUS: "Ben Okoro"},
        {"speakers": ["Ann Lund", "Ben Okoro"], "texts": ["We ship.", WALRUS]},
        {"speaker": "Ben Okoro", "email": "ann@fjord.example", "text": WALRUS},
        {"type": "string", "enum": ["Ben Okoro"], "default": WALRUS},
        {"type": "string", "enum": ["Ben Okoro"], "description": f"{WALRUS} or sees it"},
    ],
)
def test_what_stands_beside_a_name_is_nobodys(value: Any) -> None:
    told = heard(value, "p-ann")

    assert [who for text, who in told.items() if WALRUS in text] == [None]


@pytest.mark.parametrize(
    "value",
    [
        {"properties": {"owner": {"enum": ["Ben Okoro", "Ann Lund"], "description": "Who has to do it"},
                        "task": {"description": "What has to be done, in one sentence without any names in it"}}},
        {"properties": {"owner": {"default": "Ben Okoro"}}, "description": "Items that were agreed on in the meeting"},
        {"attendees": ["Ben Okoro", "Ann Lund"], "task": "Write the minutes and keep them short"},
        {"task": "Write the minutes", "steps": ["find decisions", "name owners"]},
    ],
)  # fmt: skip
def test_a_schema_with_names_and_a_list_of_who_was_there_stay_instructions(value: Any) -> None:
    assert set(heard(value).values()) == {"own"}


SAID = "turquoise walrus wants it"


def schema(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


@pytest.mark.parametrize(
    "value",
    [
        schema(**{"Ben Okoro": {"description": SAID}}),
        schema(**{"Ben Okoro": {"title": "walrus first"}}),
        schema(ben={"description": SAID}),
        schema(ben_okoro={"items": {"description": SAID}}),
        schema(what_ben_said={"description": SAID}),
        schema(speaker={"const": "Ben Okoro"}, text={"const": "turquoise walrus"}),
        schema(speaker={"enum": ["Ben Okoro"]}, text={"default": SAID}),
        schema(turn={"prefixItems": [{"const": "Ben Okoro"}, {"const": SAID}]}),
        schema(turn={"allOf": [{"const": "Ben Okoro"}, {"examples": [SAID]}]}),
        schema(speaker={"title": "Ben Okoro"}, text={"const": SAID}),
        {"description": "Ben Okoro told us", **schema(x={"description": SAID})},
    ],
)
def test_a_schema_that_names_somebody_holds_nothing_of_what_they_said(value: Any) -> None:
    told = heard(value)
    assert [who for text, who in told.items() if "walrus" in text] == [None]


@pytest.mark.parametrize(
    "value",
    [
        schema(speaker={"enum": ["Ben Okoro", "Ann Lund"]}, status={"enum": ["open", "in progress", "done"]}),
        schema(speaker={"const": "Ben Okoro"}, kind={"const": "task"}, due={"description": "when it has to be done"}),
        schema(owner={"description": "who does it, such as Ben Okoro", "enum": ["Ben Okoro", "Ann Lund"]}),
        {"title": "Minutes of the meeting", **schema(decisions={"description": "all that was decided in the meeting"})},
    ],
)  # fmt: skip
def test_a_schema_with_people_to_choose_from_stays_the_clients(value: Any) -> None:
    assert set(heard(value).values()) == {"own"}


def test_the_description_of_a_tool_and_its_parameters_are_one_text() -> None:
    document = read_json(json.dumps(schema(x={"description": f"says {SAID}"})), max_depth=32)
    claims = Claims(document, 32)
    described = JsonString(0, 0, "Ben Okoro said this")
    claims.text(described, "tools[0].function.description", SlotKind.INSTRUCTIONS)
    claims.each(every_leaf(document.root), "tools[0].function.parameters", SlotKind.INSTRUCTIONS, within=document.root)
    hearing = hear(claims.slots, ROSTER, None, opaque_is_instruction=True)
    assert [whose(part) for part in hearing.said if "walrus" in hearing.slots[part.slot].text] == [None]


def called(arguments: Any) -> dict[str, str | None]:
    """What each string of the arguments of a call is: a participant's id, ``stranger``, or None for nobody's."""
    body = read_json(json.dumps({"arguments": json.dumps(arguments)}), max_depth=32)
    assert isinstance(body.root, JsonObject)
    claims = Claims(body, 32)
    claims.arguments(body.root.members[0].value, "messages[1].tool_calls[0].function.arguments", None)
    hearing = hear(claims.slots, ROSTER, None, opaque_is_instruction=False)
    return {
        hearing.slots[part.slot].text: part.participant or (None if part.unattributed else "stranger")
        for part in hearing.said
    }


@pytest.mark.parametrize(
    "arguments",
    [
        {"speaker": "Wanda Quist", "text": WALRUS},
        {"text": WALRUS, "speaker": "Wanda Quist", "start": 12.5},
        {"quote": WALRUS, "by": "Wanda Quist"},
        {"said_by": "Wanda Quist", "note": WALRUS},
        {"note": {"author": "Wanda Quist", "body": WALRUS}},
        {"notes": [{"author": {"name": "Wanda Quist"}, "message": WALRUS}]},
        {"Wanda Quist": WALRUS},
        {"quotes": {"Wanda Quist": [WALRUS]}},
        ["Wanda Quist:", WALRUS],
        ["Wanda Quist", WALRUS],
        {"line": ["Wanda Quist", WALRUS]},
        {"transcript": [{"speaker": "Ann Lund", "text": "We ship."}, {"speaker": "Wanda Quist", "text": WALRUS}]},
    ],
)
def test_what_a_call_quotes_of_somebody_unknown_is_theirs(arguments: Any) -> None:
    assert called(arguments)[WALRUS] == "stranger"


def test_a_call_beside_a_stranger_keeps_the_words_of_those_who_agreed_and_what_is_no_speech() -> None:
    told = called(
        {"transcript": [{"speaker": "Ann Lund", "text": "We ship."}, {"speaker": "Zed Quill", "text": "No."}]}
    )
    assert (told["We ship."], told["No."], told["speaker"]) == ("p-ann", "stranger", None)

    for ordinary in (
        {"query": "what was decided about the walrus", "limit": 5},
        {"to": ["wanda@fjord.example"], "subject": "Minutes", "body": WALRUS},
        {"title": "Project Phoenix", "summary": WALRUS},
        {"to": "Wanda Quist", "subject": "Minutes", "body": WALRUS},
        {"assignee": "Wanda Quist", "task": WALRUS},
        {"id": "a-1", "note": f'first line\nsecond "line" of \\ {WALRUS}', "done": None},
    ):
        assert "stranger" not in called(ordinary).values()
