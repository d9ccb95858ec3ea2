"""`proxy.yaml`: whatever is wrong in it is named by line and field, with a remedy."""

import json
from pathlib import Path

import pytest

from proxy.edge.configuration.document import ConfigProblem, Problem
from proxy.edge.configuration.file import load, parse, schema
from proxy.settings import Admin, ConsentSettings, Detection, Ledger, Limits

CONFIG = Path(__file__).resolve().parents[3] / "config"
KEY = "a" * 64
VALID = f"""\
version: 1
recipients:
  acme: {{base_url: "https://llm.example/v1", terms: {{version: "1"}}}}
routes:
  - name: summary
    path: /v1/chat/completions
    dialect: openai-chat
    purpose: summary
    recipient: acme
clients:
  - {{name: bot, key_sha256: "{KEY}", routes: [summary]}}
"""


def problems(text: str) -> list[Problem]:
    with pytest.raises(ConfigProblem) as caught:
        parse(text)
    return caught.value.problems


def only(text: str) -> Problem:
    (problem,) = problems(text)
    return problem


def test_reads_a_valid_file(tmp_path):
    file = tmp_path / "proxy.yaml"
    file.write_text(VALID)

    settings = load(file)

    assert settings.routes[0].recipient == "acme"
    assert settings.listen.port == 8080


def test_prints_file_line_field_and_remedy():
    text = VALID.replace("recipient: acme", "recipient: acmee")

    assert str(ConfigProblem(problems(text))) == (
        "proxy.yaml:9: routes[0].recipient: route 'summary' names the unknown recipient 'acmee'; "
        "remedy: use one of: acme"
    )


def test_unknown_setting_suggests_the_nearest_and_lists_what_is_allowed():
    problem = only(VALID + "consent:\n  min_retaned_ratio: 0.5\n")

    assert (problem.line, problem.column, problem.field) == (13, 3, "consent.min_retaned_ratio")
    assert "did you mean 'min_retained_ratio'?" in problem.remedy
    assert "on_withheld" in problem.remedy


@pytest.mark.parametrize(
    ("changed", "into", "line", "field", "remedy"),
    [
        ('{version: "1"}', "{version: 2023-08-07}", 3, "recipients.acme.terms.version", "in quotes"),
        ('terms: {version: "1"}', "region: eu", 3, "recipients.acme.terms", "add 'terms: …'"),
        ('terms: {version: "1"}', "terms: 7", 3, "recipients.acme.terms", "allowed here: version, file"),
        ("https://", "ftp://", 3, "recipients.acme", "change the value"),
        ("/v1/chat/completions", "v1 chat", 6, "routes[0].path", "matches ^/"),
        ("openai-chat", "openai-chart", 7, "routes[0].dialect", "did you mean 'openai-chat'?"),
        ("purpose: summary", "purpose: sumary", 8, "routes[0].purpose", "your own as 'x-…'"),
        ("routes: [summary]}", "routes: [other]}", 11, "clients[0].routes[0]", "use one of: summary"),
        ("version: 1\n", "version: 1\nlisten: {port: x}\n", 2, "listen.port", "whole number"),
        ("version: 1\n", "version: 1\nlisten: {port: 70000}\n", 2, "listen.port", "inside these bounds"),
        ("version: 1\n", "version: 2\n", 1, "version", "allowed here: 1"),
        ("version: 1\n", "version: 1\nredaction: {person: keep}\n", 2, "redaction.person", "EMAIL_ADDRESS"),
        ("version: 1\n", "version: 1\nlimits: 7\n", 2, "limits", "body_bytes"),
    ],
)
def test_names_line_field_and_remedy(changed, into, line, field, remedy):
    assert changed in VALID

    problem = only(VALID.replace(changed, into, 1))

    assert (problem.line, problem.field) == (line, field)
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    ("changed", "into", "field", "says"),
    [
        ("version: 1\n", "", "version", "add 'version: 1' here"),
        ("key_sha256:", "key:", "clients[0].key", "did you mean 'key_sha256'?"),
        ("routes: [summary]", "routes: summary", "clients[0].routes", "must be a list; remedy: write a list"),
    ],
    ids=["a setting of one value", "a word too few", "no tuple"],
)
def test_the_remedy_is_what_to_write(changed, into, field, says):
    found = [str(each) for each in problems(VALID.replace(changed, into)) if each.field == field]

    assert says in found[0]


@pytest.mark.parametrize(
    ("changed", "into", "field", "says"),
    [
        ("recipients:", "recipient:", "recipient", "did you mean 'recipients'?"),
        ("base_url", "base_ulr", "recipients.acme.base_ulr", "did you mean 'base_url'?"),
        ("dialect", "dialekt", "routes[0].dialekt", "did you mean 'dialect'?"),
    ],
)
def test_a_misspelled_name_is_one_problem_and_not_a_missing_setting_as_well(changed, into, field, says):
    problem = only(VALID.replace(changed, into, 1))

    assert problem.field == field
    assert says in problem.remedy


