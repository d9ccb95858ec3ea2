"""Recognize what a client's instructions say about a meeting: who attended or chairs it, and its agenda.

Such lines name people and times as a transcript does, but nobody said them in the meeting. They are known by shapes
that no speech has: a list of names after a word for attendance; short titles after times, below a heading; and a
sentence that ends once it has said who came, what somebody's role in the meeting is, whether they agreed to be
recorded, or how a name is spelled.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from proxy.attribution.asking import asks
from proxy.attribution.captions import is_listed_role
from proxy.attribution.strangers import is_name
from proxy.languages import patterns, words
from proxy.wording.plain_words import COMMON_WORDS, is_plain

_ATTENDING = re.compile(
    rf"[^\w\n]*(?:(?P<absent>{patterns('headings', 'absent')})|{patterns('headings', 'attending')})[*_ \t]*[:：]",
    re.IGNORECASE,
)
_LIST_ENDS = re.compile(rf"</{patterns('headings', 'attending')}>", re.IGNORECASE)
_FILLED_IN = re.compile(
    r"[^\w\n]*(?:(?:current|active|signed-in|logged-in|the) )?(?P<asker>user|account|organi[sz]er|minute[ -]taker"
    r"|note[ -]taker|owner|recipient|requested by|prepared for)?(?(asker)|(?:(?:co-?)?hosts?|chairs?|moderators?"
    r"|guests?|clients?|customers?))[*_ \t]*[:：]",
    re.IGNORECASE,
)
"""A field for names of people with a role in the meeting; `asker`: of somebody for whom something is requested."""
_HEAD = re.compile(
    rf"[^\w\n]*(?:(?:the|our|today['’]s|planned)[ ])?{patterns('headings', 'agenda')}"
    r"(?:[ ](?:for|of|items)[^\n.:!?]{0,40})?[^\w\n]*",
    re.IGNORECASE,
)
_ITEM = re.compile(
    r"[ \t]*(?:[-*•][ \t]+)?(?P<hour>[01]?[1-9]|10|2[0-3])[:.](?P<minute>[0-5][0-9])"
    r"(?:[ ]?[-–—][ ]?[0-9]{1,2}[:.][0-9]{2})?(?:[ ]?[AaPp]\.?[Mm]\.?)?[ \t]*[-–—|]?[ \t]+"
    r"(?P<title>[^\W\d_a-zß-öø-ÿ][^\n.:!?;\"“”«»>\]]*)"
)
_SPEAKING = words("people", "pronouns")
_LONGEST_TITLE = 7
_FEWEST_ITEMS = 2
_LONGEST_ASKED = 7
"""Maximum words in an order about somebody's absence: ``so please do not mention him``."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_PRESENCE = re.compile(
    r"(?:[ ,]+(?:and|or)?[ ]*(?:[^\W\d_a-zß-öø-ÿ][\w'’-]*)){0,6}[ \t]+"
    r"(?:(?:could|can|will|would|did|does|do|has|have|had|was|were|is|are)(?:[ ]?not|n['’]t)?[ \t]+(?:be(?:en)?[ \t]+)?"
    r"(?:not[ \t]+)?(?:able[ \t]+to[ \t]+)?)?"
    r"(?:attend(?:ed)?|join(?:ed)?|absent|present|missing|away|excused|sick|ill|late|unavailable|remote|here|there"
    r"|on (?:leave|vacation|holiday)|in the room)"
    r"(?:[ \t]+(?:today|late|early|remotely|by phone|only|the (?:call|meeting)))?"
    r"(?P<rest>[,;]?[ \t]+(?:so|please|therefore)[ \t]+(?:please[ \t]+)?(?:do|don['’]t|be|keep|leave|make|write|skip"
    r"|mention|note|include|send|use|add|never|only|give|list|mark|put|summari[sz]e|start|address)\b[^\n]{0,80})?"
    r"[ \t]*[.!;,]?[ \t]*",
)
_DEPARTMENTS = words("people", "departments") | {"and"}
_GROUP = r"(?:this|the|our)[ ](?:meeting|call|session|project|team|board|company|committee|group|department|workshop)"
_PART = re.compile(
    rf"[ \t]+(?:is|was)[ ](?:the|our|a|an)[ ](?:(?:new|main|acting|current|deputy|senior|project|product|team)[ ])?"
    rf"(?P<role>[^\W\d_]+)(?:[ ](?:of|for|in|at)[ ](?:{_GROUP}|(?:the[ ])?(?P<department>[^\W\d_]+"
    r"(?:[ ](?:(?:and|&)[ ])?[^\W\d_]+)?)))?[ \t]*[.;]?[ \t]*"
    rf"|[ \t]+(?:chairs|hosts|leads|runs|organi[sz]es|moderates)[ ]{_GROUP}[ \t]*[.;]?[ \t]*"
)
_HELD = r"(?:organi[sz]ed|hosted|chaired|led|held|moderated|scheduled|attended|joined|recorded|run)"
_HELD_BY = re.compile(rf"[^\w\n]*{_GROUP}[ ](?:is|was)[ ]{_HELD}[ ]by[ ]", re.IGNORECASE)
_AND_BY = re.compile(rf",?[ ](?:and[ ])?(?:(?:was[ ])?{_HELD}[ ]by[ ])?|,[ ]")
_AGREED = re.compile(
    r"[ \t]+(?:(?:has|have|had|did|does|do)(?:[ ]not|n['’]t)?[ ])?(?:consent(?:ed)?|agree(?:d)?|object(?:ed)?)[ ]to[ ]"
    r"(?:be|being|the|this|any)?[ ]?(?:record(?:ed|ing|ings)|transcribed|transcription|quoted)"
    r"(?:[.;,!]?[ \t]+(?:so[ ]|please[ ])?(?:do[ ]not|don['’]t|never|omit|leave[ ]out|skip)[ ]"
    r"(?:(?:mention|quote|name|include|list|cite)[ ])?(?:him|her|them|it|(?:his|her|their)[ ]words))?[ \t]*[.!]?[ \t]*",
    re.IGNORECASE,
)
_SPELLED = re.compile(
    r"[ \t]+is[ ](?:spelled|spelt|written)[ ]with[ ](?:(?:an?|one|two|double)[ ])?"
    r"[\"'“”‘’]?\w{1,2}[\"'“”‘’]?[ \t]*[.;]?[ \t]*"
)


