"""What the report of a meeting has to tell, computed from the log: its exchanges, acts, records and people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from meeting_proxy_verify.compared import AtEnd, Counts
from meeting_proxy_verify.exchanges import (
    COUNTS,
    Exchange,
    Expected,
    Record,
    counts_of,
    listed,
    number_of,
    people_in,
    why_not,
)
from meeting_proxy_verify.words import looked_up

Words = list[tuple[bool, Mapping[str, object]]]
"""What exchanges count of anybody's words, as an entry of a report has it; and whether the exchange left."""


class OfMeeting:
    """Takes the records of a log, one by one, and keeps those that name the meeting."""

    LISTS = ("exchanges", "refused")
    PARTS = ("people", "acts", "records")
    BOUNDS: tuple[str, ...] = ()
    """The lists of exchanges, what else a report lists, and by which facts it says that it is of a period."""

    def __init__(self, pseudonyms: frozenset[str]) -> None:
        self._pseudonyms = pseudonyms
        self._exchanges: dict[str, Exchange] = {}
        self.acts: dict[int, Record] = {}
        self.seen = set[str]()
        """The pseudonyms that the log has."""

    def take(self, record: Record) -> None:
        """Keep a record that names the meeting."""
        named = looked_up(record.event, "message_context.uid") or looked_up(record.event, "unmapped.ledger.meeting")
        if not isinstance(named, str) or named not in self._pseudonyms:
            return
        self.seen.add(named)
        if str(record.code).startswith("egress."):
            name = str(looked_up(record.event, "metadata.correlation_uid"))
            self._exchanges.setdefault(name, Exchange(name)).records.append(record)
        else:
            self.acts[record.number] = record

    def entries(self, *, cut: bool) -> Iterator[tuple[str, Expected]]:
        """Each exchange, with the list it has to stand in. `cut`: records were deleted since the report was made."""
        for each in self._exchanges.values():
            there = self.LISTS[not each.left]
            if not (cut and each.cut):
                yield there, Expected(each.first.place, _entry(each))
                continue
            for part in self.LISTS:
                numbers = {"records": AtEnd(one.number for one in each.records)}
                facts = _entry(each) | numbers if part == there and each.begun else None
                yield part, Expected(each.first.place, facts, _rest(each) | numbers, owed=part == there)

    @property
    def records(self) -> list[int]:
        """The numbers of all records that name the meeting."""
        return sorted([one.number for each in self._exchanges.values() for one in each.records] + list(self.acts))

    @property
    def words(self) -> Words:
        """What all exchanges count of anybody's words."""
        found = self._exchanges.values()
        return [(each.left, _said(one)) for each in found for one in people_in(each.first.event)]


def line_of(pseudonyms: list[str], words: Words) -> dict[str, object]:
    """What the line of somebody with these pseudonyms has to say."""
    theirs = [(left, said) for left, said in words if said.get("pseudonym") in pseudonyms]
    counts = [(left, *(number_of(said, name) for name in COUNTS)) for left, said in theirs]
    return {
        "exchanges": sum(left and bool(said or length) for left, said, length, _ in counts),
        "utterances": sum(said for left, said, _, _ in counts if left),
        "withheld_utterances": sum(kept + (0 if left else said) for left, said, _, kept in counts),
        "reasons": why_not(
            counts_of(said, "reasons") for left, said in theirs if not left or number_of(said, COUNTS[-1])
        ),
    }


def speakers_in(words: Words) -> list[str]:
    """The pseudonyms of everybody whose words are counted."""
    return list(dict.fromkeys(str(said.get("pseudonym")) for _, said in words))


def act_facts(act: Record) -> dict[str, object]:
    """What the entry of an act has to say."""
    part = looked_up(act.event, "unmapped.ledger")
    told = part if isinstance(part, Mapping) else {}
    facts = Counts({name: told[name] for name in ("state", "purpose", "recipient") if name in told})
    people: list[object] = [{"pseudonym": each} for each in dict.fromkeys(_people_of(act))]
    return {"sequence": act.number, "at": act.event.get("time"), "event": act.code, "facts": facts, "people": people}


def _people_of(act: Record) -> list[str]:
    """The pseudonyms of whomever an act concerned, and of whoever did it themselves."""
    concerned = [each.get("uid") for each in people_in(act.event)]
    named = listed(looked_up(act.event, "unmapped.ledger.people"))
    return listed([*concerned, *named, looked_up(act.event, "actor.user.uid")])


def _entry(exchange: Exchange) -> dict[str, object]:
    event = exchange.first.event
    return exchange.request() | {
        "route": looked_up(event, "unmapped.ledger.route"),
        "people": [_said(each) for each in people_in(event)],
        "left": exchange.left,
        "attempts": len(exchange.sent),
        "delivered": exchange.delivered,
        "reason": _reason(exchange),
        "records": [each.number for each in exchange.records],
    }


def _rest(exchange: Exchange) -> dict[str, object]:
    ended = {"delivered": exchange.delivered, "reason": _reason(exchange)} if exchange.outcomes else {}
    return exchange.asked() | {"route": looked_up(exchange.first.event, "unmapped.ledger.route")} | ended


def _reason(exchange: Exchange) -> object:
    """Why it failed, if it did: as its last outcome says or, without one, the record that tells of it."""
    return (exchange.outcomes or [exchange.first])[-1].event.get("status_code")


def _said(person: Mapping[str, object]) -> dict[str, object]:
    data = person.get("data")
    said: dict[str, object] = {"pseudonym": person.get("uid")} | {name: looked_up(data, name) for name in COUNTS}
    return said | {name: counts_of(data, name) for name in ("reasons", "removed", "kept")}
