"""A ledger with a damaged byte gives no part of an answer for the whole, whatever is asked, and by whichever way."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness.forks import ran
from harness.process import Proxy, settings
from harness.recorder import Recorder
from harness.replies import telling

EXCHANGES = 40
PERSON = ("--participant", "p-ann", "--json")
COMMANDS = {
    "query": ("ledger", "query", "--json"),
    "query as lines": ("ledger", "query"),
    "query of a person": ("ledger", "query", *PERSON),
    "carried": ("ledger", "carried", *PERSON),
    "month": ("ledger", "report", "--since", "2020-01-01", "--json"),
    "export": ("ledger", "export", "--format", "csv"),
    "export to a file": ("ledger", "export", "--format", "ocsf", "-o", "out"),
}


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """A proxy that has stopped, with a ledger of three segments, of which `kept` is a copy."""
    directory: Path = tmp_path_factory.mktemp("damaged")
    with Recorder(telling("Fine.")) as recorder:
        document = settings(directory, recorder.base_url)
        document["ledger"]["segment_bytes"] = 1 << 16
        made = Proxy(directory, document)
        made.meeting()
        made.consent("grant", "p-ann")
        made.start()
        for number in range(EXCHANGES):
            assert made.chat(f"Annika Solberg: We meet at {number}.").status == 200
        made.settled()
        assert made.stop() == 0
    shutil.copytree(directory / "ledger", directory / "kept")
    assert len(list((directory / "kept" / "segments").iterdir())) == 3
    return made


@pytest.fixture
def ledger(proxy: Proxy) -> Path:
    """The ledger as it was, and no index."""
    for index in proxy.directory.glob("ledger-index.db*"):
        index.unlink()
    shutil.rmtree(proxy.directory / "ledger")
    shutil.copytree(proxy.directory / "kept", proxy.directory / "ledger")
    (proxy.directory / "out").unlink(missing_ok=True)
    return proxy.directory / "ledger"


def ask(proxy: Proxy, *words: str) -> Any:
    length = 1 if words[0] == "ropa" else 2
    return ran((*words[:length], "--config", str(proxy.config), *words[length:]), proxy.directory, "")


def flip(ledger: Path, *, unseen: bool) -> None:
    """Change one bit of an intent in the middle segment; `unseen` leaves size and time of the file as they were."""
    path = sorted((ledger / "segments").iterdir())[1]
    before, content = path.stat(), bytearray(path.read_bytes())
    line = content.rindex(b"\n", 0, content.index(b'"egress.intent"', len(content) // 2))
    content[content.index(b'"recipient:acme-llm"', line) + 12] ^= 1
    path.write_bytes(content)
    if unseen:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("way", ["before it was read", "after it was read", "after it was read and unseen"])
def test_no_answer_is_shorter_for_a_damaged_byte(proxy: Proxy, ledger: Path, way: str) -> None:
    if way != "before it was read":
        assert f"{2 * EXCHANGES}" <= ask(proxy, "ledger", "index").out.split()[6]
    flip(ledger, unseen="unseen" in way)
    for name, words in COMMANDS.items():
        ended = ask(proxy, *words)
        assert (name, ended.code, ended.out) == (name, 3, "")
        assert "ledger_incomplete" in ended.err, name
        assert "ledger verify" in ended.err, name
    assert not (proxy.directory / "out").exists()


def test_a_month_beside_the_damaged_one_says_that_the_ledger_is_not_in_order(proxy: Proxy, ledger: Path) -> None:
    """Its index has all that the month needs; the check that it makes itself finds the damage."""
    ask(proxy, "ledger", "index")
    flip(ledger, unseen=True)
    ended = ask(proxy, "ledger", "report", "--month", "2020-01", "--json")
    assert ended.code == 3
    assert json.loads(ended.out)["ledgers"][0]["verdict"] == "tampered"
    assert "not in order" in ended.err


@pytest.mark.parametrize("words", [("subject", "report", "p-ann"), ("ropa",)], ids=["report", "ropa"])
def test_what_else_is_told_says_that_what_left_is_not_known(proxy: Proxy, ledger: Path, words: tuple[str, ...]) -> None:
    assert ask(proxy, *words).code == 0
    flip(ledger, unseen=True)
    ended = ask(proxy, *words, "--json")
    assert ended.code == 3
    assert json.loads(ended.out)["ledger_read"] is False
    assert "ledger_incomplete" in ended.err
    assert "not known" in ask(proxy, *words).out


def test_nobody_is_forgotten_and_a_withdrawal_counts_all_the_same(proxy: Proxy, ledger: Path) -> None:
    flip(ledger, unseen=False)
    ended = ask(proxy, "subject", "forget", "p-ann", "--yes")
    assert (ended.code, "ledger_unread" in ended.err) == (1, True)
    words = ("--participant", "p-ann", "--purpose", "summary", "--scope", "meeting", "--scope-id", "m1", "--json")
    ended = ask(proxy, "consent", "withdraw", *words)
    left = json.loads(ended.out)["already_left"]
    assert (ended.code, left["exchanges"]) == (0, None)
    assert "not known" in left["note"]
