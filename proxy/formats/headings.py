"""Words that open a line of a prompt and are no names: ``Summary:``, ``Output format:``, ``https:``.

A label is a heading when all of its words are listed, numbers aside, unless the roster has it as a label. Words
that are also plausible as names or roles (Page, Rich, Chair, Host, Speaker, User) are left out on purpose: a
speaker taken for a heading would be taken for instructions, a heading taken for a speaker is merely withheld.
"""

from __future__ import annotations

import re

_LISTED = """
http https ftp ftps file mailto tel sip sips ws wss urn data javascript
instruction instructions note notes summary summaries summarize summarise overview abstract recap tldr
format formats formatting output outputs input inputs result results response responses reply schema template
participant participants attendee attendees present absent apologies invitees people names
meeting meetings call session title subject topic topics agenda item items minutes
date dates time times start starts started end ends ended duration length location place timezone language
languages locale tone style audience voice detail details level
context background transcript transcripts transcription conversation dialogue chat captions subtitles text content
body source sources document documents attachment attachments link links url urls website email phone
task tasks rule rules guideline guidelines goal goals objective objectives purpose requirement requirements
constraint constraints criteria limit limits example examples sample samples important warning caution tip hint
question questions answer answers query prompt request action actions decision decisions risk risks issue issues
blocker blockers owner owners assignee deadline deadlines due status priority next step steps follow up followup
key point points takeaway takeaways highlight highlights insight insights discussion discussions conclusion
conclusions introduction outline section sections part chapter phase paragraph bullet bullets list lists table
heading headings header headers footer markdown json yaml xml html csv vtt srt webvtt
definition definitions glossary description reason reasons remark remarks comment comments reminder
from to cc bcc sent received re fw fwd attn von betreff gesendet datum de objet envoyé asunto enviado da oggetto inviato
assunto van onderwerp verzonden
am pm utc gmt id ids uuid version model temperature type kind category tag tags label labels value
first second third finally lastly also additionally otherwise therefore however remember ensure please
pros cons dos don'ts don't ps nb fyi eg ie etc
"""
HEADINGS = frozenset(_LISTED.split())
"""One-word headings, lower case."""

_LINKING = """
a an the of and or for in on with your my our this these that as is are be it follows following here below above all any
each more other only must do not no use return write give make include user speaker client team company project main
expected desired final general custom additional provided given full short long brief new previous current raw original
"""
_LINKS = frozenset(_LINKING.split())
_ASKING = frozenset(
    "analyse analyze answer below combine condense create draft extract find give here join list make merge please "
    "read rewrite shorten summarise summarize the these this translate turn use write".split()
)
"""How sentences begin that ask for something to be done with the text behind them."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


def is_heading(label: str) -> bool:
    """Whether every word of `label` is a heading or links headings (``Format of the output``), numbers aside."""
    words = [word for word in _WORD.findall(label.casefold().replace(".", "")) if not word.isdigit()]
    return any(word in HEADINGS for word in words) and all(word in HEADINGS or word in _LINKS for word in words)


def asks(asked: str) -> bool:
    """Whether words begin as what is asked does; all but the first begin in small letters, so that none is a name."""
    words = _WORD.findall(asked)
    return bool(words) and words[0].casefold() in _ASKING and all(word.islower() for word in words[1:])


def leads_in(asked: str) -> bool:
    """Whether words before a colon ask for something and end as what leads in the text that is meant.

    ``Write the minutes of`` and ``Summarize this meeting`` do.
    """
    words = _WORD.findall(asked)
    if is_heading(asked) and all(word.islower() for word in words[1:]):
        return True
    return asks(asked) and words[-1] in HEADINGS | _LINKS


def is_listed(word: str) -> bool:
    """Whether a word in small letters is a heading, or links those."""
    return word in HEADINGS or word in _LINKS
