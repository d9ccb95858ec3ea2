"""Whether a label is a short form of somebody else's name on the roster, or has their address. Pure.

``Ben``, ``B. Okoro``, ``bokoro`` and ``Ben & Ann`` may be Ben Okoro: where nobody vouches for such a label of another
person, it is nobody's. These are rules of letters alone; other names of one given name (``Bob``) are not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from proxy.model import Participant, ParticipantClass, label_form

_WORD = re.compile(r"\w+")
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"]+@[^\s@<>()\[\],;:\"]+")
_PARTS = re.compile(r"[&/+;|()\[\]]|\band\b")
_BEGINNING = 3
"""Letters with which a short form of a name begins as the name does."""
_SHORTEST_HANDLE = 4
_COLLECTIVE = (ParticipantClass.ROOM, ParticipantClass.PHONE, ParticipantClass.BOT)
"""Classes whose names are no people's, and have no short forms."""

_Name = tuple[str, tuple[str, ...], bool]
"""A person's id, the words of a name of theirs, and whether the operator vouches for it."""


class ShortForms:
    """What the people of a roster may be called by, beside their whole names."""

    def __init__(self, people: Sequence[Participant]):
        self._names: dict[str, list[_Name]] = {}
        self._owners: dict[str, set[str]] = {}
        for person in people:
            for email in person.emails:
                self._owners.setdefault(email.strip().lower(), set()).add(person.id)
            if person.participant_class not in _COLLECTIVE:
                self._add(person)

    def _add(self, person: Participant) -> None:
        for form in dict.fromkeys(map(label_form, (person.name, *person.aliases))):
            words = tuple(_WORD.findall(form))
            for key in {key for word in words for key in (word[:1], word[:_BEGINNING])}:
                self._names.setdefault(key, []).append((person.id, words, form in person.vouched))
            for handle in _handles(words):
                self._owners.setdefault(handle, set()).add(person.id)
        for email in person.emails:
            self._owners.setdefault(_letters(email.partition("@")[0]), set()).add(person.id)

    def mean_another(self, person: Participant, label: str) -> bool:
        """Whether a label of this person may be somebody else's short form, or has their address."""
        written = [found.lower() for found in _ADDRESS.findall(label)]
        if any(self._owners.get(address, set()) - {person.id} for address in written):
            return True
        form = label_form(label)
        if form in map(label_form, person.emails):
            return False
        return any(self._is_form(person.id, part) for part in _PARTS.split(form))

    def _is_form(self, person: str, part: str) -> bool:
        words = _WORD.findall(part)
        if not words:
            return False
        handle = _letters(part)
        if len(words) == 1 and len(handle) >= _SHORTEST_HANDLE and self._owners.get(handle, set()) - {person}:
            return True
        # Every name that fits has, for each word, one that begins as it does: the rarest leaves fewest to compare.
        some = min((self._names.get(word[:_BEGINNING], ()) for word in words), key=len)
        others = (name for name in some if name[0] != person)
        return any(_fits(words, name, vouched=vouched) for _, name, vouched in others)


def _fits(words: Sequence[str], name: Sequence[str], *, vouched: bool) -> bool:
    """Whether each word is a word of the name, its initial, or (one of them) its beginning, or begins with it.

    Several whole words of a longer name count only where that is vouched for; else it is the longer that waits.
    """
    left, rest, short = list(name), list[str](), 0
    for word in words:
        if word in left:
            left.remove(word)
        else:
            rest.append(word)
    if not rest:
        return (len(words) == 1 or vouched) and bool(left)
    for word in rest:
        found = next((own for own in left if own[0] == word or _begins(word, own)), None)
        if found is None:
            return False
        short += len(word) > 1
        left.remove(found)
    return short <= 1


def _begins(word: str, own: str) -> bool:
    return min(len(word), len(own)) >= _BEGINNING and (word.startswith(own) or own.startswith(word))


def _handles(words: Sequence[str]) -> Iterator[str]:
    if len(words) > 1:
        first, last = words[0], words[-1]
        yield from _long((first + last, last + first, first[0] + last, first + last[0], last + first[0]))


def _long(handles: Iterable[str]) -> Iterator[str]:
    return (handle for handle in handles if len(handle) >= _SHORTEST_HANDLE)


def _letters(text: str) -> str:
    """A handle's letters: ``Ben_Okoro42`` and ``ben.okoro`` are one."""
    return "".join(char for char in label_form(text) if char.isalpha())
