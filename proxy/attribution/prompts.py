"""Recognize a client's own words beside a transcript: they make a request, or describe the text or form they want.

A paragraph without a name beside a transcript may be anybody's: the minutes of the last meeting, a mail, words that the
tool could not assign. Finding no trace of speech in it proves nothing, so it must prove that it is the client's. A line
proves this if it opens as instructions do or mentions the text that is wanted. So does whatever depends on such a line:
the rest of a line that was too long, the entries of its list, the form that it asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from proxy.attribution.captions import (
    fills_in,
    is_caption,
    is_foreign_caption,
    is_form,
    is_title,
    shows_form,
    tells_nothing,
)
from proxy.attribution.data_strings import telling_strings
from proxy.attribution.dialogues import opens_as_speech
from proxy.attribution.prompt_fields import settings_in
from proxy.attribution.reading import FEWEST, GREETS, told
from proxy.formats.labels import is_heading
from proxy.languages import patterns, words
from proxy.model import Span
from proxy.redaction.roster.meaning import is_order
from proxy.wording.plain_words import is_imperative

_SAID = words("asking", "said")
"""Words that are imperatives in prompts and just as often open what people say: ``Wait, …``."""
_ASKING = words("asking", "orders")
"""Words that open instructions, besides the English imperatives."""
_TEXT = words("asking", "text")
"""Words that prompts use and people seldom say: for the text that is given and for the form of the text that is wanted.
"""
_OPENINGS = re.compile(patterns("asking", "openings"), re.IGNORECASE)
"""How instructions open with several words."""
_INTRODUCES = re.compile(patterns("asking", "introduces"), re.IGNORECASE)
_WISHED = _TEXT | words("asking", "wished")
"""What somebody who asks for a text wants."""
_MEANT = words("asking", "meant")
"""What follows or stands above, as a line announces it: ``This is a meeting of the board``."""
_SPEAKING = words("asking", "speaking")
_ARTICLE = words("asking", "article")
"""Words that are articles when they follow an Italian imperative: ``Elenca i compiti``."""
_WISHES = re.compile(rf"{patterns('asking', 'wishes')}\b", re.IGNORECASE)
_REQUESTS = re.compile(
    rf"{patterns('asking', 'requests')}\b[^.!?\n]{{0,80}}"
    rf"(?:{patterns('asking', 'makes')}|(?P<sums_up>{patterns('asking', 'sums_up')}))\b",
    re.IGNORECASE,
)
"""Requests to produce a text, in languages other than English."""
_ADDRESSES = re.compile(patterns("asking", "addresses"), re.IGNORECASE)
_OBLIGES = re.compile(patterns("asking", "obliges"), re.IGNORECASE)
"""How somebody is told what they may or must do; people say this to each other too, but seldom of a text."""
_OBLIGED = words("asking", "orders", "en")
"""Verbs for what only an assistant is told to do or avoid: ``You must not invent facts``."""
_DEMANDS_OF_YOU = re.compile(r"\byou (?:must|should|shall|are to|need to|have to|will be)\b", re.IGNORECASE)
_DEMANDS_OF_TEXT = re.compile(
    r"^(?P<subject>(?:[a-z-]+ ){1,5})(?:should|must|shall|needs? to|is to|are to) (?:not |only |always |never )?"
    r"(?:(?P<is>be|have)|contain|include|document|follow|start|use|cover|list|capture|reflect)\b",
    re.IGNORECASE,
)
"""Demands on the text that is wanted: ``Each item should be short``."""
_QUALITIES = words("asking", "qualities")
"""What is wanted of a text, besides its form: ``The minutes should be suitable for the board``."""
_WANTED = words("asking", "wanted")
_LANGUAGE = re.compile(
    rf"(?:{patterns('asking', 'in_language')} )?{patterns('languages', 'names')}[.!]?$", re.IGNORECASE
)
"""The name of a language alone."""
_CONDITION = re.compile(rf"[ ,(]{patterns('asking', 'clauses')}\b[^.!?;\n]*", re.IGNORECASE)
"""A clause behind a request: ``…, if it was mentioned``."""
_WRITTEN = re.compile(
    rf"(?:(?:[a-z-]+|and|or),? ){{0,4}}{patterns('asking', 'written_parts')} (?:must|should|shall|are to|is to|are|is)"
    rf" (?:not |always |never |only )?(?:be )?{patterns('asking', 'written')}\b",
    re.IGNORECASE,
)
"""A rule for how parts of a text are written: ``Numbers are copied verbatim``, ``Dates must be written as …``."""
_QUESTION = re.compile(rf"{patterns('asking', 'questions')}\b[^.!\n]*\?", re.IGNORECASE)
_TELLS = re.compile(
    r"(?<!that )(?<!which )(?<!who )(?<!what )(?<!if )(?<!as )"
    rf"\b{patterns('asking', 'tells')}\b|^{patterns('asking', 'tells_in')} \w+,",
    re.IGNORECASE,
)
"""Turns a sentence that mentions a text into a report about it: ``The bullet points were sent``, ``In summary, …``."""
_ASKED_FOR = re.compile(rf"[ ,]{patterns('asking', 'please')}\b[.!]?$", re.IGNORECASE)
"""A few words that end as a request: ``Minutes, please.``"""
_GREETING = re.compile(rf"{GREETS}\b[^.!,\n]{{0,30}}[.!,]\s*[¿¡]?", re.IGNORECASE)
_EVER = words("asking", "ever")
"""Words that precede a request; alone they just as often open what people say."""
_CONTENT = re.compile(r"\b(?:these|this|those|following|below|above|last|previous)\b", re.IGNORECASE)
_PLACES = words("asking", "places")
"""Things that a line asks to list below it and that are not the given text."""
_CLAUSE = re.compile(
    rf"(?:{patterns('asking', 'clauses')}\b[^.!?\n]{{1,200}}?[,)]|for (?:each|every) \w+"
    rf"|{patterns('asking', 'conditions')})[ ]+(?P<verb>[^\W\d_]+)",
    re.IGNORECASE,
)
"""A clause before a request: ``If nobody is named, leave it empty``, ``For each person list``."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE = re.compile(r".*?(?:[.!?](?=\s|$)|[。！？])|.+", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z_][^<>\n]{0,120}>|\[/?[A-Z_]{2,20}\]")
_ADDED = re.compile(r"[ ]?\([^()\n]{0,60}\)")
_LABEL = re.compile(r"(?P<label>[^:：\n]{1,90})[:：](?=[\s*_]|$)(?P<value>.*)")
_ITEM = re.compile(r"[ \t]*(?:[-*•+–]|[0-9]{1,3}[.)]|[a-z][.)])[ \t]+")
_FORM = re.compile(r"[ \t]*(?:[\[{}\]\"`|]|\.\.\.|…|```)")
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]+\S")
_FENCE = re.compile(r"[ \t]*(?:```|~~~)[\w-]{0,20}[ \t]*")
_NEXT = re.compile(
    r"^(?:now|then|next|finally|also|additionally|lastly|afterwards|first|second|third|and|but|in addition)[ ,]+",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"^[\s#>*_`~=|\[({<\"'“«¿¡-]*(?:[0-9]{1,3}[.)][ \t]+)?[\s*_`\"'“«]*")
