"""Invitations: who is asked what through a link, and what they answered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from proxy.audit.acts import Acts
from proxy.consent.asked import Asked, Channel, scopes_of, unanswered
from proxy.consent.custody import guardians_of
from proxy.consent.invitations import (
    BadForm,
    FormReason,
    Invitation,
    Offer,
    check_addressee,
    standing_choice,
    terms_mark,
)
from proxy.consent.offers import Choice, OfferState, OfferStatus, Place, present, records
from proxy.consent.one_person import under_kept_ids
from proxy.consent.participants import TRAINING
from proxy.consent.receipts import receipt
from proxy.consent.recordable import check_recordable
from proxy.consent.records import FORGOTTEN, ConsentRecord, Scope
from proxy.consent.rooms import LinkRequest
from proxy.desk import acts, answerable, guardians, people, titles
from proxy.desk.ports import OnFile
from proxy.errors import ClientFault
from proxy.model import KNOWN_PURPOSES, PURPOSES, Meeting, Participant, is_purpose
from proxy.settings import ConsentPages, ConsentSettings, Settings


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked of the people of a meeting, a series or the organization, or only of those in `participants`."""

    scope: Scope
    scope_id: str
    offers: tuple[Offer, ...]
    expires: datetime
    covers_earlier: bool = False
    participants: Sequence[str] | None = None
    guardian: str | None = None
    """Id, address or name of the parent or guardian who is asked in the place of `participants`, who are minors."""


@dataclass(frozen=True, slots=True)
class Invited:
    """A person and the invitation for their link, and the requests for a link that it answers."""

    person: Participant
    invitation: Invitation
    requests: tuple[LinkRequest, ...] = ()
    guardian: Participant | None = None

    @property
    def addressee(self) -> Participant:
        """Whoever gets the link."""
        return self.guardian or self.person


def pages_of(settings: Settings) -> ConsentPages:
    """The pages that links lead to; raises `ClientFault` if there are none."""
    if settings.consent_pages is None:
        raise ClientFault("no_consent_pages", "configure consent_pages first; 'meeting-proxy config example' shows how")
    return settings.consent_pages


def offers(settings: Settings, purposes: Sequence[str], recipients: Sequence[str] | None) -> tuple[Offer, ...]:
    """The offers to ask, by recipient (None: all that may); training is added where a recipient's terms allow it.

    Raises `ClientFault` for what cannot be asked.
    """
    pages_of(settings)
    for name in purposes:
        if not is_purpose(name):
            raise ClientFault("unknown_purpose", KNOWN_PURPOSES, where="purpose")
        described = settings.purposes.get(name)
        if name not in PURPOSES and (described is None or described.description is None):
            detail = f"say in plain words what your own purpose means, in purposes.{name}.description"
            raise ClientFault("unexplained_purpose", detail, where="purpose")
    if recipients is not None and not set(recipients) <= settings.recipients.keys():
        known = ", ".join(sorted(settings.recipients))
        raise ClientFault("unknown_recipient", f"the recipients are: {known}", where="recipient")
    found: list[Offer] = []
    for name in settings.recipients if recipients is None else dict.fromkeys(recipients):
        found += [Offer(purpose, name) for purpose in _asked_of(settings, name, purposes, named=recipients is not None)]
    missing = [purpose for purpose in purposes if purpose not in {offer.purpose for offer in found}]
    if missing or not found:
        detail = f"no recipient may serve: {', '.join(missing)}; see routes[].purpose and recipients[].purposes"
        raise ClientFault("nothing_asked", detail, where="purpose")
    return tuple(found)


def _asked_of(settings: Settings, name: str, purposes: Sequence[str], *, named: bool) -> list[str]:
    """The purposes that this recipient may serve; unless it was `named`, only those that a route sends to it."""
    recipient = settings.recipients[name]
    served = {route.purpose for route in settings.routes if route.recipient == name}
    chosen = [
        purpose
        for purpose in purposes
        if purpose == TRAINING
        or ((recipient.purposes is None or purpose in recipient.purposes) and (named or purpose in served))
    ]
    if set(chosen) <= {TRAINING} and not named:
        return []
    return [*chosen, TRAINING] if recipient.may_train and TRAINING not in chosen else chosen


