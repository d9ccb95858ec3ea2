"""Every utterance of a request with its verdict: who, when, why, and by which record; its text only where asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from proxy.cli.stored import iso

if TYPE_CHECKING:
    from proxy.planning import Planned


def listed(planned: Planned, *, with_text: bool) -> list[dict[str, Any]]:
    """All utterances in the order of the request; empty where it was refused before anybody was asked."""
    consulted = planned.consulted
    if consulted is None:
        return []
    texts = {slot.index: slot.text for slot in consulted.hearing.slots}
    rows: list[dict[str, Any]] = []
    heard = zip(consulted.hearing.said, consulted.speeches, consulted.decision.verdicts, strict=True)
    for index, (said, speech, verdict) in enumerate(heard):
        row: dict[str, Any] = {
            "index": index,
            "slot": said.slot,
            "at": iso(speech.spoken.start) if speech.spoken else None,
            "until": iso(speech.spoken.until) if speech.spoken else None,
            "participant": said.participant,
            "unattributed": said.unattributed,
            "characters": speech.characters,
            "leaves": verdict.admitted and consulted.decision.refusal is None,
            "reason": str(verdict.reason),
            "grants": list(verdict.grants),
        }
        if with_text:
            row["text"] = " ".join(texts[said.slot][span.start : span.end] for span in said.utterance.words)
        rows.append(row)
    return rows


def show_utterances(rows: Sequence[dict[str, Any]], console: Console) -> None:
    """The list for people."""
    if not rows:
        return
    with_text = "text" in rows[0]
    table = Table("#", "spoken at", "participant", "leaves", "why", "decided by", *(["text"] if with_text else []))
    for row in rows:
        nobody = "nobody claims it" if row["unattributed"] else "unknown"
        cells = [str(row["index"]), row["at"] or "time unknown", row["participant"] or nobody]
        cells += ["yes" if row["leaves"] else "no", row["reason"], ", ".join(row["grants"]) or "no record"]
        # Text of a client is no markup.
        table.add_row(*cells, *([Text(row["text"])] if with_text else []))
    console.print(table)
