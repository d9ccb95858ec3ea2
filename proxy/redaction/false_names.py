"""Drop findings of the language model in a client's instructions that are not personal data.

Words of other languages: the English model takes the first word of ``Bitte fasse …`` or ``Riassumi …`` for a name, and
an instruction that leaves as ``PERSON_1 fasse …`` asks for nothing. So the models' names in instructions count if the
text is English, or in a language that the multilingual model reads and was told of. In another language they count only
if our lists know them as names too. The roster, patterns and the operator's lists always count. The language is
identified without the words that were found, because names alone are in no language. Nobody's names either are an order
at the beginning of a sentence (``Mark doubts with …``), a limit (``Max. 200 words``), a caption (``Due``), letters that
stand for digits (``YYYY-MM-DD``), and one word on no list that opens a sentence or line, unless the line is surely
English (few words tell no language: ``Sois bref.``, ``Persona:``) or something is said of it that is said of people. In
such a line, words that requests consist of are none either (``Verwende keine Fachbegriffe.``).

Names of languages: "Answer in German" must reach the recipient as it is. The model takes a language for a nationality,
and nobody can write in ``NRP_1``. So the languages that the client's instructions ask for are not findings anywhere in
the request: if they were replaced in what people said, they would be replaced in the instructions too. The same holds
for what says how a text is to be written (``British spelling``, ``American date format``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from proxy.detection.languages.table import NAMED, UNDECIDED, Tier, tier_of
from proxy.detection.listed import is_listed_name, is_listed_place
from proxy.detection.precedence import PERSON
from proxy.detection.tagger.letters import has_other
from proxy.languages import patterns, words
from proxy.model import Finding, Passage, TextLanguage
from proxy.redaction.decision.signs import of_person
from proxy.redaction.roster.meaning import is_order
from proxy.wording.spellings import opens_sentence
from proxy.wording.vocabulary import is_given_name

NAMES = frozenset({"PERSON", "NRP", "LOCATION", "ORGANIZATION"})
"""Kinds of names; the model also finds numbers and dates."""
MODEL = "ner_"
"""Prefix of the names of the model's recognizers; findings of the operator's lists are never dropped."""

_LIMITED = r"(?:(?:[ ](?-i:[a-z])\w*){1,3}:)?"
_AMOUNT = "|".join(sorted(words("forms", "amounts")))
_LIMIT = re.compile(rf"{patterns('meaning', 'limits')}\.?{_LIMITED}[ ]?(?:[0-9]|(?:{_AMOUNT})\b)", re.IGNORECASE)
"""A limit before a figure, maybe with what it limits: ``Max number of words: 200``."""
_CAPTIONS = words("headings", "headings") | words("captions", "captions")
"""Captions of prompts and forms in all languages; the lists leave out what may be a name."""
_ORDERS = words("asking", "orders")
_REQUESTED = _ORDERS.union(
    *(words("forms", section) for section in ("amounts", "parts", "manners", "joining")),
    *(words("statements", section) for section in ("texts", "parts", "manners", "told")),
)
"""Words of requests in all languages: orders, and what they say of a text."""
_WRITTEN_PART = re.compile(patterns("asking", "written_parts"))
_DIGITS = re.compile(r"(?:([A-Z])\1+[TZ]?)+")
"""Letters that stand for digits, as in forms of dates; ``T`` and ``Z`` are those of RFC 3339."""
_PATTERNS = frozenset({"URL"})
"""Kinds of a pattern that also matches such letters: ``TT.MM``."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SURE = 0.8
"""Least score of a name in instructions of another language: where people speak, a miss costs more than here."""
_OWNS = re.compile(r"['’][sS]?\b|['’](?=\s)")
_FEWEST = 5
"""Minimum words for a line to be identified as a language of its own, apart from the rest of the instructions."""
_FEWEST_OF_ALL = 2
"""Minimum words that instructions must have beside the findings for their language to be identified."""


class Line(NamedTuple):
    """A line of instructions in which the model found names, with the indices of the texts to identify."""

    passage: int
    start: int
    end: int
    own: int | None
    """The index of the line's own text; None if the line is too short."""
    whole: int
    """The index of the text of all instructions in the slot."""


class DoubtedNames(NamedTuple):
    """Instructions in which the model found names; `texts` are those whose language must be identified."""

    texts: list[str]
    lines: list[Line]


