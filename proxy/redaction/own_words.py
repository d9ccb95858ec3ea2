"""Tell whether an operator's answer holds the words that it was given, in whatever spelling.

Compared are letters and digits alone: without case, accents, spaces and signs, in Latin letters, and with letters of
other alphabets read as the Latin ones that they look like.
"""

from __future__ import annotations

import re

from anyascii import anyascii

from proxy.wording.folded import LOOK_ALIKE, fold_name

_LONG = 7
"""Letters or digits from which words are no coincidence inside a longer word."""

_WORD = re.compile(r"[a-z0-9]+")


def holds(answer: str, said: str) -> bool:
    """Whether `answer` holds `said`: short words as whole words, which may be cut further, and long ones anywhere."""
    given = "".join(_words(said))
    words = _words(answer)
    joined = "".join(words)
    if not given or given not in joined:
        return not given and said.strip() != "" and said.strip() in answer
    if len(given) >= _LONG:
        return True
    edges, at = {0}, 0
    for word in words:
        at += len(word)
        edges.add(at)
    return any(start in edges and start + len(given) in edges for start in _places(joined, given))


def _places(text: str, part: str) -> list[int]:
    return [match.start() for match in re.finditer(f"(?={re.escape(part)})", text)]


def _words(text: str) -> list[str]:
    return _WORD.findall(anyascii(fold_name(text).translate(LOOK_ALIKE)).lower())
