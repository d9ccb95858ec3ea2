"""Find keys that stand for names: ``B = Ben Okoro`` above lines that begin with ``B:``.

A key is a few capitals, a number, or a word with a number (``S0``, ``Speaker 1``). It is a mention of whom it stands
for wherever it opens a line as a label does, and so every layout in which a name is a head is known for its key. The
number of a key alone stands for it (``2: …`` below ``S2 = Ben Okoro``), and so does that of a list of names. In
markup a key is an id: ``<person id="P2" name="Ben Okoro"/>`` above ``<u who="#P2">``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from proxy.languages import patterns
from proxy.redaction.roster.search import Mention

_KEY = r"(?:[A-Z]{1,3}[0-9]{0,3}|[A-Za-z]{1,10}[ _-]?[0-9]{1,3}|[0-9]{1,2})"
_IS = re.compile(
    rf"(?:^|[\n,;(|]|[:.][ ]|(?<=\w)[ ])[^\w\n]{{0,4}}(?P<key>{_KEY})[\])*_]{{0,3}}"
    r"(?P<sign>[ ]?(?:=|:|->|→|–|—|-)[ ]?|[ ]?\|[ ]?|[ ](?:as|is|means)[ ])[\"'*_]{0,3}$"
)
"""A key and a sign before a name; a bar parts them in tables."""
_DONE = re.compile(
    rf"[\"'*_)\]]{{0,3}}[ ]?(?:\([^()\n]{{0,40}}\))?"
    rf"[ ]*(?:\.?[ ]*(?:\Z|[\r\n])|[;|]|,?[ ]*(?:and[ ])?{_KEY}[\])]?(?:[ ]?[=:–—-]|[ ](?:as|is|means)[ ]))"
)
"""What ends a name for which a key stands: the line, or the next key. People who are addressed are told more."""
_BEHIND = re.compile(rf"[\"'*_]{{0,3}}[ ]?(?:\((?P<bracketed>{_KEY})\)|=[ ]?(?P<equal>{_KEY})(?!\w))")
"""A key in brackets or behind an equals sign, after a name."""
_CHAIN = re.compile(rf"(?:^|[\n,;(])[^\w\n]{{0,4}}(?P<key>{_KEY})[ ]?=[ ]?(?P<other>{_KEY})(?=[ ]*(?:[\n,;)]|$))")
"""A key that stands for another key."""
_NAMES = r"(?:xml:)?(?:id|ID|n|key)="
_QUOTE = r"[ ]{0,5}\\?[\"'][ ]{0,5}"
"""A quotation mark, also an escaped one, or an entity with its padding."""
_ID = re.compile(
    rf"<[A-Za-z][^<>\n]{{0,80}}[ \t]{_NAMES}{_QUOTE}(?P<key>[^\"'<>\s\\]{{1,24}}){_QUOTE}[^<>\n]{{0,80}}"
    r"(?:>\s{0,12}(?:<[^<>\n]{1,80}>\s{0,12}){0,3})?$"
)
"""A tag with an id, up to a name in it or directly behind it: ``<person id="P2"><name>``."""
_REFERS = (
    rf"<[A-Za-z][^<>\n]{{0,80}}[ \t](?!{_NAMES})[\w:.-]{{1,30}}={_QUOTE}#?(?P<key>KEYS){_QUOTE}[^<>\n]{{0,80}}(?=>)"
)
"""A tag that refers to an id: ``<u who="#P2">``, as in TEI."""
_LONGEST_TAG = 300
_BEFORE = 24
_AFTER = 24
_LABEL = r"(?:^|\n)[^\w\n]{0,4}(?P<key>KEYS)(?=[\])*_]{0,3}[ ]?(?:[:：|>)\]\t–—]|-[ ]|-+>|[ ]{2}))"
_NUMBER = re.compile(r"[A-Za-z]{1,10}[ _-]?(?P<number>[0-9]{1,3})")
"""A key with a number, which may stand for it alone."""
_LISTED = re.compile(r"(?:^|\n)[ \t]*[(\[]?(?P<number>[0-9]{1,2})[.)\]][ ]+$")
"""The number of an entry before a name."""
_ALONE = re.compile(r"[ \t]*(?:\([^()\n]{0,40}\)[ \t]*)?(?:\Z|[\r\n])")
_NUMBERED = (
    r"(?:^|\n)[ \t]*(?:[\[(](?=(?:KEYS)[\])][:：]?[ ]?\w)|(?=(?:KEYS)(?:[ ]?[:：>|](?![0-9/])|[ ][-–—][ ])))"
    r"(?P<key>KEYS)"
)
"""A number that opens a line as a label does; a number and a bracket open the entries of lists."""

MARK = (
    r"(?:\[\^?\w{1,8}\]|⁽?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}⁾?|[†‡§¶]|\*{1,3}|\((?:[0-9]{1,2}|[a-z])\)|\{[0-9]{1,2}\}"
    r"|[\u2460-\u2473])"
)
"""The mark of a footnote."""
KEY_BEHIND = rf"(?:\({_KEY}\)|\[{_KEY}\]|[—–-]{{1,2}}[ ]?{_KEY})"
"""A key behind the words of whom it stands for."""
_LEGEND = re.compile(
    rf"(?:^|[\r\n])[ \t]*(?P<mark>{MARK}|(?:[0-9]{{1,2}}|[a-z])[.):])[:：.]?[ ]*"
    rf"(?:#[ ]*\(|(?:[^\W\d_]{{1,15}}[ ]){{0,2}}{patterns('mail', 'of')}[ ])?$",
    re.IGNORECASE,
)
"""A mark that opens the line of a name. It may differ in form from that behind the words: ``1.`` below ``[1]``."""
_FOOTNOTE = 48
"""Characters before a name that may hold the mark of its footnote."""
_AROUND_SIGN = "[](){}^.:： —–-"
_NAME_ALONE = re.compile(r"\)?[ \t]*(?:,[^\r\n]{0,40})?(?:\Z|[\r\n])")


def bare_sign(mark: str) -> str:
    """What is common to all forms of a mark or a key: ``1`` of ``[1]``, ``(1)``, ``1.``, ``¹`` and ``⁽¹⁾``."""
    return unicodedata.normalize("NFKC", mark).strip(_AROUND_SIGN).casefold()


def footnotes(text: str, people: Sequence[Mention]) -> Mapping[str, frozenset[str]]:
    """Whom each bare sign names, as the mark of a footnote, whose line is the mark and a name, or as a key."""
    authors: dict[str, frozenset[str]] = {}
    for mention in people:
        legend = _LEGEND.search(text, max(0, mention.start - _FOOTNOTE), mention.start)
        if legend is not None and _NAME_ALONE.match(text, mention.end):
            authors.setdefault(bare_sign(legend["mark"]), mention.people)
    for key, of in _keys(text, people).items():
        authors.setdefault(bare_sign(key), of)
    return authors


def keyed(text: str, people: Sequence[Mention]) -> Iterator[Mention]:
    """The keys that open lines, as mentions of the people for whom they stand."""
    keys = _keys(text, people)
    numbers = {number: of for number, of in _numbers(text, people, keys).items() if number not in keys}
    for shape, known in ((_LABEL, keys), (_NUMBERED, numbers)):
        for label in _written(shape, text, known):
            yield Mention(label.start("key"), label.end("key"), known[label["key"]], "name", whole=True)
    ids = _ids(text, people)
    for tag in _written(_REFERS, text, ids):
        yield Mention(tag.start(), tag.end(), ids[tag["key"]], "name", whole=True)


def _written(shape: str, text: str, keys: Mapping[str, frozenset[str]]) -> Iterator[re.Match[str]]:
    """Where keys stand in a shape that has ``KEYS`` in their place."""
    if not keys:
        return iter(())
    longest_first = sorted(map(re.escape, keys), key=len, reverse=True)
    return re.finditer(shape.replace("KEYS", "|".join(longest_first)), text)


def _ids(text: str, people: Sequence[Mention]) -> Mapping[str, frozenset[str]]:
    """Whom the ids of tags stand for, where a name is in the tag or directly behind it."""
    tags = ((_ID.search(text, max(0, one.start - _LONGEST_TAG), one.start), one) for one in people)
    return {tag["key"]: one.people for tag, one in reversed([*tags]) if tag is not None}


def _keys(text: str, people: Sequence[Mention]) -> Mapping[str, frozenset[str]]:
    """For whom each key stands."""
    keys: dict[str, frozenset[str]] = {}
    for mention in people:
        for key in (_key_before(text, mention), _key_behind(text, mention)):
            if key is not None:
                keys.setdefault(key, mention.people)
    for chained in _CHAIN.finditer(text) if keys else ():
        if chained["other"] in keys:
            keys.setdefault(chained["key"], keys[chained["other"]])
    return keys


def _numbers(text: str, people: Sequence[Mention], keys: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
    """For whom each number stands: that of a key, or of a name alone in a list."""
    numbers: dict[str, frozenset[str]] = {}
    for key, of in keys.items():
        numbered = _NUMBER.fullmatch(key)
        if numbered is not None:
            numbers.setdefault(numbered["number"], of)
    for mention in people:
        listed = _LISTED.search(text, max(0, mention.start - _BEFORE), mention.start)
        if listed is not None and _ALONE.match(text, mention.end):
            numbers.setdefault(listed["number"], mention.people)
    return numbers


def _key_before(text: str, mention: Mention) -> str | None:
    """The key on the left of a name. A number stands before names in lists, so only an equals sign makes it a key."""
    found = _IS.search(text, max(0, mention.start - _BEFORE), mention.start)
    if found is None:
        return None
    sign, key = found["sign"].strip(), found["key"]
    if sign == "|" and not any(map(str.isdecimal, key)):
        return None  # In tables jobs stand beside names too.
    sure = sign == "=" or (not key.isdecimal() and _DONE.match(text, mention.end))
    return key if sure else None


def _key_behind(text: str, mention: Mention) -> str | None:
    """The key on the right of a name; in brackets one letter, or what begins as the name does: jobs stand there too."""
    found = _BEHIND.match(text, mention.end, mention.end + _AFTER)
    if found is None:
        return None
    bracketed = found["bracketed"]
    return (
        found["equal"]
        if bracketed is None
        else bracketed
        if len(bracketed) == 1 or bracketed[0] == text[mention.start]
        else None
    )
