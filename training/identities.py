"""Numbers and addresses that stand for one person or household, and numbers that stand for nobody."""

from __future__ import annotations

import random

from training.said import ONES, ORDINALS, digits, figures, number

_AREAS = ("Nagar", "Colony", "Ganj", "Street", "Layout", "Chowk", "Vihar", "Road", "")


def identity(rng: random.Random) -> str:
    """A number that stands for one person or account: social security, passport, licence, IBAN, account, plate."""
    letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
    two = rng.choice(letters) + rng.choice(letters)
    raw = rng.choice(
        (
            f"{figures(rng, 3)}-{figures(rng, 2)}-{figures(rng, 4)}",
            figures(rng, 9),
            f"{two}{figures(rng, 7)}",
            f"{rng.choice(letters)}{figures(rng, 8)}",
            figures(rng, 10),
            figures(rng, 12),
            f"{rng.choice(('GB', 'DE', 'FR', 'NL', 'ES'))}{figures(rng, 2)}{two}{two}{figures(rng, 14)}",
            f"{two}{figures(rng, 2)} {two}{rng.choice(letters)}",
            f"{figures(rng, 4)} {figures(rng, 4)} {figures(rng, 4)}",
        )
    )
    if rng.random() < 0.45:
        return raw
    parts = []
    for part in raw.replace("-", " ").split():
        if part.isdecimal():
            parts.append(digits(rng, part))
        else:
            parts += [digits(rng, char) if char.isdecimal() else char.lower() for char in part]
    return " ".join(parts)


def address(rng: random.Random, street: str, place: str) -> str:
    """A street address, said or written."""
    house, kind = (
        rng.randint(1, 9999 if rng.random() < 0.4 else 300),
        rng.choice("street road avenue lane drive boulevard court way place square close crescent terrace".split()),
    )
    short = {"street": "St", "road": "Rd", "avenue": "Ave", "drive": "Dr", "lane": "Ln", "boulevard": "Blvd"}
    code = rng.choice(
        (
            figures(rng, 5),
            f"{rng.choice('ABEGLMNSW')}{rng.randint(1, 20)} {rng.randint(2, 9)}{rng.choice('ABDEF')}{rng.choice('LN')}",
            figures(rng, 6),
            "",
        )
    )
    flat = rng.choice(
        (
            "",
            "",
            "",
            f", apartment {rng.randint(1, 40)}",
            f", flat {rng.randint(1, 20)}{rng.choice('abc ')}".rstrip(),
            f" unit {rng.randint(1, 99)}",
            f", Apt. {rng.randint(1, 999)}",
        )
    )
    if rng.random() < 0.12:
        lead = rng.choice(("H.No. ", "house no. ", "plot ", "no. ", "h.no. ", "flat no ", "door number ", ""))
        area = f"{street} {rng.choice(_AREAS)}".strip()
        return rng.choice(
            (
                f"{lead}{house}, {area}, {place} {figures(rng, 6)}",
                f"{lead}{house}, {area}",
                f"sector {number(house % 100)}",
                f"sector {house % 100}",
                f"{lead}{house} {area} {place}",
                f"{house % 1000:03}, {area}",
            )
        )
    if rng.random() < 0.55:
        named = f"{street} {kind.title() if rng.random() < 0.6 else short.get(kind, kind.title())}"
        tail = rng.choice(("", f", {place}", f", {place} {code}", f" in {place}", f", {place}, {code}")).rstrip(", ")
        return f"{house} {named}{flat}{tail}"
    said = digits(rng, str(house)) if house > 99 and rng.random() < 0.7 else number(house % 100)
    tail = rng.choice(
        ("", f" {place}", f" in {place}", f" {place} {digits(rng, code) if code.isdecimal() else code}")
    ).rstrip()
    return f"{said} {street} {kind}{flat.replace(',', '').lower()}{tail}".lower()


def harmless(rng: random.Random) -> str:
    """A number that stands for nobody: an amount, a measure, a time, a version, a count."""
    value, small = rng.randint(1, 999), rng.randint(1, 99)
    return rng.choice(
        (
            f"{number(small)} percent",
            f"{small} percent",
            f"{number(small)} point {ONES[small % 10]}",
            f"version {small}.{value}",
            f"${value},{figures(rng, 3)}",
            f"{number(small)} thousand",
            f"{small} million dollars",
            f"{number(small)} hours",
            f"{number(small)} thirty",
            f"{small % 12 + 1}:{small % 60:02}",
            f"{number(small % 12 + 1)} o'clock",
            f"page {value}",
            f"slide {small}",
            f"room {value}",
            f"item {small}",
            f"number {number(small)}",
            f"{number(small)} or {number(small + 1 if small < 98 else 3)}",
            f"{small} kilometers",
            f"{number(small)} kilograms",
            f"ticket {value}{figures(rng, 2)}",
            f"pull request {value}{figures(rng, 1)}",
            f"{value} users",
            f"Q{small % 4 + 1}",
            f"S{small % 9}",
            f"phase {number(small % 5 + 1)}",
            f"{number(small)} hundred and {number(value % 100)}",
            "one two three",
            f"{small % 10}.{small % 7}.{small % 5}",
            f"RFC {value}{figures(rng, 1)}",
            f"EIP {value}{figures(rng, 1)}",
            f"{number(small)} to {number(small + 1 if small < 98 else 3)}",
            f"{value} milliseconds",
            f"{small}k",
            f"{small}%",
            "two by four",
            f"{rng.randint(10, 99)} gigabytes",
            f"{value},{figures(rng, 3)}",
            f"{value},{figures(rng, 3)},{figures(rng, 3)}",
            f"the {ORDINALS[small % 20]} one",
        )
    )
