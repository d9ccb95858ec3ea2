"""Recognize a client's own words beside a transcript: they make a request, or describe the text or form they want.

A paragraph without a name beside a transcript may be anybody's: the minutes of the last meeting, a mail, words that the
tool could not assign. Finding no trace of speech in it proves nothing, so it must prove that it is the client's. A line
proves this if it opens as instructions do or mentions the text that is wanted. So does whatever depends on such a line:
the rest of a line that was too long, the entries of its list, the form that it asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from proxy.attribution.asking import (
    INDIRECT,
    INTRODUCES,
    LONGEST_ENTRY,
    MARKUP,
    QUESTION,
    SENTENCE,
    SPEAKING,
    STOPS,
    TELLS,
    announces_rules,
    asks,
    asks_for_text,
    bare,
    demands,
    entitles_meeting,
    instructs,
    is_of_text,
    is_titled,
    opens_instructions,
    opens_or_addresses,
    reports,
    sentences,
    wishes,
)
from proxy.attribution.captions import (
    is_form,
    tells_nothing,
)
from proxy.attribution.data_strings import Telling, Words, strings_of_data, telling_strings
from proxy.attribution.deeds import asks_people
from proxy.attribution.notices import is_filled_in
from proxy.attribution.prompt_fields import settings_in
from proxy.attribution.reading import FEWEST, told
from proxy.attribution.shown_forms import fills_form, is_enclosed, names_place, opens_form, without
from proxy.attribution.text_statements import states_form, states_of_text
from proxy.attribution.text_words import (
    OF_TEXTS,
    TEXT,
    WANTED,
    WISHED,
    WORD,
    WORKS,
    folded,
    is_form_word,
    is_of_form,
    names_things,
    titles,
)
from proxy.formats.labels import is_heading
from proxy.languages import patterns, words
from proxy.model import Span
from proxy.wording.vocabulary import is_ordinary

_OF_DATA = Words(is_of_text, is_of_form, names_things, lambda value, spoken: not spoken and asks_for_text(value))
_OF_INSTRUCTIONS = _OF_DATA._replace(asks=lambda value, spoken: asks_for_text(value) if spoken else asks(value))
_DATA = re.compile(r"[\[{}\]\"',]|(?:-[ ]+)?[a-z_]{1,30}[ ]?[:=]")
"""How a line of data opens."""
_FORMED = words("asking", "formed")
"""Words for the form of the data that a request asks for."""
_GIVEN = words("asking", "meant") | words("asking", "given")
"""Words for a text that is given and not wanted."""
_CONTENT = re.compile(r"\b(?:these|this|those|following|below|above|last|previous)\b", re.IGNORECASE)
_PLACES = words("asking", "places")
"""Things that a line asks to list below it and that are not the given text."""
_TAG = re.compile(r"</?[A-Za-z_][^<>\n]{0,120}>|\[/?[A-Z_]{2,20}\]")
_ELEMENT = re.compile(r"[\w.:-]+(?:[ ]+[\w.:-]+[ ]?=[ ]?(?:\"[^\"]*\"|'[^']*'|[^\s\"']+))*[ ]?")
"""A name of a tag, with its attributes."""
_ITEM = re.compile(r"[ \t]*(?:[-*•+–]|[0-9]{1,3}[.)]|[a-z][.)])[ \t]+")
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]+\S")
_FENCE = re.compile(r"[ \t]*(?:```|~~~)[\w-]{0,20}[ \t]*")
_TEXTS = WISHED | words("asking", "texts")
"""What such a sentence mentions besides the form of the text."""
_MISSED = re.compile(
    r"(?:i|we) (?:missed|(?:was|were) (?:late for|not (?:in|at)|away (?:from|during)|absent from)"
    r"|could(?:n['’]t| not) (?:attend|join)) (?:this|the|our) (?:call|conversation|meeting|session)\s*(?:[.!]|$)"
    rf"|(?:i|we) {patterns('asking', 'absent')}\s*(?:[.!]|$)",
    re.IGNORECASE,
)
"""How somebody who was absent asks what was said."""
_SAMPLE = re.compile(
    rf"(?:an? )?{patterns('asking', 'examples')}\b[^.!?:\n]{{0,40}}:\**$",
    re.IGNORECASE,
)
"""Introduces an example of the text that is wanted."""
_SAMPLED = words("asking", "sampled")
"""What an example shows besides the text that is wanted."""
_GLOSSARY = re.compile(rf"(?:\w+ )?{patterns('asking', 'glossary')}\W*$", re.IGNORECASE)
_MEANING = re.compile(
    rf"[^\s:=]{{1,30}}(?: [^\s:=]{{1,30}})?(?: {patterns('asking', 'means')}|[ ]?[=:])(?: [^\W\d_][\w'’-]*){{1,6}}\W*$",
    re.IGNORECASE,
)
"""A word and its meaning, in a glossary entry."""
_WRAPPED = 50
"""Minimum length, in characters, of a line that may have been too long to hold its whole sentence."""
_LONGEST_TITLE = 8
_FEWEST_SAID = 4
"""Minimum words of a heading in which somebody speaks: ``### I paid the supplier``, unlike ``# Our style``."""
_LONGEST_SAMPLE = 15


