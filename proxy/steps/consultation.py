"""Asks consent: which meeting a request belongs to, what its people recorded, and whether that still holds.

`own_turns` are the words in which participants may say aloud that they do not consent, and `objecting_by_format` finds
those for whom a transcript says so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from proxy.consent.aloud_turns import Turns
from proxy.consent.asked import asked_in
from proxy.consent.decide import Decision, Question, Speech, decide
from proxy.consent.objections import concerns
from proxy.consent.participants import relevant
from proxy.model import Meeting, Roster
from proxy.ports import ConsentRegistry
from proxy.settings import Client, Settings
from proxy.steps.call import Call, admit_meeting
from proxy.steps.partition import joined
from proxy.steps.timing import speeches
from proxy.steps.utterances import AttributedUtterance, Hearing


def own_turns(hearing: Hearing) -> list[Turns]:
    """Return what is said, by turns, in the order of the hearing; to participants, what they say in their own words.

    Quotes within a message, unattributed words and text that the proxy gave back earlier are not their own words.
    """
    texts = {slot.index: slot.text for slot in hearing.slots}
    runs = groupby(hearing.said, key=lambda said: said.participant if _is_own(said) else None)
    return [Turns(person, tuple(_words(texts[said.slot], said) for said in turns)) for person, turns in runs]


def objecting_by_format(hearing: Hearing, question: Question) -> frozenset[str]:
    """Return the ids of participants for whom a transcript states that they object to this purpose."""
    return frozenset(
        said.participant
        for said in hearing.said
        if said.participant is not None
        and concerns(said.utterance.objects, question.purpose, may_train=question.may_train)
    )


def _is_own(said: AttributedUtterance) -> bool:
    return not (said.unattributed or said.utterance.within or said.sources is not None)


def _words(text: str, said: AttributedUtterance) -> str:
    return "\n".join(text[span.start : span.end] for span in said.utterance.words)


@dataclass(frozen=True, slots=True)
class AdmittedSpeech:
    """Speech that may leave, and the question that admitted it. It is asked again while a reply is awaited."""

    question: Question
    speeches: tuple[Speech, ...]


@dataclass(frozen=True, slots=True)
class ConsentAnswer:
    """What consent was asked over a request, and what it answered."""

    question: Question
    hearing: Hearing
    speeches: tuple[Speech, ...]
    """What was said, as consent is asked about it, in the order of ``hearing.said``."""
    decision: Decision
    objecting: tuple[str, ...] = ()
    """Ids, sorted, of participants who say aloud that they do not consent and whose records would admit them."""

    @property
    def roster(self) -> Roster:
        """The roster of the meeting; empty if the request belongs to none."""
        return self.question.meeting.roster if self.question.meeting is not None else Roster()

    @property
    def admitted(self) -> AdmittedSpeech:
        """The speech that the decision admits."""
        judged = zip(self.speeches, self.decision.verdicts, strict=True)
        return AdmittedSpeech(self.question, tuple(speech for speech, verdict in judged if verdict.admitted))


@dataclass(frozen=True, slots=True)
class Consultation:
    """Asks under one snapshot of the settings; reads the records afresh every time."""

    settings: Settings
    registry: ConsentRegistry
    now: Callable[[], datetime]

    async def meeting(self, client: Client, named: str | None) -> Meeting | None:
        """Return the meeting that the request names, or the one that fits the client's series; None: unbound."""
        if named is not None:
            return admit_meeting(client, await self.registry.meeting(named))
        if client.series is None:
            return None
        fitting = await self.registry.meetings_around(client.series, self.now())
        return fitting[0] if len(fitting) == 1 else None

    async def on_file(self, meeting: str) -> Meeting | None:
        """Return a meeting by its id."""
        return await self.registry.meeting(meeting)

    async def consult(
        self, call: Call, purpose: str, meeting: Meeting | None, hearing: Hearing, refusing: Collection[str]
    ) -> ConsentAnswer:
        """Ask over everything that was said; what a withheld message quotes is withheld with it.

        `refusing` are the ids of those who refuse aloud in what they say in the hearing.
        """
        question, said = self.question(call, purpose, meeting), speeches(hearing, meeting)
        question = replace(question, objecting=objecting_by_format(hearing, question))
        decision = await self._decide(question, said)
        objecting = tuple(sorted(_heard(hearing, decision).intersection(refusing)))
        if objecting and self.settings.consent.spoken_refusal == "withhold":
            question = replace(question, objecting=question.objecting.union(objecting))
            decision = await self._decide(question, said)
        return ConsentAnswer(question, hearing, said, joined(hearing, decision), objecting)

    async def stands(self, admitted: AdmittedSpeech | None) -> bool:
        """Whether everybody whose words were sent would still be heard. None: no words were sent."""
        if admitted is None:
            return True
        return still_stands(await self.again(admitted))

    async def again(self, admitted: AdmittedSpeech) -> Decision:
        """Decide once more, as of now, over speech that was admitted."""
        return await self._decide(replace(admitted.question, now=self.now()), admitted.speeches)

    def question(self, call: Call, purpose: str, meeting: Meeting | None) -> Question:
        """The question whether words may leave for this purpose, to the call's recipient under its current terms."""
        recipient = call.recipient
        return Question(
            organization=self.settings.organization,
            purpose=purpose,
            recipient=call.route.recipient,
            terms_version=recipient.terms.version,
            may_train=bool(recipient.may_train),
            route_enabled=call.route.enabled,
            purpose_allowed=recipient.purposes is None or purpose in recipient.purposes,
            meeting=meeting,
            now=self.now(),
            region=recipient.region,
            retention_days=recipient.retention_days,
        )

    async def _decide(self, question: Question, said: Sequence[Speech]) -> Decision:
        about = relevant(question)
        grants = await self.registry.grants(
            about.people, purposes=about.purposes, recipient=about.recipient, scopes=about.scopes
        )
        # Only a default could hear somebody who was asked and has not answered.
        if "admit" in self.settings.consent.defaults.values():
            invitations = await self.registry.invitations(about.people, about.scopes)
            question = replace(question, asked=asked_in(invitations, question))
        return decide(question, said, grants, self.settings.consent)


def still_stands(decision: Decision) -> bool:
    """Whether a decision admits all it was asked about."""
    # A quorum may fail because of the refusal of somebody who said nothing.
    return decision.refusal is None and all(verdict.admitted for verdict in decision.verdicts)


def _heard(hearing: Hearing, decision: Decision) -> frozenset[str]:
    """The participants on the roster who may be heard, in what they said or at the time of sending."""
    heard = zip(hearing.said, decision.verdicts, strict=True)
    spoken = {said.participant for said, verdict in heard if verdict.admitted and said.participant is not None}
    return frozenset(spoken | {person for person, verdict in decision.people.items() if verdict.admitted})
