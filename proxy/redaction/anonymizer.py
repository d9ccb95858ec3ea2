"""What actions put in place of a finding: operators of Presidio's anonymizer, its own and ours.

An operator is given the words of one finding and answers with other words. Where they go, what of them may not leave,
pseudonyms and restoring are this package's. Of presidio-anonymizer only the operators are used, not its engine.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from proxy.errors import OwnFault
from proxy.model import Action
from proxy.redaction.actions import generalizations
from proxy.settings import Operated

# It looks for presidio_analyzer to sign in to a service of a cloud, and does without where there is none. Importing
# that costs a process that serves 90 MiB and more than a second. `None` is how Python says that a module is not there.
_MODULES: dict[str, Any] = sys.modules
_MODULES.setdefault("presidio_analyzer", None)
try:
    from presidio_anonymizer.entities import InvalidParamError
    from presidio_anonymizer.operators import Encrypt, Hash, Mask, Operator, OperatorType, Redact, Replace
finally:
    if _MODULES["presidio_analyzer"] is None:
        del _MODULES["presidio_analyzer"]

ENTITY_TYPE = "entity_type"
"""The parameter in which an operator is told the kind of the finding, as Presidio's engine tells it."""
PIECE = "piece"
"""The parameter in which it is told whether the words are a piece of something longer."""
_IS_TOLD = "is_told"
_MASK = "*"

_BREAKING = str.maketrans(dict.fromkeys('"\\<>&', "_"))
"""Signs with which a string, a tag or an escape could begin or end, in whatever the text around is."""


class MaskButLast(Mask):
    """Presidio's mask, over everything but the last characters: ``keep_last`` of them."""

    def operate(self, text: str = "", params: dict[str, Any] | None = None) -> str:
        """The text masked; whole where what is kept would be most of it, or where it is a piece of something."""
        given = params or {}
        kept = int(given.get("keep_last", 0))
        if given.get(PIECE) or len(text) < 2 * kept:
            kept = 0
        chars = {self.CHARS_TO_MASK: len(text) - kept, self.FROM_END: False}
        return str(super().operate(text, {**given, **chars}))

    def validate(self, params: dict[str, Any] | None = None) -> None:
        """As Presidio's, of what is written; the rest is counted for each text."""
        super().validate({**(params or {}), self.CHARS_TO_MASK: 1, self.FROM_END: False})


class Generalize(Operator):
    """Coarser words for dates and ages, the finest that give nothing away; nothing for what has none."""

    def operate(self, text: str = "", params: dict[str, Any] | None = None) -> str:
        """The coarser words. ``is_told`` in the parameters says of words whether they tell something replaced."""
        given = params or {}
        is_told: Callable[[str], bool] = given.get(_IS_TOLD, lambda _: False)
        return next((words for words in generalizations(given[ENTITY_TYPE], text) if not is_told(words)), "")

    def validate(self, params: dict[str, Any] | None = None) -> None:
        """There are no parameters to write."""

    def operator_name(self) -> str:
        """The action's name."""
        return Action.GENERALIZE

    def operator_type(self) -> OperatorType:
        """It takes the words away."""
        return OperatorType.Anonymize


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator with its parameters. `name` is how errors call it."""

    name: str
    operator: type[Operator]
    params: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def on(self, said: str, kind: str, *, piece: bool, is_told: Callable[[str], bool]) -> str:
        """What is put in place of `said`; empty: nothing. White space is tidied, and signs that break a text are gone.

        Raises `OwnFault` where the operator fails: nothing leaves then.
        """
        params = {**self.params, ENTITY_TYPE: kind, PIECE: piece}
        if self.operator is Generalize:
            params[_IS_TOLD] = is_told
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


BY_NAME: Final[Mapping[Action, Operation]] = MappingProxyType(
    {
        Action.MASK: Operation("mask", MaskButLast, {Mask.MASKING_CHAR: _MASK}),
        Action.REMOVE: Operation("remove", Redact),
        Action.GENERALIZE: Operation("generalize", Generalize),
    }
)
"""The operations of actions without parameters. Pseudonyms are given out by `pseudonyms`; what is kept has none."""

Act = Action | Operation
"""What is done with a kind of finding."""


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
        operation = act if isinstance(act, Operation) else BY_NAME.get(act)
        if operation is None:
            return None
        key = (kind, said, piece)
        if key not in self._made:
            made = operation.on(said, kind, piece=piece, is_told=self._is_told)
            self._made[key] = _MASK * len(said) if made and self._is_told(made) else made
        coarser = operation.operator is not Generalize or self._made[key]
        return self._made[key] if coarser else None


def operation_of(written: Operated, *, operator: type[Operator] | None = None, key: str = "") -> Operation:
    """The operation that ``redaction`` describes. `operator` is the class that it names, `key` the secret it names.

    Raises `ValueError` where the operator takes no such parameters, in words for whoever wrote them.
    """
    match written:
        case Operated(mask=mask) if mask is not None:
            operation = Operation("mask", MaskButLast, {Mask.MASKING_CHAR: mask.char, "keep_last": mask.keep_last})
        case Operated(replace=text) if text is not None:
            operation = Operation("replace", Replace, {Replace.NEW_VALUE: text.text})
        case Operated(hash=digest) if digest is not None:
            operation = Operation("hash", Hash, {Hash.HASH_TYPE: digest.algorithm, Hash.SALT: key})
        case Operated(encrypt=cipher) if cipher is not None:
            operation = Operation("encrypt", Encrypt, {Encrypt.KEY: key})
        case _:
            operation = Operation(str(written.operator), operator or Operator, written.params)
    _validate(operation)
    return operation


def wrong_class(found: object) -> str | None:
    """What is wrong with something that is to be an operator; None if nothing is."""
    if not (isinstance(found, type) and issubclass(found, Operator)):
        return "is no subclass of presidio_anonymizer.operators.Operator"
    try:
        if found().operator_type() is OperatorType.Anonymize:
            return None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it was, the operator is of no use
        return f"cannot be made without arguments ({type(error).__name__})"
    return "is not of type OperatorType.Anonymize"


def _validate(operation: Operation) -> None:
    try:
        operation.operator().validate(dict(operation.params))
    except InvalidParamError as error:
        raise ValueError(str(error)) from None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - only what it was is told: its words may quote anything
        raise ValueError(f"validate raised {type(error).__name__}") from None
