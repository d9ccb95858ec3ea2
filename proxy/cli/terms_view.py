"""How terms look on a terminal and to scripts: versions, changes, and clauses by their sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from proxy.consent.clause_stance import Stance
from proxy.consent.clauses import Code, Flag, Reading
from proxy.consent.terms import Change, ChangeKind

ABOUT = {
    Code.TRAINING_LICENCE: "content for training models",
    Code.BROAD_LICENCE: "a perpetual, irrevocable, worldwide, sublicensable or transferable licence",
    Code.TELEMETRY_TAKEN: "telemetry or service generated data",
    Code.ENDLESS_RETENTION: "retention without limit",
    Code.THIRD_PARTIES: "sharing with third parties",
    Code.DEEMED_CONSENT: "consent implied by use",
    Code.UNILATERAL_CHANGE: "change of the terms without agreement",
}
_SAYS = {
    Stance.TAKES: ("TAKES", "bold yellow"),
    Stance.ASKS: ("asks first", "cyan"),
    Stance.PROMISES: ("promises not to", "green"),
}
_MARKS = {ChangeKind.ADDED: ("+", "green"), ChangeKind.REMOVED: ("-", "red"), ChangeKind.CHANGED: ("~", "yellow")}
NOT_ENGLISH = "This is not English, which is all that is read here: have it read by somebody who knows the language."
NO_LAWYER = "Words were read, not meanings: what is not shown here may still be there."


def plain_reading(reading: Reading) -> dict[str, Any]:
    """A reading for scripts."""
    return {
        "english": reading.english,
        "sentences": reading.sentences,
        "serious": len(reading.serious),
        "clauses": [
            {
                "code": flag.code.value,
                "stance": flag.stance.value,
                "serious": flag.serious,
                "section": flag.sentence.section or None,
                "sentence": flag.sentence.read_with_lead,
                "span": list(flag.sentence.span),
                "words": list(flag.terms),
            }
            for flag in reading.flags
        ],
    }


def show_reading(reading: Reading) -> None:
    """A reading for people: what is serious first, promises last."""
    console = Console()
    for flag in sorted(reading.flags, key=_order):
        word, style = _SAYS[flag.stance]
        section = f" (section {flag.sentence.section})" if flag.sentence.section else ""
        serious = "SERIOUS: " if flag.serious else ""
        console.print(Text(f"{serious}{word}: {ABOUT[flag.code]}{section} [{flag.code}]", style=style))
        console.print(Text(f"  {flag.sentence.read_with_lead}"), soft_wrap=True)
    if not reading.english:
        console.print(Text(NOT_ENGLISH, style="bold red"))
    console.print(f"{reading.sentences} sentences, {len(reading.serious)} serious clauses. {NO_LAWYER}", soft_wrap=True)


def _order(flag: Flag) -> tuple[bool, bool, int]:
    return (not flag.serious, flag.stance is Stance.PROMISES, flag.sentence.span.start)


def show_versions(recipients: Mapping[str, Any]) -> None:
    """All versions of all recipients."""
    table = Table("recipient", "version", "added", "accepted", "digest")
    for name, facts in recipients.items():
        for each in facts["versions"]:
            mark = " (current)" if each["version"] == facts["current"] else ""
            accepted = f"{each['accepted_at']} by {each['accepted_by']}" if each["accepted_at"] else "by nobody"
            table.add_row(name, each["version"] + mark, each["added_at"], accepted, each["digest"][:19])
        if all(each["version"] != facts["current"] for each in facts["versions"]):
            table.add_row(name, f"{facts['current']} (current)", "its text is not on file", "", "")
    Console().print(table)
    for name, facts in recipients.items():
        people = len(facts["people_to_ask_again"])
        if facts["stale_grants"]:
            console_line = f"{name}: {facts['stale_grants']} grants are stale under {facts['current']}"
            Console().print(f"{console_line}; {people} people have to be asked again", soft_wrap=True)


def plain_change(change: Change) -> dict[str, Any]:
    """A change for scripts."""
    return {
        "kind": change.kind.value,
        "section": (change.after or change.before).section or None,  # type: ignore[union-attr]
        "before": change.before.text if change.before else None,
        "after": change.after.text if change.after else None,
    }


def show_changes(before: str, after: str, changes: Sequence[Change]) -> None:
    """Changes for people, sentence by sentence."""
    console = Console()
    console.print(f"{before} → {after}: {len(changes)} sentences differ")
    for change in changes:
        mark, style = _MARKS[change.kind]
        here = change.after or change.before
        section = f" {here.section}" if here and here.section else ""
        console.print(Text(f"{mark}{section} {change.kind.value}", style=f"bold {style}"))
        if change.before is not None:
            console.print(Text(f"  - {change.before.text}", style="red"), soft_wrap=True)
        if change.after is not None:
            console.print(Text(f"  + {change.after.text}", style="green"), soft_wrap=True)
