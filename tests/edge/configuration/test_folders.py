"""Folders of the ledger and the store, as the user finds them who asks."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from proxy.edge.configuration import folders
from proxy.settings import Settings


def settings(ledger: Path, store: str) -> Settings:
    return Settings.model_validate(
        {
            "version": 1,
            "recipients": {"acme": {"base_url": "https://ai.example", "terms": {"version": "1"}}},
            "routes": [
                {"name": "s", "path": "/s", "dialect": "openai-chat", "purpose": "summary", "recipient": "acme"}
            ],
            "clients": [{"name": "bot", "key_sha256": "0" * 64, "routes": ["s"]}],
            "ledger": {"directory": str(ledger / "ledger"), "signing_key": str(ledger / "keys" / "ledger.key")},
            "store": store,
        }
    )


def test_folders_that_can_be_made_are_no_problem(tmp_path: Path) -> None:
    asked = settings(tmp_path / "new" / "deep", f"sqlite:///{tmp_path}/also/new/proxy.db")
    assert (folders.problems(asked), folders.doubts(asked)) == ([], [])


def test_each_folder_below_a_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    asked = settings(tmp_path / "file", f"sqlite:///{tmp_path}/file/proxy.db")
    assert [each.partition(":")[0] for each in folders.problems(asked)] == [
        "ledger.directory",
        "ledger.signing_key",
        "store",
    ]
    assert folders.doubts(asked) == []


def test_where_this_user_may_not_write_is_a_doubt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may write anywhere, so the system's answer stands in."""
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != tmp_path)
    asked = settings(tmp_path, "postgresql://proxy@db.example/proxy")
    assert [each.partition(":")[0] for each in folders.doubts(asked)] == ["ledger.directory", "ledger.signing_key"]
    assert folders.problems(asked) == []
