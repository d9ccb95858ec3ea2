"""Sending links by mail, for ``meeting-proxy consent invite --send``. What was sent is put on file, mail by mail."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from proxy.cli.shared import note, with_store
from proxy.errors import ClientFault
from proxy.settings import ConsentPages, PageLanguage, Settings

if TYPE_CHECKING:
    from email.message import EmailMessage

    from proxy.consent.invitations import Invitation
    from proxy.desk.invitations import Invited
    from proxy.edge.mail import Outbox
    from proxy.edge.pages.letters import Letter, Letters
    from proxy.edge.pages.reading import Subject
    from proxy.edge.store.store import Store


def send(
    settings: Settings,
    pages: ConsentPages,
    secret: str,
    invited: Sequence[Invited],
    *,
    again: bool,
    as_json: bool,
    language: PageLanguage | None = None,
) -> bool:
    """Send each person their link, in their language, and print who got it. Returns whether somebody did not.

    Raises `ClientFault` without a mail server, and `OwnFault` if it cannot be reached or takes no more mail; what was
    sent before that is on file.
    """
    from proxy.edge.mail import MailRefused, outbox
    from proxy.edge.pages import opening

    if pages.mail is None:
        raise ClientFault(
            "no_mail_server", "configure consent_pages.mail first; 'meeting-proxy config example' shows how"
        )
    password = opening.mail_password(pages.mail)
    letters = {
        code: opening.letters_of(settings, pages, pages.mail, code) for code in {language, None, *pages.languages}
    }
    if not invited:
        return False
    known = {} if language is not None else _languages(settings, invited)
    missed = False
    with ExitStack() as open_parts:
        server: Outbox | None = None
        for letter, each in _letters(settings, pages, secret, invited, again=again):
            sent = bool(each.addressee.emails)
            if not sent:
                note(
                    f"{each.addressee.id} has no e-mail address on file; give them their link by hand (without --send)"
                )
            else:
                server = server or open_parts.enter_context(outbox(pages.mail, password))
                try:
                    server.send(_written(letters[_language(each, known, language, pages)], letter))
                except MailRefused:
                    sent = False
                    note(f"{each.addressee.id}: the mail server does not take their address")
            missed |= not sent
            if sent:
                _put_on_file(settings, each, again=again)
            facts = {"participant": each.person.id, "invitation": each.invitation.id, "sent": sent}
            typer.echo(json.dumps(facts) if as_json else f"{each.person.id}\t{'sent' if sent else 'not sent'}")
    return missed


def _languages(settings: Settings, invited: Sequence[Invited]) -> Mapping[str, str]:
    """The language in which each of these people was last shown a page on which they answered, if they were."""
    from proxy.desk import invitations

    people = [each.person.id for each in invited]
    return with_store(settings, lambda store: invitations.languages(store, people))


def _language(
    each: Invited, known: Mapping[str, str], language: PageLanguage | None, pages: ConsentPages
) -> PageLanguage | None:
    """The language of a person's mail; None: the configured one."""
    last = known.get(each.person.id)
    return language or next((code for code in pages.languages if code == last), None)


def _written(letters: Letters, letter: Letter) -> EmailMessage:
    from proxy.edge.mail import MailRefused

    try:
        return letters.write(letter, datetime.now(UTC), uuid.uuid4().hex)
    except ValueError:  # The address, or a name, cannot stand in a mail's head.
        raise MailRefused from None


def _letters(
    settings: Settings, pages: ConsentPages, secret: str, invited: Sequence[Invited], *, again: bool
) -> list[tuple[Letter, Invited]]:
    """A letter for each person, about what their page would show now; whose page would show nothing gets none."""
    from proxy.consent.invitations import link_of
    from proxy.desk import invitations
    from proxy.edge.pages import opening
    from proxy.edge.pages.letters import Letter
    from proxy.edge.pages.reading import subject

    async def found(store: Store) -> list[Subject | None]:
        texts, now = opening.terms_files(settings), datetime.now(UTC)
        return [await subject(each.invitation, settings, store, texts, now) for each in invited]

    subjects = with_store(settings, found)
    for each, about in zip(invited, subjects, strict=True):
        if about is None:
            note(f"{each.person.id} gets no mail: what their link asks about is not on file or not configured any more")

    def link(invitation: Invitation | None) -> str | None:
        return None if invitation is None else link_of(invitation, pages.base_url, secret)

    return [
        (
            Letter(
                # Whoever asked for their link in a room gets it at the address that they typed.
                replace(about, person=each.person),
                link_of(each.invitation, pages.base_url, secret),
                # Whoever asked for the link may have answered before.
                again=again and not each.requests,
                standing=link(invitations.standing(each.invitation, settings)),
            ),
            each,
        )
        for each, about in zip(invited, subjects, strict=True)
        if about is not None
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
