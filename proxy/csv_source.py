"""Tables as spreadsheets save them: read with the separator that they have; what is wrong, told by column and line.

Spreadsheets put a comma, a semicolon or a tab between columns, as the language of the computer has it, and write
``true`` in that language. What cells hold is told to nobody.
"""

from __future__ import annotations

import csv
import difflib
import io
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _csv import Reader

SEPARATORS: Final = (",", ";", "\t", "|")
_TRUE = ("true", "wahr", "vrai", "verdadero", "verdadeiro", "vero", "waar", "prawda", "pravda", "sant", "sand", "sann",
         "tosi", "igaz")  # fmt: skip
_FALSE = ("false", "falsch", "faux", "falso", "onwaar", "fałsz", "nepravda", "falskt", "falsk", "usann", "epätosi",
          "hamis")  # fmt: skip
TRUTH: Final = dict.fromkeys(_TRUE, True) | dict.fromkeys(_FALSE, False)
"""How spreadsheets write the two, in lower case."""

_IN_OTHER_LANGUAGES: Final = {
    "klasse": "class", "kategorie": "class", "classe": "class", "clase": "class", "klas": "class",
    "vorname": "name", "nom": "name", "nombre": "name", "nome": "name", "naam": "name",
    "mail": "email", "correo": "email", "courriel": "email", "minderjährig": "minor", "kennung": "id",
}  # fmt: skip
"""What people call columns in other languages. Nothing is read by these names, only suggested."""


def reader_of(text: str, known: Collection[str]) -> Reader:
    """A strict reader of a table of which some columns are `known`, with its own separator."""
    text = text.removeprefix("\ufeff")
    return csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator_of(text, known))


def separator_of(text: str, known: Collection[str]) -> str:
    """The sign between columns: the one that sets most `known` names apart in the first line; in doubt a comma."""
    head = io.StringIO(text).readline()
    return max(SEPARATORS, key=lambda sign: sum(name in known for name in _split(head, sign)))


def _split(head: str, sign: str) -> Iterator[str]:
    try:
        yield from column_names(next(csv.reader([head], delimiter=sign), []))
    except csv.Error:
        return


def column_names(header: Sequence[str]) -> list[str]:
    """The names of columns, without the capitals and spaces that somebody wrote into them."""
    return [name.strip().lower() for name in header]


def header_problem(header: Sequence[str], known: Collection[str], needed: Collection[str] = ()) -> str | None:
    """What is wrong with the names of columns, or None. They are named where known, others by their number."""
    if twice := [name for name, count in Counter(header).items() if count > 1 and name in known]:
        return f"the column {', '.join(twice)} stands twice; keep one"
    unknown = [str(number) for number, name in enumerate(header, 1) if name not in known]
    if unknown:
        numbers = f"column {unknown[0]} has" if len(unknown) == 1 else f"columns {', '.join(unknown)} have"
        near = {name: _near(name, known) for name in header if name not in known}
        meant = "; ".join(
            f"column {header.index(name) + 1}: did you mean {each}?" for name, each in near.items() if each
        )
        return f"{numbers} no name that is known; the names are: {', '.join(known)}{f'; {meant}' if meant else ''}"
    missing = [name for name in needed if name not in header]
    return f"add the columns: {', '.join(missing)}" if missing else None


def _near(name: str, known: Collection[str]) -> str | None:
    """The known name that this one is in another language, or nearly. None: there is none."""
    plain = _IN_OTHER_LANGUAGES.get(name, name.replace("-", "").replace(" ", "_"))
    if plain in known:
        return plain
    return next(iter(difflib.get_close_matches(plain, known, 1)), None)
