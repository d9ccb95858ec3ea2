"""Links for the rooms of meetings: made, ended, and answered with a link of their own for whoever asked there.

Anybody can type any address on the page of such a link. So a link goes only to an address that exactly one person on
file has, who is on the roster of that meeting; what else was typed is for the operator to look at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from proxy.audit.acts import Acts, Fact
from proxy.consent.invitations import Invitation, Offer, check_addressee, terms_mark
from proxy.consent.rooms import LinkRequest, RoomLink
from proxy.desk import meetings
from proxy.desk.invitations import Invited, check_still_there, pages_of
from proxy.desk.ports import OnFile
from proxy.errors import ClientFault
from proxy.meetings.directory import email_of
from proxy.model import Meeting, Participant
from proxy.settings import Settings


class Unmet(StrEnum):
    """Why no link goes to an address that was typed."""

    NOT_ON_FILE = "not_on_file"
    NOT_ON_ROSTER = "not_on_roster"
    """Somebody's on file who is not on the roster of this meeting."""
    SHARED = "shared"
    """Several people on file have it, so it is nobody's own."""
    NOT_ASKED = "not_asked"
    """That of a room or a bot, of somebody whose id is a name or an address, or who left the directory."""


@dataclass(frozen=True, slots=True)
class Wanting:
    """An address that was typed in the room of a meeting and gets no link, and why."""

    meeting: str
    address: str
    why: Unmet


@dataclass(frozen=True, slots=True)
class Requested:
    """The answers to what was asked in the room of one meeting: new links, links of before, and who gets none."""

    meeting: str
    new: tuple[Invited, ...]
    again: tuple[Invited, ...]
    unmet: tuple[Wanting, ...]


def asked_by_default(settings: Settings) -> tuple[str, ...]:
    """The purposes that routes serve, in the order of the routes."""
    return tuple(dict.fromkeys(route.purpose for route in settings.routes if route.purpose is not None))


async def make(
    files: OnFile,
    meeting_id: str,
    settings: Settings,
    asked: Sequence[Offer],
    code: str,
    *,
    now: datetime,
    life: timedelta,
    answers: timedelta,
    covers_earlier: bool = False,
) -> RoomLink:
    """Put a link for the room of a meeting on file. Raises `ClientFault` if the meeting is not on file.

    It can be followed for `life`; the links that people ask for end after `answers`, with what they granted.
    """
    pages_of(settings)
    meeting = await meetings.on_file(files, meeting_id)
    marks = {each.recipient: terms_mark(settings.recipients[each.recipient].terms.version) for each in asked}
    link = RoomLink(
        code=code,
        meeting=meeting.id,
        offers=tuple(asked),
        terms=tuple(marks.items()),
        expires=(now + answers).replace(microsecond=0),
        covers_earlier=covers_earlier,
        made_at=now,
        ends=(now + life).replace(microsecond=0),
    )
    async with files.at_once() as held:
        await held.rooms.put(link)
        await held.acts.did(Acts.CONSENT_INVITED, meeting=meeting.id, facts={"scope": "meeting", "change": "room_link"})
    return link


async def revoke(files: OnFile, meeting_id: str, *, now: datetime) -> int:
    """End the open links for the room of a meeting, and forget what was typed there. Returns how many it ended.

    Raises `ClientFault` if the meeting is not on file.
    """
    await meetings.on_file(files, meeting_id)
    async with files.at_once() as held:
        ended = await held.rooms.revoke(meeting_id, now)
        facts: dict[str, Fact] = {"scope": "meeting", "change": "room_link_revoked", "count": ended}
        await held.acts.did(Acts.CONSENT_INVITED, meeting=meeting_id, facts=facts)
    return ended


async def waiting(files: OnFile, meeting_ids: Sequence[str], now: datetime) -> Mapping[str, int]:
    """How many addresses that were typed in the rooms of these meetings wait for a link, by meeting."""
    links = await _links(files, meeting_ids, now)
    addresses: dict[str, set[str]] = {each: set() for each in meeting_ids}
    for each in await files.rooms.waiting(links, now):
        addresses[links[each.code].meeting].add(each.address)
    return {meeting: len(found) for meeting, found in addresses.items()}


