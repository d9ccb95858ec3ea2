"""What the ledger is told of an exchange: counts by person and kind, never words or names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from proxy.audit.events import PersonFacts
from proxy.consent.decide import Decision, Verdict
from proxy.model import Passage
from proxy.steps.heard import Hearing, Said


def people_facts(
    hearing: Hearing,
    decision: Decision,
    passages: Sequence[Passage] = (),
    removed: Sequence[Mapping[str, int]] = (),
) -> tuple[PersonFacts, ...]:
    """One entry for each participant who said something, and one (None) for all unknown speakers together.

    Text that was given back before has none: the exchanges that it came from have (`derived_from`).
    `removed` counts findings by passage, in the order of `passages`; empty before redaction.
    """
    by_person: dict[str | None, list[tuple[Said, Verdict]]] = {}
    for said, verdict in zip(hearing.said, decision.verdicts, strict=True):
        if said.sources is None:
            by_person.setdefault(said.participant, []).append((said, verdict))
    kinds: dict[str | None, Counter[str]] = {}
    spans = {(said.slot, span.start): said.participant for said in hearing.said for span in said.utterance.words}
    for passage, counts in zip(passages, removed, strict=False):
        if (passage.slot, passage.start) in spans:
            kinds.setdefault(spans[passage.slot, passage.start], Counter()).update(counts)
    return tuple(_person(person, heard, kinds.get(person, Counter())) for person, heard in by_person.items())


def derived_from(hearing: Hearing, decision: Decision) -> tuple[str, ...]:
    """The exchanges that gave back what the request tells again, and which leaves with it."""
    heard = zip(hearing.said, decision.verdicts, strict=True)
    sources = (source for said, verdict in heard if verdict.admitted for source in said.sources or ())
    return tuple(sorted({source.exchange for source in sources}))


def _person(person: str | None, heard: Sequence[tuple[Said, Verdict]], removed: Counter[str]) -> PersonFacts:
    sent = [said for said, verdict in heard if verdict.admitted]
    return PersonFacts(
        participant=person,
        sent_utterances=len(sent),
        sent_characters=sum(span.end - span.start for said in sent for span in said.utterance.words),
        withheld_utterances=len(heard) - len(sent),
        reasons=dict(Counter(str(verdict.reason) for _, verdict in heard)),
        grants=tuple(sorted({grant for _, verdict in heard for grant in verdict.grants})),
        removed=dict(removed),
    )
