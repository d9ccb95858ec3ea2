"""One request, top to bottom, over ports: plan, record the intent, send, restore, record the outcome.

Once the intent is durable, an outcome is recorded whatever happens. An intent without one (a crash) means "treat as
sent". Nothing is sent without the permit that the ledger gives for exactly these bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import quote

from proxy.audit.events import RefusalFacts
from proxy.dialects.base import job_named
from proxy.dialects.wire.reply import MOST_BYTES, code_of
from proxy.errors import Cancelled, ClientFault, Fault, Refusal, UpstreamFault, as_fault
from proxy.model import WAITING, Answer, Inbound, Job, RequestNotes
from proxy.planning import QUICK_BYTES, Plan, Planner, Refused
from proxy.ports import (
    AnyTurn,
    Aside,
    ClientGone,
    DerivedTexts,
    Journal,
    LaterReplies,
    Ledger,
    MeetingNotebook,
    NoQuota,
    NothingDerived,
    NothingLater,
    NothingNoted,
    NothingTold,
    Permit,
    Quota,
    ReplySink,
    Turns,
    Upstream,
    UpstreamReply,
    Watch,
    at_once,
)
from proxy.settings import Limits, Settings
from proxy.steps.call import Call, admit_call
from proxy.steps.consultation import Consultation
from proxy.steps.delivery import Delivery
from proxy.steps.later_reply import given_back, kept_bytes, people_of

_PASSED_STATUS = frozenset({400, 404, 408, 409, 413, 415, 422, 429, 500, 502, 503, 504, 529})


_PLACES = 10
"""Places that the header ``x-withheld-unproven`` names at most."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """Runs exchanges. One object serves all requests; each `run` keeps its state in its own frame."""

    settings: Settings
    planner: Planner
    consent: Consultation
    ledger: Ledger
    upstream: Upstream
    watch: Watch
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    aside: Aside = at_once
    later: LaterReplies = field(default_factory=NothingLater)
    derived: DerivedTexts = field(default_factory=NothingDerived)
    notebook: MeetingNotebook = field(default_factory=NothingNoted)
    turns: Turns = field(default_factory=AnyTurn)
    journal: Journal = field(default_factory=NothingTold)
    quota: Quota = field(default_factory=NoQuota)

    @property
    def limits(self) -> Limits:
        """The bounds on what one request may use."""
        return self.settings.limits

    def admit(self, head: Inbound) -> Call:
        """Who calls, and whether they may, judged by the head of a request alone. Raises what `admit_call` does."""
        return admit_call(self.settings, head)

    async def run(self, call: Call, inbound: Inbound, from_prefix: str | None, sink: ReplySink) -> None:
        """Serve one request of an admitted caller.

        Every fault ends in a record and an answer; only cancellation passes through.
        """
        arrived = self.now()
        planned = await self._planned(call, inbound, from_prefix)
        if isinstance(planned, Plan):
            planned = await self._noted(planned)
        match planned:
            case Plan():
                await self._send(planned, sink, arrived)
            case Refused():
                await self._refuse(planned, sink, arrived)
                await self._note(planned)

    async def _planned(self, call: Call, inbound: Inbound, from_prefix: str | None) -> Plan | Refused:
        """Plan a request in its turn; a call without words waits for nobody."""
        exchange = self.new_id()
        turn = self.turns.turn(call.client.name, len(inbound.body)) if call.route.purpose else nullcontext()
        try:
            async with turn:
                planned = await self.planner.plan(inbound, from_prefix, exchange, call)
        except BaseException as error:  # noqa: BLE001 - whatever went wrong, nothing leaves and it is recorded
            return self.planner.refused(as_fault(error), inbound, exchange)
        return await self._within_quota(planned, call) if isinstance(planned, Plan) else planned

    async def _within_quota(self, plan: Plan, call: Call) -> Plan | Refused:
        """Return the plan, with its words taken off what the client has left; a refusal if it has too few."""
        try:
            await self.quota.take(call.client, sum(plan.intent.languages.values()))
        except BaseException as error:  # noqa: BLE001 - whatever went wrong, nothing leaves and it is recorded
            return plan.refused(as_fault(error))
        return plan

    async def refuse(self, fault: Fault, inbound: Inbound, sink: ReplySink) -> None:
        """Record and answer a request that failed before it was read completely."""
        await self._refuse(self.planner.refused(fault, inbound, self.new_id()), sink, self.now())

    async def _noted(self, plan: Plan) -> Plan | Refused:
        """Return the plan once its notes for operators are recorded; a failure makes it a refusal."""
        try:
            await self._note(plan)
        except BaseException as error:  # noqa: BLE001 - whatever went wrong, nothing leaves and it is recorded
            return plan.refused(as_fault(error))
        return plan

    async def _note(self, planned: Plan | Refused) -> None:
        """Record what operators are told of a request: unmatched labels, and who refused aloud."""
        objecting = planned.consulted.objecting if planned.consulted is not None else ()
        if planned.unmatched or objecting:
            facts = planned.facts
            await self.notebook.note(
                RequestNotes(facts.route, facts.meeting, self.now(), planned.unmatched or 0, objecting)
            )

    async def _send(self, plan: Plan, sink: ReplySink, arrived: datetime) -> None:
        try:
            permit = await self.ledger.begin(plan.intent)
        except Exception as error:  # noqa: BLE001 - no record, no egress; the ledger may still take the refusal
            await self._refuse(plan.refused(as_fault(error)), sink, arrived)
            return
        delivery = Delivery(sink, plan.pseudonyms, _headers(plan), plan.consent_line)
        began, reason, failed = self.now(), "cancelled", None
        try:
            await self.watch(self._transfer(permit, plan, delivery), lambda: self.consent.stands(plan.admitted))
            reason = ""
        except ClientGone:
            reason = "client_gone"
        except Exception as error:  # noqa: BLE001 - every fault has an outcome record and an answer
            fault = as_fault(error)
            reason, failed = fault.reason, fault.status
            await self._break_off(fault, plan, delivery, sink)
        finally:
            outcome = delivery.outcome(plan.facts, self._took(began), None if delivery.finished else reason)
            self.journal.ended(outcome, self._took(arrived), failed)
            await self.ledger.finish(outcome)

    def _took(self, since: datetime) -> int:
        """Milliseconds since an instant."""
        return int((self.now() - since).total_seconds() * 1000)

    async def _transfer(self, permit: Permit, plan: Plan, delivery: Delivery) -> None:
        """Send, and relay the reply. Consent is watched from the first byte out to the last one back."""
        async with self.upstream.send(permit, plan.outbound) as reply:
            await self._relay(plan, reply, delivery)

    async def _relay(self, plan: Plan, reply: UpstreamReply, delivery: Delivery) -> None:
        """Restore the reply on its way to the client, piece by piece."""
        delivery.begins(reply.head)
        if reply.head.status != 200:
            raise await _told(reply, delivery)
        rewriter = plan.dialect.rewriter(plan.parsed, reply.head.content_type, delivery.restorer)
        rest = b""
        async for chunk in reply.chunks():
            delivery.arrives(chunk)
            rest = rewriter.feed(chunk)
            if rewriter.ended:
                break
            await delivery.pass_on(rest)
            rest = b""
        rest += rewriter.close()
        job = job_named(plan.dialect, rest)
        if job is not None:
            await self._keep(job, plan)
        await self._remember(plan, delivery.texts)
        await delivery.end(rest)

    async def _keep(self, job: str, plan: Plan) -> None:
        """Keep what restores the reply of a job, before the client is given the job's id."""
        facts = plan.facts
        contents = await self.aside(lambda: kept_bytes(facts, plan.admitted, plan.pseudonyms))
        await self.later.keep(Job(facts.client or "", facts.recipient or "", job), people_of(plan.admitted), contents)

    async def _remember(self, plan: Plan, texts: Sequence[str]) -> None:
        """Keep digests of a reply before the client has all of it, so that its next request can repeat it."""
        facts = plan.facts
        if facts.meeting is None or plan.admitted is None:
            return
        key = await self.derived.key()
        aside = at_once if sum(map(len, texts)) <= QUICK_BYTES else self.aside
        asked = list(plan.consulted.hearing.instructions) if plan.consulted is not None else []
        await self.derived.keep(await aside(lambda: given_back(facts, plan.admitted, texts, key, asked)))

    async def _break_off(self, fault: Fault, plan: Plan, delivery: Delivery, sink: ReplySink) -> None:
        """Tell the client of a fault after the intent: an answer if nothing was sent to it yet, else a cut stream."""
        if not delivery.started:
            await self._answer(plan.refused(fault), sink)
            return
        try:
            frame = plan.dialect.stream_error(fault) if plan.parsed.stream else b""
            if frame:
                await sink.write(frame)
        except ClientGone:
            return
        finally:
            await sink.abort()

    async def _refuse(self, refused: Refused, sink: ReplySink, arrived: datetime) -> None:
        """Record that nothing leaves, and say so; a cancellation is raised again instead."""
        fault = refused.fault
        record = RefusalFacts(refused.facts, fault.status, fault.reason, type(fault).__name__, refused.people)
        self.journal.ended(record, self._took(arrived))
        if isinstance(fault, Cancelled):
            await self.ledger.refuse(record)
            raise fault.cause
        try:
            await self.ledger.refuse(record)
        except Exception as error:  # noqa: BLE001 - a ledger that cannot record stops the service, not the answer
            refused = replace(refused, fault=as_fault(error))
        await self._answer(refused, sink)

    async def _answer(self, refused: Refused, sink: ReplySink) -> None:
        """Tell the client why nothing leaves, or comes back, in the form of its API."""
        fault, dialect, parsed, exchange = refused.fault, refused.dialect, refused.parsed, refused.facts.exchange
        synthetic = self.settings.consent.on_refusal == "synthetic_message"
        if isinstance(fault, Refusal) and synthetic and parsed is not None:
            message = f"Withheld by the meeting privacy proxy: {fault.detail or fault.reason}"
            answer = dialect.synthetic(parsed, message, exchange, int(self.now().timestamp()))
        else:
            answer = dialect.error(fault, parsed)
            answer = replace(answer, headers=(*answer.headers, *fault.headers))
        answer = replace(answer, headers=(*answer.headers, *_unmatched_header(refused.unmatched)))
        try:
            await deliver(answer, exchange, sink)
        except ClientGone:
            return


