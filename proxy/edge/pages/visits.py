"""One request to a link."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs

from proxy.edge.pages.words import Language
from proxy.model import Inbound


@dataclass(frozen=True)
class Visit:
    """One request to a link: where it points, and the language it is answered in."""

    inbound: Inbound
    token: str
    part: str
    name: str
    language: Language
    came_from: str

    @property
    def query(self) -> dict[str, list[str]]:
        """The query's fields."""
        return parse_qs(self.inbound.query, max_num_fields=16)


class Refused(Exception):
    """A page that says why there is no other."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.reason, self.status = reason, status
