"""What the ledger calls things: pseudonyms from the register of subject keys, stamps from clock and randomness."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from proxy.audit.events import ExchangeFacts, PersonFacts
from proxy.audit.ocsf import Stamp
from proxy.audit.pseudonyms import MEETING_SUBJECT, Pseudonyms, epoch_of, pseudonym
from proxy.errors import OwnFault

SubjectKeys = Callable[[Collection[str]], Awaitable[Mapping[str, bytes]]]
"""The register of subject keys: a durable random key for each id, made on first use."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names things for the log `log` of an organization."""

    log: str
    organization: str
    version: str
    keys: SubjectKeys
    clock: Callable[[], datetime]
    seconds: float

    def stamp(self) -> Stamp:
        """A stamp for an event that happens now."""
        return Stamp(self.log, self.organization, self.version, self.clock(), uuid.uuid4().hex)

    async def of(self, exchange: ExchangeFacts, people: Iterable[PersonFacts] = ()) -> Pseudonyms:
        """The pseudonyms of an exchange; the keys are durable before this returns. Raises `OwnFault`."""
        participants = {person.participant for person in people if person.participant is not None}
        meeting = None if exchange.meeting is None else MEETING_SUBJECT + exchange.meeting
        subjects = participants | ({meeting} if meeting is not None else set())
        if not subjects:
            return Pseudonyms()
        try:
            async with asyncio.timeout(self.seconds):
                keys = await self.keys(subjects)
        except TimeoutError:
            detail = f"the store gave no subject keys within {self.seconds:g} s"
            raise OwnFault("ledger_timeout", detail) from None
        if not subjects <= keys.keys():
            raise OwnFault("ledger_keys_missing", "the store gave no subject key for somebody in this exchange")
        epoch = epoch_of(self.clock())
        return Pseudonyms(
            {person: pseudonym("ptc", keys[person], epoch, self.organization) for person in participants},
            None if meeting is None else pseudonym("mtg", keys[meeting], epoch, self.organization),
        )