_PARTS = words("asking", "parts")
"""Parts of a text, which are numbered as people are not: ``Step 2: …``."""
_STOPS = ".!?。！？"
_WORKS = words("asking", "works")
"""Verbs that apply to texts alone: a sentence that opens with one is a request wherever it stands in a line."""
_OF_TEXTS = _WISHED | _MEANT | _WANTED
"""Words for texts and their parts."""
_TEXTS = _WISHED | words("asking", "texts")
"""What such a sentence mentions besides the form of the text."""
_MISSED = re.compile(
    r"(?:i|we) (?:missed|(?:was|were) (?:late for|not (?:in|at)|away (?:from|during)|absent from)"
    r"|could(?:n['’]t| not) (?:attend|join)) (?:this|the|our) (?:call|conversation|meeting|session)\s*(?:[.!]|$)"
    rf"|(?:i|we) {patterns('asking', 'absent')}\s*(?:[.!]|$)",
    re.IGNORECASE,
)
"""How somebody who was absent asks what was said."""
_INDIRECT = re.compile(r"(?:how|what|when|where|whether|which|who|whom|whose|why)\b", re.IGNORECASE)
"""How a list entry asks for something in the text: ``who does what by when``."""
_SAMPLE = re.compile(
    rf"(?:an? )?{patterns('asking', 'examples')}\b[^.!?:\n]{{0,40}}:\**$",
    re.IGNORECASE,
)
"""Introduces an example of the text that is wanted."""
_RULES = re.compile(
    rf"(?:\w+ ){{0,2}}{patterns('asking', 'rules')}(?:[ ]?\([^()]{{0,40}}\))?[ ]?[:：]?[*_]{{0,2}}$", re.IGNORECASE
)
"""Introduces rules for the text that is wanted: ``Output rules:``."""
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
_SHORTEST = 3
"""Minimum letters of a word for a text: ``to`` is the head of a field and says nothing."""
_FEWEST_SAID = 4
"""Minimum words of a heading in which somebody speaks: ``### I paid the supplier``, unlike ``# Our style``."""
_LONGEST_ENTRY = 8
_LONGEST_SAMPLE = 15


