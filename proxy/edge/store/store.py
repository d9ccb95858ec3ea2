"""The store: everything on file, in SQLite or PostgreSQL.

Holds meetings, people, consent records, terms, links, the keys that pseudonymize people in the ledger, what restores
replies that arrive later, digests of what clients were given back, and what operators did until a ledger has it.
What another process wrote counts in the next read. Any failure is one `OwnFault`, which quotes
neither a value nor another exception.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any, Self

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from proxy.audit.acts import PROXY, Operator
from proxy.edge.store.acts import ActsOfOperators
from proxy.edge.store.consents import Consents
from proxy.edge.store.database import Database, bounded, direct, open_engine
from proxy.edge.store.direct import Direct
from proxy.edge.store.expiring import Expiring
from proxy.edge.store.forgetting import Forgetting
from proxy.edge.store.holds import Holds
from proxy.edge.store.invitations import Invitations
from proxy.edge.store.keys import Keys
from proxy.edge.store.links import Links
from proxy.edge.store.logs import Logs
from proxy.edge.store.meetings import Meetings
from proxy.edge.store.notes import Notes
from proxy.edge.store.people import Directory
from proxy.edge.store.provisioned import Provisioned
from proxy.edge.store.replies import SealedReplies, TextsGivenBack
from proxy.edge.store.rooms import RoomLinks
from proxy.edge.store.tables import schema_version
from proxy.edge.store.terms import TermsTexts
from proxy.edge.store.unchanged import Unchanged

_LOCK = 0x6D70_7074
"""An arbitrary number for PostgreSQL's advisory locks, used only here."""


class Store:
    """Everything that is on file, part by part. Create it with `await Store.open(url)`.

    Each statement runs in a transaction of its own, or all of them in that of `connection` (`at_once`). What is done is
    put on file as an act of `operator`.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        connection: AsyncConnection | None = None,
        operator: Operator = PROXY,
        threads: Direct | None = None,
    ) -> None:
        self._engine, self._threads, self._operator = engine, threads, operator
        self._db = Database(engine, connection, threads)
        self.consents = Consents(self._db)
        self.people = Directory(self._db)
        self.meetings = Meetings(self._db)
        self.terms = TermsTexts(self._db)
        self.links = Links(self._db)
        self.invitations = Invitations(self._db)
        self.provisioned = Provisioned(self._db)
        self.rooms = RoomLinks(self._db)
        self.keys = Keys(self._db)
        self.jobs = SealedReplies(self._db)
        self.given_back = TextsGivenBack(self._db)
        self.notes = Notes(self._db)
        self.holds = Holds(self._db)
        self.forgetting = Forgetting(self._db)
        self.expiring = Expiring(self._db)
        self.acts = ActsOfOperators(self._db, engine, operator)
        self.logs = Logs(self._db)

    @classmethod
    async def open(cls, url: str) -> Self:
        """Open the store at ``sqlite:///relative`` or ``sqlite:////absolute``. Creates it if absent.

        Only its owner can read a new file. A store of a newer schema is refused.
        """
        engine = await open_engine(url)
        return cls(engine, threads=direct(engine))

    @contextlib.asynccontextmanager
    async def at_once(self) -> AsyncIterator[Self]:
        """Yield a store whose reads and writes are one transaction, before or after that of any other process.

        Use it for what is read, changed and written back, such as a person: otherwise two such changes at the same time
        would each undo what the other wrote. If the block raises, nothing is written.
        """
        async with bounded(), self._engine.begin() as connection:
            if self._db.dialect == "sqlite":
                await connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            yield type(self)(self._engine, connection, self._operator, self._threads)

    def acting(self, operator: Operator) -> Self:
        """Return the same store, for what this operator does."""
        return type(self)(self._engine, None, operator, self._threads)

    async def close(self) -> None:
        """Close all connections."""
        if self._threads is not None:
            await self._threads.close()
        await self._engine.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def unchanged(self) -> Unchanged[Any]:
        """Return a memory of what is read of this store, which is held against the store each time."""
        return Unchanged(self._db)

    async def ping(self) -> None:
        """Raise `OwnFault` unless the store answers; for readiness."""
        await self._db.rows(select(schema_version.c.version))
