"""Refuses a whole request if consent says so, or if it would leave without its essential part.

`people_facts` and `derived_from` give the ledger what it records of an exchange: counts by person and kind, never words
or names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from proxy.attribution.captions import is_phrase
from proxy.audit.events import PersonFacts
from proxy.consent.decide import Decision, Reason, Speech, Verdict
from proxy.consent.verdicts import Refusing
from proxy.errors import Refusal
from proxy.model import Passage, SlotKind
from proxy.steps.consultation import ConsentAnswer
from proxy.steps.context import Context
from proxy.steps.utterances import AttributedUtterance, Hearing

REMEDY = (
    "If they are the client's own, send them as the system message or instructions, let 'meeting-proxy profile "
    "learn' find them in its requests, or set 'clients[].last_message: typed' where its users type the last message; "
    "if they are speech, give each line its speaker. 'meeting-proxy explain --origins' shows whose each stretch is"
)
_UNPROVEN = "nothing proves whose words these are, or they repeat a reply for which somebody may no longer be heard: in"
_UNLISTED = (
    "these instructions are not among the lines that the client's profile lists, and not everybody who was present may "
    "be heard"
)
LISTING = (
    "List them: 'meeting-proxy profile learn' finds them in two requests of the client, for 'clients[].profile'; "
    "or set 'consent.instructions: read'"
)
UNNAMED = (
    "The request names no meeting, so nobody's words may leave: call '/m/MEETING/v1/…', send the header "
    "'X-Meeting-Id', or set 'clients[].series'"
)
_SHOWN = 3
_MESSAGES = (SlotKind.SPEECH, SlotKind.REPLY)


def refuse_whole(context: Context, consulted: ConsentAnswer, *, recording: bool) -> None:
    """Raise a refusal if consent leaves no request that makes sense; for `recording` see `refuse_if_denied`."""
    hearing, decision = consulted.hearing, consulted.decision
    if context.only_listed:
        refuse_if_unlisted(hearing, decision)
    refuse_if_denied(hearing, decision, recording=recording)
    refuse_if_unproven(hearing, decision, context.settings.consent.unproven)


def refuse_if_denied(hearing: Hearing, decision: Decision, *, recording: bool) -> None:
    """Raise the refusal that the decision asks for, with ids and reason codes only.

    `recording`: the request holds a recording, which leaves only by grants; a class default is not a grant.
    """
    if decision.refusal is not None:
        judged = zip(hearing.said, decision.verdicts, strict=True)
        whose = (each for said, verdict in judged if not verdict.admitted for each in _because_of(said, verdict))
        withheld_people = sorted({f"{person or 'unknown speaker'} ({verdict.reason})" for person, verdict in whose})
        withheld = f"; withheld: {', '.join(withheld_people)}" if withheld_people else ""
        unproven = unproven_in(hearing, decision)
        hint = f"; {_UNPROVEN} {_places(unproven)}. {REMEDY}" if unproven else ""
        unnamed = f". {UNNAMED}" if _is_unbound(decision) else ""
        detail = f"{decision.refusal}{withheld}{unnamed}. See 'meeting-proxy explain' for each utterance{hint}"
        raise Refusal("consent_denied", detail)
    if recording and any(verdict.reason is Reason.CLASS_DEFAULT for verdict in decision.verdicts):
        raise Refusal(
            "recording_not_granted",
            "somebody who was present is heard by the default of a class; a recording needs a grant of everybody's own",
        )


def _is_unbound(decision: Decision) -> bool:
    """Whether words are withheld because the request belongs to no meeting."""
    return any(verdict.reason is Reason.UNBOUND for verdict in decision.verdicts)


def unproven_in(hearing: Hearing, decision: Decision) -> tuple[str, ...]:
    """Where words are withheld because nothing proves whose they are, or because they repeat a withheld reply.

    Unproven words have no label, no time and no field that names a speaker. Words below a label also count if no
    participant has it and it consists of ordinary words: they may be the client's own (``Harbour question: …``).
    """
    slots = {slot.index: slot for slot in hearing.slots}
    return tuple(dict.fromkeys(slots[said.slot].where for said in _unproven(hearing, decision, titled=True)))


def refuse_if_unproven(hearing: Hearing, decision: Decision, policy: Literal["refuse", "withhold"]) -> None:
    """Raise a refusal where unattributed words would be withheld unnoticed.

    Under the policy ``refuse``, any such words refuse the request. Under ``withhold``, only those of the last message
    do, if nothing else of it would leave: a recipient that is not told the question answers something else, and the
    client takes it for the answer.
    """
    any_is = any(True for _ in _unproven(hearing, decision, titled=False))
    if (policy == "refuse" and any_is) or _last_message_is_gone(hearing, decision):
        unnamed = f"{UNNAMED}. " if _is_unbound(decision) else ""
        raise Refusal("unproven", f"{unnamed}{_UNPROVEN} {_places(unproven_in(hearing, decision))}. {REMEDY}")


def refuse_if_unlisted(hearing: Hearing, decision: Decision) -> None:
    """Raise a refusal where nothing would be left of a system message, or of a string of a tool or schema.

    That happens if the client's profile does not list it. The recipient would answer without knowing its task.
    """
    fields = {slot.index: slot.where for slot in hearing.slots if slot.kind is SlotKind.INSTRUCTIONS}
    leaves = {part.slot for part in hearing.instructed}
    leaves |= {said.slot for said, verdict in zip(hearing.said, decision.verdicts, strict=True) if verdict.admitted}
    withheld = (said.slot for said in _unproven(hearing, decision, titled=True))
    gone = dict.fromkeys(fields[slot] for slot in withheld if slot in fields and slot not in leaves)
    if gone:
        raise Refusal("instructions_unlisted", f"{_UNLISTED}: {_places(tuple(gone))}. {LISTING}")


def _unproven(hearing: Hearing, decision: Decision, *, titled: bool) -> Iterator[AttributedUtterance]:
    """What is withheld for lack of proof; with `titled` also words below titles that are taken for speakers."""
    texts = {slot.index: slot.text for slot in hearing.slots}
    for said, verdict in zip(hearing.said, decision.verdicts, strict=True):
        told = said.utterance
        placed = told.label is not None or told.start is not None or told.at is not None
        repeats = said.sources is not None
        title = titled and said.participant is None and told.speaker is not None and is_phrase(told.speaker)
        if verdict.admitted or not (title or (not placed and (said.unattributed or repeats))):
            continue
        if any(map(str.isalnum, "".join(texts[said.slot][span.start : span.end] for span in told.words))):
            yield said


def _last_message_is_gone(hearing: Hearing, decision: Decision) -> bool:
    """Whether the last message holds only unattributed words that are withheld. A transcript is no message."""
    messages = [slot for slot in hearing.slots if slot.kind in _MESSAGES and slot.text.strip()]
    if not messages or messages[-1].transcript or messages[-1].kind is SlotKind.REPLY:
        return False
    if messages[-1].author is not None or messages[-1].utterance is not None:
        return False  # a field attributes it to somebody: what one participant types refuses nothing for the others
    last = messages[-1].index
    leaves = [said.slot for said, verdict in zip(hearing.said, decision.verdicts, strict=True) if verdict.admitted]
    leaves += [part.slot for part in hearing.instructed]
    return last not in leaves and any(said.slot == last for said in _unproven(hearing, decision, titled=True))


def _places(places: Sequence[str]) -> str:
    more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
    return ", ".join(places[:_SHOWN]) + more


def people_facts(
    hearing: Hearing,
    decision: Decision,
    passages: Sequence[Passage] = (),
    removed: Sequence[Mapping[str, int]] = (),
    kept: Sequence[Mapping[str, int]] = (),
) -> tuple[PersonFacts, ...]:
    """One entry for each participant who said something, and one (None) for all unknown speakers together.

    Text that was given back earlier has no entry where it leaves; the exchanges that it came from have
    (`derived_from`). Where it stays, it counts as an utterance of each person because of whose words it does. `removed`
    and `kept` count findings by passage, in the order of `passages`; empty before redaction.
    """
    by_person: dict[str | None, list[tuple[AttributedUtterance, Verdict]]] = {}
    for said, verdict in zip(hearing.said, decision.verdicts, strict=True):
        for person, own in _because_of(said, verdict):
            by_person.setdefault(person, []).append((said, own))
    spans = {(said.slot, span.start): said.participant for said in hearing.said for span in said.utterance.words}
    removed_of, kept_of = (_by_person(spans, passages, counts) for counts in (removed, kept))
    return tuple(
        replace(
            _person(
                person,
                [said for said, verdict in heard if verdict.admitted],
                [verdict for _, verdict in heard],
                decision.whose,
            ),
            removed=dict(removed_of.get(person, {})),
            kept=dict(kept_of.get(person, {})),
        )
        for person, heard in by_person.items()
    )


def _by_person(
    spans: Mapping[tuple[int, int], str | None], passages: Sequence[Passage], counts: Sequence[Mapping[str, int]]
) -> dict[str | None, Counter[str]]:
    """Counts of findings by the participant in whose words they are; `spans` says whose words begin where."""
    found: dict[str | None, Counter[str]] = {}
    for passage, by_kind in zip(passages, counts, strict=False):
        if (passage.slot, passage.start) in spans:
            found.setdefault(spans[passage.slot, passage.start], Counter()).update(by_kind)
    return found


def asked_again(speeches: Sequence[Speech], decision: Decision) -> tuple[PersonFacts, ...]:
    """The people because of whom what was made of this speech may not be given out any more, as `people_facts`."""
    by_person: dict[str | None, list[Verdict]] = {}
    for speech, verdict in zip(speeches, decision.verdicts, strict=True):
        refusing = verdict.refusing or (Refusing(speech.participant, verdict.reason, verdict.grants),)
        for each in refusing if not verdict.admitted else ():
            by_person.setdefault(each.participant, []).append(Verdict(False, each.reason, each.grants))
    return tuple(_person(person, [], verdicts, decision.whose) for person, verdicts in by_person.items())


def _because_of(said: AttributedUtterance, verdict: Verdict) -> Iterator[tuple[str | None, Verdict]]:
    """Whose an utterance is, with the verdict over their words; of text that was given back, whoever refuses it."""
    if said.sources is None:
        yield said.participant, verdict
    else:
        yield from ((each.participant, Verdict(False, each.reason, each.grants)) for each in verdict.refusing)


def derived_from(hearing: Hearing, decision: Decision) -> tuple[str, ...]:
    """The exchanges that gave back the text that the request repeats and that leaves with it."""
    heard = zip(hearing.said, decision.verdicts, strict=True)
    sources = (source for said, verdict in heard if verdict.admitted for source in said.sources or ())
    return tuple(sorted({source.exchange for source in sources}))


def _person(
    person: str | None,
    sent: Sequence[AttributedUtterance],
    verdicts: Sequence[Verdict],
    whose: Mapping[str, str],
) -> PersonFacts:
    grants = tuple(sorted({grant for verdict in verdicts for grant in verdict.grants}))
    return PersonFacts(
        participant=person,
        sent_utterances=len(sent),
        sent_characters=sum(span.end - span.start for said in sent for span in said.utterance.words),
        withheld_utterances=len(verdicts) - len(sent),
        reasons=dict(Counter(str(verdict.reason) for verdict in verdicts)),
        grants=grants,
        given_by={grant: whose[grant] for grant in grants if grant in whose},
    )