def unproven(text: str, span: Span) -> Iterator[tuple[Span, bool]]:
    """Split a stretch beside a transcript by lines, joined where alike; True: it does not read as the client's."""
    start, anybodys = span.start, False
    for line, asked in _lines(text, span):
        if asked == anybodys and text[line.start : line.end].strip():
            if line.start > start:
                yield Span(start, line.start), anybodys
            start, anybodys = line.start, not asked
    if start < span.end:
        yield Span(start, span.end), anybodys


def _lines(text: str, span: Span) -> Iterator[tuple[Span, bool]]:
    """Yield the lines of a stretch, each with whether it is proven to be the client's.

    A line that is not proven at its beginning is yielded sentence by sentence.
    """
    led = listed = hangs = entry = below = False
    above = ""
    at = span.start
    settings = {line.start for line in settings_in(text, span)}
    data = list(telling_strings(text, span, is_of_text))
    for written in text[span.start : span.end].splitlines(keepends=True):
        line = Span(at, at + len(written))
        at = line.end
        content = _untagged(written).strip()
        if not any(map(str.isalnum, content)) or _FENCE.fullmatch(content):
            hangs, listed = (hangs, listed) if content else (False, listed and not entry)
            above, below = above if content or _holds_list(above) else "", False
            yield line, True
            continue
        if any(string.start < line.end and line.start < string.end for string in data):
            led = listed = hangs = entry = below = False
            above = ""
            yield line, False
            continue
        entry = _ITEM.match(written) is not None
        led = (
            line.start in settings
            or asks(content)
            or hangs
            or _is_title(content)
            or is_form(content)
            or (entry and (listed or (led and _is_entry(content)) or _is_asked_by(above, content)))
            or (below and _is_sample(above, content))
            or (led and _FORM.match(written) is not None)
        )
        yield from ((line, True),) if led else _sentence_by_sentence(line, written)
        goes_on = entry or (hangs and content[-1] not in _STOPS)
        above, below = content if led and not entry else above if led and entry else "", led and not entry
        listed = led and (_leads_in(content, entry=entry) or (listed and goes_on))
        hangs = led and len(content) >= _WRAPPED and content[-1] not in _STOPS + ":"


