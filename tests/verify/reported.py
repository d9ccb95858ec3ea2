"""What happens to a person and in a meeting, the log of it, and the reports that the proxy makes of that log."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from audit.ledger_samples import AT, exchange, intent, outcome, refusal, stamp
from desk.test_meeting_reports import SAID
from desk.test_reports import SETTINGS, Ledger
from outsider_logs import MadeLog

from proxy.audit.acts import Act, Acts, Operator, OperatorKind, act_event
from proxy.audit.events import DeliveryProgress, PersonFacts
from proxy.audit.ocsf import Event, intent_event, outcome_event, refusal_event
from proxy.audit.pseudonyms import MEETING_SUBJECT, Pseudonyms, pseudonym
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.desk import meeting_reports, reports
from proxy.desk.ports import Answer
from proxy.edge.store.store import Store
from proxy.model import Meeting, Participant, ParticipantClass, Roster

KINDS = ("meeting", "person")
ANN, BEN = Participant("p-ann", "Annika"), Participant("p-ben", "Benedikt")
OSLO = Participant("r-oslo", "Oslo", participant_class=ParticipantClass.ROOM, members=("p-ann", "p-ben"))
MEETING = Meeting("standup", AT, title="Stand-up", roster=Roster((ANN, BEN, OSLO), True))
KEY = b"k" * 32
NEVER_LEFT = ("never_sent", "upstream_unreachable", "timed_out")


async def events(store: Store) -> list[Event]:
    """Exchanges that left, were refused, never sent, sent twice, repeated and of another meeting; and an act."""
    subjects = ["p-ann", "p-ben", MEETING_SUBJECT + "standup", MEETING_SUBJECT + "board"]
    keys = await store.keys.of(subjects)
    people = {one: pseudonym("ptc", keys[one], "2026", "fjord") for one in subjects[:2]}
    ours, theirs = (Pseudonyms(people, pseudonym("mtg", keys[one], "2026", "fjord")) for one in subjects[2:])
    clock = (replace(stamp(), at=AT + timedelta(seconds=number)) for number in range(100))
    of_ben = (PersonFacts("p-ben", 2, 30, 0, {"granted": 2}, ()),)

    def begun(name: str, people: tuple[PersonFacts, ...], names: Pseudonyms = ours, **changes: Any) -> Event:
        return intent_event(next(clock), replace(intent(name), people=people, **changes), names, KEY)

    def ended(name: str, attempt: int = 1, **changes: Any) -> Event:
        return outcome_event(next(clock), outcome(name, **changes), ours, attempt)

    never: dict[str, Any] = {"delivered": DeliveryProgress.NONE, "reason": "never_sent", "status": None}
    return [
        begun("ex-1", SAID),
        begun("ex-2", of_ben, theirs),
        ended("ex-1"),
        refusal_event(next(clock), replace(refusal("ex-3"), people=SAID[:1]), ours),
        begun("ex-4", SAID[:2]),
        ended("ex-4", **never),
        begun("ex-5", of_ben, derived_from=("ex-1",)),
        ended("ex-5"),
        begun("ex-6", SAID[:1]),
        ended("ex-6", **never),
        begun("ex-6", SAID[:1], attempt=2),
        ended("ex-6", 2, delivered=DeliveryProgress.PARTIAL, reason="upstream_broken"),
        begun("ex-7", SAID, derived_from=("ex-5", "ex-1")),
        act_event(replace(next(clock), uid="act-1"), await answer(store, "act-1", ["p-ann"]), ours, KEY, AT),
    ]


async def report_of(kind: str, store: Store, ledger: Ledger) -> dict[str, Any]:
    """The report of the meeting or of the person, as it is handed out."""
    if kind == "meeting":
        of_meeting = await meeting_reports.gather(store, ledger, "fjord", "standup", now=AT)
        report = meeting_reports.plain(of_meeting, SETTINGS)
    else:
        of_person = await reports.gather(store, ledger, "fjord", "p-ann", now=AT)
        report = reports.plain(of_person, SETTINGS, lambda _: None)
    told: dict[str, Any] = json.loads(json.dumps(report))
    return told


async def any_events(store: Store, random: Random) -> list[Event]:
    """Exchanges of two meetings, in any order and with any ends; some repeat or fetch earlier replies. And acts."""
    who = ["p-ann", "p-ben", "r-oslo", MEETING_SUBJECT + "standup", MEETING_SUBJECT + "board"]
    keys = await store.keys.of(who)
    clock = (replace(stamp(), at=AT + timedelta(milliseconds=1234 * number)) for number in range(1000))

    def names(meeting: str, epoch: str) -> Pseudonyms:
        people = {one: pseudonym("ptc", keys[one], epoch, "fjord") for one in who[:3]}
        return Pseudonyms(people, pseudonym("mtg", keys[meeting], epoch, "fjord"))

    waiting: list[tuple[str, int, Pseudonyms]] = []
    made: list[Event] = []
    for number in range(24):
        known = names(random.choice(who[3:]), random.choice(("2025", "2026")))
        people, earlier = said(random, who[:3]), [f"ex-{random.randrange(number)}" for _ in range(2) if number]
        earlier = earlier[: random.randrange(3)]
        name = f"ex-{number}"
        facts = exchange(name, first_exchange=random.choice(earlier) if earlier and random.random() < 0.3 else None)
        for attempt in range(1, random.choice((2, 2, 3))):
            asks = replace(intent(name), exchange=facts, people=people, attempt=attempt, derived_from=tuple(earlier))
            made.append(intent_event(next(clock), asks, known, KEY))
            waiting.append((name, attempt, known))
        if random.random() < 0.3:
            refused = replace(refusal(name), exchange=facts, people=people)
            made.append(refusal_event(next(clock), refused, known))
        if random.random() < 0.2:
            answering = random.sample(who[:3], random.randrange(1, 4))
            act = await answer(store, f"act-{number}", answering, random.choice([*ConsentState][:3]))
            made += [act_event(replace(next(clock), uid=act.uid), act, known, KEY, AT)] * random.choice((1, 1, 2))
        while waiting and random.random() < 0.6:
            ended, attempt, of = waiting.pop(random.randrange(len(waiting)))
            how = random.choice([{}, {"delivered": DeliveryProgress.NONE, "reason": random.choice(NEVER_LEFT)}])
            made.append(outcome_event(next(clock), outcome(ended, **how), of, attempt))
    return made


def said(random: Random, who: list[str]) -> tuple[PersonFacts, ...]:
    """Words of some of these, and of unknown speakers."""
    chosen = random.sample([*who, None], random.randrange(4))
    counts = [(random.randrange(3), random.randrange(2) * 40, random.randrange(3)) for _ in chosen]
    why = {"granted": 2, "denied": random.randrange(2)}
    return tuple(PersonFacts(one, *count, why, (), {"PERSON": 1}) for one, count in zip(chosen, counts, strict=True))


async def answer(store: Store, name: str, people: Iterable[str], state: ConsentState = ConsentState.GRANTED) -> Act:
    """An operator records what these people said in the meeting."""
    said = [
        ConsentRecord(f"{name}-{one}", one, Scope.MEETING, "standup", "summary", "acme-llm", "v1", state, AT, None,
                      "written", True, one, AT)
        for one in people
    ]  # fmt: skip
    await store.consents.record_all(said)
    facts = {"state": state.value, "scope": "meeting", "purpose": "summary", "recipient": "acme-llm"}
    code = Acts.CONSENT_WITHDRAWN if state is ConsentState.WITHDRAWN else Acts.CONSENT_RECORDED
    by = Operator(OperatorKind.ACCOUNT, "root")
    return Act(name, AT, code, by, tuple(each.participant for each in said), meeting=exchange().meeting, facts=facts)


class Pruned(Ledger):
    """A ledger whose first records were deleted before it was read."""

    def __init__(self, events: list[Event], first: int) -> None:
        super().__init__(events)
        self._held, self._first = events, first

    async def read(self, how: Callable[[Iterable[tuple[int, Event]]], Answer]) -> Answer | None:
        return how(list(enumerate(self._held))[self._first :])


def written(directory: Path, happened: Iterable[Event], pruned: int = 0, *, keys: int = 1) -> None:
    """The log of these events, its key and a checkpoint of all of them. The lines of the first may be deleted.

    With `keys`, the log changes its key so often, and begins further segments.
    """
    log, events = MadeLog(), list(happened)
    changes = {len(events) * number // keys for number in range(1, keys)}
    for number, event in enumerate(events):
        if number in changes:
            log.rotate(number)
        if number in {pruned, *changes} - {0}:
            log.segment()
        log.group(raw=json.dumps(event).encode())
    (directory / "kept").write_bytes(log.checkpoint())
    if pruned:
        log.group(code="ledger.pruned", facts={"before_sequence": pruned})
    log.write(directory / "log", lines_from=pruned)
    (directory / "kept.key").write_text(log.first_key.vkey + "\n")
