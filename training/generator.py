"""Makes training documents: sentences with slots, real turns as carriers, and annotated sets with values changed."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

from training import patterns, said
from training.invent import Inventor
from training.sample import Piece, document, fill, pieces_of, restyle
from training.sets import Document

_WHEN = "tomorrow|today|after lunch|next week|on monday|in the morning|tonight|yesterday|later".split("|")
_NATIONS = (
    "american british german french italian spanish indian chinese japanese korean mexican brazilian russian turkish "
    "dutch swedish norwegian danish finnish polish greek irish scottish welsh canadian australian nigerian kenyan "
    "ethiopian egyptian iranian iraqi israeli pakistani vietnamese thai portuguese ukrainian hungarian romanian swiss "
    "austrian belgian cuban jewish muslim christian catholic buddhist hindu sikh protestant republican democrat "
    "african asian european latino arab kurdish basque catalan quebecois argentinian chilean colombian"
).split()
_LANDS = "United States|United States of America|US|U.S.|USA|UK|United Kingdom|EU|European Union|America|England|Scotland|Wales|Europe|Africa|Asia|China|People's Republic of China|India|Earth|Middle East|Republic of Ireland|South Africa|New Zealand|Soviet Union|New York City|New York|L.A.|D.C.|Washington|California|Texas".split("|")
_FIRMS = "Inc|Ltd|Corp|Group|Bank|University|Partners|Airlines|Systems|Labs|Foundation|Institute|Motors|Media|Health|Energy|and Sons|College|Insurance|Technologies|Council|Museum|Hospital|School|Press|Records|Pharma|Software".split("|")
_GRAND = "National University of|Bank of|Ministry of|Institute for|Department of|Museum of|Royal Society of".split("|")
_KNOWN = "Google Microsoft Amazon Apple Facebook Netflix Tesla IBM Intel Toyota Samsung Sony Adidas Nike Disney NASA UNESCO BBC CNN NATO Oracle Cisco Siemens Volkswagen Nestle Pfizer".split()


class Generator:
    """Endless documents of several sources; all draws by one random generator."""

    def __init__(self, rng: random.Random, inventor: Inventor) -> None:
        self.rng = rng
        self.inventor = inventor
        self.contact, self.talk, self.words, self.written = map(
            patterns.lines, (patterns.CONTACT, patterns.TALK, patterns.WORDS, patterns.WRITTEN)
        )

    def slot(self, name: str) -> list[Piece]:
        """What fills a slot of a sentence."""
        rng, inventor = self.rng, self.inventor
        if name == "titled" or name == "title":
            raise ValueError("titles are filled together")
        person = {
            "person": lambda: inventor.person(rng),
            "first": lambda: inventor.first(rng),
            "last": lambda: inventor.last(rng),
        }
        if name in person:
            return [(person[name](), "PERSON")]
        made: dict[str, tuple[object, str | None]] = {
            "phone": (lambda: said.phone(rng), "PHONE_NUMBER"),
            "card": (lambda: said.card(rng), "CREDIT_CARD"),
            "email": (lambda: said.email(rng, *inventor.full(rng)), "EMAIL_ADDRESS"),
            "date": (lambda: said.date(rng), "DATE_TIME"),
            "id": (lambda: said.identity(rng), "ID_NUMBER"),
            "place": (lambda: inventor.place(rng), "LOCATION"),
            "address": (lambda: said.address(rng, inventor.word(rng) if rng.random() < 0.5 else inventor.last(rng), inventor.place(rng)), "LOCATION"),
            "org": (self.organization, "ORGANIZATION"),
            "nrp": (lambda: rng.choice(_NATIONS).title(), "NRP"),
            "street": (lambda: f"{inventor.last(rng)} {rng.choice(('Street', 'Avenue', 'Road', 'Boulevard', 'Lane', 'Square'))}", "LOCATION"),
            "land": (lambda: rng.choice(_LANDS), "LOCATION"),
            "year": (lambda: str(rng.randint(1900, 2035)), None),
            "Made": (lambda: inventor.word(rng), None),
            "made": (lambda: inventor.word(rng).lower(), None),
            "spelled": (lambda: said.spelled(rng, inventor.last(rng).lower()), "PERSON"),
            "when": (lambda: rng.choice(_WHEN), None),
            "harmless": (lambda: said.harmless(rng), None),
            "few": (lambda: said.figures(rng, 4), None),
            "two": (lambda: rng.choice(("to", "2", "two")), None),
            "month": (lambda: rng.choice(said.MONTHS).title(), "DATE_TIME"),
            "word": (lambda: rng.choice(patterns.LOOKALIKE_WORDS), None),
            "Word": (lambda: rng.choice(patterns.LOOKALIKE_WORDS).title(), None),
        }
        make, label = made[name]
        return [(make(), label)]  # type: ignore[operator]

    def organization(self) -> str:
        """A made-up or well-known organization."""
        rng, inventor = self.rng, self.inventor
        chance = rng.random()
        if chance < 0.25:
            return rng.choice(_KNOWN)
        if chance < 0.35:
            return f"{rng.choice(_GRAND)} {inventor.place(rng)}"
        name = inventor.word(rng) if rng.random() < 0.6 else inventor.last(rng)
        return name if chance < 0.5 else f"{name} {rng.choice(_FIRMS)}"

    def sentence(self, template: str) -> list[Piece]:
        """A sentence with its slots filled; a title and its name are filled together."""
        if "{title}" in template:
            title, name = self.inventor.titled(self.rng)
            before, after = template.replace("{title}", title, 1).split("{titled}", 1)
            return [*self.sentence(before), (name, "PERSON"), *self.sentence(after)]
        return fill(template, self.slot)

    def sentences(self, templates: Sequence[str], count: int) -> list[Piece]:
        """Some sentences, in the case that they happen to be written in, set apart as transcripts do."""
        pieces: list[Piece] = []
        upper = self.rng.random() < 0.5
        for index in range(count):
            made = self.sentence(self.rng.choice(templates))
            if upper and made and made[0][1] is None:
                made[0] = (made[0][0][:1].upper() + made[0][0][1:], None)
            pieces += [(self.rng.choice((" ", "\n", ". ", ", ")), None)] if index else []
            pieces += made
        return pieces

    def made(self) -> Document:
        """A document of sentences of one group or a mixture."""
        rng = self.rng
        chance = rng.random()
        if chance < 0.42:
            return document(restyle(self._speech(rng.randint(1, 2)), rng), "contact")
        if chance < 0.80:
            return document(restyle(self.sentences(self.talk + self.words, rng.randint(1, 4)), rng), "talk")
        if chance < 0.90:
            return document(restyle(self.sentences(self.words, rng.randint(1, 3)), rng), "words")
        return document(restyle(self.sentences(self.written, rng.randint(1, 3)), rng), "written")

    def _speech(self, count: int) -> list[Piece]:
        """Contact sentences; names and places in speech are written in small letters as often as not."""
        small = self.rng.random() < 0.75
        pieces = self.sentences(self.contact, count)
        return [(text.lower(), label) for text, label in pieces] if small else pieces

    def dictated(self) -> Document:
        """A number or an address that is said over several turns, with the other side's murmurs between."""
        rng = self.rng
        kind, label = rng.choice((("phone", "PHONE_NUMBER"), ("card", "CREDIT_CARD"), ("email", "EMAIL_ADDRESS"), ("phone", "PHONE_NUMBER")))
        value = self.slot(kind)[0][0]
        words = value.split(" ")
        lead = {"phone": "my number is|the number is|you can call me at|so it's", "card": "the card number is|it's|card is", "email": "my email is|it's|send it to"}[kind]
        pieces: list[Piece] = [(rng.choice(lead.split("|")) + " ", None)]
        while words:
            count = rng.randint(2, 5)
            pieces.append((" ".join(words[:count]), label))
            words = words[count:]
            if words:
                murmur = rng.choice(("mhm", "yeah", "okay", "uh huh", "got it", "yes", "right", "go on", ""))
                pieces.append((f"\n{murmur}\n" if murmur else "\n", None))
        return document(pieces if rng.random() < 0.6 else restyle(pieces, rng), "dictated")


