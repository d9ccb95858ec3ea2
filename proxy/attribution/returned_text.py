"""Recognize text that this proxy gave back when a later request repeats it, by keyed digests of word runs.

The text itself is not kept. A long meeting is summarized in parts, and the summaries are combined, titled, translated
and asked about. No label in them says whose words they rest on, but the proxy delivered them and knows.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice, pairwise
from typing import NamedTuple, Protocol

from proxy.model import Span
from proxy.wording.plain_words import is_plain

RUN = 5
"""Words in a run. A shorter run would mistake phrases that everybody uses for text that was given back."""
DIGEST_BYTES = 8
"""Bytes of a digest: two given runs share one by chance with a probability of 1 in 2^64."""

_PLAIN = (
    r"\s!-/:-@\[-`{-~\u00a1\u00a7\u00ab\u00b6\u00b7\u00bb\u00bf\u2010-\u2027\u2030-\u205e"
    r"\u3001-\u3003\u3008-\u3011\u3014-\u301f\u30fb\uff01-\uff0f\uff1a-\uff20"
)
"""White space and punctuation, which say nothing by themselves."""
_WORD = re.compile(rf"\\[nrtbf\"/]|([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+|[^\w{_PLAIN}])")
"""Words, characters of scripts without word spaces, and other signs (an emoji may answer a question).

An escape in a JSON string counts as the white space that it stands for.
"""
_ENDS = re.compile(r"[\n\r.!?:;|<>{}。！？：；]")
"""Signs that end a sentence, a line, a label or a cell."""
_CLOSING = re.compile(rf"(?:(?![\s<])[{_PLAIN}])*")
_WHOLE_LINE = b"whole"
_ECHOED = b"echoed"
"""The kind of a run that a reply took from the client's own words."""


class Stretch(NamedTuple):
    """A stretch of text that was given back, and the ids of the exchanges that gave any of it."""

    span: Span
    exchanges: frozenset[str]


class Given(Protocol):
    """Which exchanges gave what, by digests."""

    def get(self, digest: bytes, default: Collection[str], /) -> Collection[str]:
        """Return the ids of the exchanges that gave the text with this digest; `default` if none did."""


class _Word(NamedTuple):
    start: int
    end: int
    held: bytes
    """The word as it is digested."""


def digests(texts: Iterable[str], key: bytes, asked: Iterable[str] = ()) -> frozenset[bytes]:
    """The digests of all word runs in texts that were given back, and of each shorter text as a whole.

    `key` has at most 64 bytes (BLAKE2b, RFC 7693). Strings within a JSON text count too, except short ones: these are
    choices that a recipient offers, and whoever picks one says so. Runs that also stand in `asked`, the client's own
    words of the request, have a second digest, since a client that asks again repeats itself and not the reply.
    """
    found: set[bytes] = set()
    own = {digest for text in asked for digest in _runs(_words(text), key)}
    for text in texts:
        words = _words(text)
        if 0 < len(words) < RUN:
            found.add(_digest(words, key, _WHOLE_LINE))
        found.update(_runs(words, key))
        for string in _strings(text):
            found.update(_runs(_words(string), key))
    echoed = {_again(digest, key) for digest in found & own}
    return frozenset(found | echoed)


def says_something(text: str) -> bool:
    """Whether a text holds more than white space and punctuation."""
    return any(match[1] for match in _WORD.finditer(text))


def given_back(text: str, known: Given, key: bytes, *, in_parts: bool = False) -> list[Stretch]:
    """Where a text repeats what was given back. `known` tells the exchanges by digests.

    Only whole sentences, lines and cells count, and together they must have at least `RUN` words: a phrase within
    somebody's words that happens to be the same is theirs. A shorter text counts where it is a whole line.

    With `in_parts` parts of sentences count, too, for words that would leave as the client's own. A part is made of
    runs that hold more than plain words and that no reply took from the client's own words. What is left of its
    sentence before, between and behind such parts goes with them where it is shorter than a run, and so cannot be told.
    """
    words = _words(text)
    sources = _Sources(text, words, known, key)
    starts = [word.start for word in words]
    ends = sorted({bisect_right(starts, end.start()) - 1 for end in _ENDS.finditer(text)} - {-1, len(words) - 1})
    stretches: list[tuple[int, int]] = []
    for unit in _units(len(words), ends):
        for first, last in _told(sources, *unit, in_parts):
            if stretches and stretches[-1][1] == first - 1:
                stretches[-1] = (stretches[-1][0], last)
            else:
                stretches.append((first, last))
    long = [_stretch(text, words, sources, *pair) for pair in stretches if pair[1] - pair[0] + 1 >= RUN]
    return sorted([*long, *_whole_lines(text, known, key)])


