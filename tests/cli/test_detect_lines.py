"""``meeting-proxy detect``: JSON Lines in, findings out; bad lines named, never quoted."""

from __future__ import annotations

import io
import json
from itertools import pairwise

from typer.testing import CliRunner

from proxy.cli.detect import run_detect
from proxy.cli.main import app
from proxy.settings import Detection


def detect(*lines: object) -> tuple[list[dict], list[str], int]:
    out, errors = io.StringIO(), io.StringIO()
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    bad = run_detect([text + "\n" for text in texts], out, Detection(), errors)
    return [json.loads(line) for line in out.getvalue().splitlines()], errors.getvalue().splitlines(), bad


def test_numbers_of_a_language_are_found_where_it_is_named(tmp_path) -> None:
    file = tmp_path / "text.txt"
    file.write_text("das Kennzeichen ist K-AB 1234")
    for words, kinds in (((), []), (("--language", "de"), ["DE_KFZ"])):
        told = CliRunner().invoke(app, ["detect", str(file), *words])
        found = [f["kind"] for f in json.loads(told.stdout)["findings"] if f["end"] > 21]
        assert [kind for kind in found if kind == "DE_KFZ"] == kinds
        told = CliRunner().invoke(app, ["redact", str(file), *words])
        assert ("DE_KFZ_1" in told.stdout) is bool(kinds)


def test_an_unknown_language_is_named_with_those_there_are(tmp_path) -> None:
    told = CliRunner().invoke(app, ["detect", "--language", "xx", str(tmp_path)])
    assert told.exit_code == 2
    assert "'xx' is none of: en," in told.output


def words(text: str, answer: dict) -> list[tuple[str, str]]:
    return [(text[f["start"] : f["end"]], f["kind"]) for f in answer["findings"]]


def test_roster_names_are_found_in_any_case_and_form() -> None:
    text = "tell jane smith, PRIYA and priya.raman@fjord.example that zed left"
    roster = ["Jane Smith", {"name": "Priya Raman", "aliases": ["Zed"], "emails": ["priya.raman@fjord.example"]}]
    (answer,), errors, bad = detect({"id": "a", "text": text, "roster": roster})
    assert (errors, bad) == ([], 0)
    assert answer["id"] == "a"
    assert words(text, answer) == [
        ("jane smith", "PERSON"),
        ("PRIYA", "PERSON"),
        ("priya.raman@fjord.example", "EMAIL_ADDRESS"),
        ("zed", "PERSON"),
    ]


def test_roster_names_are_found_as_people_say_and_recognizers_hear_them() -> None:
    text = "so bob and shivon agreed with ivan, as rokafor said"
    (answer,), _, _ = detect({"id": "a", "text": text, "roster": ["Robert Okafor", "Siobhan Roe", "Иван Петров"]})
    assert {("bob", "PERSON"), ("shivon", "PERSON"), ("ivan", "PERSON"), ("rokafor", "PERSON")} <= set(
        words(text, answer)
    )


def test_findings_of_a_line_are_disjoint_and_offsets_count_code_points() -> None:
    text = "😀 Mail jane.doe@fjord.com, see https://fjord.com/jane, card 4111 1111 1111 1111."
    (answer,), _, _ = detect({"id": 1, "text": text})
    spans = [(f["start"], f["end"]) for f in answer["findings"]]
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert {("jane.doe@fjord.com", "EMAIL_ADDRESS"), ("4111 1111 1111 1111", "CREDIT_CARD")} <= set(words(text, answer))


def test_long_texts_are_read_to_the_end() -> None:
    text = "We talked about it for a while and agreed. " * 500 + "Mail jane.doe@fjord.com."
    (answer,), _, _ = detect({"id": 1, "text": text})
    assert ("jane.doe@fjord.com", "EMAIL_ADDRESS") in words(text, answer)


def test_bad_lines_are_named_by_number_and_the_others_answered() -> None:
    answers, errors, bad = detect(
        {"id": 1, "text": ""},
        "my secret, no JSON",
        {"id": 2},
        "",
        {"id": 3, "text": "x", "roster": "Jane"},
        {"id": 4, "text": "x", "roster": [{"aliases": ["Jane"]}]},
        {"id": 5, "text": "x", "roster": None},
    )
    assert [answer["id"] for answer in answers] == [1, 5]
    assert [error.split(":")[0] for error in errors] == ["line 2", "line 3", "line 5", "line 6"]
    assert bad == 4
    assert not any("secret" in error or "Jane" in error for error in errors)


def test_the_command_lists_recognizers_and_fails_on_bad_lines() -> None:
    listed = CliRunner().invoke(app, ["detect", "--list", "--json"])
    assert listed.exit_code == 0
    assert {row["name"]: row["on"] for row in json.loads(listed.stdout)}["us_driver_license"] is False
    assert CliRunner().invoke(app, ["detect"], input='{"id":1,"text":"x"}\n').exit_code == 0
    assert CliRunner().invoke(app, ["detect"], input="no\n").exit_code == 1