def doubted(passages: Sequence[Passage], findings: Sequence[Sequence[Finding]]) -> DoubtedNames:
    """The lines of instructions in which the model found names."""
    named = {at for at, found in enumerate(findings) if passages[at].instructed and any(map(_is_named, found))}
    texts: list[str] = []
    wholes: dict[int, int] = {}
    for slot in dict.fromkeys(passages[at].slot for at in sorted(named)):
        wholes[slot] = len(texts)
        own = (at for at, each in enumerate(passages) if each.slot == slot and each.instructed)
        texts.append("\n".join(_without(passages[at].text, 0, findings[at]) for at in own))
    lines: list[Line] = []
    for at in sorted(named):
        for start, end in _lines(passages[at].text):
            found = [each for each in findings[at] if _is_named(each) and start <= each.start < end]
            rest = _without(passages[at].text[start:end], start, found) if found else ""
            told = len(_WORD.findall(rest)) >= _FEWEST
            lines += [Line(at, start, end, len(texts) if told else None, wholes[passages[at].slot])] if found else []
            texts += [rest] if told else []
    return DoubtedNames(texts, lines)


def without_misread(
    passages: Sequence[Passage],
    findings: Sequence[Sequence[Finding]],
    doubts: DoubtedNames,
    told: Sequence[TextLanguage],
    searched: Collection[str] = (),
) -> list[list[Finding]]:
    """The findings without model names that are words of another language, or orders. `told` is by text of `doubts`.

    `searched` are the languages beside English that the passages were searched for.
    """
    known = NAMED.intersection(searched)
    kept = [list(found) for found in findings]
    for line in doubts.lines:
        text = passages[line.passage].text
        language = _other_language(line, doubts.texts, told)
        english = line.own is not None and tier_of(told[line.own].language) is Tier.FULL
        kept[line.passage] = [
            each
            for each in kept[line.passage]
            if not (_is_named(each) and line.start <= each.start < line.end)
            or (
                not (_is_nobodys(text, each) or (not english and (_only_opens(text, each) or _asks(text, each))))
                and (language is None or _is_name(text, each, language in known))
            )
        ]
    return [
        [each for each in found if not (passage.instructed and _stands_for_digits(passage.text, each))]
        for passage, found in zip(passages, kept, strict=True)
    ]


def _other_language(line: Line, texts: Sequence[str], told: Sequence[TextLanguage]) -> str | None:
    """The language of a line, or if undecided of all instructions; None if English, undecided, or told by a word."""
    for at in (line.own, line.whole):
        if at is not None and told[at].language != UNDECIDED:
            enough = len(_WORD.findall(texts[at])) >= _FEWEST_OF_ALL
            return told[at].language if enough and tier_of(told[at].language) is not Tier.FULL else None
    return None


def _is_name(text: str, finding: Finding, known: bool) -> bool:
    """Whether a finding in another language is a name: a listed one, or one of a language that a model knows.

    There it must be sure, and begin and end with a word with a capital, since instructions are written. One word that
    opens a sentence or line is an order, or says what a line is about (``Ton: förmlich``). One word elsewhere must be
    on a list of names or places: German writes all nouns with a capital (``im Präsens``). Other scripts have no such
    nouns, and most have no capitals: there to be sure is enough.
    """
    name = text[finding.start : finding.end]
    if _is_listed(name):
        return True
    parts = _WORD.findall(name)
    if not known or finding.score < _SURE or not parts:
        return False
    if _is_caseless(name):
        return True
    if len(parts) == 1 and (opens_sentence(text, finding.start) or not (has_other(name) or _is_on_a_list(parts[0]))):
        return False
    return bool(parts[0][0].isupper() and parts[-1][0].isupper())


def _is_nobodys(text: str, finding: Finding) -> bool:
    """Whether a name is an order, a limit or a caption."""
    found = _WORD.findall(text[finding.start : finding.end].casefold())
    if finding.kind == PERSON and is_order(text, finding.start, finding.end):
        return True
    return _LIMIT.match(text, finding.start) is not None or (bool(found) and _CAPTIONS.issuperset(found))


def _only_opens(text: str, finding: Finding) -> bool:
    """Whether one word on no list opens a sentence or line, and nothing is said of it that is said of people.

    Words without a capital behind it that are on no list either make it no name (``Sois bref``).
    """
    found = _WORD.findall(text[finding.start : finding.end])
    if not found or _is_caseless(text[finding.start : finding.end]) or not opens_sentence(text, finding.start):
        return False
    if any(_is_on_a_list(word.casefold()) for word in found):
        return False
    if not all(map(str.islower, found[1:])):
        return False
    return _OWNS.match(text, finding.end) is None and not of_person(text, finding.start, finding.end)


def _asks(text: str, finding: Finding) -> bool:
    """Whether all words are those of requests in any language: ``Verwende keine Fachbegriffe``.

    A word that is a name as well counts as an order if it opens a sentence and another such word follows: ``Lasse
    Smalltalk weg``.
    """
    name = text[finding.start : finding.end]
    found = _WORD.findall(name.casefold())
    if not found or not all(map(_is_requested, found)):
        return False
    if name.islower() or not all(map(_is_on_a_list, found)):
        return True
    following = _WORD.search(text, finding.end)
    told = following is not None and _is_requested(following[0].casefold())
    return found[0] in _ORDERS and told and opens_sentence(text, finding.start)


