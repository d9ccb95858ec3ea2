"""Detection for all routes of a configuration: several engines over one model, plus what each language adds.

Built once, before workers are forked, so that they share its memory.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from itertools import islice, takewhile

from proxy.detection.blocks import reaching
from proxy.detection.engine import Engine
from proxy.detection.languages.addresses import StreetAddresses
from proxy.detection.languages.hints import Hints
from proxy.detection.languages.identify import Identifier, told
from proxy.detection.languages.named import NamedNumbers
from proxy.detection.languages.national import National
from proxy.detection.languages.said import SPOKEN, Said
from proxy.detection.languages.table import LANGUAGES, national
from proxy.detection.selection import allowed_words
from proxy.detection.tongues import Tell
from proxy.model import Excerpt, Finding, Profile, TextLanguage, in_order
from proxy.settings import Detection

UNNAMED = "ID_NUMBER"
"""The model's kind for a number that a state or an organization assigns."""
_OF_EVERY_COUNTRY = frozenset({"PHONE_NUMBER"})


class ProfileEngine:
    """One engine, and the national numbers and spoken forms of each language, under one set of settings."""

    def __init__(self, detection: Detection, tell: Tell = told):
        """`tell` identifies the languages of texts."""
        self._engine = Engine(detection, tell=tell)
        allowed = allowed_words(detection)
        self._national = {
            code: National(detection, code, allowed)
            for code, each in LANGUAGES.items()
            if each.regions or national(code)
        }
        self._named = NamedNumbers(detection, allowed)
        self._addresses = StreetAddresses(detection, allowed)
        self._said = Said(detection, allowed)
        self._hints = Hints(SPOKEN)

    def find(self, excerpts: Sequence[Excerpt], languages: Collection[str]) -> list[list[Finding]]:
        """Findings of each excerpt: the engine's, and those of every given language.

        What was said in a language whose numerals an excerpt holds, and numbers of any country that are called by
        their names, are found, too, whether or not the language is given.
        """
        found = self._engine.find(excerpts, languages)
        added = [numbers for code, numbers in self._national.items() if code in languages]
        completed = []
        for each, findings in zip(excerpts, found, strict=True):
            here = self._hints.languages(each.text).union(languages)
            heard = [*self._said.find(each.text, here), *self._addresses.find(each.text, here)]
            numbers = [*self._named.find(each.text), *(one for numbers in added for one in numbers.find(each.text))]
            with_numbers = _with_national(findings, reaching(each, set(numbers))) if numbers else findings
            completed.append(in_order([*with_numbers, *reaching(each, heard)]) if heard else with_numbers)
        return completed


def _with_national(found: Sequence[Finding], national: Sequence[Finding]) -> list[Finding]:
    """All findings in order. A number without a kind of its own takes the kind of the national number inside it.

    The model may include a word before a number, and the longest of overlapping findings determines the kind. Without
    this, the policy for the national number would not apply.
    """
    numbers = sorted((f for f in national if f.kind not in _OF_EVERY_COUNTRY), key=lambda f: f.start)
    named = [_named(finding, numbers) if finding.kind == UNNAMED else finding for finding in found]
    return in_order([*named, *national])


def _named(finding: Finding, numbers: Sequence[Finding]) -> Finding:
    """The finding with the kind of the first of the sorted numbers that lies inside it, if there is one."""
    first = bisect_left(numbers, finding.start, key=lambda f: f.start)
    within = takewhile(lambda f: f.start < finding.end, islice(numbers, first, None))
    inside = next((f for f in within if f.end <= finding.end), None)
    return finding if inside is None else replace(finding, kind=inside.kind)


class Profiles:
    """Finds by the settings of a route, and identifies languages. Loading takes a second."""

    def __init__(
        self, detection: Detection, routes: Mapping[str, Detection], identifier: Callable[[], Identifier] = Identifier
    ):
        """`routes` are those that detect differently from `detection`; each has an engine of its own.

        `identifier` may still be loading, and is called last.
        """
        self._own = ProfileEngine(detection, self.tell)
        self._by_route = {route: ProfileEngine(settings, self.tell) for route, settings in routes.items()}
        self._identifier = identifier()

    def find(self, excerpts: Sequence[Excerpt], profile: Profile) -> list[list[Finding]]:
        """Findings of each excerpt, in coordinates of its text."""
        return self._by_route.get(profile.route, self._own).find(excerpts, profile.languages)

    def tell(self, texts: Sequence[str], expected: Collection[str]) -> list[TextLanguage]:
        """The same as `Identifier.tell`."""
        return self._identifier.tell(texts, expected)
