"""Who is who in a meeting, in plain words: what people, calendars and services told is replayed with loops.

It shares no code with `proxy`. People are known by their id, or by their address where nobody gave one. A minute is a
whole number; the meeting is planned from 0 to 30.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from meetings.plain_seats import Told, minute, no_longer, not_yet

from proxy.model import Participant


def form(name: str) -> str:
    seen = "".join(c for c in name if unicodedata.category(c) != "Cf")
    plain = unicodedata.normalize("NFKC", seen).casefold().replace("_", " ").replace("’", "'").replace("\u2010", "-")
    return " ".join(plain.split())


def words_of(name: str) -> set[str]:
    return {word.strip(".,()") for word in form(name).split()} - {""}


def alike(one: str, other: str) -> bool:
    """Two words in common, and one name has no word that the other lacks."""
    words, others = words_of(one), words_of(other)
    return len(words & others) > 1 and (words <= others or others <= words)


@dataclass
class Someone:
    names: list[str]
    mail: set[str]
    kind: str = "guest"
    sure: set[str] = field(default_factory=set)


@dataclass
class Seen:
    """What was told of somebody; `who` is None where nobody was meant for certain, and stays so without a label."""

    told: Told
    who: str | None
    label: str | None
    vouched: bool


@dataclass
class World:
    people: dict[str, Someone] = field(default_factory=dict)
    roster: dict[str, tuple[list[str], int | None, int | None]] | None = None
    complete: bool = False
    start: int = 0
    end: int | None = 30
    began: bool = False
    seen: dict[tuple, Seen] = field(default_factory=dict)
    said: list[tuple[str, bool, int, bool]] = field(default_factory=list)
    noes_by_key: list[tuple[str, int]] = field(default_factory=list)
    """Who, yes or no, since when, and whether that covers earlier words; oldest first."""
    events: list[tuple[Seen, str | None]] = field(default_factory=list)
    everybody_known: bool = False
    there: dict[tuple[str, int], bool] = field(default_factory=dict)

    # --- who is meant ---

    def shared(self, who: str, name: str) -> bool:
        """Whether somebody else on file has this name too."""
        return any(form(name) in map(form, p.names) for key, p in self.people.items() if key != who)

    def waits(self, who: str, name: str) -> bool:
        return self.shared(who, name) and form(name) not in self.people[who].sure

    def bearers(self, label: str) -> list[str]:
        return [w for w, (shown, *_) in (self.roster or {}).items()
                if form(label) in map(form, [*self.people[w].names, *shown])]  # fmt: skip

    def means(self, label: str) -> str | None:
        """The one person on the roster who is called so for certain."""
        found = self.bearers(label)
        if len(found) != 1 or self.waits(found[0], label) or self.has_all_of_another(found[0], label):
            return None
        person = self.people[found[0]]
        on_file = form(label) in map(form, person.names) or form(label) in person.sure
        return found[0] if on_file or any(alike(label, name) for name in person.names) else None

    def has_all_of_another(self, who: str, label: str) -> bool:
        """Whether a label that nobody vouches for has all words of somebody else's name, in whatever order."""
        others = [name for other in self.roster if other != who for name in self.people[other].names]
        has_all = any(len(words_of(name)) > 1 and words_of(name) <= words_of(label) for name in others)
        return has_all and form(label) not in self.people[who].sure

    def owners(self, mail: str) -> list[str]:
        return [key for key, person in self.people.items() if mail.lower() in person.mail]

    # --- what is told ---

    def enter(
        self, who: str | None, names: list[str], mail: set[str], kind: str, known: Sequence[str] = ()
    ) -> tuple[str, list[str]]:
        """Somebody on a roster: named by id, whose names are vouched for; or by address, who stays as on file."""
        if who is None:
            if known:
                called = set(map(form, self.people[known[0]].names))
                return known[0], [name for name in names if form(name) not in called]
            who = next(iter(mail))
            self.people[who] = Someone(names, mail, kind)
            return who, []
        before = self.people.get(who)
        waiting = {form(name) for name in before.names if self.waits(who, name)} if before else set()
        sure = (before.sure if before else set()) | {form(name) for name in names} - waiting
        self.people[who] = Someone(names, mail, kind, sure & set(map(form, names)))
        return who, []

    def tell(self, source: str, told: Told) -> None:
        """Somebody joined or left: signed in, by id, or under a name alone."""
        key = (source, told)
        if key in self.seen or self.roster is None:
            return
        if told.person is not None:
            self.seen[key] = Seen(told, told.person, None, True)
            return
        called = self.bearers(told.label)
        owners = [who for who in self.owners(told.email) if who in self.roster] if told.email else []
        against = told.email and called and all(self.people[who].mail for who in called)
        if owners:
            agree = len(owners) == 1 and called in ([], owners)
            if agree and len(self.owners(told.email)) > 1:  # somebody else on file has the address too
                self.seen[key] = Seen(told, self.means(told.label), told.label, False)
            else:
                self.seen[key] = Seen(told, owners[0] if agree else None, None, agree)
        elif against:
            self.seen[key] = Seen(told, None, None, False)
        else:
            self.seen[key] = Seen(told, self.means(told.label), told.label, False)

    def press(self, who: str | None, since: int, *, yes: bool, earlier: bool) -> None:
        """A key counts for telephones. No yes by a key gets past a no by other means, or by a key that is not older."""
        by_key = [at for w, at in self.noes_by_key if w == who]
        noes = sum(w == who and not agreed for w, agreed, *_ in self.said)
        refused = noes > len(by_key) or any(at >= since for at in by_key)
        if who is not None and self.people[who].kind == "phone" and not (yes and refused):
            self.said.append((who, yes, since, earlier))
            self.noes_by_key += [] if yes else [(who, since)]

    def two(self, one: str, other: str) -> None:
        common = set(map(form, self.people[one].names)) & set(map(form, self.people[other].names))
        for who in (one, other):
            self.people[who].sure |= common

    def one(self, gone: str, who: str) -> None:
        left = [agreed for w, agreed, *_ in self.said if w == gone]
        if left and not left[-1]:
            self.said.append((who, False, 0, False))
        self.people[who].mail |= self.people.pop(gone).mail
        if self.roster and gone in self.roster:
            mine = self.roster.pop(gone)
            self.roster[who] = (self.roster[who][0], None, None) if who in self.roster else ([], *mine[1:])

    # --- what follows ---

    def settle(self) -> None:
        """What was told, and who that is by now; under a bot's name alone nobody."""
        found = self.events = []
        for told in self.seen.values():
            seen, who = self._by_now(told)
            bot = who in self.people and self.people[who].kind == "bot" and not seen.vouched
            found.append((seen, None if bot or who not in (self.roster or {}) else who))
        self.everybody_known = self._everybody_known()
        self.there = {}

    def _by_now(self, seen: Seen) -> tuple[Seen, str | None]:
        """Whom it is of by now: an address that two people have proves nobody, and one that is somebody's does."""
        owners = self.owners(seen.told.email) if seen.told.email else []
        if seen.vouched and len(owners) > 1:
            return replace(seen, vouched=False), self.means(seen.told.label)
        listed = [who for who in owners if who in (self.roster or {})]
        alone = len(owners) == 1 and owners == listed
        if alone and seen.label is not None and self.bearers(seen.label) in ([], owners):
            return replace(seen, vouched=True), owners[0]
        return seen, seen.who or (self.means(seen.label) if seen.label is not None else None)

    def _everybody_known(self) -> bool:
        """The roster has everybody who was seen: no seat of nobody, of two people, or of a name that sits elsewhere."""
        events = self.events
        if not self.complete or any(who is None for _, who in events):
            return False
        for seen, who in events:
            seats = [other for other, whom in events if whom == who and other.told.seat == seen.told.seat]
            alone = not any(other.vouched for other in seats)
            if alone and any(other.vouched for other, whom in events if whom == who):
                return False
            if seen.told.seat and any(o.told.seat == seen.told.seat and whom != who for o, whom in events):
                return False
        return True

    def may_be_there(self, who: str, at: int) -> bool:
        if (who, at) not in self.there:
            self.there[who, at] = self._may_be_there(who, at)
        return self.there[who, at]

    def _may_be_there(self, who: str, at: int) -> bool:
        seats: dict[str | None, list[tuple[Told, bool]]] = {}
        for seen, whom in self.events:
            if whom == who:
                seats.setdefault(seen.told.seat, []).append((seen.told, seen.vouched))
        if any(vouched for seat in seats.values() for _, vouched in seat):
            seats = {key: seat for key, seat in seats.items() if any(vouched for _, vouched in seat)}
        _, joined, left = self.roster[who]
        end = self.start + 24 * 60 if self.end is None else self.end
        # Times of another day prove no absence from this meeting.
        joined = None if joined is not None and joined > end else joined
        left = None if left is not None and left < self.start else left
        listed = Participant(who, "", emails=tuple(self.people[who].mail),
                             joined_at=None if joined is None else minute(joined),
                             left_at=None if left is None else minute(left))  # fmt: skip
        late = not_yet(listed, at, seats) and not not_yet(listed, end, seats)
        return not late and not (no_longer(listed, at, seats) and not no_longer(listed, self.start, seats))

    def is_there(self, who: str, at: int, words: list[tuple[str | None, int]]) -> bool:
        """Of whoever speaks while they are said to be away, nobody knows when they were there."""
        own = [then for label, then in words if label is not None and self.means(label) == who]
        return self.may_be_there(who, at) or not all(self.may_be_there(who, then) for then in own)

    def was_on(self, at: int) -> bool:
        """Until half an hour after the meeting, or after somebody of the roster was seen."""
        there = self.seen_at()
        end = self.start + 24 * 60 if self.end is None else self.end
        last = max([end, *(t for t in there if end <= t <= end + 120)])
        return at <= last + 30

    def was_on_yet(self, at: int) -> bool:
        """From an hour before the meeting, or before somebody of the roster was seen."""
        first = min([self.start, *(t for t in self.seen_at() if self.start - 120 <= t <= self.start)])
        return first - 60 <= at

    def seen_at(self) -> list[int]:
        there = [seen.told.at for seen, who in self.events if who is not None]
        return there + [time for _, *times in self.roster.values() for time in times if time is not None]

    def agrees(self, who: str, at: int) -> bool:
        if self.people[who].kind == "room":
            return False  # nobody said who sits in it
        mine = [each for each in self.said if each[0] == who]
        return bool(mine) and mine[-1][1] and (mine[-1][3] or (mine[-1][2] <= at and self.was_on_yet(at)))

    def keeps(self, words: list[tuple[str | None, int]], quorum: str) -> list[bool]:
        """For each of the words (a label, or None where no speaker claims them, and when), whether they stay."""
        strangers = any(label is not None and self.means(label) is None for label, _ in words)
        kept = []
        for label, at in words:
            who = self.means(label) if label is not None else None
            stays = not self.was_on(at)
            if label is not None:
                stays |= who is None or self.people[who].kind == "bot" or not self.agrees(who, at)
            if label is None or quorum == "all_present":
                here = [w for w in self.roster if self.people[w].kind != "bot" and self.is_there(w, at, words)]
                stays |= strangers or not self.everybody_known or not here
                stays |= not all(self.agrees(w, at) for w in here)
            kept.append(stays)
        bots = [label is not None and (who := self.means(label)) is not None and self.people[who].kind == "bot"
                for label, _ in words]  # fmt: skip
        if quorum == "all_speakers" and any(stays and not bot for stays, bot in zip(kept, bots, strict=True)):
            return [True] * len(words)
        return kept
