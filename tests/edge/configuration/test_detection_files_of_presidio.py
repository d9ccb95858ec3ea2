"""A file of recognizers for Presidio: what is read as Presidio reads it, what is refused with line and remedy."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import presidio_analyzer
import pytest
from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider
from typer.testing import CliRunner

from proxy.cli.main import app
from proxy.detection.presidio_recognizers import MOST_WORDS
from proxy.detection.selection import BY_CLASS, from_file, producible, validate
from proxy.edge.configuration import detection_files
from proxy.edge.configuration.document import ConfigProblem
from proxy.settings import Detection, PresidioFile, PresidioRegistry, Settings

OWN = {"name": "Badge", "supported_entity": "BADGE", "patterns": [{"name": "b", "regex": r"\bB\d{4}\b", "score": 0.6}]}


def detection(path: Path, content: object) -> Detection:
    """Settings that name a file of this content (text, or what JSON is to say), read."""
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    named = Detection.model_validate({"presidio_recognizers": str(path)})
    assert named.presidio_recognizers is not None
    return named.model_copy(
        update={"presidio_recognizers": detection_files.read_recognizers(named.presidio_recognizers)}
    )


def rows(found: Detection) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...] | None]]:
    return [(row.name, row.language, row.kinds, row.context) for row in from_file(found)]


def test_the_files_that_presidio_ships_are_read_as_they_are(tmp_path: Path) -> None:
    shipped = Path(presidio_analyzer.__file__).parent / "conf"
    for name in ("default_recognizers.yaml", "example_recognizers.yaml"):
        read = detection(tmp_path / name, (shipped / name).read_text())
        assert rows(read)
        assert Detection.unpacked(read.packed()) == read


def test_what_presidio_makes_of_a_file_is_what_runs(tmp_path: Path) -> None:
    """Names, languages, kinds, words of context and thresholds are those of Presidio's own reader."""
    file = tmp_path / "recognizers.yaml"
    content = {
        "supported_languages": ["en", "de"],
        "global_regex_flags": 26,
        "recognizers": [
            {**OWN, "context": ["badge"], "supported_language": "en", "score_thresholds": {"BADGE": 0.5}},
            {**OWN, "name": "Both", "type": "custom",
             "supported_languages": [{"language": "de", "context": ["ausweis"]}, {"language": "en"}]},
            {"name": "Titles", "supported_entity": "TITLE", "supported_language": "en", "deny_list": ["Dr.", "Prof."]},
            {"name": "CreditCardRecognizer", "type": "predefined", "supported_languages": ["en", "de"]},
            {"name": "tax", "class_name": "DeTaxIdRecognizer", "type": "predefined", "supported_languages": ["de"]},
            {"name": "UrlRecognizer", "type": "predefined", "enabled": False},
        ],
    }  # fmt: skip
    found = detection(file, content)
    theirs = RecognizerRegistryProvider(conf_file=str(file)).create_recognizer_registry()
    ours = sorted((row.name.removeprefix("presidio:"), row.language, row.kinds) for row in from_file(found))
    assert ours == sorted((r.name, r.supported_language, tuple(r.supported_entities)) for r in theirs.recognizers)
    contexts = {(row.entry.name, row.language): row.context for row in from_file(found)}
    assert contexts[("Badge", "en")] == ("badge",)
    assert contexts[("Both", "de")] == ("ausweis",)
    assert contexts[("Both", "en")] is None
    assert {row.entry.name: row.entry.score_thresholds for row in from_file(found)}["Badge"] == {"BADGE": 0.5}


def test_an_entry_without_language_is_english_and_a_name_alone_is_one_of_presidios(tmp_path: Path) -> None:
    found = detection(tmp_path / "r.yaml", {"recognizers": [OWN, "IbanRecognizer"]})
    assert rows(found) == [
        ("presidio:Badge", "en", ("BADGE",), None),
        ("presidio:IbanRecognizer", "en", ("IBAN_CODE",), None),
    ]


