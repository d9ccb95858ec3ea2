"""A link for a room, whole: a code on the screen, a page for everybody, and people's own links for the roster alone."""

from __future__ import annotations

import asyncio
import json
import struct
import urllib.parse
import zlib
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import zxingcpp
from harness.consent_page import invite, look, page_settings, send, visit
from harness.mail_server import PASSWORD, USER, MailServer
from harness.process import STARTED, Proxy, Response
from harness.recorder import Recorder
from typer.testing import CliRunner, Result

from proxy.cli.main import app
from proxy.consent.records import Scope
from proxy.edge.store.store import Store
from proxy.meetings.directory import email_of
from proxy.model import Meeting, Participant, Roster
from proxy.settings import Settings

ANN, BEN = "annika.solberg@fjord.example", "ben@partner.example"
PEOPLE = (
    Participant("p-ann", "Annika Solberg", emails=("a.solberg@home.example", "Annika.Solberg@fjord.example")),
    Participant("p-ben", "Ben Okoro", emails=(BEN,)),
    Participant("p-one", "Chiara Neri", emails=("team@fjord.example",)),
    Participant("p-two", "Dana Weiss", emails=("team@fjord.example",)),
)
ELSEWHERE = Participant("p-eve", "Eve Stone", emails=("eve@fjord.example",))
Running = tuple[Proxy, MailServer, Recorder]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    directory = tmp_path_factory.mktemp("room")
    with Recorder() as recorder, MailServer(directory) as mail_server:
        (directory / "mail.password").write_text(PASSWORD)
        mail = {
            "host": "127.0.0.1",
            "port": mail_server.port,
            "sender": "consent@skerry.example",
            "user": USER,
            "password": {"file": str(directory / "mail.password")},
            "ca_file": str(mail_server.certificate),
        }
        proxy = Proxy(directory, page_settings(directory, recorder.base_url, mail=mail))
        proxy.start()
        yield proxy, mail_server, recorder
        proxy.stop()


@pytest.fixture
def meeting(running: Running, request: pytest.FixtureRequest) -> str:
    """A meeting of this test's own."""
    name = request.node.name.split("[")[0].replace("_", "-")[-60:].strip("-")
    held = Meeting(name, datetime.fromisoformat(STARTED), roster=Roster(PEOPLE), title="Budget of the coming year")
    other = Meeting(f"{name}-2", datetime.fromisoformat(STARTED), roster=Roster((ELSEWHERE,)))
    for each in (held, other):
        stored(running[0], lambda store, m=each: store.meetings.put(m))
    return name


