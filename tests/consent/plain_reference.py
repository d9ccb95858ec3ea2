"""A plain statement of the rules of consent, for tests: it replays what people did and shares no code with `proxy`.

Time is a whole number of minutes and no two acts share one, so that "newest" needs no ties. What a person said is
a list of acts; whether words may leave is asked of that list from scratch, with loops.
"""

from __future__ import annotations

from dataclasses import dataclass, field

WIDE = ("meeting", "series", "org")
"""Scopes from narrow to wide."""


@dataclass
class Act:
    """A yes or a no of one person at a minute; `to` is a recipient or ``*``."""

    key: str
    when: int
    who: str
    by: str
    says: str
    purpose: str
    scope: str
    to: str
    terms: int
    ends: int | None = None
    earlier_too: bool = False
    guardian: bool = False


@dataclass
class Someone:
    """Who they are, under which name they are heard, and when they were there."""

    key: str
    label: str
    other_labels: set[str] = field(default_factory=set)
    minor: bool = False
    guardians: tuple[str, ...] = ()
    each_guardian: bool = False
    members: tuple[str, ...] = ()
    joined: int | None = None
    left: int | None = None


@dataclass
class Words:
    """Said from one minute to another under a label; None is a line that nobody claims."""

    label: str | None
    start: int
    end: int


@dataclass
class Rules:
    quorum: str = "per_speaker"
    reconsent: str | tuple[str, ...] = "all"
    on_behalf: bool = False


