"""Damage of every kind to a valid sample, by a seed: the same seed gives the same bytes.

Noise alone ends at the first check of a parser. These keep the shape of a sample and change what stands in it: nodes
of JSON are deleted, doubled, swapped, nested and given other types; lines are cut, joined and moved; numbers become
huge, negative or none at all; and hostile signs are set where a reader may not expect them.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Iterator
from typing import Any

CASES = int(os.environ.get("FUZZ_CASES", "20"))
"""Damaged copies of each sample; raise it for a campaign."""

HOSTILE_BYTES = (0x00, 0x0A, 0x0D, 0x22, 0x5C, 0x7B, 0x5B, 0x3A, 0x3C, 0x2C, 0x39, 0x80, 0xC0, 0xED, 0xFF)
HOSTILE_TEXTS = (
    "\0", "\r", "\n", "\r\n", "\n\n", "\t", " ", "\x0b", "\x1b[0m", "\x7f", "\x85", "\xa0", "\u2028", "\ufeff",
    "\u202e", "\u200b", "\u0301", "\ud800", "é", "😀", "٣", "²", "Ⅷ", ":", ": ", ";", "=", ",", "%00", "%", "-", "--",
    "-->", "<", ">", "<v ", "<v Ann>", "</v>", "&lt;", "[", "]", "{", "}", "[[{", '"', "'", "\\", "\\u", "\\ud800",
    "```", "<transcript>", "</transcript>", "WEBVTT", "NOTE", "# Transcript", "[pass ", "00:00:00.000 --> 00:00:01.000",
    "99:99:99.999", "-1:00", "10:05:12 From ", 'Replying to "', "Ann Lund:", "BEGIN:VEVENT\r\n", "END:VEVENT\r\n",
    "--xyz", "--xyz--", "9" * 400, "1" * 5000, "a" * 2000, "1e999", "-1", "null", "TZID=", "DURATION:P9999999D",
    "00010101T000000Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
)  # fmt: skip


class Members(list[Any]):
    """The members of an object as pairs, so that a key may stand twice."""


class Literal(str):
    """JSON as it is written, which need not be JSON."""


HOSTILE_VALUES: tuple[Any, ...] = (
    "", "\0", "\u202e\u200b", "a" * 3000, "-", "NaN", "1", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", 0,
    -1, 1, 7, 3.5, -0.5, 1e308, -1e308, 1e-308, 2**31, 2**53 + 1, 2**63, 2**64, 10**30, True, False, None, [],
    Members(), [[]], [None], ["x"], Members([("", "")]), Members([("type", "text"), ("text", "x")]),
    *map(Literal, ("1e999", "-1e999", "1e-999", "-0", "NaN", "Infinity", "9" * 5000, '"\\ud800"', '"\\udc00\\ud800"',
                   '"\\u0000"', "01", "1.", "'x'", "tru", "", "{,}", "[1,]", '"\\x"', '"\t"', "\u00a0", "/**/1")),
)  # fmt: skip


def load(text: str) -> Any:
    """JSON with objects as `Members`; `ValueError` if it is none."""
    return json.loads(text, object_pairs_hook=Members)


def write(value: Any) -> str:
    """JSON of what `load` and the mutations make."""
    match value:
        case Literal():
            return str(value)
        case Members():
            return "{" + ",".join(f"{write(key)}:{write(held)}" for key, held in value) + "}"
        case list():
            return "[" + ",".join(map(write, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def damaged(sample: bytes, seed: int) -> bytes:
    """The sample with one to six kinds of damage."""
    chance = random.Random(f"{seed} {len(sample)}")
    raw = sample
    style = chance.random()
    if style < 0.75:
        raw = _shaped(sample, chance)
    if style > 0.65:
        for _ in range(chance.randint(1, 4)):
            raw = _bytes(raw, chance)
    return raw


def at_every_byte(sample: bytes) -> Iterator[bytes]:
    """Cut off at every byte; and at every byte one set before it, in its place, and the byte itself left out.

    Which hostile byte goes where turns with the place, so that all of them come to stand at places of all kinds.
    """
    for at in range(len(sample)):
        yield sample[:at]
        hostile = HOSTILE_BYTES[at % len(HOSTILE_BYTES)]
        match at % 4:
            case 0:
                yield sample[:at] + bytes([hostile]) + sample[at:]
            case 1:
                yield sample[:at] + bytes([hostile]) + sample[at + 1 :]
            case 2:
                yield sample[:at] + bytes([sample[at] ^ (1 << (at // 4) % 8)]) + sample[at + 1 :]
            case _:
                yield sample[:at] + sample[at + 1 :]


def _shaped(sample: bytes, chance: random.Random) -> bytes:
    text = sample.decode("utf-8", "replace")
    try:
        damage = _tree(load(text), chance)
    except (ValueError, RecursionError):
        damage = _lines(text, chance)
    return damage.encode("utf-8", "surrogatepass")


def _tree(tree: Any, chance: random.Random) -> str:
    holder = [tree]
    for _ in range(chance.choice([1, 1, 1, 2, 3, 6])):
        spots = list(_spots(holder))
        if spots:
            _node(spots, chance)
    return write(holder[0]) if holder else ""


def _spots(value: Any) -> Iterator[tuple[list[Any], int]]:
    """Every place that holds a value."""
    if isinstance(value, list):
        for at, held in enumerate(value):
            yield value, at
            yield from _spots(held[1] if isinstance(value, Members) else held)


def _held(holder: list[Any], at: int) -> Any:
    return holder[at][1] if isinstance(holder, Members) else holder[at]


def _put(holder: list[Any], at: int, value: Any) -> None:
    holder[at] = (holder[at][0], value) if isinstance(holder, Members) else value


def _node(spots: list[tuple[list[Any], int]], chance: random.Random) -> None:
    holder, at = chance.choice(spots)
    other, there = chance.choice(spots)
    value = _held(holder, at)
    match chance.randrange(12):
        case 0:
            del holder[at]
        case 1:
            twin = holder[at] if isinstance(holder, Members) else _copy(holder[at])
            holder[at:at] = [twin] * chance.choice([1, 1, 2, 40])
        case 2 | 3:
            _put(holder, at, _copy(_held(other, there)))
        case 4 | 5 | 6:
            _put(holder, at, _copy(chance.choice(HOSTILE_VALUES)))
        case 7:
            depth = chance.choice([1, 2, 31, 33, 63, 65, 201, 300])
            opened, closed = chance.choice([("[", "]"), ('{"a":', "}"), ('{"text":[', "]}")])
            _put(holder, at, Literal(opened * depth + write(value) + closed * depth))
        case 8 if isinstance(holder, Members):
            names = [name for each, _ in spots if isinstance(each, Members) for name, _ in each]
            holder[at] = (chance.choice([*names, *HOSTILE_TEXTS]) if names else "", value)
        case 9 if isinstance(value, str) and not isinstance(value, Literal):
            _put(holder, at, _into(value, chance))
        case 10 if isinstance(value, str) and not isinstance(value, Literal):
            _put(
                holder,
                at,
                chance.choice([[value], Members([("text", value)]), Members([("content", value)]), len(value)]),
            )
        case 10:
            _put(holder, at, chance.choice([[value], write(value), Members([("value", value)])]))
        case _:
            chance.shuffle(holder)


def _copy(value: Any) -> Any:
    """A node of its own: one that is put inside of itself has no end, and the lists above must stay as they are."""
    if isinstance(value, Members):
        return Members((name, _copy(held)) for name, held in value)
    return [_copy(held) for held in value] if isinstance(value, list) else value


def _into(text: str, chance: random.Random) -> str:
    at = chance.randint(0, len(text))
    return text[:at] + chance.choice(HOSTILE_TEXTS) + text[at + chance.choice([0, 0, 1, 5]) :]


def _lines(text: str, chance: random.Random) -> str:
    for _ in range(chance.choice([1, 1, 1, 2, 3, 6])):
        text = _line(text, chance)
    return text


def _line(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True) or [""]
    here, there = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(12):
        case 0:
            del lines[here]
        case 1:
            lines[here:here] = [lines[here]] * chance.choice([1, 1, 2, 40])
        case 2:
            lines[here], lines[there] = lines[there], lines[here]
        case 3:
            lines[here] = lines[here].rstrip("\r\n")
        case 4:
            lines[here] = lines[here] + chance.choice(HOSTILE_TEXTS) + "\n"
        case 5:
            ending = chance.choice(["\r", "\n", "\r\n", "\n\n", "\u2028", ""])
            lines = [line.rstrip("\r\n") + ending for line in lines]
        case 6:
            lines[here] = chance.choice([str.upper, str.lower, lambda line: line[::-1], lambda line: " " + line])(
                lines[here]
            )
        case 7:
            numbers = list(re.finditer("[0-9]+", text))
            if numbers:
                number = chance.choice(numbers)
                hostile = chance.choice(
                    ["", "0", "-1", "99", "100", "60", "2147483648", "9" * 30, "9" * 5000, "٣", "1e9"]
                )
                return text[: number.start()] + hostile + text[number.end() :]
        case 8:
            del lines[min(here, there) : max(here, there)]
        case _:
            return _into(text, chance)
    return "".join(lines)


def _bytes(raw: bytes, chance: random.Random) -> bytes:
    at, length = chance.randint(0, len(raw)), chance.choice([1, 1, 2, 7, 40])
    match chance.randrange(7):
        case 0:
            return raw[:at]
        case 1:
            return raw[:at] + bytes([chance.choice(HOSTILE_BYTES)]) + raw[at:]
        case 2:
            return raw[:at] + bytes([chance.randrange(256)]) + raw[at + 1 :]
        case 3:
            return raw[:at] + raw[at + length :]
        case 4:
            return raw[: at + length] + raw[at : at + length] * chance.choice([1, 50]) + raw[at + length :]
        case 5:
            return raw[:at] + chance.choice(HOSTILE_TEXTS).encode("utf-8", "surrogatepass") + raw[at:]
    elsewhere = chance.randint(0, len(raw))
    return raw[:at] + raw[elsewhere : elsewhere + length] + raw[at + length :]
