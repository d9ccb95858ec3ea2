"""``meeting-proxy consent``: record and list what people allowed, refused and withdrew.

``meeting-proxy consent invite`` prints one signed link per person, for a mail merge.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from proxy.cli import already_left as past
from proxy.cli import consent_files
from proxy.cli.shared import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    instant,
    iso,
    new_id,
    note,
    read,
    screen,
    with_store,
)
from proxy.consent.records import ANY_RECIPIENT, ConsentState, Scope
from proxy.desk import consents
from proxy.desk.consents import ConsentStatement
from proxy.edge.ledger.past_exchanges import LedgerFolder

_LIFE = re.compile(r"([1-9]\d{0,3})([hd])")


def lifetime(written: str) -> timedelta:
    """Parse the duration of an option: hours or days, such as 12h or 30d."""
    found = _LIFE.fullmatch(written)
    if found is None:
        raise typer.BadParameter("write hours or days, such as 12h or 30d")
    return timedelta(hours=int(found[1])) if found[2] == "h" else timedelta(days=int(found[1]))


def invite(
    purpose: Annotated[list[str], typer.Option(help="What to ask for: summary, compose, …; repeat for more.")],
    meeting: Annotated[str | None, typer.Option(help="Ask about this meeting.")] = None,
    series: Annotated[str | None, typer.Option(help="Ask about all meetings of this series.")] = None,
    participant: Annotated[
        list[str] | None, typer.Option(help="Ask only this person: id, address or name; repeat for more.")
    ] = None,
    recipient: Annotated[
        list[str] | None, typer.Option(help="Who would receive; repeat for more. Default: all that may.")
    ] = None,
    expires: Annotated[
        timedelta, typer.Option(parser=lifetime, metavar="30d", help="When the link ends, and a yes given with it.")
    ] = "30d",  # type: ignore[assignment]
    covers_earlier: Annotated[
        bool, typer.Option("--covers-earlier", help="A yes counts for words spoken before it too; the page says so.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Print a link for each person, on which they say yes or no. Sends nothing and records nothing.

    A link is as good as the person's word: send each link to its person alone. With --json, prints one object per line;
    otherwise participant, e-mail address and link, separated by tabs.
    """
    from proxy.consent.invitations import token_of
    from proxy.desk import invitations
    from proxy.edge.pages.opening import link_key

    settings = read(config)
    pages = invitations.pages_of(settings)
    scope, scope_id = _scope(meeting, series)
    asking = invitations.Asking(
        scope=scope,
        scope_id=scope_id,
        offers=invitations.offers(settings, list(dict.fromkeys(purpose)), recipient),
        expires=(datetime.now(UTC) + expires).replace(microsecond=0),
        covers_earlier=covers_earlier,
        participants=participant,
    )
    secret = link_key(pages)
    invited, left_out = with_store(
        settings, lambda store: invitations.invite(store, asking, settings, partial(secrets.token_urlsafe, 12))
    )
    for remark in left_out:
        note(remark)
    for person, asked in ((each.person, each.invitation) for each in invited):
        link = f"{pages.base_url.rstrip('/')}/c/{token_of(asked, secret)}"
        email = person.emails[0] if person.emails else ""
        facts = {"participant": person.id, "name": person.name, "email": email, "link": link}
        facts |= {"invitation": asked.id, "expires": iso(asked.expires) or ""}
        typer.echo(json.dumps(facts, ensure_ascii=False) if as_json else f"{person.id}\t{email}\t{link}")


def _scope(meeting: str | None, series: str | None) -> tuple[Scope, str]:
    if (meeting is None) == (series is None):
        raise typer.BadParameter("name either --meeting or --series", param_hint="--meeting")
    return (Scope.MEETING, meeting) if meeting is not None else (Scope.SERIES, series or "")


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
ActorOption = Annotated[
    str | None, typer.Option(help="Who said it: id, address or name; default: the person, by their own word.")
]
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

    Refused with exit code 1: a box that was ticked beforehand, a yes given by somebody else, or a method that the
    policy does not accept.
    """
    said = ConsentStatement(
        participant=participant,
        state=ConsentState.GRANTED,
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


def _no(state: ConsentState, explained: str) -> Callable[..., None]:
    """Return the command that records a refusal in this state."""

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
        said = ConsentStatement(
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
        ConsentState.DENIED,
        "Record that a person said no. It counts at once and has no end: for all they say in the scope, whenever.",
    )
)
app.command("withdraw")(
    _no(
        ConsentState.WITHDRAWN,
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
    state: Annotated[ConsentState | None, typer.Option(help="Only records that say this.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """List the consent records on file, oldest first; with --json, one per line."""
    wanted = consents.Wanted(participant, scope, scope_id, purpose, recipient, state)
    records = with_store(read(config), lambda store: consents.listed(store, wanted))
    if as_json:
        for record in records:
            typer.echo(json.dumps(record._asdict(), default=iso, ensure_ascii=False))
        return
    from rich.text import Text

    styles = {ConsentState.GRANTED: "green", ConsentState.DENIED: "red", ConsentState.WITHDRAWN: "yellow"}
    shown = screen()
    for record in records:
        said = Text(f"{record.participant}  ", "bold").append(record.state.value, styles.get(record.state, ""))
        said.append(f"  {record.purpose} by {record.recipient} (terms {record.terms_version})", "default")
        until = f" until {iso(record.valid_until)}" if record.valid_until else ""
        shown.print(said.append(f" in {record.scope.value} {record.scope_id}"))
        told = f"{record.method} by {record.actor}, recorded {iso(record.recorded_at)}"
        shown.print(
            f"    from {iso(record.valid_from)}{until}; {told}; record {record.id}", style="dim", highlight=False
        )


def _record(config: Path, said: ConsentStatement, *, as_json: bool, not_yet_on_file: bool) -> None:
    """Record the statement for the participant that the option names."""
    if said.scope is not Scope.ORG and not said.scope_id:
        raise typer.BadParameter(f"name the {said.scope.value} with --scope-id", param_hint="--scope-id")
    settings = read(config)
    draft = consents.drafted(said, settings, datetime.now(UTC), f"cr-{new_id()}")
    ledger = LedgerFolder(Path(settings.ledger.directory), settings.ledger.index)
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
