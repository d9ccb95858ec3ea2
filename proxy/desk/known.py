"""What is asked for by name: a name that nothing has is an error which lists the known ones, and no empty answer."""

from __future__ import annotations

import difflib
from collections.abc import Collection

from proxy.errors import ClientFault


def listing(written: str, known: Collection[str]) -> str:
    """Which names are known, for somebody who wrote another; the nearest comes first."""
    if not known:
        return "neither the configuration nor what is on file names any"
    near = difflib.get_close_matches(written, sorted(known), n=1)
    return f"{f'did you mean {near[0]}? ' if near else ''}known are {', '.join(sorted(known))}"


def check(kind: str, written: str | None, known: Collection[str]) -> None:
    """Raise `ClientFault` (``unknown_<kind>``) if something is asked for by a name that is not known."""
    if written is not None and written not in known:
        raise ClientFault(f"unknown_{kind}", f"nothing is called so; {listing(written, known)}", where=kind)
