"""Recognize misheard names of a roster: compare one word with an index of how the names sound.

A word is compared only with names whose Metaphone key is equal or one sound away, so the cost does not grow with the
roster times the text. Length bounds what counts as near. Names of four letters or fewer are never guessed. In names of
five and six letters one letter may differ, or two if both words sound the same; in longer ones two, or three. A word
that is another name by itself (``Marcus`` for Marius) must sound the same. An ordinary word is never near.

`sound` is a Metaphone key: equal keys sound alike to an English ear. Metaphone assumes English spelling, so a name also
has *readings*: respellings for that ear by the spelling habits of other languages (``Wojciech``: ``voytseh``), and by
the table `HEARD` where habits do not help (``Siobhan``: ``shivon``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from jellyfish import metaphone
from rapidfuzz.distance import OSA

from proxy.wording.vocabulary import is_inflected, is_known_name, is_ordinary

HEARD = """
aidan aiden ayden; ailbhe alva; aisling ashling; alan allan allen; alastair alistair alister; alison allison;
andersen anderson; anderson andersen andersson; andersson anderson; ann anne; anne ann; aoife eefa ifa eva;
bjorn byorn beyorn; brian bryan; bronagh brona; browne brown; bryan brian; cai tsai; caitlin kaitlyn katelyn;
cao tsao; caoimhe keeva kweeva; carl karl; catherine katherine kathryn; choi choy; christopher kristopher;
cian kean keen; ciara keera kiara; ciaran kieran keeran; claire clare clair; clare claire; clark clarke; clarke clark;
colin collin; connor conor; conor connor; craig kraig; cristina christina kristina; csaba chaba tsaba choba;
daithi dahi; darren darin; davies davis; davis davies; deborah debra; debra deborah; deirdre deirdra; derek derrick;
doe doh dough; dominik dominic; eilidh aylee ailey; eilish aylish; eoghan owen ohwen; eoin owen; eric erik erick;
erica erika; erik eric; erika erica; etienne etien; fionnuala finula finoola; frances francis; francis frances;
fredrik frederick; geoff jeff; geoffrey jeffrey jeffery; gerard jerard; gintaras gintaris; giovanni jovanni;
giulia julia; glen glenn; glenn glen; graeme graham; graham graeme; grainne grawnya gronya; gray grey;
guillaume giyom gheeyom; gyorgy george; haley hayley hailey; hamish haymish; hansen hanson; hanson hansen;
hayley haley hailey; hermione hermionee; hoang hwang; horvath horvat; huang wong hwang; iain ian; ieuan yian;
ioana joana; isabel isabelle; isabelle isabel; isla ila; jaclyn jacqueline; jaime haime hymie; jan yan; janus yanus;
jensen jenson yensen; jesus hesus haysoos; joaquin wakeen hwakin waukeen; johan yohan; johann yohan;
johansson johanson yohanson johnson; john jon; jon john; jonathan jonathon; jordyn jordan; jorge horhe horhay;
jose hosay josay; josue hoswe; juan wan hwan; kaitlyn caitlin katelyn; karel carl; karl carl;
katherine catherine kathryn; kathryn katherine catherine; kowalski kovalski kowalsky;
kristen kirsten kristin christen; krzysztof kristof krishtof christoph kshishtof; larsen larson; laurence lawrence;
lawrence laurence; lee leigh li; leigh lee; lesley leslie; leslie lesley; lewandowski levandovski; lewis louis;
li lee; lindsay lindsey; lindsey lindsay; llewellyn lewellyn; louis lewis luis louie; luis louis;
lukasz lukas lukash lucas wukash woocash; lynne lynn lin; maciej machey maciek matchay; maciek machek;
malgorzata malgorjata; marc mark; marcin martin marchin; margaret margret; mark marc; mateusz matheus mateush;
matthew mathew; meabh maeve mave; meier meyer mayer maier; meyer mayer meier mire; mhairi vari vary; michael micheal;
michal mihal mikal; mohammed mohamed muhammad mohammad; mueller muller miller; muhammad mohammed mohamed;
nagy nadge naj; neal neil; neil neal niel; ng ing ung eng; ngozi gozi ungozi;
nguyen nuyen nwen nwin winn nguyan; niamh neve neev neeve; nicholas nicolas nikolas; nicolas nicholas;
nielsen nelson nilsen; nikolas nicholas; nowak novak; oisin osheen usheen; okeefe okeef; olsen olson; olson olsen;
orlaith orla; padraig porick paudrig; pawel pavel; pearce pierce; petersen peterson; peterson petersen; pham fam;
phan fan; philip phillip; phillip philip; pierce pearce; piotr peter pyotr; qian chen chian; qiang chiang; qin chin;
qing ching; quoc kwok; rachel rachael; rafal rafael rafow; rebecca rebekah; reid reed; reilly riley;
rhys reese reece rees; riley reilly; roe row rowe; roisin rosheen; ruaidhri rory; rys reese; sadhbh sive;
saoirse sersha seersha sirsha; sara sarah; sarah sara; schmidt schmitt shmidt smith; schmitt schmidt;
seamus shamus shaymus; sean shawn shaun shon; shaun sean shawn; shawn sean shaun; sinead shinaid shinade;
siobhan shivon shavon shivaun chevonne shivonne; smyth smith smythe; smythe smith smyth; sofia sophia; sophia sofia;
stefan stephan; stephan stefan stephen; stephen steven stefan stephan; steven stephen; stewart stuart; stuart stewart;
susana susanna; szabo sabo zabo; szymon shimon simon; tadhg tige tieg; teresa theresa; theresa teresa; thomas tomas;
thompson thomson; thomson thompson; tomas thomas; tomasz tomas tomash; tony toni; toth tot; tracey tracy;
truong chung; uchechukwu ucheukwu; vivian vivien; vivien vivian; vuong wong; will wil;
wisniewski vishnevski; wojciech voytek voytech vojtech woichek voychek; wojcik voychik; wu woo; xavier zavier havier;
xiao shao shiao; ximena himena; xiomara siomara; xu shoo su; xue shway; yannick yanick; yoo you; youssef yusuf joseph;
yusuf yousef joseph; yves eve eev; zach zack zac; zbigniew zbignev; zhang jang; zhao jao; zheng jeng; zhou jo;
zoe zoey zoie; zoey zoe;
"""


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
    """Other spellings that a listener may use for this folded name, from `HEARD`; each may be a name of its own."""
    return _TABLE.get(word, frozenset())


def sound(word: str) -> str:
    """The Metaphone key of a word in the letters a to z. A silent first letter and inner vowels do not count."""
    return metaphone(word).replace(" ", "").replace("0", "T")


def readings(word: str) -> frozenset[str]:
    """The spellings of a folded name (letters a to z) to compare a heard word with, including the name itself."""
    made = {word, *heard_as(word)}
    for habit in _HABITS:
        respelled = word
        for pattern, plain in habit:
            respelled = pattern.sub(plain, respelled)
        made.add(respelled)
    return frozenset(reading for reading in made if len(reading) > 2)


SHORTEST = 5
"""Letters of the shortest name that is guessed."""

LONGEST = 32
"""A longer run of letters is not a misheard name."""

_MIDDLING = 6
"""Up to this many letters, a name is so short that one other sound makes it another name (``Katya``, ``Kavya``)."""

_UNSURE = 4
"""From this rank on, the word may as well be somebody else's name."""

