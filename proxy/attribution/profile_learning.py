"""Learn a client's profile from several of its requests: fixed lines, and the marks around speech.

Speech is what varies. A line inside the place of speech is never the client's, however many meetings contain it: "Thank
you" is said in each of them. So if tags, a heading or line beginnings mark that place, constant lines count only
outside of it. If nothing marks it, they count only in an unbroken row from the first or the last line. What all
requests of a client begin or end with cannot be told from what its meetings begin or end with: use requests of
different meetings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from proxy.formats.labels import is_heading
from proxy.formats.places import digest, holds_words, opening

_TAG = re.compile(r"[ \t]*<([A-Za-z][A-Za-z0-9_-]{0,60})>[ \t]*")
_HEADING = re.compile(r"#{1,6}[ \t]+\S")
_FEWEST = 2
_SHORTEST_OPENING = 2
_LONGEST_MARKER = 200
_MOST_NAME_WORDS = 4
"""Words before a colon that may still be somebody's name."""


@dataclass(frozen=True, slots=True)
class LearnedProfile:
    """A profile in the form of `settings.Profile`: `texts` are digests of the client's own lines.

    `alone` are the numbers of samples that resemble no other, so that nothing was learned from them.
    """

    lines: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    alone: tuple[int, ...] = ()


@dataclass(slots=True)
class _Found:
    """What requests of one kind have in common."""

    lines: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    sections: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)


def learn(samples: Sequence[str]) -> LearnedProfile:
    """What the messages of several requests have in common: one text for each request, at least two of them different.

    Requests of different kinds (a summary, a title) are told apart by their beginnings and ends; each kind needs two.
    Raises `ValueError` if nothing differs.
    """
    if len(set(samples)) < _FEWEST:
        raise ValueError("two different requests of the client are needed: what differs in them is speech")
    kinds, alone = _kinds([_laid_out(sample) for sample in samples])
    found = [_learn([_laid_out(samples[number]) for number in kind]) for kind in kinds]
    lines, tags, sections, texts = (
        tuple(sorted(set().union(*(getattr(one, part) for one in found))))
        for part in ("lines", "tags", "sections", "texts")
    )
    return LearnedProfile(lines, tags, sections, texts, tuple(alone))


