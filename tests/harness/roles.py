"""Roles of PostgreSQL with the rights that the documentation gives them."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import make_url

from harness.postgres import Postgres

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations.md"


def documented() -> tuple[list[str], list[str]]:
    """The GRANT statements of the page for operators: what proxies need, and what forgetting needs besides."""
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    granted = [re.findall(r"^GRANT [^;]*;", block, re.MULTILINE) for block in blocks]
    needed, to_forget = filter(None, granted)
    return needed, to_forget


def as_role(server: Postgres, url: str, statements: list[str]) -> str:
    """The URL of the same database for the role of the documentation, with the rights of these statements alone."""
    name = make_url(url).database or ""
    if not server.sql("SELECT 1 FROM pg_roles WHERE rolname = 'meeting_proxy'"):
        server.sql("CREATE ROLE meeting_proxy LOGIN")
    for statement in statements:
        server.sql(statement, name)
    return server.url(name, "meeting_proxy")
