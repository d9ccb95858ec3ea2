"""Applies a decision to what was said: words that may leave, words that are withheld, and names.

`in_order` says which texts of a request follow one another as they were said, so that a repetition can be told from
what it repeats. The messages of a chat are in order, and so are their parts and the items of an array in which a field
names the speaker: arrays are ordered (RFC 8259), the members of an object are not. Other texts have no known order: a
document or a tool's result may be older than the text above it. An array whose times run back, or count from two
starts, has no order either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from proxy.consent.decide import Decision, Reason, Verdict
from proxy.model import Passage, Roster, Slot, SlotKind, Span, Utterance
from proxy.redaction.quotes import ANYWHERE, Steps
from proxy.redaction.redact import LabelSpot, WithheldSpeech
from proxy.steps.typed_messages import MESSAGE
from proxy.steps.utterances import AttributedUtterance, Hearing, named

_STEP = re.compile(r"[0-9]+|[^./\[\]0-9][^./\[\]]*")


def in_order(hearing: Hearing) -> dict[int, Steps]:
    """The places of texts that are in order, by slot. The first step in which two differ is an item's number."""
    places = {slot.index: _steps(slot.where) for slot in hearing.slots if _is_said(slot)}
    arrays: dict[Steps, list[Utterance]] = {}
    for said in sorted(hearing.said, key=lambda said: said.slot):
        if said.slot in places:
            arrays.setdefault(_array(places[said.slot]), []).append(said.utterance)
    disordered = {array for array, told in arrays.items() if run_back(told)}
    return {slot: place for slot, place in places.items() if _array(place) not in disordered}


def run_back(told: Iterable[Utterance]) -> bool:
    """Whether the times of utterances run back, or some are offsets and others instants."""
    offset: float | None = None
    instant: float | None = None
    for each in told:
        if each.start is not None:
            if offset is not None and each.start < offset:
                return True
            offset = each.start
        elif each.at is not None:
            at = each.at.timestamp()
            if instant is not None and at < instant:
                return True
            instant = at
    return offset is not None and instant is not None


def _is_said(slot: Slot) -> bool:
    if slot.kind is not SlotKind.SPEECH or slot.transcript or slot.place is not None:
        return False
    return slot.utterance is not None or MESSAGE.fullmatch(slot.where) is not None


def _steps(where: str) -> Steps:
    return tuple(int(step) if step.isdecimal() else step for step in _STEP.findall(where))


def _array(place: Steps) -> Steps:
    """The place of the outermost array."""
    first = next((at for at, step in enumerate(place) if isinstance(step, int)), len(place))
    return place[:first]


@dataclass(frozen=True, slots=True)
class Partition:
    """The result of a decision over a hearing: passages and labels that may leave (after redaction), and the rest."""

    passages: tuple[Passage, ...]
    labels: tuple[LabelSpot, ...]
    withheld: WithheldSpeech
    withheld_utterances: tuple[tuple[int, Utterance], ...]


def joined(hearing: Hearing, decision: Decision) -> Decision:
    """Return the decision; what a message quotes is withheld wherever the message itself is."""
    verdicts: list[Verdict] = []
    for said, verdict in zip(hearing.said, decision.verdicts, strict=True):
        alone = verdict.admitted and said.utterance.within and not verdicts[-1].admitted
        verdicts.append(Verdict(False, Reason.IN_WITHHELD_MESSAGE, verdicts[-1].grants) if alone else verdict)
    return replace(decision, verdicts=tuple(verdicts))


