"""Operators that ``redaction`` names: imported and checked when the file is read, keys when the proxy starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxy.edge.configuration import action_operators as operators
from proxy.edge.configuration.document import ConfigProblem, Problem
from proxy.edge.configuration.file import parse
from proxy.model import Action

VALID = f"""\
version: 1
recipients:
  acme: {{base_url: "https://llm.example/v1", terms: {{version: "1"}}}}
routes:
  - {{name: summary, path: /v1/chat/completions, dialect: openai-chat, purpose: summary, recipient: acme}}
  - {{name: qa, path: /v1/qa, dialect: openai-chat, purpose: qa, recipient: acme, redaction: {{URL: %s}}}}
clients:
  - {{name: bot, key_sha256: "{"a" * 64}", routes: [summary]}}
redaction:
  default: pseudonym
"""
BASE = VALID % "remove"
MODULE = """
from presidio_anonymizer.entities import InvalidParamError
from presidio_anonymizer.operators import Decrypt, Operator, OperatorType

class Initials(Operator):
    def operate(self, text=None, params=None):
        return params.get("between", "").join(word[0] for word in text.split())
    def validate(self, params=None):
        if not isinstance(params.get("between", ""), str):
            raise InvalidParamError("between must be text")
        if params.get("between") == "boom":
            raise KeyError("my secret")
    def operator_name(self):
        return "initials"
    def operator_type(self):
        return OperatorType.Anonymize

class Needy(Initials):
    def __init__(self, more):
        self.more = more

not_a_class = 7
"""
KEYS = {"SHORT": "x", "SALT": "s" * 64, "CIPHER": "c" * 32}


@pytest.fixture(autouse=True)
def _module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "acme_operators.py").write_text(MODULE)
    (tmp_path / "acme_broken.py").write_text("raise RuntimeError('my secret')")
    monkeypatch.syspath_prepend(tmp_path)


def only(text: str) -> Problem:
    with pytest.raises(ConfigProblem) as caught:
        parse(text)
    (problem,) = caught.value.problems
    return problem


def test_an_own_operator_is_loaded_with_its_parameters() -> None:
    settings = parse(BASE + "  PERSON: {operator: acme_operators.Initials, params: {between: .}}\n")
    operation = operators.of_routes(settings)["summary"]["PERSON"]
    assert operation.on("Jane Doe", "PERSON", piece=False, is_told=lambda _: False) == "J.D"


@pytest.mark.parametrize(
    ("written", "field", "what"),
    [
        ("{operator: acme_operators.Nobody}", "operator", "cannot be imported (AttributeError)"),
        ("{operator: acme_missing.Initials}", "operator", "cannot be imported (ModuleNotFoundError)"),
        ("{operator: acme_broken.Initials}", "operator", "cannot be imported (RuntimeError)"),
        ("{operator: acme_operators.not_a_class}", "operator", "is no subclass of"),
        ("{operator: collections.OrderedDict}", "operator", "is no subclass of"),
        ("{operator: acme_operators.Operator}", "operator", "cannot be made without arguments"),
        ("{operator: acme_operators.Needy}", "operator", "cannot be made without arguments"),
        ("{operator: acme_operators.Decrypt}", "operator", "is not of type OperatorType.Anonymize"),
        ("{operator: acme_operators.Initials, params: {between: 7}}", "params", "between must be text"),
        ("{operator: acme_operators.Initials, params: {between: boom}}", "params", "validate raised KeyError"),
        ("{operator: Initials}", "operator", "not written as it must be"),
        ("{mask: {char: ab}}", "mask.char", "not written as it must be"),
        ("{mask: {keep_last: 99}}", "mask.keep_last", "less than or equal to 16"),
        ("{mask: {keep: 4}}", "mask.keep", "unknown setting"),
        ("{hash: {}}", "hash.key", "missing"),
        ("{encrypt: {key: abc}}", "encrypt.key", "must be a group of settings"),
        ("{replace: {text: 'a <b>'}}", "replace.text", "not written as it must be"),
        ("{remove: {}}", "remove", "unknown setting"),
        ("{}", "", "exactly one of"),
        ("{mask: {}, operator: acme_operators.Initials}", "", "exactly one of"),
        ("{mask: {}, params: {a: 1}}", "", "'params' are for an operator of your own"),
        ("hash", "", "needs parameters"),
        ("hide", "", "not one of the values"),
    ],
)
def test_what_is_wrong_is_named_by_line_and_field_with_a_remedy(written: str, field: str, what: str) -> None:
    for text, line, place in (
        (f"{BASE}  URL: {written}\n", 11, "redaction.URL"),
        (VALID % written, 6, "routes[1].redaction.URL"),
    ):
        problem = only(text)
        assert (problem.line, problem.field.split(" ")[0]) == (line, f"{place}.{field}".rstrip("."))
        assert what in problem.message
        assert problem.remedy
        assert "my secret" not in str(problem)


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("{hash: {key: {env: NONE}}}", "redaction.URL.hash.key.env: environment variable NONE is not set"),
        ("{hash: {key: {env: SHORT}}}", "redaction.URL.hash.key: the key has fewer than"),
        ("{encrypt: {key: {env: SALT}}}", "redaction.URL.encrypt.key: the key has not 16, 24 or 32 characters"),
        ("{hash: {key: {env: SALT}}}", None),
        ("{encrypt: {key: {env: CIPHER}}}", None),
    ],
)
def test_keys_are_read_and_checked_at_start(written: str, what: str | None) -> None:
    settings = parse(f"{BASE}  URL: {written}\n")
    found = operators.problems(settings, KEYS)
    if what is None:
        assert found == []
        assert operators.of_routes(settings, KEYS)["summary"].keys() == {"URL"}
        assert all(key not in repr(operators.of_routes(settings, KEYS)) for key in KEYS.values() if len(key) > 1)
    else:
        assert len(found) == 1
        assert what in found[0]
        with pytest.raises(ConfigProblem):
            operators.of_routes(settings, KEYS)


def test_a_route_has_its_own() -> None:
    text = VALID % "{replace: {text: a link}}" + "  URL: {mask: {}}\n  PERSON: {mask: {char: x}}\n"
    made = operators.of_routes(parse(text))
    assert {name: {kind: op.name for kind, op in ops.items()} for name, ops in made.items()} == {
        "summary": {"URL": "mask", "PERSON": "mask"},
        "qa": {"URL": "replace", "PERSON": "mask"},
    }


def test_policy_without_a_route() -> None:
    settings = parse(BASE + "  URL: {mask: {}}\n")
    made = operators.policy(settings.redaction)
    assert (made["default"], made["HEALTH"]) == (Action.PSEUDONYM, Action.KEEP)
    assert made["URL"].name == "mask"  # type: ignore[union-attr]


def test_no_key_is_in_what_is_shown_of_settings() -> None:
    settings = parse(BASE + "  URL: {hash: {key: {env: SALT}}}\n")
    assert KEYS["SALT"] not in settings.model_dump_json()
    assert settings.digest() != parse(BASE).digest()