def unproven(text: str, span: Span, *, opened: bool = False) -> Iterator[tuple[Span, bool]]:
    """Split a stretch beside a transcript by lines, joined where alike; True: it does not read as the client's.

    `opened`: a request about a text opens the message, so that any request in it is the client's.
    """
    start, anybodys = span.start, False
    for line, asked in _lines(text, span, opened=opened):
        if asked == anybodys and text[line.start : line.end].strip():
            if line.start > start:
                yield Span(start, line.start), anybodys
            start, anybodys = line.start, not asked
    if start < span.end:
        yield Span(start, span.end), anybodys


def _lines(text: str, span: Span, *, opened: bool) -> Iterator[tuple[Span, bool]]:
    """Yield the lines of a stretch, each with whether it is proven to be the client's.

    A line that is not proven at its beginning is yielded sentence by sentence.
    """
    led = listed = hangs = entry = below = shows = False
    above = ""
    at = span.start
    settings = {line.start for line in settings_in(text, span)}
    data, quoted = list(telling_strings(text, span, _OF_DATA)), list(strings_of_data(text, span))
    prompted = _prompted(text, span) if not opened else frozenset[int]()
    for written in text[span.start : span.end].splitlines(keepends=True):
        line = Span(at, at + len(written))
        at = line.end
        content = _untagged(written).strip()
        if not any(map(str.isalnum, content)) or _FENCE.fullmatch(content):
            hangs, listed = (hangs, listed) if content else (False, listed and not entry)
            above, below = above if content or _holds_list(above) else "", False
            yield line, True
            continue
        strings = [string for string in data if string.span.start < line.end and line.start < string.span.end]
        if any(not string.short for string in strings):
            led = listed = hangs = entry = below = shows = False
            above = ""
            yield line, False
            continue
        marked = _ITEM.match(written)
        entry, item = marked is not None, written[marked.end() :] if marked is not None else ""
        formed = shows and opens_form(written) and fills_form(without(text, line, quoted))
        led = (
            line.start in settings
            or (_is_asked(content) and (opened or line.start in prompted or not asks_people(bare(content))))
            or hangs
            or _is_title(content)
            or entitles_meeting(content)
            or is_filled_in(content)
            or is_form(content)
            or (entry and _is_clients_entry(content, item, above, led=led, listed=listed))
            or (below and _is_sample(above, content))
            or formed
        )
        shows = formed or (led and not _tells_alone(content))
        yield from _without(line, strings) if led else _sentence_by_sentence(line, written)
        goes_on = entry or (hangs and content[-1] not in STOPS)
        above, below = content if led and not entry else above if led and entry else "", led and not entry
        listed = led and (_leads_in(content, entry=entry) or (listed and goes_on))
        hangs = led and len(content) >= _WRAPPED and content[-1] not in STOPS + ":"


def data_told(text: str, span: Span) -> Iterator[tuple[Span, bool]]:
    """Split a stretch of instructions at data in it that tells something; True: such data.

    A field for instructions may hold a record of speech: JSON or YAML with no speaker. An example, or the object that a
    request asks for, is the client's; where a key of what is said precedes a string, only an example is.
    """
    shown, at, start = _introduced(text, span), span.start, span.start
    for string in telling_strings(text, span, _OF_INSTRUCTIONS):
        above = next((line for begun, line in reversed(shown) if begun <= string.span.start), "")
        own = _holds_sample(above) or (not string.spoken and (string.short or _asks_for_form(above)))
        if own or string.span.end <= at:
            continue
        told = _whole_lines(text, string.span, span) if string.spoken and not string.short else string.span
        start = max(at, told.start)
        if at < start:
            yield Span(at, start), False
        yield Span(start, told.end), True
        at = told.end
    if at < span.end:
        yield Span(at, span.end), False


