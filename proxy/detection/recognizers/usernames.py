"""Names that people go by on services: ``@mkowalski92``, "my handle is dev_anna", "Discord: foo#1234", ``u/foo``.

The words that say so are data (``usernames.txt`` of each language in `proxy.languages`). What begins with ``@`` in code
is none: decorators, annotations, tags of comments, scopes of packages, variables. Neither are a place or a time
("@ 5pm", "@work") and everybody (``@channel``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from presidio_analyzer import LocalRecognizer, RecognizerResult

from proxy.languages import patterns, words
from proxy.wording.vocabulary import is_english, is_known_name

KIND = "USERNAME"
_SURE, _LIKELY = 0.8, 0.6
_REACH = 60
"""How many characters before a name are searched for what tells it: a service that has such tags, another name."""

_NAME = r"[^\W_](?:[\w.-]{0,38}[\w])?"
_AT = re.compile(
    rf"(?<![\w@./:+=$\\#&%{{-])@(?P<name>(?=_{{0,2}}[^\W\d_]|\d{{1,8}}[^\W\d_]{{3}})_{{0,2}}{_NAME})"
    r"(?P<host>[:@][\w-]{1,60}(?:\.[\w-]{1,60}){1,3})?(?!\.?\w|[/(\[@=<{$\\])"
)
_TAG = re.compile(r"(?<![\w/@.])(?P<name>[^\W_](?:[\w.]{0,30}\w)?)#\d{4}(?!\w)")
_MEMBER = re.compile(r"(?<![\w/.])(?P<name>/?u/[\w-]{3,24})(?![\w/])")
_LONGEST_LINE = 300
"""How far a line of code with a decorator is looked at."""
_KEYWORDS = (
    "async|class|def|export|final|fun|func|function|interface|private|protected|public|static|struct|val|var|void"
)
_DECORATOR = rf"[ \t]*@[\w.]{{1,80}}(?:\(.{{0,{_LONGEST_LINE}}}\))?[ \t]*"
_LINE_OF_CODE = re.compile(rf"{_DECORATOR};|(?:{_DECORATOR}\r?\n){{1,4}}[ \t]*(?:{_KEYWORDS})\b")
_ASSIGNED = re.compile(r"[ \t]{0,3}(?:=|\+=|:=|\b(?:int|bigint|bit|n?varchar|datetime|date|decimal|float)\b)", re.I)
_ADDRESSED = re.compile(r"(?:\A|\n|@[\w.]+[,:]?|\b(?:rt|cc|ft|ping)\b:?)[ \t\"'“>*-]*\Z", re.I)
"""What stands before a name that is called: the start of a line, another name, "RT", "cc"."""
_QUOTED = 120
_QUOTED_CODE = re.compile(rf"`[^`\n]{{0,{_QUOTED}}}\Z")


class Usernames(LocalRecognizer):
    """Findings of user names."""

    def __init__(self) -> None:
        super().__init__(supported_entities=[KIND], name="username")

    def load(self) -> None:
        """Load nothing."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:  # noqa: ARG002
        """Findings in coordinates of `text`."""
        found: dict[tuple[int, int], float] = {}
        for start, end, score in _all(text):
            found[start, end] = max(score, found.get((start, end), 0))
        return [RecognizerResult(KIND, start, end, score) for (start, end), score in sorted(found.items())]


def _all(text: str) -> Iterator[tuple[int, int, float]]:
    if "@" in text:
        yield from ((*match.span(), _LIKELY) for match in _AT.finditer(text) if _is_handle(text, match))
    if "#" in text:
        yield from ((*match.span(), _LIKELY) for match in _TAG.finditer(text) if _is_tag(text, match))
    if "u/" in text:
        yield from ((*match.span("name"), _LIKELY) for match in _MEMBER.finditer(text))
    folded = text.lower()
    for match in _labelled().finditer(text) if any(part in folded for part in _near()) else ():
        if _is_name(match["name"]) and not _is_code(text, match.end("name")):
            start, end = match.span("name")
            yield start - (text[start - 1] == "@"), end, _SURE


def _is_handle(text: str, match: re.Match[str]) -> bool:
    name = match["name"]
    if name.lower() in _none() or name.split(".")[0].lower() in _none():
        return False
    line = text.rfind("\n", max(0, match.start() - _LONGEST_LINE), match.start()) + 1
    if (
        _LINE_OF_CODE.match(text, line)
        or _ASSIGNED.match(text, match.end())
        or _QUOTED_CODE.search(text, line, match.start())
    ):
        return False
    begins = _ADDRESSED.search(text, max(0, match.start() - _REACH), match.start()) is not None
    return begins or _is_made_up(name) or is_known_name(name.lower()) or not is_english(name.lower())


def _is_made_up(name: str) -> bool:
    """Whether a name has a form that words do not have: a digit, a sign or a capital inside."""
    return any(sign.isdecimal() or sign in "_.-" for sign in name) or name[1:] != name[1:].lower()


def _is_tag(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - _REACH) : match.start()]
    return _tagged().search(before) is not None or (
        _is_made_up(match["name"]) and not match["name"].isupper() and "-" not in match["name"]
    )


def _is_name(said: str) -> bool:
    """Whether what follows "username is" can be one: no ordinary word ("wrong", "required")."""
    lower = said.lower()
    return lower not in _none() and (_is_made_up(said) or is_known_name(lower) or not is_english(lower))


def _is_code(text: str, end: int) -> bool:
    """Whether a value goes on as code does: ``username = request.form[...]``."""
    return text[end : end + 1] in ("(", "[", "{", "$", "<", "=") or text[end : end + 2] in ("::", "->")


@cache
def _none() -> frozenset[str]:
    return words("usernames", "everybody") | words("usernames", "code") | words("usernames", "values")


@cache
def _near() -> tuple[str, ...]:
    """Pieces of words of which every label and every service holds one."""
    return tuple(sorted(words("usernames", "near")))


@cache
def _tagged() -> re.Pattern[str]:
    return re.compile(rf"\b{patterns('usernames', 'tagged')}\b", re.I)


@cache
def _labelled() -> re.Pattern[str]:
    """A label or a service, what joins it to a name, and the name, in figures or with its signs said."""
    label, service = patterns("usernames", "labels"), patterns("usernames", "services")
    joint, sign = patterns("usernames", "joints"), patterns("usernames", "signs")
    said = rf"[^\W_]{{1,30}}(?: {sign} [^\W_]{{1,30}}){{1,4}}"
    # A form that no word has: "is" may also join a service to what is said of it, and without a joint nothing is sure.
    formed = r"(?=[\w.-]{0,39}[\d_])(?=[\w.-]{4})"
    sure = r"[\"']?\s{0,2}[:=]\s{0,2}|\s{0,2}\("
    joined = (
        rf"{label}(?:{sure}|\s{{1,2}}{joint}\s{{1,2}}|\s{{1,2}}{formed})"
        rf"|{service}(?:[ _]{label})?(?:{sure}|\s{{1,2}}as\s{{1,2}}|\s{{1,2}}{joint}\s{{1,2}}{formed})"
    )
    name = rf"{said}|(?=[\w.-]{{0,39}}[^\W\d_])_{{0,2}}{_NAME}(?:#\d{{4}})?"
    return re.compile(rf"\b(?:{joined})[\"'“@]?(?P<name>{name})", re.I)
