"""Invents people and places: names of many cultures, mixtures of them, and names that are on no list."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence

from training.lexicon import names, places

_NICK = "y ie o i".split()
_PARTICLES = ("van", "van der", "de", "de la", "del", "bin", "al", "von", "da", "dos", "di", "el", "ten", "mac", "o'")
_ENGLISH = ("en_US", "en_GB", "en_IE", "en", "en_NZ", "en_IN", "en_IN", "en_US", "en_IN", "en_IN")
_TITLES = "mr mrs ms dr professor president senator judge chair governor sir minister mister doctor miss".split()


class Chain:
    """Letters by the two before them: makes words that sound like those it was made from."""

    def __init__(self, words: Sequence[str]) -> None:
        self._next: dict[str, list[str]] = defaultdict(list)
        for word in words:
            padded = "^^" + word.lower() + "$"
            for at in range(2, len(padded)):
                self._next[padded[at - 2 : at]].append(padded[at])

    def word(self, rng: random.Random) -> str:
        """A word of 3 to 11 letters with a capital."""
        while True:
            word = "^^"
            while not word.endswith("$") and len(word) < 15:
                word += rng.choice(self._next[word[-2:]])
            made = word[2:-1]
            if word.endswith("$") and 3 <= len(made) <= 11 and made.isalpha():
                return made.title()


class Inventor:
    """Draws names and places. All draws are by the random generator that is given, so a seed repeats them."""

    def __init__(self) -> None:
        self.given, self.family = names()
        self.locales = sorted(self.given.keys() & self.family.keys())
        self.big = places(150_000)
        self.small = places(15_000)
        self._given = Chain([word for group in self.given.values() for word in group if word.isascii()])
        self._family = Chain([word for group in self.family.values() for word in group if word.isascii()])
        self._place = Chain([place for place in self.small if place.isalpha()])

    def first(self, rng: random.Random, locale: str | None = None) -> str:
        """A given name."""
        chance = rng.random()
        if chance < 0.06:
            return self._given.word(rng)
        name = rng.choice(self.given[locale or self._locale(rng)])
        if chance < 0.1 and len(name) > 4 and name.isalpha():
            return name[: rng.randint(3, 4)] + rng.choice(_NICK)
        return name

    def last(self, rng: random.Random, locale: str | None = None) -> str:
        """A family name."""
        chance = rng.random()
        if chance < 0.06:
            return self._family.word(rng)
        name = rng.choice(self.family[locale or self._locale(rng)])
        if chance < 0.1:
            return f"{rng.choice(_PARTICLES)} {name}".replace("' ", "'")
        if chance < 0.12:
            return f"{name}-{rng.choice(self.family[locale or self._locale(rng)])}"
        return name

    def person(self, rng: random.Random) -> str:
        """A person as speech names people: mostly by the given name, often in full, sometimes otherwise."""
        locale = self._locale(rng) if rng.random() < 0.85 else None
        first, chance = self.first(rng, locale), rng.random()
        if chance < 0.42:
            return first
        last = self.last(rng, locale)
        if chance < 0.84:
            return f"{first} {last}"
        if chance < 0.89:
            return f"{first} {rng.choice('ABCDEFGHJKLMNPRSTW')}. {last}"
        if chance < 0.92:
            return f"{first} {self.first(rng, locale)} {last}"
        if chance < 0.94:
            return f"{first} {last[0]}."
        if chance < 0.95:
            return f"{first[0]}. {last}"
        return last

    def titled(self, rng: random.Random) -> tuple[str, str]:
        """A title, and the family or full name after it."""
        title = rng.choice(_TITLES).title()
        if len(title) < 4 and rng.random() < 0.6 and title != "Sir":
            title += "."
        name = self.last(rng) if rng.random() < 0.75 else f"{self.first(rng)} {self.last(rng)}"
        return title, name

    def full(self, rng: random.Random) -> tuple[str, str]:
        """Given and family name of one person."""
        locale = self._locale(rng)
        return self.first(rng, locale), self.last(rng, locale)

    def place(self, rng: random.Random) -> str:
        """A city, country or state."""
        chance = rng.random()
        if chance < 0.05:
            return self._place.word(rng) + rng.choice(("", "", "pur", "ville", "abad", "ton", "burg", "stad", "nagar"))
        return rng.choice(self.big if chance < 0.7 else self.small)

    def word(self, rng: random.Random) -> str:
        """A word that is nobody's name, as companies and products have."""
        return self._place.word(rng) if rng.random() < 0.5 else self._family.word(rng)

    def _locale(self, rng: random.Random) -> str:
        return rng.choice(_ENGLISH if rng.random() < 0.45 else self.locales)
