"""Recognize where one text continues in the next: open beginnings, signatures, and paragraphs that go on.

Clients split what a person reads as one text into several messages, parts, descriptions and turns: ``Ben Okoro:`` ends
one, and what he said is the next. So the end of a text is tested with words appended, and the beginning of the next
text with the text above it.

Within a text, `goes_on_until` decides whether a paragraph without a label continues the words above it, since people
pause and tools break lines. What stands below an unfinished line is its continuation. A line is unfinished if it ends
in a comma, a colon or a word that needs another, if the text below begins in lower case or as a list, or if all other
lines end in a full stop and this one does not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from proxy.attribution.asking import asks, asks_about_text
from proxy.attribution.beginnings import Beginnings
from proxy.attribution.credits import heads_words
from proxy.attribution.dialogues import is_label
from proxy.attribution.prompts import unproven
from proxy.attribution.reading import (
    ADDED,
    AFTER,
    CHANGES,
    COLON,
    FEWEST,
    TIME_BEFORE,
    NamedText,
    opens_line,
    told,
)
from proxy.attribution.signatures import closes_letter, signed_below
from proxy.attribution.strangers import CAPITAL, is_name, names_stranger
from proxy.formats.labels import is_heading
from proxy.formats.times import CLOCK
from proxy.languages import patterns, words
from proxy.model import Span
from proxy.redaction.roster.search import Mention
from proxy.wording.plain_words import is_imperative
from proxy.wording.voices import COUNTED_VOICE

_GOES_ON = "and so the words of somebody go on from here"
"""Words in lower case, which open nothing by themselves."""
_LINES = 3
"""Lines at the end of a text that may be a beginning: the head of a mail, a time above a name."""
_TAIL = 600
"""Characters at an edge of a text that are read for a seam."""
_SAME_LINE = re.compile(rf"\"[ ]*[:,][ ]*\"?$|[{COLON}>|({{\[—–→]$|[ ]-$")
"""A sign after which words continue on the same line."""
_UNCLOSED = re.compile(r"[\"{\[,][^\n]*[:,\"][ ]*\"?$")
"""A string of JSON that is not closed, or a time behind a name: no sentence ends so."""
_UNNAMED = re.compile(
    rf"(?:^|\n)[ \t]*(?:[\[(<]?{CLOCK}[\])>]?(?:[ ]*-+>[ ]*{CLOCK})?|>>+|»"
    rf"|\[?(?:{COUNTED_VOICE.pattern})\]?[ ]?[{COLON}]?)[ \t]*\Z",
    re.IGNORECASE,
)
"""A time, a change of speakers or a diarizer's label alone on the last line."""
_LONGEST_HEAD = 4
_DASH = re.compile(r"[)\]*_ ]{0,3}(?:[—–→-]|->)")
"""A dash or an arrow by itself."""
_SIGNED = re.compile(rf"[{COLON}#*>|\])—–→=\"]|,[ ]*[0-9'\"]|[ ]-$|\n")
"""What shows that a name in a turn is more than a spoken word: a sign, or lines above it.

Speech recognizers write turns of one word. A comma alone is no such sign, since people address each other
(``Thanks, Ben.``), but for one within a name (``Okoro, Ben``).
"""
_FIELD = re.compile(rf"[*_ ]{{0,3}}{patterns('mail', 'fields')}[*_ ]{{0,3}}[{COLON}][^\n]*", re.IGNORECASE)
"""A field of a mail's head that does not say who wrote it."""
_LAST_NAME = re.compile(rf"{CAPITAL}(?:[ ,]{{1,2}}{CAPITAL}){{1,3}}(?:[{COLON}]|[ ][—–→])$")
"""A name of several words before a colon or a dash at the end of a line."""
LEADS_ON = (*COLON, "—", "–", "→")
"""Signs at the end of a text after which somebody unknown may speak."""
_OPEN_STRING = re.compile(r"[\[{:,]\s*\"(?:[^\"\\]|\\.)*\Z")
"""A string of JSON that the end of a text leaves open."""
_ENDED = re.compile(r"[.!?…。！？؟।॥:;][\"'”’)\]}>*_]{0,4}\s*\Z")


