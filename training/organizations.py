"""Organizations: known ones (`training.known`), those that are traded, and made-up ones of many shapes."""

from __future__ import annotations

import random
import re
from functools import cache

from pytickersymbols import PyTickerSymbols

from training.invent import Inventor
from training.known import BODIES, COMPANIES, MEDIA, SCHOOLS, TEAMS
from training.patterns import listed

FIRMS = listed(
    """
    Inc | Inc. | Ltd | Ltd. | Limited | Corp | Corp. | Corporation | LLC | LLP | PLC | GmbH | AG | SE | KG |
    GmbH & Co. KG | S.A. | SA | SARL | S.p.A. | B.V. | BV | NV | Oy | AB | AS | ApS | Pty Ltd | Pvt Ltd | Co. |
    & Co. | Company
    """
)
"""Legal forms."""

TRADES = listed(
    """
    Group | Bank | Partners | Airlines | Systems | Labs | Motors | Media | Health | Energy | Insurance |
    Technologies | Press | Records | Pharma | Software | Capital | Logistics | Consulting | Solutions | Analytics |
    Holdings | Ventures | Robotics | Foods | Brewing | Industries | Pharmaceuticals | Biotech | Biosciences |
    Networks | Semiconductors | Steel | Chemicals | Construction | Architects | Studios | Games | Interactive |
    Digital | Security | Financial | Mutual | Trust | Realty | Properties | Associates | Advisors | Legal | Law |
    Freight | Shipping | Transport | Electric | Power | Water | Solar | Mining | Oil | Gas | Paper | Textiles |
    Furniture | Bakery | Coffee | Farms | Dairy | Wines | Hotels | Travel | Telecom | Wireless | Mobile | Cloud |
    Data | AI | Aerospace | Defence | Rail | Marine | Medical | Dental | Diagnostics | Therapeutics | Instruments |
    Tools | Plastics | Packaging | Printing | Design | Marketing | Staffing | Brothers | Bros
    """
)
"""What firms call their trade."""

HEADS = listed(
    """
    University | College | Institute | Foundation | Council | Museum | Hospital | School | Academy | Clinic |
    Association | Federation | Society | Union | Agency | Authority | Ministry | Department | Committee | Church |
    Party | Club | Party | Library | Orchestra | Theatre | Police | Department of Health | High School |
    Credit Union | City Council | Medical Center | School of Medicine | Law School | Business School |
    Research Center | Chamber of Commerce | Fire Department
    """
)
"""What names of public bodies end with."""

GRAND = listed(
    """
    National University of | University of | Bank of | Ministry of | Institute for | Department of | Museum of | Royal
    Society of | Government of | Church of | City of | Technical University of | Port of | Parliament of
    """
)
"""What names of public bodies begin with."""

_PLAIN = listed(
    """
    blue | red | green | silver | golden | black | white | north | south | west | east | northern | bright | clear |
    deep | first | prime | global | united | general | national | royal | open | smart | swift | iron | stone |
    river | lake | ocean | harbor | summit | ridge | oak | cedar | pine | maple | willow | fox | wolf | bear |
    eagle | falcon | raven | lion | tiger | star | moon | sun | sky | cloud | storm | fire | ember | spark | anchor |
    arrow | bridge | tower | gate | castle | crown | crystal | copper | granite | meadow | valley | forest | garden |
    atlas | apex | vertex | nexus | delta | omega | alpha | nova | orbit | pixel | quantum | vector | pioneer |
    liberty | heritage | beacon | compass | horizon | paper | velvet | pepper | honey | lemon | mint | coral |
    pearl | ivory | amber | fern | birch | aspen | lantern
    """
)
_ENDS = (
    "ly ify io ix ex o a us is ware soft tech net works lab hub base flow stack wave line point mind path bit".split()
)
_LETTERS = "ABCDEFGHIKLMNOPRSTVW"
_FORM = re.compile(
    r",? (?:Inc|Corp|Corporation|Ltd|Limited|PLC|plc|N\.?V|AG|SE|S\.?A|S\.?p\.?A|Co|Company|AB|Oyj|ASA|KGaA|LLC"
    r"|Holdings?|Group|& Co|GmbH|L\.P|KG|Class [A-C]|\(.*\)|REIT)\.?$"
)