def standing(invitation: Invitation, settings: Settings) -> Invitation | None:
    """The invitation to answer once for all meetings to which this one leads; None if it does not."""
    days = pages_of(settings).standing_days
    if days is None or invitation.scope is Scope.ORG:
        return None
    return standing_choice(invitation, settings.organization, timedelta(days=days))


async def invite(
    files: OnFile, asking: Asking, settings: Settings, new_id: Callable[[], str], *, now: datetime
) -> tuple[list[Invited], list[str]]:
    """As `made`, and put on file that these links are given out."""
    invited, left_out = await made(files, asking, settings, new_id)
    await given_out(files, asking.scope, asking.scope_id, invited, now=now)
    return invited, left_out


async def made(
    files: OnFile, asking: Asking, settings: Settings, new_id: Callable[[], str]
) -> tuple[list[Invited], list[str]]:
    """Make an invitation for each person, and say why others on the roster are left out. Nothing goes on file.

    Raises `ClientFault` if the meeting is not on file, or if a named person is not on its roster or cannot be asked.
    """
    listed = await _listed(files, asking.scope, asking.scope_id)
    named = [(await people.meant(files, each)).id for each in asking.participants or ()]
    if not set(named) <= listed.keys():
        detail = "not on the roster of the meeting or series"
        raise ClientFault("unknown_participant", detail, status=404, where="participant")
    left = await files.provisioned.left(listed)
    guardian = None if asking.guardian is None else await people.meant(files, asking.guardian)
    if guardian is not None:
        check_addressee(guardian)
    marks = {offer.recipient: terms_mark(settings.recipients[offer.recipient].terms.version) for offer in asking.offers}
    invited: list[Invited] = []
    left_out: list[str] = []
    for person in (listed[each] for each in dict.fromkeys(named or listed)):
        try:
            check_addressee(person)
            check_still_there(person, left)
            if guardian is not None:
                await answerable.check_guardian(files, person, guardian.id, settings.consent)
        except ClientFault as fault:
            if named:
                raise
            left_out.append(f"{person.id} is left out: {fault.detail}")
            continue
        invitation = Invitation(
            id=new_id(),
            participant=person.id,
            scope=asking.scope,
            scope_id=asking.scope_id,
            offers=asking.offers,
            terms=tuple(marks.items()),
            expires=asking.expires,
            covers_earlier=asking.covers_earlier,
            guardian=None if guardian is None else guardian.id,
        )
        invited.append(Invited(person, invitation, guardian=guardian))
    return invited, left_out


async def given_out(
    files: OnFile,
    scope: Scope,
    scope_id: str,
    invited: Sequence[Invited],
    *,
    now: datetime,
    channel: Channel = Channel.LINK,
    again: bool = False,
) -> None:
    """Put on file that these links were given out, how, and whether again."""
    if not invited:
        return
    async with files.at_once() as held:
        if again:
            await held.invitations.reminded([each.invitation.id for each in invited], channel, now)
        else:
            await held.invitations.put_all([Asked(each.invitation, channel, now) for each in invited])
        for each in invited:
            if each.guardian is not None:
                await guardians.noted(held, each.person.id, each.guardian.id)
        await held.rooms.handled([request for each in invited for request in each.requests], now)
        await held.acts.did(
            Acts.CONSENT_INVITED,
            people=[each.person.id for each in invited],
            meeting=scope_id if scope is Scope.MEETING else None,
            facts={
                "scope": scope.value,
                "change": "reminded" if again else "asked",
                "way": channel.value,
                "count": len(invited),
            },
        )


async def remind(
    files: OnFile,
    scope: Scope,
    scope_id: str,
    policy: ConsentSettings,
    *,
    now: datetime,
    participants: Sequence[str] | None = None,
) -> list[Invited]:
    """As `waiting`, and put on file that these links are given out again."""
    found = await waiting(files, scope, scope_id, policy, now=now, participants=participants)
    await given_out(files, scope, scope_id, found, now=now, again=True)
    return found


