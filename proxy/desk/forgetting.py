"""Forgetting a person (Art. 17 GDPR), and legal holds that forbid it.

`prepare` says beforehand what remains and whom to tell, since nobody can say it afterwards; `forget` then does it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from proxy.audit.about import ExchangeOfPerson
from proxy.audit.acts import Acts, Fact
from proxy.audit.pseudonyms import UNAVAILABLE, epoch_of, pseudonym
from proxy.consent.in_force import refuses
from proxy.consent.records import ConsentRecord
from proxy.desk import erasure, reports
from proxy.desk.ports import Hold, NamedElsewhere, OnFile, OnFileToForget, PastExchanges, Traces
from proxy.desk.reports import PersonReport
from proxy.desk.shapes import check_line
from proxy.desk.subjects import ids_of, known_as
from proxy.errors import ClientFault, OwnFault
from proxy.meetings.directory import class_of
from proxy.model import Participant, ParticipantClass
from proxy.settings import Settings

REMAINS = (
    "The ledger keeps its records, so that it still verifies: times, recipients and counts, under pseudonyms without a "
    "key. Nobody can link them to the person any more, this proxy included.",
    "Backups of the store hold everything until they expire. After restoring one, forget the person again.",
    "Names that others said, in transcripts of clients and at recipients, are outside of this proxy.",
    "Files of yours that name the person (dictionaries, exports, logs of other programs) are yours to clean.",
    "A calendar, a roster or an integration that still has the person puts them on file again, as somebody new.",
)
"""What is left after a person was forgotten, and why."""


@dataclass(frozen=True, slots=True)
class Told:
    """A recipient who had words of the person: what to ask it for, and how long it keeps them by its terms."""

    recipient: str
    address: str | None
    region: str | None
    retention_days: int | None
    purposes: tuple[str, ...]
    exchanges: tuple[str, ...]
    first: datetime
    last: datetime
    display_name: str | None = None
    """The company, as people know it."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What forgetting a person means. `recipients` is None where no whole ledger can be read, so that nobody knows.

    `rooms` list the person; nothing said there is heard until their lists are given anew. `meetings` count as
    incomplete from then on.
    """

    id: str
    other_ids: tuple[str, ...]
    name: str | None
    consent_records: int
    meetings: tuple[str, ...]
    rooms: tuple[str, ...]
    recipients: tuple[Told, ...] | None
    remains: tuple[str, ...] = REMAINS

    @property
    def ids(self) -> tuple[str, ...]:
        """All ids of the person."""
        return (self.id, *self.other_ids)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was forgotten. `purged`: the database's files gave up the bytes, too. `statement` is for the person."""

    traces: Traces
    purged: bool
    statement: erasure.Statement = field(default_factory=dict)


async def prepare(
    files: OnFileToForget,
    past: PastExchanges,
    settings: Settings,
    written: str,
    *,
    now: datetime,
    accept_admission: bool = False,
    accept_unknown: bool = False,
) -> Prepared:
    """What forgetting the person with this id, address or name means.

    Raises `ClientFault` if nobody or several match, ``on_hold`` (also where what somebody else on hold has on file
    would change with them), ``would_be_admitted`` for somebody who refused and whom a class default would admit as
    somebody new (unless `accept_admission`), and ``ledger_unread`` where whom to tell is not known (unless
    `accept_unknown`).
    """
    report = await reports.gather(files, past, settings.organization, written, now=now)
    await _check(files, settings, report.ids, report.person, report.records, now=now, accept_admission=accept_admission)
    if report.exchanges is None and not accept_unknown:
        why, remedy = "no whole ledger can be read from here", "run this where the ledger is"
        if report.lacking:
            why = f"this store has no keys for meetings that the ledger names ({report.lacking})"
            remedy = "restore the store with which the ledger was written"
        detail = f"{why}, so nobody could tell any more who had the person's words; {remedy}, or accept that "
        detail += "(--accept-unknown; accept_unknown=true)"
        raise ClientFault("ledger_unread", detail, status=409)
    return Prepared(
        id=report.id,
        other_ids=report.other_ids,
        name=report.person.name if report.person else None,
        consent_records=len(report.records),
        meetings=tuple(each.id for each in report.attended),
        rooms=tuple(room.id for room in report.rooms),
        recipients=None if report.exchanges is None else tuple(_recipients(report, settings)),
        remains=(
            *REMAINS,
            *_configured(settings, report.ids),
            *_answered_for(await files.consents.listed(), report.ids),
            *_elsewhere(await files.forgetting.named_elsewhere(report.ids), report.id),
        ),
    )


