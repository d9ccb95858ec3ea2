"""What the ledger tells of a person: the exchanges that carried their words, that repeated what the AI had made of
them, and that did not carry them, and why.

Every list of what has left of a person is made by `about`: a person's report, the list of a withdrawal, whom to tell
when somebody is forgotten. Pseudonyms are computed once for each epoch, so a long log costs a look-up for each entry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from proxy.audit.ocsf import INTENT, OUTCOME, REFUSED, Event
from proxy.audit.pseudonyms import epoch_in, grant_pseudonym, pseudonym
from proxy.audit.query import (
    EVERYTHING,
    EventFilter,
    Subject,
    attempt_of,
    ledger_part,
    meeting_of,
    never_left,
    people_of,
    request_of,
)


class Link(NamedTuple):
    """What a request has of earlier exchanges: those whose replies it repeats, and the one whose reply it fetches."""

    exchange: str
    repeats: tuple[str, ...] = ()
    fetches: str | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        """All earlier exchanges that it names."""
        return self.repeats if self.fetches is None else (*self.repeats, self.fetches)


def link_of(intent: Event) -> Link:
    """What an intent names of earlier exchanges."""
    exchange, facts = intent["metadata"]["correlation_uid"], ledger_part(intent)
    return Link(exchange, tuple(facts.get("derived_from", ())), facts.get("first_exchange"))


def resting_on(links: Iterable[Link], carrying: Collection[str]) -> dict[str, tuple[str, ...]]:
    """For each exchange that repeated a reply which rests on somebody's words: the exchanges whose replies these were.

    `links` are those of exchanges that left, in any order; `carrying` are the exchanges that left with the words
    themselves. A reply to what was repeated rests on the words as well, over any number of steps. A reply that was
    fetched counts as that of the exchange which asked for it.
    """
    linked = list(links)
    fetched = {link.exchange: link.fetches for link in linked if link.fetches is not None}
    repeating: dict[str, list[str]] = {}
    for link in linked:
        for source in link.repeats:
            repeating.setdefault(fetched.get(source, source), []).append(link.exchange)
    found: dict[str, set[str]] = {}
    waiting = list(carrying)
    while waiting:
        source = waiting.pop()
        for exchange in repeating.get(source, ()):
            if exchange not in found and exchange not in carrying:
                waiting.append(exchange)
            found.setdefault(exchange, set()).add(source)
    return {exchange: tuple(sorted(sources)) for exchange, sources in found.items()}


CANNOT_BE_CALLED_BACK = (
    "What has left cannot be called back: this proxy has no means to delete anything where it was received. "
    "Ask the recipients, by time and account: they do not know exchange ids."
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom and what to look for.

    `subjects` are the keys of the person, by id, and of rooms in which they are listed; `meetings` those of meetings.
    """

    organization: str
    subjects: Mapping[str, bytes]
    meetings: Mapping[str, bytes] = field(default_factory=dict)
    records: tuple[tuple[str, str], ...] = ()
    """Pairs of a subject, under whose key a record may stand in the ledger, and the record's id."""


class Words(NamedTuple):
    """What one exchange did with words under one label: the person's own (`subject`), or that of a room."""

    subject: str
    utterances: int
    characters: int
    withheld: int
    reasons: Mapping[str, int]
    records: tuple[str, ...]
    removed: Mapping[str, int]
    kept: Mapping[str, int]


class ExchangeOfPerson(NamedTuple):
    """An exchange that had words of a person. `sequence` is the place of its first record in the log.

    `left` says that it was sent, or may have been. `delivered` and `reason` tell how it ended; of a refused one only
    the reason. Of several attempts, each sent the same words: the counts are those of one.
    """

    sequence: int
    exchange: str
    at: datetime
    client: str | None
    recipient: str | None
    host: str | None
    port: int | None
    region: str | None
    purpose: str | None
    terms_version: str | None
    meeting: str | None
    words: tuple[Words, ...]
    attempts: int
    left: bool
    delivered: str | None = None
    reason: str | None = None
    rests_on: tuple[str, ...] = ()
    """Exchanges whose replies it repeated and which rest on words of the person; empty if it did not leave."""
    never_sent: tuple[int, ...] = ()
    """The places of the records which say that it, or an attempt, was recorded and then not sent."""

    @property
    def carried(self) -> bool:
        """Whether words of the person left with it."""
        return self.left and _has_words(self.words)

    @property
    def repeated(self) -> bool:
        """Whether it sent again what the AI had made of words of the person, or repeated of them."""
        return bool(self.rests_on)

    @property
    def withheld(self) -> bool:
        """Whether words of the person stayed in."""
        return bool(self.words) and (not self.left or any(each.withheld for each in self.words))


