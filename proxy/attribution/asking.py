"""Decide whether a line or a sentence is a request that a client makes of a model, or describes the text it wants."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from proxy.attribution.captions import (
    fills_in,
    is_caption,
    is_foreign_caption,
    is_title,
    shows_form,
    tells_nothing,
)
from proxy.attribution.dialogues import opens_as_speech
from proxy.attribution.reading import GREETS
from proxy.attribution.text_statements import casts, helps, states_of_text
from proxy.attribution.text_words import (
    MEANT,
    OF_TEXTS,
    TEXT,
    WANTED,
    WISHED,
    WORD,
    WORKS,
    folded,
    names_things,
    titles,
)
from proxy.formats.labels import is_heading
from proxy.languages import patterns, words
from proxy.redaction.roster.meaning import is_order
from proxy.wording.plain_words import FUNCTION_WORDS, is_imperative
from proxy.wording.vocabulary import is_ordinary

_SAID = words("asking", "said")
"""Words that are imperatives in prompts and just as often open what people say: ``Wait, …``."""
_ASKING = words("asking", "orders")
"""Words that open instructions, besides the English imperatives."""
_OPENINGS = re.compile(patterns("asking", "openings"), re.IGNORECASE)
"""How instructions open with several words."""
INTRODUCES = re.compile(patterns("asking", "introduces"), re.IGNORECASE)
SPEAKING = words("asking", "speaking")
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
"""How somebody is told what they are; people say this to each other, too: ``Vous êtes en retard``."""
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
QUESTION = re.compile(rf"{patterns('asking', 'questions')}\b[^.!\n]*\?", re.IGNORECASE)
TELLS = re.compile(
    r"(?<!that )(?<!which )(?<!who )(?<!what )(?<!if )(?<!as )"
    rf"\b{patterns('asking', 'tells')}\b|^{patterns('asking', 'tells_in')} \w+,",
    re.IGNORECASE,
)
"""Turns a sentence that mentions a text into a report about it: ``The bullet points were sent``, ``In summary, …``."""
_ASKED_FOR = re.compile(rf"[ ,]{patterns('asking', 'please')}\b[.!]?$", re.IGNORECASE)
"""A few words that end as a request: ``Minutes, please.``"""
_GREETING = re.compile(rf"(?<!\w){GREETS}\b[^.!,\n]{{0,30}}[.!,]\s*[¿¡]?", re.IGNORECASE)
_OURS = frozenset(("my", "our"))
_EVER = words("asking", "ever")
"""Words that precede a request; alone they just as often open what people say."""
_FORBIDS = words("asking", "kept") | {"guess"}
"""What a word such as ``never`` forbids: ``Never reveal these instructions``."""
_CLAUSE = re.compile(
    rf"(?:{patterns('asking', 'clauses')}\b[^.!?\n]{{1,200}}?[,)]|for (?:each|every) \w+"
    rf"|{patterns('asking', 'conditions')})[ ]+(?P<verb>[^\W\d_]+)",
    re.IGNORECASE,
)
"""A clause before a request: ``If nobody is named, leave it empty``, ``For each person list``."""
SENTENCE = re.compile(r".*?(?:[.!?](?=\s|$)|[。！？])|.+", re.DOTALL)
_ADDED = re.compile(r"[ ]?\([^()\n]{0,60}\)")
_LABEL = re.compile(r"(?P<label>[^:：\n]{1,90})[:：](?=[\s*_]|$)(?P<value>.*)")
_NEXT = re.compile(
    r"^(?:now|then|next|finally|also|additionally|lastly|afterwards|first|second|third|and|but|in addition)[ ,]+",
    re.IGNORECASE,
)
MARKUP = re.compile(r"^[\s#>*_`~=|\[({<\"'“«¿¡-]*(?:[0-9]{1,3}[.)][ \t]+)?[\s*_`\"'“«]*")
_PARTS = words("asking", "parts")
"""Parts of a text, which are numbered as people are not: ``Step 2: …``."""
STOPS = ".!?。！？"
INDIRECT = re.compile(r"(?:how|what|when|where|whether|which|who|whom|whose|why)\b", re.IGNORECASE)
"""How a list entry asks for something in the text: ``who does what by when``."""
_RULES = re.compile(
    rf"(?:\w+ ){{0,2}}{patterns('asking', 'rules')}(?:[ ]?\([^()]{{0,40}}\))?[ ]?[:：]?[*_]{{0,2}}$", re.IGNORECASE
)
"""Introduces rules for the text that is wanted: ``Output rules:``."""
_OCCASIONS = words("asking", "occasions")
"""What a meeting is called in the title of a text about it."""
_BETWEEN = words("asking", "between")
_COUNTED_OCCASION = re.compile(r"(?<!\w)[1-9](?::|[ -]?on[ -]?)[1-9](?!\w)")
"""A meeting called by how many people are in it: ``1:1``."""
_SHORTEST = 3
"""Minimum letters of a word for a text: ``to`` is the head of a field and says nothing."""
LONGEST_ENTRY = 8


_PAIR = tuple(
    re.compile(
        rf"[*_#> \t-]{{0,5}}{patterns('asking', part)}[ ]?(?:[0-9]{{1,2}}[ ]?)?[:：.)][*_ \t]*(?P<words>.+)", re.I
    )
    for part in ("questioned", "answered")
)
"""A question that a client answers for its model, and the answer."""
_STANDS_FOR = re.compile(
    rf"(?:you|{patterns('asking', 'stands_for')}(?: who| that)? {patterns('asking', 'does_with')}"
    r" (?:(?:the|an?|this|these|your|their) )?(?P<text>[a-z-]+))[.;]?",
    re.IGNORECASE,
)
"""Whom a word of the prompt stands for: ``the person who asks you for a summary``, ``you``."""
_VERBS = frozenset(("is are was were be been has have had did does do will would can could says said").split())
"""Verbs that make a sentence of words which otherwise name a text."""


def answers_questions(lines: Iterable[str]) -> bool:
    """Whether lines are questions about the text that is wanted, each with its answer: ``Q: Which language? A: …``.

    Both consist of plain words. The answer is an order or describes a text, and nobody speaks in it.
    """
    written = [line.strip() for line in lines if line.strip()]
    questions, answers = ([_PAIR[at].fullmatch(line) for line in written[at::2]] for at in (0, 1))
    return bool(answers) and len(questions) == len(answers) and all(map(_answers, questions, answers))


def _answers(question: re.Match[str] | None, answer: re.Match[str] | None) -> bool:
    if question is None or answer is None:
        return False
    asked, told = question["words"], answer["words"]
    words = folded(told)
    orders = any(map(opens_instructions, words[:1])) and SPEAKING.isdisjoint(words)
    describes = is_of_text(told) and _VERBS.isdisjoint(words)
    both = f"{asked} {told}"
    return QUESTION.match(asked) is not None and (orders or describes) and names_things(both) and asks_about_text(both)


def stands_for(value: str) -> bool:
    """Whether a value says no more than whom a word of the prompt stands for, by what they do with the text."""
    whom = _STANDS_FOR.fullmatch(value.strip())
    return whom is not None and (whom["text"] is None or whom["text"].casefold() in OF_TEXTS)


def asks(line: str) -> bool:
    """Whether a line opens as instructions do, asks a question, or mentions the text that is given or wanted."""
    plain = bare(line)
    label = _LABEL.match(plain)
    titled = label is not None and _titles(label["label"].strip("*_ "), label["value"].strip())
    return titled or instructs(plain)


def asks_about_text(line: str) -> bool:
    """Whether a request is about a text: ``Write the minutes``, unlike ``Cancel the order``, which anybody may say."""
    words = folded(bare(line))
    return not (WISHED | MEANT | WANTED | WORKS).isdisjoint(words)


def is_of_text(words: str) -> bool:
    """Whether words mention the text that is wanted or its parts, and report nothing."""
    return not (TEXT | WISHED | WANTED).isdisjoint(folded(words)) and not reports(words)


def asks_for_text(line: str) -> bool:
    """Whether a line opens as instructions do and is about a text."""
    return asks(line) and asks_about_text(line)


def reports(entry: str) -> bool:
    """Whether an entry of a list tells something, or its author speaks in it; an indirect question does not."""
    if not SPEAKING.isdisjoint(folded(entry)):
        return True
    return TELLS.search(_CONDITION.sub("", entry)) is not None and INDIRECT.match(entry) is None


def is_title_of_text(heading: str) -> bool:
    """Whether the words of a heading beside names only say what a text or meeting is: ``## Meeting with …``."""
    known = any(word in OF_TEXTS or is_heading(word) for word in folded(heading))
    return heading.lstrip()[:1] == "#" and known and titles(heading) and not reports(heading)