def test_a_list_where_names_are_chosen_is_told_how_to_write_them():
    problem = only(VALID.replace('acme: {base_url: "https://llm.example/v1", terms: {version: "1"}}', "- acme: {}"))

    assert problem.field == "recipients"
    assert "write 'NAME:' below it" in problem.remedy


@pytest.mark.parametrize(
    ("text", "line", "remedy"),
    [
        ("a:\n\tb: 1\n", 2, "indent with spaces"),
        ("a: 1\nb:2\nc: 3\n", 3, "on line 2, with a space behind the colon"),
        ("a: b: c\n", 1, "put text that holds ': ' in quotes"),
        ("a: 1\nb:\n    c: 1\n   d: 2\n", 4, "the indentation of its group, which begins on line 1"),
        ("a: 1\nb: 'x\nc: 2\n", 4, "close the quote that opens on line 2"),
        ("a: [1, 2\nb: 3\n", 2, "close the bracket that opens on line 1"),
        ('a: "C:\\proxy"\n', 1, "use single quotes"),
        ("a: @acme\n", 1, "put the value in quotes"),
        ("a: *acme\n", 1, "put the value in quotes"),
        ("a: !acme b\n", 1, "put it in quotes"),
        ("a: 1\n---\nb: 2\n", 2, "take out the line '---'"),
    ],
)
def test_yaml_that_cannot_be_read_is_told_what_to_do(text, line, remedy):
    problem = only(text)

    assert (problem.line, remedy in problem.remedy) == (line, True), problem


def test_every_pattern_is_said_in_words():
    waiting, without = [schema()], []
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict) and isinstance(node.get("pattern"), str) and "patternErrorMessage" not in node:
            without.append(node["pattern"])
        waiting += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()

    assert without == []


@pytest.mark.parametrize(
    ("changed", "into", "remedy"),
    [
        (KEY, "abc", "as 'sha256sum' prints them"),
        ("/v1/chat/completions", "v1/chat", "begins with '/'"),
        ("dialect: openai-chat", "dialect: openai-chat\n    language: english", "such as en"),
    ],
)
def test_what_does_not_match_a_pattern_is_told_in_words(changed, into, remedy):
    (first, *_) = problems(VALID.replace(changed, into))

    assert remedy in first.remedy


def test_no_configuration_is_told_how_to_write_one(tmp_path):
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(ConfigProblem) as caught:
            load(path)
        assert ("meeting-proxy init" in str(caught.value)) == (path != tmp_path)
    assert "meeting-proxy init" in only("").remedy


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "http://proxy", "[::1]", "a b"])
def test_a_host_to_listen_on_is_a_host_alone(host):
    problem = only(VALID + f"listen:\n  host: '{host}'\n")

    assert problem.field == "listen.host"
    assert "the port into 'port'" in problem.remedy


@pytest.mark.parametrize("host", ["", "::", "::1", "0.0.0.0", "proxy.acme.example", "localhost", "fe80::1%eth0"])
def test_hosts_to_listen_on_are_addresses_and_names(host):
    assert parse(VALID + f"listen:\n  host: '{host}'\n").listen.host == host


def test_missing_top_level_setting_is_named():
    assert [p.field for p in problems("version: 1\n")] == ["clients", "recipients", "routes"]


def test_all_contradictions_are_reported_at_once():
    text = VALID.replace("recipient: acme", "recipient: nobody").replace("routes: [summary]", "routes: [x, y]")

    assert [(p.line, p.field) for p in problems(text)] == [
        (9, "routes[0].recipient"),
        (11, "clients[0].routes[0]"),
        (11, "clients[0].routes[1]"),
    ]


def test_names_used_twice_are_found_where_they_are_repeated():
    again = "  - {name: summary, path: /v1/other, dialect: transcript, purpose: qa, recipient: acme}\nclients"

    problem = only(VALID.replace("clients", again, 1))

    assert (problem.line, problem.field) == (10, "routes[1].name")


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("version: 1\nversion: 1\n", 2, "twice; first on line 1"),
        ("a:\n  b: 1\n  b: 2\n", 3, "twice; first on line 2"),
        ("a: &a [*a]\n", 1, "holds itself"),
        ("a: [1,\n", 2, ""),
        ('a: 1\nb "c"\n\nd: {e: 1}\n', 4, "could not find expected ':', in what begins on line 2"),
        ('a: "b\nc: d\n', 3, "in what begins on line 1"),
        ("a: b: c\n", 1, "mapping values are not allowed"),
        ("a: !!python/object/apply:os.system [id]\n", 1, "constructor"),
        ("- 1\n", 1, "must be a mapping"),
        ("", 0, "empty"),
        ("a: 1\n---\nb: 2\n", 2, ""),
        ("a: \x00", 0, "not valid YAML"),
        ("#" * (1 << 20) + "\n", 0, "larger than 1 MiB"),
        ("a: " + "[" * 3000, 0, "not valid YAML"),
    ],
)
def test_text_that_is_no_clear_yaml_is_refused(text, line, says):
    problem = only(text)

    assert problem.line == line
    assert says in problem.message


