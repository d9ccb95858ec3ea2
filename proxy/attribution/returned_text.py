"""Recognize text that this proxy gave back when a later request repeats it, by keyed digests of word runs.

The text itself is not kept. A long meeting is summarized in parts, and the summaries are combined, titled, translated
and asked about. No label in them says whose words they rest on, but the proxy delivered them and knows.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
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

    def __contains__(self, digest: object, /) -> bool:
        """Whether any exchange gave the text with this digest."""

    def get(self, digest: bytes, default: Collection[str], /) -> Collection[str]:
        """Return the ids of the exchanges that gave the text with this digest; `default` if none did."""


class _Words:
    """The words of a text: where each stands, and as it is digested."""

    def __init__(self, text: str) -> None:
        self.spans = [match.span() for match in _WORD.finditer(text) if match.lastindex]
        self.starts = [start for start, _ in self.spans]
        self._held = [text[start:end].casefold().encode("utf-8", "surrogatepass") for start, end in self.spans]

    def __len__(self) -> int:
        return len(self.spans)

    def digest(self, first: int, count: int, by: hashlib.blake2b) -> bytes:
        """The digest of some words."""
        made = by.copy()
        made.update(b"\0".join(self._held[first : first + count]))
        return made.digest()

    def runs(self, by: hashlib.blake2b) -> Iterator[bytes]:
        """The digests of all runs."""
        return (self.digest(at, RUN, by) for at in range(len(self) - RUN + 1))


def digests(texts: Iterable[str], key: bytes, asked: Iterable[str] = ()) -> frozenset[bytes]:
    """The digests of all word runs in texts that were given back, and of each shorter text as a whole.

    `key` has at most 64 bytes (BLAKE2b, RFC 7693). Strings within a JSON text count too, except short ones: these are
    choices that a recipient offers, and whoever picks one says so. Runs that also stand in `asked`, the client's own
    words of the request, have a second digest, since a client that asks again repeats itself and not the reply.
    """
    by, whole = _keyed(key), _keyed(key, _WHOLE_LINE)
    found: set[bytes] = set()
    for text in texts:
        words = _Words(text)
        if 0 < len(words) < RUN:
            found.add(words.digest(0, len(words), whole))
        found.update(words.runs(by))
        for string in _strings(text):
            found.update(_Words(string).runs(by))
    own = {digest for text in asked for digest in _Words(text).runs(by)} if found else set[bytes]()
    echoed = {_again(digest, key) for digest in found & own}
    return frozenset(found | echoed)


def says_something(text: str) -> bool:
    """Whether a text holds more than white space and punctuation."""
    return any(match.lastindex for match in _WORD.finditer(text))


def given_back(text: str, known: Given, key: bytes, *, in_parts: bool = False) -> list[Stretch]:
    """Where a text repeats what was given back, as `Repeated.stretches` tells."""
    return Repeated(text, known, key).stretches(in_parts=in_parts)


class Repeated:
    """A text, as it repeats what was given back. `known` tells the exchanges by digests."""

    def __init__(self, text: str, known: Given, key: bytes) -> None:
        self._text, self._words, self._known, self._key = text, _Words(text), known, key
        self._sources = _Sources(text, self._words, known, key)
        last = len(self._words) - 1
        ends = {bisect_right(self._words.starts, end.start()) - 1 for end in _ENDS.finditer(text)} - {-1, last}
        self._units = list(_units(len(self._words), sorted(ends)))

    def stretches(self, *, in_parts: bool = False) -> list[Stretch]:
        """Where the text repeats what was given back.

        Only whole sentences, lines and cells count, and together they must have at least `RUN` words: a phrase within
        somebody's words that happens to be the same is theirs. A shorter text counts where it is a whole line.

        With `in_parts` parts of sentences count, too, for words that would leave as the client's own. A part is made of
        runs that hold more than plain words and that no reply took from the client's own words. What is left of its
        sentence before, between and behind such parts goes with them where it is shorter than a run, and so cannot be
        told.
        """
        found: list[tuple[int, int]] = []
        for unit in self._units:
            for first, last in _told(self._sources, *unit, in_parts):
                if found and found[-1][1] == first - 1:
                    found[-1] = (found[-1][0], last)
                else:
                    found.append((first, last))
        long = [pair for pair in found if pair[1] - pair[0] + 1 >= RUN]
        stretches = [_stretch(self._text, self._words, self._sources, *pair) for pair in long]
        return sorted([*stretches, *self._whole_lines()])

    def _whole_lines(self) -> Iterator[Stretch]:
        """Lines shorter than a run that equal a whole text that was given back; a single word must be the whole."""
        by, starts = _keyed(self._key, _WHOLE_LINE), self._words.starts
        lines = self._text.splitlines(keepends=True)
        fewest = 1 if len(lines) == 1 else 2
        first = 0
        for end in accumulate(map(len, lines)):
            behind = bisect_left(starts, end, first)
            if fewest <= behind - first < RUN:
                digest = self._words.digest(first, behind - first, by)
                if digest in self._known:
                    start, until = self._words.spans[first][0], self._words.spans[behind - 1][1]
                    span = Span(start, _closed(self._text, until))
                    yield Stretch(span, frozenset(self._known.get(digest, ())))
            first = behind


def _told(sources: _Sources, first: int, last: int, in_parts: bool) -> Iterator[tuple[int, int]]:
    """The stretches of a sentence that were given back: all of it, or with `in_parts` the parts that are certain."""
    if sources.gave(first, last):
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


def _keyed(key: bytes, kind: bytes = b"") -> hashlib.blake2b:
    """What digests of this kind begin with."""
    return hashlib.blake2b(digest_size=DIGEST_BYTES, key=key, person=kind)


def _again(digest: bytes, key: bytes) -> bytes:
    """The second digest of a run that a reply took from the client's own words."""
    return hashlib.blake2b(digest, digest_size=DIGEST_BYTES, key=key, person=_ECHOED).digest()