def sort_out(hearing: Hearing, decision: Decision, roster: Roster) -> Partition:
    """Separate what may leave from what is withheld, in reading order."""
    texts = {slot.index: slot.text for slot in hearing.slots}
    judged = list(zip(hearing.said, decision.verdicts, strict=True))
    leaving = [said for said, verdict in judged if verdict.admitted]
    passages = [replace(_passage(texts, part.slot, part.span, None), instructed=True) for part in hearing.instructed]
    passages += [
        _passage(texts, said.slot, span, said.participant) for said in leaving for span in said.utterance.words
    ]
    labels = [
        LabelSpot(said.slot, span.start, span.end, texts[said.slot][slice(*span)], said.participant, False)
        for said in leaving
        for span in _labels(said.utterance)
    ]
    labels += [_name(texts, slot, span, decision, roster) for slot, span in hearing.names]
    # A quote in a withheld message may be of somebody who may be heard; it stays theirs wherever they said it.
    quoted = Reason.IN_WITHHELD_MESSAGE
    withheld = [said for said, verdict in judged if not verdict.admitted and verdict.reason is not quoted]
    return Partition(
        passages=tuple(sorted(passages, key=lambda p: (p.slot, p.start))),
        labels=tuple(labels),
        withheld=WithheldSpeech(
            participants=frozenset(person for person, verdict in decision.people.items() if not verdict.admitted),
            names=_unknown_names(withheld, labels),
            words=tuple(" ".join(texts[s.slot][w.start : w.end] for w in s.utterance.words) for s in withheld),
            places=_places(hearing, withheld),
            guests=frozenset(at for at, s in enumerate(withheld) if s.participant is None and not s.unattributed),
            order=in_order(hearing),
        ),
        withheld_utterances=_gone(judged),
    )


def _gone(judged: Sequence[tuple[AttributedUtterance, Verdict]]) -> tuple[tuple[int, Utterance], ...]:
    """What is withheld, by slot; a message and what it quotes count as one."""
    gone: list[tuple[int, Utterance]] = []
    before: Verdict | None = None
    for said, verdict in judged:
        message, before = before, verdict
        if verdict.admitted:
            continue
        if said.utterance.within and message is not None and not message.admitted:
            gone[-1] = (said.slot, _with_quote(gone[-1][1], said.utterance))
        else:
            gone.append((said.slot, said.utterance))
    return tuple(gone)


def _name(texts: Mapping[int, str], slot: int, span: Span, decision: Decision, roster: Roster) -> LabelSpot:
    """A name that stands alone; it is shown only if its person may be heard."""
    text = texts[slot][span.start : span.end]
    person = named(text, roster)
    heard = person is not None and person.id in decision.people and decision.people[person.id].admitted
    return LabelSpot(slot, *span, text, person.id if person else None, not heard)


def _places(hearing: Hearing, withheld: Sequence[AttributedUtterance]) -> tuple[tuple[int, int], ...]:
    """Where withheld words begin, or `ANYWHERE`.

    The place is unknown in slots whose times run back, such as chats with the newest on top, and in quotes, which stand
    after the words were said.
    """
    told: dict[int, list[Utterance]] = {}
    for said in hearing.said:
        told.setdefault(said.slot, []).append(said.utterance)
    back = {slot for slot, each in told.items() if run_back(each)}
    return tuple(
        ANYWHERE
        if said.slot in back or said.utterance.within or not said.utterance.words
        else (said.slot, min(said.utterance.words).start)
        for said in withheld
    )


def _with_quote(message: Utterance, quote: Utterance) -> Utterance:
    """Join a message and what it quotes, as one place."""
    return replace(message, words=tuple(sorted((*message.words, *quote.words))))


def _labels(utterance: Utterance) -> tuple[Span, ...]:
    return ((utterance.label,) if utterance.label is not None else ()) + utterance.more_labels


def _passage(texts: Mapping[int, str], slot: int, span: Span, owner: str | None) -> Passage:
    return Passage(slot, span.start, texts[slot][span.start : span.end], owner)


def _unknown_names(withheld: Sequence[AttributedUtterance], labels: Sequence[LabelSpot]) -> tuple[str, ...]:
    spoken = {said.utterance.speaker for said in withheld if said.participant is None}
    written = {spot.text for spot in labels if spot.withheld and spot.participant is None}
    return tuple(sorted(name for name in spoken | written if name))
