"""Letters said one by one: "S as in Sam, M for Mike, I T H", "Sierra Mike", "capital B", "GB82"."""

from __future__ import annotations

from proxy.redaction.spoken.parts import EXTENSION, Part, Read, is_number
from proxy.redaction.spoken.tables import Tables
from proxy.redaction.spoken.words import Words

_VOWEL_WORDS = frozenset({"a", "i"})
"""Letters that are words."""
_CODE_LETTERS = 4
"""Letters that stand together in a code of letters and figures ("GB82", "AB12CDE")."""
_EXTENDED = 7
"""Digits before an extension."""


def letter(words: Words, at: int, tables: Tables, parts: list[Part]) -> Read | None:
    """A letter said by itself, with its explanation; or several that stand together in a code."""
    readers = (_capital, _explanation, _extension, _single_letter, _spelling_word, _name_of_letter, _code_letters)
    return next((read for reader in readers if (read := reader(words, at, tables, parts)) is not None), None)


def _capital(words: Words, at: int, tables: Tables, parts: list[Part]) -> Read | None:
    count = tables.phrase_at("capital", words.words, at)
    if not count or at + count >= len(words) or not _single(words.words[at + count]):
        return None
    inner = _explanation(words, at + count, tables, parts)
    return Read(count + inner.words, inner.text) if inner else Read(count + 1, words.words[at + count])


def _explanation(words: Words, at: int, tables: Tables, parts: list[Part]) -> Read | None:  # noqa: ARG001
    count = _explained(words, at, tables)
    return Read(count, words.words[at]) if count else None


def _single_letter(words: Words, at: int, tables: Tables, parts: list[Part]) -> Read | None:
    return Read(1, words.words[at]) if _single(words.words[at]) and spells(words, at, tables, parts) else None


def _extension(words: Words, at: int, tables: Tables, parts: list[Part]) -> Read | None:
    after = bool(parts) and words.words[at] in tables.words["extension"] and _after_number(words, at, tables, parts)
    return Read(1, EXTENSION) if after else None


def _spelling_word(words: Words, at: int, tables: Tables, parts: list[Part]) -> Read | None:
    said = tables.alphabet.get(words.words[at])
    return Read(1, said) if said is not None and _beside(words, at, tables, parts) else None


def _name_of_letter(words: Words, at: int, tables: Tables, parts: list[Part]) -> Read | None:
    among = len(parts) >= 2 and all(part.letter for part in parts[-2:])
    said = tables.letters.get(words.words[at]) if among else None
    return Read(1, said) if said is not None else None


def _code_letters(words: Words, at: int, tables: Tables, parts: list[Part]) -> Read | None:  # noqa: ARG001
    word = words.words[at]
    return Read(1, word) if len(word) <= _CODE_LETTERS and word.isalpha() and _within_code(words, at) else None


def _explained(words: Words, at: int, tables: Tables) -> int:
    """How many words "S as in Sam" takes from `at` on; 0 if it is none."""
    word = words.words[at]
    if not _single(word) or at + 2 >= len(words) or not words.near[at + 1]:
        return 0
    count = tables.phrase_at("as_in", words.words, at + 1)
    example = at + 1 + count
    if not count or example >= len(words) or not words.words[example].startswith(word):
        return 0
    if len(words.words[example]) > 1:
        return 1 + count + 1
    # "X as in x-ray"
    hyphenated = example + 2 < len(words) and words.words[example + 1] == "-" and words.tight(example + 2)
    return 1 + count + 3 if hyphenated else 0


def _single(word: str) -> bool:
    return len(word) == 1 and word.isalpha()


def spells(words: Words, at: int, tables: Tables, parts: list[Part]) -> bool:
    """Whether a single letter is spelled out, rather than a word."""
    word = words.words[at]
    following = words.words[at + 1 : at + 3] if at + 1 < len(words) and words.near[at + 1] else []
    before = bool(parts) and parts[-1].letter
    letter_next = bool(following) and _single(following[0])
    if word in _VOWEL_WORDS:
        two = len(following) == 2 and letter_next and (_single(following[1]) or is_number(words, at + 2, tables))
        goes_on = not following or letter_next or is_number(words, at + 1, tables)
        within = before or (bool(following) and any(part.letter for part in parts))
        return (two and not set(following) <= _VOWEL_WORDS) or (within and goes_on)
    if word == "o":
        return before or (letter_next and not (parts and not parts[-1].letter))
    if word in tables.words["extension"] and parts and not before:
        return _after_number(words, at, tables, parts)
    glued = at + 2 < len(words) and words.words[at + 1] == "-" and words.tight(at + 1) and words.tight(at + 2)
    alone = words.near[at] and not glued
    return before or letter_next or (bool(following) and is_number(words, at + 1, tables)) or (bool(parts) and alone)


def _within_code(words: Words, at: int) -> bool:
    """Whether figures touch this word."""
    after = at + 1 < len(words) and words.tight(at + 1) and words.words[at + 1].isdecimal()
    return after or (words.tight(at) and words.words[at - 1].isdecimal())


def _after_number(words: Words, at: int, tables: Tables, parts: list[Part]) -> bool:
    long = sum(len(part.text) for part in parts) >= _EXTENDED
    number = at + 1 < len(words) and words.near[at + 1] and is_number(words, at + 1, tables)
    return number and (long or words.words[at] not in tables.words["extension"])


def _beside(words: Words, at: int, tables: Tables, parts: list[Part]) -> bool:
    """Whether a word of the spelling alphabet stands beside another letter, or within a run."""
    following = words.words[at + 1] if at + 1 < len(words) and words.near[at + 1] else ""
    return (
        bool(parts) and (parts[-1].letter or is_number(words, at + 1, tables) if following else parts[-1].letter)
    ) or (following in tables.alphabet or _single(following))
