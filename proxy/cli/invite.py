"""``meeting-proxy consent invite``: one signed link a person, for mail merge."""

from __future__ import annotations

import json
import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from proxy.cli.configuration import DEFAULT_CONFIG, ConfigOption, read
from proxy.cli.stored import JsonOption, iso, note, with_store
from proxy.errors import ClientFault

if TYPE_CHECKING:
    from proxy.consent.grants import Scope
    from proxy.consent.invitations import Offer
    from proxy.edge.store.store import Store
    from proxy.model import Participant
    from proxy.settings import ConsentPages, Settings

_LIFE = re.compile(r"([1-9]\d{0,3})([hd])")
TRAINING = "model_training"


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
    participant: Annotated[list[str] | None, typer.Option(help="Ask only this person; repeat for more.")] = None,
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
    from proxy.consent.invitations import Invitation, check_addressee, terms_mark, token_of
    from proxy.edge.pages.opening import link_key

    settings = read(config)
    pages = settings.consent_pages
    if pages is None:
        raise ClientFault("no_consent_pages", "configure consent_pages first; see config/proxy.yaml")
    scope, scope_id = _scope(meeting, series)
    offers = _offers(settings, pages, list(dict.fromkeys(purpose)), recipient)
    secret = link_key(pages)
    ends = (datetime.now(UTC) + expires).replace(microsecond=0)
    terms = {offer.recipient: terms_mark(settings.recipients[offer.recipient].terms.version) for offer in offers}
    for person in with_store(settings, lambda store: _people(store, meeting, scope_id, participant)):
        try:
            check_addressee(person)
        except ClientFault as fault:
            if participant:
                raise
            note(f"{person.id} is left out: {fault.detail}")
            continue
        asked = Invitation(
            id=secrets.token_urlsafe(12),
            participant=person.id,
            scope=scope,
            scope_id=scope_id,
            offers=offers,
            terms=tuple(terms.items()),
            expires=ends,
            covers_earlier=covers_earlier,
        )
        link = f"{pages.base_url.rstrip('/')}/c/{token_of(asked, secret)}"
        email = person.emails[0] if person.emails else ""
        facts = {"participant": person.id, "name": person.name, "email": email, "link": link}
        facts |= {"invitation": asked.id, "expires": iso(ends) or ""}
        typer.echo(json.dumps(facts, ensure_ascii=False) if as_json else f"{person.id}\t{email}\t{link}")


def _scope(meeting: str | None, series: str | None) -> tuple[Scope, str]:
    from proxy.consent.grants import Scope

    if (meeting is None) == (series is None):
        raise typer.BadParameter("name either --meeting or --series", param_hint="--meeting")
    return (Scope.MEETING, meeting) if meeting is not None else (Scope.SERIES, series or "")


async def _people(store: Store, meeting: str | None, scope_id: str, only: list[str] | None) -> list[Participant]:
    """Whom to ask: everybody on the roster, or those named, who must be on it."""
    held = await store.meetings()
    fitting = [each for each in held if (each.id == meeting if meeting is not None else each.series == scope_id)]
    if not fitting:
        raise ClientFault("unknown_meeting", "no such meeting is on file; add it with 'meeting-proxy meeting add'")
    known = {person.id: person for each in fitting for person in each.roster.participants}
    missing = [name for name in only or () if name not in known]
    if missing:
        raise ClientFault("unknown_participant", "not on the roster of the meeting or series", where="--participant")
    return [known[name] for name in dict.fromkeys(only or known)]


def _offers(
    settings: Settings, pages: ConsentPages, purposes: list[str], recipients: list[str] | None
) -> tuple[Offer, ...]:
    """What is asked, grouped by recipient; training is always asked along where the terms allow it."""
    from proxy.consent.invitations import Offer
    from proxy.model import PURPOSES, is_purpose

    for name in purposes:
        if not is_purpose(name):
            raise ClientFault(
                "unknown_purpose", "use one of the listed purposes, or your own as 'x-…'", where="--purpose"
            )
        if name not in PURPOSES and name not in pages.explanations:
            detail = "say in plain words what your own purpose means, in consent_pages.explanations"
            raise ClientFault("unexplained_purpose", detail, where="--purpose")
    if recipients is not None and not set(recipients) <= settings.recipients.keys():
        known = ", ".join(sorted(settings.recipients))
        raise ClientFault("unknown_recipient", f"the recipients are: {known}", where="--recipient")
    served = {(route.recipient, route.purpose) for route in settings.routes}
    offers: list[Offer] = []
    for name in settings.recipients if recipients is None else dict.fromkeys(recipients):
        allowed = settings.recipients[name].purposes
        chosen = [
            purpose
            for purpose in purposes
            if (allowed is None or purpose in allowed or purpose == TRAINING)
            and (recipients is not None or (name, purpose) in served or purpose == TRAINING)
        ]
        if set(chosen) <= {TRAINING} and recipients is None:
            continue
        if settings.recipients[name].may_train and TRAINING not in chosen:
            chosen.append(TRAINING)
        offers += [Offer(purpose, name) for purpose in chosen]
    missing = [purpose for purpose in purposes if purpose not in {offer.purpose for offer in offers}]
    if missing or not offers:
        detail = f"no recipient may serve: {', '.join(missing)}; see routes[].purpose and recipients[].purposes"
        raise ClientFault("nothing_asked", detail, where="--purpose")
    return tuple(offers)
