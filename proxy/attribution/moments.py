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
_SPAN = r"(?:[0-9]{1,3}h[ ]?)?[0-9]{1,3}m[ ]?[0-9]{1,2}(?:\.[0-9]{1,6})?s|[0-9]{1,3}h[ ]?[0-9]{1,2}m"
"""Hours, minutes and seconds with their units, two of them at least."""
_SECONDS = r"[0-9]{1,6}(?:\.[0-9]{1,6})?[ ]?s(?:ec)?"
_MOMENT = rf"(?:{CLOCK}|{_SPAN}|{_SECONDS})"
_DECIMAL = r"[0-9]{1,6}\.[0-9]{1,6}"
OPENS_MEASURED = re.compile(
    rf"[\[(<{{]?[ \t]*(?:{_SPAN})(?!\w)|[\[(<{{][ \t]*{_SECONDS}(?!\w)"
    rf"|{_SECONDS}(?=[ ]?[{COLON}|>–—-]|\t|[ ]{{1,2}}[A-Z])"
    rf"|[\[(<{{]?{_DECIMAL}(?:[ \t]*(?:-+>?|–|—|→|,|;)[ \t]*|[ \t]+){_DECIMAL}(?!\w)"
    rf"|(?:[^\s<>]{{1,60}}[ \t]){{1,4}}{_DECIMAL}[ \t]{_DECIMAL}(?!\S)|[0-9]{{1,2}}\.[0-9]{{2}}[ ]Uhr\b"
    r"|<[A-Za-z][\w:-]{0,20}[ ][^<>\n]{0,80}\b(?:begin|start|time|ts|t)=[\"']?[0-9]"
)
"""How tools that recognize speech write the times of a line: with units, as two numbers, as attributes of a tag."""
BRACKETED_TIME = rf"[\[(<{{][ \t]*{_MOMENT}(?:[ \t]*(?:-+>?|–|—|→|to)[ \t]*{_MOMENT})?[ \t]*[\])>}}]"
TIMED = re.compile(
    rf"{BRACKETED_TIME}"
    r"|(?<=[.!?…])[ \t]+(?=[0-9]{1,3}:[0-9]{2}:[0-9]{2}\b)"
)
OPENS_TIMED = re.compile(rf"[\[(<{{]?[ \t]*{CLOCK}(?!\w)")
DECORATED_TIME = re.compile(rf"[^\w\n]{{0,6}}{CLOCK}(?!\w)")
TIME_AT_END = re.compile(rf"{CLOCK}$")
TIME_BEFORE = re.compile(rf"[\[(<]?{CLOCK}[\])>]?|[0-9]{{1,4}}[.)]?")
