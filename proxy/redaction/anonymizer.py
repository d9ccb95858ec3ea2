"""Compute the replacement of a finding, with operators of Presidio's anonymizer (defined in `operators`).

An operator takes the words of one finding and returns other words. This package decides where these go, which of them
may not leave, and it handles pseudonyms and restoration. Only the operators of presidio-anonymizer are used, not its
engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from proxy.errors import OwnFault
from proxy.model import Action
from proxy.redaction.own_words import holds

ENTITY_TYPE = "entity_type"
"""The parameter that tells an operator the kind of the finding, named as in Presidio's engine."""
PIECE = "piece"
"""The parameter that tells an operator whether the words are a piece of something longer."""
IS_TOLD = "is_told"
"""The parameter that holds a function: whether given words reveal something replaced."""
MASK = "*"
_LONGEST_ANSWER = 10_000
"""Characters of an operator's answer; a request of many findings would grow without a bound."""

_BREAKING = str.maketrans(dict.fromkeys('"\\<>&', "_"))
"""Characters that could begin or end a string, a tag or an escape, whatever the surrounding text is."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A subclass of ``presidio_anonymizer.operators.Operator`` with its parameters. Errors call it `name`.

    With `or_pseudonym`, the operator gets the `IS_TOLD` parameter, and an empty result means a pseudonym.
    """

    name: str
    operator: type[Any]
    params: Mapping[str, Any] = field(default_factory=dict, repr=False)
    or_pseudonym: bool = False

    def on(self, said: str, kind: str, *, piece: bool, is_told: Callable[[str], bool]) -> str:
        """The replacement of `said`; empty for none. White space is tidied, and characters that break a text are gone.

        Raises `OwnFault` if the operator fails, so that nothing leaves.
        """
        params = {**self.params, ENTITY_TYPE: kind, PIECE: piece}
        if self.or_pseudonym:
            params[IS_TOLD] = is_told
        try:
            made = self.operator().operate(text=said, params=params)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - any error: its message may quote the finding
            raise self._failed(f"raised {type(error).__name__}", kind) from None
        if not isinstance(made, str):
            raise self._failed(f"answered with {type(made).__name__}, not with text", kind)
        if len(made) > _LONGEST_ANSWER:
            raise self._failed(f"answered with more than {_LONGEST_ANSWER} characters", kind)
        printable = "".join(c if c.isprintable() else " " for c in made.translate(_BREAKING))
        return " ".join(printable.split())

    def _failed(self, how: str, kind: str) -> OwnFault:
        return OwnFault(
            "operator_failed",
            f"the operator {self.name} {how} for a finding of kind {kind}; correct it, or choose another",
        )


BY_OPERATOR = frozenset({Action.MASK, Action.GENERALIZE})
"""Actions without parameters that an `Operation` carries out."""

Act = Action | Operation
"""What is done with a kind of finding: a pseudonym, nothing, kept, refused, or an operator's words."""


class Substitutes:
    """The operators' replacements for the findings of one request; equal words get equal replacements.

    `is_told` says whether given words reveal something that is replaced in the request.
    """

    def __init__(self, is_told: Callable[[str], bool]) -> None:
        self._is_told = is_told
        self._made: dict[tuple[str, str, bool], str] = {}

    def of(self, act: Act, kind: str, said: str, *, piece: bool) -> str | None:
        """The replacement of `said`; None for a pseudonym. A replacement that reveals something replaced is masked.

        So is one that holds `said`, however short that is. Coarser words are not: the finest that reveal nothing are
        chosen, which may be a part of what was said.

        Raises `OwnFault` (``operator_failed``) if an operator fails.
        """
        if act is Action.REMOVE:
            return ""
        if not isinstance(act, Operation):
            return None
        key = (kind, said, piece)
        if key not in self._made:
            made = act.on(said, kind, piece=piece, is_told=self._is_told)
            told = made and (self._is_told(made) or (not act.or_pseudonym and holds(made, said)))
            self._made[key] = MASK * len(said) if told else made
        return None if act.or_pseudonym and not self._made[key] else self._made[key]