def _told(sources: _Sources, first: int, last: int, in_parts: bool) -> Iterator[tuple[int, int]]:
    """The stretches of a sentence that were given back: all of it, or with `in_parts` the parts that are certain."""
    if all(map(sources.gave, range(first, last + 1))):
        yield first, last
        return
    certain = [at for at in range(first, last + 1) if sources.surely_gave(at)] if in_parts else []
    if not certain:
        return
    begins = certain[0] if certain[0] - first >= RUN else first
    for one, following in pairwise(certain):
        if following - one > RUN:
            yield begins, one
            begins = following
    yield begins, certain[-1] if last - certain[-1] >= RUN else last


def _strings(text: str) -> Iterator[str]:
    """The strings of a JSON text; none of any other text."""
    if text.lstrip()[:1] not in ("{", "["):
        return
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        return
    open_values = [held]
    while open_values:
        value = open_values.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            open_values += value
        elif isinstance(value, dict):
            open_values += value.values()


def _words(text: str, most: int | None = None) -> list[_Word]:
    """The words of a text, or the first `most` of them."""
    found = islice((match for match in _WORD.finditer(text) if match[1]), most)
    return [
        _Word(match.start(1), match.end(1), match[1].casefold().encode("utf-8", "surrogatepass")) for match in found
    ]


def _runs(words: Sequence[_Word], key: bytes) -> Iterator[bytes]:
    return (_digest(words[at : at + RUN], key) for at in range(len(words) - RUN + 1))


def _digest(words: Iterable[_Word], key: bytes, kind: bytes = b"") -> bytes:
    held = b"\0".join([word.held for word in words])
    return hashlib.blake2b(held, digest_size=DIGEST_BYTES, key=key, person=kind).digest()


def _again(digest: bytes, key: bytes) -> bytes:
    """The second digest of a run that a reply took from the client's own words."""
    return hashlib.blake2b(digest, digest_size=DIGEST_BYTES, key=key, person=_ECHOED).digest()


class _Sources:
    """The exchanges that gave a run with a word. A run is digested when it is first asked about."""

    def __init__(self, text: str, words: Sequence[_Word], known: Given, key: bytes) -> None:
        self._text, self._words, self._known, self._key = text, words, known, key
        self._runs: dict[int, Collection[str]] = {}
        self._sure: dict[int, bool] = {}

    def of(self, first: int, last: int) -> frozenset[str]:
        """The exchanges for any of the words from one index to another."""
        return frozenset().union(*map(self._given, self._runs_with(first, last)))

    def gave(self, at: int) -> bool:
        """Whether there are any for the word at this index."""
        return any(map(self._given, self._runs_with(at, at)))

    def surely_gave(self, at: int) -> bool:
        """Whether there are any that said more than plain words and did not repeat the client's own."""
        return any(map(self._surely_given, self._runs_with(at, at)))

    def _runs_with(self, first: int, last: int) -> range:
        return range(max(0, first - RUN + 1), min(last, len(self._words) - RUN) + 1)

    def _given(self, run: int) -> Collection[str]:
        if run not in self._runs:
            self._runs[run] = self._known.get(_digest(self._words[run : run + RUN], self._key), ())
        return self._runs[run]

    def _surely_given(self, run: int) -> bool:
        if run not in self._sure:
            self._sure[run] = bool(self._given(run)) and not self._is_own(run)
        return self._sure[run]

    def _is_own(self, run: int) -> bool:
        words = self._words[run : run + RUN]
        if is_plain(self._text[words[0].start : words[-1].end]):
            return True
        echoed = self._known.get(_again(_digest(words, self._key), self._key), ())
        return set(self._given(run)) <= set(echoed)


def _units(count: int, ends: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and the last word of each sentence, line or cell."""
    first = 0
    for last in (*ends, count - 1):
        if first <= last:
            yield first, last
        first = last + 1


def _stretch(text: str, words: Sequence[_Word], sources: _Sources, first: int, last: int) -> Stretch:
    """The words with the signs around them: bullets and marks before, a full stop and brackets after."""
    start, end = words[first].start, _closed(text, words[last].end)
    line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    if not says_something(text[line:start]):
        start = line
    return Stretch(Span(start, end), sources.of(first, last))


def _closed(text: str, end: int) -> int:
    closing = _CLOSING.match(text, end)
    return closing.end() if closing else end


def _whole_lines(text: str, known: Given, key: bytes) -> Iterator[Stretch]:
    """Lines shorter than a run that equal a whole text that was given back; a single word must be all of `text`."""
    at = 0
    lines = text.splitlines(keepends=True)
    for line in lines:
        words = _words(line, RUN)
        if (1 if len(lines) == 1 else 2) <= len(words) < RUN:
            exchanges = known.get(_digest(words, key, _WHOLE_LINE), ())
            if exchanges:
                start, end = at + words[0].start, at + words[-1].end
                yield Stretch(Span(start, _closed(text, end)), frozenset(exchanges))
        at += len(line)
