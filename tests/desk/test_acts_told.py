"""Each use case that changes or gives away something puts one act on file, whichever way in; refused ones put none."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from desk.test_consents import SETTINGS, YES, Ledger
from harness.stores import sqlite_store

from proxy.audit.acts import Act, Operator, OperatorKind
from proxy.consent.invitations import Invitation, Offer
from proxy.consent.offers import Button, Choice, OfferState, OfferStatus
from proxy.consent.recordable import imported
from proxy.consent.records import ConsentState, Scope
from proxy.desk import (
    access,
    acts,
    consents,
    invitations,
    meetings,
    people,
    phones,
    provisioning,
    rooms,
    subjects,
    terms,
)
from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.meetings.calendar import Attendee, Occurrence
from proxy.meetings.directory import Entry
from proxy.meetings.provisioning.attributes import user_of
from proxy.model import Participant, ParticipantClass
from proxy.settings import ConsentPages, ConsentSettings

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
ALICE = Operator(OperatorKind.ACCOUNT, "alice")
PHONE = SETTINGS.model_copy(update={"consent": SETTINGS.consent.model_copy(update={"methods": ("verbal", "dtmf")})})
_PAGES = ConsentPages.model_validate({"base_url": "https://consent.example", "signing_key": {"env": "LINKS"}})
PAGES = SETTINGS.model_copy(update={"consent_pages": _PAGES})
NUMBERS = count()


def new_id() -> str:
    return f"n{next(NUMBERS)}"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(f"sqlite:///{sqlite_store(tmp_path / 'proxy.db')}") as opened:
        await opened.people.put(Participant("p-ann", "Ann Berg", emails=("ann@fjord.example",)))
        await opened.people.put(Participant("p-tel", "Caller 1", participant_class=ParticipantClass.PHONE))
        listed = [Entry(id=each, name=None) for each in ("p-ann", "p-tel")]
        await meetings.put(opened, meetings.drafted("m1", NOW, complete=True), listed, SETTINGS.people, new_id)
        async with opened.acts.taken(await opened.acts.oldest(10)) as setup:
            for act in setup.acts:
                setup.done(act)
        yield opened.acting(ALICE)


async def waiting(store: Store) -> list[Act]:
    return list((await store.acts.oldest(100)).values())


async def recorded(files: Store, said: consents.ConsentStatement = YES, *, as_written: bool = False) -> None:
    draft = consents.drafted(said, SETTINGS, NOW, f"cr-{new_id()}")
    await consents.record(files, Ledger(), draft, SETTINGS, as_written=as_written)


def in_meeting(state: ConsentState) -> consents.ConsentStatement:
    return replace(YES, state=state, scope=Scope.MEETING, scope_id="m1")


async def brought(files: Store) -> None:
    drafts = [consents.drafted(replace(YES, participant=each), SETTINGS, NOW, f"cr-{each}") for each in ("p-ann", "x")]
    policy = SETTINGS.consent.model_copy(update={"methods": ("verbal", "admin_import")})
    settings = SETTINGS.model_copy(update={"consent": policy})
    taken = imported(drafts, settings, NOW, "import csv", str)
    await consents.bring(files, taken, policy, str)


async def pressed(files: Store) -> None:
    press = phones.Press("m1", "summary", "2", "call-1", NOW, participant="p-tel")
    for _ in range(2):
        await phones.press(files, Ledger(), press, PHONE, NOW)


def invitation() -> Invitation:
    offer = Offer("summary", "acme")
    return Invitation("i1", "p-ann", Scope.MEETING, "m1", (offer,), (("acme", "v1"),), NOW + timedelta(days=1))


async def answered(files: Store) -> None:
    shown = [OfferStatus(Offer("summary", "acme"), OfferState.NOTHING)]
    given = invitations.Answer(Choice(Button.NO_TO_ALL), shown, {"acme": "v1"}, "nonce", "sha256:0", "en")
    own = files.acting(Operator(OperatorKind.PERSON, "p-ann"))
    await invitations.answer(own, invitation(), given, policy=SETTINGS.consent, now=NOW, new_id=new_id)


async def invited(files: Store) -> None:
    offers = (Offer("summary", "acme"),)
    asking = invitations.Asking(Scope.MEETING, "m1", offers, NOW + timedelta(days=1), participants=["p-ann"])
    await invitations.invite(files, asking, SETTINGS, new_id, now=NOW)


async def provisioned(files: Store) -> None:
    user = user_of({"userName": "zoe@fjord.example", "displayName": "Zoe", "externalId": "e"})
    made = await provisioning.create(files, user, SETTINGS.people, lambda: "zoe", now=NOW)
    for changes in ({}, {"displayName": "Zoe B"}, {"active": False}, {"active": False}, {"active": True}):
        user |= changes
        await provisioning.change(files, made.id, now=NOW, user=dict(user))
    await provisioning.delete(files, made.id, now=NOW)


async def room(files: Store) -> None:
    asked, day = (Offer("summary", "acme"),), timedelta(days=1)
    await rooms.make(files, "m1", PAGES, asked, "0000-0000-0001", now=NOW, life=day, answers=day)
    await rooms.revoke(files, "m1", now=NOW)


async def imported_calendar(files: Store) -> None:
    came = (Attendee("Ann", "ann@fjord.example", declined=False, room=False, group=False),)
    held = [
        Occurrence(id=name, series="s", started_at=NOW, ended_at=NOW + timedelta(hours=1), attendees=came,
                   recurring=False, zoom=None, where="1")
        for name in ("c1", "c2")
    ]  # fmt: skip
    await meetings.bring(
        files, held, SETTINGS.people, new_id, complete=True, with_declined=True, series_from="uid"
    )  # fmt: skip


async def put_meeting(files: Store) -> None:
    entry = Entry(id="p-ann", name=None)
    await meetings.put(files, meetings.drafted("m2", NOW), [entry], SETTINGS.people, new_id)


async def seen(files: Store) -> None:
    meeting = await meetings.on_file(files, "m1")
    for _ in range(2):
        await meetings.seen(files, meeting, meetings.Seen("Ann Berg", "joined", NOW))


async def put_person(files: Store) -> None:
    await people.put(files, Entry(id="p-zoe", name="Zoe"), SETTINGS.people, new_id)


async def found_person(files: Store) -> None:
    entry = Entry(id=None, name="Anna", emails=("ann@fjord.example",))
    assert (await people.put(files, entry, SETTINGS.people, new_id)).found


async def merged(files: Store) -> None:
    await files.people.put(Participant("p-old", "Ann Berg"))
    await recorded(files, replace(YES, participant="p-old", state=ConsentState.DENIED))
    await people.confirm_one(files, "p-old", "p-ann", ConsentSettings(), now=NOW, new_id=new_id)


async def kept_terms(files: Store) -> None:
    for _ in range(2):
        await terms.keep(files, SETTINGS, "acme", "v1", text="We keep nothing.\n", now=NOW)
        await terms.accept(files, "acme", "v1", "Annika Solberg", NOW)


async def started(files: Store) -> None:
    for digest in ("sha256:1", "sha256:1", "sha256:2"):
        await acts.of_start(files, "fjord/egress", digest)


@dataclass
class Told:
    """An act as far as a case names it."""

    code: str
    people: tuple[str, ...] = ()
    meeting: str | None = None
    operator: Operator = ALICE
    facts: dict[str, Any] | None = None


CASES: dict[str, tuple[Callable[[Store], Awaitable[Any]], list[Told]]] = {
    "grant": (recorded, [Told("consent.recorded", ("p-ann",), facts={
        "state": "granted", "scope": "org", "purpose": "summary", "recipient": "acme", "way": "said", "count": 1})]),
    "by name": (lambda s: recorded(s, replace(YES, participant="Ann Berg")), [Told("consent.recorded", ("p-ann",))]),
    "withdrawal": (lambda s: recorded(s, in_meeting(ConsentState.WITHDRAWN)),
                   [Told("consent.withdrawn", ("p-ann",), "m1")]),
    "file": (brought, [Told("consent.recorded", ("p-ann", "x"), facts={
        "state": "granted", "scope": "org", "purpose": "summary", "recipient": "acme", "way": "file", "count": 2})]),
    "key": (pressed, [Told("consent.recorded", ("p-tel",), "m1", facts={
        "state": "denied", "scope": "meeting", "purpose": "summary", "recipient": "*", "way": "key", "count": 1})]),
    "page": (answered, [Told("consent.recorded", ("p-ann",), "m1", Operator(OperatorKind.PERSON, "p-ann"))]),
    "link": (invited, [Told("consent.invited", ("p-ann",), "m1")]),
    "room": (room, [Told("consent.invited", (), "m1", facts={"scope": "meeting", "change": "room_link"}),
                    Told("consent.invited", (), "m1", facts={
                        "scope": "meeting", "change": "room_link_revoked", "count": 1})]),
    "directory": (provisioned, [Told("person.changed", ("p-zoe",), facts={"change": each}) for each in (
        "provisioned", "directory", "deactivated", "activated", "deprovisioned")]),
    "export": (lambda s: consents.exported(s, SETTINGS, consents.Wanted(), "csv"),
               [Told("consent.exported", (), facts={"format": "csv", "count": 0})]),
    "meeting": (put_meeting, [Told("meeting.changed", ("p-ann",), "m2", facts={"change": "roster", "count": 1})]),
    "calendar": (imported_calendar, [Told("meeting.changed", ("p-ann",), "c1"),
                                     Told("meeting.changed", ("p-ann",), "c2")]),
    "presence": (seen, [Told("meeting.changed", ("p-ann",), "m1", facts={"change": "joined", "count": 1})]),
    "person": (put_person, [Told("person.changed", ("p-zoe",), facts={"change": "entry"})]),
    "person found": (found_person, []),
    "alias": (lambda s: people.give_alias(s, "p-ann", "Annie"), [Told("person.changed", ("p-ann",))]),
    "merged": (merged, [Told("consent.recorded", ("p-old",)), Told("person.changed", ("p-old", "p-ann")),
                        Told("consent.recorded", ("p-ann",))]),
    "report": (lambda s: subjects.reported(s, Ledger(), "fjord", "p-ann"), [Told("person.reported", ("p-ann",))]),
    "terms": (kept_terms, [Told("terms.added"), Told("terms.accepted")]),
    "access": (lambda s: access.changed(s, access.AccessChange.TOKEN_ADDED, "hr-sync", "viewer"),
               [Told("access.changed", facts={"change": "token_added", "holder": "hr-sync", "role": "viewer"})]),
    "start": (started, [Told("settings.changed", facts={"old": "sha256:1", "new": "sha256:2"})]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
async def test_what_is_done_is_told_once(store: Store, case: str) -> None:
    work, expected = CASES[case]
    await work(store)

    told = await waiting(store)
    assert [(act.code, act.people, act.meeting, act.operator) for act in told] == [
        (each.code, each.people, each.meeting, each.operator) for each in expected
    ]
    for act, each in zip(told, expected, strict=True):
        assert each.facts is None or act.facts == each.facts
        assert "Annika" not in repr(act)


async def test_what_is_refused_is_not_told(store: Store) -> None:
    with pytest.raises(ClientFault):
        await recorded(store, replace(YES, participant="nobody"))
    with pytest.raises(ClientFault):
        await people.put(store, Entry(id="p-room", name="Room", members=("p-room",)), SETTINGS.people, new_id)
    with pytest.raises(ClientFault):
        await phones.press(store, Ledger(), phones.Press("m1", "summary", "1", "c", NOW, label="X"), PHONE, NOW)
    assert await waiting(store) == []