class Known:
    """The pseudonyms that are looked for, by epoch, as epochs come up."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._epochs = set[str]()
        self._of: dict[object, str | None] = {record: record for _, record in wanted.records}

    def id_of(self, shown: object) -> str | None:
        """The id behind a pseudonym, or behind the bare id of a record (earlier versions); None for any other."""
        try:
            return self._of[shown]
        except KeyError:
            return self._looked_up(shown)

    def _looked_up(self, shown: object) -> str | None:
        """As `id_of`, for what is seen for the first time. Others' pseudonyms come up again and again, too."""
        epoch = epoch_in(shown) if isinstance(shown, str) else None
        if epoch is not None and epoch not in self._epochs:
            self._epochs.add(epoch)
            self._of.update(self._in(epoch))
        return self._of.setdefault(shown, None)

    def _in(self, epoch: str) -> dict[str, str]:
        wanted, organization = self._wanted, self._wanted.organization
        found = {pseudonym("ptc", key, epoch, organization): one for one, key in wanted.subjects.items()}
        found |= {pseudonym("mtg", key, epoch, organization): one for one, key in wanted.meetings.items()}
        return found | {
            grant_pseudonym(wanted.subjects[giver], epoch, organization, record): record
            for giver, record in wanted.records
            if giver in wanted.subjects
        }


def about(
    numbered: Iterable[tuple[int, Event]], wanted: Wanted, fits: EventFilter = EVERYTHING
) -> tuple[ExchangeOfPerson, ...]:
    """The exchanges that had words of any of the subjects, or repeated what was made of them, oldest first.

    `numbered` has events with their places; an exchange comes before those that repeat its reply. Only exchanges with a
    request that `fits` are told; what these rest on is sought among all.
    """
    known = Known(wanted)
    begun: dict[str, list[_Begun]] = {}
    ended: dict[str, list[_Ended]] = {}
    fetching: dict[str, Link] = {}
    for sequence, event in numbered:
        code, exchange = event["metadata"]["event_code"], event["metadata"].get("correlation_uid")
        if code in (INTENT, REFUSED):
            words = _words(event, known)
            link = link_of(event) if code == INTENT else Link(exchange)
            if words or any(source in begun or source in fetching for source in link.repeats):
                wants = fits is EVERYTHING or fits.fits(event)
                begun.setdefault(exchange, []).append(_begun(sequence, event, words, link, known, wanted=wants))
            elif link.fetches in begun:
                fetching[exchange] = link
        elif code == OUTCOME and exchange in begun:
            ended.setdefault(exchange, []).append(_ended(sequence, event))
    sent = {name: _sent(records, ended.get(name, ())) for name, records in begun.items()}
    carrying = {name for name, attempts in sent.items() if any(_has_words(each.words) for each in attempts[:1])}
    links = [each.link for attempts in sent.values() for each in attempts]
    rests_on = resting_on([*links, *fetching.values()], carrying)
    return tuple(
        _exchange(name, records, sent[name], ended.get(name, ()), rests_on.get(name, ()))
        for name, records in begun.items()
        if (records[0].words or name in rests_on) and any(each.wanted for each in records)
    )


class CarryingExchange(NamedTuple):
    """An exchange that left with words of a person, or with what was made of them, as it is told to whoever asks.

    `rests_on` are the exchanges whose replies it repeated; without it, the words are the person's own. `delivered` says
    how much of the reply came back, `reason` why the exchange failed, if it did. Both are None while no outcome is
    recorded.
    """

    exchange: str
    at: datetime
    recipient: str
    purpose: str
    terms_version: str | None
    utterances: int
    characters: int
    delivered: str | None = None
    reason: str | None = None
    rests_on: tuple[str, ...] = ()
    kept: Mapping[str, int] = MappingProxyType({})
    """Findings in the person's words that were sent as they were said, by kind."""


