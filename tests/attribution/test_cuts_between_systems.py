"""A cut through somebody's words that involves a system message: what stands on its other side is not the client's.

Texts are drawn from a seed: a head, the place of the cut, and the roles of the messages on both sides.
"""

from __future__ import annotations

import random

import pytest

from proxy.model import Participant, Roster, Slot, SlotKind
from proxy.steps.hearing import hear

ROSTER = Roster((Participant("p-0", "Maria Okafor"), Participant("p-1", "Ben Okoro")), complete=True)
SAID = "I paid the bill in March and nobody of us ever told the harbour board about it."
HEADS = ("Ben Okoro: ", "Ben — ", "**Ben:** ", "Ben Okoro\n", "[10:02] Ben: ", "Maria Okafor: Hello.\nBen Okoro: ")
RECORDS = (
    '[{{"speaker": "Ben Okoro", "text": "{}"}}]',
    '{{"turns": [{{"who": "Ben", "said": "{}"}}]}}',
    '[{{"text": "{}"}}]',
)
SYSTEM, USER = SlotKind.INSTRUCTIONS, SlotKind.SPEECH
ROLES = {"two systems": (SYSTEM, SYSTEM), "a user, then a system": (USER, SYSTEM)}


def own(*messages: tuple[SlotKind, str]) -> str:
    """What of some messages counts as the client's or as Maria's."""
    slots = [Slot(at, f"messages[{at}].content", text, kind) for at, (kind, text) in enumerate(messages)]
    heard = hear(slots, ROSTER, None, opaque_is_instruction=False)
    said = [one for one in heard.said if one.participant == "p-0"]
    return "\n".join([*heard.instructions, *(slots[s.slot].text[slice(*w)] for s in said for w in s.utterance.words)])


@pytest.mark.parametrize("roles", ROLES)
@pytest.mark.parametrize("head", HEADS)
def test_the_rest_of_a_sentence_is_not_the_clients(roles: str, head: str) -> None:
    draw = random.Random(roles + head)
    above, below = ROLES[roles]
    for at in draw.sample(range(4, len(SAID) - 12), 12):
        first, rest = head + SAID[:at], SAID[at:].lstrip()
        if not rest[0].islower() or first.rstrip().endswith((".", ",")):
            continue
        assert rest[:12] not in own((above, first), (below, rest)), (first, rest)


@pytest.mark.parametrize("record", RECORDS)
def test_the_rest_of_a_record_is_not_the_clients(record: str) -> None:
    draw = random.Random(record)
    whole = record.format(f"We need it. {SAID}")
    for _ in range(8):
        at = draw.randrange(whole.index(SAID[:8]) - 8, len(whole) - 30)
        assert whole[at:][-20:-4] not in own((SYSTEM, whole[:at]), (SYSTEM, whole[at:])), whole[at:]
        assert whole[at:][-20:-4] not in own((SYSTEM, whole[at:])), whole[at:]


@pytest.mark.parametrize("head", HEADS[:5])
def test_the_rest_of_a_sentence_above_a_head_is_not_the_clients(head: str) -> None:
    rest = "body of us told the harbour board about it.\n"
    assert "harbour" not in own((SYSTEM, rest + head + "We pay it twice and then we see."))


@pytest.mark.parametrize(
    "prompt",
    [
        "summarize the transcript in five bullets.",
        "Summarize the transcript in five bullets.",
        "you are an assistant that writes minutes. list all decisions.",
        'Answer with JSON such as {"decisions": ["text"]}',
        'Use the form [{"who": "name", "what": "task"}]',
    ],
)
def test_a_prompt_beside_words_without_a_full_stop_stays(prompt: str) -> None:
    said = "Maria Okafor: Hello all.\nBen Okoro: I paid the bill and"
    assert prompt in own((SYSTEM, prompt), (USER, said))
    assert prompt in own((USER, said), (SYSTEM, prompt))
    assert prompt in own((SYSTEM, f"{prompt}\n\nBen Okoro: We pay it twice and then we see."))
