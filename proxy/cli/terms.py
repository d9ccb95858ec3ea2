"""``meeting-proxy terms``: what recipients' terms say, what changed in them, and who accepted them.

Shows versions, changes and clauses, quoted by sentence, on a terminal and as JSON for scripts.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, JsonOption, iso, note, read, screen, with_store
from proxy.cli.terminal import Table
from proxy.consent import clauses
from proxy.consent.clause_stance import Stance
from proxy.consent.clauses import Code, Flag, Reading
from proxy.consent.terms import Change, ChangeKind, TermsVersion
from proxy.desk import terms as desk

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
    """Return a reading for scripts."""
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
    """Print a reading for people: serious clauses first, promises last."""
    console = screen()
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
    """Print all versions of all recipients."""
    table = Table("recipient", "version", "added", "accepted", "digest")
    for name, facts in recipients.items():
        for each in facts["versions"]:
            mark = " (current)" if each["version"] == facts["current"] else ""
            accepted = f"{each['accepted_at']} by {each['accepted_by']}" if each["accepted_at"] else "by nobody"
            table.add_row(name, each["version"] + mark, each["added_at"], accepted, each["digest"][:19])
        if all(each["version"] != facts["current"] for each in facts["versions"]):
            table.add_row(name, f"{facts['current']} (current)", "its text is not on file", "", "")
    screen().print(table)
    for name, facts in recipients.items():
        people = len(facts["people_to_ask_again"])
        if facts["stale_grants"]:
            console_line = f"{name}: {facts['stale_grants']} grants are stale under {facts['current']}"
            screen().print(f"{console_line}; {people} people have to be asked again", soft_wrap=True)


def plain_change(change: Change) -> dict[str, Any]:
    """Return a change for scripts."""
    return {
        "kind": change.kind.value,
        "section": (change.after or change.before).section or None,  # type: ignore[union-attr]
        "before": change.before.text if change.before else None,
        "after": change.after.text if change.after else None,
    }


def show_changes(before: str, after: str, changes: Sequence[Change]) -> None:
    """Print changes for people, sentence by sentence."""
    console = screen()
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


app = typer.Typer(no_args_is_help=True)

MAX_BYTES = 4 << 20

RecipientArgument = Annotated[str, typer.Argument(help="A recipient's configured name.")]


@app.command()
def add(
    recipient: RecipientArgument,
    file: Annotated[Path, typer.Argument(help="The terms as plain text, UTF-8.")],
    version: Annotated[str, typer.Option(help="The version, as 'recipients' in the configuration names it.")],
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Keep a version of a recipient's terms as text. A version is never changed: another text is another version.

    Refused (exit code 1): a version that is already on file with another text.
    """
    settings = read(config)
    desk.check_recipient(settings, recipient)
    text = text_of(file)
    kept = with_store(settings, lambda s: desk.keep(s, settings, recipient, version, text=text, now=datetime.now(UTC)))
    if kept.current != version:
        applies = f"change recipients.{recipient}.terms.version when it applies"
        note(f"the configuration names version {kept.current}: {applies}")
    if as_json:
        facts = {"recipient": recipient, "version": version, "digest": kept.digest, "added": kept.added}
        typer.echo(json.dumps(facts | plain_reading(kept.reading)))
        return
    typer.echo(f"{recipient} {version}: {'kept' if kept.added else 'on file already'}, {kept.digest}")
    show_reading(kept.reading)


@app.command("list")
def listed(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """List all versions on file, which one applies, who accepted it, and how many grants it makes stale."""
    settings = read(config)
    found = {
        name: {
            "current": each.current,
            "stale_grants": len(each.outdated),
            "people_to_ask_again": sorted({grant.participant for grant in each.outdated}),
            "versions": [_facts(version) for version in each.versions],
        }
        for name, each in with_store(settings, lambda store: desk.listed(store, settings)).items()
    }
    if as_json:
        typer.echo(json.dumps({"recipients": found}, indent=2))
    else:
        show_versions(found)


@app.command("diff")
def compare(
    recipient: RecipientArgument,
    before: Annotated[str | None, typer.Argument(help="The older version; default: the one before.")] = None,
    after: Annotated[str | None, typer.Argument(help="The newer version; default: the one added last.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show what changed from one version to another, sentence by sentence. Exit code 0 also when nothing did."""
    settings = read(config)
    desk.check_recipient(settings, recipient)
    found = with_store(settings, lambda store: desk.compare(store, recipient, before, after))
    if as_json:
        facts = {"recipient": recipient, "before": found.before, "after": found.after}
        changes = [plain_change(each) for each in found.changes]
        typer.echo(json.dumps(facts | {"changes": changes}, ensure_ascii=False))
    else:
        show_changes(found.before, found.after, found.changes)


@app.command()
def accept(
    recipient: RecipientArgument,
    version: Annotated[str, typer.Argument(help="The version that is accepted.")],
    by: Annotated[str, typer.Option(help="Who accepts it for the organization.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Record that the organization accepted a version. This is nobody's consent: each person is asked themselves."""
    settings = read(config)
    desk.check_recipient(settings, recipient)
    done = with_store(settings, lambda store: desk.accept(store, recipient, version, by, datetime.now(UTC)))
    held = done.version
    if done.before:
        note(f"accepted before, at {iso(held.accepted_at)} by {held.accepted_by}; that stands")
    if done.serious:
        note(f"{done.serious} clauses of this version are serious; see 'meeting-proxy terms read'")
    typer.echo(f"{recipient} {version}: accepted by {held.accepted_by} at {iso(held.accepted_at)}")


@app.command("read")
def read_file(
    file: Annotated[Path, typer.Argument(help="The terms as plain text, UTF-8; English.")], as_json: JsonOption = False
) -> None:
    """Show the clauses that take content, licences, telemetry or consent, by their sentences. No store is needed.

    Exit code 0: nothing serious was found, which does not mean that there is nothing; 1: something serious was found,
    or the text is not English and was not understood.
    """
    reading = clauses.read(text_of(file))
    if as_json:
        typer.echo(json.dumps(plain_reading(reading), indent=2, ensure_ascii=False))
    else:
        show_reading(reading)
    raise typer.Exit(1 if reading.serious or not reading.english else 0)


def text_of(file: Path) -> str:
    """Return a file's text. On a problem, prints what is wrong and exits with code 2."""
    try:
        raw = file.read_bytes()
        if len(raw) <= MAX_BYTES:
            return raw.decode("utf-8-sig")
        problem = f"is larger than {MAX_BYTES >> 20} MiB"
    except OSError as error:
        problem = str(error.strerror)
    except UnicodeDecodeError:
        problem = "is not UTF-8 text; save the terms as plain text"
    typer.echo(f"{file}: {problem}", err=True)
    raise typer.Exit(2)


def _facts(version: TermsVersion) -> dict[str, Any]:
    facts = dataclasses.asdict(version)
    shown = {key: facts[key] for key in ("version", "digest", "accepted_by")}
    return shown | {"added_at": iso(version.added_at), "accepted_at": iso(version.accepted_at)}