async def forget(
    files: OnFileToForget,
    settings: Settings,
    ids: Collection[str],
    new_id: Callable[[], str],
    *,
    now: datetime,
    accept_admission: bool = False,
    told: Sequence[Told] | None = None,
) -> Forgotten:
    """Forget the person with these ids, of `prepare`, as are the recipients. Raises as it does for what has changed.

    Acts that no ledger has yet show the person as the ledger does. With their ids, these would get new keys.
    """
    traces, statement = await taken_off(
        files, settings, ids, new_id, now=now, accept_admission=accept_admission, told=told
    )
    return Forgotten(traces, await purge(files), statement)


async def taken_off(
    files: OnFileToForget,
    settings: Settings,
    ids: Collection[str],
    new_id: Callable[[], str],
    *,
    now: datetime,
    accept_admission: bool = False,
    told: Sequence[Told] | None = None,
) -> tuple[Traces, erasure.Statement]:
    """As `forget`, without giving up the bytes: for several people, `purge` does that once."""
    async with files.at_once() as held:
        now_known = sorted({each for one in ids for each in await ids_of(held, one)})
        found = [await held.people.by_id(each) for each in now_known]
        person = next((each for each in found if each is not None), None)
        records = [record for each in now_known for record in await held.consents.listed(participant=each)]
        await _check(held, settings, now_known, person, records, now=now, accept_admission=accept_admission)
        keys = await held.keys.known(now_known)
        shown = {each: pseudonym("ptc", keys[each], epoch_of(now), settings.organization) for each in keys}
        for each in now_known:
            await held.acts.forget(each, shown.get(each, UNAVAILABLE["ptc"]))
        traces = await held.forgetting.forget(now_known, new_id)
        statement = erasure.of_person(
            person, now_known, traces, organization=settings.organization, at=now,
            salt=salt_from(new_id), told=None if told is None else [_stated(each) for each in told],
        )  # fmt: skip
        facts: dict[str, Fact] = {"text": erasure.digest(statement)}
        await held.acts.did(Acts.PERSON_FORGOTTEN, shown=sorted(shown.values()), facts=facts)
    return traces, statement


def salt_from(new_id: Callable[[], str]) -> str:
    """A salt from what makes random ids."""
    return new_id() + new_id()


def _stated(each: Told) -> dict[str, object]:
    """A recipient as the person's statement has it."""
    return {
        "recipient": each.recipient, "display_name": each.display_name, "purposes": list(each.purposes),
        "first": erasure.instant(each.first), "last": erasure.instant(each.last),
    }  # fmt: skip


async def purge(files: OnFileToForget) -> bool:
    """Give up what the database's files hold of deleted rows; False if it could not be done now."""
    try:
        return await files.forgetting.purge()
    except OwnFault:
        return False


async def hold(files: OnFileToForget, written: str, reason: str, now: datetime, *, alone: bool = False) -> Hold:
    """Put a hold on the person with this id, address or name. Raises `ClientFault`, also for a reason of no line.

    `alone`: others go from the meetings of this person when these are over, as `retention` says (`desk.expiring`).
    """
    check_line(reason, "invalid_hold", "reason")
    async with files.at_once() as held:
        person = await _kept(held, written)
        await held.holds.put(person, reason, now, alone=alone)
        await held.acts.did(Acts.PERSON_CHANGED, people=[person], facts={"change": "held"})
        return (await held.holds.of([person]))[0]


async def release(files: OnFileToForget, written: str) -> str:
    """Take the hold away; returns the person's id. Raises `ClientFault` if there is none."""
    async with files.at_once() as held:
        person = await _kept(held, written)
        if not await held.holds.release(await ids_of(held, person)):
            raise ClientFault("not_on_hold", "there is no hold on this person", status=404)
        await held.acts.did(Acts.PERSON_CHANGED, people=[person], facts={"change": "released"})
        return person


async def _kept(files: OnFile, written: str) -> str:
    named = await known_as(files, written)
    return (await files.people.merged_ids([named])).get(named, named)


