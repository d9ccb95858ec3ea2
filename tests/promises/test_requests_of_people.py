"""What people ask of each other beside a transcript is nobody's, and so are headings that tell something.

Requests are drawn from a seed: a verb, a condition, a heading, an object, and where they stand. What a client asks for
in the same forms stays (`STAYS`).
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from harness.endpoints import Apis
from promises.bodies import running, sent, strings
from promises.test_prompts_beside_transcripts import DIALECTS

SAID = "Annika Solberg: Hello all.\nBenedikt Oyelaran: No.\nAnnika Solberg: Fine."
DEEDS = (
    "cancel",
    "pay",
    "sell",
    "call",
    "fire",
    "arrange",
    "approve",
    "buy",
    "refuse",
    "remind",
    "stop",
    "sign",
    "sue",
)
CALM = ("Please {deed} {it}.", "Never {deed} {it}.", "Don't {deed} {it}!", "{Deed} {it}.", "Only {deed} {it}, please.")
CONDITIONS = (
    "If he calls, {deed} {it}.",
    "If {it} comes up, say that it is broke.",
    "When {it} calls, tell him to wait.",
    "Unless {it} pays, mention the police.",
    "As soon as {it} is here, list what he owes.",
)
CAUTIONS = ("Avoid {it}, he is bankrupt.", "Be careful with {it}.", "Please ask {it}.", "Ensure that {it} pays.")
HEADINGS = ("## {It} collapsed", "## The crane of {it} collapsed", "# {It} lied to us", "### Police at {it}")
REPORTS = (
    "## What he thinks\n- {it} is dear",
    "What the supplier wants:\n{it} and its money",
    "He said:\n- {it} is dear",
    "The customer told us:\n\n- {it} is dear",
    "You are a thief of {it}.",
    "You are late with {it}.",
    "This was a horrible meeting with {it}.",
    "This was an outrageous {it} meeting.",
)
THINGS = ("the tamarind order", "the tamarind supplier", "tamarind", "the tamarind people")
PLACES = ("above", "below", "below a prompt", "above a prompt")
DRAWN = 60


@pytest.fixture(scope="module")
def apis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apis]:
    with running(tmp_path_factory.mktemp("requests")) as running_apis:
        yield running_apis


def _drawn(draw: random.Random) -> str:
    shape = draw.choice((*CALM, *CONDITIONS, *CAUTIONS, *HEADINGS, *REPORTS))
    deed, thing = draw.choice(DEEDS), draw.choice(THINGS)
    return shape.format(deed=deed, Deed=deed.capitalize(), it=thing, It=thing.capitalize())


def _placed(draw: random.Random, words: str) -> str:
    return {
        "above": f"{words}\n\n{SAID}",
        "below": f"{SAID}\n\n{words}",
        "below a prompt": f"Write the minutes.\n\n{words}\n\n{SAID}",
        "above a prompt": f"{SAID}\n\n{words}\n\nSummarize the above in five bullets.",
    }[draw.choice(PLACES)]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_request_that_people_make_of_each_other_leaves(apis: Apis, dialect: str) -> None:
    path, body = DIALECTS[dialect]
    for seed in range(DRAWN):
        draw = random.Random(f"{dialect} {seed}")
        text = _placed(draw, _drawn(draw))
        _, received = sent(apis, path, body(None, [[text]]))
        assert "amarind" not in "\n".join(one.raw.decode() for one in received), (seed, text)


STAYS = (
    "The summary is for the board.\nYou are helping the sales team.",
    "The report goes to the managing director. Keep it short.",
    "The minutes are read by people who were absent.",
    "The output is parsed by a script, so return nothing but JSON.",
    "The notes are for internal use only.",
    "You are a careful analyst of a hospital.",
    "You are working for the legal department.",
    "Summary length: short\nWord limit: 500\nAudience: board",
    "Person: third\nMin bullets: 3\nMax bullets: 7",
    "Reader: the board\nPurpose: onboarding\nLength: half a page",
    "Confirm in one sentence that the summary is complete.",
    "If nothing was decided, leave the section empty.",
    "When in doubt, leave it out.",
    "Avoid filler words.\nNever invent names.",
    "Summarize the call. If the price comes up, say who raised it.\nPlease keep their order.",
    "## Lessons learned\n## What was agreed\n## Open questions for next time\n\nFill in these headings.",
    "The notes always have the same form:\n- one line for each topic\n- the owner in brackets",
    "This was a weekly team meeting.",
    "Here is the recording of our weekly sync.",
    "The meeting was held online. Summarize it in five bullets.",
    "A task has an owner. A decision is something that the group agreed on.",
    "The target audience is our customers. Explain all abbreviations.",
    'If information is missing, write "to be clarified".',
)
"""What clients write beside a transcript, of the same forms."""


@pytest.mark.parametrize("below", [False, True])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_a_client_asks_and_states_stays(apis: Apis, dialect: str, below: bool) -> None:
    path, body = DIALECTS[dialect]
    for prompt in STAYS:
        text = "\n\n".join((SAID, prompt) if below else (prompt, SAID))
        reply, received = sent(apis, path, body(None, [[text]]))
        assert reply.status == 200, reply.body
        left = "\n".join(strings(received[-1].json))
        assert [line for line in prompt.splitlines() if line not in left] == [], left
        assert "No." not in left


NAMED = (
    "## What Benedikt thinks\nThe tamarind price is too high",
    "What Benedikt Oyelaran wants:\n\n- the tamarind money now",
    "# Benedikt said:\ntamarind is far too dear",
    "## Why Benedikt objected\n\nThe tamarind price is too high.",
    "What the supplier told us:\n- tamarind is far too dear",
)
ASKED = ("Include:\n- What Benedikt said\n- What was decided", "List what Benedikt wants.\nList all decisions.")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_stands_below_a_heading_of_what_somebody_thinks_is_nobodys(apis: Apis, dialect: str) -> None:
    path, body = DIALECTS[dialect]
    for heading in NAMED:
        for head in ("", "You write minutes.\n\n"):
            _, received = sent(apis, path, body(head + heading, [[SAID]]))
            assert "tamarind" not in "\n".join(one.raw.decode() for one in received), heading
    for prompt in ASKED:
        _, received = sent(apis, path, body(prompt, [[SAID]]))
        left = "\n".join(strings(received[-1].json))
        assert prompt.splitlines()[-1] in left
