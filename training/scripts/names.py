"""Draws names of people in seven languages of other scripts: listed ones, made-up ones, and foreign ones as heard."""

from __future__ import annotations

import importlib
import random
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from training.invent import Inventor
from training.scripts.transcribe import transcribed

_LISTS = {
    "ja": ("ja_JP",), "zh": ("zh_CN", "zh_CN", "zh_TW"), "ko": ("ko_KR",), "hi": ("hi_IN", "hi_IN", "ne_NP", "mr_IN"),
    "ar": ("ar_AA", "ar_AA", "ar_SA", "ar_PS", "ar_DZ", "fa_IR"), "ru": ("ru_RU",), "uk": ("uk_UA",),
}  # fmt: skip
_MARKS = re.compile(r"[\u064b-\u0652]")
_SURNAMES = "田山川本村中井上下野木原小大高松藤石金岡島森林池橋清水谷沢崎内竹西東北南宮吉福安和三浦青黒白"
_GIVEN_JA = "太郎子美恵一二三雄介也樹真奈優香由紀智明浩和義信隆健翔大輝陽菜結衣愛莉沙綾乃葵蓮悠斗直孝秀幸"
_GIVEN_ZH = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰红建国文辉力健梅俊海燕婷雪晨宇浩欣怡子轩梓涵诗雨佳琪思源"
    "嘉博瑞泽天乐安宁志远振东晓春秋月云飞龙凤琴珍莉莎琳璐瑶菲倩颖薇彬斌昊坤峰岩松柏林森鑫淼家豪淑芬雅慧美玲冠廷"
)
_GIVEN_KO = "민수지영현우서연준호은정하윤도진미경성훈태희승재원아나유리선주상동철혜빈찬규범석인기종한솔다예린채건율"
_FOREIGN = {"ja": 0.2, "zh": 0.16, "ko": 0.16, "hi": 0.14, "ar": 0.18, "ru": 0.2, "uk": 0.2}
_LATIN = 0.05

CASES = {
    "ru": (("ский", ("ского", "скому", "ским", "ском")), ("ская", ("ской", "скую")), ("ова", ("овой", "ову")),
           ("ева", ("евой", "еву")), ("ина", ("иной", "ину")), ("ов", ("ова", "ову", "овым", "ове")),
           ("ев", ("ева", "еву", "евым", "еве")), ("ин", ("ина", "ину", "иным", "ине")),
           ("ия", ("ии", "ию", "ией")), ("а", ("ы", "у", "ой", "е")), ("я", ("и", "ю", "ей", "е")),
           ("й", ("я", "ю", "ем", "е")), ("ь", ("я", "ю", "ем", "и")), ("о", ("о",)), ("е", ("е",)), ("и", ("и",)),
           ("у", ("у",)), ("", ("а", "у", "ом", "е"))),
    "uk": (("ський", ("ського", "ському", "ським")), ("ська", ("ської", "ській", "ську", "ською")),
           ("ко", ("ка", "ку", "кові", "ком")), ("ова", ("ової", "овій", "ову")), ("ів", ("ева", "еву", "евим")),
           ("ія", ("ії", "ію", "ією")), ("а", ("и", "і", "у", "ою", "о")), ("я", ("і", "ї", "ю", "ею")),
           ("й", ("я", "ю", "єві", "єм")), ("ь", ("я", "ю", "еві", "ем")), ("о", ("а", "у", "ові", "ом")),
           ("е", ("е",)), ("и", ("и",)), ("і", ("і",)), ("у", ("у",)), ("", ("а", "у", "ові", "ом", "і", "е"))),
}  # fmt: skip
"""Endings of names in the nominative, and those of other cases: which one a sentence asks for is not looked at."""


@cache
def _listed(locale: str) -> Any:
    return importlib.import_module(f"faker.providers.person.{locale}").Provider


