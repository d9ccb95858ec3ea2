"""Personal data as people say it in seven languages, made up: numerals, signs and sentences that no table supplied.

`SPEAKERS` holds one language each, from ``speakers/<code>.json``: made-up names, reserved domains, sentences with a
dictation, and sentences with numbers that are nobody's. A saying is a text and the span that must be protected whole.
"""

from __future__ import annotations

import json
import random
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from stdnum import iban, luhn


class Saying(NamedTuple):
    """A text in which ``start..end`` is what somebody dictates."""

    text: str
    start: int
    end: int

    @property
    def said(self) -> str:
        return self.text[self.start : self.end]


Numeral = Callable[[int], str]


@dataclass(frozen=True)
class Speaker:
    """How one language says things. Sentences hold ``{}`` where the dictation stands."""

    code: str
    digits: Sequence[str]
    numeral: Numeral
    """Numbers below 1000."""
    twice: Sequence[str]
    fillers: Sequence[str]
    at: Sequence[str]
    dot: str
    dash: Sequence[str]
    underscore: Sequence[str]
    plus: str
    phones: Sequence[str]
    """Telephone numbers as digits in groups, with spaces; ``x`` is any digit."""
    ibans: Sequence[str]
    """Country codes and the digits behind them."""
    letters: Mapping[str, str]
    """The names of letters of these country codes."""
    examples: Mapping[str, str]
    """Words that explain them: ``wie Dora``."""
    names: Sequence[str]
    domains: Sequence[str]
    phone_sentences: Sequence[str]
    email_sentences: Sequence[str]
    card_sentences: Sequence[str]
    iban_sentences: Sequence[str]
    innocent: Sequence[str]

    def phone(self, chance: random.Random) -> str:
        groups = ["".join(str(chance.randrange(10)) if c == "x" else c for c in g) for g in
                  chance.choice(self.phones).split()]  # fmt: skip
        return self._grouped(groups, chance)

    def card(self, chance: random.Random) -> str:
        body = "4" + "".join(str(chance.randrange(10)) for _ in range(14))
        number = body + luhn.calc_check_digit(body)
        return self._grouped([number[at : at + 4] for at in range(0, 16, 4)], chance)

    def iban(self, chance: random.Random) -> str:
        pattern = chance.choice(self.ibans)
        country, shape = pattern[:2], pattern[2:]
        body = "".join(str(chance.randrange(10)) if c == "x" else c for c in shape)
        number = iban.calc_check_digits(f"{country}00{body}")
        letters = chance.choice(
            [
                " ".join(country.lower()),
                " ".join(country),
                " ".join(f"{letter} {self.examples[letter]}" for letter in country),
                " ".join(self.letters[letter] for letter in country),
            ]
        )
        rest = "".join([number, body])
        said = [self._one_by_one(rest[at : at + 4], chance) for at in range(0, len(rest), 4)]
        return self._with_fillers([letters, *said], chance)

    def email(self, chance: random.Random) -> str:
        first, last = chance.sample(list(self.names), 2)
        sign = chance.choice([self.dot, chance.choice(self.dash), chance.choice(self.underscore)])
        local = chance.choice(
            [
                f"{first} {sign} {last}",
                f"{first[0]} {sign} {last}",
                f"{first} {sign} {last} {self.numeral(chance.randrange(2, 99))}",
                f"{first} {sign} {last} {chance.choice(self.dash)} {first}",
                " ".join(last[:5]) + f" {self.dot} {first}",
                f"{first}{last}",
                f"{first}{last[0]} {self.numeral(chance.randrange(60, 99))}",
                " ".join(first[:4]) + f" {sign} {last}",
            ]
        )
        domain = chance.choice(self.domains).replace(".", f" {self.dot} ").replace("-", f" {self.dash[0]} ")
        return f"{local} {chance.choice(self.at)} {domain}"

    def _grouped(self, groups: Sequence[str], chance: random.Random) -> str:
        way = chance.randrange(3)
        said = [self._one_by_one(g, chance) if way == 0 else self._in_pairs(g, way == 2, chance) for g in groups]
        return self._with_fillers(said, chance)

    def _with_fillers(self, said: Sequence[str], chance: random.Random) -> str:
        out = said[0]
        for group in said[1:]:
            joint = chance.choice([" ", " ", " ", ", ", f" {chance.choice(self.fillers)} "])
            out += joint + group
        return out

    def _one_by_one(self, digits: str, chance: random.Random) -> str:
        words, at = [], 0
        while at < len(digits):
            if digits[at] == "+":
                words.append(self.plus)
            elif digits[at].isalpha():
                words.append(digits[at])
            elif digits[at : at + 2] == digits[at] * 2 and chance.random() < 0.5:
                words.append(f"{chance.choice(self.twice)} {self.digits[int(digits[at])]}")
                at += 1
            else:
                words.append(self.digits[int(digits[at])])
            at += 1
        return " ".join(words)

    def _in_pairs(self, digits: str, threes: bool, chance: random.Random) -> str:
        if digits[0] == "+":
            return f"{self.plus} {self._in_pairs(digits[1:], threes, chance)}"
        step = 3 if threes and len(digits) % 3 == 0 else 2
        words = []
        for at in range(0, len(digits), step):
            part = digits[at : at + step]
            lead = len(part) - len(part.lstrip("0"))
            words += [self.digits[0]] * lead
            if part.lstrip("0"):
                words.append(self.numeral(int(part)))
        return " ".join(words)