def carried(
    numbered: Iterable[tuple[int, Event]], subjects: Collection[Subject], fits: EventFilter = EVERYTHING
) -> tuple[CarryingExchange, ...]:
    """The exchanges that left with words of any of these subjects (a person and the rooms they sat in), oldest first.

    Those that repeated what was made of these words are among them, as `about` says. Exchanges that according to the
    ledger were never sent are left out. Unattributed words belong to nobody by name and are not in this list.
    """
    keys = {str(number): subject.key for number, subject in enumerate(subjects)}
    found = about(numbered, Wanted(next((s.organization for s in subjects), ""), keys), fits)
    left = sorted((each for each in found if each.carried or each.repeated), key=lambda each: (each.at, each.sequence))
    return tuple(map(_told, left))


def _told(each: ExchangeOfPerson) -> CarryingExchange:
    return CarryingExchange(
        exchange=each.exchange,
        at=each.at,
        recipient=each.recipient or "",
        purpose=each.purpose or "",
        terms_version=each.terms_version,
        utterances=sum(words.utterances for words in each.words),
        characters=sum(words.characters for words in each.words),
        delivered=each.delivered,
        reason=each.reason,
        rests_on=each.rests_on,
        kept=_summed(words.kept for words in each.words),
    )


def _summed(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(sorted(total.items()))


class _Begun(NamedTuple):
    """What is kept of an intent or a refusal that had words of the person, or of one that repeats replies to such."""

    sequence: int
    attempt: int | None
    """None for a refusal."""
    words: tuple[Words, ...]
    link: Link
    facts: tuple[Any, ...]
    """What `ExchangeOfPerson` tells of the request: from `at` to `meeting`."""
    reason: str | None
    wanted: bool


class _Ended(NamedTuple):
    """What is kept of an outcome."""

    sequence: int
    attempt: int
    delivered: str | None
    reason: str | None
    never_left: bool


def _begun(sequence: int, event: Event, words: tuple[Words, ...], link: Link, known: Known, *, wanted: bool) -> _Begun:
    facts = (*request_of(event), known.id_of(meeting_of(event)))
    attempt = attempt_of(event) if event["metadata"]["event_code"] == INTENT else None
    return _Begun(sequence, attempt, words, link, facts, event.get("status_code"), wanted)


def _ended(sequence: int, event: Event) -> _Ended:
    delivered = ledger_part(event).get("delivered")
    return _Ended(sequence, attempt_of(event), delivered, event.get("status_code"), never_left(event))


def _sent(records: Iterable[_Begun], outcomes: Iterable[_Ended]) -> list[_Begun]:
    """The intents that left, or may have: an outcome may say of one that it was dropped before."""
    dropped = {end.attempt for end in outcomes if end.never_left}
    return [each for each in records if each.attempt is not None and each.attempt not in dropped]


def _exchange(
    name: str, records: list[_Begun], sent: list[_Begun], outcomes: Sequence[_Ended], rests_on: tuple[str, ...]
) -> ExchangeOfPerson:
    first = (sent or records)[0]
    delivered = outcomes[-1].delivered if outcomes else None
    ended = len(sent), bool(sent), delivered, (outcomes or records)[-1].reason
    never_sent = tuple(each.sequence for each in outcomes if each.never_left)
    return ExchangeOfPerson._make((first.sequence, name, *first.facts, first.words, *ended, rests_on, never_sent))


def _has_words(words: Iterable[Words]) -> bool:
    return any(each.utterances or each.characters for each in words)


def _words(event: Event, known: Known) -> tuple[Words, ...]:
    """What an intent or a refusal has of words of the subjects."""
    id_of = known.id_of
    named = [(id_of(person["uid"]), person["data"]) for person in people_of(event)]
    return tuple([_said(subject, data, known) for subject, data in named if subject is not None])


def _said(subject: str, data: Mapping[str, Any], known: Known) -> Words:
    records = map(known.id_of, data["grants"])
    return Words(
        subject=subject,
        utterances=data["utterances"],
        characters=data["characters"],
        withheld=data["withheld_utterances"],
        reasons=dict(data["reasons"]),
        # Records of others, which decided over words from a room, are no business of this person.
        records=tuple(sorted({record for record in records if record is not None})),
        removed=dict(data["removed"]),
        kept=dict(data.get("kept", {})),
    )