def stored(proxy: Proxy, work: Callable[[Store], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with await Store.open(proxy.document["store"]) as store:
            return await work(store)

    return asyncio.run(run())


def command(proxy: Proxy, *words: str) -> Result:
    return CliRunner().invoke(app, ["consent", *words, "--config", str(proxy.config)], catch_exceptions=False)


def room(proxy: Proxy, meeting: str, *words: str) -> str:
    """The address of a new link for the room of a meeting."""
    done = command(proxy, "room", "--meeting", meeting, *words, "--json")
    assert done.exit_code == 0, done.output
    return str(json.loads(done.stdout)["link"])


def ask(link: str, address: str) -> Response:
    return send(link, [("email", address)])


def answers(proxy: Proxy, meeting: str, *words: str) -> list[dict[str, Any]]:
    done = command(proxy, "invite", "--meeting", meeting, "--requested", *words, "--json")
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def waiting(proxy: Proxy, link: str) -> list[str]:
    code = link.rpartition("/")[2]
    return [each.address for each in stored(proxy, lambda store: store.rooms.waiting([code], datetime.now(UTC)))]


# --- the link and its picture ---------------------------------------------------------------------


def test_the_link_is_printed_with_a_picture_that_others_read(running: Running, meeting: str, tmp_path: Path) -> None:
    proxy, _, _ = running
    shown = command(proxy, "room", "--meeting", meeting).stdout.splitlines()
    assert read_by_another(in_terminal(shown[1:])) == shown[0]

    png, svg = tmp_path / "room.png", tmp_path / "room.svg"
    printed = command(proxy, "room", "--meeting", meeting, "--png", str(png), "--svg", str(svg)).stdout.splitlines()
    assert printed == [read_by_another(pixels(png.read_bytes()))]
    drawn = ElementTree.fromstring(svg.read_text())
    assert {element.tag.rpartition("}")[2] for element in drawn.iter()} <= {"svg", "g", "path"}
    again = CliRunner().invoke(app, ["consent", "room", "--meeting", meeting, "--png", str(png), "--config",
                                     str(proxy.config)])  # fmt: skip
    assert again.exit_code != 0, "a file that is there was overwritten"


def in_terminal(lines: list[str]) -> np.ndarray[Any, Any]:
    """The picture in a terminal: each line is two rows of squares, of which the lit ones are white."""
    rows = [[sign in lit for sign in line] for line in lines for lit in ("█▀", "█▄")]
    return np.kron(np.array(rows, dtype=np.uint8) * 255, np.ones((8, 8), dtype=np.uint8))


def pixels(png: bytes) -> np.ndarray[Any, Any]:
    """The pixels of a PNG of one bit each, whose rows stand as they are or as what changes (ISO/IEC 15948)."""
    at, parts = 8, {}
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        name = png[at + 4 : at + 8]
        parts[name] = parts.get(name, b"") + png[at + 8 : at + 8 + length]
        at += 12 + length
    width, height, depth, _, _, _, _ = struct.unpack(">IIBBBBB", parts[b"IHDR"])
    assert depth == 1
    row = 1 + (width + 7) // 8
    packed = np.frombuffer(zlib.decompress(parts[b"IDAT"]), dtype=np.uint8).reshape(height, row)
    assert set(packed[:, 0]) <= {0, 2}, "a filter that is not read here"
    rows = np.zeros((height + 1, row - 1), dtype=np.uint8)
    for number, line in enumerate(packed):
        rows[number + 1] = line[1:] + (rows[number] if line[0] == 2 else 0)
    return np.unpackbits(rows[1:], axis=1)[:, :width] * 255


def read_by_another(picture: np.ndarray[Any, Any]) -> str:
    (found,) = zxingcpp.read_barcodes(np.ascontiguousarray(picture))
    return str(found.text)


@pytest.mark.parametrize("meeting_id", ["nobody-s-meeting"])
def test_only_a_meeting_on_file_has_a_room(running: Running, meeting_id: str) -> None:
    done = CliRunner().invoke(app, ["consent", "room", "--meeting", meeting_id, "--config", str(running[0].config)])
    assert done.exit_code != 0
    assert "unknown_meeting" in str(done.exception)


# --- the page --------------------------------------------------------------------------------------


def test_everybody_reads_what_is_asked_and_nothing_of_anybody(running: Running, meeting: str) -> None:
    proxy, _, _ = running
    page = look(room(proxy, meeting))
    own = look(invite(proxy, "--purpose", "summary", "--participant", "p-ann", meeting=meeting)["p-ann"])
    for sentence in (
        "May an AI use what you say?",
        "Budget of the coming year",
        "Skerry Works asks you about:",
        "Who receives it: acme-llm",
        "May it train AI with it",
        "Summary",
        "privacy@fjord.example",
    ):
        assert sentence in page.text
        assert sentence in own.text
    assert "Annika" in own.text
    for person in (*PEOPLE, ELSEWHERE):
        for told in (*person.name.split(), person.id, *person.emails):
            assert told not in page.html
    assert [box["type"] for box in page.boxes] == ["email"]
    assert "<script" not in page.html


def test_what_a_meeting_is_called_is_left_out_where_it_names_somebody(running: Running, meeting: str) -> None:
    proxy, _, _ = running
    held = Meeting("talk-okoro", datetime.fromisoformat(STARTED), roster=Roster(PEOPLE), title="Ben / Chiara")
    stored(proxy, lambda store: store.meetings.put(held))
    for title in ("Ben / Chiara", ""):
        stored(proxy, lambda store, t=title: store.meetings.put(Meeting(held.id, held.started_at, title=t)))
        stored(proxy, lambda store: store.meetings.put(Meeting(held.id, held.started_at, roster=Roster(PEOPLE))))
        page = look(room(proxy, held.id))
        assert "the meeting of 2 March 2026" in page.text
        assert not any(word in page.text for word in ("Ben", "Chiara", "okoro"))


@pytest.mark.parametrize("language", ["de", "ar"])
def test_the_page_is_in_the_language_of_who_looks(running: Running, meeting: str, language: str) -> None:
    html = look(f"{room(running[0], meeting)}?lang={language}").html
    assert f'<html lang="{language}"' in html
    assert "Ask for your own link" not in html


def test_the_terms_can_be_read_from_the_room(running: Running, meeting: str) -> None:
    proxy, _, _ = running
    link = room(proxy, meeting)
    assert visit(f"{link}/terms/acme-llm").status == 404
    version = proxy.document["recipients"]["acme-llm"]["terms"]["version"]
    stored(proxy, lambda store: store.terms.add("acme-llm", version, "1. We keep it.", "sha256:x", datetime.now(UTC)))
    assert "1. We keep it." in look(f"{link}/terms/acme-llm").text
    assert visit(f"{link}/terms/acme-llm%0d%0aX:%201").status == 404


# --- whoever asks ----------------------------------------------------------------------------------


def test_an_address_on_the_roster_is_answered_as_any_other(running: Running, meeting: str) -> None:
    proxy, _, _ = running
    told = set()
    for address in (ANN, "stranger@nowhere.example", "eve@fjord.example", "team@fjord.example", ANN):
        link = room(proxy, meeting)
        reply = ask(link, address)
        head = {name: value for name, value in reply.headers.items() if name not in ("date", "location")}
        page = visit(urllib.parse.urljoin(link, reply.headers["location"]))
        shown = page.body.decode().replace(link.rpartition("/")[2], "")
        told.add((reply.status, reply.body, str(head), page.status, shown))
    assert len(told) == 1
    ((status, _, _, _, shown),) = told
    assert status == 303
    assert "If this address is on file for this meeting" in shown


def test_links_go_to_the_roster_alone_and_once(running: Running, meeting: str) -> None:
    proxy, mails, _ = running
    link = room(proxy, meeting)
    before = len(mails.received)
    for address in (f" {ANN.upper()} ", ANN, "eve@fjord.example", "team@fjord.example", "mallory@nowhere.example"):
        assert ask(link, address).status == 303
    assert len(waiting(proxy, link)) == 4

    told = answers(proxy, meeting, "--send")

    assert {each["address"]: each["why"] for each in told if "why" in each} == {
        "eve@fjord.example": "not_on_roster",
        "team@fjord.example": "shared",
        "mallory@nowhere.example": "not_on_file",
    }
    assert [(each["participant"], each["sent"]) for each in told if "participant" in each] == [("p-ann", True)]
    ((to, mail),) = mails.received[before:]
    assert email_of(to) == ANN
    own = next(word for word in mail.get_body(("plain",)).get_content().split() if "/c/" in word)
    assert "Annika" in look(own).text
    assert [each for each in answers(proxy, meeting, "--send") if "participant" in each] == []
    assert len(mails.received) == before + 1


def test_who_has_a_link_already_gets_the_same(running: Running, meeting: str) -> None:
    proxy, mails, _ = running
    link = room(proxy, meeting, "--purpose", "summary")
    ask(link, BEN)
    (first,) = answers(proxy, meeting)
    ask(room(proxy, meeting, "--purpose", "summary"), BEN)
    ask(room(proxy, meeting, "--purpose", "compose"), ANN)
    before = len(mails.received)
    told = {each["participant"]: each["invitation"] for each in answers(proxy, meeting, "--send")}
    assert (told["p-ben"], told["p-ann"] != told["p-ben"]) == (first["invitation"], True)
    sent = {to: mail.get_body(("plain",)).get_content() for to, mail in mails.received[before:]}
    assert first["link"] in sent[BEN].split()
    # They asked for it, and may have answered before.
    assert "no answer from you yet" not in sent[BEN]


def test_requests_of_one_meeting_are_nobody_s_in_another(running: Running, meeting: str) -> None:
    proxy, _, _ = running
    ask(room(proxy, f"{meeting}-2"), ANN)
    assert answers(proxy, meeting) == []
    assert [each["why"] for each in answers(proxy, f"{meeting}-2")] == ["not_on_roster"]
    of_all = command(proxy, "invite", "--requested", "--json").stdout.splitlines()
    assert f"{meeting}-2" in {json.loads(line).get("meeting") for line in of_all}


def test_what_waits_is_seen_before_the_meeting(running: Running, meeting: str) -> None:
    proxy, _, _ = running
    soon = Meeting(f"{meeting}-soon", datetime.now(UTC) + timedelta(days=1), roster=Roster(PEOPLE))
    stored(proxy, lambda store: store.meetings.put(soon))
    link = room(proxy, soon.id)
    ask(link, ANN)
    ask(link, "mallory@nowhere.example")
    told = [json.loads(line) for line in command(proxy, "coverage", "--json").stdout.splitlines()]
    assert {each["meeting"]: each["link_requests"] for each in told}[soon.id] == 2
    assert "2 asked in the room for a link" in command(proxy, "coverage").stderr


# --- what the room's link cannot do ------------------------------------------------------------------


def test_the_room_s_link_says_yes_and_no_for_nobody(running: Running, meeting: str) -> None:
    proxy, _, recorder = running
    link = room(proxy, meeting)
    personal = invite(proxy, "--purpose", "summary", "--participant", "p-ann", meeting=meeting)["p-ann"]
    form = look(personal).form
    base, _, code = link.rpartition("/r/")
    for fields in (
        [("form", form), ("yes", "0"), ("button", "save")],
        [("email", ANN), ("form", form), ("button", "no_to_all")],
        [("email", ANN), ("participant", "p-ann"), ("button", "withdraw_all")],
        [("email", ANN), ("email", BEN)],
    ):
        assert send(link, fields).status == 400
    assert waiting(proxy, link) == []
    assert visit(f"{base}/c/{code}").status == 404
    assert visit(f"{base}/r/{personal.rpartition('/')[2]}").status == 404
    assert visit(f"{link}/receipt.json").status == 404
    ask(link, ANN)
    records = stored(proxy, lambda store: store.consents.grants([each.id for each in PEOPLE]))
    assert [each for each in records if each.scope_id == meeting] == []
    mark = len(recorder.received)
    proxy.chat("Annika Solberg: The launch moves to June.\n", meeting=meeting)
    assert not any("launch" in each.json["messages"][0]["content"] for each in recorder.received[mark:])


@pytest.mark.parametrize(
    "address",
    ["", " ", "ann", "@fjord.example", "ann@", "ann@fjord.example\r\nBcc: eve@x.example",
     "ann@fjord.example\nTo: x@y.z",
     "ann@fjord.example,eve@x.example", "ann@fjord.example;eve@x.example", "Ann <ann@fjord.example>",
     '"ann"@fjord.example', "ann@fjord.example\u202e", "\u2066ann@fjord.example", "ann\u200b@fjord.example",
     "ann@fjord.example\x00", "ann\x1b[2J@fjord.example", "a" * 70 + "@fjord.example", "a@" + "b" * 300,
     "=?utf-8?q?ann?=@fjord.example@x", "ann@@fjord.example", "ann@fjord.example\u2028x"],
    ids=["empty", "space", "word", "no_name", "no_host", "bcc", "to", "comma", "semicolon", "name", "quoted", "turned",
         "isolated", "zero_width", "nul", "escape", "long_name", "long", "encoded", "two_signs", "line"],
)  # fmt: skip
def test_what_is_no_address_is_put_nowhere(running: Running, meeting: str, address: str) -> None:
    proxy, _, _ = running
    link = room(proxy, meeting)
    reply = ask(link, address)
    assert reply.status == 400
    page = reply.body.decode()
    assert "This is not one e-mail address" in page
    assert page == ask(link, "nobody").body.decode(), "what was typed is said again"
    assert waiting(proxy, link) == []


def test_an_address_that_looks_like_another_is_shown_as_what_it_is(running: Running, meeting: str) -> None:
    """The letter a of another alphabet: the address is nobody's, and must not pass for one that is on file."""
    proxy, _, _ = running
    ask(room(proxy, meeting), "\u0430nnika.solberg@fjord.example")
    done = command(proxy, "invite", "--meeting", meeting, "--requested")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "\\u0430nnika.solberg@fjord.example" in done.stderr


def test_a_link_that_ended_or_was_revoked_is_answered_as_one_that_never_was(running: Running, meeting: str) -> None:
    proxy, _, _ = running
    ended, revoked = room(proxy, meeting), room(proxy, f"{meeting}-2")
    ask(ended, ANN)
    ask(revoked, "eve@fjord.example")
    assert command(proxy, "room", "--meeting", f"{meeting}-2", "--revoke").stdout == "1 links ended\n"
    code = ended.rpartition("/")[2]
    stored(proxy, lambda store: over(store, code))
    never = f"{ended.rpartition('/')[0]}/0000-0000-0000"
    told = {(reply.status, reply.body) for reply in map(visit, (ended, revoked, never))}
    assert len(told) == 1
    assert {status for status, _ in told} == {404}
    assert {ask(each, ANN).status for each in (ended, revoked, never)} == {404}
    # What was asked while a link was good is answered; what was asked by a revoked one is forgotten.
    assert [each.get("participant") for each in answers(proxy, meeting)] == ["p-ann"]
    assert answers(proxy, f"{meeting}-2") == []
    # A request that came as the link was revoked.
    stored(proxy, lambda store: store.rooms.ask(revoked.rpartition("/")[2], "eve@fjord.example", datetime.now(UTC)))
    assert answers(proxy, f"{meeting}-2") == []


async def over(store: Store, code: str) -> None:
    """Have the link with this code end a minute ago."""
    from sqlalchemy import update

    from proxy.edge.store.tables import room_links

    async with store._db.writing() as connection:
        past = datetime.now(UTC) - timedelta(minutes=1)
        await connection.execute(update(room_links).where(room_links.c.code == code).values(ends=past))


def test_a_lifetime_that_is_over_closes_the_page(running: Running, meeting: str) -> None:
    done = json.loads(command(running[0], "room", "--meeting", meeting, "--expires", "2h", "--json").stdout)
    ends = datetime.fromisoformat(done["ends"])
    assert timedelta(minutes=110) < ends - datetime.now(UTC) <= timedelta(hours=2)
    assert datetime.fromisoformat(done["answers_end"]) > ends


# --- who guesses and who floods ------------------------------------------------------------------------


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[tuple[Proxy, str]]:
    """A proxy whose pages may be asked for five times a minute, and the link of a room there."""
    proxy = Proxy(tmp_path, page_settings(tmp_path, "https://llm.example/v1", requests_per_minute=5))
    held = Meeting("m-slow", datetime.fromisoformat(STARTED), roster=Roster(PEOPLE))
    stored(proxy, lambda store: store.meetings.put(held))
    proxy.start()
    yield proxy, room(proxy, held.id)
    proxy.stop()


def test_whoever_guesses_is_not_told_when_they_are_right(slow: tuple[Proxy, str]) -> None:
    proxy, link = slow
    base = link.rpartition("/")[0]
    assert visit(link).status == 200
    guesses = [visit(f"{base}/0000-0000-{number:04}").status for number in range(7)]
    assert guesses == [404] * 5 + [429] * 2
    assert visit(link).status == 429
    noted = [each.reason for each in stored(proxy, lambda store: store.links.incidents(100))]
    assert noted == ["room_link_unknown"] * 5


def test_whoever_floods_a_room_s_link_is_stopped(slow: tuple[Proxy, str]) -> None:
    proxy, link = slow
    sent = [ask(link, f"a{number}@nowhere.example").status for number in range(8)]
    assert sent == [303] * 5 + [429] * 3
    assert len(waiting(proxy, link)) == 5
    assert {visit(link).status for _ in range(60)} == {200, 429}


def test_the_offers_of_a_room_are_those_of_the_routes_unless_named(running: Running, meeting: str) -> None:
    proxy, _, _ = running
    assert isinstance(Settings.model_validate(proxy.document), Settings)
    codes = [
        room(proxy, meeting).rpartition("/")[2],
        room(proxy, meeting, "--purpose", "qa", "--recipient", "acme-llm").rpartition("/")[2],
    ]
    links = [stored(proxy, lambda store, c=code: store.rooms.by_code(c)) for code in codes]
    assert [[offer.purpose for offer in each.offers] for each in links] == [["summary", "compose"], ["qa"]]
    assert {each.scope for each in links} == {Scope.MEETING}