def tells_no_speech(rest: str) -> bool:
    """Whether the text after a name says no more of that person than instructions do.

    Instructions say that people came, what their role is, whether they agreed to be recorded and how their name is
    spelled, and what to do about it.
    """
    part = _PART.fullmatch(rest)
    if part is not None:
        department = [word.casefold() for word in _WORD.findall(part["department"] or "")]
        return part["role"] is None or (is_listed_role(part["role"]) and _DEPARTMENTS.issuperset(department))
    if _AGREED.fullmatch(rest) or _SPELLED.fullmatch(rest):
        return True
    told = _PRESENCE.fullmatch(rest)
    asked = [word.casefold() for word in _WORD.findall((told and told["rest"]) or "")]
    return (
        told is not None
        and len(asked) <= _LONGEST_ASKED
        and all((is_plain(word) or word in COMMON_WORDS) and word not in _SPEAKING for word in asked)
    )


def lists_people(before: str, below: str, *, several: bool) -> bool:
    """Whether a word for attendance and a colon precede the names of a line.

    A single name is a speaker's, except after a word for absence, or if the line `below` makes a request for that
    person.
    """
    attending = _ATTENDING.match(before)
    if attending is not None:
        return several or attending["absent"] is not None
    field = _FILLED_IN.fullmatch(before.rstrip()) if not several else _FILLED_IN.match(before)
    return field is not None and (several or (field["asker"] is not None and asks(below)))


def ends_list(below: str) -> bool:
    """Whether a line closes a list of people: ``</attendees>``."""
    return _LIST_ENDS.match(below) is not None


def held_by(before: str, between: Sequence[str], behind: str) -> bool:
    """Whether a sentence says only who held a meeting and who came: ``The call was hosted by Ann and joined by Ben.``.

    `before`, `between` and `behind` are what stands around its names.
    """
    joined = all(_AND_BY.fullmatch(words) for words in between)
    return joined and _HELD_BY.fullmatch(before) is not None and not behind.strip(" .;")


def is_filled_in(line: str) -> bool:
    """Whether a line is a field for people that contains names alone: ``User: Ann Lund``, ``Guests: Ann, Ben``."""
    field = _FILLED_IN.match(line) or _ATTENDING.match(line)
    names = [name.strip() for name in line[field.end() :].split(",") if name.strip()] if field is not None else []
    return bool(names) and all(is_name(name) and not name.isupper() for name in names)


def agenda(lines: Sequence[str]) -> range:
    """Which lines are agenda items: short titles, each after a time of day, in order, below a heading."""
    for at, line in enumerate(lines):
        if _HEAD.fullmatch(line):
            end, times = at + 1, list[tuple[int, int]]()
            while end < len(lines) and (item := _item(lines[end])) is not None and times[-1:] <= [item]:
                times.append(item)
                end += 1
            if len(times) >= _FEWEST_ITEMS:
                return range(at + 1, end)
    return range(0)


def _item(line: str) -> tuple[int, int] | None:
    """The start time of an agenda item; None for any other line, and for a sentence."""
    item = _ITEM.fullmatch(line.rstrip())
    if item is None:
        return None
    words = [word.casefold().replace("’", "'") for word in _WORD.findall(item["title"])]
    if len(words) > _LONGEST_TITLE or _SPEAKING.intersection(words):
        return None
    return int(item["hour"]), int(item["minute"])
