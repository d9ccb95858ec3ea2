"""Read what is said character by character: digits in words, single letters, or both mixed.

A run continues over hesitations, over the words for signs, and over line ends, because transcripts break lines
anywhere. Letters are said as in "S as in Sam, M for Mike, I T H", "Sierra Mike", "capital B", "GB82".
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from proxy.detection.spoken.tables import Tables, one_edit_away, spellings
from proxy.detection.spoken.words import EXTENSION, Part, ReadWords, Words, is_number, number_soon

_CODE_LETTERS = 4
"""Maximum letters that stand together in a code of letters and digits ("GB82", "AB12CDE")."""
_RIGHT_BEFORE = 30
"""How many characters before a country code may name an account."""
_LETTERS_IN_A_ROW = 4
"""This many letters by their names are a spelling: shorter ones are also words ("er es")."""
_EXTENDED = 7
"""Minimum digits before an extension."""


def letter(words: Words, at: int, tables: Tables, parts: list[Part]) -> ReadWords | None:
    """A letter said by itself, with its explanation; or several letters that stand together in a code."""
    readers = (_capital, _explanation, _extension, _single_letter, _spelling_word, _name_of_letter, _code_letters)
    return next((read for reader in readers if (read := reader(words, at, tables, parts)) is not None), None)


def _capital(words: Words, at: int, tables: Tables, parts: list[Part]) -> ReadWords | None:
    count = tables.phrase_at("capital", words.words, at)
    if not count or at + count >= len(words) or not _single(words.words[at + count]):
        return None
    inner = _explanation(words, at + count, tables, parts)
    return ReadWords(count + inner.words, inner.text) if inner else ReadWords(count + 1, words.words[at + count])


def _single_letter(words: Words, at: int, tables: Tables, parts: list[Part]) -> ReadWords | None:
    return ReadWords(1, words.words[at]) if _single(words.words[at]) and spells(words, at, tables, parts) else None


def _extension(words: Words, at: int, tables: Tables, parts: list[Part]) -> ReadWords | None:
    after = bool(parts) and words.words[at] in tables.words["extension"] and _after_number(words, at, tables, parts)
    return ReadWords(1, EXTENSION) if after else None


def _spelling_word(words: Words, at: int, tables: Tables, parts: list[Part]) -> ReadWords | None:
    said = tables.alphabet.get(words.words[at])
    return ReadWords(1, said) if said is not None and _beside(words, at, tables, parts) else None


def _name_of_letter(words: Words, at: int, tables: Tables, parts: list[Part]) -> ReadWords | None:
    """The name of a letter: in a row of letters, among the letters and digits of a code, or as its check letter."""
    said = tables.letter_at(words.words, at)
    if said is None or _joins(words, at, tables):
        return None
    letters = sum(part.letter for part in parts)
    among = len(parts) >= 2 and all(part.letter for part in parts[-2:])
    after = at + said[0]
    goes_on = _number_after(words, after, tables) or _letter_here(words, after, tables) > 0
    in_code = letters >= 2 and (parts[-1].letter or goes_on)
    return (
        ReadWords(*said)
        if among or in_code or _opens_code(words, at, tables, parts)
        else _check_letter(words, at, ReadWords(*said), parts)
    )


def _check_letter(words: Words, at: int, said: ReadWords, parts: list[Part]) -> ReadWords | None:
    """The name of a letter that ends a long number and the clause: "... seis siete ocho zeta"."""
    end = at + said.words
    ends = end >= len(words) or not words.near[end]
    return said if ends and sum(len(part.text) for part in parts if not part.letter) >= _EXTENDED else None


def _opens_code(words: Words, at: int, tables: Tables, parts: list[Part]) -> bool:
    """Whether the letter here is one of two that stand before a number, or of four or more in a row."""
    if len(parts) > 1 or not all(part.letter for part in parts):
        return False
    ends = [at]
    while len(parts) + len(ends) <= _LETTERS_IN_A_ROW and (taken := _letter_here(words, ends[-1], tables)):
        ends.append(ends[-1] + taken)
    letters = len(parts) + len(ends) - 1
    return letters == _LETTERS_IN_A_ROW or (letters >= 2 and _number_after(words, ends[2 - len(parts)], tables))


def _letter_here(words: Words, at: int, tables: Tables) -> int:
    """How many words from `at` on are a letter or the name of one; 0 if they are neither."""
    if at >= len(words) or _joins(words, at, tables):
        return 0
    word = words.words[at]
    if _single(word) and (word.isascii() or word not in tables.words["letter_words"]):
        return 1
    return (tables.letter_at(words.words, at) or (0,))[0]


def _number_after(words: Words, at: int, tables: Tables) -> bool:
    at = _after_fillers(words, at, tables)
    return at < len(words) and words.near[at] and is_number(words, at, tables)


def _code_letters(words: Words, at: int, tables: Tables, parts: list[Part]) -> ReadWords | None:
    """Letters that stand together: beside digits ("GB82"), or as a code begins and goes on ("NL nine one ABNA oh")."""
    word = words.words[at]
    if len(word) > _CODE_LETTERS or not word.isalpha():
        return None
    capitals = words.text[words.starts[at] : words.ends[at]].isupper() and len(word) > 1
    opens = not parts and len(word) == 2 and (capitals or _of_account(words, at, tables))
    inside = capitals and any(part.letter for part in parts)
    coded = _within_code(words, at) or ((opens or inside) and _number_after(words, at + 1, tables))
    return ReadWords(1, word) if coded else None


def _of_account(words: Words, at: int, tables: Tables) -> bool:
    """Whether an account is named right before a word, which is no function word ("the account is ...")."""
    if any(words.words[at] in tables.words[name] for name in ("leads", "no_label", "fillers")):
        return False
    start = words.starts[at]
    return tables.contexts["account"].search(words.text, max(0, start - _RIGHT_BEFORE), start) is not None


def _explanation(words: Words, at: int, tables: Tables, parts: list[Part]) -> ReadWords | None:  # noqa: ARG001
    """A letter, or its name, with an example: "S as in Sam", "emme come Milano"."""
    word = words.words[at]
    taken, said = (1, word) if _single(word) else tables.letter_at(words.words, at) or (0, "")
    if not taken or at + taken + 1 >= len(words) or not words.near[at + taken]:
        return None
    count = tables.phrase_at("as_in", words.words, at + taken)
    example = at + taken + count
    if not count or example >= len(words) or not _begins_with(words.words[example], said):
        return None
    if len(words.words[example]) > 1:
        return ReadWords(taken + count + 1, said)
    # "X as in x-ray"
    hyphenated = example + 2 < len(words) and words.words[example + 1] == "-" and words.tight(example + 2)
    return ReadWords(taken + count + 3, said) if hyphenated else None


def _begins_with(word: str, letter: str) -> bool:
    """Whether an example has the letter, with or without its accent ("E comme Émile")."""
    return any(spelling.startswith(letter) for spelling in spellings(word))


def _single(word: str) -> bool:
    return len(word) == 1 and word.isalpha()


def spells(words: Words, at: int, tables: Tables, parts: list[Part]) -> bool:
    """Whether a single letter is spelled out, rather than a word."""
    if _joins(words, at, tables):
        return False
    word = words.words[at]
    after = _after_fillers(words, at + 1, tables)
    following = words.words[after : after + 2] if after < len(words) and words.near[after] else []
    before = bool(parts) and parts[-1].letter
    letter_next = bool(following) and _single(following[0])
    letter_words = tables.words["letter_words"]
    if _opens_code(words, at, tables, parts):
        return True
    if word in letter_words:
        third = _after_fillers(words, after + 1, tables)
        two = (
            len(following) == 2
            and letter_next
            and third < len(words)
            and (_single(words.words[third]) or is_number(words, third, tables))
        )
        goes_on = not following or letter_next or is_number(words, after, tables)
        among = bool(following) and any(part.letter for part in parts) and word not in tables.words["joints"]
        return (two and not letter_words.issuperset((following[0], words.words[third]))) or (
            (before or among) and goes_on
        )
    if word == "o":
        return before or (letter_next and not (parts and not parts[-1].letter))
    if word in tables.words["extension"] and parts and not before:
        return _after_number(words, at, tables, parts)
    glued = at + 2 < len(words) and words.words[at + 1] == "-" and words.tight(at + 1) and words.tight(at + 2)
    alone = words.near[at] and not glued
    return before or letter_next or (bool(following) and is_number(words, after, tables)) or (bool(parts) and alone)


def _joins(words: Words, at: int, tables: Tables) -> bool:
    """Whether a word that is also a letter or the name of one only joins: "p t e depois oito", "N L en negen"."""
    count = tables.phrase_at("fillers", words.words, at)
    return count > 1 or (count == 1 and at + 1 < len(words) and is_number(words, at + 1, tables))


def _after_fillers(words: Words, at: int, tables: Tables) -> int:
    """The index of the first of the words from `at` on that is no hesitation."""
    while at < len(words) and words.near[at] and (count := tables.phrase_at("fillers", words.words, at)):
        at += count
    return at


def _within_code(words: Words, at: int) -> bool:
    """Whether digits touch this word."""
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


_LONGEST = 100
"""Maximum parts of one run; what follows is another run, so that the cost stays linear."""
_SKIPPED_AT_ONCE = 3
_LEAD_IN = 5

_LONGEST_NUMBER = 10
"""Maximum words of a number below 1000, including hyphens: ``neuf cent quatre-vingt-dix-neuf``."""


def runs(words: Words, tables: Tables) -> Iterator[list[Part]]:
    """All runs of a text, in order, disjoint. The cost is linear, because each run is read once."""
    at = 0
    for begin in _candidates(words, tables):
        if begin >= at and _begins(words, begin, tables):
            parts, at = _run(words, begin, tables)
            if parts:
                yield parts


def _candidates(words: Words, tables: Tables) -> Iterator[int]:
    """The words at which a run may begin, as far as a glance at the word and the next one tells."""
    soundalikes, openers, stems = tables.soundalikes, tables.openers, tables.stems
    figures = [word.isdecimal() or word in tables.numbers or word in tables.times for word in words.words]
    following = zip(words.words[1:], words.near[1:], figures[1:], strict=True)
    beside = zip(words.words, chain(following, (("", False, False),)), strict=True)
    for at, (word, (after, near, figure)) in enumerate(beside if words.words else ()):
        if figures[at] or (
            near and (figure or len(word) <= 2 or after in soundalikes or word in openers or word[:3] in stems)
        ):
            yield at


def _begins(words: Words, at: int, tables: Tables) -> bool:
    word = words.words[at]
    if is_number(words, at, tables):
        return True
    if at + 1 >= len(words) or not words.near[at + 1]:
        return False
    opens = len(word) <= 2 or word in tables.openers or number_soon(words, at + 1, tables)
    if not (opens or (len(word) >= 6 and tables.run_together.fullmatch(word))):
        return False
    return word == "+" or word in tables.words["plus"] or _read(words, at, tables, []) is not None


def _run(words: Words, start: int, tables: Tables) -> tuple[list[Part], int]:
    """The parts from `start` on, and the index after the last word that was read."""
    parts: list[Part] = []
    at, skipped, times, sign, fresh = start, 0, (0, 1), "", False
    while at < len(words) and len(parts) < _LONGEST:
        word = words.words[at]
        if at > start and not words.near[at]:
            begin = _next_line(words, at, tables, parts)
            if begin is None:
                break
            at, fresh, skipped = begin, True, 0
            word = words.words[at]
        if not parts and times[1] == 1 and (word == "+" or word in tables.words["plus"]):
            parts.append(Part(at, at + 1, "+"))
            at += 1
            continue
        repeated = tables.times_at(words.words, at) if times[1] == 1 else None
        if repeated is not None and not _repeats(words, at + repeated[0], tables, parts):
            repeated = None
        read = _read(words, at, tables, parts) if repeated is None else None
        if read is not None:
            first = at if times[1] == 1 else times[0]
            part = Part(first, at + read.words, read.text * times[1], read.sure, read.amount, sign, fresh)
            parts, at = _joined(parts, part, words, tables)
            skipped, times, sign, fresh = 0, (0, 1), "", False
        elif repeated is not None:
            times, at = (at, repeated[1]), at + repeated[0]
        elif word in tables.words["scales"] and parts:
            parts[-1] = parts[-1]._replace(amount=True)
            at += 1
            break
        elif parts and skipped < _SKIPPED_AT_ONCE and (count := _skippable(words, at, tables)):
            sign = _sign(word, tables) or sign
            at, skipped = at + count, skipped + 1
        else:
            break
    return [part for part in parts if part.text != "+"] and parts, at


def _repeats(words: Words, at: int, tables: Tables, parts: list[Part]) -> bool:
    """Whether what may be said several times follows: a number, a letter, or a hesitation before one."""
    following = at < len(words) and words.near[at]
    return following and (_read(words, at, tables, parts) is not None or _skippable(words, at, tables) > 0)


def _next_line(words: Words, at: int, tables: Tables, parts: list[Part]) -> int | None:
    """Where a run continues in the line that begins with word `at`; None if it does not.

    Digits below digits are a list. A line may have a lead-in: "okay and then five five five".
    """
    if not words.fresh[at] or not parts:
        return None
    if words.words[at].isdecimal() and words.words[at - 1].isdecimal() and len(words.words[at]) < 3:
        return None
    begin = at
    while begin < len(words) and begin - at < _LEAD_IN and (begin == at or words.near[begin]):
        if tables.times_at(words.words, begin) is not None:
            return begin
        read = _read(words, begin, tables, parts)
        if read is not None:
            return begin if _is_group(words, begin, read, tables, parts) else None
        count = max(tables.phrase_at(name, words.words, begin) for name in ("acks", "fillers", "leads", "joints"))
        if not count:
            return None
        begin += count
    return None


def _is_group(words: Words, at: int, read: ReadWords, tables: Tables, parts: list[Part]) -> bool:
    """Whether a line continues a number: one digit before other words does not ("Oh great", "One more")."""
    after = at + read.words
    if len(read.text) > 1 or after >= len(words) or not words.near[after]:
        return True
    return bool(
        tables.times_at(words.words, after) is not None
        or _skippable(words, after, tables)
        or _read(words, after, tables, parts) is not None
    )


def _skippable(words: Words, at: int, tables: Tables) -> int:
    if words.words[at] in "@+#/:._-":
        return 1 if words.words[at] not in "@+" else 0
    return tables.phrase_at("fillers", words.words, at) or tables.phrase_at("joints", words.words, at)


def _sign(word: str, tables: Tables) -> str:
    if not word.isalpha():
        return word
    sign = next((sign for sign in ".-/" if word in tables.signs[sign]), "")
    return "," if sign == "." and word != tables.signs["."][0] else sign


def _joined(parts: list[Part], part: Part, words: Words, tables: Tables) -> tuple[list[Part], int]:
    """The parts with one more, combined with hundreds and thousands that follow it; and the index of the next word."""
    at = part.last
    while at < len(words) and words.near[at]:
        zeros = (
            2 if words.words[at] in tables.words["hundred"] else 3 if words.words[at] in tables.words["thousand"] else 0
        )
        if not zeros or part.letter or len(part.text) > 4:
            break
        rest, last = "", at + 1
        said_and = last < len(words) and words.words[last] in tables.words["joints"] and words.words[last].isalpha()
        following = tables.number_at(words.words, last + said_and) if last + said_and < len(words) else None
        if following is not None and all(words.near[last : last + said_and + following[0]]):
            whole = said_and or len(following[1]) > 1 or not _goes_on(words, last + said_and + following[0], tables)
            if whole and len(following[1]) <= zeros:
                rest, last = following[1], last + said_and + following[0]
        part = part._replace(last=last, text=part.text + rest.zfill(zeros), amount=part.amount or zeros == 3)
        at = last
    return [*parts, part], at


def _goes_on(words: Words, at: int, tables: Tables) -> bool:
    return at < len(words) and words.near[at] and (words.words[at] in tables.numbers or words.words[at].isdecimal())


def _read(words: Words, at: int, tables: Tables, parts: list[Part]) -> ReadWords | None:
    """What the words from `at` on say, given the parts before them."""
    for reader in (_figures, _number, _soundalike, letter, _run_together, _misspelled):
        read = reader(words, at, tables, parts)
        if read is not None:
            return read
    return None


def _figures(words: Words, at: int, tables: Tables, parts: list[Part]) -> ReadWords | None:  # noqa: ARG001
    word = words.words[at]
    return ReadWords(1, "".join(str(int(digit)) for digit in word)) if word.isdecimal() else None


def _number(words: Words, at: int, tables: Tables, parts: list[Part]) -> ReadWords | None:
    if words.words[at] not in tables.numbers:
        return None
    number = tables.number_at(_without_pause(words, at), 0)
    letters = words.words[at] == "o" and spells(words, at, tables, parts)
    return None if number is None or letters else ReadWords(*number)


def _without_pause(words: Words, at: int) -> list[str]:
    """The words from `at` on up to a comma: "twenty, one" is two numbers."""
    for end in range(at + 1, min(at + _LONGEST_NUMBER, len(words))):
        if "," in words.text[words.ends[end - 1] : words.starts[end]]:
            return words.words[at:end]
    return words.words[at : at + _LONGEST_NUMBER]


def _soundalike(words: Words, at: int, tables: Tables, parts: list[Part]) -> ReadWords | None:
    digits = tables.soundalikes.get(words.words[at])
    fits = digits is not None and _among_digits(words, at, tables, parts) and not _in_range(words, at, tables)
    return ReadWords(1, digits, sure=False) if digits is not None and fits else None


def _run_together(words: Words, at: int, tables: Tables, parts: list[Part]) -> ReadWords | None:  # noqa: ARG001
    word = words.words[at]
    together = len(word) >= 6 and tables.run_together.fullmatch(word) is not None
    return ReadWords(1, _parted(word, tables)) if together else None


def _misspelled(words: Words, at: int, tables: Tables, parts: list[Part]) -> ReadWords | None:
    digits = one_edit_away(tables, words.words[at]) if _among_digits(words, at, tables, parts) else None
    return ReadWords(1, digits, sure=False) if digits is not None else None


def _among_digits(words: Words, at: int, tables: Tables, parts: list[Part]) -> bool:
    return (bool(parts) and not parts[-1].letter) or number_soon(words, at + 1, tables)


def _in_range(words: Words, at: int, tables: Tables) -> bool:
    """Whether a function word stands before a number of two digits: "sixteen to twenty five"."""
    if words.words[at] not in tables.words["timid"] or at + 1 >= len(words):
        return False
    if words.words[at + 1].isdecimal():
        return len(words.words[at + 1]) > 1
    number = tables.number_at(words.words, at + 1)
    hundred = at + 2 < len(words) and words.words[at + 2] in tables.words["hundred"]
    return number is not None and (len(number[1]) > 1 or hundred)


def _parted(word: str, tables: Tables) -> str:
    """The digits of number words that are run together."""
    digits, at = "", 0
    while at < len(word):
        fitting = [n for n in range(min(len(word) - at, 12), 2, -1) if word[at : at + n] in tables.numbers]
        entry = tables.number_at([word[at : at + fitting[0]]], 0) if fitting else None
        if entry is None:
            return digits
        digits, at = digits + entry[1], at + fitting[0]
    return digits