def learn_instructions(samples: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Digests of lines in the instructions of at least two samples, and of the beginnings of lines that vary.

    Each sample is the texts of a request's system messages, tools and schemas. The order of their lines is not that of
    a transcript, so each line counts by itself.
    """
    lines = [{line for text in texts for line in _laid_out(text) if holds_words(line)} for texts in samples]
    times = Counter(line for sample in lines for line in sample)
    fixed = {line for line, count in times.items() if count >= _FEWEST}
    begun = Counter(begins for sample in lines for begins in {opening(line) for line in sample - fixed})
    fixed |= {begins for begins, count in begun.items() if begins and count >= _FEWEST and not _may_be_name(begins)}
    return tuple(sorted(map(digest, fixed)))


def _laid_out(sample: str) -> list[str]:
    return [line.strip() for line in sample.splitlines()]


def _kinds(samples: Sequence[list[str]]) -> tuple[list[list[int]], list[int]]:
    """Numbers of samples grouped by kind: each joins the sample with which it has most in common."""
    count = len(samples)
    if count == _FEWEST:
        return [[0, 1]], []
    kind = list(range(count))
    for one in range(count):
        shared, like = max((_shared(samples[one], samples[other]), -other) for other in range(count) if other != one)
        if shared:
            old, new = kind[one], kind[-like]
            kind = [new if number == old else number for number in kind]
    groups = [[number for number in range(count) if kind[number] == name] for name in sorted(set(kind))]
    alone = [number for group in groups if len({tuple(samples[n]) for n in group}) < _FEWEST for number in group]
    kept = [group for group in groups if group[0] not in alone]
    return (kept, alone) if kept else ([list(range(count))], [])


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines with words two samples share, counted from the first and from the last line."""
    above = [pair[0] for pair in takewhile(_alike, zip(one, other, strict=False))]
    below = [pair[0] for pair in takewhile(_alike, zip(reversed(one), reversed(other), strict=False))]
    return sum(map(holds_words, (*above, *below)))


def _alike(pair: tuple[str, str]) -> bool:
    return pair[0] == pair[1] or (opening(pair[0]) is not None and opening(pair[0]) == opening(pair[1]))


def _learn(samples: Sequence[list[str]]) -> _Found:
    constant = frozenset.intersection(*map(frozenset, samples))
    found = _Found()
    tags, sections = _tags(samples, constant), _sections(samples, constant)
    if tags and _first_of(samples, {f"<{tag}>" for tag in tags}):
        found.tags, found.texts = tags, set(_constants([list(_beside_tags(sample, tags)) for sample in samples]))
    elif sections and _first_of(samples, sections):
        found.sections, found.texts = sections, set(_beside_sections(samples, sections))
    elif openings := _openings(samples):
        found.lines, found.texts = openings, set(_beside_lines(samples, tuple(openings)))
    else:
        found.texts = set(_framing(samples))
    return found


def _first_of(samples: Sequence[list[str]], marks: set[str]) -> bool:
    """Whether the first of the marks stands above all speech: what people type below a line of theirs is no mark."""
    above = [list(takewhile(lambda line: line not in marks, sample)) for sample in samples]
    return len(set(map(len, above))) == 1 and all(map(_all_alike, zip(*above, strict=True)))


def _tags(samples: Sequence[list[str]], constant: frozenset[str]) -> set[str]:
    """Tags on lines of their own that stand in all samples and enclose something that varies."""
    named = [{match[1] for match in map(_TAG.fullmatch, sample) if match} for sample in samples]
    return {
        tag
        for tag in set.intersection(*named)
        if all(f"</{tag}>" in sample for sample in samples)
        and any(_varies(_between(sample, tag), constant) for sample in samples)
    }


def _between(sample: list[str], tag: str) -> list[str]:
    start, end = sample.index(f"<{tag}>"), len(sample) - 1 - sample[::-1].index(f"</{tag}>")
    return sample[start + 1 : end]


def _sections(samples: Sequence[list[str]], constant: frozenset[str]) -> set[str]:
    """Headings that stand in all samples, directly above something that varies in each.

    A heading above all speech is the client's in its first place, whoever types it again below; any other counts in its
    last place. If people type a line like the client's heading below the place of speech, that makes no new place.
    """
    headings = (line for line in constant if _HEADING.match(line) and len(line) <= _LONGEST_MARKER)
    return {h for h in headings if all(_varies(lines, constant) for lines in _under(samples, h))}


def _under(samples: Sequence[list[str]], heading: str) -> Iterator[list[str]]:
    """The lines directly under a heading, in each sample."""
    first = _first_of(samples, {heading})
    for sample in samples:
        at = sample.index(heading) if first else len(sample) - 1 - sample[::-1].index(heading)
        yield list(takewhile(lambda line: _HEADING.match(line) is None, sample[at + 1 :]))


def _varies(lines: Sequence[str], constant: frozenset[str]) -> bool:
    return any(holds_words(line) and line not in constant for line in lines)


def _openings(samples: Sequence[list[str]]) -> set[str]:
    """The signs and words with which lines of speech begin, without a running number; empty if there are none.

    The first line that varies has them in each sample, and so does at least half of all lines that vary.
    """
    middles = [[line for line in middle if holds_words(line)] for middle in _middles(samples)]
    if any(not middle for middle in middles) or sum(map(len, middles)) < _FEWEST:
        return set()
    shown = re.sub(r"\d+\Z", "", _common_beginning([middle[0] for middle in middles]))
    begun = [line for middle in middles for line in middle if shown and line.startswith(shown[0])]
    if not begun or begun[0][0].isalnum() or 2 * len(begun) < sum(map(len, middles)):
        return set()
    found = re.sub(r"\d+\Z", "", _common_beginning(begun))[:_LONGEST_MARKER]
    return {found} if len(found) >= _SHORTEST_OPENING and not found[-1].isalpha() else set()


def _common_beginning(lines: Sequence[str]) -> str:
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(min(lines), max(lines), strict=False))
    return "".join(one for one, _ in pairs)


def _middles(samples: Sequence[list[str]]) -> Iterator[list[str]]:
    """The samples without the lines with which all of them begin and end."""
    above = sum(1 for _ in takewhile(_one, zip(*samples, strict=False)))
    rest = [sample[above:] for sample in samples]
    below = sum(1 for _ in takewhile(_one, zip(*map(reversed, rest), strict=False)))
    return (sample[: len(sample) - below] for sample in rest)


def _one(lines: tuple[str, ...]) -> bool:
    return len(set(lines)) == 1


