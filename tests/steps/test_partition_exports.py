"""Exports of speech services, generated: a refuser's words and what measures them stay, all that was granted leaves."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import pytest
from harness.exports import SERVICES, Turn, document, meeting
from harness.layouts import _SAID as PLANTED

from proxy.consent.decide import Decision, Reason, Verdict
from proxy.model import Edit, Participant, Roster, Slot, SlotKind, apply_edits
from proxy.redaction.withhold import withhold_edits
from proxy.steps.hearing import hear
from proxy.steps.partition import sort_out
from proxy.steps.utterances import Hearing

PEOPLE = ("Ann Lund", "Ben Okoro", "Cy Brandt")
REFUSED = "Ben Okoro"
YES, NO = Verdict(True, Reason.GRANTED), Verdict(False, Reason.DENIED)
SEEDS = range(12)


def roster(service: str, *, known: bool = True) -> Roster:
    label = SERVICES[service][1]
    aliases = [(label(number),) if label is not None and known else () for number in range(len(PEOPLE))]
    people = (Participant(name.split()[0], name, alias) for name, alias in zip(PEOPLE, aliases, strict=True))
    return Roster(tuple(people), complete=True)


def planned(seed: int) -> tuple[list[Turn], dict[str, list[str]]]:
    words = random.Random(seed).sample(PLANTED, 12)
    planted = {person: words[4 * at : 4 * at + 4] for at, person in enumerate(PEOPLE)}
    return meeting(seed, PEOPLE, planted), planted


def heard(text: str, people: Roster) -> Hearing:
    slot = Slot(0, "body", text, SlotKind.SPEECH, transcript=True)
    return hear([slot], people, None, opaque_is_instruction=False)


def left(text: str, people: Roster, policy: Any, *, unattributed: bool = False) -> str:
    """What leaves when all but the refuser are heard, and with `unattributed` also what nobody claims."""
    hearing = heard(text, people)
    verdicts = tuple(
        YES if said.participant not in (None, "Ben") or (said.unattributed and unattributed) else NO
        for said in hearing.said
    )
    known = {person.id: NO if person.id == "Ben" and not unattributed else YES for person in people.participants}
    parted = sort_out(hearing, Decision(verdicts, known), people)
    made = dict(withhold_edits(hearing.slots, parted.withheld_utterances, policy))
    names = [Edit(spot.start, spot.end, "WITHHELD_PERSON") for spot in parted.labels if spot.withheld]
    edits = hearing.source_edits({0: sorted((*made.get(0, ()), *names))})
    return apply_edits(text, edits.get(0, ()))


def plain(document: str) -> str:
    """All that a document says: its strings one by one, and those under each key as one text."""
    by_key: dict[str, list[str]] = {}

    def walk(value: Any, key: str) -> None:
        if isinstance(value, dict):
            for name, part in value.items():
                walk(part, name)
        elif isinstance(value, list):
            for item in value:
                walk(item, key)
        elif isinstance(value, str):
            by_key.setdefault(key, []).append(value)

    walk(json.loads(document), "")
    joined = ("".join(strings) for strings in by_key.values())
    return " ".join(re.findall(r"\w+", "\n".join((*joined, *(text for texts in by_key.values() for text in texts)))))


@pytest.mark.parametrize("policy", ["placeholder", "drop"])
@pytest.mark.parametrize("service", SERVICES)
def test_of_whom_refused_no_word_leaves_and_all_that_was_granted_does(service: str, policy: str) -> None:
    kept = keepable = 0
    for seed in SEEDS:
        turns, planted = planned(seed)
        sent = left(document(service, turns), roster(service), policy)
        json.loads(sent)
        strings = plain(sent).split()
        assert [word for word in planted[REFUSED] if word in strings] == [], (seed, sent)
        granted = [word for person in PEOPLE if person != REFUSED for word in planted[person]]
        keepable += len(granted)
        kept += sum(word in strings for word in granted)
    assert kept >= 0.98 * keepable


@pytest.mark.parametrize("policy", ["placeholder", "drop"])
@pytest.mark.parametrize("service", SERVICES)
def test_nothing_measures_what_is_withheld(service: str, policy: str) -> None:
    """Neither the times between the first word's beginning and the last one's end, nor how many words there were."""
    for seed in SEEDS:
        turns, _ = planned(seed)
        sent = left(document(service, turns), roster(service), policy)
        for before, turn in zip([None, *turns], turns, strict=False):
            if turn.speaker != REFUSED or (before is not None and before.speaker == REFUSED):
                continue
            inside = {time for pair in turn.times for time in pair} - {turn.start, turn.end}
            numbers = re.findall(r"[0-9]+(?:\.[0-9]+)?", sent)
            written = {f"{time:g}" for time in inside} | {f"{round(time * 1000)}" for time in inside if time > 1}
            assert written.isdisjoint(number.rstrip("0") if "." in number else number for number in numbers), seed


@pytest.mark.parametrize("service", SERVICES)
def test_what_refused_people_said_leaves_as_many_entries_however_long_it_was(service: str) -> None:
    """A word more or less in the mouth of somebody withheld changes nothing of what leaves but its end."""
    turns, _ = planned(3)
    at = next(number for number, turn in enumerate(turns) if turn.speaker == REFUSED)
    long = turns[at]
    short = Turn(long.speaker, long.number, (long.words[0],), ((long.start, long.end),))
    sent = [left(document(service, [*turns[:at], turn, *turns[at + 1 :]]), roster(service), "placeholder")
            for turn in (long, short)]  # fmt: skip
    assert sent[0] == sent[1]


@pytest.mark.parametrize("service", [name for name, (_, label) in SERVICES.items() if label is not None])
def test_labels_of_a_diarizer_name_nobody(service: str) -> None:
    """What they say is nobody's, and leaves where everybody granted."""
    turns, planted = planned(5)
    hearing = heard(document(service, turns), roster(service, known=False))
    assert {said.participant for said in hearing.said} == {None}
    assert all(said.unattributed for said in hearing.said)
    everybody = plain(left(document(service, turns), roster(service, known=False), "placeholder", unattributed=True))
    assert all(word in everybody.split() for words in planted.values() for word in words)
    nobody = plain(left(document(service, turns), roster(service, known=False), "placeholder"))
    assert not any(word in nobody.split() for words in planted.values() for word in words)


@pytest.mark.parametrize(
    ("shown", "whose"),
    [("ann", "Ann"), ("Ann L.", "Ann"), ("sparkle", "Ann"), ("ben", None), ("Ben O.", None), ("Ben Okoro", None)],
)
def test_a_nickname_in_a_profile_is_nobodys_where_it_is_a_form_of_anothers_name(shown: str, whose: str | None) -> None:
    profile = {"real_name": "Ann Lund", "display_name": shown, "first_name": "Ann", "team": "T012AB3CD"}
    message = {"type": "message", "user": "U012", "ts": "1772445600.000100", "text": "zebra", "user_profile": profile}
    people = Roster(tuple(Participant(name.split()[0], name) for name in PEOPLE), complete=True)
    hearing = heard(json.dumps([message]), people)
    texts = {slot.index: slot.text for slot in hearing.slots}
    said = [one for one in hearing.said if "zebra" in {texts[one.slot][a:b] for a, b in one.utterance.words}]
    assert [one.participant for one in said] == [whose]