def _sentence_by_sentence(line: Span, written: str) -> Iterator[tuple[Span, bool]]:
    """Split a line that does not begin as the client's: only its sentences that ask for a text are proven."""
    missed = _MISSED.match(_bare(written)) is not None
    start = line.start
    for sentence in _SENTENCE.finditer(written):
        own = _bare(sentence[0].strip())
        end = line.start + sentence.end()
        if own:
            asks_on = missed and (not sentence.start() or own.endswith("?") or asks(own))
            yield Span(start, end), asks_on or _asks_for_text(own)
            start = end
    if start < line.end:
        yield Span(start, line.end), True


def _asks_for_text(sentence: str) -> bool:
    """Whether a sentence asks for work on a text and can ask for nothing else."""
    words = _folded(sentence)
    if not words or not _SPEAKING.isdisjoint(words):
        return _wishes(sentence)
    of_text = tells_nothing(word for word in words[1:] if word not in _TEXTS)
    return words[0] in _WORKS or (_opens_instructions(words[0]) and len(words) > 1 and of_text)


def _is_asked_by(above: str, entry: str) -> bool:
    """Whether a list entry belongs to the line above the list: a thing to report, an example, or a meaning."""
    item = _MARKUP.sub("", entry)
    words = _folded(item)
    if _GLOSSARY.match(_bare(above)):
        return _MEANING.match(item) is not None and _SPEAKING.isdisjoint(words)
    if _is_sample(above, entry):
        return True
    if announces_rules(above):
        return asks(item) or not reports(item)
    plain = _SPEAKING.isdisjoint(words) and len(words) <= _LONGEST_ENTRY and not _TELLS.search(item)
    return bool(above) and plain and _INDIRECT.match(item) is not None and _may_list(above)


def _holds_list(above: str) -> bool:
    """Whether what a line introduces may stand below a blank line: an example, a glossary, or rules."""
    return _holds_sample(above) or announces_rules(above) or _GLOSSARY.match(_bare(above)) is not None


def _holds_sample(above: str) -> bool:
    """Whether a line introduces an example of the text that is given or wanted."""
    bare = _bare(above)
    return _SAMPLE.match(bare) is not None and not (_WANTED | _TEXT | _SAMPLED).isdisjoint(_folded(bare))


def _is_sample(above: str, line: str) -> bool:
    """Whether a line is the example that the line above it introduces."""
    return _holds_sample(above) and len(_folded(line)) <= _LONGEST_SAMPLE


def asks(line: str) -> bool:
    """Whether a line opens as instructions do, asks a question, or mentions the text that is given or wanted."""
    bare = _bare(line)
    label = _LABEL.match(bare)
    titled = label is not None and _titles(label["label"].strip("*_ "), label["value"].strip())
    return titled or _instructs(bare)


def is_prompt(text: str) -> bool:
    """Whether all lines of a text read as the client's, and the first one below its headings is about a text."""
    lines = (_untagged(line).strip() for line in text.splitlines())
    first = next((line for line in lines if any(map(str.isalnum, line)) and not _HEADING.match(line)), "")
    opens = asks(first) and asks_about_text(first) and _QUESTION.match(_bare(first)) is None
    return opens and not any(told for _, told in unproven(text, Span(0, len(text))))


def asks_about_text(line: str) -> bool:
    """Whether a request is about a text: ``Write the minutes``, unlike ``Cancel the order``, which anybody may say."""
    words = _folded(_bare(line))
    return not (_WISHED | _MEANT | _WANTED | _WORKS).isdisjoint(words)


def is_of_text(words: str) -> bool:
    """Whether words mention the text that is wanted or its parts, and report nothing."""
    return not (_TEXT | _WISHED | _WANTED).isdisjoint(_folded(words)) and not reports(words)


def reports(entry: str) -> bool:
    """Whether an entry of a list tells something, or its author speaks in it; an indirect question does not."""
    if not _SPEAKING.isdisjoint(_folded(entry)):
        return True
    return _TELLS.search(_CONDITION.sub("", entry)) is not None and _INDIRECT.match(entry) is None


def introduces(line: str) -> bool:
    """Whether a line announces the text below or above it: ``Here is the note``."""
    return _INTRODUCES.match(_bare(line)) is not None


