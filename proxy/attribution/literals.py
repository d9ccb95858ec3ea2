"""What grammars and patterns spell out: their string literals, put together as whoever fills them in would read them.

A name may be split over several literals, in GBNF, EBNF, Lark and regular expressions. Alternatives are lines.
"""

from __future__ import annotations

import re

_LITERAL = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'")
_RULE = re.compile(r"^[ \t]*[?!]?[\w.-]+[ \t]*(?::{1,2}=|=|:|->)", re.MULTILINE)
_SPACE = re.compile(r"\\s[*+?]?|\[ \][*+?]?|\\[ ]|\\[nrt]|[ \t]+")
_SIGNS = re.compile(r"\\(?=[^\w\s])|[()^$?+*]|\{[0-9,]{1,9}\}")
_FEWEST = 2


def spelled_out(text: str) -> str | None:
    """The literals of a grammar in order, or a pattern without its signs; None where a text is neither.

    Literals that follow one another are put together as they are; what stands between others ends a line if it is the
    sign of an alternative, or a space.
    """
    found = list(_LITERAL.finditer(text))
    if len(found) < _FEWEST or _RULE.search(text) is None:
        plain = _SIGNS.sub("", _SPACE.sub(" ", text)).replace("|", "\n")
        return plain if plain != text else None
    parts: list[str] = []
    end = found[0].start()
    for literal in found:
        between = text[end : literal.start()]
        parts.append("\n" if "|" in between else "" if not between.strip() else " ")
        parts.append(_SPACE.sub(" ", literal[1] if literal[1] is not None else literal[2]))
        end = literal.end()
    return "".join(parts).replace("\\", "")
