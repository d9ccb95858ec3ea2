"""The demo's meeting: who is in it, what they allowed, what they said, and what of it must never leave."""

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
"""Personal data of the meeting and the thread, in written and spoken form: none of it may be in what leaves."""

_SHINGLE = 5
_QUOTE = re.compile(r'"[^"]*"')


@dataclass(frozen=True, slots=True)
class Record:
    """One consent record, as it is made on the command line."""

    verb: str
    participant: str
    purpose: str

    def arguments(self, started: datetime) -> list[str]:
        """Arguments of ``meeting-proxy consent``; a withdrawal counts from now, all else from the start."""
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
"""Tomás says yes at first and withdraws half-way; nobody was asked about the dial-in, which is not on the roster."""

UNKNOWN = "Guest 4021 (dial-in)"

HEARD = frozenset({"Maria Okafor", "Jonas Lindqvist"})
"""Labels of those whose words may leave."""


def summary_request() -> dict[str, Any]:
    """A chat-completions request that asks for a summary of the meeting, streamed."""
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
    """A request to draft a reply to a chat thread, in which every message has an author."""
    thread: dict[str, Any] = json.loads((MEETINGS / "compose-thread.json").read_text(encoding="utf-8"))
    return thread


def people() -> list[dict[str, Any]]:
    """The roster's entries."""
    entries: list[dict[str, Any]] = json.loads(ROSTER.read_text(encoding="utf-8"))
    return entries


def lines() -> list[Line]:
    """What was said, in order."""
    return lines_of(TRANSCRIPT)


def texts_of(body: Any) -> Iterator[str]:
    """Every string in a JSON value, keys too."""
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
    """What must not be in the bytes and is: personal data, and five words in a row that only withheld speech holds.

    What the admitted quote of others is not theirs: it must be masked, too.
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