async def waiting(
    files: OnFile,
    scope: Scope,
    scope_id: str,
    policy: ConsentSettings,
    *,
    now: datetime,
    participants: Sequence[str] | None = None,
) -> list[Invited]:
    """The invitations about a meeting or series that nobody has answered: their links are as before.

    `participants` are the ids, addresses or names of those to remind; None: everybody. People who can be asked no more
    are left out. Raises `ClientFault` if the meeting is not on file, or a named person is not.
    """
    listed = await _listed(files, scope, scope_id)
    named = None if participants is None else {(await people.meant(files, each)).id for each in participants}
    asked = [
        each
        for each in await files.invitations.of([(scope, scope_id)])
        if named is None or each.invitation.participant in named
    ]
    said = await files.consents.grants({each.invitation.participant for each in asked})
    left = await files.provisioned.left(listed)
    answering = {each.invitation.guardian for each in asked if each.invitation.guardian is not None}
    known = {each.id: each for each in await files.people.having(answering, [])} if answering else {}
    alone = {each.id for each in listed.values() if each.minor and guardians_of(each, policy).each}
    return [
        Invited(
            listed[each.invitation.participant], each.invitation, guardian=known.get(each.invitation.guardian or "")
        )
        for each in unanswered(asked, said, now, alone)
        if each.invitation.participant in listed
        and may_answer(each.invitation, listed[each.invitation.participant])
        and _can_be_asked(listed[each.invitation.participant], left)
        and (each.invitation.guardian is None or each.invitation.guardian in known)
    ]


def may_answer(invitation: Invitation, person: Participant) -> bool:
    """Whether whoever is asked for a minor is on file as a guardian, where any is."""
    return invitation.guardian is None or not person.guardians or invitation.guardian in person.guardians


def check_still_there(person: Participant, left: Collection[str]) -> None:
    """Raise `ClientFault` (``left_directory``) for somebody who is one of those that left the directory."""
    if person.id in left:
        detail = "the directory has them as inactive or no more; what they said counts as before"
        raise ClientFault("left_directory", detail, where="participant")


def _can_be_asked(person: Participant, left: Collection[str]) -> bool:
    try:
        check_addressee(person)
        check_still_there(person, left)
    except ClientFault:
        return False
    return True


async def presents(
    files: OnFile,
    invitation: Invitation,
    person: Participant,
    offers: Sequence[Offer],
    *,
    meeting: Meeting | None,
    settings: Settings,
    now: datetime,
) -> tuple[OfferStatus, ...]:
    """What is on file of a person for each of these offers, in the scope of an invitation. `meeting` is its meeting."""
    grants = await files.consents.grants([person.id], purposes={offer.purpose for offer in offers})
    around = (meeting.series, meeting.earlier_series) if meeting else (None, ())
    place = Place(settings.organization, *around)
    return tuple(
        present(
            offer,
            replace(invitation, participant=person.id),
            grants,
            place,
            settings.consent,
            terms_version=settings.recipients[offer.recipient].terms.version,
            minor=person.minor,
            now=now,
            guardians=guardians_of(person, settings.consent),
        )
        for offer in offers
    )


class Said(StrEnum):
    """What somebody who would be asked has on file for all that is asked."""

    NO = "no"
    ANSWERED = "answered"
    """A yes that counts, or a no, for each offer."""
    LAPSED = "lapsed"
    """A yes to something asked that has ended, or is to older terms; nobody said no to all."""
    OPEN = "open"


async def said(files: OnFile, invited: Sequence[Invited], settings: Settings, now: datetime) -> list[Said]:
    """What each of these people has said already to what they are asked here."""
    found: list[Said] = []
    meetings: dict[str, Meeting | None] = {}
    for each in invited:
        asks = each.invitation
        if asks.scope is Scope.MEETING and asks.scope_id not in meetings:
            meetings[asks.scope_id] = await files.meetings.by_id(asks.scope_id)
        meeting = meetings.get(asks.scope_id)
        statuses = await presents(files, asks, each.person, asks.offers, meeting=meeting, settings=settings, now=now)
        found.append(_said({status.state for status in statuses}))
    return found


def _said(states: Set[OfferState]) -> Said:
    if states <= {OfferState.NO, OfferState.WITHDRAWN}:
        return Said.NO
    if states <= {OfferState.NO, OfferState.WITHDRAWN, OfferState.YES, OfferState.AWAITS_GUARDIAN}:
        return Said.ANSWERED
    return Said.LAPSED if states & {OfferState.ENDED, OfferState.OLDER_TERMS} else Said.OPEN


async def languages(files: OnFile, people: Collection[str]) -> dict[str, str]:
    """The language of the page on which each of these people answered last, for those who did."""
    records = sorted(await files.consents.grants(people), key=lambda record: record.recorded_at)
    return {each.participant: each.notice_language for each in records if each.notice_language is not None}


