"""Find the parts of people's names wherever they stand alone, also where the model missed them ("the Okafor proposal").

A full name is surely a person's if it begins with a given name that is on a list, or ends with a name that is on one
and begins with no English word ("Zarvok Smith"). So is a name that is told as one ("my name is …"), also in what is
withheld. A part that is also an English word ("Rob Grant") counts only with a capital that no sentence explains.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from proxy.detection.listed import is_listed_given_name, is_listed_name
from proxy.detection.precedence import PERSON
from proxy.model import Finding, Passage
from proxy.redaction.decision.names import Mention
from proxy.redaction.roster.names import Case, is_written, name_words, stands_alone
from proxy.wording.vocabulary import is_english

SURE = 0.9
"""The score from which a full name is believed."""
_SHORTEST = 3
_CAPITALIZED = r"[^\W\d_a-z][^\W_]*(?:['’-][^\W_]+)*"
_INTRODUCED = re.compile(rf"\b(?:[Mm]y|[Hh]is|[Hh]er) name(?: is|['’]s),? (?P<name>{_CAPITALIZED}(?: {_CAPITALIZED})?)")


def parts(
    passages: Sequence[Passage], findings: Sequence[Sequence[Finding]], withheld: Sequence[Passage] = ()
) -> dict[str, int]:
    """The words, folded, that name people wherever they stand: the first and the last of full names, and those told.

    With each, how many times findings of people hold it.
    """
    found: set[str] = set()
    held: Counter[str] = Counter()
    for passage, of_passage in zip(passages, findings, strict=False):
        spans = {(each.start, each.end): each.score for each in of_passage if each.kind == PERSON}
        for (start, end), score in spans.items():
            words = name_words(passage.text[start:end])
            held.update(words)
            if score >= SURE and len(words) > 1 and _is_full_name(words):
                found.update(word for word in (words[0], words[-1]) if len(word) >= _SHORTEST and stands_alone(word))
    told = (passage.text for passage in (*passages, *withheld) if "name" in passage.text)
    found.update(word for text in told for word in _introduced(text))
    return {word: held[word] for word in sorted(found)}


def _is_full_name(words: Sequence[str]) -> bool:
    first, last = words[0], words[-1]
    return is_listed_given_name(first) or (is_listed_name(last) and not is_english(first))


def _introduced(text: str) -> Iterator[str]:
    """The words of names that are told as such, apart from English words that are no names."""
    for told in _INTRODUCED.finditer(text):
        for word in name_words(told["name"]):
            if len(word) >= _SHORTEST and stands_alone(word) and (is_listed_name(word) or not is_english(word)):
                yield word


def said_alone(
    passages: Sequence[Passage], mentions: Mapping[str, Sequence[Mention]], words: Iterable[str]
) -> Iterator[Mention]:
    """The mentions of parts that are written as names."""
    for word in words:
        case = Case.CONTEXT if is_english(word) else Case.CAPITAL
        for mention in mentions.get(word, ()):
            text = passages[mention.place.passage].text
            if is_written(text, mention.place.start, mention.place.end, case):
                yield mention
