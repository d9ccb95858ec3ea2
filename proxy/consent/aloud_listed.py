"""Detects, by the word lists of each language, that a participant says aloud that they do not consent.

A refusal is put together from what ``aloud.txt`` lists, by one grammar for all languages:

- a wish or a stance of the speaker that is negative, about being recorded, about what is done to the speaker's own
  words, or about an AI that takes part: ``I do not want the AI to listen``;
- a bid to stop or switch off the recording or the AI, to leave the speaker out, or not to do it;
- a short phrase without a verb: ``no AI for me``, ``without AI, please``;
- a statement on the speaker's own words: ``nothing that I say should go to the AI``;
- silence as long as it listens: ``while the bot is here I say nothing``.

An ordinary ``I do not agree`` is none. A clause after a supposition or a report is not the speaker's, nor is a question
that asks for no such thing; and whoever minds nothing, or wants nothing to be lost, refuses nothing. Every language is
tried, since a meeting may have several. In doubt between recording this meeting and recording something else, the
clause refuses: that withholds words in one request, and changes nothing on file.

Every pattern has a bounded reach, so reading takes time linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from proxy.consent.aloud_lists import HARMLESS, Read, Tongue
from proxy.consent.aloud_plain import once

_SENTENCE = re.compile(r"[^.!?;\n]*[.!?;]?")
_TAIL = re.compile(r",[^,?]{1,30}\?$")
"""A question after the statement that only asks for confirmation: ``…, ist das klar?``."""
_BETWEEN = re.compile(r" ,[ ,]*|,[ ,]{2,}|,,[ ,]*|  +")
_BEFORE, _AFTER, _NEAR = 160, 160, 60
"""How many characters before a clause and after its beginning are read, and how many right before it."""


def refuses_by_lists(read: Read) -> bool:
    """Whether a person's own words, quotations aside, refuse in a language that has lists."""
    sentences = [found[0].strip() for found in _SENTENCE.finditer(read.words) if found[0].strip()]
    return any(_says_no(sentence, after, read) for sentence, after in pairwise((*sentences, "")))


def _says_no(sentence: str, after: str, read: Read) -> bool:
    return any(
        any(_refuses(reading, tongue) for reading in _readings(sentence, tongue)) and not tongue.afterwards.match(after)
        for tongue in read.tongues
        if tongue.may_refuse(sentence)
    )


def _readings(sentence: str, tongue: Tongue) -> Iterable[str]:
    """The words without what fills pauses; what is said twice stands once.

    What fills a pause may end a clause (``That is it, um, …``) or not (``I do not, um, …``), and words that may fill
    one may mean something.
    """
    joined = apart = sentence
    if tongue.asides.search(sentence):
        apart, joined = _tidy(tongue.asides.sub(_comma, sentence)), _tidy(tongue.asides.sub(" ", sentence))
    yield once(apart)
    fluent = _tidy(tongue.fillers.sub("", joined))
    if fluent != apart:
        yield once(fluent)


def _tidy(said: str) -> str:
    return _BETWEEN.sub(_comma, said).strip()


def _comma(between: re.Match[str]) -> str:
    return ", " if "," in between[0] else " "


def _refuses(sentence: str, tongue: Tongue) -> bool:
    stated = _TAIL.sub("", sentence)
    if _bids(stated, tongue):
        return True
    return not stated.endswith("?") and (_declares(stated, tongue) or _wishes(stated, tongue))


def _declares(stated: str, tongue: Tongue) -> bool:
    """``I withdraw my consent``, ``No AI for me``, ``What I say should not go to the AI``."""
    for found in tongue.alone.finditer(stated):
        rest = _clause(stated, found, tongue)[len(found[0]) :]
        if not _is_framed(stated, found, tongue) and (tongue.purpose.match(rest) is None or _is_about(rest, tongue)):
            return True
    for found in tongue.own.finditer(stated):
        about = _clause(stated, found, tongue)
        named = tongue.machine.search(about) or tongue.taken.search(about) or tongue.done.search(about)
        if named and not _is_framed(stated, found, tongue):
            return True
    return any(
        not tongue.told.search(stated, *_before(found))
        and (tongue.machine.search(stated, *_around(found)) or tongue.taken.search(stated, *_around(found)))
        for found in tongue.mute.finditer(stated)
    )


def _wishes(stated: str, tongue: Tongue) -> bool:
    """``I do not want``, ``I object to``, about what is recorded, the speaker's words, or an AI that takes part."""
    for found in tongue.noes.finditer(stated):
        clause = _clause(stated, found, tongue)
        fronted = _fronted(stated, found, tongue)
        spared = tongue.spared.search(f"{fronted}{found[0].rpartition(' ')[0]} {clause[len(found[0]) :]}")
        if not spared and not _is_framed(stated, found, tongue) and _is_about(fronted + clause, tongue):
            return True
    return False


def _fronted(stated: str, found: re.Match[str], tongue: Tongue) -> str:
    """What a stance that ends its clause is about, where that stands before it: ``dass ihr mich aufnehmt, will ich …``.

    That is what stands in its own clause, or a clause before, if it is an object or a word stands for it (``damit``).
    """
    if tongue.inverted.match(stated, found.start()) is None or not _is_last(stated, found, tongue):
        return ""
    *earlier, nearest = stated[_begin(stated, found, tongue) : found.start()].split(",")
    object_ = nearest.strip()
    if earlier and not object_:
        object_ = earlier[-1].strip()
        if tongue.fronted.match(object_) is None:
            return ""
    elif earlier and tongue.resuming.fullmatch(object_):
        object_ = earlier[-1].strip()
    return "" if tongue.negated.search(object_) else f"{object_} "


