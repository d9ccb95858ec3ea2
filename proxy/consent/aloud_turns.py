"""Who refuses aloud over the turns of a meeting: in their own sentences, or in a short answer to a question before.

What a turn says by itself depends on its words alone (`TurnAloud`), so it can be remembered; what follows over turns is
worked out anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from proxy.consent.aloud import Heard, unquoted
from proxy.consent.aloud_answers import LONGEST, Asked, question_aloud, refuses_in_answer


@dataclass(frozen=True, slots=True)
class Turns:
    """Consecutive utterances of one participant, as their words; of nobody that is known: None."""

    participant: str | None
    words: tuple[str, ...]


class TurnAloud(NamedTuple):
    """What consecutive utterances of one person say aloud of being recorded.

    `refuses`: a sentence of theirs refuses. `for_a_yes` and `for_a_no`: they ask whether people agree, or whether
    anybody minds. `brief`: they say no more than an answer, and ask nothing else.
    """

    refuses: bool
    for_a_yes: bool
    for_a_no: bool
    brief: bool

    @classmethod
    def of(cls, *turns: str) -> Self:
        """Read turns."""
        heard = Heard.of(*turns)
        asked = question_aloud(heard.read)
        brief = all(len(words) <= LONGEST and "?" not in words for words in heard.own)
        return cls(heard.refuses(), asked is Asked.FOR_A_YES, asked is Asked.FOR_A_NO, brief)

    @property
    def asked(self) -> Asked | None:
        """How a question was put in these turns; None: there is none."""
        if self.for_a_yes:
            return Asked.FOR_A_YES
        return Asked.FOR_A_NO if self.for_a_no else None


def refusing(said: Sequence[Turns], read: Sequence[TurnAloud]) -> frozenset[str]:
    """Return the ids of participants who refuse, by what is `read` of each of the turns.

    A question stands until somebody says more than an answer, or asks something else.
    """
    found: set[str] = set()
    asked: Asked | None = None
    for turns, aloud in zip(said, read, strict=True):
        answered = asked is not None and refuses_in_answer(asked, unquoted(turns.words[0]))
        if turns.participant is not None and (answered or aloud.refuses):
            found.add(turns.participant)
        asked = aloud.asked or (asked if aloud.brief else None)
    return frozenset(found)
