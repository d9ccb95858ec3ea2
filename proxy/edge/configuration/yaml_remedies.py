"""What to do about what PyYAML says is wrong with a text. Its own words are kept: they are what people search for."""

from __future__ import annotations

from typing import Final

import yaml

_REMEDIES: Final = (
    (r"found character '\t'", "indent with spaces: a tab stands here"),
    ("could not find expected ':'", "write 'name: value' on line {begun}, with a space behind the colon"),
    (
        "mapping values are not allowed here",
        "put text that holds ': ' in quotes, or give this line the indentation of its group; an item of a list begins "
        "with '- '",
    ),
    (
        "expected <block end>",
        "give this line the indentation of its group, which begins on line {begun}; or close a quote that was opened "
        "before it",
    ),
    ("found unexpected end of stream", "close the quote that opens on line {begun}"),
    ("expected ',' or", "close the bracket that opens on line {begun}, or write ', ' between"),
    ("found unknown escape character", "use single quotes, in which a backslash is a backslash"),
    ("that cannot start any token", "put the value in quotes"),
    ("found undefined alias", "put the value in quotes: a '*' at its beginning refers to something else"),
    (
        "could not determine a constructor",
        "correct the YAML: a '!' at the beginning of a value names a type; put it in quotes",
    ),
    ("but found another document", "take out the line '---': there is one document in this file"),
)
"""What the message holds, and what to do. `begun` is the line on which what is wrong begins."""
_OTHERWISE: Final = "correct the YAML syntax here"


def remedy_of(error: yaml.MarkedYAMLError) -> str:
    """Return what to do."""
    said = error.problem or ""
    begun = error.context_mark or error.problem_mark
    for part, remedy in _REMEDIES:
        if part in said:
            return remedy.format(begun=begun.line + 1 if begun else 1)
    return _OTHERWISE
