"""People as the organization knows them: found by e-mail address, classed by its domain, listed in a roster.

A source that names a person by id vouches for what it says of them. A source that knows only an address (a calendar, a
client's roster) may put a new person on file, and changes nothing about a person who already is on file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType

from proxy.errors import ClientFault
from proxy.meetings.display_names import ShortForms, bare_forms
from proxy.model import Custody, Participant, ParticipantClass, address_form, label_form
from proxy.settings import People
from proxy.wording.voices import may_be_anybodys

_ALIKE = 2
"""Minimum words that a name in a meeting shares with the one on file: a given name alone may be anybody's."""

_NO_PERSON = (ParticipantClass.ROOM, ParticipantClass.BOT)

_LENIENT_FIRST = (Custody.ONE, None, Custody.EACH)
"""Whose yes a minor needs, as an entry says it; None may come to mean either."""

_WORD = re.compile(r"\w+")
EMAIL = r'[^\s@<>,;:"\\]{1,64}@[^\s@<>,;:"\\]{1,190}'
"""One e-mail address: what a mail's head could read as two, or as none, is none."""
_EMAIL = re.compile(EMAIL)
LONGEST_EMAIL = 254


def email_of(text: str) -> str | None:
    """An e-mail address in the form in which addresses are compared (`address_form`); None if the text is none."""
    found = address_form(text)
    return found if _EMAIL.fullmatch(found) and found.isprintable() else None


def class_of(emails: Sequence[str], people: People) -> ParticipantClass:
    """The class that the domains of these addresses have; the default if they have none or contradict each other."""
    domains = {address_form(email.rpartition("@")[2]) for email in emails}
    found = {people.domains[domain] for domain in domains if domain in people.domains}
    return found.pop() if len(found) == 1 else people.default_class


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a roster as somebody wrote it. Fields left open (None) stay as they are on file."""

    id: str | None
    name: str | None
    aliases: tuple[str, ...] | None = None
    emails: tuple[str, ...] | None = None
    participant_class: ParticipantClass | None = None
    minor: bool | None = None
    members: tuple[str, ...] | None = None
    guardians: tuple[str, ...] | None = None
    custody: Custody | None = None
    joined_at: datetime | None = None
    left_at: datetime | None = None
    where: str = field(default="", compare=False)


def named_in(entries: Sequence[Entry]) -> tuple[list[str], list[str]]:
    """The ids, also of members and guardians, and the addresses in the entries: whom `enrolled` has to know."""
    ids = [
        each
        for entry in entries
        for each in (entry.id, *(entry.members or ()), *(entry.guardians or ()))
        if each is not None
    ]
    return ids, [email for entry in entries for email in map(email_of, entry.emails or ()) if email is not None]


def enrolled(
    entries: Sequence[Entry],
    known: Sequence[Participant],
    people: People,
    new_id: Callable[[], str],
    merged: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Participant, ...]:
    """The entries as people: an entry without an id is found by an address, or gets a new, random id.

    An id derived from an address would reveal that address to anybody who tries a few. A person found by an address
    keeps everything that is on file, except that the entry may mark them as a minor. Any other name in the entry is at
    most shown as theirs in this meeting. The same applies to a person named by another id of theirs (`merged` maps it
    to the one on file): such an entry may be older than the file. A person on file who is listed again by an address
    appears once. Raises `ClientFault` if an entry has neither id nor address, or has an address that two people share.
    """
    taken: dict[str, str] = {}
    found: list[Participant] = []
    again: list[Participant] = []
    order: dict[str, int] = {}
    for entry in entries:
        if entry.id is not None and entry.id in merged:
            again.append(_as_on_file(entry, next(p for p in known if p.id == merged[entry.id])))
            order.setdefault(again[-1].id, len(order))
            continue
        person = _known(entry, known)
        emails = tuple(filter(None, map(email_of, entry.emails or ())))
        person_id = entry.id or (person.id if person else next((taken[e] for e in emails if e in taken), None))
        if person_id is None:
            if not emails:
                raise ClientFault("invalid_roster", "give an id, or an e-mail address", where=entry.where)
            person_id = new_id()
        if entry.id is None and entry.participant_class is ParticipantClass.BOT:
            detail = "name a bot by id, as a guest who brings an address must not be made one"
            raise ClientFault("invalid_roster", detail, where=entry.where)
        taken |= dict.fromkeys(emails, person_id)
        told = again if entry.id is None and person is not None else found
        told.append(_filled(entry, person_id, person, people))
        order.setdefault(person_id, len(order))
    listed = sorted(_each_once(found, again), key=lambda each: order[each.id])
    return tuple(
        replace(each, members=_kept(each.members, merged), guardians=_kept(each.guardians, merged)) for each in listed
    )


def _each_once(found: Sequence[Participant], again: Sequence[Participant]) -> list[Participant]:
    """All people, with each of `again` (who stay as on file) merged into the person that they are.

    Nobody knows when people came who are listed twice.
    """
    people, places = list(found), dict[str, int]()
    for place, each in enumerate(found):
        places.setdefault(each.id, place)
    for other in again:
        place = places.setdefault(other.id, len(people))
        if place == len(people):
            people.append(other)
            continue
        same = people[place]
        shown = tuple(dict.fromkeys((*same.shown_as, *other.shown_as)))
        minor = same.minor or other.minor
        people[place] = replace(same, minor=minor, joined_at=None, left_at=None, shown_as=shown)
    return people


def _kept(members: Sequence[str], merged: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(merged.get(member, member) for member in members))


def _filled(entry: Entry, person_id: str, person: Participant | None, people: People) -> Participant:
    if person is not None and entry.id is None:
        return _as_on_file(entry, person)
    name = entry.name or (person.name if person else None)
    if name is None:
        raise ClientFault("invalid_roster", "give a name; nobody is on file under this id", where=entry.where)
    before = person or Participant(person_id, name, participant_class=class_of(entry.emails or (), people))
    found = Participant(
        id=person_id,
        name=name,
        aliases=before.aliases if entry.aliases is None else entry.aliases,
        emails=before.emails if entry.emails is None else entry.emails,
        participant_class=entry.participant_class or before.participant_class,
        minor=before.minor if entry.minor is None else entry.minor,
        members=before.members if entry.members is None else entry.members,
        guardians=before.guardians if entry.guardians is None else entry.guardians,
        custody=entry.custody or before.custody,
        joined_at=entry.joined_at,
        left_at=entry.left_at,
        vouched=before.vouched,
        unconfirmed=before.unconfirmed,
    )
    if entry.id is None:
        return found
    # A name that waits for confirmation may have come from our own answer. Returning does not confirm it.
    waiting = set(map(label_form, before.unconfirmed))
    given = filter(None, (entry.name, *(entry.aliases or ())))
    return vouching(found, [label for label in given if label_form(label) not in waiting])


def _as_on_file(entry: Entry, person: Participant) -> Participant:
    brought = [label for label in (entry.name, *(entry.aliases or ())) if label and not person.is_called(label)]
    return replace(
        person,
        minor=person.minor or bool(entry.minor),
        joined_at=entry.joined_at,
        left_at=entry.left_at,
        shown_as=tuple(dict.fromkeys(brought)),
    )


def vouching(person: Participant, labels: Sequence[str]) -> Participant:
    """The person, with the operator's word that these labels are theirs."""
    own = set(map(label_form, (person.name, *person.aliases)))
    forms = dict.fromkeys((*person.vouched, *map(label_form, labels)))
    return replace(person, vouched=tuple(form for form in forms if form in own))


