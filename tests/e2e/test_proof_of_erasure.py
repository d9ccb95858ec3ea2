"""What somebody gets in hand once they, or a meeting, are erased, and how they prove it with the ledger's key alone."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness.forks import Ran, ran
from harness.patience import PATIENCE
from harness.process import Proxy, settings
from harness.recorder import Recorder
from meeting_proxy_verify.main import main

Out = pytest.CaptureFixture[str]


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Proxy]:
    """A proxy through which words of Annika left, with a further meeting that nobody used."""
    with Recorder() as recorder:
        made = Proxy(tmp_path, settings(tmp_path, recorder.base_url))
        made.meeting()
        made.meeting(name="m2")
        made.consent("grant", "p-ann")
        made.start()
        assert made.chat("Annika Solberg: The budget is late.\n").status == 200
        yield made
        made.kill()


def command(proxy: Proxy, *words: str) -> Ran:
    return ran([*words, "--config", str(proxy.config)], proxy.directory)


def proven(proxy: Proxy, file: Path, *words: str) -> dict[str, Any]:
    """The file with its proof, once the proxy has recorded the erasure."""
    deadline = time.monotonic() + PATIENCE
    while (done := command(proxy, "subject", "erasure", str(file), *words)).code and time.monotonic() < deadline:
        assert "erasure_not_recorded" in done.err or "not_covered_yet" in done.err, done.err
        time.sleep(0.1)
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def checked(proxy: Proxy, file: Path, capsys: Out, *words: str) -> int:
    capsys.readouterr()
    return main(["erasure", str(file), "--public-key", str(proxy.directory / "ledger/public.key"), *words])


def test_a_person_proves_what_was_erased_of_them_with_the_key_alone(proxy: Proxy, capsys: Out) -> None:
    file, page = proxy.directory / "ann.json", proxy.directory / "ann.html"
    done = command(proxy, "subject", "forget", "p-ann", "--yes", "--json", "--erasure", str(file))
    assert (done.code, "nothing else has it" in done.err) == (0, True)
    assert file.stat().st_mode & 0o077 == 0
    statement = json.loads(file.read_text())["statement"]
    assert [each["recipient"] for each in statement["recipients"]] == ["acme-llm"]
    found = proven(proxy, file, "--html", str(page), "--language", "de")
    assert found["statement"] == statement
    assert "Annika Solberg" in page.read_text()
    assert checked(proxy, file, capsys) == 0

    copy = shutil.copytree(proxy.directory / "ledger", proxy.directory / "copy")
    assert checked(proxy, file, capsys, "--directory", str(copy), "--checkpoint", str(copy / "checkpoint")) == 0
    assert "Requests after it that name its pseudonyms: 0." in capsys.readouterr().out

    found["statement"]["erased"]["addresses"] = 7
    file.write_text(json.dumps(found))
    assert checked(proxy, file, capsys) == 1
    assert "erasure_not_recorded" in command(proxy, "subject", "erasure", str(file)).err


def test_a_meeting_that_was_removed_or_expired_has_a_statement_of_its_own(proxy: Proxy, capsys: Out) -> None:
    file, folder = proxy.directory / "m2.json", proxy.directory / "statements"
    assert command(proxy, "meeting", "remove", "m2", "--erasure", str(file)).code == 0
    proxy.document["retention"] = {"meetings_days": 1}
    missing = command(proxy, "store", "expire", "--erasures", str(folder))
    assert (missing.code, "file_not_written at --erasures" in missing.err) == (1, True)
    folder.mkdir()
    assert command(proxy, "store", "expire", "--erasures", str(folder)).code == 0
    (expired,) = folder.iterdir()
    for each, meeting in ((file, "m2"), (expired, "m1")):
        found = proven(proxy, each)
        assert (found["statement"]["of"], found["statement"]["ids"]) == ("meeting", [meeting])
        assert "Solberg" not in each.read_text()
        assert checked(proxy, each, capsys) == 0


def test_nothing_is_erased_where_the_statement_cannot_be_written(proxy: Proxy) -> None:
    (proxy.directory / "there.json").write_text("{}")
    for file in (proxy.directory / "there.json", proxy.directory / "no/where.json"):
        for words in (("subject", "forget", "p-ann", "--yes"), ("meeting", "remove", "m2")):
            refused = command(proxy, *words, "--erasure", str(file))
            assert (refused.code, "file_not_written at --erasure" in refused.err) == (1, True), refused.err
    assert (proxy.directory / "there.json").read_text() == "{}"
    assert "Annika Solberg" in command(proxy, "people", "list").out
    assert "m2" in command(proxy, "meeting", "list").out


def test_what_is_no_statement_is_refused(proxy: Proxy) -> None:
    file = proxy.directory / "other.json"
    for content in ("{", "[]", '{"statement": {"format": "another"}}'):
        file.write_text(content)
        refused = command(proxy, "subject", "erasure", str(file))
        assert (refused.code, "not_an_erasure" in refused.err) == (1, True)
