"""What the report of a person has to tell, computed from the log: what had their words, or repeated a reply to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from meeting_proxy_verify.compared import AtLeast
from meeting_proxy_verify.exchanges import (
    INTENT,
    OUTCOME,
    REFUSED,
    Exchange,
    Expected,
    Record,
    counts_of,
    listed,
    number_of,
    people_in,
    summed,
    why_not,
)
from meeting_proxy_verify.words import looked_up

ANSWERS = ("consent.recorded", "consent.withdrawn")
"""The codes of acts that put an answer on file."""
_Words = list[object]
"""What an exchange counts of the words under each pseudonym of the person."""


class OfPerson:
    """Takes the records of a log, one by one, and keeps those with words of the person, and what repeats these."""

    LISTS = ("exchanges", "withheld", "repeated")
    PARTS = ("consent_records",)
    BOUNDS = ("since", "until")
    """The lists of exchanges, what else a report lists, and by which facts it says that it is of a period."""

    def __init__(self, pseudonyms: frozenset[str]) -> None:
        self._pseudonyms = pseudonyms
        self._exchanges: dict[str, Exchange] = {}
        self.seen = set[str]()
        """The pseudonyms that the log has."""
        self.answers: list[Record] = []
        """The acts that put answers of the person, or of a room of theirs, on file; each once."""
        self._acts = set[str]()
        self._fetched: dict[str, str] = {}
        """Requests that fetch the reply to an earlier one, and which."""
        self._whole = set[str]()
        """Exchanges of which no earlier record can have been deleted."""
        self._loose: dict[str, Exchange] = {}
        """Exchanges that repeat, or fetch, a reply to others than these, over any number of steps."""

    def take(self, record: Record) -> None:
        """Keep a record with words of the person, one that repeats a reply to such, and what became of them."""
        if record.code in ANSWERS:
            self._answer(record)
            return
        name = str(looked_up(record.event, "metadata.correlation_uid"))
        known = self._exchanges
        self.seen |= self._pseudonyms.intersection(str(each.get("uid")) for each in people_in(record.event))
        if record.code in (INTENT, REFUSED):
            sources = _repeats(record) if record.code == INTENT else []
            fetches = looked_up(record.event, "unmapped.ledger.first_exchange") if record.code == INTENT else None
            rests = [*sources, *([fetches] if isinstance(fetches, str) else [])]
            if any(each not in self._whole or each in self._loose for each in rests):
                self._loose.setdefault(name, Exchange(name)).records.append(record)
            self._whole |= {name} if record.begins else set()
            if self._words(record) or any(each in known or each in self._fetched for each in sources):
                known.setdefault(name, Exchange(name)).records.append(record)
            elif isinstance(fetches, str) and fetches in known:
                self._fetched[name] = fetches
        elif record.code == OUTCOME:
            for held in (known, self._loose):
                if name in held:
                    held[name].records.append(record)

    def _answer(self, record: Record) -> None:
        """Keep an act. Where a proxy ended before it took one off file, another recorded it again, under its id."""
        named, uid = self._pseudonyms.intersection(answering(record)), str(looked_up(record.event, "metadata.uid"))
        self.seen |= named
        if named and uid not in self._acts:
            self._acts.add(uid)
            self.answers.append(record)

    def entries(self, *, cut: bool) -> Iterator[tuple[str, Expected]]:
        """Each exchange, with each list it has to stand in. `cut`: records were deleted since the report was made."""
        repeated = self._resting_on()
        for each in self._exchanges.values():
            lists = self._lists(each, repeated.get(each.name, []), cut=cut)
            if lists and cut and each.cut:
                ended = {"delivered": each.delivered} if each.outcomes else {}
                why = {"reason": _reason(each)} if each.outcomes else {}
                rest = {"exchanges": ended | why, "withheld": {}, "repeated": ended}
                for part in self.LISTS:
                    facts = lists.get(part)
                    yield part, Expected(each.first.place, facts, each.asked() | rest[part], owed=part in lists)
            else:
                yield from ((part, Expected(each.first.place, facts)) for part, facts in lists.items())
        for each in self._loose.values() if cut else ():
            if each.name not in repeated and each.sent and _repeats(each.first):
                rest_of = each.asked() if each.cut else None
                yield "repeated", Expected(each.first.place, _repeated(each), rest_of, owed=False)

    def _lists(self, each: Exchange, rests_on: list[str], *, cut: bool) -> dict[str, Mapping[str, object]]:
        """The lists in which an exchange has to stand, and what its entry has to say there."""
        words = self._words(each.first)
        lists: dict[str, Mapping[str, object]] = {}
        if not (self._words(each.begun[0]) or rests_on):
            return lists
        if each.left and _has_words(words):
            lists["exchanges"] = each.request() | _carried(each, words)
        if words and (not each.left or any(number_of(data, "withheld_utterances") for data in words)):
            lists["withheld"] = each.request() | _withheld(each, words)
        if rests_on:
            lists["repeated"] = _repeated(each) | {"rests_on": AtLeast(rests_on) if cut else rests_on}
        return lists

    def _words(self, record: Record) -> _Words:
        return [each.get("data") for each in people_in(record.event) if each.get("uid") in self._pseudonyms]

    def _resting_on(self) -> dict[str, list[str]]:
        """The exchanges that repeat replies which rest on words of the person, and the exchanges of these replies."""
        fetched = dict(self._fetched)
        repeating: dict[str, list[str]] = {}
        sent = [(each.name, record) for each in self._exchanges.values() for record in each.sent]
        for name, record in sent:
            fetches = looked_up(record.event, "unmapped.ledger.first_exchange")
            fetched |= {name: fetches} if isinstance(fetches, str) else {}
        for name, record in sent:
            for source in _repeats(record):
                repeating.setdefault(fetched.get(source, source), []).append(name)
        started = [each for each in self._exchanges.values() if each.sent]
        waiting = [each.name for each in started if _has_words(self._words(each.sent[0]))]
        reached, found = set(waiting), dict[str, set[str]]()
        while waiting:
            source = waiting.pop()
            for name in repeating.get(source, ()):
                found.setdefault(name, set()).add(source)
                waiting += [name] if name not in reached else []
                reached.add(name)
        return {name: sorted(sources) for name, sources in found.items()}


def answering(record: Record) -> list[str]:
    """The pseudonyms of those whose answers an act put on file."""
    return listed(looked_up(record.event, "unmapped.ledger.people"))


def _repeats(record: Record) -> list[str]:
    return listed(looked_up(record.event, "unmapped.ledger.derived_from"))


def _has_words(words: Iterable[object]) -> bool:
    return any(number_of(data, "utterances") or number_of(data, "characters") for data in words)


def _carried(exchange: Exchange, words: _Words) -> dict[str, object]:
    heard = [data for data in words if _has_words([data])]
    return {
        **{name: sum(number_of(data, name) for data in heard) for name in ("utterances", "characters")},
        **{name: summed(counts_of(data, name) for data in heard) for name in ("removed", "kept")},
        "attempts": len(exchange.sent),
        "delivered": exchange.delivered,
        "reason": _reason(exchange),
    }


def _withheld(exchange: Exchange, words: _Words) -> dict[str, object]:
    silent = [data for data in words if number_of(data, "withheld_utterances") or not exchange.left]
    stayed = ("withheld_utterances",) if exchange.left else ("withheld_utterances", "utterances")
    return {
        "utterances": sum(number_of(data, name) for data in silent for name in stayed),
        "reasons": why_not(counts_of(data, "reasons") for data in silent),
        "whole_request_refused": None if exchange.left else _reason(exchange),
    }


def _repeated(exchange: Exchange) -> dict[str, object]:
    return exchange.request() | {"delivered": exchange.delivered}


def _reason(exchange: Exchange) -> object:
    """Why it failed, if it did: as its last outcome says or, without one, its refusal."""
    return (exchange.outcomes or exchange.begun)[-1].event.get("status_code")
