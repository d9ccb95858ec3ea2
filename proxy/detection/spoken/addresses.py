"""Find spoken e-mail addresses, links and IP addresses: "jane dot doe at acme dot com", "acme dot com slash x".

Every look-around and repetition is bounded, so the cost is linear in the text. `is_house_number` recognizes spoken
house numbers: "forty two baker street", "apartment four b".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from typing import NamedTuple

from proxy.detection.spoken.numbers import Number
from proxy.detection.spoken.tables import Tables, any_of
from proxy.detection.spoken.view import Rewriting
from proxy.detection.spoken.words import Words, cut
from proxy.model import Span

_LOCAL_TOKEN = re.compile(r"[^\W_]+(?:[._+'’-]+[^\W_]+)*|[._+-]+")
_WRITTEN_TOKEN = re.compile(r"[^\W_]+|[^\w\s]|_")
_SENTENCE_END = re.compile(r"(?<=\w)[.!?…][\"'”’)\]]{0,2}\s")
_LOCAL_CHARS = 160
_PARTICLES = 3
_LONGEST_LOCAL = 3
"""Maximum words of a local part that are said without a sign between them."""
_BARE_ENDS = (
    "com|org|net|edu|gov|io|co|info|biz|app|dev|ai|eu|uk|us|ca|au|nz|ie|in|de|fr|es|it|nl|be|ch|at|se|no|dk|pl|br|mx|jp"
)
"""Top-level domains that make words a site even without "at" before them."""


class Address(NamedTuple):
    """A spoken address at ``start..end``. `email`: not a link. `sure`: it cannot be chance."""

    start: int
    end: int
    email: bool
    sure: bool


class Addresses:
    """The grammar of spoken addresses in one language."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        signs = tables.signs
        at, dot, first_dot = (any_of(words) for words in (signs["@"], signs["."], signs["."][:1]))
        self._at = re.compile(
            rf"(?<!\w)(?:{at})(?!\w)|(?<=\s)@(?=\s)|(?<=\w)@(?=\w)|(?<!\w)(?:{at})(?={_squeezed(tables)})", re.I
        )
        gap = rf"[\s,]{{1,3}}(?:(?:{any_of(tables.words['fillers'])})[\s,]{{1,3}}){{0,2}}"
        top = r"(?:[^\W\d_]{2,12}|[^\W\d_](?:\s[^\W\d_]){1,3})(?!\w)"
        hyphen = any_of(signs["-"])
        self._hyphen = re.compile(rf"\b(?:{hyphen})\b")
        self._domain = re.compile(
            rf"[\s,]{{0,3}}(?P<label>(?:[^\W_][\s,]{{1,2}}){{0,12}}[\w-]{{1,40}}"
            rf"(?:[\s,]{{1,2}}(?:(?:{hyphen})[\s,]{{1,2}})?[\w-]{{1,40}}){{0,3}}?)"
            rf"(?:(?P<said>{gap}(?:{dot}){gap}{top})|\.[a-z0-9-]{{2,40}})"
            rf"(?:{gap}(?:{dot}){gap}{top}|\.[a-z0-9-]{{2,24}})*",
            re.I,
        )
        providers = "|".join(re.escape(name).replace(r"\ ", r"\s?") for name in sorted(tables.words["providers"]))
        self._cut_off = re.compile(
            rf"\s{{0,3}}(?:{providers or '(?!)'})(?:\s?(?:{dot})(?:\s?(?:com|co))?)?(?!\w)", re.I
        )
        slash, colon, dash, under = (any_of(signs[sign]) for sign in "/:-_")
        digits = any_of(tables.units)
        step = rf"\s{{1,2}}(?!(?:{at})\b)[^\W_]{{1,40}}(?:\s{{1,2}}(?:{digits})\b){{0,8}}"
        tail = rf"(?:\s{{1,2}}(?:{slash}|{first_dot}|{dash}|{under})(?:{step})?)"
        self._site = re.compile(
            rf"(?P<scheme>\b(?:h\s?t\s?t\s?p\s?s?|f\s?t\s?p)\s{{1,2}}(?:{colon})(?:\s{{1,2}}(?:{slash})){{2}}\s{{1,2}})?"
            rf"\b(?P<label>(?:w\s?w\s?w|(?:[^\W_]\s){{1,12}}[^\W_]|[^\W_][\w-]{{1,40}}))"
            rf"(?P<ends>(?:\s{{1,2}}(?:{first_dot})\s{{1,2}}(?:[^\W_]\s){{0,12}}[\w-]{{1,40}}){{1,5}})"
            rf"(?P<tail>{tail}{{0,12}})",
            re.I,
        )
        self._ends_well = re.compile(rf"(?:{first_dot})\s{{1,2}}(?:{_BARE_ENDS})\b", re.I)
        self._dot = re.compile(rf"[\s,](?:{first_dot})[\s,]|\.[a-z]", re.I)
        self._known_end = re.compile(rf"(?:{dot})\s{{1,2}}(?:{_BARE_ENDS})$", re.I)
        self._chance = re.compile(rf"\s(?:{'|'.join(tables.words['no_site_after']) or '(?!)'})\b", re.I)
        self._connectors = frozenset(tuple(word.split()) for sign in "._-+" for word in (sign, *signs.get(sign, ())))
        self._sign_of = {tuple(word.split()): sign for sign, said in signs.items() for word in said}

    def find(self, text: str) -> list[Address]:
        """Addresses in a text, in order, disjoint."""
        emails = list(self._emails(text))
        sites = (
            site for site in self._sites(text) if not any(e.start < site.end and site.start < e.end for e in emails)
        )
        return sorted([*emails, *sites])

    def _sites(self, text: str) -> Iterator[Address]:
        for match in self._site.finditer(text):
            ends = list(self._ends_well.finditer(text, match.start("ends"), match.end("ends")))
            scheme = match["scheme"] is not None
            if not (scheme or (ends and match["label"].lower() not in self._tables.words["no_label"])):
                continue
            end = match.end()
            if not scheme and ends[-1].end() != match.end("ends"):
                end = ends[-1].end()
            if scheme or not self._chance.match(text, end):
                yield Address(match.start(), end, email=False, sure=True)

    def _emails(self, text: str) -> Iterator[Address]:
        no_label = self._tables.words["no_label"]
        done = 0
        for at in self._at.finditer(text):
            domain = self._domain.match(text, at.end())
            if domain is not None and not (
                _named(domain["label"], no_label, self._hyphen) and self._is_domain(domain[0])
            ):
                domain = None
            whole = domain is not None
            if domain is None:
                domain = self._cut_off.match(text, at.end())
            if domain is None or at.start() < done:
                continue
            start, joined = self._local(
                text, _sentence(text, max(done, at.start() - _LOCAL_CHARS), at.start()), at.start()
            )
            said = whole and domain.group("said") is not None
            if not joined and not said and (start is None or whole):
                continue
            if start is None:
                continue
            done = domain.end()
            if not re.search(r"\s", text[start : domain.end()]):
                continue  # it is written, not said
            yield Address(self._with_lead(text, start), domain.end(), email=True, sure=joined)

    def _is_domain(self, domain: str) -> bool:
        """Whether what follows "at" ends like a domain, for a dot said as a word that also means a place."""
        return bool(self._dot.search(domain) or self._known_end.search(domain))

    def _with_lead(self, text: str, start: int) -> int:
        """The start of "me at" before an address, else `start`.

        In "reach me at jane at acme dot com" nobody can hear which "at" is the sign, so both are included.
        """
        before = text[max(0, start - 12) : start]
        lead = re.search(r"(?<!\w)(\w+)\s+(\w+)\s+$", before)
        signs = self._tables.signs["@"]
        if lead and lead[1].lower() in self._tables.words["whom"] and lead[2].lower() in signs:
            return start - len(before) + lead.start()
        return start

    def _local(self, text: str, left: int, right: int) -> tuple[int | None, bool]:
        """Start of the part before "at", and whether it surely is a local part (joined by dot, underscore and such)."""
        tokens = list(_LOCAL_TOKEN.finditer(text, left, right))
        words = [token[0].lower() for token in tokens]
        last = self._before_fillers(words, len(words))
        if not last or text[tokens[-1].end() : right].strip(" ,\t\n"):
            return None, False
        no_local, lead = (
            self._tables.words["no_local"] | self._tables.words["no_label"],
            self._tables.words["before_local"],
        )
        index, joined = self._with_particles(words, self._spelled(words, last - 1)), False
        while (sign := self._sign_before(words, index)) and (before := self._before_fillers(words, index - sign)):
            index, joined = self._with_particles(words, self._spelled(words, before - 1)), True
        if joined:
            return tokens[index].start(), True
        if words[index] in no_local and len(words[index]) > 1:
            return None, False
        for back in range(1, _LONGEST_LOCAL):
            if index < back + 1 or words[index - back] in no_local or words[index - back] in lead:
                break
            if words[index - back - 1] in lead and "\n" not in text[tokens[index - back].start() : right]:
                return tokens[index - back].start(), False
        return tokens[index].start(), any(sign in words[index] for sign in "._+-")

    def _with_particles(self, words: list[str], index: int) -> int:
        """The first of the function words before a name, if a sign stands before them: "jan punt van der berg"."""
        first = index
        while first > max(0, index - _PARTICLES) and words[first - 1] in self._tables.words["no_label"]:
            first -= 1
        return first if first < index and self._sign_before(words, first) else index

    def _sign_before(self, words: list[str], end: int) -> int:
        """How many words before `end`, with fillers behind them, say a sign that joins; 0 if none do."""
        last = self._before_fillers(words, end)
        count = next((n for n in (3, 2, 1) if n <= last and tuple(words[last - n : last]) in self._connectors), 0)
        return end - last + count if count else 0

    def _before_fillers(self, words: list[str], end: int) -> int:
        """The end of the words before `end` without the fillers that they end with."""
        fillers = self._tables.phrases["fillers"]
        while count := next((n for n in (3, 2, 1) if n < end and tuple(words[end - n : end]) in fillers), 0):
            end -= count
        return end

    def _spelled(self, words: list[str], index: int) -> int:
        """First of the words that form one part: letters and digits said one by one, a name before a number."""
        while index >= 1 and self._single(words[index]) and self._single(words[index - 1]):
            index -= 1
        number = self._is_numeral(words[index])
        outside = self._tables.words["no_local"] | self._tables.words["no_label"]
        if number and index >= 1 and words[index - 1] not in outside and not self._sign_before(words, index):
            index -= 1
            initial = index >= 1 and len(words[index - 1]) == 1 and words[index - 1].isalpha()
            index -= initial and words[index - 1] not in self._tables.words["letter_words"]
        return index

    def _single(self, word: str) -> bool:
        if len(word) == 1:
            return word.isalnum()
        return self._is_numeral(word) or word in self._tables.times

    def _is_numeral(self, word: str) -> bool:
        return word.isdecimal() or self._tables.number_words.issuperset(word.split("-"))

    def written(self, text: str, address: Address) -> Rewriting:
        """The address as it is written: signs for their names, digits for words, no spaces."""
        lead = 0
        if address.email and (match := re.match(r"(\w+)\s+(\w+)\s+", text[address.start : address.end])):
            signs = self._tables.signs["@"]
            ambiguous = match[1].lower() in self._tables.words["whom"] and match[2].lower() in signs
            lead = match.end() if ambiguous else 0
        glyphs = self.spell_out(text, address.start + lead, address.end)
        if lead and glyphs:
            glyphs[0] = (glyphs[0][0], Span(address.start, glyphs[0][1].end))
        if (
            address.email
            and self._tables.words["providers"]
            and "." not in "".join(g for g, _ in glyphs).partition("@")[2]
        ):
            glyphs = [*glyphs, (".com", Span(address.end - 1, address.end))]
        return Rewriting(address.start, address.end, tuple(glyphs))

    def spell_out(self, text: str, start: int, end: int) -> list[tuple[str, Span]]:
        """The words of ``start..end`` as signs, digits and letters without spaces, with their source spans."""
        words = cut(text[start:end])
        glyphs: list[tuple[str, Span]] = []
        at, times = 0, (0, 1)
        while at < len(words):
            repeated = self._tables.times_at(words.words, at) if times[1] == 1 else None
            if repeated is not None and at + repeated[0] < len(words):
                times = (at, repeated[1])
                at += repeated[0]
                continue
            count, said = self._glyph(words.words, at)
            first = at if times[1] == 1 else times[0]
            span = Span(start + words.starts[first], start + words.ends[at + count - 1])
            if said is not None:
                written = said or text[span.start : span.end]
                glyphs.append((written * times[1], span))
            at, times = at + count, (0, 1)
        return glyphs

    def _glyph(self, words: list[str], at: int) -> tuple[int, str | None]:
        """How many words from `at` on form one sign or number, and its written form.

        Empty if they stay as they are; None if they are fillers.
        """
        for count in (3, 2, 1):
            sign = self._sign_of.get(tuple(words[at : at + count]))
            if sign is not None and at + count <= len(words):
                return count, sign
        number = self._tables.number_at(words, at)
        if number is not None and not (words[at] == "o" and _in_letters(words, at)):
            return number
        fillers = self._tables.phrase_at("fillers", words, at)
        return (fillers, None) if fillers else (1, "")


