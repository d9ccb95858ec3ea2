"""``meeting-proxy terms``: what recipients' terms say, what changed in them, and who accepted them."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from proxy.cli import terms_view as view
from proxy.cli.configuration import DEFAULT_CONFIG, ConfigOption, read
from proxy.cli.stored import JsonOption, iso, note, with_store
from proxy.consent import clauses
from proxy.consent.terms import TermsVersion, diff, digest_of, stale
from proxy.errors import ClientFault

if TYPE_CHECKING:
    from proxy.edge.store.store import Store
    from proxy.settings import Settings

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
    _known(settings, recipient)
    text = text_of(file)
    digest = digest_of(text)

    async def keep(store: Store) -> tuple[bool, list[TermsVersion]]:
        added = await store.add_terms(recipient, version, text, digest, datetime.now(UTC))
        return added, await store.terms_of(recipient)

    added, versions = with_store(settings, keep)
    if not added and next(v.digest for v in versions if v.version == version) != digest:
        raise ClientFault("terms_differ", f"version {version} is on file with another text; give this one its own name")
    reading = clauses.read(text)
    current = settings.recipients[recipient].terms.version
    if current != version:
        note(f"the configuration names version {current}: change recipients.{recipient}.terms.version when it applies")
    if as_json:
        facts = {"recipient": recipient, "version": version, "digest": digest, "added": added}
        typer.echo(json.dumps(facts | view.plain_reading(reading)))
        return
    typer.echo(f"{recipient} {version}: {'kept' if added else 'on file already'}, {digest}")
    view.show_reading(reading)


@app.command("list")
def listed(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """All versions on file, which one applies, who accepted it, and how many grants are stale because of it."""
    settings = read(config)

    async def look_up(store: Store) -> dict[str, Any]:
        grants = await store.grants_listed()
        recipients: dict[str, Any] = {}
        for name, recipient in settings.recipients.items():
            outdated = stale(grants, name, recipient.terms.version, settings.consent.reconsents)
            recipients[name] = {
                "current": recipient.terms.version,
                "stale_grants": len(outdated),
                "people_to_ask_again": sorted({grant.participant for grant in outdated}),
                "versions": [_facts(each) for each in await store.terms_of(name)],
            }
        return {"recipients": recipients}

    found = with_store(settings, look_up)
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    else:
        view.show_versions(found["recipients"])


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
    _known(settings, recipient)
    versions = with_store(settings, lambda store: store.terms_of(recipient))
    old, new = _two(recipient, versions, before, after)
    changes = diff(old.text, new.text)
    if as_json:
        facts = {"recipient": recipient, "before": old.version, "after": new.version}
        typer.echo(json.dumps(facts | {"changes": [view.plain_change(each) for each in changes]}, ensure_ascii=False))
    else:
        view.show_changes(old.version, new.version, changes)


@app.command()
def accept(
    recipient: RecipientArgument,
    version: Annotated[str, typer.Argument(help="The version that is accepted.")],
    by: Annotated[str, typer.Option(help="Who accepts it for the organization.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Record that the organization accepted a version. It is no consent of anybody's: people are asked themselves."""
    settings = read(config)
    _known(settings, recipient)

    async def note_acceptance(store: Store) -> tuple[bool, list[TermsVersion]]:
        done = await store.accept_terms(recipient, version, by, datetime.now(UTC))
        return done, await store.terms_of(recipient)

    done, versions = with_store(settings, note_acceptance)
    held = _version(recipient, versions, version)
    if not done:
        note(f"accepted before, at {iso(held.accepted_at)} by {held.accepted_by}; that stands")
    serious = clauses.read(held.text).serious
    if serious:
        note(f"{len(serious)} clauses of this version are serious; see 'meeting-proxy terms read'")
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


def _known(settings: Settings, recipient: str) -> None:
    if recipient not in settings.recipients:
        known = ", ".join(sorted(settings.recipients))
        raise ClientFault("unknown_recipient", f"the recipients are: {known}")


def _two(
    recipient: str, versions: list[TermsVersion], before: str | None, after: str | None
) -> tuple[TermsVersion, TermsVersion]:
    if before is not None and after is not None:
        return _version(recipient, versions, before), _version(recipient, versions, after)
    last = versions[-1:] if before is None else [_version(recipient, versions, before)]
    if before is not None:
        return last[0], versions[-1]
    if len(versions) < 2:
        raise ClientFault("terms_unknown", f"fewer than two versions of {recipient}'s terms are on file; add them")
    return versions[-2], last[0]


def _version(recipient: str, versions: list[TermsVersion], version: str) -> TermsVersion:
    for each in versions:
        if each.version == version:
            return each
    known = ", ".join(each.version for each in versions) or "none"
    raise ClientFault("terms_unknown", f"this version of {recipient}'s terms is not on file; there are: {known}")


def _facts(version: TermsVersion) -> dict[str, Any]:
    facts = dataclasses.asdict(version)
    shown = {key: facts[key] for key in ("version", "digest", "accepted_by")}
    return shown | {"added_at": iso(version.added_at), "accepted_at": iso(version.accepted_at)}
