"""Recognize statements of a client about the text that it wants or gives, and about who reads and who writes it.

``The summary is for the board.`` tells of nothing else, and so does ``You are helping the sales team.`` People tell
things of texts too (``The report is late``), and say who somebody is (``You are a thief``). So all words of a statement
come from closed vocabularies: words for texts and their form, for where a text goes, and for what people are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from proxy.attribution.captions import is_listed_role, shows_form
from proxy.attribution.text_words import OF_TEXTS, folded, is_form_word, is_of_form
from proxy.languages import codes, has_table, patterns, table, words
from proxy.wording.plain_words import is_plain

_DESTINED = words("asking", "destined")
"""Where a text goes, and what it is for: ``posted in the chat``, ``for internal use``."""


class _Tongue(NamedTuple):
    """The words of one language in which a client tells of texts."""

    verbs: frozenset[str]
    musts: frozenset[str]
    each: frozenset[str]
    neuter: frozenset[str]
    pronouns: frozenset[str]
    persons: frozenset[str]
    readers: frozenset[str]
    texts: frozenset[str]
    parts: frozenset[str]
    manners: frozenset[str]
    know: frozenset[str]
    told: frozenset[str]
    places: frozenset[str]
    past: frozenset[str]
    held: frozenset[str]
    days: frozenset[str]

    def is_verb(self, word: str) -> bool:
        """Whether a word may tell something of a text."""
        return word in self.verbs or word in self.musts

    def has(self, word: str) -> bool:
        """Whether a word tells of nothing but texts, their parts and their readers; days are told of meetings alone."""
        listed = any(word in each for each in self[:-1]) or _is_of_destination(word)
        return listed or any(shape.fullmatch(word) for shape in (_WRITTEN_PART, _WRITTEN))

    def is_part(self, word: str) -> bool:
        """Whether a word is one for a text or its parts."""
        listed = word in OF_TEXTS or word in _PARTS or word in self.texts or word in self.parts
        return listed or _WRITTEN_PART.fullmatch(word) is not None

    def shows(self, word: str) -> bool:
        """Whether a word is one for a text, its parts or its manners."""
        return self.is_part(word) or word in self.manners or shows_form(word)


_TONGUES = tuple(_Tongue(*(words("statements", section, code) for section in _Tongue._fields)) for code in codes())
_VERBS = frozenset[str]().union(*(tongue.verbs | tongue.musts for tongue in _TONGUES))
_PARTS = words("forms", "parts")
_LONGEST_ELIDED = 2
_ORDERS = words("asking", "orders")
_QUOTED = re.compile(r"[\"“”„«][ ]?(?:[\w'’/-]+[ ]?){1,3}[\"“”»]")
"""A short value that a request gives: ``write "no date"``."""
_NOT = words("statements", "not")
_OCCASIONS = words("asking", "occasions")
_MONTHS = frozenset(
    month for code in codes() if has_table(code, "spoken") for month in table(code, "spoken").get("months", {})
)
_WRITTEN_PART = re.compile(patterns("asking", "written_parts"))
_WRITTEN = re.compile(patterns("asking", "written"))
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
_CAST = re.compile(rf"{patterns('asking', 'addresses')}(?P<what>[^.!?;:,]*)", re.IGNORECASE)
"""How somebody is told what they are, in any language."""
_FARTHEST_WRITER = 4
"""Words behind such a phrase, the last of which may be the one for a writer: ``ein sehr genauer Protokollant``."""
_BEHIND = re.compile(r"\b(?:of|with|for|who|whose|that|which|in|to|from|at|and|on|by)\b.*", re.IGNORECASE | re.DOTALL)
"""What tells more of somebody than what they are."""


def states_of_text(sentence: str) -> bool:
    """Whether a sentence tells of a text, its parts or its readers, or when a meeting was, in words for these alone."""
    told, _, further = sentence.partition(";")
    clause = _AND_SO.search(told)
    follows = [further, clause["clause"]] if clause is not None else [further]
    words = [part for word in folded(told[: clause.start()] if clause is not None else told) for part in _parted(word)]
    if "?" in sentence or not any(word in _VERBS or _WRITTEN.fullmatch(word) for word in words):
        return False
    return any(_tells(tongue, words) for tongue in _TONGUES) and all(map(_tells_of_texts, follows))


def has_words_for_texts(sentence: str) -> bool:
    """Whether all words of a sentence are such words of one language, or open requests; what it quotes is a value."""
    words = [part for word in folded(_QUOTED.sub(" ", sentence)) for part in _parted(word)]
    return any(all(word in _ORDERS or tongue.has(word) for word in words) for tongue in _TONGUES)


def _parted(word: str) -> Sequence[str]:
    """The parts of a word with an elided one: ``l'objet``, ``n'est``."""
    elided, sign, rest = word.replace("’", "'").partition("'")
    return (elided, rest) if sign and len(elided) <= _LONGEST_ELIDED else (word,)


def _tells(tongue: _Tongue, words: Sequence[str]) -> bool:
    """Whether words of one language are a subject and what is told of it, all from closed vocabularies."""
    at = next((at for at, word in enumerate(words) if tongue.is_verb(word) or (at and _WRITTEN.fullmatch(word))), None)
    if at is None:
        return False
    subject, rest = [word for word in words[:at] if word not in _NOT], words[at + 1 :]
    if not _OCCASIONS.isdisjoint(subject) and not tongue.held.isdisjoint(words[at:]):
        return all(word in _MONTHS or word in tongue.days or tongue.has(word) for word in words)
    return all(map(tongue.has, words)) and _is_told(tongue, subject, words[at], rest)


def _is_told(tongue: _Tongue, subject: Sequence[str], verb: str, rest: Sequence[str]) -> bool:
    """Whether a subject is a text or its reader, or something of a text that is ruled or defined."""
    must, learns = verb in tongue.musts, not tongue.know.isdisjoint(rest)
    texts = OF_TEXTS | tongue.texts | tongue.readers
    ruled = must and any(map(tongue.is_part, rest))
    placed = must and not texts.isdisjoint(rest)
    written = any(map(_WRITTEN.fullmatch, (verb, *rest)))
    named = (
        (tongue.persons, learns),
        (tongue.pronouns, learns or ruled),
        (tongue.neuter, ruled or not texts.isdisjoint(rest)),
    )
    if not subject:
        return must and (learns or (ruled and bool(tongue.pronouns)))
    for pronouns, told in named:
        if pronouns.issuperset(subject):
            return told
    part = any(map(_WRITTEN_PART.fullmatch, subject)) and (placed or written)
    set_off = verb not in tongue.past and not tongue.places.isdisjoint(rest)
    defined = (must or set_off or subject[0] in tongue.each) and any(map(tongue.shows, subject))
    return part or defined or not texts.isdisjoint(subject)


def states_form(line: str) -> bool:
    """Whether a line says what form a text has, in words for texts alone: ``The notes always have the same form:``."""
    return is_of_form(line) and not _HAVING.isdisjoint(folded(line))


def casts(sentence: str) -> bool:
    """Whether a sentence says who the model is: a word for what people or assistants are stands in it, or a name."""
    cast = _IS.match(sentence)
    if cast is None:
        told = _CAST.match(sentence)
        words = folded(_BEHIND.sub("", told["what"]))[:_FARTHEST_WRITER] if told is not None else []
        return any(part in _WRITERS for word in words for part in _parted(word))
    if cast["name"] is not None:
        return cast["name"][0].isupper()
    return any(is_listed_role(word) or word in _WRITERS for word in folded(_BEHIND.sub("", cast["what"])))


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
    return is_form_word(word) or is_listed_role(word) or word in _DESTINED
