"""Links for a room: what the people of one meeting are asked, for everybody who is there and for nobody in particular.

A room's screen shows such a link. Whoever follows it reads what is asked, and can ask for a link of their own. The link
says nothing of who somebody is, so it grants, refuses and withdraws nothing.

Its code is random, 60 bits in twelve signs of Crockford's base 32, which has no letters that are read as digits. It
means something only while it is on file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from proxy.consent.invitations import Offer
from proxy.consent.records import Scope

CODE_BITS = 60
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUP = 4
_LENGTH = 12
_READ_AS = str.maketrans("OIL", "011")
"""What people write for a digit, as Crockford reads it."""
_WRITTEN = re.compile(r"[0-9A-Za-z-]{1,40}")

MOST_REQUESTS = 500
"""The most addresses that are kept for one link."""
MOST_TIMES = 3
"""How often one address is sent a link for one room's link at most: whoever types it may be somebody else."""
PAUSE = timedelta(hours=1)
"""How long after a link was sent the same address can ask again."""
KEPT_DAYS = 30
"""For how many days an address that was typed is kept at most."""


@dataclass(frozen=True, slots=True)
class RoomLink:
    """A link for the room of a meeting. It can be followed until `ends`; `expires` is the end of people's own links.

    Other fields are as in `Invitation`.
    """

    code: str
    meeting: str
    offers: tuple[Offer, ...]
    terms: tuple[tuple[str, str], ...]
    expires: datetime
    covers_earlier: bool
    made_at: datetime
    ends: datetime
    revoked_at: datetime | None = None

    @property
    def scope(self) -> Scope:
        """How wide an answer reaches: one meeting."""
        return Scope.MEETING

    @property
    def scope_id(self) -> str:
        """The meeting."""
        return self.meeting

    def is_open(self, now: datetime) -> bool:
        """Whether the link can be followed."""
        return self.revoked_at is None and now < self.ends

    def is_answered(self, now: datetime) -> bool:
        """Whether people who asked by it get a link of their own: also after it has ended, as long as theirs would."""
        return self.revoked_at is None and now < self.expires


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """That somebody typed an address on the page of a room's link: in lower case, and perhaps not their own.

    `times` is how often it was asked for anew, and `handled_at` when a link was last given out for it.
    """

    code: str
    address: str
    asked_at: datetime
    times: int = 1
    handled_at: datetime | None = None


def new_code(number: int) -> str:
    """Return the code of a random number of `CODE_BITS` bits."""
    signs = "".join(_SIGNS[number >> 5 * place & 31] for place in range(_LENGTH))
    return "-".join(signs[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))


def code_of(written: str) -> str | None:
    """Return a code as it is on file, however it was typed; None for what is no code."""
    if not _WRITTEN.fullmatch(written):
        return None
    signs = written.upper().replace("-", "").translate(_READ_AS)
    if len(signs) != _LENGTH or not set(signs) <= set(_SIGNS):
        return None
    return "-".join(signs[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))


def room_link_of(code: str, base_url: str) -> str:
    """Return the address of the page of a room's link, below that of all pages."""
    return f"{base_url.rstrip('/')}/r/{code}"