async def _check(
    files: OnFileToForget,
    settings: Settings,
    ids: Collection[str],
    person: Participant | None,
    records: Sequence[ConsentRecord],
    *,
    now: datetime,
    accept_admission: bool,
) -> None:
    if await files.holds.of(ids):
        detail = "there is a legal hold on this person; 'meeting-proxy subject release' ends it"
        raise ClientFault("on_hold", detail, status=409)
    if others := await files.holds.binding(ids):
        detail = (
            f"there is a legal hold on {', '.join(others)}, whose records name this person, such as a guardian who "
            "answered, or who answered for this person as a guardian; these records would not stay as they are. "
            "'meeting-proxy subject release' ends a hold"
        )
        raise ClientFault("on_hold", detail, status=409)
    minor = person is not None and person.minor
    if accept_admission or not (minor or refuses(records, settings.consent, minor=minor, now=now)):
        return
    admitting = sorted(each.value for each in _classes(person, settings) if _admits(settings, each))
    if admitting:
        detail = (
            "this person refused, or is a minor; without their records the policy would admit them as somebody new "
            f"(consent.defaults admits: {', '.join(admitting)}). Change the default, or accept that "
            "(--accept-admission; accept_admission=true)"
        )
        raise ClientFault("would_be_admitted", detail, status=409)


def _configured(settings: Settings, ids: Collection[str]) -> list[str]:
    named = [client.name for client in settings.clients if client.acts_for in ids]
    return [
        f"The configuration names the person: clients, {name}, acts_for. Change that and restart." for name in named
    ]


def _answered_for(records: Sequence[ConsentRecord], ids: Collection[str]) -> list[str]:
    """That records stay which they gave as a guardian, and what becomes of these."""
    children = sorted({each.participant for each in records if each.guardian and each.actor in ids})
    if not children:
        return []
    return [
        f"Records that the person gave as the guardian of {', '.join(children)} stay and name nobody: a no among them "
        "counts as before, and nobody can take it back until the child is of age and says yes; a yes among them "
        "no more, so that another guardian has to be asked ('meeting-proxy consent invite --guardian'). Let them take "
        "back first what shall not stand."
    ]


def _elsewhere(found: NamedElsewhere, own: str) -> list[str]:
    """What stays that holds their name, with what to do about it."""
    told = []
    if found.people:
        told.append(
            f"Other entries bear a name that holds theirs: {', '.join(found.people)}. If one is the same person, say "
            f"so first ('meeting-proxy people confirm ID --same-as {own}'), or forget that entry as well."
        )
    if found.held:
        told.append(
            f"Reasons of holds on others hold their name: {', '.join(found.held)}. Write these anew ('meeting-proxy "
            "subject hold ID --reason …')."
        )
    if found.meetings:
        told.append(f"Ids of meetings or series hold their name, and cannot be changed: {', '.join(found.meetings)}.")
    return told


def _classes(person: Participant | None, settings: Settings) -> set[ParticipantClass]:
    """The classes that the person may have when they come back."""
    known = {settings.people.default_class}
    return known if person is None else known | {person.participant_class, class_of(person.emails, settings.people)}


def _admits(settings: Settings, each: ParticipantClass) -> bool:
    return settings.consent.defaults.get(each) == "admit"


def _recipients(report: PersonReport, settings: Settings) -> list[Told]:
    having: dict[str, list[ExchangeOfPerson]] = {}
    for each in report.exchanges or ():
        if (each.carried or each.repeated) and each.recipient is not None:
            having.setdefault(each.recipient, []).append(each)
    return [_told(name, sent, settings) for name, sent in sorted(having.items())]


def _told(name: str, sent: Sequence[ExchangeOfPerson], settings: Settings) -> Told:
    last, known = sent[-1], settings.recipients.get(name)
    return Told(
        recipient=name,
        address=last.host if last.port is None or last.host is None else f"{last.host}:{last.port}",
        region=last.region,
        retention_days=known.retention_days if known else None,
        purposes=tuple(sorted({each.purpose for each in sent if each.purpose is not None})),
        exchanges=tuple(each.exchange for each in sent),
        first=sent[0].at,
        last=last.at,
        display_name=known.display_name if known else None,
    )
