"""Print the demo's output: requests before and after, side by side, and the evidence."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.markdown import Markdown
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from examples.extract import Line
from examples.record import Received

CUES_SHOWN = (3, 12, 13, 15, 19, 21, 24, 33, 37, 49)
"""Indices of the cues shown side by side; every kind occurs."""
MESSAGES_SHOWN = (1, 2, 4)
"""Indices of the chat messages shown side by side."""

_PSEUDONYM = re.compile(r"\b(?!WITHHELD)[A-Z]{2,}(?:_[A-Z]+)*_\d+(?:_EMAIL)?\b")
_GONE = re.compile(r"\[withheld\]|WITHHELD_PERSON|\[removed\]")
_LINES = {"summary": "cues", "compose": "messages"}
_REASONS = {
    "granted": "said yes to this purpose and recipient",
    "denied": "said no",
    "withdrawn": "withdrew; earlier words stay out, too",
    "unknown_speaker": "not on the roster, cannot be asked",
    "no_grant": "was not asked: no record means no",
}


def heading(console: Console, number: int, title: str) -> None:
    """Print a numbered heading."""
    console.print()
    console.rule(f"[bold]{number}  {title}", align="left", style="cyan")


def sent(console: Console, what: str, path: str, body: bytes, lines: Sequence[Line]) -> None:
    """Print a short form of what the client sent."""
    speakers = ", ".join(dict.fromkeys(line.speaker for line in lines))
    console.print(f"[bold]{what}[/]: POST {path}, {len(body):,} bytes")
    console.print(f"         [dim]{len(lines)} {_LINES[what]} by {escape(speakers)}")


def decisions(console: Console, asked: Mapping[str, Sequence[dict[str, Any]]]) -> None:
    """Print who was sent and who was withheld, and why; `asked` has the ledger's entries of people, by purpose."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("asked for", "person", "decision", "why"):
        table.add_column(column)
    table.add_column("sent", justify="right")
    table.add_column("withheld", justify="right")
    for purpose, people in asked.items():
        for person in people:
            reason = max(person["reasons"], key=person["reasons"].get, default="")
            table.add_row(
                purpose,
                person["name"],
                "[green]heard" if person["utterances"] else "[red]withheld",
                f"{_REASONS.get(reason, '')} [dim]({reason})",
                str(person["utterances"]),
                str(person["withheld_utterances"]),
            )
        table.add_section()
    console.print(table)
    console.print("[dim]As the ledger has it; its pseudonyms are linked to names with the keys of the store.")


def side_by_side(console: Console, *shown: tuple[Sequence[Line], Sequence[Line], Iterable[int]]) -> None:
    """Print lines as sent and as they left. Each of `shown` has a request's lines before, after, and the indices."""
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column("the client sent", ratio=1)
    table.add_column("left the organization", ratio=1)
    for before, after, indices in shown:
        for index in indices:
            table.add_row(
                Text(f"{before[index].speaker}: {before[index].text}"),
                marked(f"{after[index].speaker}: {after[index].text}"),
            )
        table.add_section()
    console.print(table)


def wire(console: Console, received: Received, shown: int) -> None:
    """Print the head of a request and the beginning of its body, unchanged, with the body's size and digest."""
    console.print(
        Panel(
            Text(received.head.decode()) + Text("\n\n") + marked(received.body[:shown].decode(errors="ignore") + " …"),
            title=f"byte for byte, as the summarizer received them (the first {shown:,} of {len(received.body):,})",
            title_align="left",
            border_style="dim",
        )
    )
    console.print(f"body: {len(received.body):,} bytes, sha256 {hashlib.sha256(received.body).hexdigest()}")


def reply(console: Console, title: str, text: str) -> None:
    """Print what the client got."""
    console.print(Panel(Markdown(text), title=title, title_align="left", border_style="green"))


def ledger(console: Console, verified: str, newest: str) -> None:
    """Print the verification of the ledger, and its newest records."""
    console.print(f"[bold]$ meeting-proxy ledger verify[/]\n{escape(verified.strip())}\n", highlight=False)
    console.print(f"[bold]$ meeting-proxy ledger tail[/]\n{escape(newest.strip())}\n", highlight=False)


def checks(console: Console, results: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Print one line per check: the claim that holds, or what was found against it."""
    for claim, found in results:
        mark = "[red]✗" if found else "[green]✓"
        console.print(f"{mark}[/] {escape(claim)}" + (f"[red]: {escape(json.dumps(found[:5]))}" if found else ""))


def where_next(console: Console, directory: str, config: str) -> None:
    """Print commands and pages to continue with."""
    console.print(
        f"Everything of this run is kept in {directory}: the requests as they left (left.http), the configuration, the "
        "consent records and the ledger. Try",
        highlight=False,
    )
    for command in (
        f"consent list --config {config}",
        f"ledger tail --config {config}",
        "explain --help   # what would leave for a request of yours, and why; it sends nothing",
    ):
        console.print(f"  .venv/bin/meeting-proxy {command}", soft_wrap=True, highlight=False)
    console.print(
        "config/proxy.yaml is the annotated configuration to start from, docs/policy.md says who is heard and why, "
        "docs/threat-model.md says what all this cannot do.",
        highlight=False,
    )


def marked(text: str) -> Text:
    """Return the text with pseudonyms and withheld words in colour."""
    coloured = Text(text)
    coloured.highlight_regex(_PSEUDONYM, "bold green")
    coloured.highlight_regex(_GONE, "bold red")
    return coloured
