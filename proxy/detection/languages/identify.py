"""Identify the language of a text: naive Bayes over byte sequences (py3langid), with a high bar for surprises.

Pure and deterministic; one pass over the text. Numbers, single letters, addresses, identifiers and encoded data say
nothing about a language. They are left out, so that dictated numbers and spelled names are not taken for one.
"""

from __future__ import annotations

import io
import lzma
import re
from array import array
from collections.abc import Collection, Sequence
from functools import cache

import numpy as np
from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

from proxy.detection.languages.table import COVERED, UNDECIDED
from proxy.model import TextLanguage

EVIDENCE = 40.0
"""Least lead, in log-likelihood, of an unexpected language over every expected one for it to be believed.

In 54,000 lines of 8 to 15 words of English meetings, another language led by at most 33, in lists of names. A German,
French or Spanish sentence of ten words leads by more than 40, and so does a Japanese one of five.
"""

HINT = 10.0
"""Least lead at which a language is a guess worth searching for, though nothing is decided by it."""

_CANDIDATES = (
    "af am ar az be bg bn bs ca cs cy da de el en eo es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka kk km kn "
    "ko ky lb lo lt lv mk ml mn mr ms my ne nl no pa pl ps pt ro ru si sk sl so sq sr sv sw ta te th tl tr uk ur uz vi "
    "zh zu"
).split()
"""Languages to choose from. The model's English creoles, dead languages and small languages are left out: speech is
mistaken for them more often than it is in them."""

_WORD = re.compile(r"(?<![\w@./:+#=&%-])[^\W\d_]{1,40}(?:['’-][^\W\d_]{1,40}){0,4}(?![\w@/=+&%]|[.:]\w)")
_SHAPED = re.compile(r"[^\W\d_]?[^A-Z]*|[^a-z]*")
"""Words as people write them; inner capitals mean encoded data or program text."""

_BYTES = b"\0 '-abcdefghijklmnopqrstuvwxyz" + bytes(range(0x80, 0xF5))
"""The bytes of `telling` in UTF-8; the first one stands for all other bytes, which do not occur there."""
_COLUMN_OF = bytes(max(0, _BYTES.find(byte)) for byte in range(256))


class Identifier:
    """The model, loaded once in about a second; then `tell` can be called. `unpacked` is the result of `unpack`."""

    def __init__(self, unpacked: bytes | None = None) -> None:
        self._model = _load(unpacked if unpacked is not None else unpack())

    def tell(self, texts: Sequence[str], expected: Collection[str]) -> list[TextLanguage]:
        """The language of each text; `UNDECIDED` if not even a guess is useful.

        An `expected` language, or a fully covered one, is believed if it is the likeliest. Another one needs
        `EVIDENCE`.
        """
        expected = {*expected, *COVERED}
        return [self._tell(text, expected) for text in texts]

    def _tell(self, text: str, expected: Collection[str]) -> TextLanguage:
        words = telling(text)
        if not words:
            return TextLanguage(UNDECIDED, False)
        ranked = self._model.rank(words)
        best, likelihood = ranked[0]
        if best in expected:
            return TextLanguage(best, True)
        lead = likelihood - max(score for code, score in ranked if code in expected)
        return TextLanguage(best if lead >= HINT else UNDECIDED, lead >= EVIDENCE)


@cache
def _shared() -> Identifier:
    return Identifier()


def told(texts: Sequence[str], expected: Collection[str]) -> list[TextLanguage]:
    """The same as `Identifier.tell`, by one model for the process, which is loaded when it is first asked."""
    return _shared().tell(texts, expected)


def telling(text: str) -> str:
    """What in a text shows its language, in lower case: whole words of two letters or more."""
    found = (match.group() for match in _WORD.finditer(text))
    return " ".join(word.lower() for word in found if len(word) > 1 and _SHAPED.fullmatch(word))


class _Narrow(LanguageIdentifier):  # type: ignore[misc]  # the library has no types
    """The library's identifier, which walks a table by the bytes of a text; here with only the bytes of words."""

    @staticmethod
    def _encode(text: str) -> bytes:
        return bytes(LanguageIdentifier._encode(text)).translate(_COLUMN_OF)


def unpack() -> bytes:
    """The content of the model's file. This takes half of the loading time, and may run in a thread."""
    with lzma.open(MODEL_DIR / MODEL_FILE) as packed:
        return packed.read()


def _load(unpacked: bytes) -> LanguageIdentifier:
    """The model that comes with the package, reduced to the candidates and to the bytes of words: 33 MB of 68.

    The package's own loader needs a temporary file, for which a read-only system has no place. It also keeps numbers
    in lists, whose reference counts change on reading, so that forked workers could not share that memory.
    """
    with np.load(io.BytesIO(unpacked), allow_pickle=False) as model:
        classes = model["classes"].tolist()
        kept = [index for index, code in enumerate(classes) if code in _CANDIDATES]
        moves = model["nextmove"].reshape(-1, 256)[:, list(_BYTES)]
        rows = model["nextmove_row"].astype(np.uint32)
        made = _Narrow(
            np.ascontiguousarray(model["ptc"][:, kept]),
            model["pc"][kept],
            [classes[index] for index in kept],
            array("I", moves.astype(np.uint32).tobytes()),
            array("i", model["out_feat"].astype(np.int32).tobytes()),
            tk_row=(),
        )
    made._rowbase = array("I", (rows * len(_BYTES)).tobytes())
    return made