_FEWEST_SOUNDS = 3
"""Keys with fewer sounds must be equal: one sound away from two sounds is anything."""


class Near(NamedTuple):
    """The people whose name a word is near to.

    `sure`: the word sounds the same, or is a long name with one letter different. `close`: it sounds the same and
    differs in one letter at most.
    """

    people: frozenset[str]
    sure: bool
    close: bool


class NearNames:
    """Words of names (letters a to z), indexed by sound. `withheld_people` are meant wherever they may be."""

    def __init__(self, names: Iterable[tuple[str, str]], withheld_people: frozenset[str]) -> None:
        self._withheld_people = withheld_people
        self._owners: dict[str, set[str]] = {}
        self._words: dict[str, set[str]] = {}
        self._index: dict[str, dict[tuple[str, str], set[str]]] = {}
        self._heard: dict[str, tuple[tuple[str, str], ...]] = {}
        for word, person in names:
            self._owners.setdefault(word, set()).add(person)
            self._words.setdefault(person, set()).add(word)
        for word in self._owners:
            for reading, heard in self._heard_as(word) if len(word) >= SHORTEST else ():
                if len(reading) >= SHORTEST:
                    # A reading is a guess already: only the written form of the name may also be one sound away.
                    for key in _keys(heard) if reading == word else (heard,):
                        self._index.setdefault(key, {}).setdefault((reading, heard), set()).add(word)

    def _heard_as(self, name: str) -> tuple[tuple[str, str], ...]:
        """The readings of a word of a name, each with its sound."""
        if name not in self._heard:
            self._heard[name] = tuple((reading, sound(reading)) for reading in readings(name))
        return self._heard[name]

    def owners(self, word: str) -> frozenset[str]:
        """The people whose name contains exactly this word."""
        return frozenset(self._owners.get(word, ()))

    def match(self, word: str, *, strict: bool = False) -> Near | None:
        """The people whose name a folded word (letters a to z) may be. With `strict` it must sound the same."""
        if not SHORTEST <= len(word) <= LONGEST or is_ordinary(word):
            return None
        heard = sound(word)
        must = strict or is_known_name(word)
        ranked: list[tuple[int, str]] = []
        for key in (heard,) if must else _keys(heard):
            for (reading, sounding), names in self._index.get(key, {}).items():
                same = sounding == heard
                if not same and (must or reading[0] != word[0]):
                    continue
                limit = _limit(min(len(word), len(reading)), same)
                limit = min(limit, 2) if strict else limit
                distance = OSA.distance(word, reading, score_cutoff=limit)
                if distance <= limit:
                    rank = distance + (0 if same else 2 if len(reading) > _MIDDLING else 3)
                    rank += _UNSURE if must and _is_counterpart(word, reading) else 0
                    ranked += ((rank, name) for name in names)
        if not ranked or is_inflected(word):
            return None
        best = min(rank for rank, _ in ranked)
        people = {person for rank, name in ranked if rank == best for person in self._owners[name]}
        people |= {person for _, name in ranked for person in self._owners[name] if person in self._withheld_people}
        return Near(frozenset(people), best < _UNSURE, best <= 1)

    def match_beside(self, word: str, said: str, people: Iterable[str], capital: bool) -> frozenset[str]:
        """Those of `people` who have `said` as one name, and another name that `word` beside it may be, misheard.

        With one name right, the other may be an ordinary word with a capital (``Jane Dough``), or shorter.
        """
        ordinary = is_ordinary(word) or is_inflected(word)
        if len(word) < 3 or (ordinary and not capital):
            return frozenset()
        must = ordinary or is_known_name(word)
        heard = sound(word)
        return frozenset(
            person
            for person in people
            if any(
                _is_near(word, heard, self._heard_as(name), must)
                and not (must and _is_counterpart(word, name) and person not in self._withheld_people)
                for name in self._words.get(person, ())
                if name != said
            )
        )