@dataclass
class World:
    """All that happened by now."""

    rules: Rules
    people: dict[str, Someone]
    acts: list[Act] = field(default_factory=list)
    terms: int = 1
    now: int = 0
    everybody_listed: bool = True

    def speaker(self, label: str) -> str | None:
        """Who is meant by a label: exactly one person, or nobody."""
        meant = [p.key for p in self.people.values() if label == p.label or label in p.other_labels]
        return meant[0] if len(meant) == 1 else None

    def live_yeses(self, who: str, purpose: str, to: str, start: int, end: int) -> list[Act]:
        """What lets this person's words of that time leave now: a yes, or that of each guardian; nothing if not."""
        mine = [a for a in self.acts if a.who == who and a.purpose == purpose and a.to in (to, "*")]
        if not self.people[who].minor:
            yes = self._last_yes(mine, to, start, end)
            return [] if yes is None else [yes]
        asked = self.people[who].guardians or sorted({a.by for a in mine if a.says == "yes" and a.guardian})
        given = [self._given_by(mine, one, to, start, end) for one in asked]
        found = [yes for yes in given if yes is not None]
        if self.people[who].each_guardian and self.people[who].guardians:
            return [] if None in given else found
        return sorted(found, key=lambda yes: (WIDE.index(yes.scope), yes.to == "*", -yes.when))[:1]

    def _given_by(self, mine: list[Act], guardian: str, to: str, start: int, end: int) -> Act | None:
        """The yes of one guardian, if whoever else had refused allows these words by now."""
        for no in mine:
            if no.says == "no" and no.guardian and no.by != guardian:
                undone = [a for a in mine if a.guardian and a.says == "yes" and a.by == no.by and self._undoes(a, no)]
                live = [a for a in undone if self._lives(a)]
                if live and not self._in_force(max(live, key=lambda a: a.when), start, end):
                    return None
        return self._last_yes(self._as_one_guardian_has_it(mine, guardian), to, start, end)

    def _as_one_guardian_has_it(self, mine: list[Act], guardian: str) -> list[Act]:
        """What was said of a child, without what other guardians allowed and without the noes that they ended."""
        kept = []
        for act in mine:
            theirs = act.by != guardian
            ended = theirs and act.says == "no" and any(
                yes.says == "yes" and yes.guardian and yes.by == act.by and self._undoes(yes, act) and self._lives(yes)
                for yes in mine
            )  # fmt: skip
            if not ended and not (theirs and act.says == "yes" and act.guardian):
                kept.append(act)
        return kept

    def _last_yes(self, mine: list[Act], to: str, start: int, end: int) -> Act | None:
        noes = [a for a in mine if a.says == "no"]
        for scope in WIDE:
            for recipient in (to, "*"):
                here = [a for a in mine if a.scope == scope and a.to == recipient and not self._void(a)]
                if not here:
                    continue
                last = max(here, key=lambda a: a.when)
                if last.says == "yes" and self._in_force(last, start, end) and self._free(last, noes, mine):
                    return last
        return None

    def _void(self, act: Act) -> bool:
        """A yes that is none."""
        if act.says == "no":
            return False
        if self.people[act.who].minor:
            return not act.guardian
        return act.by != act.who and not self.rules.on_behalf

    def _lives(self, act: Act) -> bool:
        """Whether a yes counts at this moment for words of this moment."""
        return self._in_force(act, self.now, self.now)

    def _in_force(self, act: Act, start: int, end: int) -> bool:
        asked_anew = (
            self.rules.reconsent == "all" or act.purpose == "model_training" or act.purpose in self.rules.reconsent
        )
        if act.terms != self.terms and asked_anew:
            return False
        if act.ends is not None and (act.ends <= self.now or end > act.ends or start >= act.ends):
            return False
        return act.earlier_too or act.when <= start

    def _free(self, act: Act, noes: list[Act], mine: list[Act]) -> bool:
        own = [a for a in mine if a.says == "yes" and a.by == a.who and self.people[act.who].minor and not a.guardian]
        return all(any(self._undoes(yes, no) for yes in ([act] if no.guardian else [act, *own])) for no in noes)

    @staticmethod
    def _undoes(yes: Act, no: Act) -> bool:
        if yes.when < no.when:
            return False
        if WIDE.index(yes.scope) > WIDE.index(no.scope):
            return False
        if no.to != "*" and yes.to == "*":
            return False
        return yes.by in {yes.who, no.by}

    def may_leave(self, who: str, purposes: list[str], to: str, start: int, end: int) -> bool:
        """Whether this person's, or this room's, words of that time may leave now."""
        someone = self.people[who]
        if not someone.members:
            return all(self.live_yeses(who, purpose, to, start, end) for purpose in purposes)
        for purpose in purposes:
            said = [a for a in self.acts if a.who == who and a.purpose == purpose and a.to in (to, "*")]
            # Nobody takes back a no in a room's name but in the room's name, for good.
            if any(a.says == "no" for a in said) and not self._room_cleared(who, purpose, to):
                return False
        return all(self.may_leave(member, purposes, to, start, end) for member in someone.members)

    def _room_cleared(self, who: str, purpose: str, to: str) -> bool:
        mine = [a for a in self.acts if a.who == who and a.purpose == purpose and a.to in (to, "*")]
        noes = [a for a in mine if a.says == "no"]
        for scope in WIDE:
            for recipient in (to, "*"):
                here = [a for a in mine if a.scope == scope and a.to == recipient and not self._void(a)]
                last = max(here, key=lambda a: a.when) if here else None
                if last is not None and last.says == "yes" and self._free(last, noes, mine):
                    return True
        return False

    def present(self, start: int, end: int, said: list[Words]) -> list[str]:
        """Who was there at any moment of that time, or may have been. Of whoever spoke before they came, or after they
        left, nobody knows when they were there.
        """
        there = []
        for someone in self.people.values():
            came_after = someone.joined is not None and someone.joined > end
            went_before = someone.left is not None and someone.left < start
            own = [w for w in said if w.label is not None and self.speaker(w.label) == someone.key]
            early = any(someone.joined is not None and someone.joined > w.start for w in own)
            late = any(someone.left is not None and someone.left < w.end for w in own)
            if early or late or (not came_after and not went_before):
                there.append(someone.key)
        return there

    def all_may_leave(self, purposes: list[str], to: str, start: int, end: int, said: list[Words]) -> bool:
        there = self.present(start, end, said)
        if not self.everybody_listed or not there:
            return False
        return all(self.may_leave(who, purposes, to, start, end) for who in there)

    def answer(self, said: list[Words], purposes: list[str], to: str) -> tuple[list[bool], bool]:
        """For each of the words whether they may leave, and whether the whole request is refused."""
        leaves: list[bool] = []
        strangers = any(w.label is not None and self.speaker(w.label) is None for w in said)
        for words in said:
            together = self.all_may_leave(purposes, to, words.start, words.end, said)
            if words.label is None:
                ok = together and not strangers
            else:
                who = self.speaker(words.label)
                ok = who is not None and self.may_leave(who, purposes, to, words.start, words.end)
            if self.rules.quorum == "all_present":
                ok = ok and together and not strangers
            leaves.append(ok)
        if self.rules.quorum == "all_speakers":
            return leaves, not all(leaves)
        return leaves, self.rules.quorum == "all_present" and bool(said) and not any(leaves)
