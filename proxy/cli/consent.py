"""``meeting-proxy consent``: what people allowed, refused and took back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from proxy.cli import carried as past
from proxy.cli import consent_files
from proxy.cli.configuration import DEFAULT_CONFIG, ConfigOption, read
from proxy.cli.invite import invite
from proxy.cli.stored import JsonOption, instant, iso, new_id, note, with_store
from proxy.consent.grants import ANY_RECIPIENT, GrantState, Scope
from proxy.desk import consents
from proxy.desk.consents import Said
from proxy.edge.ledger.past import LedgerFolder

app = typer.Typer(no_args_is_help=True)
app.command("receipt")(consent_files.receipt)
app.command("import")(consent_files.import_)
app.command("export")(consent_files.export)
app.command("invite")(invite)

ParticipantOption = Annotated[str, typer.Option("--participant", help="Id, address or name of somebody on file.")]
NewOption = Annotated[
    bool, typer.Option("--not-yet-on-file", help="Record it for an id that no roster has yet, as written.")
]
ScopeOption = Annotated[Scope, typer.Option(help="How wide it reaches.")]
ScopeIdOption = Annotated[str | None, typer.Option(help="Id of the meeting or series; for org, its configured name.")]
PurposeOption = Annotated[str, typer.Option(help="For what: summary, action_items, compose, … or your own x-….")]
RecipientOption = Annotated[str, typer.Option(help="To whom: a recipient's name (better), or * for any.")]
TermsOption = Annotated[str | None, typer.Option(help="Version of the terms; default: the recipient's current one.")]
FromOption = Annotated[
    datetime | None, typer.Option("--from", parser=instant, metavar="ISO", help="From when on; default: now.")
]
UntilOption = Annotated[
    datetime | None, typer.Option("--until", parser=instant, metavar="ISO", help="Until when; default: no end.")
]
MethodOption = Annotated[str, typer.Option(help="How it was said: explicit_click, verbal, dtmf, written.")]
EvidenceOption = Annotated[str | None, typer.Option(help="Where the proof is kept, such as a form's number.")]
ActorOption = Annotated[str | None, typer.Option(help="Id of who said it; default: the person, by their own word.")]
GuardianOption = Annotated[bool, typer.Option("--guardian", help="A guardian said it; name them with --actor.")]


@app.command()
def grant(
    participant: ParticipantOption,
    purpose: PurposeOption,
    scope: ScopeOption,
    method: MethodOption,
    scope_id: ScopeIdOption = None,
    recipient: RecipientOption = ANY_RECIPIENT,
    terms: TermsOption = None,
    since: FromOption = None,
    until: UntilOption = None,
    evidence: EvidenceOption = None,
    actor: ActorOption = None,
    covers_earlier: Annotated[
        bool, typer.Option("--covers-earlier", help="The notice said that words spoken before count too.")
    ] = False,
    guardian: GuardianOption = False,
    not_yet_on_file: NewOption = False,
    pre_ticked: Annotated[
        bool, typer.Option("--pre-ticked", help="The box was ticked beforehand: no consent, and refused.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Record that a person said yes. With --json, prints the receipt to hand to them.

    Refused (exit code 1): a box that was ticked beforehand, a yes by somebody else, a method that policy does not
    accept.
    """
    said = Said(
        participant=participant,
        state=GrantState.GRANTED,
        scope=scope,
        scope_id=scope_id,
        purpose=purpose,
        recipient=recipient,
        terms_version=terms,
        valid_from=since,
        valid_until=until,
        method=method,
        affirmative=not pre_ticked,
        actor=actor,
        evidence_ref=evidence,
        covers_earlier=covers_earlier,
        guardian=guardian,
    )
    _record(config, said, as_json=as_json, not_yet_on_file=not_yet_on_file)