def bare(text: str) -> str:
    """A text without accents, as some recognizers of speech write it."""
    marks = unicodedata.normalize("NFD", text.replace("ß", "ss"))
    return "".join(sign for sign in marks if not unicodedata.combining(sign))


def saying(sentence: str, said: str, style: int) -> Saying:
    """A sentence with a dictation: as written, in lower case without marks, or without accents."""
    before, after = sentence.split("{}")
    if style:
        before, said, after = (
            part.lower().translate(str.maketrans("", "", ".,:!?¿¡")) for part in (before, said, after)
        )
    if style == 2:
        before, said, after = bare(before), bare(said), bare(after)
    return Saying(before + said + after, len(before), len(before) + len(said))


def sayings(speaker: Speaker, kind: str, count: int, seed: int, held_back: bool | None = None) -> list[Saying]:
    """Dictations of one kind. `held_back`: of one half of the sentences only."""
    chance = random.Random(f"{speaker.code} {kind} {seed}")
    sentences = getattr(speaker, f"{kind}_sentences")
    if held_back is not None:
        sentences = sentences[held_back::2]
    return [saying(chance.choice(sentences), getattr(speaker, kind)(chance), chance.randrange(3)) for _ in range(count)]


_DE_ONES = (
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn "
    "sechzehn siebzehn achtzehn neunzehn"
).split()
_DE_TENS = "- - zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig".split()


