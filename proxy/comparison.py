"""What a changed policy would do to a request: whose words would newly leave or be withheld, and why. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from proxy.detection.languages.table import Tier, tier_of
from proxy.model import Span
from proxy.planning import Plan, Planned, Refused

INSTRUCTIONS = "instructions"
"""Takes the place of a reason: the words leave as instruction, for which nobody is asked."""


class Turn(StrEnum):
    """What happens to words under the changed policy."""

    LEAVES = "newly_leaves"
    WITHHELD = "newly_withheld"


@dataclass(frozen=True, slots=True)
class ChangedWords:
    """Words of one participant (None: unknown or unattributed) that change the same way for the same reasons."""

    participant: str | None
    turn: Turn
    before: str
    after: str
    utterances: int
    characters: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """One request under two policies. `before` and `after` are reason codes of refusals; None: it leaves."""

    before: str | None
    after: str | None
    moved: tuple[ChangedWords, ...]
    newly_kept: Mapping[str, int]
    newly_removed: Mapping[str, int]
    newly_uncovered: Mapping[str, int]
    """Words by language that newly leave although detection does not fully cover it."""
    otherwise: bool
    """What leaves differs in some other way: other replacements, another recipient, other headers."""

    @property
    def changed(self) -> bool:
        """Whether anything that leaves, or the answer, differs."""
        differs = self.moved or self.newly_kept or self.newly_removed or self.newly_uncovered or self.otherwise
        return bool(differs) or self.before != self.after


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of words: whose it is, whether it leaves, and why or why not."""

    participant: str | None
    leaves: bool
    reason: str
    utterance: int = 0


def compare(before: Planned, after: Planned) -> Comparison:
    """Compare one request's plans under the current and the changed policy."""
    kept = Counter(_counts(after, "kept")) - Counter(_counts(before, "kept"))
    removed = Counter(_counts(after, "removed")) - Counter(_counts(before, "removed"))
    moved = _moved(_pieces(before), _pieces(after), _unheard(before), _unheard(after))
    both = isinstance(before, Plan) and isinstance(after, Plan)
    return Comparison(
        before=before.fault.reason if isinstance(before, Refused) else None,
        after=after.fault.reason if isinstance(after, Refused) else None,
        moved=moved,
        newly_kept=dict(kept) if both else {},
        newly_removed=dict(removed) if both else {},
        newly_uncovered=dict(Counter(_uncovered(after)) - Counter(_uncovered(before))),
        otherwise=both and not moved and _outbound(before) != _outbound(after),
    )


def _counts(planned: Planned, what: str) -> Mapping[str, int]:
    counts: Mapping[str, int] = {} if isinstance(planned, Refused) else getattr(planned.intent, what)
    return counts


def _uncovered(planned: Planned) -> Mapping[str, int]:
    counts = _counts(planned, "languages")
    return {code: n for code, n in counts.items() if tier_of(code) in (Tier.IN_PART, Tier.UNCOVERED)}


def _outbound(planned: Planned) -> object:
    return None if isinstance(planned, Refused) else planned.outbound


def _pieces(planned: Planned) -> dict[tuple[int, Span], _Piece]:
    """All words of a request, by their place. A refused request withholds them all."""
    if planned.consulted is None:
        return {}
    refused = f"refused: {planned.fault.reason}" if isinstance(planned, Refused) else None
    hearing, decision = planned.consulted.hearing, planned.consulted.decision
    pieces: dict[tuple[int, Span], _Piece] = {}
    for number, (said, verdict) in enumerate(zip(hearing.said, decision.verdicts, strict=True)):
        # Words that are withheld for their own reason keep it, even if the whole request is refused.
        reason = refused if refused and verdict.admitted else str(verdict.reason)
        piece = _Piece(said.participant, verdict.admitted and refused is None, reason, number)
        pieces |= {(said.slot, span): piece for span in said.utterance.words}
    own = _Piece(None, refused is None, refused or INSTRUCTIONS)
    return pieces | {(part.slot, part.span): own for part in hearing.instructed}


def _unheard(planned: Planned) -> _Piece:
    """Stands for words that a policy never judged: the request was refused earlier, or does not have them."""
    reason = f"refused: {planned.fault.reason}" if isinstance(planned, Refused) else "not_judged"
    return _Piece(None, leaves=False, reason=reason)


def _moved(
    old: Mapping[tuple[int, Span], _Piece],
    new: Mapping[tuple[int, Span], _Piece],
    unheard_before: _Piece,
    unheard_after: _Piece,
) -> tuple[ChangedWords, ...]:
    """Words that leave under one policy only."""
    utterances: dict[tuple[str | None, Turn, str, str], set[tuple[int, int]]] = {}
    characters: Counter[tuple[str | None, Turn, str, str]] = Counter()
    for place in sorted(old.keys() | new.keys()):
        was, will = old.get(place, unheard_before), new.get(place, unheard_after)
        if was.leaves != will.leaves:
            whose = was.participant if will.participant is None else will.participant
            move = (whose, Turn.LEAVES if will.leaves else Turn.WITHHELD, was.reason, will.reason)
            utterances.setdefault(move, set()).add((place[0], (old.get(place) or will).utterance))
            characters[move] += place[1].end - place[1].start
    return tuple(ChangedWords(*move, len(numbers), characters[move]) for move, numbers in utterances.items())