_NOISE = re.compile(r"\{[a-z]+\}")
_GAP = re.compile(r" +([.,?!:;'’])")
_SUBJECT = re.compile(r"(?<![\w'’])(he|she|He|She)(?= (?:is|was|said|says|has|had|did|does|will|would|can|could|wants|wanted|thinks|thought|went|goes|came|told|asked|and|might|should|got|works|worked|needs|made|makes|didn't|doesn't|wasn't|isn't)\b)")
_OBJECT = re.compile(r"\b(?:to|with|for|from|told|asked|by|about|see|saw|met|help|call|thank|and|tell) (him|her|them|me|us)(?![\w'’])")
_OWNER = re.compile(r"(?<![\w'’])(his|her|their|our)(?= [a-z]+)")
_THERE = re.compile(r"(?<=[a-z] )(there|here)(?=[.,?!;]| [a-z])")
_SOMEBODY = re.compile(r"\b[Tt]he (?:project manager|user|customer|manager|designer|minister|teacher|student|person|guy|child|chair|speaker|owner)\b")
_OPENERS = "{v}, |Thanks, {v}. |Okay, {v}. |Yeah, {v}, |So {v}, |Well, {v}, |Hi {v}. |And {v}, |No, {v}, |Thank you, {v}. |Right, {v}. |{v} |Sorry, {v}. |Hey {v}, |Good point, {v}. |Great, {v}. |Mm-hmm, {v}. ".split("|")
_CLOSERS = ", {v}.|, right, {v}?|, thanks {v}.| {v}.|. {v}, go ahead.|. {v}?|. {v}, what do you think?|. Over to you, {v}.|, said {v}.|. And {v}?| - {v}?".split("|")


