"""What is constant in several requests of one client, and so its own: fixed lines, and what stands around speech."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from proxy.attribution.own_lines import digest, holds_words

_TAG = re.compile(r"[ \t]*<([A-Za-z][A-Za-z0-9_-]{0,60})>")
_HEADING = re.compile(r"#{1,6}[ \t]+\S")
_FEWEST_LINES = 2
_SHORTEST_OPENING = 2


@dataclass(frozen=True, slots=True)
class Learned:
    """A profile as `settings.Profile` has it: `texts` are digests of the client's own lines."""

    lines: tuple[str, ...]
    tags: tuple[str, ...]
    sections: tuple[str, ...]
    texts: tuple[str, ...]


def learn(samples: Sequence[str]) -> Learned:
    """What the messages of several requests, one text a request, have in common. At least two different ones.

    Speech is what varies. Where tags stand around it, or a heading above it, these tell its place; else the signs
    with which all varying lines begin do.
    """
    if len(set(samples)) < _FEWEST_LINES:
        raise ValueError("two different requests of the client are needed: what differs in them is speech")
    constant = _constant(samples)
    tags = _tags(samples, constant)
    sections = _sections(samples, constant) if not tags else ()
    varying = [
        line for sample in samples for line in sample.splitlines() if holds_words(line) and line.strip() not in constant
    ]
    opening = _opening(varying) if not (tags or sections) else ""
    outside = [line for sample in samples for line in _outside(sample, tags, sections)]
    texts = sorted({digest(line) for line in outside if holds_words(line) and line.strip() in constant})
    return Learned((opening,) if opening else (), tags, sections, tuple(texts))


def _constant(samples: Sequence[str]) -> frozenset[str]:
    """Lines that are in every sample."""
    counts = Counter(line for sample in samples for line in {line.strip() for line in sample.splitlines()})
    return frozenset(line for line, count in counts.items() if count == len(samples))


def _tags(samples: Sequence[str], constant: frozenset[str]) -> tuple[str, ...]:
    """Tags that stand in all samples, each around something that varies."""
    named = [{match[1] for match in map(_TAG.match, sample.splitlines()) if match} for sample in samples]
    return tuple(
        sorted(
            tag
            for tag in set.intersection(*named)
            if all(f"</{tag}>" in sample for sample in samples)
            and any(_varies(_between(s, tag), constant) for s in samples)
        )
    )


def _sections(samples: Sequence[str], constant: frozenset[str]) -> tuple[str, ...]:
    """Headings that stand in all samples, directly above something that varies."""
    headings = sorted(line for line in constant if _HEADING.match(line))
    return tuple(h for h in headings if all(_varies(_under(sample, h), constant) for sample in samples))


def _between(sample: str, tag: str) -> str:
    inner = sample.partition(f"<{tag}>")[2]
    return inner.rpartition(f"</{tag}>")[0]


def _under(sample: str, heading: str) -> str:
    lines = [line.strip() for line in sample.splitlines()]
    below = lines[lines.index(heading) + 1 :]
    until = next((at for at, line in enumerate(below) if _HEADING.match(line)), len(below))
    return "\n".join(below[:until])


def _varies(text: str, constant: frozenset[str]) -> bool:
    return any(holds_words(line) and line.strip() not in constant for line in text.splitlines())


def _outside(sample: str, tags: Sequence[str], sections: Sequence[str]) -> Iterator[str]:
    """The lines that stand outside of the places of speech."""
    text = sample
    for tag in tags:
        before, _, rest = text.partition(f"<{tag}>")
        text = before + rest.rpartition(f"</{tag}>")[2]
    for heading in sections:
        text = text.replace(_under(text, heading), "", 1) if _under(text, heading) else text
    yield from text.splitlines()


def _opening(lines: Sequence[str]) -> str:
    """The signs and words with which all varying lines begin, without what counts up in them."""
    if len(lines) < _FEWEST_LINES:
        return ""
    opening = re.sub(r"\d+\Z", "", _common_beginning([line.lstrip() for line in lines]))
    ends_in_word = opening[-1:].isalpha()
    return opening if len(opening) >= _SHORTEST_OPENING and not opening[0].isalnum() and not ends_in_word else ""


def _common_beginning(lines: Sequence[str]) -> str:
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(min(lines), max(lines), strict=False))
    return "".join(one for one, _ in pairs)