def announces_rules(line: str) -> bool:
    """Whether a line is a caption of rules: ``Guidelines:``."""
    return _RULES.match(_bare(line)) is not None


def sentences(line: str) -> Iterator[str]:
    """The sentences of a line."""
    return (sentence[0].strip() for sentence in _SENTENCE.finditer(line) if sentence[0].strip())


def _untagged(line: str) -> str:
    """A line without tags and places to fill in; angle brackets around words that tell something are neither."""
    return _TAG.sub(lambda tag: tag[0] if _is_told(tag[0].strip("</>[]")) else " ", line)


def _is_told(placed: str) -> bool:
    """Whether words in brackets tell something; a question there asks for what is to be filled in."""
    return reports(placed) and _INDIRECT.match(placed) is None


def _bare(line: str) -> str:
    """A line without markup, without a greeting and without a word that connects it to the previous line."""
    return _NEXT.sub("", _GREETING.sub("", _MARKUP.sub("", line), count=1), count=1)


def _instructs(line: str) -> bool:
    """Whether the first sentence of a line says what to do with a text, or what the text is."""
    sentence = _SENTENCE.match(line)
    words = [word.casefold().replace("’", "'") for word in _WORD.findall(sentence[0] if sentence is not None else "")]
    opening, following = words[:1], words[1:3]
    opens = opening if _EVER.isdisjoint(opening) else words[1:2]
    forbids = opens != opening and opens == ["guess"]
    article = _ARTICLE if opening and not is_imperative(opening[0]) else frozenset[str]()
    marks = bool(opening) and is_order(line, 0, len(opening[0]))
    if (any(map(_opens_instructions, opens)) or forbids or marks) and (_SPEAKING - article).isdisjoint(following):
        return True
    clause = _CLAUSE.match(line)
    if clause is not None and _opens_instructions(clause["verb"].casefold()) and _SPEAKING.isdisjoint(words):
        return True
    if _ASKED_FOR.search(sentence[0] if sentence is not None else "") and len(words) <= _LONGEST_ENTRY:
        return True
    if (
        _OPENINGS.match(line)
        or _LANGUAGE.match(line)
        or _addresses(line)
        or (opening == ["you"] and any(map(_opens_instructions, following[:1])))
    ):
        return True
    if _wishes(line) or not _SPEAKING.isdisjoint(words):
        return _wishes(line)
    first = sentence[0] if sentence is not None else ""
    introduces = _INTRODUCES.match(line) is not None and not (_MEANT | _TEXT).isdisjoint(words)
    of_text = not _TEXT.isdisjoint(words) and _tells_of_text_alone(words)
    return _demands(first) or introduces or of_text or _QUESTION.match(line) is not None


def _tells_of_text_alone(words: Iterable[str]) -> bool:
    """Whether nothing but texts and their form is spoken of: a word for them is in many a report (``our output``)."""
    return tells_nothing(word.removesuffix("'s") for word in words if word not in _OF_TEXTS)


def _addresses(line: str) -> bool:
    """Whether a line tells its reader who they are, or what they may or must do with a text."""
    if _ADDRESSES.match(line):
        return True
    if not _OBLIGES.match(line):
        return False
    sentence = _SENTENCE.match(line)
    return _mentions_text(_folded(sentence[0] if sentence is not None else "")[1:])


def _mentions_text(words: Iterable[str]) -> bool:
    """Whether a word is one for texts, for their form, or for what only an assistant is told to do."""
    known = (word for word in words if word in _OF_TEXTS or word in _OBLIGED or shows_form(word) or is_heading(word))
    return any(len(word) >= _SHORTEST for word in known)


def _opens_or_addresses(line: str) -> bool:
    first = _folded(line)[:1]
    return any(map(_opens_instructions, first)) or _addresses(line)


