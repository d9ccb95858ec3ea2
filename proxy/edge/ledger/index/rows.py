"""What the index keeps of a record: names, codes, pseudonyms, earlier exchanges, and where the line stands.

It is what records are found by. What an answer says of a record is read from its line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from proxy.audit.about import Link, link_of
from proxy.audit.acts import operators_of
from proxy.audit.ocsf import INTENT, Event
from proxy.audit.pseudonyms import epoch_in
from proxy.audit.query import client_of, grants_of, ledger_part, meeting_of, named_in, people_of, recipient_of

SUBJECT, GRANT, OPERATOR, EPOCH = "subject", "grant", "operator", "epoch"
"""Kinds of words besides the columns': pseudonyms of people and meetings, consent records, who did what that is no
exchange, and years of pseudonyms."""
WORDS = ("code", "client", "route", "purpose", "recipient", "disposition")


@dataclass(frozen=True, slots=True)
class Mention:
    """A person in a record, by pseudonym, and whether it is an intent that had words of theirs."""

    pseudonym: str
    sent: bool


@dataclass(frozen=True, slots=True)
class Row:
    """What is kept of a record. `words` has a value for each of `WORDS` that the event has."""

    sequence: int
    time: int
    exchange: str | None
    words: dict[str, str]
    meeting: str | None
    people: tuple[Mention, ...]
    link: Link | None
    grants: tuple[str, ...]
    operators: tuple[str, ...]
    segment: int
    offset: int
    length: int

    def links(self) -> Iterator[tuple[str, bool]]:
        """The earlier exchanges that it names, each with whether it fetches the reply or repeats it."""
        if self.link is not None:
            yield from ((source, False) for source in sorted(set(self.link.repeats)))
            if self.link.fetches is not None and self.link.fetches not in self.link.repeats:
                yield self.link.fetches, True

    def all_words(self) -> Iterator[tuple[str, str]]:
        """Every word of the row, with its kind."""
        yield from self.words.items()
        yield from ((OPERATOR, operator) for operator in self.operators)
        shown = [(SUBJECT, each.pseudonym) for each in self.people] + [(GRANT, grant) for grant in self.grants]
        if self.meeting is not None:
            shown.append((SUBJECT, self.meeting))
        yield from shown
        epochs = {epoch_in(pseudonym) for _, pseudonym in shown}
        yield from ((EPOCH, epoch) for epoch in epochs if epoch is not None)


def row_of(sequence: int, event: Event, segment: int, offset: int, length: int) -> Row:
    """The row of an event. Raises `ValueError`, `KeyError`, `TypeError` or `AttributeError` for what is no event."""
    ledger, code = ledger_part(event), event["metadata"]["event_code"]
    values = {
        "code": code,
        "client": client_of(event),
        "route": ledger.get("route"),
        "purpose": ledger.get("purpose"),
        "recipient": recipient_of(event),
        "disposition": event.get("disposition"),
    }
    sent = dict.fromkeys(named_in(event), False)
    for person in people_of(event):  # a pseudonym may stand in a record more than once: `ptc:unavailable`
        said = person["data"]
        sent[person["uid"]] |= code == INTENT and bool(said["utterances"] or said["characters"])
    return Row(
        sequence=sequence,
        time=int(event["time"]),
        exchange=event["metadata"].get("correlation_uid"),
        words={kind: str(value) for kind, value in values.items() if value is not None},
        meeting=meeting_of(event),
        people=tuple(Mention(pseudonym, had) for pseudonym, had in sent.items()),
        link=link_of(event) if code == INTENT else None,
        grants=tuple(sorted(set(grants_of(event)))),
        operators=tuple(sorted({each for each in operators_of(event) if epoch_in(each) is None})),
        segment=segment,
        offset=offset,
        length=length,
    )
