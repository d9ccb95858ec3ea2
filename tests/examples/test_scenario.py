"""The demo's meeting is what the demo says, and its search for leaks finds them."""

import json
from pathlib import Path

import pytest
import yaml

from examples import scenario
from proxy.settings import Settings

REPOSITORY = Path(__file__).parents[2]


def settings() -> Settings:
    return Settings.model_validate(yaml.safe_load((REPOSITORY / "config/demo.yaml").read_text()))


def search(body: bytes) -> list[str]:
    said = scenario.lines()
    return scenario.leaks(
        body,
        body,
        withheld=[line.text for line in said if line.speaker not in scenario.HEARD],
        admitted=[line.text for line in said if line.speaker in scenario.HEARD],
    )


def body_with(text: str) -> bytes:
    return json.dumps({"messages": [{"role": "user", "content": text}]}).encode()


def test_the_demo_configuration_is_valid_and_lets_the_demo_client_in() -> None:
    client = settings().caller(scenario.CLIENT_KEY)
    assert client is not None
    assert set(client.routes) == {"summary", "compose"}
    assert scenario.RECIPIENT in settings().recipients


def test_everybody_who_is_heard_is_on_the_roster_and_granted_and_the_dial_in_is_not() -> None:
    on_roster = {person["name"]: person["id"] for person in scenario.people()}
    granted = {r.participant for r in scenario.RECORDS if r.verb == "grant"}
    refused = {r.participant for r in scenario.RECORDS if r.verb != "grant"}
    assert {on_roster[label] for label in scenario.HEARD} == granted - refused
    assert {line.speaker for line in scenario.lines()} - set(on_roster) == {"Guest 4021"}


def test_a_thread_names_its_authors_by_their_aliases() -> None:
    aliases = {alias for person in scenario.people() for alias in person["aliases"]}
    thread = scenario.compose_request()["messages"]
    assert {message["name"] for message in thread if message["role"] != "system"} == aliases


def test_no_speech_of_those_who_are_heard_counts_as_a_leak() -> None:
    assert search(body_with("A release with double charging would cost us more in refunds than we earn.")) == []


@pytest.mark.parametrize("item", scenario.PRIVATE)
def test_every_private_item_is_found_even_when_it_is_escaped_or_cased_otherwise(item: str) -> None:
    assert search(body_with(f"and {item.upper()}, then"))
    assert search(json.dumps({"messages": [{"metadata": {item: 1}}]}, ensure_ascii=True).encode())


@pytest.mark.parametrize("line", [line for line in scenario.lines() if line.speaker not in scenario.HEARD])
def test_withheld_speech_is_found(line: scenario.Line) -> None:
    if len(line.text.split()) > 6:
        assert search(body_with(f"PERSON_1: {line.text}"))


def test_a_quote_of_withheld_words_is_found_although_somebody_who_is_heard_said_it() -> None:
    quoting = next(line for line in scenario.lines() if '"' in line.text and line.speaker in scenario.HEARD)
    assert search(body_with(quoting.text.replace("Priya", "WITHHELD_PERSON")))
