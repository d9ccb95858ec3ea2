"""Find strings of JSON, or of Python literals and YAML, that tell something, whatever their keys are.

A recognizer's result without a speaker (``{"text": "…"}``) looks like an object that a prompt wants. The keys are the
same, so a key proves nothing. What a wanted object holds does: types, placeholders, choices, names of fields, and words
for the form of a text. Below a key of what is said, nothing else does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from proxy.attribution.captions import is_form
from proxy.attribution.prompt_fields import is_plain_value
from proxy.formats.vendors import TEXT, WORD, WORDS
from proxy.model import Span

_LONGEST_STRING = 1000
"""Characters in which the end of a string is looked for; a longer one tells something anyhow."""
_SPOKEN = TEXT | WORDS | frozenset(WORD) | {"said", "message", "body", "speech", "utterances", "texts", "quote"}
"""Keys of what somebody said or wrote."""
_STRING = re.compile(
    r"(?:[\"'][ \t]*:|[\[{,])\s*"
    rf"(?:\"(?=(?P<plain>(?:\\.|[^\"\\]){{0,{_LONGEST_STRING}}}))(?P=plain)"
    r"(?=\"[ \t]*(?:[\r\n]|\Z)|\"\s*[,:\]}]|[^\"]|\Z)"
    rf"|'(?=(?P<quoted>(?:\\.|[^'\\]|'(?=\w)){{0,{_LONGEST_STRING}}}))(?P=quoted)"
    r"(?='[ \t]*(?:[\r\n]|\Z)|'\s*[,:\]}]))",
    re.DOTALL,
)
"""A string as a key or value. One that does not end within the text counts, as where a tool has cut it.

What is looked ahead for is read as long as it can be, and is no shorter when it is read again.
"""
_PAIR = re.compile(
    rf"^[ \t]*(?:-[ ]+)?(?P<key>{'|'.join(sorted(_SPOKEN))})[ ]?[:=][ ]?(?:[|>][+-]?[ \t]*\n[ \t]+)?[ ]*"
    r"(?P<value>[^\s\"'\[{|>][^\n]*)$",
    re.MULTILINE,
)
"""A pair of YAML with what somebody said."""
_WORD = re.compile(r"[^\W\d_]+")
_STANDS_IN = re.compile(r"\s*(?:<[^<>]*>|\{[^{}]*\}|\[[^\[\]]*\]|[^\w]*)\s*")
_CHOICES = re.compile(r"\s*[\w -]{1,30}(?:\s*[|/]\s*[\w -]{1,30})+\s*")
_ASKED = re.compile(r"(?:how|what|when|where|whether|which|who|whom|whose|why)\b", re.IGNORECASE)
_AUXILIARY = re.compile(r"\b(?:is|are|was|were|has|have|had)\b", re.IGNORECASE)
_TYPES = frozenset(
    "string str number int integer float boolean bool array list object null none true false date iso yyyy mm dd hh ss"
    " or of optional".split()
)
_MOST_OF_TEXT = 8
"""Maximum words of a value that describes the text that is wanted: ``one sentence for each decision``."""
_SCHEMA = re.compile(r"\"properties\"\s*:\s*\{")
"""What JSON Schema has (draft 2020-12) and no record of speech does: the form of an object."""
_DESCRIBING = frozenset(("$schema", "$id", "$ref", "$comment", "title", "description", "pattern", "default"))
"""Keywords of a schema that describe the form in a sentence."""
_ENDS_KEY = re.compile(r"[\"']\s*:")
_FEW = 2
"""Maximum words of a value that names a type or a thing: ``string``, ``action item``."""


class Telling(NamedTuple):
    """A string that tells something. `spoken`: its key is one of what is said. `short`: it only may tell something."""

    span: Span
    spoken: bool
    short: bool


class Words(NamedTuple):
    """Judges of the words of a string.

    `of_text`: they mention the text that is wanted. `of_form`: they are words for texts and their form, all of them.
    `plain`: they are such words or name nothing. `asks`: they are a request of the client's, below a key of
    what is said or another one.
    """

    of_text: Callable[[str], bool]
    of_form: Callable[[str], bool]
    plain: Callable[[str], bool]
    asks: Callable[[str, bool], bool]


def strings_of_data(text: str, span: Span) -> Iterator[Span]:
    """All strings of data in a stretch, as keys and values, in order; `telling_strings` judges each."""
    for string in _STRING.finditer(text, *span):
        yield Span(*string.span("plain" if string["plain"] is not None else "quoted"))


def telling_strings(text: str, span: Span, words: Words) -> Iterator[Telling]:
    """The strings of a stretch that tell something, in order."""
    is_schema, key = _SCHEMA.search(text, *span) is not None, ""
    for string in _STRING.finditer(text, *span):
        kind = "plain" if string["plain"] is not None else "quoted"
        value = string[kind]
        is_key = text[string.start()] in "[{," and _ENDS_KEY.match(text, string.end()) is not None
        key = value if is_key else key
        if is_schema and key in _DESCRIBING and not is_key:
            continue
        if is_key and len(_WORD.findall(value)) <= _FEW:
            continue
        told = _told(value, words, spoken=not is_key and key in _SPOKEN)
        if told is not None:
            yield told._replace(span=Span(*string.span(kind)))
    for pair in _PAIR.finditer(text, text.rfind("\n", 0, span.start) + 1, span.end):
        told = _told(pair["value"], words, spoken=True) if pair.start("value") >= span.start else None
        if told is not None:
            yield told._replace(span=Span(*pair.span("value")))


def _told(value: str, words: Words, *, spoken: bool) -> Telling | None:
    """What a string tells that does not stand for what is to be filled in."""
    if _STANDS_IN.fullmatch(value) or is_form(value) or words.of_form(value) or _CHOICES.fullmatch(value):
        return None
    folded = [word.casefold() for word in _WORD.findall(value)]
    # An indirect question in words for texts alone says what to fill in: ``what was said``.
    indirect = _ASKED.match(value) is not None and words.of_form(_AUXILIARY.sub("", value))
    if indirect or _TYPES.issuperset(folded) or words.asks(value, spoken):
        return None
    few = len(folded) <= _FEW
    if value.strip()[-1] in ".!?" or spoken:
        return Telling(Span(0, 0), spoken, few)
    of_text = len(folded) <= _MOST_OF_TEXT and words.of_text(value)
    named = of_text or (is_plain_value(value) and (few or _ASKED.match(value) is not None))
    return None if named and words.plain(value) else Telling(Span(0, 0), spoken, few or named)
