"""Signs of which layouts are made: ends of lines, what stands between a speaker's name and the words, and behind it."""

from __future__ import annotations

import re

from proxy.languages import patterns

COLON = ":：∶꞉ː﹕︓։׃፡⫶"
SPACE = " \t\u00a0\u202f\ufeff\u200b\u200e\u200f\u2060"
CLOCK = r"(?:[0-9]{1,3}:)?[0-9]{1,2}:[0-9]{2}(?:[.,][0-9]{1,6})?(?:[ \u00a0\u202f]?[AaPp]\.?[Mm]\.?)?"
LINE_END = re.compile(
    r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029\0\x1b↵⏎¶]|\\r\\n|\\[rnt](?-i:(?![a-z]))|\\u000[ad]|%0[ad]"
    r"|</?(?:br|p|div|li|tr|td)\b(?![^<>]{0,80}\b(?:begin|start|time|ts|t|speaker|who|by)=)[^<>]{0,80}>",
    re.IGNORECASE,
)
"""Where a line ends for somebody who reads it: also what tools put in the place of line ends. A tag that tells who
speaks or when begins what is said."""
AFTER = re.compile(
    rf"(?:['’]s(?!\w))?[\])}}>*_'\"’”{SPACE}]{{0,4}}(?:\([^()\n]{{0,40}}\)|\[[^\[\]\n]{{0,40}}\]|{CLOCK})?[\])}}>*_{SPACE}]{{0,4}}"
    rf"(?:,?[{SPACE}](?:[^\W\d_][\w'’.-]{{0,20}}|[0-9]{{1,4}}\.?)){{0,4}}"
    rf"[\])}}>*_{SPACE}]{{0,3}}[{COLON}](?!//|[0-9]{{2}}(?![0-9]))"
)
"""What may stand between a name and the colon that opens its words: brackets, a time, ``said``, a title, a date."""
ADDED = re.compile(
    rf"(?:[\s*_]|\([^()\n]{{0,40}}\)|\[[^\[\]\n]{{0,40}}\]|[(\[<]?{CLOCK}[)\]>]?|[\])}}>…:.|]"
    r"|</?[A-Za-z][^<>\n]{0,60}>)*"
)
"""What may stand behind a name that is alone on its line."""
_POINTS = "→➔➜➝➞⇒⇨⟶▶►▸‣●■◆\U0001f4ac\U0001f5e3\U0001f5e8\U0001f3a4\U0001f399"
"""Arrows, bullets and pictures of speech, which point from a name to words."""
SIGN_AFTER = re.compile(
    rf"[\])}}>*_\"'”’ ]{{0,3}}(?:\([^()\n]{{0,40}}\)[ ]?)?"
    rf"(?:[ ]*(?:[-–—>|=~/·•»{_POINTS}]|\.\.\.|…)|\t| {{2,}}|[\])}}>])"
)
FIRM_SIGN = re.compile(
    rf"[\])}}>*_ ]{{0,3}}(?:\([^()\n]{{0,40}}\)[ ]?)?"
    rf"(?:[ ]?(?:[|>»•—–{_POINTS}]|->)[\ufe0f]?[ ]|\t|[ ][\[(<]?{CLOCK}[\])>]?[ ])"
)
"""What stands behind the name of a speaker and in no sentence: an arrow, a bar, a tabulator, a time."""
SPEAKS = re.compile(rf"[\])}}*_]{{0,3}}[ ]?(?:[>»{_POINTS}]|->|\t)")
"""Signs behind a full name that no sentence has, wherever it stands."""
POINTS = re.compile(rf"[ ]?(?:[{_POINTS}]|\t)")
"""Those of them that stand behind any form of a name in no sentence."""
COLON_DIRECT = re.compile(rf"[\])}}>*_ ]{{0,3}}(?:\([^()\n]{{0,40}}\)[ ]?){{0,2}}[{COLON}]")
GREETS = patterns("speech", "greets")
"""How a letter opens, and who asks for something."""
LEADS = "".join(dict.fromkeys("[(<{*_|/-–—>#•·~=«`「『【‹^\"'“‘,;" + SPACE))
CHANGES = re.compile(r">>|<v[ .>]")
STRING_END = re.compile(r"[\"'][ ]*(?:[,:}\]]|$)")
STRING = re.compile(r"\"([^\"\n]{0,400})")


def opens_line(before: str) -> bool:
    """Whether what stands before a name on its line has no words in it."""
    return not any(ch.isalnum() for ch in before)