def test_kinds_of_the_file_can_be_given_an_action(tmp_path: Path) -> None:
    found = detection(tmp_path / "r.yaml", {"recognizers": [OWN]})
    assert "BADGE" in producible(found)
    assert validate(found, {"BADGE"}) == []
    assert validate(Detection(), {"BADGE"})


@pytest.mark.parametrize(
    ("entry", "field", "words"),
    [
        ({**OWN, "pattern": []}, "recognizers[1].pattern", "did you mean 'patterns'?"),
        ({**OWN, "patterns": [{"name": "b", "regex": "(", "score": 1}]}, "recognizers[1].patterns[0].regex", "correct"),
        ({**OWN, "patterns": [{"name": "b", "regex": "b", "score": 2}]}, "recognizers[1].patterns[0].score", "bounds"),
        ({**OWN, "supported_entity": "badge"}, "recognizers[1].supported_entity", "EMPLOYEE_ID"),
        ({**OWN, "supported_language": "xx"}, "recognizers[1].supported_language", "'xx'"),
        (
            {**OWN, "supported_language": "en", "supported_languages": ["de"]},
            "recognizers[1].supported_language",
            "keep one of the two",
        ),
        ({**OWN, "supported_entities": ["BADGE"]}, "recognizers[1].supported_entity", "both"),
        ({**OWN, "supported_languages": ["en", "de"], "context": ["x"]}, "recognizers[1].context", "language: en"),
        ({**OWN, "context": [" "]}, "recognizers[1].context", "remove it"),
        ({**OWN, "deny_list": [" "]}, "recognizers[1].deny_list", "remove it"),
        ({**OWN, "deny_list": [f"w{n}" for n in range(MOST_WORDS + 1)]}, "recognizers[1].deny_list", "dictionaries"),
        ({**OWN, "name": "IpRecognizer"}, "recognizers[1].name", "type: predefined"),
        ({"name": "IpRecognizer", "type": "predefined", "deny_list": ["x"]}, "recognizers[1].deny_list", "custom"),
        ({"name": "X", "type": "custom", "supported_entity": "BADGE"}, "recognizers[1]", "deny_list"),
        ({"name": "IbanRecogniser"}, "recognizers[1].name", "did you mean 'IbanRecognizer'?"),
        ({"name": "SpacyRecognizer"}, "recognizers[1].name", "spaCy"),
        ({"name": "AzureAILanguageRecognizer"}, "recognizers[1].name", "service"),
        ({"name": "GLiNERRecognizer"}, "recognizers[1].name", "enabled: false"),
        ({"name": "IpRecognizer", "supported_entity": "IP"}, "recognizers[1].supported_entity", "IP_ADDRESS"),
    ],
)  # fmt: skip
def test_what_cannot_run_is_named_with_line_field_and_remedy(
    tmp_path: Path, entry: dict[str, object], field: str, words: str
) -> None:
    content = f"recognizers:\n- {json.dumps(OWN)}\n- {json.dumps(entry)}\n"
    with pytest.raises(ConfigProblem) as caught:
        detection(tmp_path / "r.yaml", content)
    assert [(problem.line, problem.field) for problem in caught.value.problems] == [(3, field)]
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"{tmp_path / 'r.yaml'}:3: ")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "empty"),
        ("[]", "mapping"),
        ("recognizers: []", "at least one"),
        ("recognizers: [IpRecognizer]\nrecognizers: []", "stands twice"),
        ("recognizers: [IpRecognizer]\nsupported_countries: [us]", "unknown setting"),
        ("recognizers: [IpRecognizer]\nglobal_regex_flags: 512", "global_regex_flags"),
        ("recognizers: [IpRecognizer]\nglobal_regex_flags: 4", "global_regex_flags"),
        ("recognizers: [IpRecognizer]\nglobal_regex_flags: -1", "global_regex_flags"),
        ("recognizers: !!python/object:os.system x", "correct the YAML"),
    ],
)
def test_what_is_no_such_file_is_refused(tmp_path: Path, content: str, words: str) -> None:
    with pytest.raises(ConfigProblem) as caught:
        detection(tmp_path / "r.yaml", content)
    assert words in str(caught.value)


