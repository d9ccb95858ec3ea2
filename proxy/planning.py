"""Steps 1 to 8 of an exchange: from a client's request to the exact bytes that may leave. Sends nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from proxy import dialects, formats
from proxy.audit.events import ExchangeFacts, IntentFacts, PersonFacts
from proxy.detection import listed
from proxy.detection.blocks import join
from proxy.detection.memory import Memory
from proxy.dialects.base import Dialect, ParsedRequest
from proxy.egress.head import PreparedRequest, listed_values, prepare
from proxy.egress.last_check import last_check
from proxy.errors import Fault, OwnFault, Refusal, SpokenRefusal, as_fault
from proxy.model import Finding, Inbound, Job, Meeting, Outbound, Passage, Profile, Roster
from proxy.ports import Aside, DerivedTexts, Detector, LaterReplies, NothingDerived, NothingLater, at_once
from proxy.redaction.anonymizer import Operation
from proxy.redaction.false_names import asked_for, doubted, without_asked, without_misread
from proxy.redaction.passages import locate
from proxy.redaction.pseudonyms import PseudonymMap
from proxy.redaction.redact import Redaction, merge, redact
from proxy.redaction.withhold import distinct_keys, never_empty, renumbered, withhold_edits
from proxy.settings import Settings
from proxy.steps.call import Call, admit_call, author_of, known_author, known_facts, named_meeting, recording_start
from proxy.steps.consent_line import asks_for_line, consent_line
from proxy.steps.consultation import AdmittedSpeech, ConsentAnswer, Consultation, own_turns
from proxy.steps.context import Context
from proxy.steps.hearing import hear
from proxy.steps.languages import Coverage, covered, refuse_uncovered, stretches
from proxy.steps.later_reply import (
    KeptExchange,
    job_asked_for,
    kept_of,
    later_facts,
    refuse_if_changed,
    refuse_if_withdrawn,
)
from proxy.steps.outcome import asked_again, derived_from, people_facts, refuse_whole, unproven_in
from proxy.steps.partition import Partition, sort_out
from proxy.steps.remembering import RememberingDetector, refusing_aloud
from proxy.steps.returned_text import with_derived
from proxy.steps.spoken_refusal import spoken_refusal, without_spoiled
from proxy.steps.timing import anchored
from proxy.steps.utterances import NOTHING_KNOWN, Hearing, ReturnedText, as_strangers

QUICK_BYTES = 4 << 10
QUICK_PEOPLE = 20
"""A body of so many bytes at most, of a meeting of so many people at most, is worked on at once.

All steps over it together take a few milliseconds. Each turn of a thread would cost nearly as much as its step, and the
threads would take the interpreter from each other.
"""


@dataclass(frozen=True, slots=True)
class Refused:
    """A request of which nothing leaves, with the facts for its record and its answer, as far as it came."""

    facts: ExchangeFacts
    people: tuple[PersonFacts, ...]
    fault: Fault
    """The reason. A cancelled request has a `Cancelled` here, which is raised again once it is recorded."""
    dialect: Dialect
    parsed: ParsedRequest | None = None
    consulted: ConsentAnswer | None = None
    unmatched: int | None = None
    """How many labels of speakers match no participant; None unless the request was read."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A request that may leave, with everything that is recorded about it and needed to restore its reply."""

    intent: IntentFacts
    dialect: Dialect
    parsed: ParsedRequest
    admitted: AdmittedSpeech | None
    """None for a call without words, for which nobody has to be asked."""
    pseudonyms: PseudonymMap
    outbound: Outbound
    unproven: tuple[str, ...] = ()
    """Where words are withheld because nothing proves whose they are; the client is told."""
    consulted: ConsentAnswer | None = None
    """What consent was asked and answered; None for a call without words."""
    unmatched: int | None = None
    """How many labels of speakers match no participant; None for a call without words."""
    consent_line: str = ""
    """What follows the answer, if the client asked for it."""

    @property
    def facts(self) -> ExchangeFacts:
        """The facts that every record of it repeats."""
        return self.intent.exchange

    @property
    def people(self) -> tuple[PersonFacts, ...]:
        """What it does with each participant's words."""
        return self.intent.people

    def refused(self, fault: Fault) -> Refused:
        """The plan as a refusal, if nothing of it leaves after all."""
        return Refused(self.facts, self.people, fault, self.dialect, self.parsed, self.consulted, self.unmatched)


