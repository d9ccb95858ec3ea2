"""Makes training documents: sentences with slots, real turns as carriers, and annotated sets with values changed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from training import identities, organizations, patterns, said, things, work
from training.invent import Inventor
from training.sample import Piece, document, fill, restyle
from training.sets import Document


class Generator:
    """Endless documents of several sources; all draws by one random generator."""

    def __init__(self, rng: random.Random, inventor: Inventor) -> None:
        self.rng = rng
        self.inventor = inventor
        self.contact, self.talk, self.words, self.written = map(
            patterns.lines, (patterns.CONTACT, patterns.TALK, patterns.WORDS, patterns.WRITTEN)
        )
        self.work = [
            line
            for group in (work.FIRMS, work.DAYS, work.PEOPLES, work.NAMED_AFTER, work.NAMED_AFTER, work.THINGS)
            for line in patterns.lines(group)
        ]

    def slot(self, name: str) -> list[Piece]:
        """What fills a slot of a sentence."""
        rng, inventor = self.rng, self.inventor
        if name in {"title", "titled"}:
            raise ValueError("titles are filled together")
        person = {
            "person": lambda: inventor.person(rng),
            "first": lambda: inventor.first(rng),
            "last": lambda: inventor.last(rng),
        }
        if name in person:
            return [(person[name](), "PERSON")]
        if name in {"org", "sure"}:
            make_one = organizations.organization if name == "org" else organizations.surely
            return with_article(make_one(rng, inventor), "ORGANIZATION")
        if name == "holiday":
            return with_article(rng.choice(things.HOLIDAYS), "DATE_TIME")
        made: dict[str, tuple[object, str | None]] = {
            "phone": (lambda: said.phone(rng), "PHONE_NUMBER"),
            "card": (lambda: said.card(rng), "CREDIT_CARD"),
            "email": (lambda: said.email(rng, *inventor.full(rng)), "EMAIL_ADDRESS"),
            "date": (lambda: said.date(rng), "DATE_TIME"),
            "id": (lambda: identities.identity(rng), "ID_NUMBER"),
            "place": (lambda: inventor.place(rng), "LOCATION"),
            "address": (
                lambda: identities.address(
                    rng, inventor.word(rng) if rng.random() < 0.5 else inventor.last(rng), inventor.place(rng)
                ),
                "LOCATION",
            ),
            "nrp": (lambda: rng.choice(patterns.NATIONS).title(), "NRP"),
            "nrps": (lambda: rng.choice(things.PEOPLE), "NRP"),
            "day": (lambda: rng.choice(things.WEEKDAYS), "DATE_TIME"),
            "product": (self.product, None),
            "Tongue": (lambda: rng.choice(things.TONGUES), None),
            "noun": (lambda: rng.choice(things.NOUNS), None),
            "role": (lambda: rng.choice(things.ROLES), None),
            "Role": (lambda: rng.choice(things.ROLES).title(), None),
            "street": (
                lambda: (
                    f"{inventor.last(rng)} {rng.choice(('Street', 'Avenue', 'Road', 'Boulevard', 'Lane', 'Square'))}"
                ),
                "LOCATION",
            ),
            "land": (lambda: rng.choice(patterns.LANDS), "LOCATION"),
            "year": (self.year, "DATE_TIME"),
            "Made": (lambda: inventor.word(rng), None),
            "made": (lambda: inventor.word(rng).lower(), None),
            "spelled": (lambda: said.spelled(rng, inventor.last(rng).lower()), "PERSON"),
            "when": (lambda: rng.choice(patterns.WHEN), None),
            "harmless": (lambda: identities.harmless(rng), None),
            "few": (lambda: said.figures(rng, 4), None),
            "two": (lambda: rng.choice(("to", "2", "two")), None),
            "month": (lambda: rng.choice(said.MONTHS).title(), "DATE_TIME"),
            "word": (lambda: rng.choice(patterns.LOOKALIKE_WORDS), None),
            "Word": (lambda: rng.choice(patterns.LOOKALIKE_WORDS).title(), None),
        }
        make, label = made[name]
        return [(make(), label)]  # type: ignore[operator]

    def organization(self) -> str:
        """A made-up or well-known organization, without an article."""
        return organizations.organization(self.rng, self.inventor).removeprefix("the ")

    def product(self) -> str:
        """A product or a technology, well known or made up; no organization."""
        return self.rng.choice(things.PRODUCTS) if self.rng.random() < 0.6 else self.inventor.word(self.rng)

    def year(self) -> str:
        """A year in figures, or as it is said."""
        value = self.rng.randint(1900, 2035)
        return str(value) if self.rng.random() < 0.6 else said.year(self.rng, value)

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
        if chance < 0.33:
            return document(restyle(self._speech(rng.randint(1, 2)), rng), "contact")
        if chance < 0.57:
            return document(restyle(self.sentences(self.talk + self.words, rng.randint(1, 4)), rng), "talk")
        if chance < 0.86:
            return document(restyle(self.sentences(self.work, rng.randint(1, 4)), rng), "work")
        if chance < 0.92:
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
        kind, label = rng.choice(
            (("phone", "PHONE_NUMBER"), ("card", "CREDIT_CARD"), ("email", "EMAIL_ADDRESS"), ("phone", "PHONE_NUMBER"))
        )
        value = self.slot(kind)[0][0]
        words = value.split(" ")
        lead = {
            "phone": "my number is|the number is|you can call me at|so it's",
            "card": "the card number is|it's|card is",
            "email": "my email is|it's|send it to",
        }[kind]
        pieces: list[Piece] = [(rng.choice(lead.split("|")) + " ", None)]
        while words:
            count = rng.randint(2, 5)
            pieces.append((" ".join(words[:count]), label))
            words = words[count:]
            if words:
                murmur = rng.choice(("mhm", "yeah", "okay", "uh huh", "got it", "yes", "right", "go on", ""))
                pieces.append((f"\n{murmur}\n" if murmur else "\n", None))
        return document(pieces if rng.random() < 0.6 else restyle(pieces, rng), "dictated")


def with_article(name: str, label: str) -> list[Piece]:
    """The name as a piece; its article is none of it."""
    bare = name.removeprefix("the ")
    return [*([("the ", None)] if bare != name else ()), (bare, label)]


def mixture(sources: Sequence[tuple[float, object]], rng: random.Random) -> Iterator[Document]:
    """Documents of the sources by their weights, without end."""
    weights = [weight for weight, _ in sources]
    while True:
        source = rng.choices(sources, weights)[0][1]
        yield source()  # type: ignore[operator]