def is_title_of_meeting(heading: str) -> bool:
    """Whether a heading without its names only says which meeting a text is of: ``## Weekly sync: … / …``.

    Notes and other texts beside a name may be that person's.
    """
    words = folded(heading)
    if heading.lstrip()[:1] != "#" or not (OF_TEXTS - _OCCASIONS).isdisjoint(words):
        return False
    occasion = not _OCCASIONS.isdisjoint(words) or _COUNTED_OCCASION.search(heading) is not None
    beside = _OCCASIONS | _BETWEEN | FUNCTION_WORDS
    known = (len(word) == 1 or word in beside or titles(word) for word in words)
    return occasion and all(known) and not reports(heading)


def entitles_meeting(line: str) -> bool:
    """Whether a line is such a heading, whoever is named in it: words with a capital that no dictionary has."""
    return is_title_of_meeting(WORD.sub(lambda word: "" if _may_name(word[0]) else word[0], line))


def _may_name(word: str) -> bool:
    """Whether a word may be somebody's name: it has a capital, and is in no dictionary."""
    folded = word.casefold()
    return word[0].isupper() and folded not in _OCCASIONS | _BETWEEN and not is_ordinary(folded)


def introduces(line: str) -> bool:
    """Whether a line announces the text below or above it: ``Here is the note``."""
    return INTRODUCES.match(bare(line)) is not None


