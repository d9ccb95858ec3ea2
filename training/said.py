"""Personal data as people say it and as recognizers of speech write it down: digits, addresses, dates."""

from __future__ import annotations

import random
from collections.abc import Sequence

ONES = "zero one two three four five six seven eight nine".split()
TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
MONTHS = "january february march april may june july august september october november december".split()
ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_SOUNDS = {"0": "oh o", "1": "won", "2": "to too", "4": "for fore", "8": "ate", "6": "sex sicks", "3": "tree free"}
_TIMES = {2: "double", 3: "triple"}
_PROVIDERS = (
    "gmail yahoo hotmail outlook icloud proton aol live msn zoho rediffmail fastmail gmx mail inbox example test "
    "company school university"
).split()
_ENDINGS = "com com com com org net in co io edu de fr gov info uk ca me biz us dev ai eu".split()
_FILLERS = "uh um er ah like you know hmm so okay".split()
_WORDS = (
    "sales info contact hello team office support cricket shop blue happy star dragon smart the real official tech "
    "music art design home travel photo lucky sunny night cool super tiger cat dog rock data code"
).split()


def number(value: int) -> str:
    """A number below 100 in words."""
    if value < 10:
        return ONES[value]
    if value < 20:
        return TEENS[value - 10]
    return TENS[value // 10] + (f" {ONES[value % 10]}" if value % 10 else "")


def year(rng: random.Random, value: int) -> str:
    """A year as it is said."""
    if 2000 <= value < 2010:
        return f"two thousand {ONES[value % 10]}" if value % 10 else "two thousand"
    if value >= 2010 and rng.random() < 0.3:
        return f"two thousand {rng.choice(('', 'and '))}{number(value % 100)}"
    low = value % 100
    return f"{number(value // 100)} {('oh ' + ONES[low]) if low < 10 else number(low)}"


def misheard(rng: random.Random, word: str) -> str:
    """A word with a letter changed, left out, doubled or swapped."""
    if len(word) < 3:
        return word
    at = rng.randrange(1, len(word))
    return rng.choice(
        (
            word[:at] + rng.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at - 1] + word[at:],
            word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
        )
    )


def digits(rng: random.Random, figures: str, groups: Sequence[int] = ()) -> str:
    """Figures as said: one by one, doubled, in pairs or tens, some of them as figures, some misheard."""
    style, noise = rng.random(), rng.random()
    if style < 0.08:
        return figures if not groups else rng.choice(" -.").join(_cut(figures, groups))
    if style < 0.14 and groups:
        return " ".join(_cut(figures, groups))
    if style < 0.18:
        return " ".join(figures)
    oh, words, at = rng.choice(("zero", "zero", "oh", "oh", "o", "nought")), list[str](), 0
    pairs = style > 0.8
    while at < len(figures):
        figure = figures[at]
        run = len(figures[at:]) - len(figures[at:].lstrip(figure))
        if run in _TIMES and rng.random() < 0.5:
            words += [_TIMES[run], oh if figure == "0" else ONES[int(figure)]]
            at += run
            continue
        if pairs and figure not in "0" and at + 1 < len(figures) and rng.random() < 0.75:
            words.append(number(int(figures[at : at + 2])))
            at += 2
            continue
        if noise < 0.25 and rng.random() < 0.25:
            words.append(figure)
        elif noise > 0.75 and figure in _SOUNDS and rng.random() < 0.3:
            words.append(rng.choice(_SOUNDS[figure].split()))
        else:
            words.append(oh if figure == "0" else ONES[int(figure)])
        at += 1
    if noise > 0.85:
        words = [misheard(rng, word) if rng.random() < 0.12 else word for word in words]
    if rng.random() < 0.06:
        words.insert(rng.randrange(1, len(words) + 1), rng.choice(_FILLERS))
    joint = ", " if rng.random() < 0.04 else " "
    return joint.join(words).rstrip()


def _cut(text: str, groups: Sequence[int]) -> list[str]:
    parts, at = [], 0
    for size in groups:
        parts.append(text[at : at + size])
        at += size
    return [part for part in (*parts, text[at:]) if part]


def figures(rng: random.Random, count: int) -> str:
    """Random figures."""
    return "".join(rng.choice("0123456789") for _ in range(count))


def phone(rng: random.Random) -> str:
    """A telephone number, said or written."""
    count, groups = rng.choice(
        (
            (10, (3, 3, 4)),
            (10, (5, 5)),
            (10, (3, 3, 4)),
            (7, (3, 4)),
            (11, (3, 4, 4)),
            (8, (4, 4)),
            (9, (3, 3, 3)),
            (12, (2, 5, 5)),
        )
    )
    raw = rng.choice("2345678990") + figures(rng, count - 1)
    if rng.random() < 0.3:
        cut = _cut(raw, groups)
        written = rng.choice(("-", " ", ".", "")).join(cut)
        lead = rng.choice(("", "", f"+{rng.choice(('1', '44', '91', '49', '33', '61', '353'))} ", "(0)", "0", "1-"))
        tail = rng.choice(("", "", "", f" x{figures(rng, 3)}", f" ext {figures(rng, 2)}"))
        return f"({cut[0]}) {'-'.join(cut[1:])}" if rng.random() < 0.15 else lead + written + tail
    lead = rng.choice(
        ("", "", "", "", "plus nine one ", "plus one ", "plus four four ", "+91 ", "zero ", "one ", "area code ")
    )
    return ("" if lead == "area code " else lead) + digits(rng, raw, groups)