async def _links(files: OnFile, meeting_ids: Sequence[str] | None, now: datetime) -> dict[str, RoomLink]:
    """The links of these rooms by which people may still get a link of their own, by code."""
    return {each.code: each for each in await files.rooms.of(meeting_ids) if each.is_answered(now)}


async def requested(
    files: OnFile, meeting_id: str | None, new_id: Callable[[], str], *, now: datetime
) -> list[Requested]:
    """Answer what waits for a link, by meeting; None: of all meetings. Nothing goes on file.

    Raises `ClientFault` if the meeting is not on file.
    """
    if meeting_id is not None:
        await meetings.on_file(files, meeting_id)
    links = await _links(files, None if meeting_id is None else [meeting_id], now)
    asked: dict[str, dict[str, list[LinkRequest]]] = {}
    for each in await files.rooms.waiting(links, now):
        asked.setdefault(links[each.code].meeting, {}).setdefault(each.address, []).append(each)
    return [await _answered(files, meeting, found, links, new_id=new_id, now=now) for meeting, found in asked.items()]


async def _answered(
    files: OnFile,
    meeting_id: str,
    asked: Mapping[str, Sequence[LinkRequest]],
    links: Mapping[str, RoomLink],
    *,
    new_id: Callable[[], str],
    now: datetime,
) -> Requested:
    meeting = await meetings.on_file(files, meeting_id)
    new: list[Invited] = []
    again: list[Invited] = []
    unmet: list[Wanting] = []
    for address, requests in asked.items():
        person = await _whose(files, meeting, address)
        if isinstance(person, Unmet):
            unmet.append(Wanting(meeting_id, address, person))
            continue
        # Of several links for the room, what the newest asks.
        link = max((links[each.code] for each in requests), key=lambda each: each.made_at)
        known = await _link_of_before(files, person, link, now)
        invitation = known or _invitation(person, link, new_id())
        (again if known else new).append(Invited(person, invitation, tuple(requests)))
    return Requested(meeting_id, tuple(new), tuple(again), tuple(unmet))


async def _whose(files: OnFile, meeting: Meeting, address: str) -> Participant | Unmet:
    """The one person whose address it is, with it as their first; otherwise why there is none."""
    found = [
        each for each in await files.people.having([], [address]) if address in {email_of(one) for one in each.emails}
    ]
    if len(found) != 1:
        return Unmet.SHARED if found else Unmet.NOT_ON_FILE
    (person,) = found
    if person.id not in {each.id for each in meeting.roster.participants}:
        return Unmet.NOT_ON_ROSTER
    try:
        check_addressee(person)
        check_still_there(person, await files.provisioned.left([person.id]))
    except ClientFault:
        return Unmet.NOT_ASKED
    # As on file, and never as it was typed.
    emails = sorted(person.emails, key=lambda each: email_of(each) != address)
    return replace(person, emails=tuple(emails))


async def _link_of_before(files: OnFile, person: Participant, link: RoomLink, now: datetime) -> Invitation | None:
    """The newest invitation of the person that asks the same and has not ended: its link is as good."""
    for asked in reversed(await files.invitations.of_people([person.id])):
        known = asked.invitation
        if known.guardian is not None:  # The link of a guardian, or of this person for somebody else.
            continue
        same = (known.scope, known.scope_id, known.offers, known.terms, known.covers_earlier)
        if same == (link.scope, link.scope_id, link.offers, link.terms, link.covers_earlier) and now < known.expires:
            return known
    return None


def _invitation(person: Participant, link: RoomLink, new_id: str) -> Invitation:
    return Invitation(
        id=new_id,
        participant=person.id,
        scope=link.scope,
        scope_id=link.scope_id,
        offers=link.offers,
        terms=link.terms,
        expires=link.expires,
        covers_earlier=link.covers_earlier,
    )