def _named(label: str, no_label: Set[str], hyphen: re.Pattern[str]) -> bool:
    """Whether the words of a label can be a domain's: no function word, apart from letters of a spelling or hyphens."""
    words = label.lower().split()
    spelled = sum(len(word) == 1 for word in words) > 1
    hyphenated = hyphen.search(label.lower()) is not None
    return hyphenated or no_label.isdisjoint(word for word in words if not (spelled and len(word) == 1))


def _sentence(text: str, left: int, right: int) -> int:
    """Where the last sentence of ``left..right`` begins: a full stop followed by a space is not a "dot"."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text, left, right)]
    return ends[-1] if ends else left


def _in_letters(words: list[str], at: int) -> bool:
    """Whether a letter stands among other single letters."""
    beside = words[max(0, at - 1) : at] + words[at + 1 : at + 2]
    return any(len(word) == 1 and word.isalpha() for word in beside)


def _squeezed(tables: Tables) -> str:
    """Providers that are run together with the "at" before them."""
    names = {name.replace(" ", "") for name in tables.words["providers"]}
    return "|".join(sorted(names)) or "(?!)"


_BETWEEN = 4
_CONTEXT_CHARS = 60


def is_house_number(number: Number, words: Words, tables: Tables) -> bool:
    """Whether a street follows (its word within four words, none of them a function word), or a room word precedes.

    "One way" and "two close" are streets only if somebody is said to live there.
    """
    if number.parts[0].first and words.words[number.parts[0].first - 1] in tables.words["rooms"]:
        return True
    digits = number.digits
    if not digits.isdecimal() or len(digits) > 5 or number.parts[-1].amount:
        return False
    at = number.parts[-1].last
    start = words.starts[number.parts[0].first]
    lives = tables.contexts["place"].search(words.text, max(0, start - _CONTEXT_CHARS), start) is not None
    for away in range(1, _BETWEEN):
        if at + away >= len(words) or not words.near[at + away - 1] or not words.near[at + away]:
            return False
        if words.words[at + away - 1] in tables.words["no_label"]:
            return False
        word = words.words[at + away]
        if word in tables.words["streets"] or (word in tables.words["weak_streets"] and lives):
            return len(digits) > 1 or lives
    return False
