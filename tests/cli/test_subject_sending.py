"""`meeting-proxy subject report --send`: a person gets what is on file of them, in their language."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from cli.test_consent_sending import Sending, sending
from harness.consent_page import invite
from harness.process import Proxy
from typer.testing import CliRunner, Result

from proxy.audit.acts import Acts
from proxy.cli.main import app
from proxy.edge.store.store import Store
from proxy.errors import ClientFault

__all__ = ["sending"]


def report(proxy: Proxy, person: str, *words: str) -> Result:
    command = ["subject", "report", person, "--config", str(proxy.config), *words]
    return CliRunner().invoke(app, command)


def lived(proxy: Proxy) -> None:
    """The proxy ran, so that there is a ledger."""
    proxy.start()
    invite(proxy, "--purpose", "summary")
    proxy.stop()


def sent_acts(proxy: Proxy) -> list[Any]:
    async def run() -> list[Any]:
        async with await Store.open(proxy.document["store"]) as store:
            return [each for each in (await store.acts.oldest(100)).values() if each.facts.get("change") == "sent"]

    return asyncio.run(run())


def test_the_report_goes_to_the_person_in_the_language_that_is_asked_for(sending: Sending) -> None:
    proxy, server = sending()
    lived(proxy)

    done = report(proxy, "p-ann", "--send", "--language", "fr")

    assert done.exit_code == 0, done.output
    ((to, mail),) = server.received
    assert to == "annika.solberg@fjord.example"
    assert mail["subject"] == "Ce que Skerry Works a enregistré sur vous"
    assert mail["content-language"] == "fr"
    assert "Bonjour" in mail.get_body(("plain",)).get_content()
    (page,) = [each for each in mail.iter_attachments() if each.get_content_type() == "text/html"]
    html = page.get_content()
    assert '<html lang="fr" dir="ltr">' in html
    assert "Ce que Skerry Works sait de Annika Sølberg" in html
    assert "Okoro" not in mail.as_string() + html
    (act,) = sent_acts(proxy)
    assert (act.code, act.people, act.facts["way"]) == (Acts.PERSON_REPORTED, ("p-ann",), "mail")


def test_without_a_word_on_it_the_language_is_that_of_the_mails(sending: Sending) -> None:
    proxy, server = sending(language="nl")
    lived(proxy)
    assert report(proxy, "p-ben", "--send", "--json").exit_code == 0
    ((to, mail),) = server.received
    assert (to, mail["content-language"]) == ("ben@partner.example", "nl")


@pytest.mark.parametrize(
    ("person", "changes", "reason"),
    [
        ("p-cho", {}, "no_address"),
        ("p-ann", {"unread": True}, "ledger_unread"),
        ("p-ann", {"refuses": ("annika.solberg@fjord.example",)}, "address_refused"),
    ],
)
def test_nothing_is_sent_that_is_not_whole_or_has_nowhere_to_go(
    sending: Sending, person: str, changes: dict[str, Any], reason: str
) -> None:
    unread = changes.pop("unread", False)
    proxy, server = sending(changes)
    if not unread:
        lived(proxy)
    done = report(proxy, person, "--send")
    assert isinstance(done.exception, ClientFault)
    assert (done.exception.reason, server.received, sent_acts(proxy)) == (reason, [], [])


def test_the_page_alone_takes_a_language_too(sending: Sending, tmp_path: Any) -> None:
    proxy, _ = sending()
    lived(proxy)
    html = tmp_path / "annika.html"
    done = report(proxy, "p-ann", "--html", str(html), "--language", "ar", "--json")
    assert done.exit_code == 0
    assert '<html lang="ar" dir="rtl">' in html.read_text()
    assert json.loads(done.stdout)["person"]["id"] == "p-ann"