def _introduced(text: str, span: Span) -> list[tuple[int, str]]:
    """Where each line of a stretch begins, with the line above its data, or the words before the data in it."""
    found: list[tuple[int, str]] = []
    at, above = span.start, ""
    for line in text[span.start : span.end].splitlines(keepends=True):
        content = line.strip()
        before, brace, _ = content.partition("{")
        if content and not _FENCE.fullmatch(content) and not _DATA.match(content):
            above = before if brace else content
        found.append((at, above))
        at += len(line)
    return found


def _whole_lines(text: str, span: Span, within: Span) -> Span:
    """The lines of a stretch that hold a string."""
    start = max(within.start, text.rfind("\n", 0, span.start) + 1)
    end = text.find("\n", span.end, within.end)
    return Span(start, end if end >= 0 else within.end)


def _asks_for_form(above: str) -> bool:
    """Whether a line asks for data of the form below it, or is a caption of one: ``Output format:``."""
    words = set(folded(above))
    captioned = not _FORMED.isdisjoint(words) and _GIVEN.isdisjoint(words)
    return captioned or (bool(above) and _may_list(above))


def _prompted(text: str, span: Span) -> frozenset[int]:
    """Where the lines begin that share a paragraph with a request about a text."""
    found, paragraph, asked = set[int](), list[int](), False
    at = span.start
    for written in [*text[span.start : span.end].splitlines(keepends=True), ""]:
        content = written.strip()
        if not content:
            found.update(paragraph if asked else ())
            paragraph, asked = [], False
        paragraph.append(at)
        request = bool(content) and asks(content) and not (asks_people(bare(content)) or _tells_alone(content))
        asked = asked or request
        at += len(written)
    return frozenset(found)


def _without(line: Span, strings: Iterable[Telling]) -> Iterator[tuple[Span, bool]]:
    """Split a line of the client's at short strings in it that may tell something."""
    at = line.start
    for string in strings:
        if at < string.span.start:
            yield Span(at, string.span.start), True
        at = max(at, string.span.start)
        if at < string.span.end:
            yield Span(at, min(string.span.end, line.end)), False
            at = min(string.span.end, line.end)
    if at < line.end:
        yield Span(at, line.end), True


def _sentence_by_sentence(line: Span, written: str) -> Iterator[tuple[Span, bool]]:
    """Split a line that does not begin as the client's: only its sentences that ask for a text are proven."""
    missed = _MISSED.match(bare(written)) is not None
    start = line.start
    for sentence in SENTENCE.finditer(written):
        own = bare(sentence[0].strip())
        end = line.start + sentence.end()
        if own:
            asks_on = missed and (not sentence.start() or own.endswith("?") or asks(own))
            yield Span(start, end), asks_on or _asks_for_text(own) or states_of_text(own)
            start = end
    if start < line.end:
        yield Span(start, line.end), True


def _asks_for_text(sentence: str) -> bool:
    """Whether a sentence asks for work on a text and can ask for nothing else."""
    words = folded(sentence)
    if not words or not SPEAKING.isdisjoint(words):
        return wishes(sentence)
    of_text = tells_nothing(word for word in words[1:] if word not in _TEXTS)
    return words[0] in WORKS or (opens_instructions(words[0]) and len(words) > 1 and of_text)


def _is_asked(line: str) -> bool:
    """Whether a line asks; behind a statement of texts, which many make, each further sentence has to be a client's."""
    if not asks(line):
        return False
    first, *further = sentences(bare(line))
    return not states_of_text(first) or all(map(_goes_on, further))


def _tells_alone(line: str) -> bool:
    """Whether a line tells of a text or says who met, and asks for no form: what looks like one below it is none."""
    first = next(sentences(bare(line)), "")
    tells = states_of_text(first) or entitles_meeting(line) or is_filled_in(line)
    return tells and _FORMED.isdisjoint(folded(line))


def _goes_on(sentence: str) -> bool:
    """Whether a sentence behind a statement of texts is one, asks of a model, or has words for texts or plain ones."""
    plain = not OF_TEXTS.isdisjoint(folded(sentence)) or names_things(sentence)
    return states_of_text(sentence) or ((plain or asks(sentence)) and not asks_people(bare(sentence)))


def _is_clients_entry(entry: str, item: str, above: str, *, led: bool, listed: bool) -> bool:
    """Whether a list entry depends on what stands above it; one that shows a form must be one or an example."""
    if is_enclosed(item) and not (fills_form(item) or _holds_sample(above)):
        return False
    return listed or (led and _is_entry(entry)) or _is_asked_by(above, entry)


