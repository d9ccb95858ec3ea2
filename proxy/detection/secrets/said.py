"""Find passwords, PINs and codes said or typed in a sentence: "the password is capital B l u e forty two".

A word that names a secret ("password", "door code", "api key") must be followed by "is" or the like, and then by
something that can be a secret: spelled letters, digits in words, a made-up word with digits or signs in it, or, for
passwords, plain words that say nothing about the password. "The password is wrong" and "the PIN is four digits" are not
secrets. All look-ahead is bounded, so the cost is linear in the text.

`Kind` says what each word can be in a spelled secret. The constants hold the words around spoken secrets, as data: what
names one, what leads to it, how one is spelled out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from proxy.languages import words
from proxy.model import Span
from proxy.wording.plain_words import FUNCTION_WORDS, word_set

_CODES = (
    "door|gate|alarm|entry|entrance|access|security|verification|unlock|building|garage|lock|safe|locker|key ?box|"
    "lobby|office|house|confirmation|log[- ]?in|sign[- ]?in|auth|authentication|authori[sz]ation|recovery|backup|sms|"
    "one[- ]time|two[- ]factor|2fa|mfa|host|meeting|conference|dial[- ]in|participant|pass|pairing|activation|voicemail"
)
NAMED = re.compile(
    rf"""(?<![\w-])(?:
      (?P<free>pass[ -]?words?|pass[ -]?phrases?|pass[ -]?codes?|pwd|(?:wi-?fi|network|wireless)\ (?:key|pass|code))
    | (?P<pin>pins?(?:[ -](?:code|number))?|cvv2?|cvc|otps?|combination|(?:{_CODES})[ -](?:codes?|pins?))
    | (?P<code>codes?)
    | (?P<key>(?:api|access|secret|private|master|encryption|signing|auth|product|licen[cs]e)[ -]keys?|
              tokens?|secrets?|keys?)
    )(?![\w-])""",
    re.IGNORECASE | re.VERBOSE,
)
OTHER_CODES = words("secrets", "other_codes")
LINK = re.compile(
    r"""(?:\ {1,2}(?:for|to|of|on|in|at|into|from|that|which|they|he|she|we|i|you)\ (?:[\w'’.-]{1,40}\ ){1,6}?|\ {0,2})
    (?:(?:['’]s|'re)|is|was|are|were|will\ be|should\ be|would\ be|used\ to\ be|has\ been|,?\ ?it['’]s|equals|
    (?:was\ |is\ |were\ )?(?:set|changed|reset|switched)\ to|[:=]{1,2})(?=[\s"'`:=,])[\s:="'`,]{1,4}""",
    re.IGNORECASE | re.VERBOSE,
)
TO = re.compile(r"(?: {1,2}to|,)[\s\"'`]{1,3}", re.IGNORECASE)
"""As in "change the password to …" or "the password, …". What follows must be spelled, because most is no secret."""
FILLERS = re.compile(
    r"(?:(?:um+|uh+|er|like|just|now|still|currently|actually|always|literally|basically|also|spelled|spelt|"
    r"going to be|gonna be|it['’]s|it is|that['’]s|i think|well|so|okay|ok|set to|yeah)[ ,]+){0,4}",
    re.IGNORECASE,
)
TECHNIQUES = re.compile(
    r"(?:sha|md|aes|base|rsa|utf|2fa|mfa|oauth|u2f|argon|ed|1password|s3|k8s|v)-?\d*", re.IGNORECASE
)
"""Names of techniques that contain a digit and come up beside passwords."""

ONES = words("secrets", "ones")
TENS = words("secrets", "tens")
TIMES = words("secrets", "times")
MARKS = words("secrets", "marks")
AFTER_MARK = words("secrets", "after_mark")
PHRASES = {
    "all": word_set("lower upper caps capital capitals lowercase uppercase one small together"),
    "no": word_set("space spaces caps capitals dashes"),
    "in": word_set("lower upper caps capital capitals lowercase uppercase"),
    "with": word_set("a capital an no"),
    "question": word_set("mark"),
    "at": word_set("sign symbol"),
    "one": word_set("word"),
    "the": word_set("letter number digit letters numbers digits word words"),
}
"""Words that belong to a spelling only before certain other words."""
UNITS = words("secrets", "units")
STATES = words("secrets", "states")
"""What is said *about* passwords. Words that end like participles and adverbs count too."""
PHRASE_WORDS = words("secrets", "phrase_words")
"""Common words that pass phrases consist of; alone they say something about a password."""
STATE_ENDINGS = ("ed", "able", "ible", "less", "ly", "ive", "ous", "ing")


_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


class Kind(Enum):
    """What a token can be in a spelled secret."""

    MIXED = 1
    FIGURES = 2
    NUMBER = 3
    LETTER = 4
    MARK = 5
    WORD = 6
    STATE = 7
    STOP = 8


class Token(NamedTuple):
    """A token without its outer punctuation; `ends`: punctuation follows it."""

    start: int
    end: int
    word: str
    ends: bool


def kind_of(tokens: Sequence[Token], index: int) -> Kind:
    """What a token can be, given its neighbours."""
    word = tokens[index].word
    if word.replace("-", "").isdecimal():
        return Kind.FIGURES
    if _is_mixed(word):
        return Kind.MIXED
    if word in ONES | TENS | TIMES and not _is_phrase(tokens, index):
        return Kind.NUMBER
    if _is_phrase(tokens, index) or word in MARKS or (word in AFTER_MARK and _before(tokens, index) in MARKS):
        return Kind.MARK
    return _single(tokens, index) if len(word) == 1 and word.isalpha() else _plain(word)


def _before(tokens: Sequence[Token], index: int) -> str:
    return tokens[index - 1].word if index else ""


def _is_phrase(tokens: Sequence[Token], index: int) -> bool:
    """Whether a word is one of two that together belong to a spelling: "all lower", "question mark"."""
    word, after = tokens[index].word, tokens[index + 1].word if index + 1 < len(tokens) else ""
    first = after in PHRASES.get(word, ()) and not tokens[index].ends
    return first or word in PHRASES.get(_before(tokens, index), ())


def _plain(word: str) -> Kind:
    if word in STATES or word in PHRASE_WORDS or (word.endswith(STATE_ENDINGS) and len(word) > 4):
        return Kind.STATE
    return Kind.STOP if word in FUNCTION_WORDS or not _LETTERS.fullmatch(word) else Kind.WORD


def _single(tokens: Sequence[Token], index: int) -> Kind:
    """A single letter is a spelled one, except "a" and "I" without another spelled character beside them."""
    word = tokens[index].word
    beside = [tokens[at].word for at in (index - 1, index + 1) if 0 <= at < len(tokens)]
    spelled = any(len(other) == 1 or other in MARKS or other in ONES for other in beside)
    return Kind.LETTER if word not in ("a", "i") or spelled else Kind.STOP


def _is_mixed(word: str) -> bool:
    """Whether a word is made up: digits among its letters, or signs inside."""
    if TECHNIQUES.fullmatch(word) or "://" in word:
        return False
    figures = any(map(str.isdecimal, word))
    letters = any(map(str.isalpha, word))
    signs = sum(not char.isalnum() and char not in "'’-./" for char in word)
    return (figures and (letters or signs > 0) and len(word) >= 4) or (signs > 0 and letters and len(word) >= 5)


def figures_of(word: str) -> int:
    """How many digits a word stands for."""
    if word.replace("-", "").isdecimal():
        return len(word.replace("-", ""))
    return 1 if word in ONES or word in TIMES else 2 if word in TENS else 0


REACH = 240
MOST_TOKENS = 32
MOST_WORDS = 8
"""Maximum plain words of a pass phrase."""

_TOKEN = re.compile(r"\S+")
_OUTER = ",;:?.\"'`()[]{}<>…"
_ENDS = frozenset(",;:?.!…")
_LEAST_FIGURES = 4


_SPELLED = frozenset({Kind.MIXED, Kind.FIGURES, Kind.NUMBER, Kind.LETTER, Kind.MARK})
_CONTENT = frozenset({Kind.MIXED, Kind.FIGURES, Kind.NUMBER, Kind.LETTER, Kind.WORD, Kind.STATE})


def secrets_said(text: str) -> Iterator[Span]:
    """Spans of the secrets themselves, in order, without the words that name them."""
    done = 0
    for named in NAMED.finditer(text):
        if named.start() < done:
            continue
        span = _after(text, named)
        if span is not None:
            done = span.end
            yield span


def _after(text: str, named: re.Match[str]) -> Span | None:
    role = named.lastgroup or ""
    if role == "code":
        before = text[max(0, named.start() - 24) : named.start()].split()
        if before and before[-1].lower().strip(_OUTER) in OTHER_CODES:
            return None
    link = LINK.match(text, named.end(), named.end() + REACH)
    onto = TO.match(text, named.end()) if link is None and role == "free" else None
    link = link or onto
    at = FILLERS.match(text, link.end()).end() if link else named.end()  # type: ignore[union-attr]  # it may be empty
    tokens = _tokens(text, at)
    if not link and (not tokens or not text[at : tokens[0].start].isspace()):
        return None
    if not link and kind_of(tokens, 0) not in (Kind.MIXED, Kind.FIGURES, Kind.NUMBER):
        return None
    kinds = [kind_of(tokens, index) for index in range(len(tokens))]
    count = _run(tokens, kinds, words=role == "free" and link is not None)
    while count and kinds[count - 1] is Kind.MARK and tokens[count - 1].word in ("with", "all", "no", "in", "the"):
        count -= 1
    if not count or (onto and _SPELLED.isdisjoint(kinds[:count])):
        return None
    least = 3 if named[0].lower().startswith("cv") else _LEAST_FIGURES
    if not _is_secret(role, tokens, kinds, count, least, linked=link is not None):
        return None
    last = tokens[count - 1]
    end = last.end
    if kinds[count - 1] is Kind.MIXED:
        while end < len(text) and text[end] == "!":
            end += 1
    return Span(tokens[0].start, end)


def _tokens(text: str, at: int) -> list[Token]:
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text, at, at + REACH):
        said = match[0]
        bare = said.strip(_OUTER + "!")
        if not bare:
            break
        start = match.start() + said.index(bare)
        end = start + len(bare)
        tokens.append(Token(start, end, bare.lower(), end < match.end() and text[end] in _ENDS))
        if len(tokens) == MOST_TOKENS or text.startswith("\n", match.end()):
            break
    return tokens


def _run(tokens: Sequence[Token], kinds: Sequence[Kind], *, words: bool) -> int:
    """How many tokens from the first on belong together."""
    plain, index = 0, 0
    while index < len(tokens):
        kind, following = kinds[index], kinds[index + 1] if index + 1 < len(tokens) else Kind.STOP
        if kind is Kind.STOP and index and tokens[index].word in ("or", "and") and following is Kind.MIXED:
            index += 1
            continue
        if kind is Kind.STOP and index and kinds[index - 1] is Kind.LETTER and (like := _likening(tokens, index)):
            index = min(len(tokens), index + like)
            continue
        if kind is Kind.STOP or (kind in (Kind.WORD, Kind.STATE) and not words):
            break
        if kind in (Kind.WORD, Kind.STATE):
            plain += 1
            if plain > MOST_WORDS or (index and kinds[index - 1] is Kind.MIXED and not tokens[index - 1].ends):
                break
        index += 1
        if tokens[index - 1].ends and following not in _SPELLED:
            break
    return index


def _likening(tokens: Sequence[Token], index: int) -> int:
    """How many tokens "as in boy", "like boy" or "for boy" takes after a letter."""
    words = [token.word for token in tokens[index : index + 2]]
    if words == ["as", "in"]:
        return 3
    return 2 if words[:1] in (["like"], ["for"]) else 0


def _is_secret(
    role: str, tokens: Sequence[Token], kinds: Sequence[Kind], count: int, least: int, *, linked: bool
) -> bool:
    """Whether the first `count` tokens are a secret of this role; `least` is the minimum of digits in a code."""
    said, following = kinds[:count], tokens[count].word if count < len(tokens) else ""
    figures = sum(figures_of(token.word) for token in tokens[:count])
    mixed = max((len(t.word) for t, kind in zip(tokens[:count], said, strict=True) if kind is Kind.MIXED), default=0)
    letters = said.count(Kind.LETTER)
    numbers = (Kind.NUMBER, Kind.FIGURES)
    words = [*(token.word for token in tokens[1:count]), following]
    counted = any(kind in numbers and word in UNITS for kind, word in zip(said, words, strict=True))
    if counted and not mixed and not letters:
        return False
    if role == "key":
        return mixed >= 8 or letters + figures >= 8
    if role in ("pin", "code"):
        enough = figures >= least or mixed >= 5 or (figures > 0 and letters + figures >= _LEAST_FIGURES)
        return enough and (linked or role == "pin")
    if not linked:
        return mixed >= 6 or figures >= 5
    possessive = count == 1 and tokens[0].word.endswith(("'s", "’s"))
    return following != "than" and not possessive and _is_password(said, figures, mixed, letters)


def _is_password(said: Sequence[Kind], figures: int, mixed: int, letters: int) -> bool:
    content = [kind for kind in said if kind in _CONTENT]
    plain = sum(kind in (Kind.WORD, Kind.STATE) for kind in said)
    if not content:
        return False
    if said[0] is Kind.STATE:
        return mixed > 0 or (plain >= 3 and said.count(Kind.STATE) == 1) or (Kind.MARK in said and plain > 1)
    if mixed or letters > 1 or Kind.MARK in said or figures >= 3:
        return True
    if said[0] is Kind.NUMBER:
        return said.count(Kind.NUMBER) > 1
    return said[0] is Kind.WORD and said.count(Kind.STATE) * 2 < len(said)