Planned = Plan | Refused


@dataclass(frozen=True, slots=True)
class _SoFar:
    """What is known of a request while it is planned. Each step makes a new one; a refusal shows how far it came."""

    facts: ExchangeFacts
    dialect: Dialect
    parsed: ParsedRequest | None = None
    hearing: Hearing | None = None
    consulted: ConsentAnswer | None = None
    people: tuple[PersonFacts, ...] = ()
    """Who may not be heard any more, where the reply of a job is asked for."""

    @property
    def unmatched(self) -> int | None:
        """See `Refused.unmatched`."""
        return None if self.hearing is None else len(self.hearing.unmatched)

    def refused(self, fault: Fault) -> Refused:
        """The request as a refusal: nothing of it leaves."""
        consulted = self.consulted
        people = self.people if consulted is None else people_facts(consulted.hearing, consulted.decision)
        return Refused(self.facts, people, fault, self.dialect, self.parsed, self.consulted, self.unmatched)


@dataclass(frozen=True, slots=True)
class _Made:
    """A request as it would leave under the answer of consent."""

    passages: tuple[Passage, ...]
    coverage: Coverage
    redacted: Redaction
    prepared: PreparedRequest


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans exchanges under one snapshot of the settings."""

    settings: Settings
    consent: Consultation
    detector: Detector
    digest: Callable[[bytes], bytes]
    aside: Aside = at_once
    later: LaterReplies = field(default_factory=NothingLater)
    derived: DerivedTexts = field(default_factory=NothingDerived)
    operations: Mapping[str, Mapping[str, Operation]] = field(default_factory=dict)
    """The operations with parameters, by route and kind, with classes and keys loaded."""
    memory: Memory = field(default_factory=lambda: Memory(b"", 0))
    """What detection found in earlier requests; by default nothing is remembered."""
    settings_digest: str = field(init=False)
    """Computed once: long word lists would make it slow for every request."""
    dialects: Mapping[str, Dialect] = field(init=False)
    """By name of route; built once, since a declared shape is read for it."""

    def __post_init__(self) -> None:
        listed.lists()  # no request has to wait until they are read
        object.__setattr__(self, "settings_digest", self.settings.digest())
        spoken = {route.name: dialects.dialect_of(route) for route in self.settings.routes}
        object.__setattr__(self, "dialects", spoken)

    async def plan(
        self, inbound: Inbound, from_prefix: str | None, exchange: str, call: Call | None = None
    ) -> Plan | Refused:
        """Plan a request, or say why nothing of it leaves. ``docs/architecture.md`` has the table of the steps.

        `from_prefix` is the meeting that its path began with. A rehearsal gives `call`, since no client calls. Raises
        nothing: a cancellation is returned as a `Cancelled`.
        """
        so_far = self._arrived(inbound, exchange)
        try:
            # 1: who calls
            call = call or admit_call(self.settings, inbound)
            dialect, loaded = self.dialects[call.route.name], self.operations.get(call.route.name, {})
            context = Context(self.settings, call, dialect, inbound, from_prefix, loaded)
            with_line = asks_for_line(call.route, inbound)
            # 2: what the body holds
            parsed = await self._aside(context)(lambda: context.dialect.parse(inbound, context.policy))
            so_far = replace(so_far, parsed=parsed, facts=_with_model(so_far.facts, context, parsed))
            if context.fetches:
                kept = await self._kept(context)
                so_far = replace(so_far, facts=later_facts(so_far.facts, kept.first))
                refuse_if_changed(self.settings, call, kept.first, so_far.facts)
                admitted = await self._admitted_before(call, kept)
                decision = await self.consent.again(admitted)
                so_far = replace(so_far, people=asked_again(kept.speeches, decision))
                refuse_if_withdrawn(decision)
                plan = self._without_words(context, parsed, so_far.facts)
                return replace(plan, admitted=admitted, pseudonyms=kept.pseudonyms)
            if call.route.purpose is None:
                return self._without_words(context, parsed, so_far.facts)
            # 3: which meeting it is about
            meeting = await self._meeting(context)
            so_far = replace(so_far, facts=replace(so_far.facts, meeting=meeting.id if meeting else None))
            # 4: who said what
            hearing = await self._heard(context, parsed, meeting)
            so_far = replace(so_far, hearing=hearing)
            # 5: who may be heard
            refusing = await self._refusing(context, meeting, hearing)
            consulted = await self.consent.consult(call, call.route.purpose, meeting, hearing, refusing)
            so_far = replace(so_far, consulted=consulted)
            refuse_whole(context, consulted, recording=bool(parsed.media))
            # 6 to 8: what leaves; repeated without the utterances of one person that policy refuses
            while isinstance(made := await self._made(context, parsed, consulted), SpokenRefusal):
                consulted = without_spoiled(consulted, made, self.settings.consent.min_retained_ratio)
                so_far = replace(so_far, consulted=consulted)
            plan = self._plan(context, parsed, so_far.facts, consulted, made)
            return replace(plan, consent_line=consent_line(consulted, exchange)) if with_line else plan
        except BaseException as error:  # noqa: BLE001 - whatever went wrong, nothing leaves and it is recorded
            return so_far.refused(as_fault(error))

    def refused(self, fault: Fault, inbound: Inbound, exchange: str) -> Refused:
        """The refusal of a request that failed before it was read completely."""
        return self._arrived(inbound, exchange).refused(fault)

    def _arrived(self, inbound: Inbound, exchange: str) -> _SoFar:
        """What is known of a request before it is judged.

        An unknown path is answered in the dialect of the route nearest to it.
        """
        route = self.settings.route_at(inbound.path) or self.settings.route_near(inbound.path)
        facts = known_facts(self.settings, self.settings_digest, inbound, exchange)
        return _SoFar(facts, self.dialects[route.name] if route else dialects.DEFAULT)

    async def _meeting(self, context: Context) -> Meeting | None:
        """The meeting that a request belongs to, with the start of its recording; None: unbound."""
        named = named_meeting(context.inbound, context.from_prefix)
        meeting = await self.consent.meeting(context.call.client, named)
        if meeting is None:
            return None
        return anchored(meeting, recording_start(context.inbound), self.settings.consent.offsets)

    async def _heard(self, context: Context, parsed: ParsedRequest, meeting: Meeting | None) -> Hearing:
        """Who said what in the request.

        If the client acts for somebody who is not on the roster, everything without a label is an unknown speaker's.
        Then nothing counts as typed to the model, and nothing is instruction for want of a speaker.
        """
        named = author_of(context.call, context.inbound)
        told_before, author = await self._given_back(context, meeting), known_author(named, meeting)
        stranger = named is not None and author is None
        hearing = await self._aside(context, meeting)(
            lambda: with_derived(
                hear(
                    parsed.slots,
                    meeting.roster if meeting else Roster(),
                    author,
                    opaque_is_instruction=not stranger and context.opaque_is_instruction,
                    profile=context.profile,
                    last_is_typed=not stranger and context.last_is_typed,
                    listed=context.only_listed,
                ),
                told_before,
            )
        )
        return as_strangers(hearing) if stranger else hearing

    async def _given_back(self, context: Context, meeting: Meeting | None) -> ReturnedText:
        """What the client was given back in this meeting earlier."""
        kept = await self.derived.find(context.call.client.name, meeting.id) if meeting is not None else ()
        return ReturnedText(kept, await self.derived.key()) if kept else NOTHING_KNOWN

    async def _refusing(self, context: Context, meeting: Meeting | None, hearing: Hearing) -> frozenset[str]:
        """Those who say aloud that they do not consent."""
        aside = self._aside(context, meeting)
        said = await aside(lambda: own_turns(hearing))
        return await refusing_aloud(said, self.memory, self._whose(context, meeting), aside)

    async def _made(self, context: Context, parsed: ParsedRequest, consulted: ConsentAnswer) -> _Made | SpokenRefusal:
        """Steps 6 to 8: the request as it would leave, or the refusal caused by what somebody said."""
        parted = sort_out(consulted.hearing, consulted.decision, consulted.roster)
        meeting = consulted.question.meeting
        detector, aside = self._detector(context, meeting), self._aside(context, meeting)
        try:
            # 6: which personal data it holds
            coverage = await self._coverage(context, detector, parted.passages, aside)
            findings = await self._findings(context, detector, consulted.hearing, parted.passages, coverage)
            # 7: how it is redacted
            redacted = await aside(lambda: _redacted(context, consulted, parted, findings, coverage))
            # 8: the bytes, searched once more
            prepared = await aside(lambda: _prepared(context, parsed, consulted, parted, redacted))
        except SpokenRefusal as refused:
            return refused
        return _Made(parted.passages, coverage, redacted, prepared)

    def _detector(self, context: Context, meeting: Meeting | None) -> Detector:
        """The detector, with what was found for this client in this meeting before."""
        return RememberingDetector(self.detector, self.memory, self._whose(context, meeting))

    def _whose(self, context: Context, meeting: Meeting | None) -> tuple[str | None, ...]:
        """Whose texts may be remembered together: those of one client for one meeting, under the same settings."""
        return (self.settings_digest, context.call.client.name, meeting.id if meeting is not None else None)

    def _aside(self, context: Context, meeting: Meeting | None = None) -> Aside:
        """Where to compute what a request needs: at once if that is quick."""
        few = meeting is None or len(meeting.roster.participants) <= QUICK_PEOPLE
        return at_once if few and len(context.inbound.body) <= QUICK_BYTES else self.aside

    @staticmethod
    async def _coverage(context: Context, detector: Detector, passages: Sequence[Passage], aside: Aside) -> Coverage:
        """The languages of everything that may leave; those of instructions are searched for, but refuse nothing."""
        route = context.call.route
        spoken = [passage for passage in passages if not passage.instructed]
        written = [passage for passage in passages if passage.instructed]
        cut = await aside(lambda: (stretches(spoken), stretches(written)))
        told = await detector.tell([stretch.text for part in cut for stretch in part], route.languages)
        said = covered(cut[0], told[: len(cut[0])], route.languages)
        refuse_uncovered(said, context.settings.detection_of(route).languages)
        return covered([*cut[0], *cut[1]], told, route.languages)

    @staticmethod
    async def _findings(
        context: Context, detector: Detector, hearing: Hearing, passages: Sequence[Passage], coverage: Coverage
    ) -> list[list[Finding]]:
        """Personal data in what may leave; in instructions, without misread names and languages that they ask for."""
        blocks = join(passages)
        profile = Profile(context.call.route.name, coverage.languages)
        found = locate(blocks, await detector.find([block.excerpt for block in blocks], profile))
        doubts = doubted(passages, found)
        told = await detector.tell(doubts.texts, ()) if doubts.texts else []
        names = without_misread(passages, found, doubts, told, coverage.languages)
        return without_asked(passages, names, asked_for(hearing.instructions))

    def _plan(
        self, context: Context, parsed: ParsedRequest, facts: ExchangeFacts, consulted: ConsentAnswer, made: _Made
    ) -> Plan:
        """The plan of a request with words, as it was made."""
        hearing, decision = consulted.hearing, consulted.decision
        redacted, outbound = made.redacted, made.prepared.outbound
        intent = IntentFacts(
            exchange=facts,
            people=people_facts(hearing, decision, made.passages, redacted.removed, redacted.kept),
            body_bytes=len(outbound.body),
            body_sha256=self.digest(outbound.body),
            removed=redacted.total_removed,
            kept=redacted.total_kept,
            stripped={**parsed.stripped, **made.prepared.stripped},
            languages=made.coverage.words,
            coverage=made.coverage.tiers,
            derived_from=derived_from(hearing, decision),
        )
        return Plan(
            intent,
            context.dialect,
            parsed,
            consulted.admitted,
            redacted.pseudonyms,
            outbound,
            unproven_in(hearing, decision),
            consulted,
            len(hearing.unmatched),
        )

    def _without_words(self, context: Context, parsed: ParsedRequest, facts: ExchangeFacts) -> Plan:
        """The plan of a call that carries only the address and headers that the route lists."""
        if parsed.slots or context.inbound.body:
            raise OwnFault("internal_error", "a call without words holds some; nothing left", status=500)
        prepared = _outbound(context, b"", None, stream=False)
        intent = IntentFacts(
            exchange=facts, people=(), body_bytes=0, body_sha256=self.digest(b""), stripped=prepared.stripped
        )
        return Plan(intent, context.dialect, parsed, None, PseudonymMap({}), prepared.outbound)

    async def _kept(self, context: Context) -> KeptExchange:
        """What was kept of the exchange whose job a call asks for."""
        call = context.call
        contents = await self.later.find(Job(call.client.name, call.route.recipient, job_asked_for(call)))
        return await self._aside(context)(lambda: kept_of(contents))

    async def _admitted_before(self, call: Call, kept: KeptExchange) -> AdmittedSpeech:
        """The speech that a job rests on, and the question by which it is asked about now."""
        first = kept.first
        meeting = await self.consent.on_file(first.meeting) if first.meeting is not None else None
        return AdmittedSpeech(self.consent.question(call, first.purpose or "", meeting), kept.speeches)


def _with_model(facts: ExchangeFacts, context: Context, parsed: ParsedRequest) -> ExchangeFacts:
    """Add the requested model to the facts, if the operator listed it.

    The client chooses the name, so any other name is not fit for the record.
    """
    return replace(facts, model=parsed.model if parsed.model in (context.call.recipient.models or ()) else None)


def _redacted(
    context: Context,
    consulted: ConsentAnswer,
    parted: Partition,
    findings: Sequence[Sequence[Finding]],
    coverage: Coverage,
) -> Redaction:
    """Redact findings, names and quotes in what may leave."""
    slots = consulted.hearing.slots
    return redact(
        slots,
        parted.passages,
        findings,
        parted.labels,
        consulted.roster,
        parted.withheld,
        context.actions,
        consulted.hearing.names_read,
        coverage.foreign,
    )


def _prepared(
    context: Context, parsed: ParsedRequest, consulted: ConsentAnswer, parted: Partition, redacted: Redaction
) -> PreparedRequest:
    """The request as it would leave, searched once more for everything that must not be in it.

    Raises `SpokenRefusal` for what this finds, with the passages that hold it.
    """
    hearing, dialect = consulted.hearing, context.dialect
    taken_out = withhold_edits(hearing.slots, parted.withheld_utterances, context.settings.consent.on_withheld)
    taken_out = renumbered(hearing.slots, hearing.numbers, taken_out)
    edits = never_empty(hearing.slots, merge(taken_out, redacted.edits), apart=hearing.written)
    edits = distinct_keys(hearing.slots, edits)
    body = dialect.render(parsed, hearing.source_edits(edits))
    prepared = _outbound(context, body, dialect.content_type(parsed), stream=parsed.stream)
    own = dialect.vocabulary | context.configured | (formats.VOCABULARY if hearing.written else frozenset())
    listed = listed_values(context.call.route)
    try:
        last_check(prepared.outbound, redacted.leftovers, own, listed, parsed.media)
    except Refusal as refused:
        raise spoken_refusal(consulted, redacted, refused) from None
    return prepared


def _outbound(context: Context, body: bytes, content_type: str | None, *, stream: bool) -> PreparedRequest:
    """Give a body the address and the headers of the route."""
    route, recipient = context.call.route, context.call.recipient
    return prepare(context.inbound, route, route.recipient, recipient, body, content_type, stream)
