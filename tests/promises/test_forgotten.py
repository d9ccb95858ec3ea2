"""A person who was forgotten is found by nobody: not in the ledger, the store or its backup, not with any key on file.

Everything is driven from outside, with a proxy that runs meanwhile.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from harness.patience import PATIENCE
from harness.postgres import Postgres
from harness.process import PEOPLE, Proxy, fetch, settings
from harness.recorder import Recorder
from harness.roles import as_role, documented
from harness.stores import postgres_store
from sqlalchemy import make_url

TOKEN = "admin-token-of-this-test"
TEXT = "Annika Solberg: We agree on the budget.\nChiara Montefusco: The launch moves to May.\n"
CANARIES = ("p-ann", "annika", "solberg", "anni", "ani s")
"""All that names her, in small letters: ids, names, aliases, addresses."""
YEARS = [str(year) for year in range(2024, 2040)]
OTHERS = ("p-ben", "benedikt", "oyelaran", "ben.o@", "p-cho", "chiara", "montefusco")


@dataclass
class Stand:
    """A proxy after a meeting, and what somebody noted of Annika before she was forgotten."""

    proxy: Proxy
    recorder: Recorder
    postgres: Postgres | None
    grants: list[str]
    keys: dict[str, bytes]

    def cli(self, *words: str, code: int = 0) -> str:
        return self.proxy.cli(*words[:2], "--config", str(self.proxy.config), *words[2:], code=code)

    def rows(self, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
        statement = f"SELECT {columns} FROM {table}"
        url = make_url(self.proxy.document["store"])
        if self.postgres is not None:
            return self.postgres.sql(statement, url.database or "")
        with closing(sqlite3.connect(url.database or "")) as raw:
            return raw.execute(statement).fetchall()

    def tables(self) -> list[str]:
        names = "SELECT name FROM sqlite_master WHERE type = 'table'"
        if self.postgres is not None:
            database = make_url(self.proxy.document["store"]).database or ""
            return [row[0] for row in self.postgres.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
                                                        database)]  # fmt: skip
        with closing(sqlite3.connect(make_url(self.proxy.document["store"]).database or "")) as raw:
            return [row[0] for row in raw.execute(names)]

    def on_file(self) -> str:
        """All that the store shows; of a file, its bytes and those of a copy taken now."""
        shown = " ".join(str(self.rows(table)) for table in self.tables())
        if self.postgres is None:
            with closing(sqlite3.connect(self.proxy.directory / "proxy.db")) as raw:
                raw.execute("VACUUM INTO ?", (str(self.proxy.directory / "backup.db"),))
            files = [*self.proxy.directory.glob("proxy.db*"), self.proxy.directory / "backup.db"]
            shown += " ".join(file.read_bytes().decode("latin-1") for file in files)
            (self.proxy.directory / "backup.db").unlink()
        else:
            statistics = self.postgres.sql(
                "SELECT tablename, most_common_vals::text, histogram_bounds::text FROM pg_stats "
                "WHERE schemaname = 'public'", make_url(self.proxy.document["store"]).database or "")  # fmt: skip
            shown += str(statistics)
        return shown

    def pseudonyms(self, keys: dict[str, bytes]) -> set[str]:
        """Everything that somebody with these keys, and what was noted of Annika, can look for in the ledger."""
        found = set()
        for key in keys.values():
            for epoch in YEARS:
                messages = [f"ptc\0{epoch}\0fjord", *(f"grt\0{epoch}\0fjord\0{grant}" for grant in self.grants)]
                found |= {hmac.digest(key, message.encode(), hashlib.sha256)[:16].hex() for message in messages}
        return found


@contextmanager
def running(tmp_path: Path, postgres: Postgres | None, **changes: str) -> Iterator[Stand]:
    with Recorder() as recorder:
        document = settings(tmp_path, recorder.base_url, **changes)
        document["admin"]["token"] = {"env": "ADMIN_TOKEN"}
        document["recipients"]["acme-llm"] |= {"region": "eu", "retention_days": 30}
        proxy = Proxy(tmp_path, document, {"ADMIN_TOKEN": TOKEN})
        proxy.meeting([{**PEOPLE[0], "aliases": ["Ani S"]}, *PEOPLE[1:]])
        proxy.meeting([{"id": "p-ann-old", "name": "Anni Solberg", "emails": ["anni@solberg.example"]}], "m0")
        proxy.consent("deny", "p-ann-old", meeting="m0")
        proxy.cli("people", "confirm", "p-ann-old", "--same-as", "p-ann", "--config", str(proxy.config))
        for person in ("p-ann", "p-cho"):
            proxy.consent("grant", person)
        proxy.consent("deny", "p-ben")
        proxy.start()
        assert proxy.chat(TEXT).status == 200
        assert proxy.chat("Benedikt Oyelaran: canary-of-ben. Annika Solberg: Yes, canary-of-ann.").status in (200, 403)
        proxy.settled()
        made = Stand(proxy, recorder, postgres, [], {})
        made.grants = [row[0] for row in made.rows("grants", "id, participant") if row[1].startswith("p-ann")]
        made.keys = {row[0]: row[1] for row in made.rows("subject_keys") if row[0].startswith("p-ann")}
        yield made
        proxy.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def stand(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stand]:
    postgres: Postgres | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    with running(tmp_path, postgres, **({"store": postgres.database()} if postgres else {})) as made:
        yield made


def found(stand: Stand, names: tuple[str, ...], where: str) -> list[str]:
    return [name for name in (*names, *stand.grants) if name in where.lower()]


def test_who_was_forgotten_is_found_by_nobody(stand: Stand) -> None:
    proxy, ledger = stand.proxy, stand.proxy.ledger_bytes.decode()
    assert found(stand, CANARIES, stand.on_file())
    hers = {each for each in stand.pseudonyms(stand.keys) if each in ledger}
    grants = {
        each for event in proxy.events for person in event.get("resources", ()) for each in person["data"]["grants"]
    }
    assert any(each.startswith("grt:") and each.rpartition(":")[2] in hers for each in grants)

    told = stand.cli("subject", "forget", "Annika Solberg", "--yes")
    assert "acme-llm" in told
    assert "eu" in told
    assert "kept 30 days" in told
    assert "under pseudonyms" in told
    exchange = proxy.events[1]["metadata"]["correlation_uid"]
    assert exchange in told

    assert found(stand, CANARIES, stand.on_file()) == []
    assert found(stand, CANARIES, proxy.ledger_bytes.decode()) == []
    left = {row[0]: row[1] for row in stand.rows("subject_keys")}
    assert left.keys().isdisjoint(stand.keys)
    assert hers.isdisjoint(stand.pseudonyms(left))
    for person in ("Annika Solberg", "p-ann", "p-ann-old", "annika.solberg@fjord.example"):
        ended = stand.cli("subject", "report", person, "--json", code=1)
        assert "exchanges" not in ended
    assert "in order" in stand.cli("ledger", "verify")


def test_her_pseudonyms_leave_the_store_with_the_act_that_a_ledger_has_taken(stand: Stand) -> None:
    """The row of the act is gone then; so are its bytes, without anybody asking for it."""
    hers = {each for each in stand.pseudonyms(stand.keys) if each in stand.proxy.ledger_bytes.decode()}
    stand.cli("subject", "forget", "p-ann", "--yes")
    deadline = time.monotonic() + PATIENCE
    while (left := [each for each in hers if each in stand.on_file()]) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert hers
    assert left == []
    (forgotten,) = (each for each in stand.proxy.acts if each["metadata"]["event_code"] == "person.forgotten")
    assert {each.rpartition(":")[2] for each in forgotten["unmapped"]["ledger"]["people"]} & hers


STRANGERS = (
    "Annika Solberg (guest)",
    "Solberg, Annika",
    "annika.solberg's iPad",
    "A. Solberg",
    "Mr X for ANNIKA SOLBERG",
)


def test_labels_of_strangers_that_hold_her_name_go_with_her(stand: Stand) -> None:
    """They were seen in a meeting whose roster has nobody of that name, so they are nobody's."""
    stand.proxy.meeting([PEOPLE[1]], "m3")
    for label in (*STRANGERS, "Anna Kolberg", "Solveig Berg"):
        seen = {"label": label, "event": "joined", "at": "2026-03-02T10:05:00Z"}
        assert admin(stand, "POST", "/v1/meetings/m3/presence", seen).status == 200
    assert [label for label in STRANGERS if label in stand.on_file()] == list(STRANGERS)

    stand.cli("subject", "forget", "p-ann", "--yes")
    assert found(stand, CANARIES, stand.on_file()) == []
    assert sorted(row[0] for row in stand.rows("presence", "label") if row[0]) == ["Anna Kolberg", "Solveig Berg"]
    assert not admin(stand, "GET", "/v1/meetings/m3").json["complete"]


