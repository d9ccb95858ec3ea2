"""Promise 2: a person can say no. Who says so aloud is heard, and nobody says it for somebody else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from harness.process import PEOPLE
from promises.conftest import Stand

ANN, BEN = "Annika Solberg", "Benedikt Oyelaran"
NO = "I do not consent to this being recorded."
OTHERS = f"{ANN}: The harbour opens in May, and we move in June, as the board said.\n"


def ready(stand: Stand, policy: str | None = None) -> None:
    if policy is not None:
        stand.proxy.document["consent"]["spoken_refusal"] = policy
    stand.proxy.meeting(PEOPLE)
    for person in ("p-ann", "p-ben"):
        stand.proxy.consent("grant", person)
    stand.proxy.start()


def told(stand: Stand) -> dict[str, Any]:
    return json.loads(stand.proxy.cli("meeting", "show", "m1", "--json", "--config", str(stand.proxy.config)))


def counted(stand: Stand) -> float:
    lines = stand.proxy.admin("/metrics").body.decode().splitlines()
    found = [line for line in lines if line.startswith("meeting_proxy_spoken_refusals_total{")]
    return sum(float(line.split()[-1]) for line in found)


def test_who_says_no_aloud_stays_out_of_the_request_and_is_noted(alone: Stand) -> None:
    ready(alone)
    mark = alone.mark()
    alone.proxy.chat(f"{BEN}: My canary is here.\n{OTHERS}{BEN}: {NO}\n")
    (received,) = alone.since(mark)
    assert b"canary" not in received.raw
    assert b"harbour opens" in received.raw
    assert counted(alone) == 1.0
    facts = told(alone)
    assert [one["participant"] for one in facts["spoken_refusals"]] == ["p-ben"]
    assert "consent to this" not in json.dumps(facts)
    assert {(c["participant"], c["heard"]) for c in facts["consent"] if c["purpose"] == "summary"} >= {("p-ben", True)}
    mark = alone.mark()
    alone.proxy.chat(f"{BEN}: My canary is here.\n{OTHERS}")
    assert b"canary" in alone.since(mark)[0].raw


def test_where_policy_says_so_it_is_only_noted(alone: Stand) -> None:
    ready(alone, "note")
    mark = alone.mark()
    alone.proxy.chat(f"{BEN}: My canary is here. {NO}\n{OTHERS}")
    assert b"canary" in alone.since(mark)[0].raw
    assert counted(alone) == 1.0
    assert [one["participant"] for one in told(alone)["spoken_refusals"]] == ["p-ben"]


@pytest.mark.parametrize(
    "said",
    [
        f"{BEN}: um i do not\n{BEN}: consent to this being recorded\n",
        f"{BEN}: so that is it and {NO}\n",
        f"{BEN}: (sighs) I d- do not, uh, consent to [coughs] being recorded, is that clear?\n",
        f"{BEN}: ok so um hello hello can you hear me yes i do not consent to being recorded thanks\n",
        f"{BEN}: Can you please stop recording me?\n",
    ],
    ids=["cut over two turns", "behind a clause", "broken", "behind a run-up", "asked for"],
)
def test_a_no_as_recognizers_write_it_is_heard(alone: Stand, said: str) -> None:
    ready(alone)
    mark = alone.mark()
    alone.proxy.chat(f"{BEN}: My canary is here.\n{OTHERS}{said}")
    assert b"canary" not in alone.since(mark)[0].raw
    assert [one["participant"] for one in told(alone)["spoken_refusals"]] == ["p-ben"]


@pytest.mark.parametrize(
    "said",
    [
        f'{ANN}: Ben said "{NO}"\n{BEN}: My canary is here.\n',
        f"{ANN}: Ben told me, {NO}\n{BEN}: My canary is here.\n",
        f"Eve Stranger: {NO}\n{BEN}: My canary is here.\n",
        f"{BEN}: If I do not consent, where does my canary go?\n",
        f"{BEN}: I do not consent to my dog being recorded by the neighbour's camera. My canary is fine.\n",
    ],
    ids=["quoted", "reported", "by a stranger", "supposed", "of something else"],
)
def test_nobody_says_no_for_somebody_else(alone: Stand, said: str) -> None:
    ready(alone)
    mark = alone.mark()
    alone.proxy.chat(OTHERS + said)
    assert b"canary" in alone.since(mark)[0].raw
    assert counted(alone) == 0.0
    assert told(alone)["spoken_refusals"] == []


def test_who_was_not_heard_anyway_is_not_noted(alone: Stand) -> None:
    ready(alone)
    alone.proxy.chat(f"{OTHERS}Chiara Montefusco: {NO}\n")
    assert (counted(alone), told(alone)["spoken_refusals"]) == (0.0, [])


BROKEN = "♪ I I do not, uh, [inaudible] con- consent to being recorded, okay?"


@pytest.mark.parametrize("layout", ["lines", "cues", "turns"])
def test_a_broken_no_is_heard_in_every_layout(alone: Stand, layout: str) -> None:
    ready(alone)
    turns = [(BEN, "My canary is here."), (ANN, "The harbour opens in May, as the board said."), (BEN, BROKEN)]
    cues = "\n\n".join(
        f"00:00:0{at}.000 --> 00:00:0{at + 1}.000\n<v {who}>{words}</v>" for at, (who, words) in enumerate(turns)
    )
    text = {
        "lines": "\n".join(f"{who}: {words}" for who, words in turns),
        "cues": f"WEBVTT\n\n{cues}\n",
        "turns": json.dumps([{"speaker": who, "text": words} for who, words in turns]),
    }[layout]
    mark = alone.mark()
    alone.proxy.chat(text)
    (received,) = alone.since(mark)
    assert b"canary" not in received.raw
    assert b"harbour opens" in received.raw


def test_a_short_no_to_the_question_whether_all_agree_is_heard(alone: Stand) -> None:
    ready(alone)
    mark = alone.mark()
    alone.proxy.chat(f"{ANN}: Is everybody fine with the AI taking notes?\n{BEN}: Not me.\n{BEN}: My canary is here.\n")
    (received,) = alone.since(mark)
    assert b"canary" not in received.raw
    assert b"taking notes" in received.raw
    assert [one["participant"] for one in told(alone)["spoken_refusals"]] == ["p-ben"]


def test_a_short_no_to_a_later_question_on_something_else_is_none(alone: Stand) -> None:
    ready(alone)
    mark = alone.mark()
    talk = f"{ANN}: Is everybody fine with the AI?\n{BEN}: Sure. Do you see my canary?\n{ANN}: No.\n{BEN}: My canary.\n"
    alone.proxy.chat(f"{talk}{OTHERS}")
    assert b"harbour opens" in alone.since(mark)[0].raw
    assert counted(alone) == 0.0
