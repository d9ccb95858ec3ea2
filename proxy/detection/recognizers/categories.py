"""Special categories of personal data (GDPR Articles 9 and 10): health, religion, sexuality and the like, by words.

Terms that are said only of people are found wherever they stand. Others need a person before them: who is so ("she is
sick", not "a sick feature"), who has it ("he had surgery"), or whose it is ("my union", not "a union type"). The words
are data: `lexicons`, one file for each kind. They show that a subject came up, not that it concerns somebody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from presidio_analyzer import LocalRecognizer, RecognizerResult

from proxy.model import SPECIAL_CATEGORIES
from proxy.wording.folded import FoldedText, fold, fold_cased, fold_name
from proxy.wording.phrases import Phrases
from proxy.wording.plain_words import is_plain

REACH = 90
"""How many characters before a term its person may stand."""
SURE, LIKELY = 0.8, 0.6

_PEOPLE = (
    "i|you|he|she|we|who|mom|mum|mother|dad|father|parents?|wife|husband|spouse|partner|son|daughter|kids?|child|children|"
    "baby|brother|sister|grand(?:ma|pa|mother|father|son|daughter)|aunt|uncle|cousin|niece|nephew|boss|manager|"
    "colleagues?|co-?workers?|teammate|assistant|friends?|neighbou?r|roommate|boyfriend|girlfriend|fiancee?|employees?|"
    "candidate|applicant|patient|guy|girl|boy|woman|man|person|people|everyone|everybody|someone|somebody|nobody|anyone"
)
_WHO = r"(?P<who>[^\W\d_][\w-]{0,30})"
_MAYBE = r"(?: (?:may|might|must|could|would|will|can|has|have|had|does|did|do|is|was|don't|didn't|hasn't|haven't))?"
_WEAK = (
    r"(?: [\w-]{1,12} (?:weeks?|months?))?"
    r"(?: (?:not|never|very|really|so|pretty|quite|still|also|just|now|always|often|seriously|severely|openly|"
    r"currently|actually|probably|mostly|both|been|feeling|a|an|the|as|bit|kind|sort|of|even|already|practising|practicing|"
    r"devout|proud|registered|lifelong|little|too|totally|completely|partially|legally|clinically|heavily|off|out|home|in|"
    r"being|severe|bad|mild|chronic|terrible|awful|major|minor|serious|another|some|my|his|her|their|with|from|recent)){0,5}"
)
_BE = re.compile(
    rf"(?:\b{_WHO}(?:'m|'s|'re|'ve|{_MAYBE} (?:am|is|are|was|were|be|been|being|feels?|felt|gets?|got|getting|gotten|"
    r"looks?|looked|become|became|turned|stayed|called|calling|went|go|came|identify|identifies|identified|born|raised|grew))"
    rf"|\b(?:am|is|are|was|were) {_WHO.replace('who', 'asked')}){_WEAK} \Z"
)
_HAVE = re.compile(
    rf"(?:\b{_WHO}(?:'ve|'s|'d|{_MAYBE} (?:have|has|had|having|got|gets|caught|contracted|developed|survived|needs?|"
    r"needed|take|takes|taking|took|undergo|undergoing|underwent|went|goes|going|scheduled|recovering|recovered|treated|"
    r"suffer|suffers|suffered|struggling|struggles|struggled|dealing|living|diagnosed|prescribed|hospitali[sz]ed))"
    r"(?: (?:for|in|through|to|have|had|get|on|into|up|because|due)){0,2}"
    r"|\b(?:diagnosed with|suffering from|suffers from|suffered from|tested positive for|died of|died from|"
    rf"recovering from|treated for|prescribed)){_WEAK} \Z"
)
_OWN = re.compile(r"\b(?:my|his|her|their|your|whose)(?: [^\W\d_][\w'-]{0,20}){0,1} \Z")
_CONTEXTS = {"be": _BE, "have": _HAVE, "own": _OWN}
_PERSON = re.compile(_PEOPLE)
_SECTION = re.compile(r"\[([a-z ]+)\]")
_NEVER = "never"


class Term(NamedTuple):
    """What a term means: its kind (None: nothing), the contexts of which it needs one, and its exact case if needed."""

    kind: str | None
    contexts: frozenset[str]
    exact: str | None = None


def lexicon(kind: str) -> Iterator[tuple[str, Term]]:
    """The terms of a kind, folded, from its file."""
    text = files("proxy.detection.recognizers.lexicons").joinpath(f"{kind.lower()}.txt").read_text(encoding="utf-8")
    contexts: frozenset[str] = frozenset()
    for line in text.splitlines():
        if section := _SECTION.fullmatch(line.strip()):
            contexts = frozenset(section[1].split()) - {"always"}
        elif not line.startswith("#"):
            for word in filter(None, map(str.strip, line.split(","))):
                meant = None if _NEVER in contexts else kind
                yield fold_name(word), Term(meant, contexts - {"exact"}, word if "exact" in contexts else None)


@cache
def terms() -> tuple[Phrases, dict[str, tuple[Term, ...]]]:
    """All terms of all kinds, compiled once per process."""
    known: dict[str, tuple[Term, ...]] = {}
    for kind in SPECIAL_CATEGORIES:
        for word, term in lexicon(kind):
            known[word] = (*known.get(word, ()), term)
    return Phrases(known), known


class SpecialCategories(LocalRecognizer):
    """Findings of all special categories."""

    def __init__(self) -> None:
        self.phrases, self.terms = terms()
        super().__init__(supported_entities=list(SPECIAL_CATEGORIES), name="special_category")

    def load(self) -> None:
        """Load nothing."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:  # noqa: ARG002
        """Findings in coordinates of `text`."""
        folded = fold(text)
        cased: str | None = None
        found: dict[tuple[str, int, int], float] = {}
        matches = [match for match in self.phrases.find_forms(folded.text) if match.whole]
        never = {match.start for match in matches if any(term.kind is None for term in self.terms[match.phrase])}
        for match in (match for match in matches if match.start not in never):
            for term in self.terms[match.phrase]:
                if term.exact is not None:
                    cased = fold_cased(text, folded) if cased is None else cased
                    if not cased.startswith(term.exact, match.start):
                        continue
                if term.kind is not None and _is_said_of_a_person(text, folded, match.start, term.contexts):
                    score = LIKELY if term.contexts else SURE
                    found.setdefault((term.kind, *folded.span(match.start, match.end)), score)
        return [RecognizerResult(kind, start, end, score) for (kind, start, end), score in found.items()]


def _is_said_of_a_person(text: str, folded: FoldedText, start: int, contexts: frozenset[str]) -> bool:
    if not contexts:
        return True
    before = max(0, start - REACH)
    sentence = folded.text[before:start].rpartition(". ")[2]
    before = start - len(sentence)
    for context in contexts:
        match = _CONTEXTS[context].search(sentence)
        if match is None:
            continue
        group = next((name for name, said in match.groupdict().items() if said), None)
        if group is None or _is_person(text, folded, match[group], before + match.start(group)):
            return True
    return False


def _is_person(text: str, folded: FoldedText, who: str, at: int) -> bool:
    """Whether a subject is a pronoun, a word for people, or a name with a capital."""
    if _PERSON.fullmatch(who):
        return True
    span = folded.span(at, at + len(who))
    said = text[span.start : span.end]
    return said[:1].isupper() and not is_plain(said)