def card(rng: random.Random) -> str:
    """A payment card number, said or written; sixteen figures mostly."""
    count, groups = rng.choice(
        (
            (16, (4, 4, 4, 4)),
            (16, (4, 4, 4, 4)),
            (16, (4, 4, 4, 4)),
            (15, (4, 6, 5)),
            (14, (4, 6, 4)),
            (13, (4, 4, 5)),
            (19, (4, 4, 4, 4, 3)),
        )
    )
    raw = rng.choice("34556") + figures(rng, count - 1)
    if rng.random() < 0.35:
        return rng.choice((" ", " ", "-", "")).join(_cut(raw, groups))
    return digits(rng, raw, groups)


def local(rng: random.Random, first: str, last: str) -> list[str]:
    """The part of an e-mail address before the @, as written pieces: words and signs."""
    first, last = _plain(first), _plain(last)
    figure = rng.choice(("", "", str(rng.randint(1, 99)), str(rng.randint(1950, 2012)), str(rng.randint(100, 999))))
    form = rng.random()
    if form < 0.3:
        parts = [first, ".", last]
    elif form < 0.4:
        parts = [first, "_", last]
    elif form < 0.45:
        parts = [first, "-", last]
    elif form < 0.6:
        parts = [first + last] if rng.random() < 0.6 else [first, last]
    elif form < 0.7:
        parts = [first[0] + last]
    elif form < 0.75:
        parts = [first[0], ".", last]
    elif form < 0.87:
        parts = [first]
        figure = figure or str(rng.randint(1, 999))
    elif form < 0.93:
        parts = [rng.choice(_WORDS), rng.choice((".", "_", "-", "")), rng.choice(_WORDS)]
    else:
        parts = ["".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(3, 6)))]
    return [part for part in (*parts, figure) if part]


def _plain(name: str) -> str:
    return "".join(char for char in name.lower() if char.isascii() and char.isalpha()) or "sam"


def email(rng: random.Random, first: str, last: str) -> str:
    """An e-mail address: written, said, or half of each."""
    parts = local(rng, first, last)
    house = (
        rng.choice(_PROVIDERS)
        if rng.random() < 0.6
        else _plain(rng.choice((last, first))) + rng.choice(("", "corp", "tech", "labs", "group", "soft"))
    )
    endings = (
        [rng.choice(_ENDINGS)]
        if rng.random() < 0.88
        else rng.choice((["co", "uk"], ["co", "in"], ["com", "au"], ["ac", "uk"]))
    )
    style = rng.random()
    if style < 0.22:
        return f"{''.join(parts)}@{house}.{'.'.join(endings)}"
    if style < 0.3:
        return f"{''.join(parts)} {rng.choice(('at', '@'))} {house}.{'.'.join(endings)}"
    said: list[str] = []
    names = {
        ".": rng.choice(("dot", "dot", "dot", "period", "point")),
        "_": rng.choice(("underscore", "under score")),
        "-": rng.choice(("dash", "hyphen", "minus")),
    }
    for part in parts:
        if part in names:
            said.append(names[part])
        elif part.isdecimal():
            said.append(part if rng.random() < 0.4 else digits(rng, part))
        elif rng.random() < 0.07:
            said.append(spelled(rng, part))
        else:
            said.append(part if rng.random() > 0.03 else misheard(rng, part))
    at = rng.choice(("at",) * 12 + ("at the rate", "@", "at sign", "at the rate of"))
    home = (
        house
        if rng.random() > 0.12
        else {
            "gmail": "g mail",
            "hotmail": "hot mail",
            "outlook": "out look",
            "icloud": "i cloud",
            "proton": "proton mail",
        }.get(house, house)
    )
    if rng.random() < 0.04:
        home = spelled(rng, house)
    tail = " ".join(f"dot {part if rng.random() > 0.02 else ' '.join(part)}" for part in endings)
    chance = rng.random()
    if chance < 0.03:
        tail = " ".join(endings)
    elif chance < 0.05:
        tail = ""
    return " ".join((*said, at, home, tail)).strip()


def spelled(rng: random.Random, word: str) -> str:
    """Letters one by one; some with an example word."""
    if rng.random() < 0.2:
        return " ".join(f"{letter} as in {rng.choice(_WORDS)}" if rng.random() < 0.4 else letter for letter in word)
    return rng.choice((" ", " ", "-", ". ")).join(word)


def date(rng: random.Random) -> str:
    """A date of a certain day or year, said or written."""
    day, month, value = rng.randint(1, 28), rng.randrange(12), rng.randint(1940, 2030)
    name, order = MONTHS[month], ORDINALS[day - 1] if day <= 20 else f"twenty {ORDINALS[day - 21]}"
    title = name.title()
    return rng.choice(
        (
            f"{order} {name} {year(rng, value)}",
            f"{order} of {name} {year(rng, value)}",
            f"{name} {order} {year(rng, value)}",
            f"{name} {order}",
            f"{order} of {name}",
            f"{name} {number(day)}",
            f"{title} {day}, {value}",
            f"{title} {day}th",
            f"{day} {title} {value}",
            f"{value}-{month + 1:02}-{day:02}",
            f"{month + 1}/{day}/{value}",
            f"{day:02}.{month + 1:02}.{value}",
            f"{day}/{month + 1}/{value % 100:02}",
            f"{number(day)} slash {number(month + 1)} slash {year(rng, value)}",
            f"{title} {value}",
            f"{digits(rng, f'{day:02}')} {digits(rng, f'{month + 1:02}')} {year(rng, value)}",
            f"{number(day)} {name} {value}",
            f"{day} {name} {value}",
            f"{title} the {order}",
            f"{name} {year(rng, value)}",
        )
    )
