"""Who a vCon's party is, and what a vCon leaves unsaid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from proxy.consent.dpv import invalid
from proxy.consent.grants import Scope
from proxy.model import Roster

PARTICIPANT = "mpp_participant"
"""Our extension of a party: the participant's id."""

Finder = Callable[[int, Mapping[str, Any]], str | None]
"""The participant's id of a party, by its index and its object; None: nobody, or nobody for certain."""


@dataclass(frozen=True, slots=True)
class Place:
    """What the importer says of consent in a vCon: its scope, to whom, and the terms where the file names none."""

    scope: Scope
    scope_id: str
    recipient: str
    terms_version: str | None = None


def on_roster(roster: Roster, told: Mapping[int, str]) -> Finder:
    """Finds parties by what the importer told, by our own id, by e-mail, or by exact name; never by likeness.

    All that a party says of who it is has to be one person's. So an address that nobody on the roster has is nobody's,
    whatever name stands beside it, unless our own id does, of somebody who has no address on file.
    """

    def find(index: int, party: Mapping[str, Any]) -> str | None:
        if index in told:
            return told[index]
        own, mail = party.get(PARTICIPANT), str(party.get("mailto") or "").removeprefix("mailto:").casefold()
        named = [person for key in ("name", "tel") if party.get(key) and (person := roster.resolve(str(party[key])))]
        meant = {person.id for person in named}
        if isinstance(own, str) and own:
            meant.add(own)
            known = roster.by_id(own)
            if mail and (known is None or known.emails):
                meant |= _with_address(roster, mail) or {""}
        elif mail:
            meant |= _with_address(roster, mail) or {""}
        return meant.pop() or None if len(meant) == 1 else None

    return find


def _with_address(roster: Roster, mail: str) -> set[str]:
    return {person.id for person in roster.participants if mail in map(str.casefold, person.emails)}


def party_of(attachment: Mapping[str, Any], parties: list[Any], find: Finder, where: str) -> str:
    """The participant to whom an attachment refers; raises `ClientFault` where that is nobody for certain."""
    index = attachment.get("party")
    if not isinstance(index, int) or isinstance(index, bool) or index < 0:
        raise invalid(f"{where}.party", "a party is named by its index")
    if parties and index >= len(parties):
        raise invalid(f"{where}.party", "the vCon has no such party")
    party = parties[index] if parties else {}
    whose = find(index, party) if isinstance(party, dict) else None
    if whose is None:
        raise invalid(f"{where}.party", "nobody on the roster is this party for certain; say who with --party INDEX=ID")
    return whose
