"""What is wrong with a table as spreadsheets save it, told by column and line, without what its cells hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


def text_problem(content: bytes) -> str | None:
    """What is wrong with bytes that are no UTF-8, and what to do; None if they are."""
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    else:
        return None
    told = f"line {line} is not UTF-8 text, but likely Latin-1 or Windows-1252"
    return f"{told}; save it as 'CSV UTF-8', or: iconv -f WINDOWS-1252 -t UTF-8"


def header_problem(header: Sequence[str], known: Collection[str], needed: Collection[str] = ()) -> str | None:
    """What is wrong with the names of columns, or None. They are named where known, others by their number."""
    if len(header) == 1 and header[0] not in known:
        for sign, called in SEPARATORS.items():
            if any(name.strip() in known for name in header[0].split(sign)):
                return f"{called} stand between its columns; save it with commas"
    if twice := [name for name, count in Counter(header).items() if count > 1 and name in known]:
        return f"the column {', '.join(twice)} stands twice; keep one"
    unknown = [str(number) for number, name in enumerate(header, 1) if name not in known]
    if unknown:
        numbers = f"column {unknown[0]} has" if len(unknown) == 1 else f"columns {', '.join(unknown)} have"
        return f"{numbers} no name that is known; the names are: {', '.join(known)}"
    missing = [name for name in needed if name not in header]
    return f"add the columns: {', '.join(missing)}" if missing else None