def inflected(name: str, language: str, rng: random.Random) -> str:
    """The name with each of its words in another case, where the language has cases."""
    made = []
    for word in name.split(" "):
        rule = next(((end, others) for end, others in CASES.get(language, ()) if word.endswith(end)), None)
        made.append(word if rule is None else word[: len(word) - len(rule[0])] + rng.choice(rule[1]))
    return " ".join(made)


def _of(rng: random.Random, letters: str, *counts: int) -> str:
    return "".join(rng.choice(letters) for _ in range(rng.choice(counts)))


class Names:
    """People of one language. All draws are by the random generator that is given."""

    def __init__(self, language: str, inventor: Inventor, rng: random.Random) -> None:
        self.language, self.inventor, self.rng = language, inventor, rng

    def _draw(self, kind: str) -> str:
        listed: Sequence[str] = list(getattr(_listed(self.rng.choice(_LISTS[self.language])), kind))
        return _MARKS.sub("", self.rng.choice(listed))

    def _foreign(self, draw: str) -> str:
        name: str = getattr(self.inventor, draw)(self.rng)
        return transcribed(name, self.language, self.rng) if self.rng.random() > _LATIN * 4 else name

    def _is_foreign(self) -> bool:
        return self.rng.random() < _FOREIGN[self.language] + _LATIN

    def first(self) -> str:
        """A given name."""
        rng, chance = self.rng, self.rng.random()
        if self._is_foreign():
            return self._foreign("first")
        if self.language == "ja":
            if chance < 0.3:
                return _of(rng, _GIVEN_JA, 2, 2, 2, 3)
            kanji, kana, _ = rng.choice(_listed("ja_JP").first_name_pairs)
            hiragana = "".join(chr(ord(letter) - 0x60) if "ァ" <= letter <= "ヶ" else letter for letter in kana)
            return str(kanji if chance < 0.7 else hiragana if chance < 0.9 else kana)
        if self.language == "zh" and chance < 0.6:
            return _of(rng, _GIVEN_ZH, 2, 2, 2, 1)
        if self.language == "ko" and chance < 0.5:
            return _of(rng, _GIVEN_KO, 2)
        return self._draw("first_names")

    def last(self) -> str:
        """A family name."""
        if self._is_foreign():
            return self._foreign("last")
        if self.language == "ja" and self.rng.random() < 0.45:
            return _of(self.rng, _SURNAMES, 2, 2, 2, 3)
        return self._draw("last_names")

    def full(self) -> str:
        """A given name with a family name, in the order of the language."""
        rng = self.rng
        if self._is_foreign():
            return self._foreign("person")
        first, last = self.first(), self.last()
        if self.language in {"ja", "zh", "ko"}:
            if first.isascii() or last.isascii():
                return f"{first} {last}"
            joint = " " if rng.random() < (0.1 if self.language == "ja" else 0.02) else ""
            return f"{last}{joint}{first}"
        if self.language in {"ru", "uk"}:
            return self._slavic(first, last)
        if self.language == "ar" and rng.random() < 0.35:
            return f"{first} {rng.choice(('', '', 'بن ', 'بنت ', 'عبد '))}{self.first()} {last}"
        return f"{first} {last}"

    def _slavic(self, first: str, last: str) -> str:
        chance = self.rng.random()
        if chance < 0.16:
            return f"{first} {self._draw('middle_names')} {last}"
        if chance < 0.26:
            return f"{first[0]}. {last}" if chance < 0.22 else f"{first[0]}.{self._draw('middle_names')[0]}. {last}"
        return f"{last} {first}" if chance < 0.34 else f"{first} {last}"

    def patronymic(self) -> str:
        """A given name with a patronymic, as people address each other."""
        return f"{self._draw('first_names')} {self._draw('middle_names')}"

    def person(self) -> str:
        """A person by the given name, in full or by the family name."""
        chance = self.rng.random()
        if self.language in {"zh", "ko"}:
            return self.full() if chance < 0.72 else self.first() if chance < 0.97 else self.last()
        if self.language == "ja":
            return self.full() if chance < 0.5 else self.last() if chance < 0.78 else self.first()
        return self.full() if chance < 0.56 else self.first() if chance < 0.8 else self.last()
