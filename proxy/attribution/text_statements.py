"""Recognize statements of a client about the text that it wants or gives, and about who reads and who writes it.

``The summary is for the board.`` tells of nothing else, and so does ``You are helping the sales team.`` People tell
things of texts too (``The report is late``), and say who somebody is (``You are a thief``). So all words of a statement
come from closed vocabularies: words for texts and their form, for where a text goes, and for what people are.
"""

from __future__ import annotations

import re

from proxy.attribution.captions import is_role, shows_form
from proxy.attribution.text_words import OF_TEXTS, folded, is_form_word, is_of_form
from proxy.languages import patterns, words
from proxy.wording.plain_words import is_plain

_DESTINED = words("asking", "destined")
"""Where a text goes, and what it is for: ``posted in the chat``, ``for internal use``."""
_STATES = re.compile(
    r"(?:the|this|your|each|every|any|an?|all|our|these|those)[ ]+(?P<subject>(?:[\w-]+[ ]+){1,4}?)"
    rf"(?P<states>{patterns('asking', 'states')})\b(?P<rest>[^.!?;:]*)",
    re.IGNORECASE,
)
"""A subject, a verb and what is told of the subject."""
_DEFINES = re.compile(
    r"(?:an?|each|every|any)[ ]+(?P<subject>(?:[\w-]+[ ]+){1,4}?)(?:is|has|needs|contains)\b(?P<rest>[^.!?;:]*)",
    re.IGNORECASE,
)
"""What makes any one of the things that are wanted: ``A task has an owner``."""
_AND_SO = re.compile(r",?[ ]+(?:so|and|but)[ ]+(?P<clause>(?:it|they|keep|do|be|use|return|avoid)\b.*)", re.IGNORECASE)
"""What follows from the statement: ``…, so keep it short``."""
_HELPS = re.compile(
    rf"you(?:['’]re| are| will be)(?: now| here to)? {patterns('asking', 'helps')} (?P<whom>[^.!?,;:]*)", re.IGNORECASE
)
"""Whom the model helps with its text."""
_PURPOSE = re.compile(r"[ ](?:to|who|that|which|with|by|in|at|catch|understand)\b.*")
_IS = re.compile(
    r"you(?:['’]re| are)(?: now| also)? (?:(?:an?|the|our|my|one of|part of)\b(?P<what>[^.!?;:]*)"
    r"|(?P<name>[A-Z][\w-]*(?: [A-Z][\w-]*){0,2})(?=[,.]| an?\b|$))",
    re.IGNORECASE,
)
"""Who the model is."""
_HAVING = frozenset(("are", "consist", "contain", "contains", "has", "have", "is", "look", "looks"))
_WRITERS = words("asking", "writers")
"""What a model is told to be, besides words for what people are."""
_BEHIND = re.compile(r"\b(?:of|with|for|who|whose|that|which|in|to|from|at|and|on|by)\b.*", re.IGNORECASE | re.DOTALL)
"""What tells more of somebody than what they are."""


def states_of_text(sentence: str) -> bool:
    """Whether a sentence tells where the wanted text goes, who reads it, what it is for or what an entry is, alone."""
    stated = _STATES.match(sentence)
    if stated is None or OF_TEXTS.isdisjoint(folded(stated["subject"])):
        stated = _DEFINES.match(sentence)
        if stated is None or not any(map(shows_form, folded(stated["subject"]))):
            return False
    rest = stated["rest"]
    clause = _AND_SO.search(rest)
    told = rest[: clause.start()] if clause is not None else rest
    follows = clause is None or _tells_of_texts(clause["clause"])
    return follows and all(map(_is_of_destination, folded(stated["subject"]) + folded(told)))


def states_form(line: str) -> bool:
    """Whether a line says what form a text has, in words for texts alone: ``The notes always have the same form:``."""
    return is_of_form(line) and not _HAVING.isdisjoint(folded(line))


def casts(sentence: str) -> bool:
    """Whether a sentence says who the model is: a word for what people or assistants are stands in it, or a name."""
    cast = _IS.match(sentence)
    if cast is None:
        return False
    if cast["name"] is not None:
        return cast["name"][0].isupper()
    return any(is_role(word) or word in _WRITERS for word in folded(_BEHIND.sub("", cast["what"])))


def helps(sentence: str) -> bool:
    """Whether a sentence says whom the model helps: ``You are helping the sales team``."""
    helped = _HELPS.match(sentence)
    if helped is None:
        return False
    whom = _PURPOSE.sub("", helped["whom"])
    return all(map(_is_of_destination, folded(whom))) and _tells_of_texts(helped["whom"][len(whom) :])


def _tells_of_texts(clause: str) -> bool:
    """Whether a clause mentions a text, or consists of plain words and words for texts and people."""
    words = folded(clause)
    return not OF_TEXTS.isdisjoint(words) or all(_is_of_destination(word) or is_plain(word) for word in words)


def _is_of_destination(word: str) -> bool:
    return is_form_word(word) or is_role(word) or word in _DESTINED
