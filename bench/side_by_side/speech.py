"""Made-up speech of which no two stretches are alike, so that nothing in it can have been remembered.

Every third sentence names somebody, an address, a number or a place, about as often as meetings do.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence

FIRST = (
    "Annika Benedikt Chiara Dmitri Elif Farid Greta Hassan Ingrid Jonas Kofi Lucia Maren Nikolai Oluwaseun Priya "
    "Quentin Rosa Stefan Tomasz Ulrike Valentina Wanjiru Xenia Yusuf Zofia Amara Bruno Camille Diego"
).split()
LAST = (
    "Solberg Oyelaran Montefusco Lindqvist Petrov Demir Haddad Wennerstrom Mensah Moretti Brandt Ivanova Adeyemi Raman "
    "Lefevre Fontana Keller Nowak Vogel Castillo Kamau Sokolova Aydin Kowalska Diallo Ferrari Dubois Herrera Bergman "
    "Okafor"
).split()
SPEAKERS = ("Annika Solberg", "Benedikt Oyelaran", "Chiara Montefusco", "Rosa Lindqvist")
PLANTED = {
    "e-mail addresses": re.compile(r"[a-z0-9.]+@fjord\.example\.com"),
    "full names": re.compile(rf"\b(?:{'|'.join(FIRST)}) (?:{'|'.join(LAST)})\b"),
}
"""What is looked for at the recipient, as everything that is said has it."""

_CITIES = (
    "Lisbon Oslo Denver Gothenburg Kyoto Austin Lyon Turin Nairobi Gdansk Porto Leeds Basel Tampere Bilbao".split()
)
_THINGS = (
    "the budget,the launch,the review,the contract,the second draft,the survey,the training,the new office,the audit,"
    "the price list,the pilot,the road map,the test results,the delivery,the hiring plan,the newsletter,the backlog"
).split(",")
_VERBS = "move,finish,postpone,check,rewrite,present,close,reopen,measure,approve,split,simplify,repeat,compare".split(
    ","
)
_TIMES = (
    "next week,before the holidays,after lunch,at the end of the quarter,this month,in two weeks,once we know more,"
    "as soon as possible,when the figures are in,on the first day,later today,by the middle of the month"
).split(",")
_REASONS = (
    "because the numbers changed again,so that nobody has to wait,since the customer asked for it twice,"
    "although it is not urgent at all,if everybody agrees with that,as we said in the last meeting,"
    "and then we can look at the rest,but only if there is enough time,which is what the team wanted anyway"
).split(",")
_PLAIN = (
    "I think we should {verb} {thing} {time}, {reason}.",
    "Right, so {thing} took about {number} hours, {reason}.",
    "Okay, let us {verb} {thing} first and {verb} {other} {time}.",
    "No, it was {number} and not {more}, {reason}.",
    "We have {number} open points about {thing}, and {other} is one of them, {reason}.",
    "Could somebody {verb} {thing} {time}, please, {reason}?",
    "To be honest, I would rather {verb} {other} than {thing} {time}.",
    "That makes sense, {reason}, and it saves us {number} days.",
)
_PERSONAL = (
    "{first} {last} said that we can {verb} {thing} {time}, {reason}.",
    "You can write to {address} about {thing}, {reason}.",
    "The people from {city} want to {verb} {thing} {time}, says {first}.",
    "Call me at {phone} if {thing} is late, {reason}.",
    "I met {first} {last} in {city}, and we will {verb} {other} {time}.",
)


def planted(text: str) -> Counter[str]:
    """Count what of each kind stands in a text."""
    return Counter({kind: len(pattern.findall(text)) for kind, pattern in PLANTED.items()})


class Speech:
    """A source of made-up speech. The same seed gives the same, and each call goes on where the last one ended."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def sentence(self) -> str:
        """Return a sentence."""
        chance = self._chance
        first, last = chance.choice(FIRST), chance.choice(LAST)
        return chance.choice(_PERSONAL if chance.random() < 1 / 3 else _PLAIN).format(
            first=first,
            last=last,
            address=f"{first}.{last}{chance.randrange(1000)}@fjord.example.com".lower(),
            phone=f"212-555-0{chance.randrange(100, 200)}",
            city=chance.choice(_CITIES),
            thing=chance.choice(_THINGS),
            other=chance.choice(_THINGS),
            verb=chance.choice(_VERBS),
            time=chance.choice(_TIMES),
            reason=chance.choice(_REASONS),
            number=chance.randrange(3, 900),
            more=chance.randrange(900, 2000),
        )

    def message(self, words: int) -> str:
        """Return what somebody types: whole sentences of about this many words in all."""
        said: list[str] = []
        while len(" ".join(said).split()) < words - 5:
            said.append(self.sentence())
        return " ".join(said)

    def turns(self, words: int, speakers: Sequence[str] = SPEAKERS) -> list[str]:
        """Return turns of one to three sentences, with their speakers, of about this many words in all."""
        turns: list[str] = []
        while words > 0:
            said = " ".join(self.sentence() for _ in range(self._chance.randint(1, 3)))
            turns.append(f"{speakers[len(turns) % len(speakers)]}: {said}")
            words -= len(turns[-1].split())
        return turns

    def transcript(self, words: int, speakers: Sequence[str] = SPEAKERS) -> str:
        """Return a transcript of about this many words, a line a turn."""
        return "\n".join(self.turns(words, speakers))
