"""What the ledger tells of a person: the exchanges that carried their words, that repeated what the AI had made of
them, and that did not carry them, and why.

Every list of what has left of a person is made by `about`: a person's report, the list of a withdrawal, whom to tell
when somebody is forgotten. Pseudonyms are computed once for each epoch, so a long log costs a look-up for each entry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from proxy.audit.ocsf import INTENT, OUTCOME, REFUSED, Event
from proxy.audit.pseudonyms import epoch_in, grant_pseudonym, pseudonym
from proxy.audit.query import (
    EVERYTHING,
    EventFilter,
    Subject,
    client_of,
    ledger_part,
    meeting_of,
    never_sent,
    people_of,
    recipient_of,
)
from proxy.audit.repeated import Link, link_of, resting_on

CANNOT_BE_CALLED_BACK = (
    "What has left cannot be called back: this proxy has no means to delete anything where it was received. "
    "Ask the recipients, by exchange id and time."
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


@dataclass(frozen=True, slots=True)
class Words:
    """What one exchange did with words under one label: the person's own (`subject`), or that of a room."""

    subject: str
    utterances: int
    characters: int
    withheld: int
    reasons: Mapping[str, int]
    records: tuple[str, ...]
    removed: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ExchangeOfPerson:
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

    @property
    def carried(self) -> bool:
        """Whether words of the person left with it."""
        return self.left and any(each.utterances or each.characters for each in self.words)

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
        self._of: dict[str, dict[str, str]] = {}
        self._bare = {record: record for _, record in wanted.records}

    def id_of(self, shown: object) -> str | None:
        """The id behind a pseudonym, or behind the bare id of a record (earlier versions); None for any other."""
        if not isinstance(shown, str):
            return None
        epoch = epoch_in(shown)
        if epoch is None:
            return self._bare.get(shown)
        if epoch not in self._of:
            self._of[epoch] = self._in(epoch)
        return self._of[epoch].get(shown) or self._bare.get(shown)

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
    ended: dict[str, list[Event]] = {}
    fetching: dict[str, Link] = {}
    for sequence, event in numbered:
        code, exchange = event["metadata"]["event_code"], event["metadata"].get("correlation_uid")
        if code in (INTENT, REFUSED):
            words = tuple(one for person in people_of(event) if (one := _words(person, known)) is not None)
            link = link_of(event) if code == INTENT else Link(exchange)
            if words or any(source in begun or source in fetching for source in link.repeats):
                begun.setdefault(exchange, []).append(_Begun(sequence, event, words, link))
            elif link.fetches in begun:
                fetching[exchange] = link
        elif code == OUTCOME and exchange in begun:
            ended.setdefault(exchange, []).append(event)
    made = {name: _exchange(name, records, ended.get(name, []), known) for name, records in begun.items()}
    links = [each.link for name, records in begun.items() if made[name].left for each in records]
    rests_on = resting_on([*links, *fetching.values()], {name for name, each in made.items() if each.carried})
    return tuple(
        replace(each, rests_on=rests_on.get(name, ()))
        for name, each in made.items()
        if (each.words or name in rests_on) and any(fits.fits(record.event) for record in begun[name])
    )


@dataclass(frozen=True, slots=True)
class CarryingExchange:
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
    )


class _Begun(NamedTuple):
    """An intent or a refusal that had words of the person, or an intent that repeats replies to such."""

    sequence: int
    event: Event
    words: tuple[Words, ...]
    link: Link


def _exchange(name: str, records: list[_Begun], outcomes: list[Event], known: Known) -> ExchangeOfPerson:
    intents = [each for each in records if each.event["metadata"]["event_code"] == INTENT]
    sent = [each for each in intents if not never_sent(each.event, outcomes)]
    sequence, event, words, _ = (sent or records)[0]
    endpoint, ledger = event.get("dst_endpoint", {}), ledger_part(event)
    last = outcomes[-1] if outcomes else records[-1].event
    return ExchangeOfPerson(
        sequence=sequence,
        exchange=name,
        at=datetime.fromtimestamp(event["time"] / 1000, UTC),
        client=client_of(event),
        recipient=recipient_of(event),
        host=endpoint.get("hostname"),
        port=endpoint.get("port"),
        region=ledger.get("region"),
        purpose=ledger.get("purpose"),
        terms_version=ledger.get("terms_version"),
        meeting=known.id_of(meeting_of(event)),
        words=words,
        attempts=len(sent),
        left=bool(sent),
        delivered=ledger_part(last).get("delivered"),
        reason=last.get("status_code"),
    )


def _words(person: Mapping[str, Any], known: Known) -> Words | None:
    subject, data = known.id_of(person["uid"]), person["data"]
    if subject is None:
        return None
    records = (known.id_of(shown) for shown in data["grants"])
    return Words(
        subject=subject,
        utterances=data["utterances"],
        characters=data["characters"],
        withheld=data["withheld_utterances"],
        reasons=dict(Counter(data["reasons"])),
        # Records of others, which decided over words from a room, are no business of this person.
        records=tuple(sorted({record for record in records if record is not None})),
        removed=dict(data["removed"]),
    )