async def _listed(files: OnFile, scope: Scope, scope_id: str) -> dict[str, Participant]:
    """Everybody on the roster of the meeting, or of the meetings of the series, or on file, by id."""
    if scope is Scope.ORG:
        return {person.id: person for person in await files.people.everybody()}
    held = await files.meetings.listed()
    fitting = [each for each in held if (each.id if scope is Scope.MEETING else each.series) == scope_id]
    if not fitting:
        detail = "no such meeting is on file; add it with 'meeting-proxy meeting add'"
        raise ClientFault("unknown_meeting", detail, status=404)
    return {person.id: person for each in fitting for person in each.roster.participants}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person chose on the page of their link, and through which form.

    `presents` is what was on file when the page was shown, and `versions` the terms shown, by recipient. `nonce`,
    `notice_hash` and `notice_language` are those of the form.
    """

    choice: Choice
    presents: Sequence[OfferStatus]
    versions: Mapping[str, str]
    nonce: str
    notice_hash: str
    notice_language: str | None


async def answer(
    files: OnFile,
    invitation: Invitation,
    given: Answer,
    *,
    policy: ConsentSettings,
    now: datetime,
    new_id: Callable[[], str],
) -> list[ConsentRecord]:
    """Record what was chosen, once; the link identifies the person, or the guardian who answers for them.

    By the link of an id that is another id of somebody, only their refusals are taken. Raises `BadForm` for a form that
    was sent before, and `ClientFault` if policy does not accept such a grant.
    """
    drafts = records(
        given.choice,
        invitation,
        given.presents,
        given.versions,
        notice_hash=given.notice_hash,
        notice_language=given.notice_language,
        now=now,
        new_id=lambda: f"cr-{new_id()}",
    )
    for each in drafts:
        check_recordable(each, policy, person_is_actor=invitation.guardian is None)
    async with files.at_once() as held:
        merged = await held.people.merged_ids([invitation.participant, invitation.answered_by])
        new = [under_kept_ids(each, merged) for each in drafts]
        person = await people.known_by(held, invitation.participant)
        for each in new:
            await answerable.check(held, person, each, policy)
        # The nonce is spent together with the records or not at all: a failed attempt can be repeated, a success
        # cannot.
        first = await held.links.spend(given.nonce, invitation.id, now)
        if first:
            await held.consents.record_all(new)
            await held.invitations.answered(invitation.id, now)
            await acts.of_records(held, new, way="page")
    if not first:
        raise BadForm(FormReason.REUSED)
    return new


@dataclass(frozen=True, slots=True)
class OnRecord:
    """A record of a person, with what people call the series that it is for, and whoever answered.

    `answered_by` is their name, or what was written where nobody on file is meant; None for somebody who was forgotten.
    """

    record: ConsentRecord
    title: str | None
    answered_by: str | None = None


async def on_record(
    files: OnFile, invitation: Invitation, about: Collection[Offer], settings: Settings
) -> list[OnRecord]:
    """The records of the person about these offers that reach what the invitation asks about, oldest first."""
    merged = await files.people.merged_ids([invitation.participant])
    person = merged.get(invitation.participant, invitation.participant)
    meeting = await files.meetings.by_id(invitation.scope_id) if invitation.scope is Scope.MEETING else None
    wider = [] if meeting is None else scopes_of(meeting, settings.organization)
    reach = {(invitation.scope, invitation.scope_id), (Scope.ORG, settings.organization), *wider}
    found = await files.consents.grants([person], scopes=sorted(reach))
    kept = [each for each in found if Offer(each.purpose, each.recipient) in about]
    called = await titles.of_records(files, kept)
    named = await names_of(files, {each.actor for each in kept})
    return [OnRecord(each, called.get((each.scope, each.scope_id)), named[each.actor]) for each in kept]


async def names_of(files: OnFile, actors: Collection[str]) -> dict[str, str | None]:
    """What each of these actors of records is called: their name, or what was written; None: they were forgotten."""
    known = {each.id: each.name for each in await files.people.having(actors, [])} if actors else {}
    return {each: known.get(each, None if each.startswith(FORGOTTEN) else each) for each in actors}


async def receipts(
    files: OnFile, invitation: Invitation, about: Collection[Offer], settings: Settings
) -> list[dict[str, Any]]:
    """The receipt of each record that `on_record` returns."""
    return [receipt(each.record, settings, each.title) for each in await on_record(files, invitation, about, settings)]
