"""Labelled lines in what one person typed that are that person's own: turns of a chat, fields, the beginning of a text.

``User:`` and ``Assistant:`` are the turns of that person's chat with a model; ``Translate to French: …`` and
``Error: …`` open a text as prompts, letters and logs do; ``Ingredients: …`` and ``Method: …`` are of things, each named
once. Anything else before a colon may be somebody's name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from proxy.attribution.beginnings import Beginnings
from proxy.attribution.captions import is_caption
from proxy.attribution.roles import is_role, is_title
from proxy.model import Roster, Utterance
from proxy.model.voices import opens_as_voice
from proxy.redaction.wording.plain_words import is_plain

_TURNS = frozenset("user assistant human ai q a system developer question answer prompt bot model tool".split())
"""How the turns of a chat with a model are labelled."""
_GREETINGS = frozenset("dear hello hi hey".split())
_WORD = re.compile(r"[^\W_]+")
_CHOICES = re.compile(r"(?:^|\n)[^\w\n]*(?:options|choices|answers|variants|alternatives):[ \t]*\n", re.IGNORECASE)
_KEYWORDS = frozenset("class def elif else except for func if try while with".split())
_LETTER = re.compile(r"[A-Ja-j]")


def are_own(text: str, utterances: Sequence[Utterance], roster: Roster, author: str) -> bool:
    """Whether all labelled lines of a text are its author's own (an id), so that all of the text is.

    Turns of a chat with a model are not where somebody else is named in them: it may be that person's chat.
    """
    spans = [said.label for said in utterances if said.label is not None and said.start is None and said.at is None]
    if not spans or len(spans) < len(utterances):
        return False
    labels = [text[span.start : span.end].strip() for span in spans]
    turns = all(label.casefold() in _TURNS for label in labels) or _are_fields(text, labels)
    if not (turns or (len(labels) == 1 and _opens(text, labels[0], spans[0].start))):
        return False
    if any(roster.resolve(label) is not None for label in labels):
        return False
    named = Beginnings.of(roster).read(text if turns else "\n".join(labels)).near
    return all(turns and mention.people == {author} for mention in named)


def names_nobody_else(text: str, utterances: Sequence[Utterance], roster: Roster, author: str) -> bool:
    """Whether a text with JSON in it has no speaker, no time and nobody of the roster but its author (an id) in it."""
    labels = [said.label for said in utterances if said.speaker is not None]
    timed = any(said.start is not None or said.at is not None for said in utterances)
    for label in labels:
        if len(labels) > 1 or label is None or not _opens(text, text[label.start : label.end], label.start):
            return False
    return not timed and all(mention.people == {author} for mention in Beginnings.of(roster).read(text).near)


def _are_fields(text: str, labels: Sequence[str]) -> bool:
    """Whether labels are each of another thing, and none of them of somebody: ``Ingredients``, ``Method``, ``f(x``.

    One at least is surely so; a word by itself may be a nickname (``Falcon``).
    """
    lettered = _CHOICES.search(text) is not None
    sure = [is_caption(label) or _is_code(label) or (lettered and _LETTER.fullmatch(label)) for label in labels]
    distinct = len({label.casefold() for label in labels}) == len(labels)
    return distinct and any(sure) and all(known or is_title(label) for known, label in zip(sure, labels, strict=True))


def _is_code(label: str) -> bool:
    """Whether what stands before a colon is a piece of code: brackets that are not closed, or a keyword."""
    return label.count("(") > label.count(")") or label.partition(" ")[0] in _KEYWORDS


def _opens(text: str, label: str, at: int) -> bool:
    """Whether a text begins with this label, and it tells what the text is and not who speaks."""
    words = [word.casefold() for word in _WORD.findall(label)]
    if text[:at].strip() or not words or opens_as_voice(label):
        return False
    if words[0] in _GREETINGS:
        return len(words) > 1
    return is_plain(words[0]) and not any(map(is_role, words))