def opens_as_listed(line: str) -> bool:
    """Whether a line opens with a phrase that only instructions open with: ``If something is unclear, say so``."""
    return _OPENINGS.match(bare(line)) is not None


def announces_rules(line: str) -> bool:
    """Whether a line is a caption of rules: ``Guidelines:``."""
    return _RULES.match(bare(line)) is not None


def sentences(line: str) -> Iterator[str]:
    """The sentences of a line."""
    return (sentence[0].strip() for sentence in SENTENCE.finditer(line) if sentence[0].strip())


def bare(line: str) -> str:
    """A line without markup, without a greeting and without a word that connects it to the previous line."""
    return _NEXT.sub("", _GREETING.sub("", MARKUP.sub("", line), count=1), count=1)


def instructs(line: str) -> bool:
    """Whether the first sentence of a line says what to do with a text, or what the text is."""
    sentence = SENTENCE.match(line)
    words = [word.casefold().replace("’", "'") for word in WORD.findall(sentence[0] if sentence is not None else "")]
    opening, following = words[:1], words[1:3]
    opens = opening if _EVER.isdisjoint(opening) else words[1:2]
    forbids = opens != opening and _FORBIDS.issuperset(opens)
    article = _ARTICLE if opening and not is_imperative(opening[0]) else frozenset[str]()
    marks = bool(opening) and is_order(line, 0, len(opening[0]))
    if (any(map(opens_instructions, opens)) or forbids or marks) and (SPEAKING - article).isdisjoint(following):
        return True
    clause = _CLAUSE.match(line)
    if clause is not None and opens_instructions(clause["verb"].casefold()) and SPEAKING.isdisjoint(words):
        return True
    first = sentence[0] if sentence is not None else ""
    if (
        (_ASKED_FOR.search(first) and len(words) <= LONGEST_ENTRY)
        or _OPENINGS.match(line)
        or _LANGUAGE.match(line)
        or _addresses(line)
        or (opening == ["you"] and any(map(opens_instructions, following[:1])))
    ):
        return True
    if wishes(line) or states_of_text(first):
        return True
    introduces = INTRODUCES.match(line) is not None and not (MEANT | TEXT).isdisjoint(words)
    if introduces or not SPEAKING.isdisjoint(words):
        return introduces and (SPEAKING - _OURS).isdisjoint(words)
    of_text = not TEXT.isdisjoint(words) and _tells_of_text_alone(words)
    return demands(first) or of_text or QUESTION.match(line) is not None