def test_a_file_that_is_absent_or_another_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigProblem, match=r"detection\.presidio_recognizers: file .*cannot be read"):
        detection_files.read_recognizers(PresidioFile(file=str(tmp_path / "absent")))
    (tmp_path / "r.yaml").write_text("recognizers: [IpRecognizer]")
    with pytest.raises(ConfigProblem, match=r"detection\.presidio_recognizers\.sha256: .*another digest"):
        detection_files.read_recognizers(PresidioFile(file=str(tmp_path / "r.yaml"), sha256="0" * 64))


def test_every_class_that_can_be_named_is_there(tmp_path: Path) -> None:
    """Presidio finds the classes by these names, or they are the proxy's own."""
    names = [name for name in BY_CLASS if hasattr(presidio_analyzer.predefined_recognizers, str(name))]
    assert len(names) > 60
    assert len(rows(detection(tmp_path / "r.yaml", {"recognizers": names}))) == len(names)


def settings(path: Path) -> Settings:
    return Settings.model_validate(
        {
            "version": 1,
            "recipients": {"acme": {"base_url": "https://x", "terms": {"version": "1"}}},
            "routes": [{"name": "r", "path": "/v1/x", "dialect": "transcript", "purpose": "qa", "recipient": "acme"}],
            "clients": [{"name": "c", "key_sha256": "a" * 64, "routes": ["r"]}],
            "detection": {"presidio_recognizers": str(path)},
        }
    )


def test_the_digest_of_the_settings_knows_the_file(tmp_path: Path) -> None:
    file = tmp_path / "r.yaml"
    file.write_text("recognizers: [IpRecognizer]")
    first = detection_files.filled(settings(file))
    assert first.detection.presidio_recognizers is not None
    assert first.detection.presidio_recognizers.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    file.write_text("recognizers: [IbanRecognizer]")
    assert detection_files.filled(settings(file)).digest() != first.digest()


def test_all_problems_of_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text("recognizers: [X]")
    named = settings(tmp_path / "r.yaml").model_dump(mode="json", exclude_unset=True)
    named["detection"]["allow_files"] = [{"file": str(tmp_path / "absent")}]
    with pytest.raises(ConfigProblem) as caught:
        detection_files.filled(Settings.model_validate(named))
    assert len(caught.value.problems) == 2


def test_what_is_switched_off_there_and_runs_all_the_same_is_told(tmp_path: Path) -> None:
    """A file adds recognizers; it takes none away, as a copy of Presidio's own would take away most."""
    content = {"recognizers": [OWN, {"name": "UrlRecognizer", "type": "predefined", "enabled": False}]}
    found = detection(tmp_path / "r.yaml", content)
    whole = settings(tmp_path / "r.yaml")
    (doubt,) = detection_files.doubts(whole.model_copy(update={"detection": found}))
    assert "'url'" in doubt
    assert "detection.disable" in doubt
    quiet = found.model_copy(update={"disable": ("url",)})
    assert detection_files.doubts(whole.model_copy(update={"detection": quiet})) == []


def test_the_list_of_recognizers_has_those_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(json.dumps({"recognizers": [{**OWN, "supported_languages": ["en", "de"]}]}))
    config = tmp_path / "proxy.yaml"
    config.write_text(settings(tmp_path / "r.yaml").model_dump_json(exclude_unset=True))
    told = CliRunner().invoke(app, ["detect", "--list", "--json", "--config", str(config)])
    listed = [row for row in json.loads(told.stdout) if row["name"] == "presidio:Badge"]
    assert [(row["kinds"], row["language"], row["on"]) for row in listed] == [
        (["BADGE"], "any", True),
        (["BADGE"], "de", True),
    ]
    told = CliRunner().invoke(app, ["detect", "--list", "--config", str(config)])
    assert "presidio:Badge" in told.stdout


def test_schema_and_reader_agree_on_fields() -> None:
    described = PresidioRegistry.model_json_schema()
    assert set(described["properties"]) == {"recognizers", "supported_languages", "global_regex_flags"}