class Carriers:
    """Turns of real meetings: cleaned, with names put where pronouns stood, and names of the turn changed."""

    def __init__(self, meetings: Sequence[Sequence[Document]], generator: Generator) -> None:
        self.meetings = [meeting for meeting in meetings if len(meeting) > 5]
        self.generator = generator

    def made(self) -> Document:
        """Some consecutive turns of one meeting."""
        rng = self.generator.rng
        meeting = rng.choice(self.meetings)
        at = rng.randrange(len(meeting) - 3)
        pieces: list[Piece] = []
        size = 0
        limit = rng.choice((80, 200, 400, 500))
        named = {}
        for turn in meeting[at : at + 12]:
            if size > limit:
                break
            said_here = self._turn(turn, named)
            pieces += [("\n", None)] if pieces else []
            if rng.random() < 0.12:
                said_here = [(f"{self.generator.inventor.person(rng)}", "PERSON"), (": ", None), *said_here]
            pieces += said_here
            size += sum(len(text) for text, _ in said_here)
        return document(restyle(pieces, rng), "carrier")

    def _turn(self, turn: Document, named: dict[str, str]) -> list[Piece]:
        rng, inventor = self.generator.rng, self.generator.inventor
        pieces: list[Piece] = []
        for text, label in pieces_of(turn):
            if label == "PERSON":
                pieces.append((self._renamed(text, named), label))
            elif label == "LOCATION" and rng.random() < 0.5:
                pieces.append((inventor.place(rng), label))
            elif label is None:
                pieces += self._people(text)
            else:
                pieces.append((text, label))
        chance = rng.random()
        if chance < 0.16:
            pieces = [*self._vocative(rng.choice(_OPENERS)), *pieces]
        elif chance < 0.26:
            if pieces and pieces[-1][1] is None:
                pieces[-1] = (pieces[-1][0].rstrip(" .,?!"), None)
            pieces += self._vocative(rng.choice(_CLOSERS))
        elif chance < 0.31:
            pieces += [(" ", None), *self.generator.sentence(rng.choice(self.generator.contact))]
        elif chance < 0.37:
            pieces += [(" ", None), *self.generator.sentence(rng.choice(self.generator.talk))]
        return pieces

    def _vocative(self, form: str) -> list[Piece]:
        before, after = form.split("{v}")
        name = self.generator.inventor.person(self.generator.rng)
        return [piece for piece in ((before, None), (name, "PERSON"), (after, None)) if piece[0]]

    def _renamed(self, name: str, named: dict[str, str]) -> str:
        rng, inventor = self.generator.rng, self.generator.inventor
        if rng.random() < 0.2:
            return name
        if name not in named:
            words = len(name.split())
            named[name] = " ".join(inventor.full(rng)) if words > 1 else inventor.first(rng) if rng.random() < 0.7 else inventor.last(rng)
        return named[name]

    def _people(self, text: str) -> list[Piece]:
        """Pronouns and roles become names and places, now and then."""
        rng, inventor = self.generator.rng, self.generator.inventor
        places: list[tuple[int, int, str, str, str]] = []
        for pattern, share in ((_SUBJECT, 0.5), (_OBJECT, 0.12), (_OWNER, 0.12), (_SOMEBODY, 0.3), (_THERE, 0.12)):
            for match in pattern.finditer(text):
                if rng.random() < share:
                    span = match.span(match.lastindex or 0)
                    if pattern is _THERE:
                        places.append((*span, f"in {rng.choice(('', '', 'the '))}".replace("the ", ""), inventor.place(rng), "LOCATION"))
                    else:
                        tail = "'s" if pattern is _OWNER else ""
                        places.append((*span, "", inventor.person(rng) + tail, "PERSON"))
        pieces: list[Piece] = []
        at = 0
        for start, end, before, value, label in sorted(places):
            if start < at:
                continue
            pieces += [(text[at:start] + before, None)]
            if value.endswith("'s"):
                pieces += [(value[:-2], label), ("'s", None)]
            else:
                pieces += [(value, label)]
            at = end
        pieces.append((text[at:], None))
        return [piece for piece in pieces if piece[0]]


