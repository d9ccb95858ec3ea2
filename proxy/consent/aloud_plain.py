"""The plain form in which words said aloud and word lists are compared, and words without false starts.

The form has small letters without diacritics, and signs of sentences as in English. Letters of scripts without spaces
are one sign.
"""

from __future__ import annotations

import re
import unicodedata
from operator import eq

_UNSPACED = r"\u0900-\u0963\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
"""Letters of scripts in which the next letter may begin another word, or may be a sign that is no letter for `re`."""
_FOREIGN, _STANDS_FOR_IT = re.compile(f"[{_UNSPACED}]"), "〃"
"""No list has such letters; a sign in place of each ends a word."""
_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
"""Letters that have no diacritic to lose. Recognizers and keyboards write both forms."""
_MAY_COMBINE = re.compile(r"[^\x00-\u02ff]")
_STOPS = str.maketrans("’‘ʼ`。।؟،؛、，", "''''..?,;,,")
_BRACKETED = re.compile(r"[\[(][^\[\]()\n]{0,40}[\])]")
"""A noise that a recognizer notes: ``[coughs]``."""
_CUT_OFF = re.compile(r"\b(\w{1,12})(?:[ ]?[–—]|-){1,3}[ ,]{0,3}(?=\1)", re.IGNORECASE)
"""``con- consent``, ``I-I``."""
_REPEATED = re.compile(
    r"(?<![\w'’])([\w'’]{1,20}(?:[ ][\w'’]{1,20}){0,3})(?:[ ,–—-]{1,4}\1(?![\w'’]|[ ]know\b))+", re.IGNORECASE
)
_WORD = re.compile(r"[\w'’]+")
_PAUSE = re.compile(r"\.{2,}")
_SPACES = re.compile(r"[^\S\n]+")
_OTHER_SIGN = re.compile(rf"[^\w\s.,!?;:'–—{_UNSPACED}-]")


def plain(said: str) -> str:
    """The words in small letters, without noises in brackets, diacritics, and other signs than those of sentences.

    Dots for a pause end no sentence, and read as a sound that fills one.
    """
    heard = _PAUSE.sub(", uh, ", folded(_BRACKETED.sub(" ", said).casefold()).translate(_STOPS))
    return _SPACES.sub(" ", _FOREIGN.sub(_STANDS_FOR_IT, _OTHER_SIGN.sub(" ", heard)))


def folded(text: str) -> str:
    """A text without diacritics."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", _MAY_COMBINE.sub(_uncombined, decomposed)).translate(_LETTERS)


def _uncombined(found: re.Match[str]) -> str:
    return "" if unicodedata.combining(found[0]) else found[0]


def once(words: str) -> str:
    """The words without first attempts at words that are started twice or said twice."""
    tidy = _CUT_OFF.sub("", words)
    said = _WORD.findall(tidy.lower())
    comes_again = any(any(map(eq, said, said[later:])) for later in range(1, 5))
    return _REPEATED.sub(r"\1", tidy) if comes_again else tidy