def _beside_tags(sample: list[str], tags: set[str]) -> Iterator[str]:
    """The lines outside of the tags, and the tag lines themselves."""
    places = []
    for tag in tags:
        end = len(sample) - 1 - sample[::-1].index(f"</{tag}>")
        places.append(range(sample.index(f"<{tag}>") + 1, end))
    return (line for number, line in enumerate(sample) if not any(number in place for place in places))


def _beside_sections(samples: Sequence[list[str]], sections: set[str]) -> Iterator[str]:
    """The headings, what is constant above the first one, and what all samples end with, starting at a heading."""
    yield from map(digest, sections)
    bounds = [[number for number, line in enumerate(sample) if line in sections] for sample in samples]
    yield from _constants([sample[: bound[0]] for sample, bound in zip(samples, bounds, strict=True)])
    ending = _ending([sample[bound[-1] + 1 :] for sample, bound in zip(samples, bounds, strict=True)])
    headed = [number for number, (line, _) in enumerate(ending) if _HEADING.match(line)]
    yield from (key for _, key in ending[: headed[-1] + 1 if headed else 0])


def _beside_lines(samples: Sequence[list[str]], openings: tuple[str, ...]) -> Iterator[str]:
    """What is constant above the first line of speech, and the common end below the paragraph of the last one."""
    spoken = [[number for number, line in enumerate(sample) if line.startswith(openings)] for sample in samples]
    yield from _constants([sample[: bound[0]] for sample, bound in zip(samples, spoken, strict=True)])
    below = []
    for sample, bound in zip(samples, spoken, strict=True):
        rest = sample[bound[-1] + 1 :]
        below.append(rest[sum(1 for _ in takewhile(bool, rest)) :])
    yield from (key for _, key in _ending(below))


def _constants(samples: Sequence[list[str]]) -> Iterator[str]:
    """Digests of lines that all samples contain, and of beginnings that one varying line of each sample has."""
    constant = frozenset.intersection(*map(frozenset, samples))
    yield from (digest(line) for line in constant if holds_words(line))
    begun = [[opening(line) for line in sample if line not in constant] for sample in samples]
    for begins in begun[0]:
        if begins is not None and not _may_be_name(begins) and all(one.count(begins) == 1 for one in begun):
            yield digest(begins)


def _ending(samples: Sequence[list[str]]) -> list[tuple[str, str]]:
    """The lines with words that all samples end with, from the last one up, each with the digest that proves it."""
    alike = takewhile(_all_alike, zip(*map(reversed, samples), strict=False))
    return [(lines[0], digest(_common(lines))) for lines in alike if holds_words(lines[0])]


def _framing(samples: Sequence[list[str]]) -> Iterator[str]:
    """Digests of the lines with which all samples begin and end, where nothing marks the place of speech.

    Lines directly beside what varies may be somebody's, said in each meeting. There a line counts only if it ends in a
    colon, is a heading or a tag, or stands without a label above labelled lines.
    """
    above = list(takewhile(_all_alike, zip(*samples, strict=False)))
    rest = [sample[len(above) :] for sample in samples]
    below = list(takewhile(_all_alike, zip(*map(reversed, rest), strict=False)))
    labelled = all(sample and opening(sample[0]) is not None for sample in rest)
    for frame in (above, below):
        edge = len(frame) - len(list(takewhile(lambda lines: holds_words(lines[0]), reversed(frame))))
        for number, lines in enumerate(frame):
            told = _common(lines)
            bare = frame is above and labelled and opening(lines[0]) is None
            marks = told.endswith((":", "：", ">")) or len(set(lines)) > 1 or _HEADING.match(told) is not None
            if holds_words(lines[0]) and (number < edge or marks or bare):
                yield digest(told)


def _all_alike(lines: tuple[str, ...]) -> bool:
    """Whether lines are the same, or share a beginning up to a colon that is surely not a speaker's name."""
    return len(set(lines)) == 1 or (
        len({opening(line) for line in lines}) == 1 and not _may_be_name(opening(lines[0]) or "")
    )


def _common(lines: tuple[str, ...]) -> str:
    """What lines that are alike have in common."""
    return lines[0] if len(set(lines)) == 1 else (opening(lines[0]) or "").strip()


def _may_be_name(begins: str) -> bool:
    label = begins.strip().rstrip(":：").strip()
    return not is_heading(label) and len(label.split()) <= _MOST_NAME_WORDS
