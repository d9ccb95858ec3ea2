"""A problem that the schema cannot show has a line as well."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxy.edge.configuration.lines import located

WRITTEN = """\
version: 1
clients_file: {clients}
recipients:
  acme.llm:
    base_url: https://llm.example/v1
    credential:
      env: KEY
clients: [{{name: own}}]
ledger:
  directory: x
  anchors:
    - name: worm
      directory: /mnt
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "clients.yaml").write_text("clients:\n- name: bot\n  key_sha256: x\n")
    file = tmp_path / "proxy.yaml"
    file.write_text(WRITTEN.format(clients=tmp_path / "clients.yaml"))
    return file


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        ("configuration: recipients.acme.llm.credential.env: environment variable KEY is not set; remedy: set it", 7),
        ("recipients.acme.llm.ca_file: no such file; remedy: name another", 4),
        ("ledger.directory: cannot be made; remedy: name another", 10),
        ("ledger.anchors[0].directory: is no folder: at all", 13),
        ("ledger.anchors[7].directory: is no folder", 11),
    ],
    ids=["a name with a dot", "a setting that is absent", "no file", "an item of a list", "no such item"],
)
def test_a_field_has_the_line_on_which_it_or_its_group_is_written(problem: str, line: int, config: Path):
    assert located([problem], config) == [f"{config}:{line}: {problem.removeprefix('configuration: ')}"]


def test_what_a_named_file_lists_has_its_line_there(config: Path):
    assert located(["clients[1].key_sha256: is known; remedy: make another"], config) == [
        f"{config.parent}/clients.yaml:3: clients[1].key_sha256: is known; remedy: make another"
    ]


@pytest.mark.parametrize(
    "problem",
    [
        "words.txt:7: detection.deny: is empty",
        "store: is not written here",
        "configuration: admin.token: is not written here",
        "ledger_group_unknown: there is no group siem on this host",
    ],
)
def test_what_stands_nowhere_in_the_file_stays_as_it_is(problem: str, config: Path):
    assert located([problem], config) == [problem]
