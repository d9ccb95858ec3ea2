"""An entry of ``stop`` is the client's if it is a sign, a label or words for texts; what tells anything is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from harness.endpoints import Apis
from promises.bodies import CHAT, MESSAGES, anthropic, ollama, openai, running, sent, user

SAID = user("Annika Solberg: We ship on Monday.\nBenedikt Oyelaran: No.")
PLACES: dict[str, tuple[str, Callable[[list[str]], dict[str, Any]]]] = {
    "chat": (CHAT, lambda stops: {**openai(SAID), "stop": stops}),
    "messages": (MESSAGES, lambda stops: {**anthropic(SAID), "stop_sequences": stops}),
    "ollama": ("/api/chat", lambda stops: {**ollama(SAID), "options": {"stop": stops}}),
}
TOLD = (
    ["the tamarind is broke"],
    ["Benedikt Oyelaran", "the tamarind is broke"],
    ["From: Benedikt Oyelaran", "Subject: tamarind broke", "nobody pays the tamarind"],
    ["speaker,text", "Benedikt,", "tamarind is broke"],
    ["- tamarind is broke", "- (Benedikt)"],
    ["Benedikt said:", "pay the tamarind now"],
)
OWN = (
    ["\n\n", "User:", "###", "<|im_end|>"],
    ["END", "End of summary", "# Action items", "</summary>"],
    ["}\n", "```", "Next section:", "---"],
)


@pytest.fixture(scope="module")
def apis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apis]:
    with running(tmp_path_factory.mktemp("stops")) as running_apis:
        yield running_apis


@pytest.mark.parametrize("place", PLACES)
def test_no_entry_that_tells_something_leaves(apis: Apis, place: str) -> None:
    path, body = PLACES[place]
    for stops in TOLD:
        _, received = sent(apis, path, body(stops))
        gone = "\n".join(one.raw.decode() for one in received)
        assert "broke" not in gone, stops
        assert "pays" not in gone, stops
        assert "pay the" not in gone, stops


@pytest.mark.parametrize("place", PLACES)
def test_signs_and_labels_stay(apis: Apis, place: str) -> None:
    path, body = PLACES[place]
    for stops in OWN:
        reply, (received,) = sent(apis, path, body(stops))
        assert reply.status == 200, reply.body
        left = received.json.get("stop") or received.json.get("stop_sequences") or received.json["options"]["stop"]
        assert left == stops
