"""``meeting-proxy terms`` and what ``check`` says of terms: output, exit codes, and what is on file."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from proxy.cli.main import app
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.edge.store.schema import NEWEST, REVISIONS
from proxy.edge.store.store import Store
from proxy.errors import Fault

CONFIG = """
version: 1
organization: fjord
recipients:
  acme: {base_url: "https://llm.example/v1", retention_days: 30, terms: {version: v1%s}}
  other: {base_url: "https://other.example/v1", terms: {version: v9}}
routes: [{name: summary, path: /v1/chat/completions, dialect: openai-chat, purpose: summary, recipient: acme}]
clients: [{name: bot, key_sha256: "%s", routes: [summary]}]
consent: {reconsent_on_change: [summary]}
store: sqlite:///%s
"""
KEEPS_OUT = "1. Data\n\nWe will not use your content to train our models. We keep transcripts for 30 days.\n"
TAKES = "1. Data\n\nWe may use your content to train our models. We may keep transcripts indefinitely.\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    configure(tmp_path)
    (tmp_path / "v1.txt").write_text(KEEPS_OUT)
    (tmp_path / "v2.txt").write_text(TAKES)
    return tmp_path


def configure(place: Path, more: str = "") -> None:
    (place / "proxy.yaml").write_text(CONFIG % (more, "0" * 64, place / "proxy.db"))


@pytest.fixture
def run(place: Path) -> Callable[..., Result]:
    def run(*words: object, code: int = 0) -> Result:
        config = [] if words[1:2] == ("read",) else ["--config", place / "proxy.yaml"]
        done = CliRunner().invoke(app, [str(word) for word in (*words, *config)])
        assert done.exit_code == code, (done.output, done.exception)
        return done

    return run


def add(run: Callable[..., Result], place: Path, version: str, name: str | None = None, **options: Any) -> Result:
    return run("terms", "add", "acme", place / f"{name or version}.txt", "--version", version, **options)


def test_versions_are_kept_listed_and_never_replaced(run, place) -> None:
    add(run, place, "v1")
    add(run, place, "v1")
    clash = add(run, place, "v1", "v2", code=1)
    assert isinstance(clash.exception, Fault)
    assert clash.exception.reason == "terms_differ"
    (held,) = json.loads(run("terms", "list", "--json").stdout)["recipients"]["acme"]["versions"]
    assert held["version"] == "v1"
    assert held["accepted_by"] is None


def test_an_unknown_recipient_or_version_is_refused(run, place) -> None:
    adding = ("add", "nobody", place / "v1.txt", "--version", "v1")
    for words in (adding, ("diff", "acme"), ("diff", "acme", "v1", "v2"), ("accept", "acme", "v7", "--by", "legal")):
        assert isinstance(run("terms", *words, code=1).exception, Fault)


def test_the_difference_shows_sentences(run, place) -> None:
    add(run, place, "v1")
    add(run, place, "v2")
    shown = run("terms", "diff", "acme").stdout
    assert "- We will not use your content to train our models." in shown
    assert "+ We may use your content to train our models." in shown
    changes = json.loads(run("terms", "diff", "acme", "v2", "v1", "--json").stdout)["changes"]
    assert {change["kind"] for change in changes} <= {"changed", "added", "removed"}
    assert run("terms", "diff", "acme", "v1", "v1").stdout.startswith("v1 → v1: 0 sentences")


def test_acceptance_is_recorded_once_and_warns_of_what_is_serious(run, place) -> None:
    add(run, place, "v2")
    told = run("terms", "accept", "acme", "v2", "--by", "legal")
    assert "2 clauses" in told.output
    assert "accepted by legal" in run("terms", "accept", "acme", "v2", "--by", "somebody else").stdout
    (held,) = json.loads(run("terms", "list", "--json").stdout)["recipients"]["acme"]["versions"]
    assert held["accepted_by"] == "legal"


def test_reading_a_file_shows_sentences_and_ends_with_1_where_it_is_serious(run, place) -> None:
    promise = json.loads(run("terms", "read", place / "v1.txt", "--json").stdout)
    assert [(c["code"], c["stance"]) for c in promise["clauses"]] == [("training_licence", "promises")]
    taking = json.loads(run("terms", "read", place / "v2.txt", "--json", code=1).stdout)
    assert {c["code"] for c in taking["clauses"] if c["serious"]} == {"training_licence", "endless_retention"}
    assert "We may use your content to train our models." in run("terms", "read", place / "v2.txt", code=1).stdout
    (place / "de.txt").write_text("Der Anbieter darf Inhalte zum Training seiner Modelle verwenden. " * 3)
    assert "not English" in run("terms", "read", place / "de.txt", code=1).stdout
    run("terms", "read", place / "absent.txt", code=2)


def test_grants_for_older_terms_are_listed_as_stale_where_policy_asks_again(run, place) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)

    def grant(
        number: int, person: str, purpose: str, version: str, state: ConsentState = ConsentState.GRANTED
    ) -> ConsentRecord:
        return ConsentRecord(
            f"g{number}", person, Scope.ORG, "fjord", purpose, "acme", version, state, now, None, "verbal",
                     affirmative=True, actor=person, recorded_at=now.replace(minute=number))  # fmt: skip

    async def fill() -> None:
        async with await Store.open(f"sqlite:///{place / 'proxy.db'}") as store:
            for record in (
                grant(1, "p-old", "summary", "v0"),
                grant(2, "p-back", "summary", "v0"), grant(3, "p-back", "summary", "v0", ConsentState.WITHDRAWN),
                grant(4, "p-new", "summary", "v0"), grant(5, "p-new", "summary", "v1"),
                grant(6, "p-compose", "compose", "v0"), grant(7, "p-train", "model_training", "v0"),
            ):  # fmt: skip
                await store.consents.record(record)

    asyncio.run(fill())
    facts = json.loads(run("terms", "list", "--json").stdout)["recipients"]
    assert facts["acme"]["people_to_ask_again"] == ["p-old", "p-train"]
    assert facts["acme"]["stale_grants"] == 2
    assert facts["other"]["stale_grants"] == 0
    assert "2 grants are stale" in run("terms", "list").stdout


def warnings(run: Callable[..., Result]) -> list[str]:
    return json.loads(run("check", "--json").stdout)["warnings"]


def test_check_warns_where_the_text_contradicts_the_configuration(run, place) -> None:
    assert warnings(run) == []
    assert not (place / "proxy.db").exists()
    add(run, place, "v1")
    run("terms", "accept", "acme", "v1", "--by", "legal")
    assert warnings(run) == []
    configure(place, f", file: {place / 'v2.txt'}")
    assert [w.partition(":")[0] for w in warnings(run)] == ["recipients.acme.terms.file"]
    (place / "proxy.db").unlink()
    found = {w.partition(":")[0]: w for w in warnings(run)}
    assert set(found) == {"recipients.acme.may_train", "recipients.acme.retention_days"}
    assert "We may use your content to train our models." in found["recipients.acme.may_train"]
    assert "warning: recipients.acme.may_train" in run("check").output


def test_check_leaves_a_store_of_an_older_schema_as_it_is(run, place) -> None:
    """Whoever tries a new version's check must be able to go on with the old one."""
    add(run, place, "v1")
    with closing(sqlite3.connect(place / "proxy.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (REVISIONS[-2],))
    (found,) = [each for each in warnings(run) if each.startswith("store: ")]
    assert f"it has schema {REVISIONS[-2]}, and this version needs {NEWEST}" in found
    with closing(sqlite3.connect(place / "proxy.db")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(REVISIONS[-2],)]


def test_check_hints_at_what_people_who_are_asked_would_read_as_not_known(run, place) -> None:
    text = (place / "proxy.yaml").read_text()
    pages = (
        f"{text}consent_pages: {{base_url: 'http://127.0.0.1:8082', signing_key: {{file: {place / 'links.key'}}}}}\n"
    )
    (place / "links.key").write_text("k" * 64)
    (place / "links.key").chmod(0o600)
    (place / "proxy.yaml").write_text(pages)
    told, special, *others = json.loads(run("check", "--json").stdout)["hints"]
    assert [each.partition(": ")[0] for each in others] == [
        "ledger.retain_days, retention.meetings_days, retention.people_days",
    ]
    assert special.startswith("redaction: ")
    assert told.startswith("recipients.acme: does not state may_train, region, which people who are asked read as")
    stated = pages.replace("retention_days: 30", "retention_days: 30, may_train: false, region: eu")
    (place / "proxy.yaml").write_text(stated)
    assert json.loads(run("check", "--json").stdout)["hints"] == [special, *others]


def test_check_warns_of_terms_that_nobody_accepted_or_that_are_not_on_file(run, place) -> None:
    add(run, place, "v1")
    assert [w.partition(";")[0].rpartition(": ")[2] for w in warnings(run)] == [
        "nobody accepted v1 for the organization"
    ]
    configure(place)
    (place / "proxy.yaml").write_text((place / "proxy.yaml").read_text().replace("version: v1", "version: v3"))
    assert "the text of v3 is not on file" in warnings(run)[0]