async def deliver(answer: Answer, exchange: str, sink: ReplySink) -> None:
    """Send an answer of our own, with the exchange id under which the ledger has it."""
    await sink.start(answer.status, answer.content_type, (*answer.headers, ("x-exchange-id", exchange)))
    await sink.write(answer.body)
    await sink.finish()


def _headers(plan: Plan) -> list[tuple[str, str]]:
    """The headers beside a reply: the ledger's id for it, and which of the client's words were withheld."""
    headers = [("x-exchange-id", plan.facts.exchange), *_unmatched_header(plan.unmatched)]
    if plan.unproven:
        places = (quote(place, safe="[]./#-_~$") for place in plan.unproven[:_PLACES])
        headers.append(("x-withheld-unproven", ", ".join(places)))
    return headers


def _unmatched_header(unmatched: int | None) -> tuple[tuple[str, str], ...]:
    """How many labels of speakers match no participant, the commonest reason for an empty summary."""
    return () if unmatched is None else (("x-unmatched-labels", str(unmatched)),)


async def _told(reply: UpstreamReply, delivery: Delivery) -> Fault:
    """The fault for an unsuccessful reply, with what clients act upon: its code, and when to ask again."""
    body = b""
    try:
        async for chunk in reply.chunks():
            delivery.arrives(chunk)
            body += chunk[: MOST_BYTES - len(body)]
            if len(body) == MOST_BYTES:
                break
    except UpstreamFault:
        body = b""
    fault = _upstream_status(reply.head.status)
    if fault.reason == "upstream_error":
        fault.code = code_of(body)
        found = ((name, reply.head.headers.get(name, "")) for name in WAITING)
        fault.headers = tuple((name, value) for name, value in found if WAITING[name].fullmatch(value))
    return fault


def _upstream_status(status: int) -> Fault:
    """The fault for an unsuccessful status. The reply's body may quote what was sent, so it is not passed on."""
    if status in (401, 403):
        return UpstreamFault("upstream_rejected_credential", "the recipient rejected the proxy's credential")
    if status in _PASSED_STATUS:
        fault = ClientFault if status < 500 else UpstreamFault
        return fault("upstream_error", f"the recipient answered with status {status}", status=status)
    return UpstreamFault("upstream_error", f"the recipient answered with status {status}")
