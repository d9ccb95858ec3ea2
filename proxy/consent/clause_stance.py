"""The stance of a clause in terms: it takes a right, promises not to, asks first, or concerns the customer.

Negations, conditions and the acting party decide. A negation governs what follows it in its clause until an affirmative
verb takes over ("data that does not name you may be used"). Two negations joined by a verb of limiting affirm ("nothing
limits our right to").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from re import Pattern

from proxy.languages import patterns

_SECTION = re.compile(r"(?<![A-Za-z])[A-Z]{4,}(?![A-Za-z])")


@cache
def words(section: str) -> Pattern[str]:
    """Compile a class of words of terms (``languages/en/terms.txt``) to a pattern that matches them as whole words."""
    alternatives = _SECTION.sub(
        lambda named: patterns("terms", named[0].lower(), "en"), patterns("terms", section, "en")
    )
    return re.compile(rf"(?<![\w-]){alternatives}(?![\w-])")


class Stance(StrEnum):
    """What a clause says about the act it names."""

    TAKES = "takes"
    PROMISES = "promises"
    """The act is not done, or not without consent."""
    ASKS = "asks"
    """The act is done only for people who were asked and agreed."""
    CUSTOMERS = "customers"
    """The clause is about what the customer may or may not do; it neither takes nor promises."""


_PARTY = (
    r"(?:we|us|it|they|you|the (?:company|provider|vendor|supplier|processor|service|services|"
    r"customer|licensor|licensee|user)|"
    r"customers?|users?|company|provider|vendor|supplier|[a-z][\w-]*)"
)  # fmt: skip
_MODAL = r"(?:may|will|shall|can|must|could|would|reserves?|retains?|grants?|agrees?|does|do|is|are|has|have|hereby)"
_BOUNDARY = re.compile(
    rf"[;:] |,? (?:but|however|except|although|though|yet|whereas|while|unless|provided that|nevertheless|nonetheless) "
    rf"|, (?:and |or |nor )?(?={_PARTY} (?:\w+ )?{_MODAL} )| (?:and|or) (?=(?:we|us|you|it|they) (?:\w+ )?{_MODAL} )"
    rf"| (?:and|or|nor) (?={_MODAL} )|, (?:nor|and|or) (?=(?:may|will|shall|can|do|does) )"
)
ITEM = re.compile(r"(?:[;:,]|and|or| )*\((?:[a-z]{1,4}|\d{1,2})\) |: ")
"""How a clause begins that is an item of a list. It depends on the words that introduce the list."""
CONDITION = re.compile(
    r"[,;: ]*(?:only |and |but |or )*(?:with|if|where|when|once|upon|after|subject to|unless|provided)(?![\w-])"
)
"""How a clause begins that is a condition of the adjacent clause."""
_NOT_NEGATIONS = re.compile(
    r"(?:including )?(?:but |and )?not limited to|without limit(?:ation|ing)(?= the (?:foregoing|"
    r"generality))|, without limitation,"
    r"|including(?:,)? without limitation|not only|whether or not|if not|at no (?:\w+ )?(?:cost|"
    r"charge|expense)|no(?:t)? less than"
    r"|no(?:t)? later than|no(?:t)? earlier than|(?:no|without|free of)(?: \w+){0,2} (?:fee|fees|"
    r"charge|cost|compensation|payment|"
    r"royalt\w+|remuneration|attribution|notice|liability|restriction|restrictions|obligation|limit|"
    r"limits|limitation)"
    r"|(?:whether|if|unless|until|when|where)(?: \w+){0,3} (?:do|does|did|have|has|are|is) not|"
    r"with no(?= )|non-\w+"
)  # fmt: skip
_NEGATION = re.compile(
    r"(?<![\w-])(?:not|never|no|none|nothing|nobody|cannot|neither|nor|refrains? from|prohibit(?:s|"
    r"ed)? from|in no (?:event|case|way)"
    r"|under no circumstances|(?:do|does|did|wo|ca|would|could|should|must|is|are|was|were|has|"
    r"have)n['’]t|can['’]t|won['’]t"
    r"|exclud(?:e|es|ed|ing)|disclaims?|rather than|instead of|without (?=\w+ing\b))(?![\w-])"
)  # fmt: skip
_LIMITING = re.compile(
    r"(?<![\w-])(?:limit(?:s|ed|ing)?|restrict(?:s|ed)?|prevent(?:s|ed)?|prohibit(?:s|ed)?|"
    r"preclud(?:e|es|ed)|impair(?:s)?|diminish(?:es)?"
    r"|affect(?:s)?|waiv(?:e|es)|object(?:s)? to|refus(?:e|es)|revok(?:e|es)|oppos(?:e|es)|"
    r"withhold)(?![\w-])"
)  # fmt: skip
_AFFIRMATIVE = re.compile(
    r"(?<![\w-])(?:may|will|shall|can|reserves? the right to|is|are|agrees?)(?! (?:\w+ )?(?:not|never|no)\b)(?![\w'’-])"
)
_PURPOSE_ALONE = re.compile(
    r"(?<![\w-])(?:(?:not|never|nor)(?: \w+ly)? (?:to|for|in|by|as|on|be)|rather than|instead of|"
    r"other than|excluding|except)(?![\w-])"
)  # fmt: skip
_NONE_OF_IT = re.compile(r"(?<![\w-])(?:no|neither|not an?|not any|nor any)(?: [\w-]+){0,3}? $")
_REFUSED_AFTER = re.compile(
    r"(?<![\w-])(?:is|are|be|remains?|shall be|will be)(?: \w+ly)? (?:prohibited|forbidden|excluded|"
    r"disabled|barred|not (?:\w+ )?(?:permitted|allowed|"
    r"used|authori[sz]ed|done|available|granted|possible|enabled))(?![\w-])|does not (?:take place|"
    r"happen|occur)"
)  # fmt: skip
_CUSTOMER_ACTS = re.compile(
    r"(?<![\w-])(?:you|customers?|the customer|users?|end users|subscribers?|licensees?|participants?|"
    r"your (?:users|employees|administrators?)|"
    r"administrators?|hosts?)(?: \w+ly)? (?:may|must|shall|will|can|cannot|should|agree|agrees|are|"
    r"represent|warrant|undertake|do|does|"
    r"retain|retains|own|owns|choose|keep)(?![\w-])"
)  # fmt: skip
_VENDOR_ACTS = re.compile(
    r"(?<![\w-])(?:we|us|our|its|their|(?!you |customers? |users? |participants? |that |which |who |"
    r"content |data |this |it )[a-z]\w+ "
    r"(?:may|will|shall|can) )(?![\w-])"
)  # fmt: skip


def clauses(text: str) -> list[str]:
    """Split a lower-case sentence wherever a clause with its own verb begins."""
    cut: list[str] = []
    start = 0
    for match in _BOUNDARY.finditer(text):
        if match.start() > start:
            cut.append(text[start : match.start()])
            start = match.start()
    return [*cut, text[start:]]


def softened(text: str) -> str:
    """Blank the phrases that contain a negation word but negate nothing; offsets stay the same."""
    return _NOT_NEGATIONS.sub(lambda match: "·" * len(match[0]), text)


def stance(clause: str, act: int, purpose: int, *, giving: bool) -> Stance:
    """The stance of a softened clause whose verb stands at `act` and whose purpose stands at `purpose`.

    `giving` says that the verb gives away a right, which is the customer's act.
    """
    if not giving and _customers(clause, act):
        return Stance.CUSTOMERS
    if _negated(clause, act) or _REFUSED_AFTER.search(clause, act):
        return Stance.PROMISES
    if _NONE_OF_IT.search(clause, act, max(purpose, act)):
        return Stance.PROMISES
    between = list(_PURPOSE_ALONE.finditer(clause, act, max(purpose, act)))
    if between and purpose - between[-1].end() < 40:
        return Stance.PROMISES
    return Stance.TAKES


def negates(text: str) -> bool:
    """Whether the text contains a negation."""
    return _NEGATION.search(softened(text)) is not None


def _negated(clause: str, act: int) -> bool:
    for negation in _negations(clause, act):
        rest = clause[negation.end() : act]
        if _LIMITING.search(rest):
            continue
        if not _AFFIRMATIVE.search(rest) or negation[0] in ("no", "none", "nothing", "neither"):
            return True
    return False


def _negations(clause: str, before: int) -> Iterator[re.Match[str]]:
    return _NEGATION.finditer(clause, 0, before)


def _customers(clause: str, act: int) -> bool:
    """Whether the last acting party before the verb is the customer."""
    ours = [match.end() for match in _VENDOR_ACTS.finditer(clause, 0, act)]
    theirs = [match.end() for match in _CUSTOMER_ACTS.finditer(clause, 0, act)]
    return bool(theirs) and (not ours or theirs[-1] > ours[-1])


def conditional(sentence: str) -> bool:
    """Whether the sentence requires asking somebody first: consent, opt-in, an instruction."""
    return words("asked").search(words("without_consent").sub("", sentence)) is not None
