"""Sending links by mail, for ``meeting-proxy consent invite --send``. What was sent is put on file, mail by mail."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from proxy.cli.shared import note, with_store
from proxy.consent.records import Scope
from proxy.errors import ClientFault
from proxy.settings import ConsentPages, Settings

if TYPE_CHECKING:
    from email.message import EmailMessage

    from proxy.desk.invitations import Invited
    from proxy.edge.mail import Outbox
    from proxy.edge.pages.letters import Letter, Letters
    from proxy.edge.store.store import Store
    from proxy.model import Meeting


def send(
    settings: Settings, pages: ConsentPages, secret: str, invited: Sequence[Invited], *, again: bool, as_json: bool
) -> bool:
    """Send each person their link, and print who got it. Returns whether somebody did not.

    Raises `ClientFault` without a mail server, and `OwnFault` if it cannot be reached or takes no more mail; what was
    sent before that is on file.
    """
    from proxy.edge.mail import MailRefused, outbox
    from proxy.edge.pages import opening

    if pages.mail is None:
        raise ClientFault("no_mail_server", "configure consent_pages.mail first; see config/proxy.yaml")
    letters, password = opening.letters_of(settings, pages, pages.mail), opening.mail_password(pages.mail)
    if not invited:
        return False
    missed = False
    with ExitStack() as open_parts:
        server: Outbox | None = None
        for letter, each in _letters(settings, pages, secret, invited, again=again):
            sent = bool(each.person.emails)
            if not sent:
                note(f"{each.person.id} has no e-mail address on file; give them their link by hand (without --send)")
            else:
                server = server or open_parts.enter_context(outbox(pages.mail, password))
                try:
                    server.send(_written(letters, letter))
                except MailRefused:
                    sent = False
                    note(f"{each.person.id}: the mail server does not take their address")
            missed |= not sent
            if sent:
                _put_on_file(settings, each, again=again)
            facts = {"participant": each.person.id, "invitation": each.invitation.id, "sent": sent}
            typer.echo(json.dumps(facts) if as_json else f"{each.person.id}\t{'sent' if sent else 'not sent'}")
    return missed


def _written(letters: Letters, letter: Letter) -> EmailMessage:
    from proxy.edge.mail import MailRefused

    try:
        return letters.write(letter, datetime.now(UTC), uuid.uuid4().hex)
    except ValueError:  # The address, or a name, cannot stand in a mail's head.
        raise MailRefused from None


def _letters(
    settings: Settings, pages: ConsentPages, secret: str, invited: Sequence[Invited], *, again: bool
) -> list[tuple[Letter, Invited]]:
    from proxy.consent.invitations import link_of
    from proxy.edge.pages.letters import Letter

    about = invited[0].invitation.scope, invited[0].invitation.scope_id

    async def found(store: Store) -> tuple[Meeting | None, str | None]:
        meeting = await store.meetings.by_id(about[1]) if about[0] is Scope.MEETING else None
        return meeting, (await store.meetings.titles([about])).get(about)

    meeting, series_title = with_store(settings, found)
    return [
        (
            Letter(
                person=each.person,
                invitation=each.invitation,
                link=link_of(each.invitation, pages.base_url, secret),
                meeting=meeting,
                series_title=series_title,
                # Whoever asked for the link may have answered before.
                again=again and not each.requests,
            ),
            each,
        )
        for each in invited
    ]


def _put_on_file(settings: Settings, sent: Invited, *, again: bool) -> None:
    from proxy.consent.asked import Channel
    from proxy.desk import invitations

    about, now = sent.invitation, datetime.now(UTC)
    with_store(
        settings,
        lambda store: invitations.given_out(
            store, about.scope, about.scope_id, [sent], now=now, channel=Channel.MAIL, again=again
        ),
    )