def _demands(sentence: str) -> bool:
    """Whether a sentence states what the addressee or the text that is wanted must do or be."""
    text = _DEMANDS_OF_TEXT.match(sentence)
    subject = text["subject"].casefold().split() if text is not None else []
    demanded = _DEMANDS_OF_YOU.search(sentence) is not None and _mentions_text(_folded(sentence))
    if demanded or _is_rule_of_writing(sentence):
        return True
    if text is None or (_TEXT | _MEANT | _WANTED).isdisjoint(subject):
        return False
    return text["is"] is None or _is_quality(_folded(sentence[text.end() :]))


def _is_quality(words: Iterable[str]) -> bool:
    """Whether the first word that tells what something must be or have is one for texts: not ``burned``."""
    telling = (word for word in words if word in _QUALITIES or shows_form(word) or not tells_nothing((word,)))
    first = next(telling, None)
    return first is None or first in _QUALITIES or first in _OF_TEXTS or shows_form(first)


def _is_rule_of_writing(sentence: str) -> bool:
    """Whether a sentence says how parts of a text are written, and nothing of where or by whom."""
    rule = _WRITTEN.match(sentence)
    return rule is not None and _tells_of_text_alone(_folded(sentence[rule.end() :]))


def _leads_in(line: str, *, entry: bool) -> bool:
    """Whether a line asks for the things listed below it; a line that announces a text does not."""
    ends = line[-1] in ":：" if entry else line[-1] not in _STOPS
    return ends and _may_list(line)


def _may_list(line: str) -> bool:
    """Whether a line ends with a request, and neither reports something nor announces a text."""
    *_, line = sentences(line)
    bare = _bare(line)
    words = set(_folded(bare))
    if (_CONTENT.search(bare) and _PLACES.isdisjoint(words)) or not (_opens_or_addresses(bare) or _demands(bare)):
        return False
    return _instructs(bare) and not _is_titled(line) and not _INTRODUCES.match(bare)


def _wishes(line: str) -> bool:
    """Whether somebody asks for a text: ``I need a summary``."""
    requests = _REQUESTS.match(line)
    if requests is not None and requests["sums_up"] is not None:
        return True
    return (_WISHES.match(line) is not None or requests is not None) and not _WISHED.isdisjoint(_folded(line))


def _folded(text: str) -> list[str]:
    """The words of a text, case-folded."""
    return [word.casefold() for word in _WORD.findall(text)]


def _opens_instructions(word: str) -> bool:
    return word in _ASKING or (is_imperative(word) and word not in _SAID)


def _titles(label: str, value: str) -> bool:
    """Whether the words before a colon are a title of what follows; one with a number must count parts of a text."""
    if fills_in(label, value):
        return True
    label = _ADDED.sub("", label)
    words = _folded(label)
    counted = any(map(str.isdigit, label))
    listed = len(words) > 1 and is_title(label) and any(map(is_heading, words))
    titles = _PARTS.issuperset(words) if counted else listed or is_heading(label) or is_caption(label)
    tells = _TELLS.search(value) is not None or not _SPEAKING.isdisjoint(_folded(value))
    if is_foreign_caption(label) and tells:
        return False
    return titles and (not opens_as_speech(value) or _wishes(value))


def _is_titled(line: str) -> bool:
    """Whether a line has a title before a colon, so that the list below it reports rather than asks."""
    label = _LABEL.match(_MARKUP.sub("", line))
    return label is not None and not _instructs(label["label"]) and _titles(label["label"].strip("*_ "), "")


def _is_title(line: str) -> bool:
    """Whether a line is a Markdown heading or a title of plain words."""
    words = _WORD.findall(line)
    if len(words) >= _FEWEST_SAID and not _SPEAKING.isdisjoint(_folded(line)) and not _INDIRECT.match(_bare(line)):
        return False
    return len(words) <= (_LONGEST_TITLE if _HEADING.match(line) or is_heading(line) else 0)


def _is_entry(line: str) -> bool:
    """Whether a list item is a title, or a name with a role, and reports nothing."""
    return len(_WORD.findall(line)) <= _LONGEST_ENTRY and told(line) <= FEWEST
