"""What belongs to a language is files: English has every list, another those that differ, and all are in order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from proxy import languages

ROOT = Path(languages.__file__).parent
LISTS = sorted(ROOT.glob("*/*.txt"))


def sections(path: Path) -> list[str]:
    return re.findall(r"(?m)^\[(\w+)\]$", path.read_text("utf-8"))


def test_english_comes_first() -> None:
    assert languages.codes()[0] == "en"
    assert {path.parent.name for path in ROOT.glob("*/*.*") if path.parent.name != "__pycache__"} == set(
        languages.codes()
    )


@pytest.mark.parametrize("path", LISTS, ids=lambda path: f"{path.parent.name} {path.stem}")
def test_a_list_has_the_sections_of_english_each_once(path: Path) -> None:
    found = sections(path)

    assert len(found) == len(set(found)) > 0
    assert set(found) <= set(sections(ROOT / "en" / path.name))
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert all(line == line.strip() for line in lines)


def test_all_languages_together_are_each_of_them() -> None:
    apart = [languages.words("forms", "amounts", code) for code in languages.codes()]

    assert languages.words("forms", "amounts") == frozenset().union(*apart)
    assert {"zehn", "dix", "ten"} <= languages.words("forms", "amounts")
    assert languages.words("forms", "amounts", "de") & {"zehn", "dix", "ten"} == {"zehn"}


def test_patterns_stand_in_a_group_of_their_own() -> None:
    found = re.compile(rf"^{languages.patterns('asking', 'please')}$")

    assert found.match("bitte")
    assert not found.match("bitter")


def test_a_section_without_patterns_matches_nothing() -> None:
    assert re.search(languages.patterns("asking", "requests", "en"), "anything") is None


@pytest.mark.parametrize(("name", "section"), [("asking", "no_such"), ("no_such", "orders")])
def test_what_english_has_not_is_no_section(name: str, section: str) -> None:
    with pytest.raises(LookupError):
        languages.words(name, section)


@pytest.mark.parametrize("code", languages.codes())
def test_each_language_tells_its_name_and_how_much_is_found_in_it(code: str) -> None:
    told = languages.table(code, "language")

    assert set(told) <= {"name", "tier", "regions", "numbers"}
    assert told["name"][0].isupper()
    assert told["tier"] == ("full" if code == "en" else "in_part")
    assert all(re.fullmatch("[A-Z]{2}", region) for region in told["regions"])
    for number in told.get("numbers", []):
        ours = {"shape", "score", "context"} | set(number) & {"check", "varied"}
        told_by = {"recognizer"} if "recognizer" in number else ours
        assert set(number) - {"alone", "named", "anywhere"} == {"name", "kind", "on", "why"} | told_by
        assert number.get("alone") in (None, "weak", "never")


def test_what_a_language_has_not_is_no_table() -> None:
    with pytest.raises(LookupError):
        languages.table("xx", "spoken")
