"""Where one text goes on in the next: a beginning with no words behind it, and a signature with none above it.

Clients lay into several messages, parts, descriptions and turns what a person reads as one text: ``Ben Okoro:`` ends
one, what he said is the next. So the end of a text is tried with words behind it, and the beginning of the next one
with the text above it.
"""

from __future__ import annotations

import re

from proxy.attribution.beginnings import Beginnings
from proxy.attribution.credited import signed_below
from proxy.attribution.reading import FEWEST, Read, told
from proxy.attribution.signs import ADDED, AFTER, COLON
from proxy.attribution.strangers import CAPITAL, is_name, names_stranger
from proxy.formats.headings import is_heading
from proxy.model import Span

_GOES_ON = "and so the words of somebody go on from here"
"""Words in small letters, which open nothing by themselves."""
_LINES = 3
"""Lines at the end of a text that may be a beginning: the head of a mail, a time above a name."""
_TAIL = 600
"""Characters at an edge of a text that are read for it."""
_SAME_LINE = re.compile(rf"\"[ ]*[:,][ ]*\"?$|[{COLON}>|({{\[—–→]$|[ ]-$")
"""A sign behind which words go on in the same line."""
_DASH = re.compile(r"[)\]*_ ]{0,3}(?:[—–→-]|->)")
"""A dash or an arrow by itself."""
_SIGNED = re.compile(rf"[{COLON}#*>|\])—–→]|[ ]-$|\n")
"""What makes a name in a turn more than a word that was said: a sign, or lines above it. Recognizers write turns of one
word."""
_FIELD = re.compile(
    rf"[*_ ]{{0,3}}(?:subject|to|cc|bcc|date|sent|reply-to|betreff|an|datum|objet|à|asunto|para|fecha|oggetto|inviato"
    rf"|onderwerp|aan|verzonden|assunto|enviado)[*_ ]{{0,3}}"
    rf"[{COLON}][^\n]*",
    re.IGNORECASE,
)
"""A field of the head of a mail that does not say who wrote it."""
_LAST_NAME = re.compile(rf"{CAPITAL}(?:[ ,]{{1,2}}{CAPITAL}){{1,3}}(?:[{COLON}]|[ ][—–→])$")
"""A name of several words before a colon or a dash at the end of a line."""
LEADS_ON = (*COLON, "—", "–", "→")
"""Signs at the end of a text behind which somebody whom nobody knows may speak."""
_ENDED = re.compile(r"[.!?…。！？؟।॥:;][\"'”’)\]}>*_]{0,4}\s*\Z")


def left_open(beginnings: Beginnings, text: str, speaker: str | None) -> bool:
    """Whether a text ends where the words of somebody other than `speaker` (an id; None: the client) would follow."""
    lines = _last_lines(text)
    if _listed(beginnings, lines) or (speaker is not None and not _SIGNED.search(text.strip())):
        return False
    for count in range(1, len(lines) + 1):
        opening = "\n".join(lines[-count:])
        joints = ("\n", " ") if _SAME_LINE.search(opening) else ("\n",)
        if any(_opened(beginnings, opening, joint, speaker) for joint in joints):
            return True
    return bool(lines) and _opened_by_stranger(beginnings, lines[-1], speaker)


def signed_by_next(beginnings: Beginnings, text: str, following: str, speaker: str | None) -> bool:
    """Whether the next text opens with the signature of somebody other than `speaker` below this one."""
    above = text[-_TAIL:].rstrip()
    whole = above + "\n" + following[:_TAIL].lstrip()
    read = beginnings.read(whole)
    return bool(above) and signed_below(read, Span(0, len(above)), len(whole), speaker)


def cut_off(text: str, following: str) -> bool:
    """Whether a sentence that has no end in one text goes on in the next one."""
    return bool(text.strip()) and _ENDED.search(text[-_TAIL:]) is None and following.lstrip()[:1].islower()


def _last_lines(text: str) -> list[str]:
    """The lines at the end of a text, down from the last blank one, without what a mail's head says besides."""
    paragraph = re.split(r"\n[ \t\r]*\n", text[-_TAIL:].rstrip())[-1]
    lines = paragraph.splitlines()
    while len(lines) > 1 and _FIELD.fullmatch(lines[-1]):
        lines.pop()
    return lines[-_LINES:]


def _listed(beginnings: Beginnings, lines: list[str]) -> bool:
    """Whether a text ends with a list of people: a name alone, below another one or a line that leads in a list."""
    if len(lines) < FEWEST or lines[-1].rstrip().endswith(tuple(COLON)):
        return False
    last, above = (beginnings.read(line) for line in (lines[-1], lines[-2]))
    leads = above.text.rstrip().endswith(tuple(COLON)) or _is_entry(above)
    return leads and _is_entry(last)


def _is_entry(read: Read) -> bool:
    """Whether a line is a name and what somebody is, and tells nothing."""
    return bool(read.written) and told(read.text) <= 1 and not read.text.rstrip().endswith((">", *COLON))


def _opened(beginnings: Beginnings, opening: str, joint: str, speaker: str | None) -> bool:
    """Whether words behind an opening would be somebody's for it, and none are there yet."""
    read = beginnings.read(opening)
    last = max(read.written, default=None, key=lambda mention: mention.start)
    if last is None or last.people == {speaker}:
        return False
    alone = (shape.fullmatch(opening, last.end) for shape in (ADDED, AFTER, _DASH))
    bare = next((match for match in alone if match is not None), None)
    if not (bare or _SAME_LINE.search(opening)):
        return False
    at = _begun(beginnings, beginnings.read(opening + joint + _GOES_ON), speaker)
    return at is not None and at < len(opening) and (bare is not None or _begun(beginnings, read, speaker) is None)


def _begun(beginnings: Beginnings, read: Read, speaker: str | None) -> int | None:
    whole = Span(0, len(read.text))
    return beginnings.spoken(read, whole) if speaker is None else beginnings.authored(read, whole, speaker)


def _opened_by_stranger(beginnings: Beginnings, line: str, speaker: str | None) -> bool:
    """Whether a line is the label of somebody whom nobody knows: in a turn any, in the client's words one of a name."""
    label = line.strip().strip("*_#> ")
    if not label.endswith(LEADS_ON if speaker is not None else tuple(COLON)) or is_heading(label[:-1]):
        return False
    read = beginnings.read(label)
    if speaker is None:
        return names_stranger(read, 0)
    named = label.endswith(tuple(COLON)) and is_name(label[:-1])
    return not read.written and (named or _LAST_NAME.search(label) is not None)