def with_unconfirmed(person: Participant, shared: Collection[str]) -> Participant:
    """The person with those labels marked that do not yet identify anybody.

    `shared` are the forms that others on file also have, or that are names of others with badges. A label that
    diarizers or recorders give to anybody is marked as well. The operator may vouch for names on file. What a person is
    shown as in one meeting must be like a name on file.
    """
    vouched = set(person.vouched)

    def is_taken(label: str) -> bool:
        return label_form(label) in shared or may_be_anybodys(label)

    taken = [label for label in (person.name, *person.aliases) if is_taken(label)]
    unlike = [label for label in person.shown_as if is_taken(label) or not _is_like(label, person)]
    return replace(
        person,
        unconfirmed=tuple(dict.fromkeys(label for label in (*taken, *unlike) if label_form(label) not in vouched)),
    )


def told_apart(people: Sequence[Participant]) -> tuple[Participant, ...]:
    """The people of a roster, with labels marked too that contain all words of somebody else's name there.

    ``Ben Okoro / Eve Stone`` is not Eve's alone, and ``Okoro Ben`` is how many write Ben. Labels that may be a short
    form of somebody else's name, or that contain their address, are marked too (`display_names.ShortForms`). The
    operator may vouch for a label.
    """
    return _told_apart(tuple(people))


@lru_cache(maxsize=64)
def _told_apart(people: tuple[Participant, ...]) -> tuple[Participant, ...]:
    """Cached, since each request asks it of the same people and compares each label with everybody's names."""
    names: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for person in people:
        for words in {frozenset(_WORD.findall(label_form(name))) for name in (person.name, *person.aliases)}:
            if len(words) >= _ALIKE:
                names.setdefault(min(words), []).append((person.id, words))

    def holds_another(person: Participant, label: str) -> bool:
        words = frozenset(_WORD.findall(label_form(label)))
        others = (each for word in words for each in names.get(word, ()))
        return label_form(label) not in person.vouched and (
            any(other != person.id and name <= words for other, name in others) or short.mean_another(person, label)
        )

    short = ShortForms(people)
    marked = [(person, [label for label in person.labels if holds_another(person, label)]) for person in people]
    return tuple(
        replace(person, unconfirmed=tuple(dict.fromkeys((*person.unconfirmed, *more)))) if more else person
        for person, more in marked
    )


def _is_like(label: str, person: Participant) -> bool:
    """Whether a label has the words of a name on file in any order, or more or fewer of them, but at least two."""
    words = set(_words(label))
    return any(
        len(words & own) >= _ALIKE and (words <= own or own <= words)
        for own in (set(_words(name)) for name in (person.name, *person.aliases))
    )