def german(n: int) -> str:
    if n >= 100:
        return ("ein" if n < 200 else _DE_ONES[n // 100]) + "hundert" + (german(n % 100) if n % 100 else "")
    if n < 20:
        return _DE_ONES[n]
    return (f"{'ein' if n % 10 == 1 else _DE_ONES[n % 10]}und" if n % 10 else "") + _DE_TENS[n // 10]


_FR_ONES = (
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
    "dix-sept dix-huit dix-neuf"
).split()
_FR_TENS = "- - vingt trente quarante cinquante soixante".split()


def french(n: int) -> str:
    if n >= 100:
        return ("" if n < 200 else _FR_ONES[n // 100] + " ") + "cent" + (" " + french(n % 100) if n % 100 else "")
    if n < 20:
        return _FR_ONES[n]
    ten, one = divmod(n, 10)
    if n >= 80:
        return "quatre-vingts" if n == 80 else f"quatre-vingt-{_FR_ONES[n - 80]}"
    if n >= 70:
        return "soixante et onze" if n == 71 else f"soixante-{_FR_ONES[n - 60]}"
    return _FR_TENS[ten] + ("" if not one else " et un" if one == 1 else f"-{_FR_ONES[one]}")


def swiss(n: int) -> str:
    tens = {7: "septante", 8: "huitante", 9: "nonante"}
    if n < 100 and n // 10 in tens:
        return tens[n // 10] + ("" if not n % 10 else " et un" if n % 10 == 1 else f"-{_FR_ONES[n % 10]}")
    return french(n)


_ES_ONES = (
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis "
    "diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco "
    "veintiséis veintisiete veintiocho veintinueve"
).split()
_ES_TENS = "- - - treinta cuarenta cincuenta sesenta setenta ochenta noventa".split()
_ES_HUNDREDS = (
    "- ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos".split()
)


def spanish(n: int) -> str:
    if n == 100:
        return "cien"
    if n > 100:
        return _ES_HUNDREDS[n // 100] + (" " + spanish(n % 100) if n % 100 else "")
    return _ES_ONES[n] if n < 30 else _ES_TENS[n // 10] + (f" y {_ES_ONES[n % 10]}" if n % 10 else "")


_IT_ONES = (
    "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici "
    "sedici diciassette diciotto diciannove"
).split()
_IT_TENS = "- - venti trenta quaranta cinquanta sessanta settanta ottanta novanta".split()


def italian(n: int) -> str:
    if n >= 100:
        return ("" if n < 200 else _IT_ONES[n // 100]) + "cento" + (italian(n % 100) if n % 100 else "")
    if n < 20:
        return _IT_ONES[n]
    ten, one = _IT_TENS[n // 10], n % 10
    if not one:
        return ten
    return (ten[:-1] if one in (1, 8) else ten) + ("tré" if one == 3 else _IT_ONES[one])


_PT_ONES = (
    "zero um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezasseis "
    "dezassete dezoito dezanove"
).split()
_PT_TENS = "- - vinte trinta quarenta cinquenta sessenta setenta oitenta noventa".split()
_PT_HUNDREDS = (
    "- cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos"
).split()


def portuguese(n: int) -> str:
    if n == 100:
        return "cem"
    if n > 100:
        return _PT_HUNDREDS[n // 100] + (" e " + portuguese(n % 100) if n % 100 else "")
    return _PT_ONES[n] if n < 20 else _PT_TENS[n // 10] + (f" e {_PT_ONES[n % 10]}" if n % 10 else "")


_NL_ONES = (
    "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien "
    "zeventien achttien negentien"
).split()
_NL_TENS = "- - twintig dertig veertig vijftig zestig zeventig tachtig negentig".split()


def dutch(n: int) -> str:
    if n >= 100:
        return ("" if n < 200 else _NL_ONES[n // 100]) + "honderd" + (dutch(n % 100) if n % 100 else "")
    if n < 20:
        return _NL_ONES[n]
    one = _NL_ONES[n % 10]
    return (one + ("ën" if one.endswith("e") else "en") if n % 10 else "") + _NL_TENS[n // 10]


_EN_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_EN_TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()


def english(n: int) -> str:
    if n >= 100:
        return _EN_ONES[n // 100] + " hundred" + (" and " + english(n % 100) if n % 100 else "")
    return _EN_ONES[n] if n < 20 else _EN_TENS[n // 10] + (f" {_EN_ONES[n % 10]}" if n % 10 else "")


def speaker(code: str, numeral: Numeral) -> Speaker:
    """The speaker of ``speakers/<code>.json``."""
    told = json.loads((Path(__file__).parent / "speakers" / f"{code}.json").read_text("utf-8"))
    return Speaker(code, numeral=numeral, **told)


FRENCH = speaker("fr", french)
SPEAKERS = (
    speaker("en", english),
    speaker("de", german),
    FRENCH,
    replace(
        FRENCH,
        numeral=swiss,
        phones=("079 xxx xx xx", "+41 79 xxx xx xx", "022 xxx xx xx"),
        ibans=("CHxxxxxxxxxxxxxxxxx",),
    ),
    speaker("es", spanish),
    speaker("it", italian),
    speaker("pt", portuguese),
    speaker("nl", dutch),
)
