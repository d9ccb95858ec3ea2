"""How a simulation looks on a terminal and to scripts: people by id, counts, reason codes; no text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from proxy.cli.recorded import Recorded
from proxy.comparison import Comparison, Moved, Turn

Found = Sequence[tuple[Recorded, Comparison]]


def plain(found: Found) -> dict[str, Any]:
    """A simulation for scripts."""
    return {
        "changed": any(comparison.changed for _, comparison in found),
        "requests": [
            {
                "meeting": recorded.meeting,
                "file": str(recorded.file),
                "changed": comparison.changed,
                "refusal_before": comparison.before,
                "refusal_after": comparison.after,
                "people": [_plain(moved) for moved in comparison.moved],
                "newly_kept": dict(comparison.newly_kept),
                "newly_removed": dict(comparison.newly_removed),
                "newly_uncovered": dict(comparison.newly_uncovered),
                "leaves_otherwise": comparison.otherwise,
            }
            for recorded, comparison in found
        ],
        "totals": totals(found),
    }


def totals(found: Found) -> dict[str, Any]:
    """Sums over all requests."""
    moved = [each for _, comparison in found for each in comparison.moved]
    kept: Counter[str] = Counter()
    for _, comparison in found:
        kept.update(comparison.newly_kept)
    return {
        "requests": len(found),
        "requests_changed": sum(comparison.changed for _, comparison in found),
        "refused_before": sum(comparison.before is not None for _, comparison in found),
        "refused_after": sum(comparison.after is not None for _, comparison in found),
        **{
            f"{what}_{turn.value}": sum(getattr(each, what) for each in moved if each.turn is turn)
            for turn in Turn
            for what in ("utterances", "characters")
        },
        "newly_kept": dict(kept),
    }


def show(found: Found) -> None:
    """A simulation for people."""
    console = Console()
    table = Table("meeting", "participant", "would", "utterances", "characters", "now", "then")
    for recorded, comparison in found:
        for moved in comparison.moved:
            would = "[red]newly leave[/]" if moved.turn is Turn.LEAVES else "[green]newly stay[/]"
            counts = (str(moved.utterances), str(moved.characters))
            whose = moved.participant or "unknown or nobody"
            table.add_row(recorded.meeting, whose, would, *counts, moved.before, moved.after)
    if table.row_count:
        console.print(table)
    for recorded, comparison in found:
        for remark in _remarks(comparison):
            console.print(f"{recorded.meeting}: {remark}", soft_wrap=True, highlight=False, markup=False)
    sums = totals(found)
    console.print(
        f"{sums['requests_changed']} of {sums['requests']} requests change; refused: {sums['refused_before']} now, "
        f"{sums['refused_after']} then; utterances newly leaving: {sums['utterances_newly_leaves']}, newly staying: "
        f"{sums['utterances_newly_withheld']}",
        soft_wrap=True,
    )


def _plain(moved: Moved) -> dict[str, Any]:
    return {
        "participant": moved.participant,
        "turn": moved.turn.value,
        "before": moved.before,
        "after": moved.after,
        "utterances": moved.utterances,
        "characters": moved.characters,
    }


def _remarks(comparison: Comparison) -> list[str]:
    remarks = []
    if comparison.before != comparison.after:
        remarks.append(f"{_answer(comparison.before)} now, {_answer(comparison.after)} then")
    for counts, what in (
        (comparison.newly_kept, "newly kept in"),
        (comparison.newly_removed, "newly removed"),
        (comparison.newly_uncovered, "words newly leaving in languages not covered whole"),
    ):
        if counts:
            remarks.append(f"{what}: {_counts(counts)}")
    if comparison.otherwise:
        remarks.append("the same words leave, otherwise replaced or addressed")
    return remarks


def _answer(refusal: str | None) -> str:
    return f"refused ({refusal})" if refusal else "answered"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{kind} ×{count}" for kind, count in sorted(counts.items()))