@cache
def traded() -> tuple[str, ...]:
    """Companies whose shares are in an index, as people call them and as they are registered."""
    names = set()
    for stock in PyTickerSymbols().get_all_stocks():
        name = re.sub(r" \(.*\)", "", stock["name"])
        names.add(name)
        short = name
        while (shorter := _FORM.sub("", short).rstrip(",")) != short:
            short = shorter
        if len(short) > 3 and not short.islower():
            names.add(short)
    return tuple(sorted(names))


def known(rng: random.Random) -> str:
    """An organization that people know, without its article."""
    chance = rng.random()
    if chance < 0.3:
        return rng.choice(traded())
    return rng.choice(rng.choice((COMPANIES, COMPANIES, BODIES, MEDIA, SCHOOLS, TEAMS)))


def acronym(rng: random.Random) -> str:
    """Two to five letters, now and then with an ampersand; as said, sometimes letter by letter."""
    letters = [rng.choice(_LETTERS) for _ in range(rng.choice((2, 3, 3, 3, 4, 4, 5)))]
    if rng.random() < 0.06 and len(letters) > 2:
        letters[1] = "&"
    if rng.random() < 0.08:
        return " ".join(letters).replace("&", "and").lower()
    return "".join(letters)


def firm(rng: random.Random, inventor: Inventor) -> str:
    """A made-up firm with something in its name that says so, in most cases."""
    chance = rng.random()
    stem = _stem(rng, inventor)
    if chance < 0.22:
        return f"{stem} {rng.choice(FIRMS)}"
    if chance < 0.50:
        tail = f" {rng.choice(FIRMS)}" if rng.random() < 0.2 else ""
        return f"{stem} {rng.choice(TRADES)}{tail}"
    if chance < 0.58:
        one, other = inventor.last(rng), inventor.last(rng)
        return rng.choice((f"{one} and {other}", f"{one} & {other}", f"{one} {other}", f"{one}, {other} and Partners",
                           f"{one} & Sons", f"{one} and Sons", f"{one} Brothers", f"{one} & Co."))  # fmt: skip
    return stem


def body(rng: random.Random, inventor: Inventor) -> str:
    """A made-up public body: a university, a ministry, a council."""
    place = inventor.place(rng)
    article = rng.choice(("", "the "))
    if rng.random() < 0.45:
        return f"{article}{rng.choice(GRAND)} {place}"
    if rng.random() < 0.3:
        return f"{inventor.last(rng)} {rng.choice(HEADS)}"
    return f"{article}{place} {rng.choice(HEADS)}"


def surely(rng: random.Random, inventor: Inventor) -> str:
    """An organization that one can tell by its name, wherever it stands."""
    chance = rng.random()
    if chance < 0.62:
        return known(rng)
    if chance < 0.78:
        return body(rng, inventor)
    return f"{_stem(rng, inventor)} {rng.choice(FIRMS if rng.random() < 0.4 else TRADES)}"


def organization(rng: random.Random, inventor: Inventor) -> str:
    """Any organization; only what stands around it may tell that it is one."""
    chance = rng.random()
    if chance < 0.45:
        return known(rng)
    if chance < 0.57:
        return body(rng, inventor)
    return acronym(rng) if chance < 0.64 else firm(rng, inventor)


def _stem(rng: random.Random, inventor: Inventor) -> str:
    chance = rng.random()
    if chance < 0.28:
        return inventor.word(rng)
    if chance < 0.48:
        return inventor.last(rng)
    one, other = rng.choice(_PLAIN), rng.choice(_PLAIN)
    if chance < 0.62:
        return f"{one} {other}".title()
    if chance < 0.70:
        return (one + other).title() if rng.random() < 0.6 else one.title() + other.title()
    if chance < 0.80:
        return (one + rng.choice(_ENDS)).title()
    if chance < 0.86:
        return one.title()
    if chance < 0.93:
        return inventor.place(rng)
    return acronym(rng).upper()