def left_open(
    beginnings: Beginnings, text: str, speaker: str | None, *, below: str | None = "", spared: str | None = None
) -> bool:
    """Whether words of somebody other than `speaker` (an id; None: the client) would follow the end of a text.

    `below` is the text that follows, None if it can be no sentence. It counts where a name stands within a line of the
    client's, as in ``The minutes are taken by Ben``: below it, what reads as the client's is the client's. `spared` is
    the id of whoever is declared to have said the text below, if it is not the speaker.
    """
    lines = _last_lines(text)
    if (
        _listed(beginnings, lines)
        or _signed(beginnings, lines)
        or (speaker is not None and not (_SIGNED.search(text.strip()) or _turned_round(beginnings, lines)))
    ):
        return False
    own = frozenset(person for person in (speaker, spared) if person is not None)
    clients = speaker is None and (below is None or is_clients(below))
    for count in range(1, len(lines) + 1):
        opening = "\n".join(lines[-count:])
        read = beginnings.read(opening)
        last = _last_named(read, own)
        if last is None or (clients and not _is_head(read, last)):
            continue
        if _opened(beginnings, read, last, speaker) or _leads_in(beginnings, opening):
            return True
    if not lines:
        return False
    alone = speaker is None and _reads_on(beginnings, lines[-1], below, own)
    return alone or _opened_by_stranger(beginnings, lines[-1], speaker)


def is_clients(below: str) -> bool:
    """Whether the first line of a text reads as the client's."""
    below = below.lstrip()
    line = Span(0, len(below.partition("\n")[0]))
    return bool(below) and not any(told for _, told in unproven(below, line))


def signed_by_next(beginnings: Beginnings, text: str, following: str, speaker: str | None) -> bool:
    """Whether the next text opens with the signature, below this text, of somebody other than `speaker`."""
    above = text[-_TAIL:].rstrip()
    whole = above + "\n" + following[:_TAIL].lstrip()
    read = beginnings.read(whole)
    return bool(above) and signed_below(read, Span(0, len(above)), len(whole), speaker)


def cut_off(text: str, following: str) -> bool:
    """Whether an unfinished sentence, or a string of a record, of one text continues in the next one."""
    if text.lstrip().startswith(("[", "{")) and _OPEN_STRING.search(text[-_TAIL:]) is not None:
        return bool(following.strip())
    return bool(text.strip()) and _ENDED.search(text[-_TAIL:]) is None and following.lstrip()[:1].islower()


def _last_lines(text: str) -> list[str]:
    """The lines at the end of a text after its last blank line, without trailing mail fields that name no author."""
    paragraph = re.split(r"\n[ \t\r]*\n", text[-_TAIL:].rstrip())[-1]
    lines = paragraph.splitlines()
    while len(lines) > 1 and _FIELD.fullmatch(lines[-1]):
        lines.pop()
    return lines[-_LINES:]


def _listed(beginnings: Beginnings, lines: list[str]) -> bool:
    """Whether a text ends with a list of people: a name alone, below another name or a line that introduces a list."""
    if len(lines) < FEWEST or lines[-1].rstrip().endswith(tuple(COLON)):
        return False
    if not _is_entry(beginnings.read(lines[-1])):
        return False
    above = beginnings.read(lines[-2])
    return above.text.rstrip().endswith(tuple(COLON)) or _is_entry(above)


def _turned_round(beginnings: Beginnings, lines: list[str]) -> bool:
    """Whether a text ends with a name whose last name comes first: ``Okoro, Ben``."""
    read = beginnings.read(lines[-1] if lines else "")
    return any("," in read.text[mention.start : mention.end] for mention in read.anybody(0, len(read.text)))


