"""``meeting-proxy consent invite``: one signed link a person, for mail merge."""

from __future__ import annotations

import json
import re
import secrets
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from proxy.cli.configuration import DEFAULT_CONFIG, ConfigOption, read
from proxy.cli.stored import JsonOption, iso, note, with_store

if TYPE_CHECKING:
    from proxy.consent.grants import Scope

_LIFE = re.compile(r"([1-9]\d{0,3})([hd])")


def lifetime(written: str) -> timedelta:
    """An option's length of time: hours or days, such as 12h or 30d."""
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
    """Print a link for each person, on which they say yes or no. Sends nothing, and puts nothing on file.

    A link is as good as the person's word: send each to its person alone. With --json one object a line; otherwise
    participant, e-mail address and link, with tabs between.
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
    from proxy.consent.grants import Scope

    if (meeting is None) == (series is None):
        raise typer.BadParameter("name either --meeting or --series", param_hint="--meeting")
    return (Scope.MEETING, meeting) if meeting is not None else (Scope.SERIES, series or "")
