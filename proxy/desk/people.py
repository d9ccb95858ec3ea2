"""People: who is meant, and what the organization knows about them."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from proxy.audit.acts import Acts
from proxy.consent.one_person import guardians_noes_carried, noes_carried, own_guardianships
from proxy.consent.records import FORGOTTEN, ConsentRecord
from proxy.desk import acts, guardians
from proxy.desk.ports import OnFile
from proxy.desk.shapes import check_entry
from proxy.errors import ClientFault
from proxy.meetings.directory import Entry, as_one, as_two, email_of, enrolled, named_in, shared_labels, with_alias
from proxy.model import Participant, label_form
from proxy.settings import ConsentSettings, People

_EVERYBODY = "'meeting-proxy people list' has everybody"
_SUGGESTED = 3
"""How many people are suggested at most if nobody is surely meant."""


@dataclass(frozen=True, slots=True)
class Put:
    """A person as they are on file now. `found` says that nothing changed because the address alone led to them."""

    person: Participant
    found: bool


async def known_by(files: OnFile, person_id: str) -> Participant | None:
    """The person on file with this id, or another id of theirs."""
    kept = await files.people.merged_ids([person_id])
    return await files.people.by_id(kept.get(person_id, person_id))


async def on_file(files: OnFile, person_id: str, where: str = "id") -> Participant:
    """Return the person as `known_by` does; raises `ClientFault` if there is none."""
    return _there(await known_by(files, person_id), where)


async def shown(files: OnFile, person_id: str) -> Participant:
    """Return the person under this very id, since other ids are taken off file. Raises `ClientFault`."""
    return _there(await files.people.by_id(person_id), None)


def _there(found: Participant | None, where: str | None) -> Participant:
    if found is None:
        detail = f"nobody with this id is on file; {_EVERYBODY}"
        raise ClientFault("unknown_person", detail, status=404, where=where)
    return found


async def meant(files: OnFile, written: str) -> Participant:
    """Return the one person on file with this id (or another id of theirs), address or name.

    Raises `ClientFault` if nobody or several people match.
    """
    known = await known_by(files, written)
    if known is not None:
        return known
    everybody = await files.people.everybody()
    email = email_of(written)
    named = [
        person
        for person in everybody
        if (person.is_called(written) if email is None else email in map(email_of, (*person.emails, *person.labels)))
    ]
    if len(named) == 1:
        return named[0]
    if named:
        told = f"{len(named)} people on file are called so; name one by id: {_listed(named)}"
        raise ClientFault("ambiguous_participant", told, status=409, where="participant")
    by_form: dict[str, list[Participant]] = {}
    for person in everybody:
        name = label_form(person.name)
        for form in {name, *name.split(), person.id.casefold()}:
            by_form.setdefault(form, []).append(person)
    near = difflib.get_close_matches(label_form(written), list(by_form), n=_SUGGESTED)
    suggested = _listed(list({person.id: person for form in near for person in by_form[form]}.values()))
    told = "nobody on file has this id, address or name" + (f"; did you mean {suggested}?" if suggested else "")
    raise ClientFault("unknown_participant", f"{told}; {_EVERYBODY}", status=404, where="participant")


async def enroll(
    files: OnFile, entries: Sequence[Entry], people: People, new_id: Callable[[], str]
) -> tuple[Participant, ...]:
    """Return the entries as people, with what is on file about them; files nobody. Raises `ClientFault`."""
    ids, emails = named_in(entries)
    merged = await files.people.merged_ids(ids)
    known = await files.people.having([*ids, *merged.values()], emails)
    return enrolled(entries, known, people, lambda: f"p-{new_id()}", merged)


async def put(files: OnFile, entry: Entry, people: People, new_id: Callable[[], str]) -> Put:
    """File a person; what the entry leaves out stays. Raises `ClientFault`."""
    check_entry(entry)
    async with files.at_once() as held:
        done = await _put(held, entry, people, new_id)
        await guardians.check(held, [done.person])
        return done


async def bring(files: OnFile, entries: Sequence[Entry], people: People, new_id: Callable[[], str]) -> tuple[Put, ...]:
    """File the people of a list, all or none, each as `put` does. Raises `ClientFault`, which names the entry."""
    brought: list[Put] = []
    async with files.at_once() as held:
        for run in _apart(entries):
            for entry in run:
                with _at(entry.where):
                    check_entry(entry)
            brought += await _put_together(held, run, people, new_id)
        # A guardian may stand further down in the list.
        for entry, done in zip(entries, brought, strict=True):
            with _at(entry.where):
                await guardians.check(held, [done.person])
    return tuple(brought)


@contextmanager
def _at(place: str) -> Iterator[None]:
    """Have a fault name the entry of a list that it is about."""
    try:
        yield
    except ClientFault as fault:
        raise ClientFault(fault.reason, fault.detail, status=fault.status, where=place) from None


_MOST_TOGETHER = 200
"""Entries that are put on file at once."""


def _apart(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Cut a list into runs in which no two entries name the same id or address."""
    run, seen = list[Entry](), set[str]()
    for entry in entries:
        ids, emails = named_in([entry])
        if run and (len(run) == _MOST_TOGETHER or not seen.isdisjoint([*ids, *emails])):
            yield run
            run, seen = [], set()
        run.append(entry)
        seen.update(ids, emails)
    if run:
        yield run