def _is_requested(word: str) -> bool:
    return word in _REQUESTED or _WRITTEN_PART.fullmatch(word) is not None


def _is_caseless(name: str) -> bool:
    """Whether a name is written in a script without capitals."""
    return has_other(name) and name.lower() == name.upper()


def _stands_for_digits(text: str, finding: Finding) -> bool:
    """Whether a finding consists of letters that stand for digits."""
    found = _WORD.findall(text[finding.start : finding.end])
    kind = _is_named(finding) or finding.kind in _PATTERNS
    return kind and bool(found) and all(part and _DIGITS.fullmatch(part) for word in found for part in word.split("-"))


def _is_listed(name: str) -> bool:
    """Whether a name is a known given name followed by more words, which is a name in any language."""
    words = _WORD.findall(name)
    return len(words) > 1 and all(word[0].isupper() for word in words) and is_given_name(words[0].casefold())


def _is_on_a_list(word: str) -> bool:
    return is_listed_name(word) or is_listed_place(word)


def _is_named(finding: Finding) -> bool:
    return finding.kind in NAMES and finding.source.startswith(MODEL)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for line in text.splitlines(keepends=True):
        yield at, at + len(line)
        at += len(line)


def _without(text: str, start: int, findings: Sequence[Finding]) -> str:
    """A text that begins at `start` of a passage, without the capitalized words that the model found to be names."""
    rest = list(text)
    for each in findings:
        for word in (
            _WORD.finditer(text, max(0, each.start - start), max(0, each.end - start)) if _is_named(each) else ()
        ):
            if word[0][0].isupper():
                rest[word.start() : word.end()] = " " * len(word[0])
    return "".join(rest)


_KINDS = NAMES - {PERSON}
"""What the model takes languages for. PERSON is left out: nobody's name is a language that was asked for."""


_VARIANT = patterns("languages", "variants")
_NAME = rf"(?:{_VARIANT}(?:[ -]american)?[ -])?{patterns('languages', 'names')}"
_LEAD = patterns("languages", "leads")
_LISTED = rf"{_NAME}(?:(?:[ ]?[,/&][ ]?(?:and |or )?| and | or | into | to |[ ]?->[ ]?){_NAME}){{0,20}}"
_ASKED = re.compile(
    rf"\b{_LEAD}(?: is| are| to)?[ ]?[*_`\"']{{0,3}}[:=]?[*_`\"']{{0,3}}[ \t\n]{{1,2}}[\"'(*_`]{{0,3}}"
    rf"(?P<names>{_LISTED})(?!\w)",
    re.IGNORECASE,
)
_ALONE = re.compile(
    rf"(?:^|(?<=[.!?:;\n])) *(?:[-*•] )?(?P<names>{_LISTED})(?: only| please|, please)?[ ]*(?:[.!;\n]|$)", re.IGNORECASE
)
"""A sentence that names only languages."""
_FORMED = re.compile(
    rf"\b(?P<names>(?:{_VARIANT}(?: english)?|{_NAME}))(?:-style)? {patterns('languages', 'forms')}(?!\w)",
    re.IGNORECASE,
)
"""The spelling or another form of a language that is asked for."""


def asked_for(instructions: Iterable[str]) -> frozenset[str]:
    """The names of languages that the texts ask for, folded; variants ("Brazilian Portuguese") also as a whole."""
    asked: set[str] = set()
    for text in instructions:
        for match in chain(_ASKED.finditer(text), _ALONE.finditer(text), _FORMED.finditer(text)):
            for name in re.finditer(rf"{_NAME}|{_VARIANT}", match["names"], re.IGNORECASE):
                asked |= {name[0].casefold(), *re.split(r"[ -]", name[0].casefold())}
    return frozenset(asked)


def without_asked(
    passages: Sequence[Passage], findings: Sequence[Sequence[Finding]], asked: frozenset[str]
) -> list[list[Finding]]:
    """The findings without those that are exactly a language that was asked for."""
    if not asked:
        return [list(found) for found in findings]
    return [
        [finding for finding in found if not _is_asked(passage.text, finding, asked)]
        for passage, found in zip(passages, findings, strict=True)
    ]


def _is_asked(text: str, finding: Finding, asked: frozenset[str]) -> bool:
    return (
        finding.kind in _KINDS
        and finding.source.startswith(MODEL)
        and text[finding.start : finding.end].casefold() in asked
    )