def _words(label: str) -> list[str]:
    return [word for word in (part.strip(".,()") for part in label_form(label).split()) if word]


def as_two(one: Participant, other: Participant) -> tuple[Participant, Participant]:
    """Two people of one name, with the operator's word for the names they share, even if only apart from badges.

    Raises `ClientFault` if they share none.
    """
    common, others = _in_common(one, other), _in_common(other, one)
    if one.id == other.id or not common:
        raise ClientFault("nothing_to_confirm", "they have no name in common on file", where="distinct_from")
    return vouching(one, common), vouching(other, others)


def as_one(gone: Participant, kept: Participant, own: Collection[str], nobody: str) -> Participant:
    """The person of two entries, under the id of `kept`, for whom whatever either entry asked for is asked.

    The names of the other entry are theirs too. In place of a guardian who is the person, by an id in `own`, stands
    `nobody`: with a shorter list a minor would be heard by the others alone. Raises `ClientFault` if one is a room or a
    bot, and the other is not.
    """
    kinds = [each.participant_class if each.participant_class in _NO_PERSON else None for each in (gone, kept)]
    if kinds[0] is not kinds[1]:
        odd = gone if kinds[0] else kept
        detail = (
            f"{odd.id} is a {odd.participant_class.value}, and the other is not; 'meeting-proxy people add --class'"
        )
        raise ClientFault("nothing_to_confirm", f"{detail} says what it is", where="same_as")
    guardians = (nobody if each in own else each for each in (*kept.guardians, *gone.guardians))
    known = set(map(label_form, (kept.name, *kept.aliases)))
    labels = {label_form(each): each for each in (*gone.aliases, gone.name)[::-1] if label_form(each) not in known}
    together = replace(
        kept,
        emails=tuple(dict.fromkeys((*kept.emails, *gone.emails))),
        aliases=(*kept.aliases, *labels.values()),
        minor=kept.minor or gone.minor,
        members=tuple(dict.fromkeys(each for each in (*kept.members, *gone.members) if each not in own)),
        guardians=tuple(dict.fromkeys(guardians)),
        custody=max(gone.custody, kept.custody, key=_LENIENT_FIRST.index),
    )
    return vouching(together, gone.vouched)


def _in_common(one: Participant, other: Participant) -> list[str]:
    """The first person's names on file that the second also has, each compared with and without badges."""
    theirs = frozenset[str]().union(*map(_with_bare, (other.name, *other.aliases)))
    return [label for label in (one.name, *one.aliases) if not theirs.isdisjoint(_with_bare(label))]


def _with_bare(label: str) -> frozenset[str]:
    form = label_form(label)
    return bare_forms(form) | {form}


def find(emails: Sequence[str], known: Sequence[Participant], where: str = "") -> Participant | None:
    """The one known person with one of these addresses; raises `ClientFault` if there are two."""
    wanted = set(filter(None, map(email_of, emails)))
    having = [person for person in known if wanted & set(map(email_of, person.emails))]
    if len({person.id for person in having}) > 1:
        raise ClientFault("invalid_roster", "two people on file have this e-mail address; give an id", where=where)
    return having[0] if having else None


def with_alias(person: Participant, alias: str) -> Participant:
    """The person with one more label under which transcripts show them, for which the operator vouches."""
    label = alias.strip()
    if not label or len(label) > 200 or not label.isprintable():
        raise ClientFault("invalid_alias", "an alias is one line of up to 200 characters", where="alias")
    known = label_form(label) in map(label_form, (person.name, *person.aliases))
    return vouching(person if known else replace(person, aliases=(*person.aliases, label)), [label])


def check_people(people: Sequence[Participant]) -> None:
    """Raise `ClientFault` if a roster contradicts itself."""
    known = {person.id: person for person in people}
    for person, listed in Counter(p.id for p in people).items():
        if listed > 1:
            raise ClientFault("invalid_roster", f"the id {person} is listed more than once", where="id")
    for room in people:
        for member in room.members:
            inside = known.get(member)
            if inside is None or inside.members or inside.participant_class in _NO_PERSON:
                raise ClientFault(
                    "invalid_roster", f"the members of {room.id} must be people on this roster", where="members"
                )
        if room.joined_at is not None and room.left_at is not None and room.left_at < room.joined_at:
            raise ClientFault("invalid_roster", f"{room.id} leaves before joining", where="left_at")


def shared_labels(people: Sequence[Participant]) -> list[tuple[str, ...]]:
    """Ids of people who share a name or an alias, as labels are compared: what is said under it is nobody's."""
    by_label: dict[str, list[str]] = {}
    for person in people:
        for label in set(map(label_form, person.labels)):
            by_label.setdefault(label, []).append(person.id)
    return sorted({tuple(ids) for ids in by_label.values() if len(ids) > 1})


def _known(entry: Entry, known: Sequence[Participant]) -> Participant | None:
    if entry.id is not None:
        return next((person for person in known if person.id == entry.id), None)
    return find(entry.emails or (), known, entry.where)