def _is_asked_by(above: str, entry: str) -> bool:
    """Whether a list entry belongs to the line above the list: a thing to report, an example, or a meaning."""
    item = MARKUP.sub("", entry)
    words = folded(item)
    if _GLOSSARY.match(bare(above)):
        return _MEANING.match(item) is not None and SPEAKING.isdisjoint(words)
    if _is_sample(above, entry):
        return True
    if announces_rules(above):
        return asks(item) or not reports(item)
    plain = SPEAKING.isdisjoint(words) and len(words) <= LONGEST_ENTRY and not TELLS.search(item)
    return bool(above) and plain and INDIRECT.match(item) is not None and _may_list(above)


def _holds_list(above: str) -> bool:
    """Whether what a line introduces may stand below a blank line: an example, a glossary, or rules."""
    return _holds_sample(above) or announces_rules(above) or _GLOSSARY.match(bare(above)) is not None


def _holds_sample(above: str) -> bool:
    """Whether a line introduces an example of the text that is given or wanted."""
    plain = bare(above)
    return _SAMPLE.match(plain) is not None and not (WANTED | TEXT | _SAMPLED).isdisjoint(folded(plain))


def _is_sample(above: str, line: str) -> bool:
    """Whether a line is the example that the line above it introduces."""
    return _holds_sample(above) and len(folded(line)) <= _LONGEST_SAMPLE


def is_prompt(text: str) -> bool:
    """Whether all lines of a text read as the client's, and one of them is a request about a text and no question.

    If that is not the first one below its headings, requests in other paragraphs than its own need more proof.
    """
    lines = [_untagged(line).strip() for line in text.splitlines()]
    worded = [line for line in lines if any(map(str.isalnum, line)) and not _HEADING.match(line)]
    asking = [asks_for_text(line) and QUESTION.match(bare(line)) is None for line in worded]
    return any(asking) and not any(told for _, told in unproven(text, Span(0, len(text)), opened=asking[0]))


def _untagged(line: str) -> str:
    """A line without tags and places to fill in; angle brackets around words that tell something are neither."""
    return _TAG.sub(lambda tag: tag[0] if _is_told(tag[0].strip("</>[]")) else " ", line)


def _is_told(placed: str) -> bool:
    """Whether words in angle brackets tell something: they are no tag, and do not say what is to be filled in."""
    if INDIRECT.match(placed) is not None:
        return False
    return reports(placed) or (_ELEMENT.fullmatch(placed) is None and not names_place(placed))


def _leads_in(line: str, *, entry: bool) -> bool:
    """Whether a line asks for the things listed below it; a line that announces a text or asks indirectly does not."""
    ends = line[-1] in ":：" if entry else line[-1] not in STOPS
    return ends and INDIRECT.match(bare(line)) is None and _may_list(line)


def _may_list(line: str) -> bool:
    """Whether a line ends with a request, and neither reports something nor announces a text."""
    *_, line = sentences(line)
    plain = bare(line)
    if states_form(plain):
        return True
    words = set(folded(plain))
    if (_CONTENT.search(plain) and _PLACES.isdisjoint(words)) or not (opens_or_addresses(plain) or demands(plain)):
        return False
    return instructs(plain) and not is_titled(line) and not INTRODUCES.match(plain)


def _is_title(line: str) -> bool:
    """Whether a line is a Markdown heading or a title of plain words, and tells nothing."""
    words = WORD.findall(line)
    if len(words) >= _FEWEST_SAID and not SPEAKING.isdisjoint(folded(line)) and not INDIRECT.match(bare(line)):
        return False
    if is_heading(line):
        return len(words) <= _LONGEST_TITLE
    return _HEADING.match(line) is not None and len(words) <= _LONGEST_TITLE and not _tells_in_title(line)


def _tells_in_title(line: str) -> bool:
    """Whether words of a heading may tell something: they are English, and not all name texts, topics or people."""
    if titles(line) or asks(line):
        return False
    mentions = not (TEXT | WISHED | WANTED).isdisjoint(folded(line))
    return not mentions and any(is_ordinary(word) for word in folded(line) if not is_form_word(word))


def _is_entry(line: str) -> bool:
    """Whether a list item is a title, or a name with a role, and reports nothing."""
    return len(WORD.findall(line)) <= LONGEST_ENTRY and told(line) <= FEWEST
