"""Whose each stretch of a request is, in the order of the request, with what shows it; texts only for who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from proxy.model import SlotKind

if TYPE_CHECKING:
    from proxy.model import Slot
    from proxy.steps.heard import Hearing, Said

_SHOWN = 60


def origins(hearing: Hearing) -> list[dict[str, Any]]:
    """The stretches of all slots: where, what it is, whose, and the proof."""
    slots = {slot.index: slot for slot in hearing.slots}
    rows = [
        _row(slots[part.slot], part.span.start, part.span.end, "instruction", None, _own(slots[part.slot], hearing))
        for part in hearing.instructed
    ]
    for said in hearing.said:
        origin, proof = _said(said)
        rows += [
            _row(slots[said.slot], span.start, span.end, origin, said.participant, proof)
            for span in said.utterance.words
        ]
    return sorted((row for row in rows if row["text"].strip()), key=lambda row: (row["slot"], row["start"]))


def _row(slot: Slot, start: int, end: int, origin: str, participant: str | None, proof: str) -> dict[str, Any]:
    text = slot.text[start:end]
    return {
        "slot": slot.index, "where": slot.where, "start": start, "end": end, "origin": origin,
        "participant": participant, "proof": proof, "text": text,
    }  # fmt: skip


def _own(slot: Slot, hearing: Hearing) -> str:
    if hearing.listed:
        return "listed by the client's profile, or typed by its user"
    if slot.index in hearing.proven:
        return "line of the client's profile"
    if slot.kind is SlotKind.INSTRUCTIONS:
        return "field of instructions"
    return "stands beside a transcript, no trace of speech"


def _said(said: Said) -> tuple[str, str]:
    if said.sources is not None:
        return "derived", "given back by exchange " + ", ".join(source.exchange for source in said.sources)
    if said.unattributed:
        return "nobody's", "nothing proves whose it is"
    if said.participant is None:
        return "unknown speaker", "its label is nobody's on the roster"
    label = said.utterance.label is not None or said.utterance.speaker is not None
    return "said", "label of a known layout" if label else "the client acts for this person"


def show_origins(rows: list[dict[str, Any]], console: Console) -> None:
    """The stretches for people, and what to do where some are nobody's."""
    table = Table("where", "origin", "participant", "proof", "begins with")
    for row in rows:
        begins = " ".join(row["text"].split())[:_SHOWN]
        # Text of a client is no markup.
        table.add_row(row["where"], row["origin"], row["participant"] or "", row["proof"], Text(begins))
    console.print(table)
    if any(row["origin"] == "nobody's" for row in rows):
        from proxy.steps.refusing import REMEDY

        console.print(
            f"Words that are nobody's leave only if everybody present may be heard. {REMEDY}.", highlight=False
        )
