"""Write names of Latin script in other scripts, about as people do who heard them; no spelling is claimed to be right.

A name is cut into syllables, each of at most one consonant and one vowel, and each script has a table of both.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Mapping

_SOUNDS = (("sch", "S"), ("tsch", "C"), ("sh", "S"), ("ch", "C"), ("ph", "f"), ("th", "t"), ("ck", "k"), ("qu", "kw"),
           ("kh", "h"), ("gh", "g"), ("zh", "z"), ("ts", "z"), ("ee", "i"), ("oo", "u"), ("ou", "u"), ("x", "ks"),
           ("q", "k"), ("ce", "se"), ("ci", "si"), ("c", "k"), ("y", "i"))  # fmt: skip
_SYLLABLE = re.compile(r"([bdfghjklmnprstvwzSC]?)([aeiou]?)")


def syllables(name: str) -> list[tuple[str, str]]:
    """Consonant and vowel of each syllable; either may be empty. `S` is "sh", `C` is "ch"."""
    plain = unicodedata.normalize("NFKD", name.lower())
    plain = "".join(letter for letter in plain if "a" <= letter <= "z")
    for letters, sound in _SOUNDS:
        plain = plain.replace(letters, sound)
    plain = re.sub(r"(.)\1", r"\1", plain)
    return [(c, v) for c, v in _SYLLABLE.findall(plain) if c or v]


def _cyrillic(consonants: Mapping[str, str], vowels: Mapping[str, str]) -> Callable[[str, random.Random], str]:
    def written(name: str, _: random.Random) -> str:
        return "".join(consonants.get(c, "") + vowels.get(v, "") for c, v in syllables(name)).capitalize()

    return written


_RU = dict(zip("bdfghjklmnprstvwzSC", "бдфгхджклмнпрствузшч".replace("дж", "ж"), strict=True))
_RU["j"] = "дж"
_UK = {**_RU, "h": "г", "g": "ґ", "w": "в"}


def _arabic(name: str, rng: random.Random) -> str:
    consonants = dict(zip("bdfghjklmnprstvwzSC", "بدفغهجكلمنبرستفوزشت", strict=True)) | {"C": "تش"}
    made = ""
    for number, (c, v) in enumerate(syllables(name)):
        long = {"a": "ا", "e": "ي", "i": "ي", "o": "و", "u": "و", "": ""}[v]
        if not c:
            made += ("أ" if v == "a" else "إ" if v in "ei" else "أو") if number == 0 else long
        else:
            made += consonants[c] + (long if v in "iou" or rng.random() < 0.6 else "")
    return made


def _devanagari(name: str, rng: random.Random) -> str:
    consonants = dict(zip("bdfghjklmnprstvwzSC", "बडफगहजकलमनपरसटववजशच", strict=True))
    alone = {"a": "अ", "e": "ए", "i": "इ", "o": "ओ", "u": "उ"}
    told = syllables(name)
    made = ""
    for number, (c, v) in enumerate(told):
        if not c:
            made += alone[v]
            continue
        final = number == len(told) - 1
        short = "ा" if final or rng.random() < 0.5 else ""
        joined = "" if final or rng.random() < 0.5 else "्"
        made += consonants[c] + {"a": short, "e": "े", "i": "ी" if final else "ि", "o": "ो", "u": "ु", "": joined}[v]
    return made


_KANA = {
    "": "アイウエオ", "b": "バビブベボ", "d": "ダディドゥデド", "f": "ファフィフフェフォ", "g": "ガギグゲゴ",
    "h": "ハヒフヘホ", "j": "ジャジジュジェジョ", "k": "カキクケコ", "l": "ラリルレロ", "m": "マミムメモ",
    "n": "ナニヌネノ", "p": "パピプペポ", "r": "ラリルレロ", "s": "サシスセソ", "t": "タティトゥテト",
    "v": "バビブベボ", "w": "ワウィウウェウォ", "z": "ザジズゼゾ", "S": "シャシシュシェショ", "C": "チャチチュチェチョ",
}  # fmt: skip
_SMALL = "ァィゥェォャュョ"
_KATAKANA = {
    c: dict(zip("aiueo", re.findall(rf"[^{_SMALL}][{_SMALL}]?", row), strict=True)) for c, row in _KANA.items()
}


def _katakana(name: str, rng: random.Random) -> str:
    made = ""
    for c, v in syllables(name):
        if not v:
            made += {"n": "ン", "m": "ム", "t": "ト", "d": "ド", "r": "ー"}.get(c) or _KATAKANA[c]["u"]
        else:
            made += _KATAKANA[c][v] + ("ー" if rng.random() < 0.12 else "")
    return made.lstrip("ーン")


_INITIALS = dict(zip("gndrlmbsjCktph", (0, 2, 3, 5, 5, 6, 7, 9, 12, 14, 15, 16, 17, 18), strict=True)) | {
    "f": 17, "v": 7, "w": 11, "z": 12, "S": 9, "": 11,
}  # fmt: skip
_MEDIALS = {"a": 0, "e": 5, "o": 8, "u": 13, "i": 20, "": 18}
_FINALS = {"n": 4, "m": 16, "l": 8, "r": 0, "k": 1, "p": 17}


def _hangul(name: str, _: random.Random) -> str:
    made: list[int] = []
    for c, v in syllables(name):
        if not v and made and c in _FINALS and (made[-1] - 0xAC00) % 28 == 0:
            made[-1] += _FINALS[c]
        else:
            made.append(0xAC00 + (_INITIALS[c] * 21 + _MEDIALS[v]) * 28)
    return "".join(map(chr, made))


_SOUNDING = {
    "b": "布巴贝博比", "d": "德迪多达丹", "f": "夫弗费法", "g": "格加戈吉", "h": "哈霍海赫", "j": "杰乔贾吉",
    "k": "克卡科凯基", "l": "尔拉莱罗利", "m": "马米莫姆曼", "n": "尼诺纳恩", "p": "普帕佩波",
    "r": "尔罗里拉雷", "s": "斯萨索西塞", "t": "特塔托蒂", "v": "维瓦沃", "w": "威沃温", "z": "兹泽佐",
    "S": "什沙舍", "C": "奇查切", "": "阿埃奥伊艾乌",
}  # fmt: skip


def _chinese(name: str, rng: random.Random) -> str:
    return "".join(rng.choice(_SOUNDING[c]) for c, _ in syllables(name)[:6])


_WRITE: Mapping[str, Callable[[str, random.Random], str]] = {
    "ru": _cyrillic(_RU, dict(zip("aeiou", "аеиоу", strict=True))),
    "uk": _cyrillic(_UK, dict(zip("aeiou", "аеіоу", strict=True))),
    "ar": _arabic,
    "hi": _devanagari,
    "ja": _katakana,
    "ko": _hangul,
    "zh": _chinese,
}


def transcribed(name: str, language: str, rng: random.Random) -> str:
    """The name in the script of the language, word by word; the name itself if nothing of it can be written so."""
    joint = {"ja": "・", "zh": "·"}.get(language, " ")
    made = [_WRITE[language](word, rng) for word in name.replace("-", " ").split()]
    return joint.join(word for word in made if word) or name
