"""Find strings of JSON, or of Python literals, that tell something: data beside a transcript, whatever their keys are.

A recognizer's result without a speaker (``{"text": "…"}``) looks like an object that a prompt wants. The keys are the
same, so a key proves nothing. What a wanted object holds does: types, placeholders, choices, names of fields, and words
for the form of a text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from proxy.attribution.captions import is_form
from proxy.attribution.prompt_fields import is_plain_value
from proxy.model import Span

_LONGEST_STRING = 1000
"""Characters in which the end of a string is looked for; a longer one tells something anyhow."""
_STRING = re.compile(
    r"(?:[\"'][ \t]*:|[\[{,])\s*"
    rf"(?:\"(?P<plain>(?:\\.|[^\"\\]){{0,{_LONGEST_STRING}}}+)(?=\"[ \t]*(?:[\r\n]|\Z)|\"\s*[,:\]}}]|[^\"]|\Z)"
    rf"|'(?P<quoted>(?:\\.|[^'\\]|'(?=\w)){{0,{_LONGEST_STRING}}}+)(?='[ \t]*(?:[\r\n]|\Z)|'\s*[,:\]}}]))",
    re.DOTALL,
)
"""A string as a key or value. One that does not end within the text counts, as where a tool has cut it."""
_WORD = re.compile(r"[^\W\d_]+")
_STANDS_IN = re.compile(r"\s*(?:<[^<>]*>|\{[^{}]*\}|\[[^\[\]]*\]|[^\w]*)\s*")
_CHOICES = re.compile(r"\s*[\w -]{1,30}(?:\s*[|/]\s*[\w -]{1,30})+\s*")
_ASKED = re.compile(r"(?:how|what|when|where|whether|which|who|whom|whose|why)\b", re.IGNORECASE)
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


def telling_strings(text: str, span: Span, is_of_text: Callable[[str], bool]) -> Iterator[Span]:
    """The strings of a stretch that tell something. `is_of_text`: words mention the text that is wanted."""
    is_schema, key = _SCHEMA.search(text, *span) is not None, ""
    for string in _STRING.finditer(text, *span):
        kind = "plain" if string["plain"] is not None else "quoted"
        value = string[kind]
        if text[string.start()] in "[{,":
            key = value if _ENDS_KEY.match(text, string.end()) else ""
        if not (_fills(value, is_of_text) or (is_schema and key in _DESCRIBING and key != value)):
            yield Span(*string.span(kind))


def _fills(value: str, is_of_text: Callable[[str], bool]) -> bool:
    """Whether a string stands for what is to be filled in."""
    if _STANDS_IN.fullmatch(value) or is_form(value) or _CHOICES.fullmatch(value):
        return True
    if value.strip()[-1] in ".!?":
        return False
    words = [word.casefold() for word in _WORD.findall(value)]
    if len(words) == 1 or _TYPES.issuperset(words) or (len(words) <= _MOST_OF_TEXT and is_of_text(value)):
        return True
    return is_plain_value(value) and (len(words) <= _FEW or _ASKED.match(value) is not None)
