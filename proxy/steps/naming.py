"""Whom a name or an address of somebody means, by the roster alone."""

from __future__ import annotations

from proxy.model import Participant, Roster


def named(name: str, roster: Roster) -> Participant | None:
    """Whom a name or an address means that stands alone: by a label or an e-mail address, exactly."""
    mail = name.strip().removeprefix("mailto:").casefold()
    mailed = [p for p in roster.participants if mail in (address.casefold() for address in p.emails)]
    return roster.resolve(name) or (mailed[0] if len(mailed) == 1 else None)
