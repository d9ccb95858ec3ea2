"""A minor is heard once each guardian on file has said yes, unless one is enough; a no of any of them always counts.

Everything is driven from outside, with a proxy that runs meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from e2e.test_consent_page import look, press
from harness.child_heard import ChildHeard
from harness.process import PEOPLE, Proxy, free_port, settings
from harness.recorder import Recorder
from typer.testing import CliRunner

from proxy.cli.main import app

ULF, EVA = ("--guardian", "--actor", "p-ulf"), ("--guardian", "--actor", "p-eva")


@dataclass
class Family(ChildHeard):
    """A proxy with a meeting of a child and an adult, and the child's two guardians on file."""

    def cli(self, *words: str, code: int = 0) -> str:
        """What a command says, with its notes."""
        done = CliRunner().invoke(app, [*words[:2], "--config", str(self.proxy.config), *words[2:]])
        told = f"{done.output}{done.exception or ''}"
        assert done.exit_code == code, f"{words}: exit {done.exit_code}\n{told}"
        return told

    def says(self, verb: str, *more: str) -> str:
        """What is told of a record about Nora and this meeting."""
        words = ("--meeting", "m1", "--purpose", "summary", "--recipient", "acme-llm", "--participant", "p-nora")
        since = () if verb == "withdraw" else ("--method", "verbal", "--from", "2026-03-01T00:00:00+00:00")
        return self.cli("consent", verb, *words, *since, *more)

    def coverage(self) -> dict[str, Any]:
        line = self.cli("consent", "coverage", "--meeting", "m1", "--json").splitlines()[0]
        found = next(each for each in json.loads(line)["covered"] if each["purpose"] == "summary")
        return next(each for each in found["people"] if each["participant"] == "p-nora")

    def link(self, guardian: str) -> str:
        words = ("--meeting", "m1", "--purpose", "summary", "--participant", "p-nora", "--guardian", guardian)
        return str(json.loads(self.cli("consent", "invite", *words, "--covers-earlier", "--json"))["link"])


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Family]:
    with Recorder() as recorder:
        port = free_port()
        (tmp_path / "pages.key").write_text("k" * 40)
        pages = {
            "base_url": f"http://127.0.0.1:{port}",
            "port": port,
            "signing_key": {"file": str(tmp_path / "pages.key")},
        }
        proxy = Proxy(tmp_path, settings(tmp_path, recorder.base_url, consent_pages=pages))
        found = Family(proxy, recorder)
        for name, who in (("Ulf Lund", "p-ulf"), ("Eva Lund", "p-eva")):
            found.cli("people", "add", "--id", who, "--name", name)
        proxy.meeting([{"id": "p-nora", "name": "Nora Lund", "minor": True}, PEOPLE[0]])
        found.cli("people", "add", "--id", "p-nora", "--guardian", "p-ulf", "--guardian", "p-eva")
        proxy.consent("grant", "p-ann")
        proxy.start()
        yield found
        proxy.stop()


def test_each_guardian_on_file_has_to_say_yes_and_a_no_of_any_counts(family: Family) -> None:
    told = family.says("grant", *ULF)
    assert "each guardian on file has to say yes, and there is none by p-eva (Eva Lund)" in told
    assert not family.hears_nora()
    assert family.coverage()["reason"] == "guardian_missing"
    assert family.coverage()["missing"] == [{"participant": "p-eva", "name": "Eva Lund"}]
    shown = family.cli("consent", "coverage", "--meeting", "m1", "--people")
    assert "of p-nora a yes is missing by Eva Lund (p-eva)" in shown

    family.says("grant", *EVA)
    assert family.hears_nora()
    family.says("deny", *EVA)
    assert not family.hears_nora()
    family.says("grant", *ULF)
    assert not family.hears_nora(), "another guardian's yes does not undo a no"
    family.says("grant", *EVA)
    assert family.hears_nora(), "who said no took it back, and the other's yes is on file"


def test_one_guardian_is_enough_where_the_person_or_the_policy_says_so(family: Family) -> None:
    family.says("grant", *ULF)
    assert not family.hears_nora()
    family.cli("people", "add", "--id", "p-nora", "--custody", "one")
    assert family.hears_nora()
    family.says("deny", *EVA)
    assert not family.hears_nora(), "a no of any guardian counts"
    family.says("grant", *EVA)
    assert family.hears_nora()
    family.cli("people", "add", "--id", "p-nora", "--custody", "each", "--guardian", "p-eva")
    assert family.hears_nora(), "Eva alone is on file, and has said yes"


def test_a_yes_of_nobody_on_the_list_of_guardians_counts_no_more(family: Family) -> None:
    family.cli("people", "add", "--id", "p-nora", "--guardian", "p-ulf")
    told = family.says("grant", *EVA)
    assert "p-eva is on file as one more guardian of p-nora" in told
    assert not family.hears_nora()
    family.says("grant", *ULF)
    assert family.hears_nora()
    family.cli("people", "add", "--id", "p-gil", "--name", "Gil Berg")
    family.cli("people", "add", "--id", "p-nora", "--guardian", "p-gil")
    assert not family.hears_nora()


def test_their_pages_name_whose_yes_is_wanting(family: Family) -> None:
    of_ulf, of_eva = family.link("p-ulf"), family.link("p-eva")
    assert family.coverage()["answer"] == "pending"
    press(of_ulf, "save", look(of_ulf).values[0])
    assert "a yes of each of these is still needed: Eva Lund" in look(of_ulf).text
    shown = look(of_eva).text
    assert "This yes was given by Ulf Lund." in shown
    assert "a yes of each of these is still needed: Eva Lund" in shown
    assert family.coverage()["answer"] == "pending", "Eva was asked, and has not answered"
    reminded = family.cli("consent", "invite", "--meeting", "m1", "--unanswered", "--json")
    assert [json.loads(line)["guardian"] for line in reminded.splitlines() if line.startswith("{")] == ["p-eva"]
    assert not family.hears_nora()

    press(of_eva, "save", look(of_eva).values[0])
    assert family.hears_nora()
    assert "still needed" not in look(of_ulf).text + look(of_eva).text
    press(of_ulf, "withdraw_all")
    assert not family.hears_nora()


def test_a_guardian_is_somebody_on_file_of_age(family: Family) -> None:
    for who, why in (("p-nobody", "is not on file"), ("p-nora", "nobody is their own guardian")):
        assert why in family.cli("people", "add", "--id", "p-nora", "--guardian", who, code=1)
    family.cli("people", "add", "--id", "p-kid", "--name", "Kid Berg", "--minor")
    assert "is a minor" in family.cli("people", "add", "--id", "p-nora", "--guardian", "p-kid", code=1)


def test_a_forgotten_guardian_leaves_a_place_that_somebody_has_to_take(family: Family) -> None:
    for each in (ULF, EVA):
        family.says("grant", *each)
    assert family.hears_nora()
    family.cli("subject", "forget", "p-eva", "--yes")
    assert not family.hears_nora(), "Ulf's yes alone was never enough"
    assert "p-eva" not in family.cli("people", "list", "--json")
    family.cli("people", "add", "--id", "p-nora", "--guardian", "p-ulf")
    assert family.hears_nora()
