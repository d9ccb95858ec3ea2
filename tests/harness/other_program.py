"""A program that is not ours, on the store's own database: what it may do there does not depend on our code."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import Any

from sqlalchemy import make_url

from harness.postgres import Postgres


class OtherProgram:
    """Somebody else with the right to write to the database."""

    def __init__(self, url: str, postgres: Postgres | None):
        self._database = make_url(url).database or ""
        self._postgres = postgres

    async def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """What the database answers to a statement; its own exception where it refuses."""
        return await asyncio.to_thread(self.sql_now, statement)

    def sql_now(self, statement: str) -> list[tuple[Any, ...]]:
        """As `sql`, from code that is not asynchronous."""
        if self._postgres is not None:
            return self._postgres.sql(statement, self._database)
        with closing(sqlite3.connect(self._database)) as raw, raw:
            return raw.execute(statement).fetchall()
