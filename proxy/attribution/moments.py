"""Times as transcripts have them: of the day, of a recording, with a date, in brackets or with units."""

from __future__ import annotations

import re

from proxy.attribution.signs import CLOCK, COLON

OPENS_DATED = re.compile(
    rf"[\[(]?[0-9]{{1,4}}[./-][0-9]{{1,2}}[./-][0-9]{{1,4}},?[ T\u00a0\u202f]{{1,2}}{CLOCK}"
    rf"|\+[0-9][0-9 ()./-]{{5,20}}[0-9](?!\w)|\(?[0-9][0-9 ()./-]{{5,20}}[0-9](?=[ ]?[{COLON}—–|>-])"
)
"""How lines open in exports of chats: a date and a time, or a telephone number in place of a name."""
OFFSET = re.compile(r"\W?(?:0[0-9]:[0-9]{2}|[0-9]{1,3}:[0-9]{2}:[0-9]{2})")
"""A time as recordings count it, which people do not write of the day."""
_MOMENT = rf"(?:{CLOCK}|[0-9]{{1,6}}(?:\.[0-9]{{1,3}})?[ ]?s)"
TIMED = re.compile(
    rf"[\[(<{{][ \t]*{_MOMENT}(?:[ \t]*(?:-+>?|–|—|to)[ \t]*{_MOMENT})?[ \t]*[\])>}}]"
    r"|(?<=[.!?…])[ \t]+(?=[0-9]{1,3}:[0-9]{2}:[0-9]{2}\b)"
)
OPENS_TIMED = re.compile(rf"[\[(<{{]?[ \t]*{CLOCK}(?!\w)")
DECORATED_TIME = re.compile(rf"[^\w\n]{{0,6}}{CLOCK}(?!\w)")
TIME_AT_END = re.compile(rf"{CLOCK}$")
TIME_BEFORE = re.compile(rf"[\[(<]?{CLOCK}[\])>]?|[0-9]{{1,4}}[.)]?")
