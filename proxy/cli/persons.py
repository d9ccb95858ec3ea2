"""Whom an option names: by id, by an address, or by a name that one person on file has. Unknown is not none."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from proxy.errors import ClientFault
from proxy.model import Participant, label_form

if TYPE_CHECKING:
    from proxy.edge.store.store import Store

_WHERE = "--participant"
_SUGGESTED = 3
"""People who are suggested at most where nobody is meant for sure."""


async def person_meant(store: Store, written: str) -> Participant:
    """The one person on file with this id (or another id of theirs), address or name.

    Raises `ClientFault` where nobody or several are meant.
    """
    from proxy.meetings.people import email_of

    kept = await store.merged_ids([written])
    known = await store.participant(kept.get(written, written))
    if known is not None:
        return known
    everybody = await store.people()
    email = email_of(written)
    meant = [
        person
        for person in everybody
        if (email is not None and email in map(email_of, person.emails)) or person.is_called(written)
    ]
    if len(meant) == 1:
        return meant[0]
    if meant:
        told = f"{len(meant)} people on file are called so; name one by id: {_listed(meant)}"
        raise ClientFault("ambiguous_participant", told, where=_WHERE)
    by_form = {form: person for person in everybody for form in (label_form(person.name), person.id.casefold())}
    near = difflib.get_close_matches(label_form(written), list(by_form), n=_SUGGESTED)
    suggested = _listed(list({by_form[form].id: by_form[form] for form in near}.values()))
    told = "nobody on file has this id, address or name" + (f"; did you mean {suggested}?" if suggested else "")
    raise ClientFault("unknown_participant", f"{told} ('meeting-proxy people list' has everybody)", where=_WHERE)


def _listed(people: list[Participant]) -> str:
    return ", ".join(f"{person.id} ({person.name})" for person in people[:_SUGGESTED])
