"""What changed between two versions of terms, as the few sentences that a person should see."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from proxy.consent.terms import diff

SHOWN = 4
"""Sentences of each kind that are shown; the whole text is one link away."""

_LONGEST = 400


class Changes(NamedTuple):
    """Sentences that are new and that are gone, each cut to a readable length; `more` says that there are others."""

    since: str
    new: tuple[str, ...]
    gone: tuple[str, ...]
    more: bool


@lru_cache(maxsize=32)
def changes(since: str, old: str, new: str) -> Changes:
    """The sentences in which two texts differ; one that was changed is gone and new. `since` names the older version.

    Kept for the last texts that were compared: long terms take a while, and everybody who is asked sees the same.
    """
    found = diff(old, new)
    added = [change.after.text for change in found if change.after is not None]
    gone = [change.before.text for change in found if change.before is not None]
    more = len(added) > SHOWN or len(gone) > SHOWN
    return Changes(since, tuple(map(_cut, added[:SHOWN])), tuple(map(_cut, gone[:SHOWN])), more)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST].rsplit(" ", 1)[0] + " …"
