"""Tell which names are surely things, which are left alone everywhere, and cut them off longer findings.

A name is a thing if all of this holds:

- Nothing but the model took it for a name, and the model wavered: at some mentions and not at others, or as several
  kinds. None of its findings is nearly certain of a person.
- It is one word, on no list of names or places, and nobody on record may be meant.
- At no mention, by whomever, anything says that it is a person (`signs.of_person`); if the model ever took it for one,
  not even what is also said of things (`signs.perhaps_of_person`).
- Enough mentions are said as of a thing (`signs.of_thing`), by two voices, or by everybody who mentions it. So one
  participant alone cannot unmask what others said, whatever they say. Words of an unknown speaker have no voice.
- No mention stands in a language whose signs are not known.
- What is withheld counts for a person only: a sign of one ends it, and a mention is one more that says nothing of a
  thing, by one more who mentions it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from proxy.detection.listed import is_listed_name, is_listed_place
from proxy.detection.precedence import PERSON
from proxy.model import Finding, Passage
from proxy.redaction.decision.names import Mention, Name, key_among, key_of, spelled
from proxy.redaction.decision.signs import of_person, of_thing, perhaps_of_person
from proxy.wording.plain_words import FUNCTION_WORDS
from proxy.wording.vocabulary import all_ordinary, is_english

SURELY_PERSON = 9_700
"""The score of one finding, in ten thousandths, from which the model is nearly certain of a person."""
FEWEST, SHARE = 2, 3
"""How many mentions must be said as of a thing: so many, and one of so many."""

LOCATION = "LOCATION"
_NUMBERED = re.compile(r"(?P<name>.{1,80}?)[ .-]{1,2}\d{1,3}", re.DOTALL)
_BEFORE = re.compile(r"([^\W\d_]{1,40})[ ]\Z")
_BEHIND = re.compile(r"[ ]([^\W\d_]{1,40})")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def _nobody(_: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Request:
    """What a request tells beside its findings.

    `names_somebody`: whether somebody on record may be meant by a word. `foreign`: the passages, by slot and start,
    that are surely not in English. `withheld` is what does not leave, and may only speak for a person.
    """

    passages: Sequence[Passage]
    names_somebody: Callable[[str], bool] = _nobody
    foreign: Collection[tuple[int, int]] = ()
    withheld: Sequence[Passage] = ()


def is_thing(name: Name, mentions: Sequence[Mention], request: Request, unsent: Sequence[Mention] = ()) -> bool:
    """Whether a name is surely a thing, given all of its mentions; those `unsent` are in what is withheld."""
    if name.sure or name.score(PERSON) >= SURELY_PERSON or not all(map(_is_unlisted, name.spelled)):
        return False
    if len(name.kinds) == 1 and len(name.found) == len(mentions):
        return False
    person = PERSON in name.kinds
    if any(_may_be_person(request.withheld[at].text, start, end) for (at, start, end), _ in unsent):
        return False
    signs = 0
    voices: set[str | None] = {None} if unsent else set()
    saying: set[str | None] = set()
    for mention in mentions:
        passage, span = request.passages[mention.place.passage], (mention.place.start, mention.place.end)
        if (passage.slot, passage.start) in request.foreign or of_person(passage.text, *span):
            return False
        if person and perhaps_of_person(passage.text, *span):
            return False
        voices.add(voice := _voice(passage))
        if of_thing(passage.text, *span, plural=mention.plural, small=not person or is_english(name.key)):
            signs += 1
            saying |= {voice} - {None}
    told = signs >= FEWEST and SHARE * signs >= len(mentions) + len(unsent) and (len(saying) > 1 or saying == voices)
    return told and not any(map(request.names_somebody, name.spelled))


def _may_be_person(text: str, start: int, end: int) -> bool:
    """Whether anything says of a word in withheld text that it may be a person; a listed name beside it does."""
    if of_person(text, start, end) or perhaps_of_person(text, start, end):
        return True
    beside = (_BEFORE.search(text, 0, start), _BEHIND.match(text, end))
    return any(word is not None and word[1][0].isupper() and is_listed_name(word[1].casefold()) for word in beside)


def _voice(passage: Passage) -> str | None:
    """Whose words a passage holds: a speaker's, or the client's own (empty); None if nobody knows."""
    return "" if passage.instructed else passage.owner


def _is_unlisted(spelling: str) -> bool:
    """Whether a spelling is one word that is on no list."""
    return spelling.isalpha() and not (is_listed_name(spelling) or is_listed_place(spelling))


def without_things(text: str, finding: Finding, things: Collection[str]) -> Finding | None:
    """A finding without the things at its ends, and the numbers and function words beside them.

    `things` are keys of names. "Larkspur devnet 2" is Larkspur, if a devnet is a thing. None if no name is left.
    """
    words = [(key_among(word[0], things) in things, _is_loose(word[0]), word) for word in _words(text, finding)]
    first, last = 0, len(words)
    while (end := _cut(words[first:last][::-1])) > 0:
        last -= end
    while (end := _cut(words[first:last])) > 0:
        first += end
    if last - first == len(words):
        return finding
    if all(loose for _, loose, _ in words[first:last]):
        return None
    start, end = words[first][2].start(), words[last - 1][2].end()
    return None if all_ordinary(text[start:end]) else replace(finding, start=start, end=end)


def without_number(text: str, finding: Finding, names: Collection[str]) -> Finding:
    """A finding without the number that a name with a finding of its own has: "Larkspur 3" is Larkspur.

    `names` are keys. A number of a place may be that of a house, and stays.
    """
    numbered = _NUMBERED.fullmatch(text, finding.start, finding.end) if finding.kind != LOCATION else None
    if numbered is None or key_of(spelled(numbered["name"])) not in names:
        return finding
    return replace(finding, end=numbered.end("name"))


def _words(text: str, finding: Finding) -> list[re.Match[str]]:
    return list(_WORD.finditer(text, finding.start, finding.end))


def _cut(words: Sequence[tuple[bool, bool, re.Match[str]]]) -> int:
    """How many words to cut off: up to the first one that is a thing, if only loose words precede it."""
    for at, (thing, loose, _) in enumerate(words):
        if thing:
            return at + 1
        if not loose:
            break
    return 0


def _is_loose(word: str) -> bool:
    return word.isdecimal() or word.lower() in FUNCTION_WORDS