def _is_near(word: str, heard: str, readings_of_name: Iterable[tuple[str, str]], must_sound: bool) -> bool:
    for reading, sounding in readings_of_name:
        same = sounding == heard
        if not same and (must_sound or reading[0] != word[0]):
            continue
        limit = _limit(min(len(word), len(reading)) + 1, same)
        limit = max(limit, 2 if same and len(heard) > 1 else 1 if len(reading) == len(word) > 3 else 0)
        if OSA.distance(word, reading, score_cutoff=limit) <= limit:
            return True
    return False


def _is_counterpart(one: str, two: str) -> bool:
    """Whether two names differ only in the last vowel, like those of a man and a woman (``Carlo``, ``Carla``)."""
    return one != two and one.rstrip("ao") == two.rstrip("ao")


def _limit(length: int, same: bool) -> int:
    """How many letters may differ in words of `length` letters, which sound the `same` or nearly so."""
    if length < SHORTEST:
        return 0
    return (2 if length <= _MIDDLING else 3) if same else (1 if length <= _MIDDLING else 2)


def _keys(heard: str) -> Iterator[str]:
    """A Metaphone key, and the key without each one of its sounds."""
    yield heard
    if len(heard) >= _FEWEST_SOUNDS:
        yield from {heard[:at] + heard[at + 1 :] for at in range(len(heard))}