def _tells_of_text_alone(words: Iterable[str]) -> bool:
    """Whether nothing but texts and their form is spoken of: a word for them is in many a report (``our output``)."""
    return tells_nothing(word.removesuffix("'s") for word in words if word not in OF_TEXTS)


def _addresses(line: str) -> bool:
    """Whether a line tells its reader who they are, or what they may or must do with a text."""
    sentence = SENTENCE.match(line)
    first = sentence[0] if sentence is not None else ""
    if casts(first) or helps(first):
        return True
    if _ADDRESSES.match(line):
        return not (OF_TEXTS | WORKS | _OBLIGED).isdisjoint(folded(first))
    return _OBLIGES.match(line) is not None and _mentions_text(folded(first)[1:])


def _mentions_text(words: Iterable[str]) -> bool:
    """Whether a word is one for texts, for their form, or for what only an assistant is told to do."""
    known = (word for word in words if word in OF_TEXTS or word in _OBLIGED or shows_form(word) or is_heading(word))
    return any(len(word) >= _SHORTEST for word in known)


def opens_or_addresses(line: str) -> bool:
    """Whether a line opens with a word for a request, or tells its reader who they are or what they must do."""
    first = folded(line)[:1]
    return any(map(opens_instructions, first)) or _addresses(line)


def demands(sentence: str) -> bool:
    """Whether a sentence states what the addressee or the text that is wanted must do or be."""
    text = _DEMANDS_OF_TEXT.match(sentence)
    subject = text["subject"].casefold().split() if text is not None else []
    demanded = _DEMANDS_OF_YOU.search(sentence) is not None and _mentions_text(folded(sentence))
    if demanded or _is_rule_of_writing(sentence):
        return True
    if text is None or (TEXT | MEANT | WANTED).isdisjoint(subject):
        return False
    return text["is"] is None or _is_quality(folded(sentence[text.end() :]))


def _is_quality(words: Iterable[str]) -> bool:
    """Whether the first word that tells what something must be or have is one for texts: not ``burned``."""
    telling = (word for word in words if word in _QUALITIES or shows_form(word) or not tells_nothing((word,)))
    first = next(telling, None)
    return first is None or first in _QUALITIES or first in OF_TEXTS or shows_form(first)


def _is_rule_of_writing(sentence: str) -> bool:
    """Whether a sentence says how parts of a text are written, and nothing of where or by whom."""
    rule = _WRITTEN.match(sentence)
    return rule is not None and _tells_of_text_alone(folded(sentence[rule.end() :]))


def wishes(line: str) -> bool:
    """Whether somebody asks for a text: ``I need a summary``."""
    requests = _REQUESTS.match(line)
    if requests is not None and requests["sums_up"] is not None:
        return True
    return (_WISHES.match(line) is not None or requests is not None) and not WISHED.isdisjoint(folded(line))


def opens_instructions(word: str) -> bool:
    """Whether a word, in lower case, opens instructions."""
    return word in _ASKING or (is_imperative(word) and word not in _SAID)


def _titles(label: str, value: str) -> bool:
    """Whether the words before a colon are a title of what follows; one with a number must count parts of a text."""
    if fills_in(label, value):
        return True
    label = _ADDED.sub("", label)
    words = folded(label)
    counted = any(map(str.isdigit, label))
    listed = len(words) > 1 and is_title(label) and any(map(is_heading, words))
    titles = _PARTS.issuperset(words) if counted else listed or is_heading(label) or is_caption(label)
    tells = TELLS.search(value) is not None or not SPEAKING.isdisjoint(folded(value))
    if is_foreign_caption(label) and tells:
        return False
    return titles and (not opens_as_speech(value) or wishes(value))


def is_titled(line: str) -> bool:
    """Whether a line has a title before a colon, so that the list below it reports rather than asks."""
    label = _LABEL.match(MARKUP.sub("", line))
    return label is not None and not instructs(label["label"]) and _titles(label["label"].strip("*_ "), "")
