"""How a name sounds, and how somebody who only hears it might write it down.

`sound` is a Metaphone key: equal keys sound alike to an English ear. It assumes English spelling; so a name also
has *readings*, respelled for that ear by the habits of other languages (``Wojciech``: ``voytseh``) and, where
habits do not help, by a table (``Siobhan``: ``shivon``).
"""

from __future__ import annotations

import re

from jellyfish import metaphone

from proxy.redaction.roster.heard import HEARD

_HABITS = tuple(
    tuple((re.compile(pattern), plain) for pattern, plain in (rule.split(">") for rule in habit.split()))
    for habit in (
        # English
        "e$> ey$>y gh$> wh>w tch>ch",
        # Slavic and Hungarian
        "szcz>shch sz>sh cz>ch rz>zh cs>ch zs>zh w>v j>y ow$>ov c(?=[aou])>ts",
        "c>ch j>y s$>sh gy>dj ic$>ich vic>vich",
        # Germanic and Nordic
        "chs>ks sch>sh tsch>ch ^j>y (?<=[aeiou])j>y w>v ^v>f th>t tz>ts eu>oy",
        "^kj>sh ^sj>sh ^hj>y bj>by sk(?=[iey])>sh ij>ay oe>u gh>g",
        # Spanish and Portuguese
        "j>h ll>y ^x>h x>h gi>hi ge>he qu(?=[ei])>k nh>ny lh>ly ^h>",
        "x>sh j>zh ao$>own",
        # French
        "eaux?$>o eau>o ou>oo oi>wa gn>ny (?<=[lr])[tds]$> (?<=[aeou][ui])[tdsx]$> ^h> ch>sh ain$>an",
        # Irish and Welsh
        "bh>v mh>v dh> gh> si(?=[ao])>sh se(?=[aou])>sh aoi>ee ao>ay",
        # Chinese and Vietnamese in Latin letters
        "^x>sh ^q>ch ^zh>j ^c(?!h)>ts ^ph>f ^tr>ch ^ngu>w",
        # Turkish
        "c>j ^s>sh g(?=[aiou])>",
        # Greek and Arabic
        "^kh>h kh>k gh>g dh>d q>k ^ch>h ^ps>s",
    )
)


def _table() -> dict[str, frozenset[str]]:
    heard: dict[str, set[str]] = {}
    for entry in HEARD.split(";"):
        if words := entry.split():
            heard.setdefault(words[0], set()).update(words[1:])
    return {name: frozenset(spelled) for name, spelled in heard.items()}


_TABLE = _table()


def heard_as(word: str) -> frozenset[str]:
    """Other spellings that a listener takes for this folded name, from the table; each may be a name of its own."""
    return _TABLE.get(word, frozenset())


def sound(word: str) -> str:
    """The Metaphone key of a word of the letters a to z; a silent first letter and vowels inside do not count."""
    return metaphone(word).replace(" ", "").replace("0", "T")


def readings(word: str) -> frozenset[str]:
    """The spellings of a folded name in the letters a to z with which a heard word may be compared; itself first."""
    made = {word, *heard_as(word)}
    for habit in _HABITS:
        respelled = word
        for pattern, plain in habit:
            respelled = pattern.sub(plain, respelled)
        made.add(respelled)
    return frozenset(reading for reading in made if len(reading) > 2)
