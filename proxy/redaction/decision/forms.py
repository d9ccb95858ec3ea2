"""Bring plurals and spellings of one name under one pseudonym.

Of a plural, the pseudonym stands for the name, and the ending stays behind it: "PERSON_1s" comes back as it was said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from proxy.detection.listed import is_listed_name
from proxy.detection.precedence import PERSON
from proxy.model import Passage
from proxy.redaction.decision.names import Name
from proxy.redaction.spans import Claim
from proxy.wording.folded import fold_name


class Form(NamedTuple):
    """The name that a form stands for, as it is compared, and how many letters of the form are an ending."""

    base: str
    ending: int


def forms_of(names: Mapping[str, Name], kinds: Mapping[str, str], plurals: Mapping[str, set[str]]) -> dict[str, Form]:
    """The forms of names, folded, that are not the name itself. `plurals` are those that were said, by key.

    A person's name in two spellings is left to `identities`, which know how names are made.
    """
    return dict(each for key, name in names.items() for each in _forms(name, kinds[key], plurals.get(key, set())))


def _forms(name: Name, kind: str, plurals: set[str]) -> Iterator[tuple[str, Form]]:
    spelled = name.spelled - plurals
    if not spelled:
        return
    base = min(spelled, key=lambda spelling: (len(spelling), spelling))
    if kind != PERSON or not any(is_listed_name(word) for spelling in spelled for word in spelling.split()):
        yield from ((spelling, Form(base, 0)) for spelling in spelled if spelling != base)
    yield from ((plural, Form(base, 1)) for plural in plurals if plural[:-1] in spelled and plural.endswith("s"))


def under_names(
    regions: Sequence[Passage],
    claims: Sequence[Sequence[Claim]],
    forms: Mapping[str, Form],
    is_pseudonym: Callable[[Claim], bool],
) -> Sequence[Sequence[Claim]]:
    """The claims of each region, those on forms with the name, and without an ending that may stay.

    Nothing changes about people on record, and about what gets no pseudonym.
    """
    if not forms:
        return claims
    return [
        [claim if claim.people or not is_pseudonym(claim) else _under_name(region.text, claim, forms) for claim in laid]
        for region, laid in zip(regions, claims, strict=True)
    ]


def _under_name(text: str, claim: Claim, forms: Mapping[str, Form]) -> Claim:
    form = forms.get(fold_name(text[claim.start : claim.end]))
    if form is None:
        return claim
    if form.ending and text[claim.end - 1] not in "sS":
        return claim
    return replace(claim, end=claim.end - form.ending, base=form.base)