def test_anchors_and_merged_keys_may_be_used():
    text = VALID.replace("routes:\n  - name", "routes:\n  - &r\n    name", 1).replace(
        "clients:\n", "  - {<<: *r, name: second, path: /v1/second}\nclients:\n"
    )

    assert [route.name for route in parse(text).routes] == ["summary", "second"]


def test_a_problem_in_a_merged_key_is_found_where_it_is_written():
    text = VALID.replace("routes:\n  - name", "routes:\n  - &r\n    name", 1).replace(
        "clients:\n", "  - {<<: *r, nam: second, path: /v1/second}\nclients:\n"
    )

    assert "routes[1].nam" in {p.field for p in problems(text)}


def test_detection_of_a_route_is_checked_in_its_place():
    text = VALID.replace("recipient: acme\n", "recipient: acme\n    language: no\n    detection: {workers: 3}\n")

    language, detection = problems(text)

    assert (language.line, language.field) == (10, "routes[0].language")
    assert "put the value in quotes" in language.remedy
    assert (detection.line, detection.field) == (11, "routes[0].detection.workers")
    assert "languages" in detection.remedy


def test_the_name_of_a_ledger_may_come_from_the_environment():
    written = VALID + "ledger:\n  name: {env: POD_NAME}\n"
    settings = parse(written, environment={"POD_NAME": "meeting-proxy-1\n"})
    assert (settings.ledger.name, settings.log) == ("meeting-proxy-1", "default/meeting-proxy-1")
    assert parse(written, environment={"POD_NAME": "b"}).digest() != settings.digest()


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("{env: POD_NAME}", "POD_NAME is not set"),
        ("{env: OF_SPACES}", "OF_SPACES holds no valid name"),
        ("{env: EMPTY}", "EMPTY holds no valid name"),
        ("{env: ''}", "must be a name or an environment variable"),
        ("{env: A, file: b}", "must be a name or an environment variable"),
        ("{file: b}", "must be a name or an environment variable"),
        ("{}", "must be a name or an environment variable"),
        ("[a]", "must be text"),
        ("${POD_NAME}", "is no valid name"),
    ],
)
def test_a_name_that_is_nowhere_is_told_with_its_line(written, says):
    with pytest.raises(ConfigProblem) as caught:
        parse(VALID + f"ledger:\n  name: {written}\n", environment={"OF_SPACES": "two canary", "EMPTY": ""})
    (problem,) = caught.value.problems
    assert (problem.line, problem.field) == (13, "ledger.name")
    assert says in problem.message
    assert problem.remedy
    assert "canary" not in str(problem)


def test_a_secret_in_place_of_the_name_of_a_variable_is_not_repeated():
    base = 'base_url: "https://llm.example/v1"'
    problem = only(VALID.replace(base, base + ", credential: {env: sk-canary-7319}"))

    assert "canary" not in str(problem)
    assert (problem.line, problem.field) == (3, "recipients.acme.credential.env")
    assert "put the secret into a variable or a file" in problem.remedy


def test_a_secret_in_the_wrong_place_is_not_repeated():
    text = VALID.replace("terms:", "credential: sk-canary-1234, terms:")

    assert "canary" not in str(ConfigProblem(problems(text)))


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path):
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\x00")

    for path in (tmp_path / "absent.yaml", tmp_path, binary):
        with pytest.raises(ConfigProblem) as caught:
            load(path)
        assert str(path) in str(caught.value)


def test_committed_schema_is_current():
    """Editors validate against the same schema; regenerate it with `proxy.edge.configuration.file.schema`."""
    assert json.loads((CONFIG / "proxy.schema.json").read_text()) == schema()


@pytest.mark.parametrize("name", ["proxy.yaml", "strict.yaml"])
def test_shipped_configurations_are_valid(name):
    assert load(CONFIG / name).version == 1


def test_annotated_configuration_shows_every_setting_with_its_default():
    settings, text = load(CONFIG / "proxy.yaml"), (CONFIG / "proxy.yaml").read_text()

    assert settings.consent == ConsentSettings()
    assert settings.detection == Detection()
    assert settings.limits == Limits()
    assert settings.ledger == Ledger()
    assert settings.admin == Admin()
    fields = {name for part in schema()["$defs"].values() for name in part.get("properties", {})}
    assert {name for name in fields if f"{name}:" not in text} == set()
