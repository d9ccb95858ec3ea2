"""The demo's meeting: its people, their consent records, what they said, and the parts that must never leave."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from examples.extract import Line, lines_of

MEETINGS = Path(__file__).parent / "meetings"
ROSTER = MEETINGS / "roster.json"
TRANSCRIPT = (MEETINGS / "product-board.vtt").read_bytes().decode()
MEETING = "product-board-2026-11"
SERIES = "product-board"
CLIENT_KEY = "demo-key"
RECIPIENT = "local-summarizer"

PRIVATE = (
    *("Maria", "Okafor", "Jonas", "Lindqvist", "Priya", "Raman", "Tomás", "Tomas", "Herrera", "Guest 4021"),
    *("Ingrid Solheim", "ingrid.solheim@postkasse.example", "maria.okafor@skerry.example"),
    *("jonas dot lindqvist", "skerry dot example", "four one five five five five oh one three two"),
    *("Quayside Lane", "Aberdeen"),
    *("4539 1488 0343 6467", "DE89 3704 0044 0532 0130 00", "+44 20 7946 0958", "+1 415 555 0187"),
    CLIENT_KEY,
)
"""Personal data of the meeting and the thread, in written and spoken form; none of it may leave."""

_SHINGLE = 5
_QUOTE = re.compile(r'"[^"]*"')


@dataclass(frozen=True, slots=True)
class Record:
    """One consent record, as the command line makes it."""

    verb: str
    participant: str
    purpose: str

    def arguments(self, started: datetime) -> list[str]:
        """Return arguments of ``meeting-proxy consent``; a withdrawal counts from now, other records from the start."""
        scope = ["--scope", "meeting", "--scope-id", MEETING, "--purpose", self.purpose, "--recipient", RECIPIENT]
        since = [] if self.verb == "withdraw" else ["--from", started.isoformat()]
        return [self.verb, "--participant", self.participant, *scope, *since, "--method", "verbal", "--json"]


RECORDS = (
    Record("grant", "p-maria", "summary"),
    Record("grant", "p-maria", "compose"),
    Record("grant", "p-jonas", "summary"),
    Record("grant", "p-jonas", "compose"),
    Record("grant", "p-tomas", "summary"),
    Record("deny", "p-priya", "summary"),
    Record("deny", "p-priya", "compose"),
    Record("withdraw", "p-tomas", "summary"),
)
"""Tomás grants at first and withdraws half-way. The dial-in is not on the roster and was not asked."""

UNKNOWN = "Guest 4021 (dial-in)"

HEARD = frozenset({"Maria Okafor", "Jonas Lindqvist"})
"""Labels of the people whose words may leave."""


def summary_request() -> dict[str, Any]:
    """Return a chat-completions request for a summary of the meeting, streamed."""
    return {
        "model": "extractive-lexrank",
        "stream": True,
        "user": "maria.okafor@skerry.example",
        "messages": [
            {"role": "system", "content": "You write the minutes of meetings: a summary and the action items."},
            {"role": "user", "content": f"Please summarize this meeting.\n\n{TRANSCRIPT}"},
        ],
    }


def compose_request() -> dict[str, Any]:
    """Return a request to draft a reply to a chat thread, in which every message has an author."""
    thread: dict[str, Any] = json.loads((MEETINGS / "compose-thread.json").read_text(encoding="utf-8"))
    return thread


def people() -> list[dict[str, Any]]:
    """Return the roster's entries."""
    entries: list[dict[str, Any]] = json.loads(ROSTER.read_text(encoding="utf-8"))
    return entries


def lines() -> list[Line]:
    """Return the lines of the transcript, in order."""
    return lines_of(TRANSCRIPT)


def texts_of(body: Any) -> Iterator[str]:
    """Yield every string in a JSON value, including keys."""
    if isinstance(body, str):
        yield body
    elif isinstance(body, dict):
        for key, value in body.items():
            yield key
            yield from texts_of(value)
    elif isinstance(body, list):
        for value in body:
            yield from texts_of(value)


def leaks(wire: bytes, body: bytes, *, withheld: Iterable[str], admitted: Iterable[str]) -> list[str]:
    """Return forbidden text in the bytes: personal data, and runs of five words that only withheld speech holds.

    If admitted people quote others, the quote is not their own speech: it must be masked, too.
    """
    text = _plain("\n".join(texts_of(json.loads(body))))
    raw = wire.decode(errors="replace").casefold()
    found = [item for item in PRIVATE if _plain(item) in text or item.casefold() in raw]
    may_stand = set[str]().union(*(_shingles(_QUOTE.sub(" ", words)) for words in admitted))
    must_not = set[str]().union(*map(_shingles, withheld)) - may_stand
    return found + sorted(must_not & _shingles(text))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w@.+]+", text.casefold()))


def _shingles(text: str) -> set[str]:
    words = re.findall(r"\w+", text.casefold())
    return {" ".join(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1)}