def _bids(stated: str, tongue: Tongue) -> bool:
    """``Turn the AI off``, ``leave me out of the notes``, ``don't record me``, ``no AI for me``."""
    return any(
        _is_bid(stated, found, tongue) and is_about(stated, found, tongue)
        for bid, is_about in ((tongue.off, _of_meeting), (tongue.out, _of_speaker), (tongue.never, _not_done))
        for found in bid.finditer(stated)
        if bid is tongue.never or not tongue.negated.search(found[0])
    ) or any(
        _is_bid(stated, found, tongue) and _is_asked_for(stated, found, tongue)
        for found in tongue.without.finditer(stated)
    )


def _of_meeting(stated: str, found: re.Match[str], tongue: Tongue) -> bool:
    clause = _clause(stated, found, tongue)
    if tongue.behind.match(stated, found.start()) and _is_last(stated, found, tongue):
        clause = stated[_begin(stated, found, tongue) : found.start()].rpartition(",")[2] + found[0]
    return bool(tongue.taken.search(clause) or tongue.machine.search(clause))


def _is_last(stated: str, found: re.Match[str], tongue: Tongue) -> bool:
    return tongue.ends.match(stated, found.end()) is not None or stated[found.end() :] == "?"


def _of_speaker(stated: str, found: re.Match[str], tongue: Tongue) -> bool:
    """Whether a bid to leave the speaker out names what is made of the meeting, before or behind it."""
    return any(each.search(stated, *_around(found)) for each in (tongue.taken, tongue.done, tongue.machine))


def _not_done(stated: str, found: re.Match[str], tongue: Tongue) -> bool:
    clause = _clause(stated, found, tongue)
    if tongue.spared.search(clause):
        return False
    before = stated[max(_begin(stated, found, tongue), found.start() - _NEAR) : found.start()]
    if _is_about(clause, tongue) or (_is_about(before + clause, tongue) and tongue.requests.search(before)):
        return True
    said_before = any(each.search(stated, *_before(found)) for each in (tongue.taken, tongue.machine))
    return said_before and bool(tongue.mine.search(clause) or tongue.ends.match(stated, found.end()))


def _is_asked_for(stated: str, found: re.Match[str], tongue: Tongue) -> bool:
    """``No AI, please``, ``without AI for me``, but not ``no recording was found``."""
    if tongue.spared.search(_clause(stated, found, tongue)):
        return False
    return bool(tongue.ends.match(stated, found.end()) or tongue.please.search(_clause(stated, found, tongue)))


def _is_bid(stated: str, found: re.Match[str], tongue: Tongue) -> bool:
    """Whether what was found is asked of the others: it opens the sentence, is a request, or has a please."""
    before = stated[max(_begin(stated, found, tongue), found.start() - _NEAR) : found.start()]
    if tongue.negated.search(before) or tongue.supposed.search(before) or tongue.told.search(stated, *_before(found)):
        return False
    if HARMLESS.search(stated, found.start(), found.end() + _NEAR):
        return False
    if tongue.requests.search(before):
        return True
    if stated.endswith("?") or tongue.subjects.search(before):
        return False
    if tongue.openers.search(before) or tongue.please.search(before):
        return True
    return tongue.please.search(_clause(stated, found, tongue)) is not None


def _clause(sentence: str, found: re.Match[str], tongue: Tongue) -> str:
    """What was found, and what follows it until another clause begins."""
    end = max(found.end(), min(len(sentence), found.start() + _AFTER))
    turns = (each.search(sentence, found.end(), end + 1) for each in (tongue.turns, tongue.but))
    return sentence[found.start() : min((turn.start() for turn in turns if turn), default=end)]


def _before(found: re.Match[str]) -> tuple[int, int]:
    return max(0, found.start() - _BEFORE), found.start()


def _around(found: re.Match[str]) -> tuple[int, int]:
    return max(0, found.start() - _BEFORE), found.end() + _AFTER


def _begin(sentence: str, found: re.Match[str], tongue: Tongue) -> int:
    """Where the clause begins: what is supposed or reported before a ``but`` does not reach beyond."""
    start, end = _before(found)
    *_, start = (start, *(but.end() for but in tongue.but.finditer(sentence, start, end)))
    return start


def _is_framed(sentence: str, found: re.Match[str], tongue: Tongue) -> bool:
    """Whether the words before show that the clause is supposed or reported, or it holds that nothing is minded."""
    start, end = _begin(sentence, found, tongue), found.start()
    if any(each.search(sentence, start, end) for each in (tongue.framed, tongue.told)):
        return True
    return HARMLESS.search(sentence, start, found.end() + _NEAR) is not None


def _is_about(clause: str, tongue: Tongue) -> bool:
    if tongue.taken.search(clause):
        return True
    machine = tongue.machine.search(clause)
    if tongue.mine.search(clause) and (machine or tongue.done.search(clause)):
        return True
    return machine is not None and bool(tongue.acts.search(clause) or tongue.ends.match(clause, machine.end()))
