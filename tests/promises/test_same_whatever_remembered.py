"""What leaves does not depend on what was sent before: findings are a function of the text, remembered or not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest
from harness.engines import engine
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st
from promises.conftest import Stand

from proxy.detection.blocks import MAX_CHARS, join
from proxy.detection.memory import ENTRY_BYTES, KEY_BYTES, Memory
from proxy.model import Excerpt, Finding, Passage, Profile, TextLanguage
from proxy.redaction.passages import locate
from proxy.steps.remembering import RememberingDetector

EXAMPLES = invented(30)
KEY = bytes(KEY_BYTES)
SAID = (
    "I will ask Maya Chen whether the contract with Fjord in Lisbon can wait until the third of June.",
    "My number is four one five",
    "five five five oh one two three",
    "mhm",
    "Write to jane dot doe at acme dot com, or call 020 7946 0018 after lunch.",
    "No, the budget is about forty thousand, not fifty, and nobody has looked at it since then.",
    "The PIN was 4471 and the password is hunter2, tell nobody.",
    "Könnten wir das bitte noch einmal besprechen?",
    "Okay.",
)
TURNS = st.lists(
    st.tuples(st.sampled_from(("p-ann", "p-ben", None)), st.sampled_from(SAID), st.integers(0, 99)),
    min_size=1,
    max_size=60,
)


@dataclass
class Engine:
    """The real engine, in this process; it counts the characters that it is asked about."""

    read: list[int] = field(default_factory=list)

    async def find(self, excerpts: list[Excerpt], profile: Profile) -> list[list[Finding]]:
        self.read += [len(excerpt.text) for excerpt in excerpts]
        return engine().find(excerpts)

    async def tell(self, texts: list[str], expected: object) -> list[TextLanguage]:
        raise NotImplementedError


def passages(turns: list[tuple[str | None, str, int]]) -> list[Passage]:
    laid, at = [], 0
    for owner, said, number in turns:
        words = f"{said} {number}" if number < 30 else said
        laid.append(Passage(0, at, words, owner))
        at += len(words) + 12
    return laid


async def located(detector: object, said: list[Passage]) -> list[list[Finding]]:
    blocks = join(said)
    return locate(blocks, await detector.find([block.excerpt for block in blocks], Profile("r")))


@settings(max_examples=EXAMPLES, deadline=None)
@given(TURNS, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=5), st.integers(0, 40))
async def test_findings_are_the_same_whatever_was_sent_before(
    turns: list[tuple[str | None, str, int]], parts: list[tuple[int, int]], entries: int
) -> None:
    """Parts of a transcript in any order and of any length, with room for all that is found, for little or none."""
    memory = Memory(KEY, entries * 8 * ENTRY_BYTES)
    remembering = RememberingDetector(Engine(), memory, ("settings", "bot", "m1"))
    for start, end in [*parts, (0, len(turns)), (0, len(turns))]:
        said = passages(turns)[start:end]
        assert await located(remembering, said) == await located(Engine(), said)


@settings(max_examples=EXAMPLES, deadline=None)
@given(TURNS, TURNS)
async def test_what_is_said_later_changes_no_finding_of_long_ago(
    turns: list[tuple[str | None, str, int]], more: list[tuple[str | None, str, int]]
) -> None:
    said = passages([*turns, *more])
    before, after = said[: len(turns)], await located(Engine(), said)
    limit = before[-1].end - 2 * MAX_CHARS
    old = [at for at, passage in enumerate(before) if passage.end < limit]
    spans = [[[(f.start, f.end, f.kind, f.score) for f in found[at]] for at in old] for found in (
        await located(Engine(), before), after
    )]  # fmt: skip
    assert spans[0] == spans[1]


async def test_a_transcript_that_is_sent_again_costs_its_new_part() -> None:
    turns = [("p-ann", SAID[n % len(SAID)], n % 100) for n in range(120)]
    work = Engine()
    remembering = RememberingDetector(work, Memory(KEY, 1 << 24), ("settings", "bot", "m1"))
    await located(remembering, passages(turns[:-3]))
    whole, work.read[:] = sum(work.read), []
    await located(remembering, passages(turns))
    assert len(work.read) <= 3
    assert sum(work.read) < whole / 3
    work.read[:] = []
    await located(remembering, passages(turns))
    assert work.read == []


@pytest.mark.parametrize("whose", [("other", "bot", "m1"), ("settings", "chat", "m1"), ("settings", "bot", None)])
async def test_what_another_client_or_meeting_sent_is_read_anew(whose: tuple[str | None, ...]) -> None:
    """Else the time of an answer would tell a client what somebody else has said."""
    memory, work, said = Memory(KEY, 1 << 24), Engine(), passages([("p-ann", SAID[0], 1)])
    await located(RememberingDetector(work, memory, ("settings", "bot", "m1")), said)
    await located(RememberingDetector(work, memory, whose), said)
    assert len(work.read) == 2


def test_the_same_bytes_leave_whatever_was_sent_before(stand: Stand) -> None:
    """A transcript that was sent in growing parts leaves as it does for a meeting of which nothing is remembered."""
    stand.proxy.meeting(name="m-afresh")
    stand.proxy.consent("grant", "p-ann", meeting="m-afresh")
    lines = [f"Annika Solberg: {said} {n}" for n, said in enumerate((*SAID[:7], SAID[8]) * 3)]
    mark = stand.mark()
    for count in (4, 11, 20, len(lines), len(lines)):
        assert stand.proxy.chat("\n".join(lines[:count])).status == 200
    assert stand.proxy.chat("\n".join(lines), meeting="m-afresh").status == 200
    first, again, afresh = stand.since(mark)[-3:]
    assert first.body == again.body == afresh.body
    assert b"Maya" not in first.body
    hits = re.search(rb'remembered_lookups_total\{result="hit"\} ([0-9.]+)', stand.proxy.admin("/metrics").body)
    assert hits is not None
    assert float(hits[1]) > 0