def _no(state: GrantState, explained: str) -> Callable[..., None]:
    """The command that records a no of this kind."""

    def command(
        participant: ParticipantOption,
        purpose: PurposeOption,
        scope: ScopeOption,
        scope_id: ScopeIdOption = None,
        recipient: RecipientOption = ANY_RECIPIENT,
        terms: TermsOption = None,
        since: FromOption = None,
        method: MethodOption = "unspecified",
        evidence: EvidenceOption = None,
        actor: ActorOption = None,
        guardian: GuardianOption = False,
        not_yet_on_file: NewOption = False,
        config: ConfigOption = DEFAULT_CONFIG,
        as_json: JsonOption = False,
    ) -> None:
        said = Said(
            participant=participant,
            state=state,
            scope=scope,
            scope_id=scope_id,
            purpose=purpose,
            recipient=recipient,
            terms_version=terms,
            valid_from=since,
            method=method,
            actor=actor,
            evidence_ref=evidence,
            guardian=guardian,
        )
        _record(config, said, as_json=as_json, not_yet_on_file=not_yet_on_file)

    command.__doc__ = explained
    return command


app.command("deny")(
    _no(
        GrantState.DENIED,
        "Record that a person said no. It counts at once and has no end: for all they say in the scope, whenever.",
    )
)
app.command("withdraw")(
    _no(
        GrantState.WITHDRAWN,
        "Record that a person took a yes back. It counts from the next request on; what has left, has left.",
    )
)


@app.command("list")
def listed(
    participant: Annotated[str | None, typer.Option(help="Only this person's: id, address or name.")] = None,
    scope: Annotated[Scope | None, typer.Option(help="Only of this width.")] = None,
    scope_id: Annotated[str | None, typer.Option(help="Only of this meeting, series or organization.")] = None,
    purpose: Annotated[str | None, typer.Option(help="Only for this purpose.")] = None,
    recipient: Annotated[str | None, typer.Option(help="Only to this recipient.")] = None,
    state: Annotated[GrantState | None, typer.Option(help="Only records that say this.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """The records on file, oldest first; with --json one a line."""
    wanted = consents.Wanted(participant, scope, scope_id, purpose, recipient, state)
    records = with_store(read(config), lambda store: consents.listed(store, wanted))
    if as_json:
        for record in records:
            typer.echo(json.dumps(record._asdict(), default=iso, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.text import Text

    styles = {GrantState.GRANTED: "green", GrantState.DENIED: "red", GrantState.WITHDRAWN: "yellow"}
    console = Console()
    for record in records:
        said = Text(f"{record.participant}  ", "bold").append(record.state.value, styles.get(record.state, ""))
        said.append(f"  {record.purpose} by {record.recipient} (terms {record.terms_version})", "default")
        until = f" until {iso(record.valid_until)}" if record.valid_until else ""
        console.print(said.append(f" in {record.scope.value} {record.scope_id}"))
        told = f"{record.method} by {record.actor}, recorded {iso(record.recorded_at)}"
        console.print(
            f"    from {iso(record.valid_from)}{until}; {told}; record {record.id}", style="dim", highlight=False
        )


def _record(config: Path, said: Said, *, as_json: bool, not_yet_on_file: bool) -> None:
    """Record what was said, under the id of whom the option names."""
    if said.scope is not Scope.ORG and not said.scope_id:
        raise typer.BadParameter(f"name the {said.scope.value} with --scope-id", param_hint="--scope-id")
    settings = read(config)
    draft = consents.drafted(said, settings, datetime.now(UTC), f"cr-{new_id()}")
    ledger = LedgerFolder(Path(settings.ledger.directory))
    done = with_store(
        settings, lambda store: consents.record(store, ledger, draft, settings, as_written=not_yet_on_file)
    )
    for remark in done.remarks:
        note(remark)
    if as_json:
        left = {} if done.left is None else {"already_left": past.plain(done.left)}
        typer.echo(json.dumps({**done.receipt, **left}, ensure_ascii=False))
        return
    record = done.record
    reach = f"{record.scope.value} {record.scope_id}"
    typer.echo(f"{record.id}: {record.participant} {record.state.value} {record.purpose} in {reach}, recorded")
    if done.left is not None:
        past.show(record.participant, done.left)
