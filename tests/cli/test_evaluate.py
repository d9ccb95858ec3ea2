"""``meeting-proxy evaluate``: figures beside plain Presidio; bad lines named, never quoted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bench import accuracy
from proxy.cli.main import app

SAID = "Send it to maya.chen@fjord.example, or call 212-555-0123. Zed Quill will do it."


def line(text: str, *entities: tuple[str, str], **more: object) -> str:
    spans = [
        {"start": text.index(words), "end": text.index(words) + len(words), "coarse": kind} for words, kind in entities
    ]
    return json.dumps({"id": text[:7], "text": text, "spans": spans, **more})


ENTITIES = (("maya.chen@fjord.example", "EMAIL"), ("212-555-0123", "PHONE"), ("Zed Quill", "PERSON"))


@pytest.fixture
def annotated(tmp_path: Path) -> Path:
    spoken = "mail jane dot doe at fjord dot com, said zed"
    file = tmp_path / "set.jsonl"
    file.write_text(
        "\n".join(
            [
                line(SAID, *ENTITIES, roster=["Zed Quill"]),
                line(
                    spoken,
                    ("jane dot doe at fjord dot com", "EMAIL"),
                    ("zed", "PERSON"),
                    meta={"roster": ["Zed Quill"]},
                ),
                line("It said nothing about quarterly widgets.", ("quarterly widgets", "OTHER")),
            ]
        )
    )
    return file


def evaluate(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["evaluate", *map(str, arguments)])


def answer(*arguments: object) -> dict:
    result = evaluate(*arguments, "--json")
    assert result.exit_code == 0, result.output
    (found,) = json.loads(result.stdout)
    return found


def shares(found: dict) -> dict:
    return {
        side["detector"]: {kind: figures["protected_share"]["value"] for kind, figures in side["kinds"].items()}
        for side in found["detectors"]
    }


def test_ours_beside_presidio(annotated: Path) -> None:
    found = answer(annotated)
    assert (found["documents"], found["with_roster"]) == (3, 2)
    by_detector = shares(found)
    assert list(by_detector) == ["ours", "Presidio"]
    assert by_detector["ours"]["EMAIL"] == 1
    assert by_detector["Presidio"]["EMAIL"] < 1, "as said, Presidio knows no address"
    assert by_detector["ours"]["PERSON"] == 1
    email = found["detectors"][1]["kinds"]["EMAIL"]
    assert email["leaks_times_ours"]["value"] is None, "ours leaks none: no ratio"
    assert all(side["words_per_second"] > 0 for side in found["detectors"])
    assert "widgets" not in json.dumps(found)


def test_options_choose_detectors_kinds_documents_and_rosters(annotated: Path) -> None:
    found = answer(annotated, "--no-presidio", "--kinds", "person,EMAIL,PERSON", "--limit", 2, "--no-roster")
    assert list(shares(found)) == ["ours"]
    assert set(shares(found)["ours"]) == {"PERSON", "EMAIL", "ALL"}
    assert (found["documents"], found["with_roster"]) == (2, 0)
    assert found["detectors"][0]["kinds"]["ALL"]["entities"] == 4
    both = answer(annotated, "--presidio", "default", "--presidio", "fast")
    assert list(shares(both)) == ["ours", "Presidio", "Presidio, fast"]
    assert shares(both)["Presidio"] == shares(both)["Presidio, fast"]


def test_the_table_is_for_people_and_shows_leaked_text_only_when_asked(annotated: Path) -> None:
    shown = evaluate(annotated).stdout
    assert "3 documents" in shown
    assert "ours" in shown
    assert "times as many" in shown
    assert "few documents" in shown
    assert "widgets" not in shown
    assert "leaks: line 3 OTHER quarterly widgets" in evaluate(annotated, "--no-presidio", "--misses", 1).stdout
    assert answer(annotated, "--no-presidio", "--misses", 1)["misses"][0]["text"] == "quarterly widgets"


def test_leaked_text_cannot_command_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text(line("x q\x1b[2J\nw y", ("q\x1b[2J\nw", "OTHER")))
    assert "OTHER q [2J w" in evaluate(file, "--no-presidio", "--misses", 3).stdout


def test_numbers_of_a_language_are_measured_where_it_is_named(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text(line("het sofi-nummer is 111222333", ("111222333", "ID")))
    protected = [
        shares(answer(file, "--no-presidio", *options))["ours"]["ID"] for options in ((), ("--language", "nl"))
    ]
    assert protected == [0, 1]
    assert evaluate(file, "--no-presidio", "--language", "german").exit_code == 2


def test_without_a_spacy_model_ours_is_measured_alone(annotated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proxy.evaluation.plain_presidio.MODELS", ())
    result = evaluate(annotated, "--json")
    assert result.exit_code == 0
    assert "meeting-privacy-proxy[compare]" in result.stderr
    assert len(json.loads(result.stdout)[0]["detectors"]) == 1


def test_bad_lines_are_named_with_the_remedy_and_nothing_is_measured(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    lines = [line(SAID, *ENTITIES), "my secret", "", '{"text": "secret"}', line("secret", roster="Zed")]
    file.write_text("\n".join(lines))
    result = evaluate(file, "--no-presidio")
    assert result.exit_code == 1
    assert result.stdout == ""
    errors = result.stderr.splitlines()
    assert [error.removeprefix(f"{file}: ").split(":")[0] for error in errors] == ["line 2", "line 4", "line 5"]
    assert "secret" not in result.stderr
    assert "Zed" not in result.stderr


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe"])
def test_a_file_without_documents_is_an_error(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "set.jsonl"
    file.write_bytes(content)
    assert evaluate(file, "--no-presidio").exit_code == 1
    assert evaluate(tmp_path / "absent.jsonl").exit_code == 1


@pytest.mark.parametrize("option", [("--kinds", "PERSONS"), ("--label", "X"), ("--label", "X=Y"), ("--limit", "0")])
def test_wrong_options_are_wrong_usage(annotated: Path, option: tuple[str, str]) -> None:
    assert evaluate(annotated, "--no-presidio", *option).exit_code == 2


def test_a_model_that_is_not_there_is_wrong_usage(annotated: Path) -> None:
    assert evaluate(annotated, "--model", "en_core_web_none").exit_code == 2


def test_the_bench_writes_the_tables_between_the_markers_of_a_page(annotated: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Accuracy\n\n{accuracy.BEGIN}\nold\n{accuracy.END}\n\nafter\n")
    for _ in range(2):
        accuracy.main(["--write", str(page), f"Three made-up documents={annotated}"])
    text = page.read_text()
    assert text.startswith(f"# Accuracy\n\n{accuracy.BEGIN}\n\n### Three made-up documents\n")
    assert text.endswith(f"{accuracy.END}\n\nafter\n")
    assert text.count("### ") == 1
    assert "| EMAIL | 2 | 2 | ours | 1.000 (" in text
    assert "old" not in text
    assert str(annotated) not in text


@pytest.mark.parametrize(
    "page", ["", accuracy.BEGIN, accuracy.END + accuracy.BEGIN, 2 * (accuracy.BEGIN + accuracy.END)]
)
def test_a_page_without_one_pair_of_markers_is_left_alone(page: str) -> None:
    with pytest.raises(ValueError, match="the page needs one"):
        accuracy.written(page, "x")