def test_who_else_bears_her_name_is_told_beforehand_and_stays(stand: Stand) -> None:
    """Nobody can say by a name whether another entry is hers; the operator can."""
    stand.proxy.meeting([{"id": "p-guest-7", "name": "Annika Solberg (NDA)"}], "annika-solberg-1on1")
    stand.cli("subject", "hold", "p-cho", "--reason", "complaint of Annika Solberg")
    told = json.loads(stand.cli("subject", "forget", "p-ann", "--yes", "--json"))
    (others,) = [each for each in told["remains"] if "p-guest-7" in each]
    assert "people confirm" in others
    assert [each for each in told["remains"] if "p-cho" in each and "subject hold" in each]
    assert [each for each in told["remains"] if "annika-solberg-1on1" in each]
    assert "Annika Solberg (NDA)" in str(stand.rows("participants"))


def test_her_words_stay_in_afterwards_and_those_of_others_go_on(stand: Stand) -> None:
    stand.cli("subject", "forget", "p-ann", "--yes")
    mark = len(stand.recorder.received)
    said = "Annika Solberg: canary-late of mine.\nChiara Montefusco: The launch moves to June.\n"
    assert stand.proxy.chat(said).status == 200

    sent = b"".join(received.raw for received in stand.recorder.received[mark:])
    assert b"canary-late" not in sent
    assert b"June" in sent
    assert found(stand, CANARIES, stand.on_file()) == []