def _signed(beginnings: Beginnings, lines: list[str]) -> bool:
    """Whether a text ends with a name that closes a letter."""
    return len(lines) >= FEWEST and closes_letter(lines[-2]) and _is_entry(beginnings.read(lines[-1]))


def _is_entry(read: NamedText) -> bool:
    """Whether a line is a name with a role and reports nothing."""
    return bool(read.people) and told(read.text) <= 1 and not read.text.rstrip().endswith((">", *COLON))


def may_lead(text: str) -> bool:
    """Whether the end of a text is a sign, a time or a diarizer's label, after which somebody unknown may speak."""
    return text.endswith(LEADS_ON) or _UNNAMED.search(text, max(0, len(text) - _TAIL)) is not None


def _reads_on(beginnings: Beginnings, line: str, below: str | None, own: frozenset[str]) -> bool:
    """Whether the last line of the client's and the text below it are the beginning of speech only together."""
    read = beginnings.read(line)
    last = _last_named(read, own)
    named = last is not None and opens_line(TIME_BEFORE.sub(" ", line[: last.start]))
    label = AFTER.match(line, last.end) if last is not None else None
    named = named and len(_WORD.findall(line)) <= _LONGEST_HEAD and (label is None or opens_line(line[label.end() :]))
    unnamed = below is not None and not is_clients(below) and _UNNAMED.search(line) is not None
    if not unnamed and (not named or _begun(beginnings, read, None) is not None):
        return False
    joined = (beginnings.read(line + joint + (below or _GOES_ON)[:_TAIL]) for joint in ("\n", " "))
    begun = (_begun(beginnings, each, None) for each in joined)
    return any(at is not None and at < len(line) for at in begun)


def _last_named(read: NamedText, own: frozenset[str]) -> Mention | None:
    """The last person whom an opening names, unless it is only one of its `own`."""
    last = max(read.people, default=None, key=lambda mention: mention.start)
    return None if last is not None and len(last.people) == 1 and last.people <= own else last


def _is_head(read: NamedText, last: Mention) -> bool:
    """Whether an opening can only be a head: a name alone, an author's, or one name before a colon and no request."""
    text = read.text
    begun = text.rfind("\n", 0, last.start) + 1
    before = text[begun : last.start]
    if opens_line(TIME_BEFORE.sub(" ", before)) or CHANGES.search(before):
        return True
    alone = len({mention.people for mention in read.anybody(begun, len(text))}) == 1
    closed = text.endswith((*COLON, '"'))
    return alone and (heads_words(before, closed=closed) or (closed and not asks(text[begun:])))


def _opened(beginnings: Beginnings, read: NamedText, last: Mention, speaker: str | None) -> bool:
    """Whether an opening would give the words after it to somebody, and no such words are there yet."""
    opening = read.text
    same_line = _SAME_LINE.search(opening) is not None
    bare = any(shape.fullmatch(opening, last.end) for shape in (ADDED, AFTER, _DASH))
    bare = bare or (same_line and opens_line(opening[last.end :]))
    if not (bare or same_line):
        return False
    # What has to go on behind a sign is no turn of its own, and reads as the client's text does.
    readings = {speaker, None} if same_line and _UNCLOSED.search(opening) else {speaker}
    for joint in ("\n", " ") if same_line else ("\n",):
        goes_on = beginnings.read(opening + joint + _GOES_ON)
        begun = [_begun(beginnings, goes_on, reading) for reading in readings]
        if any(at is not None and at < len(opening) for at in begun):
            return bare or _begun(beginnings, read, speaker) is None
    return False


def _leads_in(beginnings: Beginnings, opening: str) -> bool:
    """Whether an opening breaks off behind whom it credits: ``According to Ben,``."""
    if not opening.endswith(","):
        return False
    goes_on = beginnings.read(f"{opening} {_GOES_ON}")
    return beginnings.credited(goes_on, Span(0, len(goes_on.text)))


