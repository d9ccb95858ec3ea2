"""`meeting-proxy consent invite`: whom it asks for what, and what it refuses."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from harness.consent_page import LINK_KEY, page_settings
from harness.process import Proxy
from typer.testing import CliRunner

from proxy.cli.main import app
from proxy.consent.invitations import invitation_of
from proxy.errors import ClientFault

PEOPLE = [
    {"id": "p-ann", "name": "Annika Solberg", "emails": ["annika.solberg@fjord.example"]},
    {"id": "p-ben", "name": "Benedikt Oyelaran"},
    {"id": "Chiara", "name": "Chiara"},
    {"id": "r-1", "name": "Room Oslo", "class": "room", "members": ["p-ann", "p-ben"]},
]


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Proxy:
    directory: Path = tmp_path_factory.mktemp("invite")
    found = Proxy(directory, page_settings(directory, "https://llm.example/v1"))
    found.document["recipients"]["trainer"] = found.document["recipients"]["acme-llm"] | {"may_train": True}
    found.document["routes"].append(
        {"name": "qa", "path": "/qa", "dialect": "openai-chat", "purpose": "qa", "recipient": "trainer"}
    )
    found.document["purposes"] = {"x-coaching": {"description": {"en": "A coach reads it."}}}
    found.meeting(PEOPLE)
    return found


def run(proxy: Proxy, *words: str):
    command = ["consent", "invite", "--config", str(proxy.config), *words]
    return CliRunner().invoke(app, command, catch_exceptions=False)


def refused(proxy: Proxy, *words: str) -> str:
    with pytest.raises(ClientFault) as caught:
        run(proxy, *words)
    return caught.value.reason


def asked(line: str):
    return invitation_of(json.loads(line)["link"].rsplit("/", 1)[1], LINK_KEY, datetime.now(UTC))


def test_a_link_a_person_and_none_for_rooms_and_telling_ids(proxy):
    done = run(proxy, "--meeting", "m1", "--purpose", "summary", "--json")
    entries = [json.loads(line) for line in done.stdout.splitlines()]
    assert [entry["participant"] for entry in entries] == ["p-ann", "p-ben"]
    assert (entries[0]["name"], entries[0]["email"]) == ("Annika Solberg", "annika.solberg@fjord.example")
    assert len({entry["invitation"] for entry in entries}) == 2
    assert "Chiara is left out" in done.stderr
    assert "r-1 is left out" in done.stderr
    assert not any("Annika" in entry["link"] or "@" in entry["link"] for entry in entries)


def test_without_json_a_line_is_for_mail_merge(proxy):
    line = run(proxy, "--meeting", "m1", "--purpose", "summary", "--participant", "p-ann").stdout
    person, email, link = line.rstrip("\n").split("\t")
    assert (person, email) == ("p-ann", "annika.solberg@fjord.example")
    assert link.startswith("http://127.0.0.1:")


def test_a_link_asks_what_recipients_serve_and_training_along_where_their_terms_allow_it(proxy):
    line = run(
        proxy, "--meeting", "m1", "--purpose", "summary", "--purpose", "qa", "--participant", "p-ann",
        "--expires", "12h", "--covers-earlier", "--json",
    ).stdout  # fmt: skip
    invitation = asked(line)
    assert [tuple(offer) for offer in invitation.offers] == [
        ("summary", "acme-llm"), ("qa", "trainer"), ("model_training", "trainer"),
    ]  # fmt: skip
    assert invitation.covers_earlier
    left = invitation.expires - datetime.now(UTC)
    assert timedelta(hours=11) < left <= timedelta(hours=12)


def test_an_own_purpose_is_asked_where_it_is_explained(proxy):
    words = ["--meeting", "m1", "--participant", "p-ann", "--recipient", "acme-llm"]
    assert asked(run(proxy, *words, "--purpose", "x-coaching", "--json").stdout).offers[0].purpose == "x-coaching"
    assert refused(proxy, *words, "--purpose", "x-scoring") == "unexplained_purpose"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--meeting", "m1", "--purpose", "everything"], "unknown_purpose"),
        (["--meeting", "m1", "--purpose", "recording"], "nothing_asked"),
        (["--meeting", "m1", "--purpose", "summary", "--purpose", "recording"], "nothing_asked"),
        (["--meeting", "m1", "--purpose", "summary", "--recipient", "nobody"], "unknown_recipient"),
        (["--meeting", "m9", "--purpose", "summary"], "unknown_meeting"),
        (["--series", "weekly", "--purpose", "summary"], "unknown_meeting"),
        (["--meeting", "m1", "--purpose", "summary", "--participant", "p-zoe"], "unknown_participant"),
        (["--meeting", "m1", "--purpose", "summary", "--participant", "r-1"], "room_not_asked"),
        (["--meeting", "m1", "--purpose", "summary", "--participant", "Chiara"], "telling_id"),
    ],
)
def test_what_cannot_be_asked_is_refused(proxy, words, reason):
    assert refused(proxy, *words) == reason


@pytest.mark.parametrize(
    "words",
    [
        ["--purpose", "summary"],
        ["--purpose", "summary", "--meeting", "m1", "--series", "weekly"],
        ["--purpose", "summary", "--meeting", "m1", "--expires", "soon"],
        ["--purpose", "summary", "--meeting", "m1", "--expires", "0d"],
        ["--meeting", "m1"],
    ],
)
def test_wrong_usage_is_told(proxy, words):
    assert run(proxy, *words).exit_code == 2


def test_nobody_is_invited_where_there_are_no_pages(proxy, tmp_path):
    document = {key: value for key, value in proxy.document.items() if key != "consent_pages"}
    assert refused(Proxy(tmp_path, document), "--meeting", "m1", "--purpose", "summary") == "no_consent_pages"


def test_nothing_is_put_on_file(proxy):
    run(proxy, "--meeting", "m1", "--purpose", "summary")
    assert json.loads(proxy.cli("consent", "list", "--config", str(proxy.config), "--json") or "[]") == []


def test_who_has_not_answered_gets_the_same_link_again(proxy: Proxy) -> None:
    proxy.meeting(PEOPLE, name="m-again")
    first = run(proxy, "--meeting", "m-again", "--purpose", "summary", "--json")
    proxy.consent("deny", "p-ann", meeting="m-again")
    again = run(proxy, "--meeting", "m-again", "--unanswered", "--json")

    links = {entry["participant"]: entry["link"] for entry in map(json.loads, first.stdout.splitlines())}
    reminded = {entry["participant"]: entry["link"] for entry in map(json.loads, again.stdout.splitlines())}
    assert reminded == {who: link for who, link in links.items() if who != "p-ann"}
    for words in (["--unanswered", "--purpose", "summary"], []):
        assert run(proxy, "--meeting", "m-again", *words).exit_code == 2


def test_coverage_counts_by_answer_and_names_ids(proxy: Proxy) -> None:
    proxy.meeting(PEOPLE, name="m-covered")
    soon = (datetime.now(UTC) + timedelta(hours=3)).isoformat()
    proxy.cli("meeting", "add", "--config", str(proxy.config), "--id", "m-soon", "--start", soon, "--title", "Board",
              "--participant", "id=p-ann,name=Annika Solberg", "--participant", "id=p-new,name=Nils Holm")  # fmt: skip
    run(proxy, "--meeting", "m-soon", "--purpose", "summary", "--participant", "p-ann")
    config = ["--config", str(proxy.config), "--next", "12h"]
    done = CliRunner().invoke(app, ["consent", "coverage", *config, "--json"], catch_exceptions=False)
    (found,) = [each for each in map(json.loads, done.stdout.splitlines()) if each["meeting"] == "m-soon"]
    (summary,) = [each for each in found["covered"] if (each["purpose"], each["recipient"]) == ("summary", "acme-llm")]
    assert [(each["participant"], each["answer"]) for each in summary["people"]] == [
        ("p-ann", "pending"), ("p-new", "never_asked"),
    ]  # fmt: skip
    assert (summary["all_present"], summary["all_present_reason"]) == (False, "roster_incomplete")
    shown = CliRunner().invoke(app, ["consent", "coverage", *config], catch_exceptions=False).output
    assert "Board (m-soon)" in shown
    assert "m-soon: its roster may lack people" in shown
    assert [each["name"] for each in summary["people"]] == ["Annika Solberg", "Nils Holm"]


def test_coverage_says_by_name_who_gave_which_answer_before_one_meeting(proxy: Proxy) -> None:
    proxy.meeting(PEOPLE, name="m-named")
    words = ["consent", "coverage", "--config", str(proxy.config), "--meeting", "m-named", "--people"]
    shown = CliRunner().invoke(app, words, catch_exceptions=False).output
    rows = [line.split() for line in shown.splitlines() if "m-named" in line and "summary" in line]
    assert len(rows) == len(PEOPLE)
    assert all(any(each["name"].split()[0] in row for row in rows) for each in PEOPLE)
    lost = CliRunner().invoke(app, [*words[:-2], "nowhere"])
    assert (lost.exit_code, "unknown_meeting" in str(lost.exception)) == (1, True)


def test_coverage_says_where_no_meeting_begins(tmp_path: Path) -> None:
    alone = Proxy(tmp_path, page_settings(tmp_path, "https://llm.example/v1"))
    config = ["--config", str(alone.config)]
    done = CliRunner().invoke(app, ["consent", "coverage", *config], catch_exceptions=False)
    assert (done.exit_code, "no meeting on file begins in this time" in done.stderr) == (0, True)
    assert CliRunner().invoke(app, ["consent", "coverage", *config, "--json"], catch_exceptions=False).stdout == ""