def test_nothing_is_forgotten_unasked_or_on_hold(stand: Stand) -> None:
    before = stand.rows("grants")
    stand.cli("subject", "forget", "p-ann", code=1)
    stand.cli("subject", "hold", "Annika Solberg", "--reason", "the court of Fjord asks")
    stand.cli("subject", "forget", "p-ann", "--yes", code=1)
    stand.cli("subject", "forget", "p-ann-old", "--yes", code=1)
    assert stand.rows("grants") == before
    assert "the court of Fjord asks" in stand.cli("subject", "holds")
    assert "court" not in stand.proxy.ledger_bytes.decode()

    stand.cli("subject", "release", "p-ann")
    stand.cli("subject", "release", "p-ann", code=1)
    stand.cli("subject", "forget", "p-ann", "--yes")
    assert found(stand, CANARIES, stand.on_file()) == []


def test_a_refuser_whom_a_default_would_admit_is_not_forgotten_by_the_way(stand: Stand) -> None:
    stand.proxy.document["consent"]["defaults"] = {"employee": "admit"}
    stand.cli("subject", "forget", "p-ben", "--yes", code=1)
    assert "p-ben" in stand.on_file()
    stand.cli("subject", "forget", "p-ben", "--yes", "--accept-admission")
    assert [name for name in ("p-ben", "oyelaran") if name in stand.on_file().lower()] == []


def test_the_report_has_everything_of_her_and_nothing_of_others(stand: Stand) -> None:
    page = stand.proxy.directory / "ann.html"
    report = json.loads(stand.cli("subject", "report", "Annika Solberg", "--json", "--html", str(page)))

    (one,) = report["exchanges"]
    own = [row[0] for row in stand.rows("grants", "id, participant, state") if row[1:] == ("p-ann", "granted")]
    assert (one["recipient"]["name"], one["recipient"]["region"], one["purpose"]) == ("acme-llm", "eu", "summary")
    assert (one["consent_records"], one["meeting"]["id"], one["utterances"]) == (own, "m1", 1)
    assert sorted(each["id"] for each in report["consent_records"]) == sorted(stand.grants)
    assert all(each["receipt"]["@type"] == "dpv:ConsentReceipt" for each in report["consent_records"])
    assert report["person"]["other_ids"] == ["p-ann-old"]
    text = page.read_text()
    for shown in (json.dumps(report).lower(), text.lower()):
        assert [each for each in (*OTHERS, "budget", "canary", "launch") if each in shown] == []
    assert one["exchange"] in text
    assert "http-equiv" in text
    assert "src=" not in text
    of_ben = json.loads(stand.cli("subject", "report", "p-ben", "--json"))
    assert of_ben["exchanges"] == []
    assert [list(each["reasons"]) for each in of_ben["withheld"]] == [["denied"]]
    later = json.loads(stand.cli("subject", "report", "p-ann", "--json", "--since", "2100-01-01"))
    assert later["exchanges"] == []