class _Sources:
    """The exchanges that gave a run with a word. A run is digested when it is first asked about."""

    def __init__(self, text: str, words: _Words, known: Given, key: bytes) -> None:
        self._text, self._words, self._known, self._key = text, words, known, key
        self._by = _keyed(key)
        self._runs: dict[int, bool] = {}
        self._sure: dict[int, bool] = {}

    def of(self, first: int, last: int) -> frozenset[str]:
        """The exchanges for any of the words from one index to another."""
        return frozenset().union(*map(self._exchanges, self._runs_with(first, last)))

    def gave(self, first: int, last: int) -> bool:
        """Whether there are any for each of the words from one index to another."""
        at = first
        while at <= last:
            # The last run with a word tells of the most words behind it.
            run = next((run for run in reversed(self._runs_with(at, at)) if self._given(run)), None)
            if run is None:
                return False
            at = run + RUN
        return True

    def surely_gave(self, at: int) -> bool:
        """Whether there are any that said more than plain words and did not repeat the client's own."""
        return any(map(self._surely_given, self._runs_with(at, at)))

    def _runs_with(self, first: int, last: int) -> range:
        return range(max(0, first - RUN + 1), min(last, len(self._words) - RUN) + 1)

    def _digest(self, run: int) -> bytes:
        return self._words.digest(run, RUN, self._by)

    def _exchanges(self, run: int) -> Collection[str]:
        return self._known.get(self._digest(run), ())

    def _given(self, run: int) -> bool:
        if run not in self._runs:
            self._runs[run] = self._digest(run) in self._known
        return self._runs[run]

    def _surely_given(self, run: int) -> bool:
        if run not in self._sure:
            self._sure[run] = self._given(run) and not self._is_own(run)
        return self._sure[run]

    def _is_own(self, run: int) -> bool:
        spans = self._words.spans
        if is_plain(self._text[spans[run][0] : spans[run + RUN - 1][1]]):
            return True
        echoed = _again(self._digest(run), self._key)
        return echoed in self._known and set(self._exchanges(run)) <= set(self._known.get(echoed, ()))


def _units(count: int, ends: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and the last word of each sentence, line or cell."""
    first = 0
    for last in (*ends, count - 1):
        if first <= last:
            yield first, last
        first = last + 1


def _stretch(text: str, words: _Words, sources: _Sources, first: int, last: int) -> Stretch:
    """The words with the signs around them: bullets and marks before, a full stop and brackets after."""
    start, end = words.spans[first][0], _closed(text, words.spans[last][1])
    line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    if not says_something(text[line:start]):
        start = line
    return Stretch(Span(start, end), sources.of(first, last))


def _closed(text: str, end: int) -> int:
    closing = _CLOSING.match(text, end)
    return closing.end() if closing else end
