"""People as a directory of the organization has them (SCIM): put on file, changed, and left.

A directory vouches for nobody's name: in many, people write their own. So a name or an address that is somebody else's
is refused (``uniqueness``), and a name that waits for confirmation goes on waiting. To leave a directory, or to be
inactive there, takes nothing off file: such people are not invited any more, and what they said counts as before.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from proxy.audit.acts import Acts
from proxy.desk.ports import OnFile
from proxy.errors import ClientFault
from proxy.meetings.directory import class_of, email_of, vouching
from proxy.meetings.provisioning.attributes import DirectoryEntry, User, addresses_of, label_of, with_addresses
from proxy.meetings.provisioning.patching import patched
from proxy.meetings.provisioning.paths import Comparison, filter_of, strings
from proxy.model import Participant, ParticipantClass, label_form
from proxy.settings import People

MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class Provisioned:
    """A person as a directory sees them. The times are None for somebody whom no directory brought."""

    id: str
    user: User
    created_at: datetime | None
    modified_at: datetime | None


@dataclass(frozen=True, slots=True)
class Listed:
    """Some people, from `start` (1) on, and how many there are."""

    total: int
    start: int
    users: tuple[Provisioned, ...]


async def shown(files: OnFile, person_id: str) -> Provisioned:
    """The person with this id. Raises `ClientFault` if there is none, or none that a directory may have."""
    person, entry = await _on_file(files, person_id)
    return _seen(person, entry)


async def listed(files: OnFile, written: str | None, start: int, count: int) -> Listed:
    """At most `count` people from `start` (1) on: by a filter, or all whom a directory brought. Raises `ClientFault`.

    Others on file are found by an address alone, so that a directory can tell whom it knows, and learns of nobody else.
    """
    start, count = max(start, 1), min(max(count, 0), MOST_LISTED)
    if written is None:
        total, ids = await files.provisioned.listed(start - 1, count)
        return Listed(total, start, tuple(await _of(files, ids)))
    wanted = filter_of(written)
    found = [each for each in await _of(files, await _candidates(files, wanted)) if _fits(each, wanted)]
    return Listed(len(found), start, tuple(found[start - 1 : start - 1 + count]))


def _fits(each: Provisioned, wanted: Sequence[Comparison]) -> bool:
    return all(one.fits(each.user | {"id": each.id}) for one in wanted)


async def _candidates(files: OnFile, wanted: Sequence[Comparison]) -> list[str]:
    """The ids of all who may fit. Raises `ClientFault` for what is not asked by name, address or id."""
    names, addresses = strings(wanted, "username"), strings(wanted, "emails")
    if names:
        named = await files.provisioned.named(names[0])
        return [*([named] if named else []), *await _having(files, names[:1])]
    if addresses:
        return await _having(files, addresses[:1])
    if external := strings(wanted, "externalid"):
        return list(await files.provisioned.external(external[0]))
    if ids := strings(wanted, "id"):
        return ids[:1]
    if labels := strings(wanted, "displayname"):
        return sorted(await files.provisioned.of(await files.people.called(labels[:1])))
    detail = "a filter asks for a userName, externalId, id, displayName or an address of emails"
    raise ClientFault("invalid_filter", detail, where="filter")


async def _having(files: OnFile, written: Sequence[str]) -> list[str]:
    """The ids of people with these addresses."""
    wanted = {form for each in written if (form := email_of(each))}
    found = await files.people.having([], wanted) if wanted else []
    return [each.id for each in found if wanted & {email_of(one) for one in each.emails}]


async def _of(files: OnFile, ids: Sequence[str]) -> list[Provisioned]:
    """The people with these ids whom a directory may have, in this order."""
    wanted = list(dict.fromkeys(ids))
    people = {each.id: each for each in await files.people.having(wanted, [])}
    entries = await files.provisioned.of(wanted)
    pairs = ((people.get(each), entries.get(each)) for each in wanted)
    return [_seen(person, entry) for person, entry in pairs if person is not None and _is_theirs(person, entry)]


def _is_theirs(person: Participant, entry: DirectoryEntry | None) -> bool:
    """Whether a directory may have somebody: no room and no bot, and nobody whom it deleted."""
    nobody = (ParticipantClass.ROOM, ParticipantClass.BOT)
    deleted = entry is not None and entry.deleted_at is not None
    return person.participant_class not in nobody and not person.members and not deleted


def _seen(person: Participant, entry: DirectoryEntry | None) -> Provisioned:
    if entry is not None:
        user = with_addresses(entry.user, person.emails)
        return Provisioned(person.id, user, entry.created_at, entry.modified_at)
    first = next((each for each in person.emails if each not in person.shared_emails), person.id)
    user = {"userName": first, "displayName": person.name, "active": True}
    return Provisioned(person.id, user | {"emails": [{"value": each} for each in person.emails]}, None, None)


async def _on_file(files: OnFile, person_id: str) -> tuple[Participant, DirectoryEntry | None]:
    person = await files.people.by_id(person_id)
    entry = (await files.provisioned.of([person_id])).get(person_id)
    if person is None or not _is_theirs(person, entry):
        raise ClientFault("unknown_person", "no user has this id", status=404, where="id")
    return person, entry


# --- changes ---------------------------------------------------------------------------------------


async def create(files: OnFile, user: User, people: People, new_id: Callable[[], str], *, now: datetime) -> Provisioned:
    """Put a user on file: somebody new, or whom the directory had deleted, by its own id of them.

    Raises `ClientFault` (``uniqueness``) for a user name, a name or an address that is somebody else's.
    """
    async with files.at_once() as held:
        before = await _deleted(held, user)
        if before is not None:
            return await _put(held, before, (await held.provisioned.of([before.id]))[before.id], user, now)
        label, addresses = label_of(user), addresses_of(user)
        person = Participant(f"p-{new_id()}", label, (), addresses, class_of(addresses, people))
        return await _put(held, person, None, user, now, new=True)


async def _deleted(held: OnFile, user: User) -> Participant | None:
    """The person whom the directory had deleted and brings again: by its id and by an address, as both are reused."""
    external = user.get("externalId")
    if external is None:
        return None
    by_address = set(await _having(held, addresses_of(user)))
    for each in await held.provisioned.external(external):
        entry = (await held.provisioned.of([each]))[each]
        if entry.deleted_at is not None and each in by_address:
            return await held.people.by_id(each)
    return None


async def change(
    files: OnFile, person_id: str, *, now: datetime, user: User | None = None, patch: object = None
) -> Provisioned:
    """Put `user` in place of what the directory said of somebody, or change that by a PATCH body. Raises `ClientFault`.

    Nothing is put on file where nothing changes.
    """
    async with files.at_once() as held:
        person, entry = await _on_file(held, person_id)
        before = _seen(person, entry)
        changed = patched(before.user, patch) if user is None else user
        if entry is not None and changed == before.user:
            return before
        return await _put(held, person, entry, changed, now)


async def delete(files: OnFile, person_id: str, *, now: datetime) -> None:
    """Note that the directory has somebody no more: not invited, and otherwise on file as before.

    Raises `ClientFault` if no user has this id.
    """
    async with files.at_once() as held:
        person, entry = await _on_file(held, person_id)
        known = entry or DirectoryEntry(_seen(person, None).user, now, now)
        await held.provisioned.put(person.id, replace(known, modified_at=now, deleted_at=now))
        await _told(held, person.id, "deprovisioned")


async def _put(
    held: OnFile, person: Participant, before: DirectoryEntry | None, user: User, now: datetime, *, new: bool = False
) -> Provisioned:
    """Put somebody on file as the directory has them, after a look at whose the names and addresses are."""
    await _check_own(held, person, before, user, new=new)
    old = before.user if before is not None else {}
    aliases = [each for each in person.aliases if each != old.get("nickName")]
    nick = user.get("nickName")
    if nick is not None and label_form(nick) not in map(label_form, aliases):
        aliases.append(nick)
    changed = replace(person, name=label_of(user), aliases=tuple(aliases), emails=addresses_of(user))
    await held.people.put(vouching(changed, ()))
    entry = DirectoryEntry(user, before.created_at if before else now, now)
    await held.provisioned.put(person.id, entry)
    await _told(held, person.id, _what(old, before, entry, new=new))
    return await shown(held, person.id)


def _what(old: Mapping[str, object], before: DirectoryEntry | None, after: DirectoryEntry, *, new: bool) -> str:
    """What happened to somebody, in a word for the ledger."""
    if new or (before is not None and before.deleted_at is not None):
        return "provisioned"
    if after.is_left and old.get("active") is not False:
        return "deactivated"
    return "activated" if not after.is_left and old.get("active") is False else "directory"


async def _check_own(
    held: OnFile, person: Participant, before: DirectoryEntry | None, user: User, *, new: bool
) -> None:
    """Raise `ClientFault` for a user name, a new name or a new address that somebody else has.

    What is on file already is not looked at: a name that two people share keeps neither from being made inactive.
    """
    holder = await held.provisioned.named(user["userName"])
    if holder not in (None, person.id):
        raise _taken("userName", "somebody else has this user name")
    known = set() if new else {email_of(each) for each in person.emails}
    addresses = [each for each in addresses_of(user) if email_of(each) not in known]
    if _others(await _having(held, addresses), person):
        detail = (
            "somebody else on file has such an address: see 'meeting-proxy people list', and give it to one of them"
        )
        raise _taken("emails", detail)
    called = set() if new else set(map(label_form, (person.name, *person.aliases)))
    labels = [label_of(user), *filter(None, (user.get("nickName"),))]
    if _others(await held.people.called([each for each in labels if label_form(each) not in called]), person):
        detail = "somebody else on file is called so: write the names of both such that they differ"
        raise _taken("displayName" if before is None or "displayName" in user else "name", detail)


def _others(ids: Collection[str], person: Participant) -> bool:
    return bool(set(ids) - {person.id})


def _taken(where: str, detail: str) -> ClientFault:
    return ClientFault("uniqueness", detail, status=409, where=where)


async def _told(held: OnFile, person: str, change: str) -> None:
    await held.acts.did(Acts.PERSON_CHANGED, people=[person], facts={"change": change})
