"""Objections that machines state for a person: AI preferences of a platform, and consent attachments of a vCon.

They are read as a no, and never as a yes: a yes is a person's own act. Where it is in doubt what a no is about, it is a
no to every purpose.

AI preferences are written as by the IETF's AIPREF drafts (draft-ietf-aipref-vocab, and the bindings to SIP and SDP): a
dictionary of structured fields (RFC 9651) from categories of use to ``y`` or ``n``, such as ``train-ai=n, search=y``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from proxy.errors import ClientFault
from proxy.model import PURPOSES

TRAINING = "model_training"
LONGEST = 1000
_MEMBER = re.compile(
    r"(?P<key>[a-z*][a-z0-9_.*-]*)"
    r"(?:=(?P<value>\?[01]|\"[^\"\\]*\"|[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*|-?[0-9]+(?:\.[0-9]+)?))?"
    r"(?:[ ]*;[ ]*[a-z*][a-z0-9_.*-]*(?:=(?:\?[01]|\"[^\"\\]*\"|[^\s,;\"]+))?)*"
)
_YES = frozenset({"y", "yes", "allow", "allowed", "?1", "1", "true"})
_TRAINS = re.compile(r"(?:^|[-_ ])(?:train|training|genai-training|foundation)(?:$|[-_ ])|training$|^train")
_NAMED = {
    "sentiment_analysis": "sentiment",
    "summarization": "summary",
    "summarisation": "summary",
    "recording": "recording",
    "search": "qa",
}
"""Names that others have for purposes."""


def objected_to(preference: str, own: Collection[str] = ()) -> frozenset[str]:
    """The purposes to which an AI preference says no, among the listed ones and an operator's `own`.

    What is neither a yes nor left out is a no. Raises `ClientFault` for what is no dictionary.
    """
    found: set[str] = set()
    for category, value in _members(preference):
        if value not in _YES:
            found |= meant(category, own)
    return frozenset(found)


def meant(name: str, own: Collection[str] = ()) -> frozenset[str]:
    """The purposes that a name of others means; all, if it is none that is known here."""
    written = name.strip().lower()
    known = PURPOSES.union(own)
    plain = written.replace("-", "_").replace(" ", "_")
    for each in (written, plain, _NAMED.get(plain, "")):
        if each in known:
            return frozenset({each})
    return frozenset({TRAINING}) if _TRAINS.search(written) else frozenset(known)


def concerns(objections: Iterable[str], purpose: str, *, may_train: bool) -> bool:
    """Whether objections, by the names of others, are about this purpose, or about training by who may train."""
    about = {each for name in objections for each in meant(name, (purpose,))}
    return purpose in about or (may_train and TRAINING in about)


def _members(preference: str) -> list[tuple[str, str]]:
    text, found = preference.strip(), list[tuple[str, str]]()
    while text:
        member = _MEMBER.match(text) if len(preference) <= LONGEST else None
        rest = text[member.end() :].lstrip() if member is not None else ""
        if member is None or (rest and not rest.startswith(",")):
            detail = f"write categories with y or n, such as 'train-ai=n, search=y', up to {LONGEST} characters"
            raise ClientFault("invalid_preference", detail, where="preference")
        # RFC 9651 §3.2: a member without a value is true.
        found.append((member["key"], (member["value"] or "?1").strip('"').lower()))
        text = rest[1:].lstrip()
    if not found:
        raise ClientFault("invalid_preference", "it names no category", where="preference")
    return found
