"""What is wrong with bytes that should be text in UTF-8, and what to do. None of them is told."""

from __future__ import annotations

from typing import Final

_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_ARCHIVE: Final = b"PK\x03\x04"
_PDF: Final = b"%PDF-"
_SAVE: Final = "save it as text in UTF-8 ('CSV UTF-8' in a spreadsheet)"


def text_problem(content: bytes) -> str | None:
    """What is wrong with bytes that are no UTF-8, with or without a byte order mark; None if they are."""
    if content.startswith((_ARCHIVE, _PDF)):
        return f"it is a document or a workbook, and no text; {_SAVE}"
    if content.startswith(_UTF_16):
        return f"it is UTF-16 (what Excel calls Unicode Text); {_SAVE}, or: iconv -f UTF-16 -t UTF-8"
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    else:
        return None
    told = f"line {line} is not UTF-8 text, but likely Latin-1 or Windows-1252"
    return f"{told}; {_SAVE}, or: iconv -f WINDOWS-1252 -t UTF-8"
