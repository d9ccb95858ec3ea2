"""``meeting-proxy terms``: what recipients' terms say, what changed in them, and who accepted them."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from proxy.cli import terms_view as view
from proxy.cli.configuration import DEFAULT_CONFIG, ConfigOption, read
from proxy.cli.stored import JsonOption, iso, note, with_store
from proxy.consent import clauses
from proxy.consent.terms import TermsVersion
from proxy.desk import terms as desk

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

    Refused (exit code 1): a version that is on file with another text.
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
        typer.echo(json.dumps(facts | view.plain_reading(kept.reading)))
        return
    typer.echo(f"{recipient} {version}: {'kept' if kept.added else 'on file already'}, {kept.digest}")
    view.show_reading(kept.reading)


@app.command("list")
def listed(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """All versions on file, which one applies, who accepted it, and how many grants are stale because of it."""
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
        view.show_versions(found)


@app.command("diff")
def compare(
    recipient: RecipientArgument,
    before: Annotated[str | None, typer.Argument(help="The older version; default: the one before.")] = None,
    after: Annotated[str | None, typer.Argument(help="The newer version; default: the one added last.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """What changed from one version to another, sentence by sentence. Exit code 0 also when nothing did."""
    settings = read(config)
    desk.check_recipient(settings, recipient)
    found = with_store(settings, lambda store: desk.compare(store, recipient, before, after))
    if as_json:
        facts = {"recipient": recipient, "before": found.before, "after": found.after}
        changes = [view.plain_change(each) for each in found.changes]
        typer.echo(json.dumps(facts | {"changes": changes}, ensure_ascii=False))
    else:
        view.show_changes(found.before, found.after, found.changes)


@app.command()
def accept(
    recipient: RecipientArgument,
    version: Annotated[str, typer.Argument(help="The version that is accepted.")],
    by: Annotated[str, typer.Option(help="Who accepts it for the organization.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Record that the organization accepted a version. It is no consent of anybody's: people are asked themselves."""
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

    Exit code 0: nothing serious was found, which is no promise that there is nothing; 1: something serious was
    found, or the text is not English and was not understood.
    """
    reading = clauses.read(text_of(file))
    if as_json:
        typer.echo(json.dumps(view.plain_reading(reading), indent=2, ensure_ascii=False))
    else:
        view.show_reading(reading)
    raise typer.Exit(1 if reading.serious or not reading.english else 0)


def text_of(file: Path) -> str:
    """A file's text, or an exit with code 2 and what is wrong with it."""
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
