"""Sends a person's report to them by mail, for ``meeting-proxy subject report --send``."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from proxy.audit.acts import Acts
from proxy.cli.shared import with_store
from proxy.desk import invitations
from proxy.edge.mail import MailRefused, outbox
from proxy.edge.pages import opening
from proxy.edge.pages.translation import Language, languages
from proxy.edge.reports.person import mailed, person_page
from proxy.errors import ClientFault
from proxy.settings import ConsentPages, PageLanguage, Settings


def spoken(settings: Settings, person: str, asked: PageLanguage | None) -> Language:
    """The language of a person's report: as asked, else that of the page on which they answered last, else ours."""
    pages = settings.consent_pages
    if asked is None and pages is not None:
        last = with_store(settings, lambda store: invitations.languages(store, [person])).get(person)
        ours = None if pages.mail is None else pages.mail.language
        asked = next((code for code in pages.languages if code == last), ours or pages.languages[0])
    return languages([asked or "en"])[asked or "en"]


def page(report: Mapping[str, Any], settings: Settings, language: Language) -> str:
    """The report as a page in a language, with times as the consent pages have them."""
    pages = settings.consent_pages
    return person_page(report, settings, language, UTC if pages is None else opening.zone_of(pages))


def send(report: Mapping[str, Any], settings: Settings, language: Language) -> str:
    """Send the report to the first address of its person, and put that on file. Returns the address.

    Raises `ClientFault` without a mail server or an address, for an address that the server does not take, and where
    what left is not known: half of an answer is none.
    """
    pages, person = invitations.pages_of(settings), report["person"]
    if pages.mail is None:
        raise ClientFault(
            "no_mail_server", "configure consent_pages.mail first; 'meeting-proxy config example' shows how"
        )
    if not report["ledger_read"]:
        raise ClientFault("ledger_unread", "what left is not known, so the report is not sent", status=409)
    addresses = person.get("addresses") or ()
    if not addresses:
        raise ClientFault("no_address", "no e-mail address of this person is on file; hand the page over by --html")
    _handed_over(report, settings, pages, language, addresses[0])
    facts = {"change": "sent", "way": "mail"}
    with_store(settings, lambda store: store.acts.did(Acts.PERSON_REPORTED, people=[person["id"]], facts=facts))
    return str(addresses[0])


def _handed_over(
    report: Mapping[str, Any], settings: Settings, pages: ConsentPages, language: Language, address: str
) -> None:
    mail = pages.mail
    assert mail is not None  # noqa: S101 - checked by the caller
    try:
        message = mailed(
            page(report, settings, language), address, report["person"]["name"], settings, mail, language,
            datetime.now(UTC), uuid.uuid4().hex,
        )  # fmt: skip
        with outbox(mail, opening.mail_password(mail)) as server:
            server.send(message)
    except (MailRefused, ValueError):
        detail = "the mail server does not take their first address; hand the page over by --html"
        raise ClientFault("address_refused", detail) from None
