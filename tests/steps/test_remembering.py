"""What was read in earlier requests changes nothing: growing meetings, with memory and without, are planned alike."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.consent.aloud_turns import TurnAloud, Turns, refusing
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.detection.memory import ENTRY_BYTES, KEY_BYTES, Memory
from proxy.model import Excerpt, Finding, Inbound, Meeting, Participant, Profile, Roster, TextLanguage
from proxy.planning import Plan, Planner, Refused
from proxy.ports import at_once
from proxy.settings import Settings
from proxy.steps.consultation import Consultation
from proxy.steps.remembering import refusing_aloud

KEY = bytes(KEY_BYTES)
NOW = datetime(2026, 3, 2, 11, tzinfo=UTC)
SETTINGS = Settings.model_validate(
    {
        "version": 1,
        "recipients": {"acme": {"base_url": "https://llm.example/v1", "terms": {"version": "1"}}},
        "routes": [{"name": "s", "path": "/v1/s", "dialect": "openai-chat", "purpose": "summary", "recipient": "acme"}],
        "clients": [{"name": "bot", "key_sha256": hashlib.sha256(b"k").hexdigest(), "routes": ["s"]}],
    }
)
PEOPLE = tuple(
    Participant(f"p{number}", name) for number, name in enumerate(("Ann Lund", "Ben Okoro", "Chiara Montefusco"))
)
SAID = (
    "I do not consent to being recorded.",
    "Ich möchte nicht, dass das aufgezeichnet wird.",
    "I do not",
    "consent to this being summarized by an AI.",
    "Please take a note: the budget is 40.",
    "Ben said that he does not consent to the recording.",
    "Write to jane@acme.example, she knows Ann.",
    "Ann Lund: as I said before.",
    "Okay.",
    "Is everyone okay with the AI recording this?",
    "No.",
)
TURNS = st.lists(
    st.tuples(st.sampled_from([*(person.name for person in PEOPLE), "Guest 2"]), st.sampled_from(SAID)),
    min_size=1,
    max_size=12,
)
CONSENT = st.lists(st.sampled_from(ConsentState), min_size=len(PEOPLE), max_size=len(PEOPLE))
GROWING = st.lists(st.tuples(st.integers(1, 12), CONSENT, st.integers(1, len(PEOPLE))), min_size=1, max_size=5)


class World:
    """A registry and a detector, whose roster and consent records change from request to request."""

    def __init__(self) -> None:
        self.people = PEOPLE
        self.states = [ConsentState.GRANTED] * len(PEOPLE)

    async def meeting(self, meeting_id: str) -> Meeting | None:
        return Meeting(meeting_id, NOW - timedelta(hours=1), roster=Roster(self.people, complete=True))

    async def meetings_around(self, *_: Any) -> list[Meeting]:
        return []

    async def grants(self, *_: Any, **__: Any) -> list[ConsentRecord]:
        then = NOW - timedelta(days=1)
        return [
            ConsentRecord(f"g-{person.id}", person.id, Scope.MEETING, "m", "summary", "acme", "1", state,
                          then, None, "verbal", state is ConsentState.GRANTED, person.id, then)
            for person, state in zip(self.people, self.states, strict=False)
        ]  # fmt: skip

    async def tell(self, texts: Any, expected: Any) -> list[TextLanguage]:
        return [TextLanguage("en", True) for _ in texts]

    async def find(self, excerpts: list[Excerpt], profile: Profile) -> list[list[Finding]]:
        where = ((each, each.text.find("jane@acme.example")) for each in excerpts)
        return [[Finding(at, at + 17, "EMAIL_ADDRESS", 1.0, "pattern")] if at >= 0 else [] for _, at in where]


def planner(world: World, memory: Memory) -> Planner:
    consent = Consultation(SETTINGS, world, lambda: NOW)
    return Planner(SETTINGS, consent, world, lambda body: hashlib.sha256(body).digest(), memory=memory)


def request(turns: list[tuple[str, str]]) -> Inbound:
    text = "\n".join(f"{speaker}: {said}" for speaker, said in turns)
    body = {"model": "m", "messages": [{"role": "user", "content": text}]}
    return Inbound("POST", "/v1/s", "", (("authorization", "Bearer k"), ("content-type", "application/json")),
                   json.dumps(body).encode())  # fmt: skip


def told(planned: Plan | Refused) -> tuple[Any, ...]:
    """All that a request leads to: what leaves, what is recorded of whom, or why nothing leaves."""
    if isinstance(planned, Refused):
        return (planned.fault.reason, str(planned.fault), planned.people, planned.facts)
    return (planned.outbound, planned.intent, planned.pseudonyms, planned.unproven, planned.consulted)


@settings(max_examples=invented(60), deadline=None)
@given(TURNS, GROWING, st.integers(0, 40))
async def test_growing_meetings_are_planned_alike_with_memory_and_without(
    turns: list[tuple[str, str]], growing: list[tuple[int, list[ConsentState], int]], entries: int
) -> None:
    """Whatever was sent before, in which order, how much room there is, and who agreed or was listed meanwhile."""
    world = World()
    remembering, afresh = planner(world, Memory(KEY, entries * ENTRY_BYTES)), planner(world, Memory(KEY, 0))
    for count, states, listed in [*growing, *growing]:
        world.states, world.people = states, PEOPLE[:listed]
        sent = request(turns[:count])
        plans = [await each.plan(sent, "m", "x1") for each in (remembering, afresh)]
        assert told(plans[0]) == told(plans[1])


SPEAKING = st.builds(
    Turns, st.sampled_from(("p0", "p1")), st.lists(st.sampled_from(SAID), min_size=1, max_size=3).map(tuple)
)


@given(st.lists(SPEAKING, max_size=10), st.integers(0, 20))
async def test_who_refuses_is_a_function_of_what_they_say(said: list[Turns], entries: int) -> None:
    """In one turn or in consecutive ones, whatever was read before and however much of it is remembered."""
    memory = Memory(KEY, entries * ENTRY_BYTES)
    for upto in (len(said) // 2, len(said), len(said)):
        found = await refusing_aloud(said[:upto], memory, ("settings", "bot", "m"), at_once)
        assert found == refusing(said[:upto], [TurnAloud.of(*each.words) for each in said[:upto]])


async def test_a_refusal_that_goes_on_in_the_next_turn_is_one() -> None:
    """Though its beginning alone was read before."""
    memory = Memory(KEY, 1 << 20)
    for words, who in ((SAID[2:3], set()), (SAID[2:4], {"p0"}), (SAID[2:3], set())):
        assert await refusing_aloud([Turns("p0", words)], memory, ("s", "c", "m"), at_once) == who


@pytest.mark.parametrize("whose", [("other", "bot", "m"), ("settings", "chat", "m"), ("settings", "bot", None)])
async def test_turns_of_one_client_and_meeting_are_read_once_and_those_of_others_anew(
    monkeypatch: pytest.MonkeyPatch, whose: tuple[str | None, ...]
) -> None:
    read, of = list[tuple[str, ...]](), TurnAloud.of
    monkeypatch.setattr(TurnAloud, "of", lambda *words: read.append(words) or of(*words))
    memory, said = Memory(KEY, 1 << 20), [Turns("p0", (words,)) for words in SAID[:3]]
    await refusing_aloud(said[:2], memory, ("settings", "bot", "m"), at_once)
    await refusing_aloud(said, memory, ("settings", "bot", "m"), at_once)
    assert read == [(words,) for words in SAID[:3]]
    await refusing_aloud(said, memory, whose, at_once)
    assert len(read) == 6


async def test_who_refused_is_asked_of_whoever_says_it_now() -> None:
    """The memory tells that words refuse, never whose they were."""
    memory, said = Memory(KEY, 1 << 20), Turns("p0", (SAID[0],))
    for speaker in ("p0", "p1"):
        assert await refusing_aloud([replace(said, participant=speaker)], memory, ("s", "c", "m"), at_once) == {speaker}