async def _put_together(held: OnFile, entries: Sequence[Entry], people: People, new_id: Callable[[], str]) -> list[Put]:
    """Put entries that are apart on file as `_put` does each, with a few statements; a fault names its entry."""
    try:
        made = await enroll(held, entries, people, new_id)
    except ClientFault:
        made = ()
    if len(made) != len(entries) or any(not _is_plain(*pair) for pair in zip(entries, made, strict=True)):
        done = []
        for entry in entries:
            with _at(entry.where):
                done.append(await _put(held, entry, people, new_id))
        return done
    ids = [person.id for person in made]
    before = {each.id for each in await held.people.having(ids, [])}
    known = [entry.id is None and person.id in before for entry, person in zip(entries, made, strict=True)]
    await held.people.put_all(made)
    new = [each for each, there in zip(ids, known, strict=True) if not there]
    if new:
        await _told(held, "entry", new)
    after = {each.id: each for each in await held.people.having(ids, [])}
    return [Put(after.get(person.id, person), there) for person, there in zip(made, known, strict=True)]


def _is_plain(entry: Entry, person: Participant) -> bool:
    """Whether an entry is that person's, by the id in it if there is one, and has no members."""
    return entry.id in (None, person.id) and not person.members


async def _put(held: OnFile, entry: Entry, people: People, new_id: Callable[[], str]) -> Put:
    (person,) = await enroll(held, [entry], people, new_id)
    if entry.id is not None and person.id != entry.id:
        detail = f"{entry.id} is another id of {person.id}; change that one"
        raise ClientFault("merged_person", detail, status=409, where="id")
    if person.id in person.members:
        raise ClientFault("invalid_roster", "a room is not among its own people", where="members")
    known = entry.id is None and await held.people.by_id(person.id) is not None
    await held.people.put(person)
    if not known:
        await _told(held, "entry", [person.id])
    return Put(await held.people.by_id(person.id) or person, known)


async def give_alias(files: OnFile, written: str, label: str) -> tuple[Participant, list[str]]:
    """Give a label to the person with this id, address or name.

    Returns them and the ids of others who have it too. Raises `ClientFault`.
    """
    async with files.at_once() as held:
        changed = with_alias(await _meant_or_unknown(held, written), label)
        await held.people.put(changed)
        await _told(held, "alias", [changed.id])
        return changed, [p.id for p in await held.people.everybody() if p.id != changed.id and p.is_called(label)]


async def _meant_or_unknown(held: OnFile, written: str) -> Participant:
    """As `meant`; somebody who is not on file is ``unknown_person`` here."""
    try:
        return await meant(held, written)
    except ClientFault as fault:
        reason = "unknown_person" if fault.reason == "unknown_participant" else fault.reason
        raise ClientFault(reason, fault.detail, status=fault.status, where="id") from None