def cleaned(turn: str) -> str:
    """A turn without the marks of its transcribers, and with punctuation where it is written."""
    return _GAP.sub(r"\1", re.sub(r"\s+", " ", _NOISE.sub(" ", turn))).strip()


class Varied:
    """Annotated documents with their values exchanged for others of the same kind."""

    def __init__(self, documents: Sequence[Document], generator: Generator, share: float) -> None:
        self.documents = documents
        self.generator = generator
        self.share = share

    def made(self) -> Document:
        """One document."""
        rng, generator = self.generator.rng, self.generator
        found = rng.choice(self.documents)
        pieces: list[Piece] = []
        for text, label in pieces_of(found):
            pieces.append((self._other(text, label), label) if label and rng.random() < self.share else (text, label))
        return document(restyle(pieces, rng), found.source)

    def _other(self, text: str, label: str) -> str:
        rng, generator = self.generator.rng, self.generator
        inventor, words = generator.inventor, len(text.split())
        if label == "PERSON":
            if text.startswith("@"):
                return text
            if words == 1:
                return inventor.first(rng) if rng.random() < 0.7 else inventor.last(rng)
            return " ".join(inventor.full(rng)) if words == 2 else text
        if label == "LOCATION":
            if any(map(str.isdecimal, text)):
                return said.address(rng, inventor.word(rng), inventor.place(rng)) if words > 2 else text
            return inventor.place(rng)
        made = {"ORGANIZATION": generator.organization, "PHONE_NUMBER": lambda: said.phone(rng), "CREDIT_CARD": lambda: said.card(rng), "DATE_TIME": lambda: said.date(rng), "ID_NUMBER": lambda: said.identity(rng)}
        if label == "EMAIL_ADDRESS":
            return said.email(rng, *inventor.full(rng))
        return made[label]() if label in made else text


def mixture(sources: Sequence[tuple[float, object]], rng: random.Random) -> Iterator[Document]:
    """Documents of the sources by their weights, without end."""
    weights = [weight for weight, _ in sources]
    while True:
        source = rng.choices(sources, weights)[0][1]
        yield source()  # type: ignore[operator]
