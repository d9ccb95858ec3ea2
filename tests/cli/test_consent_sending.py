"""`meeting-proxy consent invite --send`: each person gets a mail with their own link, over an encrypted connection."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
from harness.consent_page import page_settings
from harness.mail_server import PASSWORD, USER, MailServer
from harness.process import Proxy
from typer.testing import CliRunner, Result

from proxy.cli.main import app
from proxy.consent.asked import Asked, Channel
from proxy.consent.records import Scope
from proxy.edge.configuration.document import ConfigProblem
from proxy.edge.store.store import Store
from proxy.errors import ClientFault, OwnFault
from proxy.model import Meeting, Participant, Roster

START = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
PEOPLE = [
    {"id": "p-ann", "name": "Annika Sølberg", "emails": ["annika.solberg@fjord.example"]},
    {"id": "p-ben", "name": 'Ben "B" <Okoro>', "emails": ["ben@partner.example", "ben.o@home.example"]},
    {"id": "p-cho", "name": "Chiara"},
]
Sending = Callable[..., tuple[Proxy, MailServer]]


@pytest.fixture
def sending(tmp_path: Path) -> Any:
    """A proxy and its mail server; `changes` are settings of the mail, `server` of the mail server."""
    opened: list[MailServer] = []

    def made(server: dict[str, Any] | None = None, **changes: Any) -> tuple[Proxy, MailServer]:
        mail_server = MailServer(tmp_path, **(server or {})).__enter__()
        opened.append(mail_server)
        (tmp_path / "mail.password").write_text(PASSWORD)
        mail = {
            "host": "127.0.0.1",
            "port": mail_server.port,
            "sender": "consent@skerry.example",
            "user": USER,
            "password": {"file": str(tmp_path / "mail.password")},
            "ca_file": str(mail_server.certificate),
            **changes,
        }
        proxy = Proxy(tmp_path, page_settings(tmp_path, "https://llm.example/v1", mail=mail))
        people = tmp_path / "people.json"
        people.write_text(json.dumps(PEOPLE))
        titles = ["--title", "Board & Søn", "--series", "weekly", "--series-title", "Boards"]
        when = ["--start", START.isoformat(), "--roster", str(people)]
        proxy.cli("meeting", "add", "--config", str(proxy.config), "--id", "m1", *when, *titles)
        return proxy, mail_server

    yield made
    for each in opened:
        each.__exit__()


def invite(proxy: Proxy, *words: str) -> Result:
    scope = () if "--series" in words else ("--meeting", "m1")
    command = ["consent", "invite", "--config", str(proxy.config), *scope, *words, "--send"]
    return CliRunner().invoke(app, command, catch_exceptions=False)


def on_file(proxy: Proxy) -> dict[str, Asked]:
    async def run() -> list[Asked]:
        async with await Store.open(proxy.document["store"]) as store:
            return list(await store.invitations.of([(Scope.MEETING, "m1"), (Scope.SERIES, "weekly")]))

    return {each.invitation.participant: each for each in asyncio.run(run())}


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_each_person_gets_a_mail_with_their_own_link(sending: Sending, security: str) -> None:
    proxy, server = sending({"implicit_tls": security == "tls"}, security=security, reply_to="privacy@fjord.example")

    done = invite(proxy, "--purpose", "summary", "--participant", "p-ann", "--participant", "p-ben")

    assert (done.exit_code, done.stdout.splitlines()) == (0, ["p-ann\tsent", "p-ben\tsent"])
    assert server.signed_in == [USER]
    assert [to for to, _ in server.received] == ["annika.solberg@fjord.example", "ben@partner.example"]
    (_, mail), (_, other) = server.received
    assert str(mail["from"]) == "Skerry Works <consent@skerry.example>"
    assert mail["to"].addresses[0].display_name == "Annika Sølberg"
    assert other["to"].addresses[0].display_name == 'Ben "B" <Okoro>'
    assert (mail["reply-to"], mail["auto-submitted"]) == ("privacy@fjord.example", "auto-generated")
    text = mail.get_body(("plain",)).get_content()
    links = [line for line in text.split() if "/c/" in line]
    assert len(links) == 1
    assert links[0] not in other.get_body(("plain",)).get_content()
    assert "the meeting “Board & Søn” of" in text
    assert "Okoro" not in mail.as_string()
    asked = on_file(proxy)
    assert {who: each.channel for who, each in asked.items()} == {"p-ann": Channel.MAIL, "p-ben": Channel.MAIL}


def test_a_mail_says_what_is_on_file_already_and_that_it_goes_on(sending: Sending) -> None:
    proxy, server = sending()
    proxy.consent("grant", "p-ann", "--scope", "org", meeting="fjord")
    invite(proxy, "--purpose", "summary", "--purpose", "compose", "--participant", "p-ann", "--participant", "p-ben")
    asked, other = (mail.get_body(("plain",)).get_content() for _, mail in server.received)
    (line,) = [line for line in asked.splitlines() if line.startswith("- ")]
    assert line.startswith("- Summary, to acme-llm. On file: yes, for all your meetings, since ")
    assert "Without an answer, what is on file goes on. For all else, your words stay out of the AI." in asked
    assert "Without an answer, your words stay out of the AI." not in asked
    assert "Without an answer, your words stay out of the AI." in other
    assert "On file" not in other


def test_a_mail_leads_to_the_standing_choice_if_pages_do(sending: Sending) -> None:
    proxy, server = sending()
    proxy.document["consent_pages"]["standing_days"] = 100
    invite(proxy, "--purpose", "summary", "--participant", "p-ann")
    ((_, mail),) = server.received
    text = mail.get_body(("plain",)).get_content()
    assert "Here you can answer once for all your meetings:" in text
    assert len([line for line in text.split() if "/c/" in line]) == 2


def test_the_meeting_is_attached_without_the_link(sending: Sending) -> None:
    proxy, server = sending()
    invite(proxy, "--purpose", "summary", "--participant", "p-ann")
    ((_, mail),) = server.received
    (attached,) = mail.iter_attachments()
    assert (attached.get_content_type(), attached.get_filename()) == ("text/calendar", "meeting.ics")
    content = attached.get_payload(decode=True)
    (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert (str(event["summary"]), event["dtstart"].dt) == ("Board & Søn", START)
    assert b"/c/" not in content


def test_a_series_and_another_language_without_a_calendar(sending: Sending) -> None:
    proxy, server = sending(calendar=False, language="de", sender_name="Datenschutz")
    invite(proxy, "--series", "weekly", "--purpose", "summary", "--participant", "p-ann")
    ((_, mail),) = server.received
    assert mail["subject"] == "Darf eine KI nutzen, was Sie sagen? (Boards)"
    assert mail["from"].addresses[0].display_name == "Datenschutz"
    assert "fragt Sie. Es geht um: alle Besprechungen der Reihe „Boards“" in mail.get_content()
    assert not mail.is_multipart()


def test_a_mail_is_in_the_language_in_which_its_person_answered_last(sending: Sending) -> None:
    proxy, server = sending()
    proxy.consent("grant", "p-ben", meeting="m1")

    async def answered_in_polish() -> None:
        async with await Store.open(proxy.document["store"]) as store:
            (kept,) = await store.consents.grants(["p-ben"])
            await store.consents.record(kept._replace(id="cr-pl", participant="p-ann", notice_language="pl"))

    asyncio.run(answered_in_polish())
    for words in ([], ["--language", "fr"]):
        invite(proxy, "--purpose", "compose", "--participant", "p-ann", "--participant", "p-ben", *words)
    french = "Une IA peut-elle utiliser ce que vous dites "
    asked = [str(mail["subject"]).partition("?")[0] for _, mail in server.received]
    assert asked == ["Czy AI może używać Twoich słów", "May an AI use what you say", french, french]
    written = [mail.get_body(("plain",))["content-language"] for _, mail in server.received]
    assert written == ["pl", "en", "fr", "fr"]
    assert str(server.received[1][1]["subject"]).endswith("(Board & Søn)")


def test_a_meeting_of_a_calendar_is_not_attached_a_second_time(sending: Sending) -> None:
    proxy, server = sending()

    async def from_calendar() -> None:
        async with await Store.open(proxy.document["store"]) as store:
            held = await store.meetings.by_id("m1")
            await store.meetings.put(replace(held, series="cal-0123456789abcdef"))

    asyncio.run(from_calendar())
    invite(proxy, "--purpose", "summary", "--participant", "p-ann")
    ((_, mail),) = server.received
    assert not mail.is_multipart()


def test_a_template_takes_the_place_of_the_words(sending: Sending, tmp_path: Path) -> None:
    template = tmp_path / "mail.txt"
    template.write_text("Subject: {organization} asks\n\nDear {name}, {about}:\n{link}\nuntil {until}.\n")
    proxy, server = sending(template=str(template))
    invite(proxy, "--purpose", "summary", "--participant", "p-ann")
    ((_, mail),) = server.received
    assert mail["subject"] == "Skerry Works asks"
    assert mail.get_body(("plain",)).get_content().startswith("Dear Annika Sølberg, the meeting “Board & Søn” of ")


def with_somebody(proxy: Proxy, name: str, address: str, title: str = "Board") -> None:
    """Put somebody on file past the checks of rosters, as an earlier version may have."""
    person = Participant("p-dag", name, emails=(address,))

    async def run() -> None:
        async with await Store.open(proxy.document["store"]) as store:
            await store.meetings.put(Meeting("m1", START, roster=Roster((person,)), title=title))

    asyncio.run(run())


@pytest.mark.parametrize("address", ["dag,eve@partner.example", "dag@fjord.example,eve", "<eve@partner.example>",
                                     "dag:eve@partner.example", "dag(x)@fjord.example"])  # fmt: skip
def test_a_link_goes_to_no_address_but_the_one_on_file(sending: Sending, address: str) -> None:
    proxy, server = sending()
    with_somebody(proxy, "Dagny Ravnkilde", address)
    done = invite(proxy, "--purpose", "summary")
    assert (done.exit_code, done.stdout.splitlines()) == (1, ["p-dag\tnot sent"])
    assert server.received == []
    assert on_file(proxy) == {}


@pytest.mark.parametrize("line_end", ["=0a", "=0d=0a"])
def test_names_and_titles_are_no_part_of_a_mails_head(sending: Sending, tmp_path: Path, line_end: str) -> None:
    hostile = f"=?utf-8?q?a{line_end}Bcc=3a_eve=40partner=2eexample?="
    template = tmp_path / "mail.txt"
    template.write_text("Subject: {name}, {about}\n\n{link}\n")
    proxy, server = sending(template=str(template))
    with_somebody(proxy, hostile, "dag@fjord.example", title=hostile)
    assert invite(proxy, "--purpose", "summary").exit_code == 0
    ((to, mail),) = server.received
    assert to == "dag@fjord.example"
    assert mail["bcc"] is None
    assert str(mail["subject"]).startswith("= ?utf-8?q?a")
    assert [each.addr_spec for each in mail["to"].addresses] == ["dag@fjord.example"]


@pytest.mark.parametrize(
    "text", ["Dear {link}", "Subject: a\n\nno place", "Subject: {link}\n\n{link}", "Subject: a\nTo: b\n\n{link}",
             "Subject: a\n\n{link} {secret}", ""],
)  # fmt: skip
def test_a_template_that_cannot_be_used_is_refused_before_anything_is_sent(
    sending: Sending, tmp_path: Path, text: str
) -> None:
    template = tmp_path / "mail.txt"
    template.write_text(text)
    proxy, server = sending(template=str(template))
    with pytest.raises(ConfigProblem, match=r"consent_pages\.mail\.template"):
        invite(proxy, "--purpose", "summary")
    assert (server.received, on_file(proxy)) == ([], {})


def test_who_cannot_be_reached_is_named_and_not_on_file(sending: Sending) -> None:
    proxy, server = sending({"refuses": ("partner.example",)})
    done = invite(proxy, "--purpose", "summary", "--json")
    sent = {each["participant"]: each["sent"] for each in map(json.loads, done.stdout.splitlines())}
    assert (done.exit_code, sent) == (1, {"p-ann": True, "p-ben": False, "p-cho": False})
    assert "p-cho has no e-mail address" in done.stderr
    assert "p-ben: the mail server does not take their address" in done.stderr
    assert "@" not in done.stderr
    assert list(on_file(proxy)) == ["p-ann"]
    assert len(server.received) == 1


def test_a_reminder_goes_by_mail_to_whoever_has_not_answered(sending: Sending) -> None:
    proxy, server = sending()
    invite(proxy, "--purpose", "summary", "--participant", "p-ann", "--participant", "p-ben")
    proxy.consent("deny", "p-ben")
    done = invite(proxy, "--unanswered")
    assert done.stdout.splitlines() == ["p-ann\tsent"]
    first, _, again = (mail.get_body(("plain",)).get_content() for _, mail in server.received)
    assert "we asked you before" in again
    assert [line for line in first.split() if "/c/" in line] == [line for line in again.split() if "/c/" in line]
    assert on_file(proxy)["p-ann"].reminded_at is not None


def test_nobody_is_asked_again_by_mail_what_they_have_answered(sending: Sending) -> None:
    proxy, server = sending()
    proxy.consent("grant", "p-ann", meeting="m1")
    proxy.consent("deny", "p-ben", "--scope", "org", meeting="fjord")
    done = invite(proxy, "--purpose", "summary")
    assert (done.exit_code, server.received) == (1, [])
    assert "p-ann has answered all of this already and is not asked" in done.stderr
    assert "p-ben said no already and is not asked" in done.stderr
    assert invite(proxy, "--purpose", "summary", "--participant", "p-ben").stdout == "p-ben\tsent\n"
    assert invite(proxy, "--purpose", "summary", "--purpose", "compose").stdout.splitlines()[0] == "p-ann\tsent"


def test_a_yes_that_lapsed_is_asked_again_and_the_mail_says_that_the_terms_changed(sending: Sending) -> None:
    proxy, server = sending()
    proxy.consent("grant", "p-ann", "--terms", "older", meeting="m1")
    done = invite(proxy, "--purpose", "summary", "--lapsed")
    assert done.stdout.splitlines() == ["p-ann\tsent"]
    assert "p-ben has no yes that lapsed and is not asked" in done.stderr
    ((_, mail),) = server.received
    text = mail.get_body(("plain",)).get_content()
    assert "The terms of acme-llm have changed since you said yes, so that your yes no longer counts." in text


@pytest.mark.parametrize(
    ("server", "changes", "code"),
    [
        ({"offers": ("AUTH PLAIN",)}, {}, "mail_unavailable.* does not offer STARTTLS; correct its port"),
        (
            {},
            {"ca_file": None},
            "mail_unavailable.* certificate that is not trusted: .*; name its authority",
        ),
        ({}, {"security": "tls"}, "mail_unavailable.* ended the connection .*; see that security fits the port"),
        ({}, {"user": "other"}, "mail_signin"),
        ({"implicit_tls": True, "offers": ()}, {"security": "tls"}, "mail_signin"),
    ],
)
def test_a_server_that_is_not_trusted_gets_neither_password_nor_link(
    sending: Sending, server: dict[str, Any], changes: dict[str, Any], code: str
) -> None:
    proxy, mail_server = sending(server, **changes)
    with pytest.raises(OwnFault, match=code) as fault:
        invite(proxy, "--purpose", "summary")
    assert PASSWORD not in str(fault.value)
    assert (mail_server.received, on_file(proxy), USER in mail_server.signed_in) == ([], {}, False)


@pytest.mark.parametrize(
    ("host", "told"),
    [
        ("127.0.0.1", "127.0.0.1 port {} .* cannot be reached: nothing listens there; correct host and port"),
        ("mail.invalid", "mail.invalid port {} .* has no address here; correct its host"),
    ],
)
def test_a_server_that_is_not_there_is_named(sending: Sending, host: str, told: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    proxy, _ = sending(host=host, port=port)
    with pytest.raises(OwnFault, match="mail_unavailable.*" + told.format(port)):
        invite(proxy, "--purpose", "summary")


def test_without_a_mail_server_nothing_is_sent(tmp_path: Path) -> None:
    proxy = Proxy(tmp_path, page_settings(tmp_path, "https://llm.example/v1"))
    proxy.meeting(PEOPLE)
    with pytest.raises(ClientFault, match="no_mail_server"):
        invite(proxy, "--purpose", "summary")


def test_the_line_for_an_invitation_has_no_link(sending: Sending) -> None:
    proxy, _ = sending()
    for words, beginning in (([], "Skerry Works asks each participant"), (["--language", "de"], "Skerry Works fragt")):
        done = CliRunner().invoke(app, ["consent", "line", "--config", str(proxy.config), *words])
        assert done.stdout.startswith(beginning)
        assert "privacy@fjord.example" in done.stdout
        assert "http" not in done.stdout