def test_the_record_of_processing_counts_what_left_and_names_nobody(stand: Stand) -> None:
    page = stand.proxy.directory / "record.html"
    words = ("ropa", "--config", str(stand.proxy.config), "--json", "--html", str(page))
    record = json.loads(stand.proxy.cli(*words))

    (flow,) = record["flows"]
    assert (flow["recipient"], flow["purpose"], flow["sent"] >= 1, flow["withheld"] >= 1) == (
        "acme-llm",
        "summary",
        True,
        True,
    )
    for shown in (json.dumps(record).lower(), page.read_text().lower()):
        assert [each for each in (*CANARIES, *OTHERS) if each in shown] == []


def admin(stand: Stand, method: str, path: str, sent: object = None) -> Any:
    address = f"http://127.0.0.1:{stand.proxy.document['admin']['port']}{path}"
    body = None if sent is None else json.dumps(sent).encode()
    return fetch(address, body, {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}, method)


def test_the_admin_api_reports_and_forgets_as_well(stand: Stand) -> None:
    report = admin(stand, "GET", "/v1/people/p-ann/report")
    assert report.status == 200
    assert len(report.json["exchanges"]) == 1
    assert "budget" not in report.body.decode()
    assert admin(stand, "GET", "/v1/people/p-nobody/report").status == 404
    assert admin(stand, "GET", "/v1/people/p-ann/report?since=soon").status == 400
    assert admin(stand, "DELETE", "/v1/people/p-ann?accept_unknown=perhaps").status == 400
    stand.cli("subject", "hold", "p-ann", "--reason", "court")
    held = admin(stand, "DELETE", "/v1/people/p-ann")
    assert (held.status, held.json["error"]["code"]) == (409, "on_hold")
    stand.cli("subject", "release", "p-ann")
    done = admin(stand, "DELETE", "/v1/people/p-ann")
    assert done.status == 200, done.body
    assert done.json["recipients"][0]["recipient"] == "acme-llm"
    assert done.json["purged"]
    statement = done.json["statement"]
    assert (statement["ids"], statement["name"]) == (["p-ann", "p-ann-old"], "Annika Solberg")
    assert [each["recipient"] for each in statement["recipients"]] == ["acme-llm"]
    assert found(stand, CANARIES, stand.on_file()) == []
    assert admin(stand, "GET", "/v1/people/p-ann/report").status == 404
    assert admin(stand, "DELETE", "/v1/people/p-ann").status == 404


def test_a_role_that_owns_no_table_forgets_with_the_rights_that_are_documented_for_it(postgres, tmp_path) -> None:
    needed, to_forget = documented()
    url = postgres_store(postgres)
    with running(tmp_path, postgres, store=as_role(postgres, url, needed)) as stand:
        before = stand.rows("grants")
        denied = admin(stand, "DELETE", "/v1/people/p-ann")
        assert (denied.status, denied.json["error"]["code"]) == (503, "store_denied")
        assert "p-ann" not in denied.json["error"]["message"]
        assert stand.rows("grants") == before
        assert admin(stand, "GET", "/v1/people/p-ann").status == 200

        as_role(postgres, url, to_forget)
        done = admin(stand, "DELETE", "/v1/people/p-ann")
        assert done.status == 200, done.body
        assert not done.json["purged"]
        shown = " ".join(str(stand.rows(table)) for table in stand.tables())
        assert found(stand, CANARIES, shown) == []
