"""The operators of presidio-anonymizer that carry out actions, its own and ours, with their parameters.

Importing this imports presidio-anonymizer, and with it presidio-analyzer: `anonymizer.built_in` says what that costs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from presidio_anonymizer.entities import InvalidParamError
from presidio_anonymizer.operators import Encrypt, Hash, Mask, Operator, OperatorType, Redact, Replace

from proxy.model import Action
from proxy.redaction.actions import generalizations
from proxy.redaction.anonymizer import ENTITY_TYPE, IS_TOLD, MASK, PIECE, Operation
from proxy.settings import Operated


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
        is_told: Callable[[str], bool] = given.get(IS_TOLD, lambda _: False)
        return next((words for words in generalizations(given[ENTITY_TYPE], text) if not is_told(words)), "")

    def validate(self, params: dict[str, Any] | None = None) -> None:
        """There are no parameters to write."""

    def operator_name(self) -> str:
        """The action's name."""
        return Action.GENERALIZE

    def operator_type(self) -> OperatorType:
        """It takes the words away."""
        return OperatorType.Anonymize


BY_NAME: Final[Mapping[Action, Operation]] = MappingProxyType(
    {
        Action.MASK: Operation("mask", MaskButLast, {Mask.MASKING_CHAR: MASK}),
        Action.REMOVE: Operation("remove", Redact),
        Action.GENERALIZE: Operation("generalize", Generalize, or_pseudonym=True),
    }
)
"""The operations of actions without parameters. Pseudonyms are given out by `pseudonyms`; what is kept has none."""


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
