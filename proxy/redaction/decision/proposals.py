"""Propose names of products and projects that an organization's transcripts are full of, for a person to review.

What is proposed, the model took for a name at some mention, and no list of names, nobody's label and no dictionary has
it. Mentions of all files are counted together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from proxy.detection.listed import is_listed_name, is_listed_place
from proxy.detection.precedence import PERSON
from proxy.model import Finding
from proxy.redaction.decision.names import Name, Place, mentions_of, names_of
from proxy.redaction.decision.signs import of_person, perhaps_of_person
from proxy.redaction.decision.things import SURELY_PERSON, Request

_SPECIAL = frozenset({"NRP"})
_AROUND = 40
"""How many characters of an example stand on each side of the name."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A name with how many times it stands in how many files, and as which kinds the model found it how many times.

    `forms` are its spellings with their counts, the most frequent first. `person`: it may be a person, as something
    says. `example`: the first place that has it.
    """

    name: str
    mentions: int
    files: int
    kinds: Mapping[str, int]
    forms: Mapping[str, int]
    person: bool
    example: str


def proposals(request: Request, findings: Sequence[Sequence[Finding]], least: int) -> list[Proposal]:
    """The names with at least so many mentions, the most frequent first. The slots of the passages are the files."""
    names = names_of(request.passages, findings)
    mentions = mentions_of(request.passages, names)
    found = []
    for key, name in names.items():
        places = sorted({*name.found, *(mention.place for mention in mentions.get(key, ()))})
        if len(places) >= least and _is_open(name, request):
            found.append(_proposal(name, places, request))
    return sorted(found, key=lambda each: (-each.mentions, each.name))


def _is_open(name: Name, request: Request) -> bool:
    """Whether a name is neither on a list nor anybody's."""
    words = [word for spelling in name.spelled for word in spelling.split()]
    if name.sure or set(name.kinds) <= _SPECIAL or not any(map(str.isalpha, name.key)):
        return False
    listed = any(map(is_listed_name, words)) or any(map(is_listed_place, name.spelled))
    return not listed and not any(map(request.names_somebody, words))


def _proposal(name: Name, places: Sequence[Place], request: Request) -> Proposal:
    texts = [request.passages[place.passage].text for place in places]
    forms = Counter(text[place.start : place.end] for text, place in zip(texts, places, strict=True))
    ordered = sorted(forms.items(), key=lambda form: (-form[1], form[0]))
    first, text = places[0], texts[0]
    return Proposal(
        name=next((form for form, _ in ordered if form[0].isupper()), ordered[0][0]),
        mentions=len(places),
        files=len({request.passages[place.passage].slot for place in places}),
        kinds=dict(sorted(name.kinds.items(), key=lambda kind: (-kind[1], kind[0]))),
        forms=dict(ordered),
        person=_may_be_person(name, places, texts),
        example=" ".join(text[max(0, first.start - _AROUND) : first.end + _AROUND].split()),
    )


def _may_be_person(name: Name, places: Sequence[Place], texts: Sequence[str]) -> bool:
    if name.score(PERSON) >= SURELY_PERSON:
        return True
    signs = (of_person, perhaps_of_person) if PERSON in name.kinds else (of_person,)
    return any(sign(text, place.start, place.end) for text, place in zip(texts, places, strict=True) for sign in signs)
