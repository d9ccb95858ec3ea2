"""Steps 1 to 8 of an exchange: from a client's request to the exact bytes that may leave. Sends nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from proxy import dialects, formats
from proxy.audit.events import ExchangeFacts, IntentFacts, PersonFacts
from proxy.dialects.base import Dialect, ParsedRequest, ParsePolicy
from proxy.egress.last_check import LAST_CHECKED, last_check
from proxy.egress.prepare import Prepared, listed_values, prepare
from proxy.errors import OwnFault, Refusal, SpokenRefusal
from proxy.model import Action, Finding, Inbound, Job, Meeting, Outbound, Passage, Profile, Roster
from proxy.ports import (
    Aside,
    ConsentRegistry,
    DerivedTexts,
    Detector,
    LaterReplies,
    NothingDerived,
    NothingLater,
    at_once,
)
from proxy.redaction.blocks import join
from proxy.redaction.languages.asked import asked_for, without_asked
from proxy.redaction.languages.misread import doubted, without_misread
from proxy.redaction.located import locate
from proxy.redaction.pseudonyms import PseudonymMap
from proxy.redaction.redact import Redacted, merge, redact
from proxy.redaction.withhold import distinct_keys, never_empty, renumbered, withhold_edits
from proxy.settings import FETCHING, Settings
from proxy.steps.accounting import derived_from, people_facts
from proxy.steps.calling import Call, admit_call, author_of, known_author, known_facts, named_meeting, recording_start
from proxy.steps.consulting import Admitted, Consultation, Consulted
from proxy.steps.deriving import NOTHING_KNOWN, Known, known
from proxy.steps.heard import Hearing, as_strangers
from proxy.steps.keeping import job_asked_for, kept_of, later_facts, refuse_if_changed
from proxy.steps.languages import Coverage, covered, refuse_uncovered, stretches
from proxy.steps.refusing import refuse_if_denied, refuse_if_unlisted, refuse_if_unproven, unproven_in
from proxy.steps.repeating import with_derived
from proxy.steps.sorting import Sorted, sort_out
from proxy.steps.speaking import hear
from proxy.steps.spoiling import spoken_refusal, without_spoiled
from proxy.steps.timing import anchored


@dataclass(slots=True)
class Trail:
    """What is known of an exchange so far. A plan writes it as it goes; a refusal's record and answer read it."""

    facts: ExchangeFacts
    dialect: Dialect = dialects.DEFAULT
    parsed: ParsedRequest | None = None
    people: tuple[PersonFacts, ...] = ()
    consulted: Consulted | None = None
    unmatched: int | None = None
    """How many labels of speakers are nobody's on the roster; None until the request was read."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A request that may leave, with all that is recorded about it and needed to restore its reply."""

    intent: IntentFacts
    dialect: Dialect
    parsed: ParsedRequest
    admitted: Admitted | None
    """None for a call that carries no words: nobody has to be asked."""
    pseudonyms: PseudonymMap
    outbound: Outbound
    unproven: tuple[str, ...] = ()
    """Where words are withheld because nothing proves whose they are; the client is told."""
    unmatched: int | None = None
    """How many labels of speakers are nobody's on the roster; None for a call that carries no words."""


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans exchanges under one snapshot of the settings."""

    settings: Settings
    registry: ConsentRegistry
    detector: Detector
    now: Callable[[], datetime]
    digest: Callable[[bytes], bytes]
    aside: Aside = at_once
    later: LaterReplies = field(default_factory=NothingLater)
    derived: DerivedTexts = field(default_factory=NothingDerived)
    settings_digest: str = field(init=False)
    """Made once: word lists of some length would make it slow for every request."""
    consent: Consultation = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "settings_digest", self.settings.digest())
        object.__setattr__(self, "consent", Consultation(self.settings, self.registry, self.now))

    def trail(self, inbound: Inbound, exchange: str) -> Trail:
        """A trail with what can be said of a request without judging it. An unknown path is answered as the API that
        is served nearest to it would.
        """
        route = self.settings.route_at(inbound.path) or self.settings.route_near(inbound.path)
        facts = known_facts(self.settings, self.settings_digest, inbound, exchange)
        return Trail(facts, dialects.dialect_of(route) if route else dialects.DEFAULT)

    def admit(self, inbound: Inbound) -> Call:
        """The caller and the route it may use."""
        return admit_call(self.settings, inbound)

    async def plan(self, call: Call, inbound: Inbound, from_prefix: str | None, trail: Trail) -> Plan:
        """The request's plan; raises a `Fault` wherever it may not leave, with what is known by then in `trail`."""
        parsed = await self.aside(lambda: trail.dialect.parse(inbound, self._policy(call)))
        # A model's name is the client's to write: only one that the operator listed is fit for the record.
        model = parsed.model if parsed.model in (call.recipient.models or ()) else None
        trail.parsed, trail.facts = parsed, replace(trail.facts, model=model)
        purpose = call.route.purpose
        if call.route.dialect in FETCHING:
            return await self._later_reply(call, inbound, parsed, trail)
        if purpose is None:
            return self._without_words(call, inbound, parsed, trail)

        meeting = await self.consent.meeting(call.client, named_meeting(inbound, from_prefix))
        if meeting is not None:
            meeting = anchored(meeting, recording_start(inbound), self.settings.consent.offsets)
        roster = meeting.roster if meeting else Roster()
        trail.facts = replace(trail.facts, meeting=meeting.id if meeting else None)
        hearing = await self._heard(call, parsed, meeting, author_of(call, inbound))
        trail.unmatched = len(hearing.unmatched)
        consulted = await self.consent.consult(call, purpose, meeting, hearing)
        trail.consulted = consulted
        trail.people = people_facts(hearing, consulted.decision)
        if self._only_listed(call):
            refuse_if_unlisted(hearing, consulted.decision)
        refuse_if_denied(hearing, consulted.decision, recording=bool(parsed.media))
        refuse_if_unproven(hearing, consulted.decision, self.settings.consent.unproven)
        while True:
            try:
                made = await self._made(call, inbound, (parsed, roster), consulted)
                break
            except SpokenRefusal as refused:
                least = self.settings.consent.min_retained_ratio
                decision = without_spoiled(hearing, consulted.decision, refused, least)
                trail.consulted = consulted = replace(consulted, decision=decision)
                trail.people = people_facts(hearing, decision)
        parted, coverage, redacted, prepared = made
        trail.people = people_facts(hearing, consulted.decision, parted.passages, redacted.removed)
        intent = IntentFacts(
            exchange=trail.facts,
            people=trail.people,
            body_bytes=len(prepared.outbound.body),
            body_sha256=self.digest(prepared.outbound.body),
            removed=redacted.total_removed,
            kept=redacted.kept,
            stripped={**parsed.stripped, **prepared.stripped},
            languages=coverage.words,
            coverage=coverage.tiers,
            derived_from=derived_from(hearing, consulted.decision),
        )
        unproven = unproven_in(hearing, consulted.decision)
        admitted, pseudonyms = consulted.admitted, redacted.pseudonyms
        return Plan(intent, trail.dialect, parsed, admitted, pseudonyms, prepared.outbound, unproven, trail.unmatched)

    async def _heard(self, call: Call, parsed: ParsedRequest, meeting: Meeting | None, named: str | None) -> Hearing:
        """Whose words are where in the request; `named` is whom the client acts for.

        Of somebody who is not on the roster, all that no label claims is an unknown speaker's, and nothing is typed to
        the model or an instruction for want of a speaker.
        """
        told_before, author = await self._given_back(call, meeting), known_author(named, meeting)
        stranger = named is not None and author is None
        hearing = await self.aside(
            lambda: with_derived(
                hear(
                    parsed.slots,
                    meeting.roster if meeting else Roster(),
                    author,
                    opaque_is_instruction=not stranger and self._opaque_is_instruction(call),
                    profile=self.settings.profile_of(call.client),
                    last_is_typed=not stranger and call.client.last_message == "typed",
                    listed=self._only_listed(call),
                ),
                told_before,
            )
        )
        return as_strangers(hearing) if stranger else hearing

    async def _given_back(self, call: Call, meeting: Meeting | None) -> Known:
        """What the client was given back in this meeting before."""
        kept = await self.derived.find(call.client.name, meeting.id) if meeting is not None else ()
        if not kept:
            return NOTHING_KNOWN
        key = await self.derived.key()
        return await self.aside(lambda: known(kept, key))

    async def _made(
        self, call: Call, inbound: Inbound, read: tuple[ParsedRequest, Roster], consulted: Consulted
    ) -> tuple[Sorted, Coverage, Redacted, Prepared]:
        """The request as it would leave by a decision. Raises `SpokenRefusal` for what somebody's words hold."""
        hearing, (parsed, roster) = consulted.hearing, read
        parted = sort_out(hearing, consulted.decision, roster)
        coverage = await self._coverage(call, hearing, parted.passages)
        found = await self._find(parted.passages, Profile(call.route.name, coverage.languages))
        names = await self._without_misread(parted.passages, found)
        findings = without_asked(parted.passages, names, asked_for(hearing.instructions))
        redacted = await self.aside(
            lambda: redact(
                hearing.slots, parted.passages, findings, parted.labels, roster, parted.withheld, self._actions(call)
            )
        )
        try:
            prepared = await self.aside(lambda: self._prepare(call, inbound, parsed, (hearing, parted), redacted))
        except Refusal as refused:
            if refused.reason not in LAST_CHECKED:
                raise
            raise spoken_refusal(hearing, consulted.decision, redacted, refused) from None
        return parted, coverage, redacted, prepared

    def _prepare(
        self, call: Call, inbound: Inbound, parsed: ParsedRequest, heard: tuple[Hearing, Sorted], redacted: Redacted
    ) -> Prepared:
        """The request as it would leave, searched once more for everything that must not be in it."""
        dialect = dialects.dialect_of(call.route)
        hearing, parted = heard
        silenced = withhold_edits(hearing.slots, parted.withheld_utterances, self.settings.consent.on_withheld)
        silenced = renumbered(hearing.slots, hearing.numbers, silenced)
        edits = never_empty(hearing.slots, merge(silenced, redacted.edits), apart=hearing.written)
        edits = distinct_keys(hearing.slots, edits)
        body = dialect.render(parsed, hearing.source_edits(edits))
        content_type, route = dialect.content_type(parsed), call.route
        prepared = prepare(inbound, route, route.recipient, call.recipient, body, content_type, parsed.stream)
        own = dialect.vocabulary | (formats.VOCABULARY if hearing.written else frozenset())
        last_check(prepared.outbound, redacted.leftovers, own | configured(call), listed_values(route), parsed.media)
        return prepared

    def _without_words(self, call: Call, inbound: Inbound, parsed: ParsedRequest, trail: Trail) -> Plan:
        """The plan of a call that carries nothing but the address and headers that the route lists."""
        if parsed.slots or inbound.body:
            raise OwnFault("internal_error", "a call without words holds some; nothing left", status=500)
        route = call.route
        prepared = prepare(inbound, route, route.recipient, call.recipient, b"", None, stream=False)
        intent = IntentFacts(
            exchange=trail.facts, people=(), body_bytes=0, body_sha256=self.digest(b""), stripped=prepared.stripped
        )
        return Plan(intent, trail.dialect, parsed, None, PseudonymMap({}), prepared.outbound)

    async def _later_reply(self, call: Call, inbound: Inbound, parsed: ParsedRequest, trail: Trail) -> Plan:
        """The plan of a call for the reply of a job: restored with what was kept, if consent stands to this day."""
        job = Job(call.client.name, call.route.recipient, job_asked_for(call))
        contents = await self.later.find(job)
        kept = await self.aside(lambda: kept_of(contents))
        trail.facts, now = later_facts(trail.facts, kept.first), trail.facts
        refuse_if_changed(self.settings, call, kept.first, now)
        meeting = await self.registry.meeting(kept.first.meeting) if kept.first.meeting is not None else None
        admitted = Admitted(self.consent.question(call, kept.first.purpose or "", meeting), kept.speeches)
        if not await self.consent.stands(admitted):
            raise Refusal("consent_withdrawn", "a consent that this reply rests on no longer stands")
        plan = self._without_words(call, inbound, parsed, trail)
        return replace(plan, admitted=admitted, pseudonyms=kept.pseudonyms)

    async def _coverage(self, call: Call, hearing: Hearing, passages: Sequence[Passage]) -> Coverage:
        """The languages of all that may leave. The client's own words are searched, and refuse nothing by theirs."""
        own = {(part.slot, part.span.start) for part in hearing.instructed}
        spoken = [passage for passage in passages if (passage.slot, passage.start) not in own]
        written = [passage for passage in passages if (passage.slot, passage.start) in own]
        cut = await self.aside(lambda: (stretches(spoken), stretches(written)))
        told = await self.detector.tell([stretch.text for part in cut for stretch in part], call.route.languages)
        said = covered(cut[0], told[: len(cut[0])], call.route.languages)
        refuse_uncovered(said, self.settings.detection_of(call.route).languages)
        return covered([*cut[0], *cut[1]], told, call.route.languages)

    async def _find(self, passages: Sequence[Passage], profile: Profile) -> list[list[Finding]]:
        blocks = join(passages)
        return locate(blocks, await self.detector.find([block.text for block in blocks], profile))

    async def _without_misread(
        self, passages: Sequence[Passage], found: Sequence[Sequence[Finding]]
    ) -> list[list[Finding]]:
        """The findings without what is no name in the language of the client's own words."""
        doubts = doubted(passages, found)
        told = await self.detector.tell(doubts.texts, ()) if doubts.texts else []
        return without_misread(passages, found, doubts, told)

    def _policy(self, call: Call) -> ParsePolicy:
        limits, recipient = self.settings.limits, call.recipient
        listed = frozenset(call.route.controls)
        return ParsePolicy(limits.json_depth, recipient.models, recipient.store, listed, call.job)

    def _opaque_is_instruction(self, call: Call) -> bool:
        return (call.route.unattributed or self.settings.consent.unattributed) == "instructions"

    def _only_listed(self, call: Call) -> bool:
        return (call.route.instructions or self.settings.consent.instructions) == "listed"

    def _actions(self, call: Call) -> dict[str, Action]:
        return self.settings.actions_of(call.route)


def configured(call: Call) -> frozenset[str]:
    """Values in the outbound request that the operator wrote, which the last check takes as they are."""
    return frozenset((*(call.recipient.models or ()), call.recipient.base_url, *call.route.controls))
