"""What actions put in place of a finding, by operators of Presidio's anonymizer (`operators` has them).

An operator is given the words of one finding and answers with other words. Where they go, what of them may not leave,
pseudonyms and restoring are this package's. Of presidio-anonymizer only the operators are used, not its engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from proxy.errors import OwnFault
from proxy.model import Action

ENTITY_TYPE = "entity_type"
"""The parameter in which an operator is told the kind of the finding, as Presidio's engine tells it."""
PIECE = "piece"
"""The parameter in which it is told whether the words are a piece of something longer."""
IS_TOLD = "is_told"
"""The parameter that says of words whether they tell something replaced."""
MASK = "*"

_BREAKING = str.maketrans(dict.fromkeys('"\\<>&', "_"))
"""Signs with which a string, a tag or an escape could begin or end, in whatever the text around is."""
_BY_OPERATOR = frozenset({Action.MASK, Action.REMOVE, Action.GENERALIZE})
"""Actions without parameters that operators carry out. The rest are pseudonyms, what is kept and what is refused."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A subclass of ``presidio_anonymizer.operators.Operator`` with its parameters. `name` is how errors call it.

    With `or_pseudonym`, no words of the operator mean a pseudonym, and it is told what `IS_TOLD` says.
    """

    name: str
    operator: type[Any]
    params: Mapping[str, Any] = field(default_factory=dict, repr=False)
    or_pseudonym: bool = False

    def on(self, said: str, kind: str, *, piece: bool, is_told: Callable[[str], bool]) -> str:
        """What is put in place of `said`; empty: nothing. White space is tidied, and signs that break a text are gone.

        Raises `OwnFault` where the operator fails: nothing leaves then.
        """
        params = {**self.params, ENTITY_TYPE: kind, PIECE: piece}
        if self.or_pseudonym:
            params[IS_TOLD] = is_told
        try:
            made = self.operator().operate(text=said, params=params)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it was, its words may quote the finding
            raise self._failed(f"raised {type(error).__name__}", kind) from None
        if not isinstance(made, str):
            raise self._failed(f"answered with {type(made).__name__}, not with text", kind)
        printable = "".join(c if c.isprintable() else " " for c in made.translate(_BREAKING))
        return " ".join(printable.split())

    def _failed(self, how: str, kind: str) -> OwnFault:
        return OwnFault(
            "operator_failed",
            f"the operator {self.name} {how} for a finding of kind {kind}; correct it, or choose another",
        )


Act = Action | Operation
"""What is done with a kind of finding."""


def built_in(action: Action) -> Operation | None:
    """What carries out an action without parameters; None for those that no operator carries out.

    The first call imports presidio-anonymizer, which imports presidio-analyzer where that is installed: more than a
    second and 90 MiB. A proxy whose policy has no such action does without.
    """
    if action not in _BY_OPERATOR:
        return None
    from proxy.redaction.operators import BY_NAME  # noqa: PLC0415 - as above

    return BY_NAME[action]


class Substitutes:
    """What operators put in place of the findings of one request: the same for the same words.

    `is_told` says of words whether they tell something that is replaced in the request.
    """

    def __init__(self, is_told: Callable[[str], bool]) -> None:
        self._is_told = is_told
        self._made: dict[tuple[str, str, bool], str] = {}

    def of(self, act: Act, kind: str, said: str, *, piece: bool) -> str | None:
        """The words in place of `said`; None for a pseudonym. What tells something replaced is masked over.

        Raises `OwnFault` (``operator_failed``) where an operator fails.
        """
        operation = act if isinstance(act, Operation) else built_in(act)
        if operation is None:
            return None
        key = (kind, said, piece)
        if key not in self._made:
            made = operation.on(said, kind, piece=piece, is_told=self._is_told)
            self._made[key] = MASK * len(said) if made and self._is_told(made) else made
        return None if operation.or_pseudonym and not self._made[key] else self._made[key]