def _begun(beginnings: Beginnings, read: NamedText, speaker: str | None) -> int | None:
    whole = Span(0, len(read.text))
    return beginnings.spoken(read, whole) if speaker is None else beginnings.authored(read, whole, speaker)


def _opened_by_stranger(beginnings: Beginnings, line: str, speaker: str | None) -> bool:
    """Whether a line is the label of somebody unknown; in a turn it must have the shape of a name."""
    label = line.strip().strip("*_#> ")
    if not label.endswith(LEADS_ON if speaker is not None else tuple(COLON)) or is_heading(label[:-1]):
        return False
    read = beginnings.read(label)
    if speaker is None:
        return names_stranger(read, 0)
    named = label.endswith(tuple(COLON)) and is_name(label[:-1])
    return not read.written and (named or _LAST_NAME.search(label) is not None)


_PARAGRAPH = re.compile(r"\S.*?(?=\n[ \t\r]*\n|\s*\Z)", re.DOTALL)
_SENTENCE_ENDED = re.compile(r"[.!?。！？؟।॥][\s\"'”’»)\]*_]*\Z")
_CLOSING = re.compile(r"(?:\s|</[A-Za-z][\w:.-]{0,40}>|[\"}\]])*\Z")
_OPEN = re.compile(r"[,;:–—،、…-][\s\"'”’»)\]*_]*\Z|\.\.\.\s*\Z")
_LISTED = re.compile(r"(?:[-*•+–]|[0-9]{1,3}[.)]|[a-z][.)])[ \t]")
_MARKED = re.compile(r"[<`~#=|{\[]|-{3}")
_WORD = re.compile(r"[^\W\d_][\w'’]*")
_LINKING = words("speech", "linking")
"""Words that do not end what somebody says."""
_FEWEST = 2


def goes_on_until(text: str, span: Span, above: str, others: Sequence[str], *, unclaimed: bool) -> int:
    """How far a stretch of the text continues the words `above` it; the start of the stretch if it does not.

    `unclaimed`: the words above are nobody's on the roster, so a label alone counts as such. `others` are the words of
    other lines: if all of them end in a full stop, a line without one is unfinished.
    """
    until = span.start
    stopped = len(others) >= _FEWEST and all(map(_SENTENCE_ENDED.search, others))
    for paragraph in _PARAGRAPH.finditer(text, *span):
        if text[until : paragraph.start()].strip() or not (
            _goes_on(above, paragraph[0], stopped=stopped) or (unclaimed and is_label(_last(above)))
        ):
            break
        above, until = paragraph[0], paragraph.end()
    return until


def asks_anew(text: str, above: str) -> bool:
    """Whether a text begins as an order or as a request about a text does, below words that end in a full stop.

    It does not go on with these. Marks that close a structure may follow the full stop: those of JSON, and end tags.
    """
    first = _WORD.search(text)
    if first is None or _SENTENCE_ENDED.search(_CLOSING.sub("", above)) is None:
        return False
    return is_imperative(first[0].casefold()) or (
        is_clients(text) and asks_about_text(text.lstrip().partition("\n")[0])
    )


def _last(words: str) -> str:
    """The last line of the words."""
    return (words.rstrip().splitlines() or [""])[-1]


def _goes_on(above: str, paragraph: str, *, stopped: bool) -> bool:
    """Whether a paragraph continues the one above it. `stopped`: all other lines end in a full stop."""
    if _MARKED.match(paragraph) or not above.strip():
        return False
    last = _last(above)
    words = _WORD.findall(last)
    if _OPEN.search(last) or (words and words[-1].casefold() in _LINKING and not _SENTENCE_ENDED.search(last)):
        return True
    if _LISTED.match(last) and _LISTED.match(paragraph):
        return True
    first = _WORD.search(paragraph)
    if _SENTENCE_ENDED.search(last) or first is None or is_imperative(first[0].casefold()):
        return False
    return stopped or paragraph[:1].islower() or _LISTED.match(paragraph) is not None