async def confirm(
    files: OnFile,
    person_id: str,
    *,
    distinct_from: str | None,
    same_as: str | None,
    policy: ConsentSettings,
    now: datetime,
    new_id: Callable[[], str],
) -> Participant:
    """Record the operator's word on two people who share a name: `confirm_two` or `confirm_one`."""
    if same_as is not None and distinct_from is None:
        return await confirm_one(files, person_id, same_as, policy, now=now, new_id=new_id)
    if distinct_from is not None and same_as is None:
        return await confirm_two(files, person_id, distinct_from)
    raise ClientFault("nothing_to_confirm", "give exactly one of distinct_from and same_as", where="distinct_from")


async def confirm_two(files: OnFile, person_id: str, other_id: str) -> Participant:
    """Confirm two people: the names that they share are each one's own. Returns the first.

    Raises `ClientFault` if one is not on file, or they share no name.
    """
    async with files.at_once() as held:
        one, other = as_two(await on_file(held, person_id), await on_file(held, other_id, "distinct_from"))
        await held.people.put_all([one, other])
        await _told(held, "told_apart", [one.id, other.id])
        return await on_file(held, person_id)


async def confirm_one(
    files: OnFile, person_id: str, same_as: str, policy: ConsentSettings, *, now: datetime, new_id: Callable[[], str]
) -> Participant:
    """Confirm one person, who stays on file as `same_as` with the names and addresses of both. Returns them.

    The other id is taken off file and off all rosters, and means this person from then on. Refusals recorded under it
    that nothing took back are carried over, also those that it gave as a guardian; grants are not. Raises `ClientFault`
    if one is not on file, both are the same, only one is a room or a bot, or something on legal hold would be lost.
    """
    async with files.at_once() as held:
        gone, person = await on_file(held, person_id), await on_file(held, same_as, "same_as")
        if gone.id == person.id:
            raise ClientFault("nothing_to_confirm", "give two ids", where="same_as")
        own = {one for each in (gone, person) for one in (each.id, *await held.people.other_ids(each.id))}
        together = as_one(gone, person, own, f"{FORGOTTEN}{new_id()}")
        noes = await _carried(held, gone, together, policy, now=now, new_id=new_id)
        await held.people.put_as_one(gone.id, together, noes)
        await _told(held, "merged", [gone.id, person.id])
        await acts.of_records(held, noes, way="merge")
        return await on_file(held, same_as, "same_as")


async def _carried(
    held: OnFile,
    gone: Participant,
    together: Participant,
    policy: ConsentSettings,
    *,
    now: datetime,
    new_id: Callable[[], str],
) -> list[ConsentRecord]:
    """The refusals that are recorded anew where `gone` turns out to be `together`, who stays."""
    own = await held.consents.grants([gone.id])
    # Includes ids that were merged earlier: records still name them as actors.
    before = {gone.id, *await held.people.other_ids(gone.id)}
    others = before | {*await held.people.other_ids(together.id)}
    found = [
        *noes_carried(own, together.id, policy, minor=together.minor, now=now, new_id=new_id),
        *own_guardianships(await held.consents.listed(participant=together.id), others, now, new_id),
    ]
    given = [each for one in sorted(before) for each in await held.consents.listed(actor=one) if each.guardian]
    answered_for = {each.participant for each in given} - {together.id, *others}
    for each in sorted(answered_for - (await held.people.merged_ids(answered_for)).keys()):
        child, records = await held.people.by_id(each), await held.consents.grants([each])
        minor, both = child is None or child.minor, (gone.id, together.id)
        found += guardians_noes_carried(records, both, together.id, policy, minor=minor, now=now, new_id=new_id)
    return found


async def _told(held: OnFile, change: str, people: Sequence[str]) -> None:
    """Put on file that what is known of somebody changed."""
    await held.acts.did(Acts.PERSON_CHANGED, people=people, facts={"change": change})


def shared_names(listed: Sequence[Participant]) -> Iterator[str]:
    """The messages about people on a roster who share a name, by id."""
    for ids in shared_labels(listed):
        yield f"{', '.join(ids)} share a name or alias; what is said under it is withheld as an unknown speaker's"


def shared_addresses(listed: Iterable[Participant]) -> Iterator[str]:
    """The messages about people with an address that somebody else has, by id."""
    for each in listed:
        if each.shared_emails:
            yield f"{each.id} has an address that somebody else on file has too; it proves nobody"


def _listed(people: list[Participant]) -> str:
    return ", ".join(f"{person.id} ({person.name})" for person in people[:_SUGGESTED])
