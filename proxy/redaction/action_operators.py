"""The operators of presidio-anonymizer that carry out actions, its own and ours, with their parameters.

Importing this module imports presidio-anonymizer, and with it presidio-analyzer: more than a second and 90 MiB.
`proxy.edge.configuration.action_operators` does so for a policy that needs it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from presidio_anonymizer.entities import InvalidParamError
from presidio_anonymizer.operators import Encrypt, Hash, Mask, Operator, OperatorType, Replace

from proxy.model import Action
from proxy.redaction.actions import generalizations
from proxy.redaction.anonymizer import ENTITY_TYPE, IS_TOLD, MASK, PIECE, Operation
from proxy.settings import Operated

_GROUP = re.compile(r"[^\W_]+")
_JOINT = re.compile(r"[^\w\r\n,;]|\) | \(")
"""What joins two groups of one number."""


class MaskButLast(Mask):
    """Presidio's mask over everything except the last ``keep_last`` characters of what may be several numbers."""

    def operate(self, text: str = "", params: dict[str, Any] | None = None) -> str:
        """The masked text; masked whole if the kept part would be most of its last number, or if it is a piece."""
        given = params or {}
        kept = int(given.get("keep_last", 0))
        if given.get(PIECE) or len(_last_number(text)) < 2 * kept:
            kept = 0
        chars = {self.CHARS_TO_MASK: len(text) - kept, self.FROM_END: False}
        return str(super().operate(text, {**given, **chars}))

    def validate(self, params: dict[str, Any] | None = None) -> None:
        """Presidio's validation of the written parameters; the remaining ones are computed for each text."""
        super().validate({**(params or {}), self.CHARS_TO_MASK: 1, self.FROM_END: False})


class Generalize(Operator):
    """Coarser words for dates and ages, the finest that reveal nothing replaced; empty if there are none."""

    def operate(self, text: str = "", params: dict[str, Any] | None = None) -> str:
        """The coarser words. The parameter ``is_told`` says whether given words reveal something replaced."""
        given = params or {}
        is_told: Callable[[str], bool] = given.get(IS_TOLD, lambda _: False)
        return next((words for words in generalizations(given[ENTITY_TYPE], text) if not is_told(words)), "")

    def validate(self, params: dict[str, Any] | None = None) -> None:
        """Accept anything: there are no parameters."""

    def operator_name(self) -> str:
        """The action's name."""
        return Action.GENERALIZE

    def operator_type(self) -> OperatorType:
        """The operator removes the original words."""
        return OperatorType.Anonymize


BY_NAME: Final[Mapping[Action, Operation]] = MappingProxyType(
    {
        Action.MASK: Operation("mask", MaskButLast, {Mask.MASKING_CHAR: MASK}),
        Action.GENERALIZE: Operation("generalize", Generalize, or_pseudonym=True),
    }
)
"""The operations of actions without parameters. `pseudonyms` issues pseudonyms; keeping needs no operation."""


def operation_of(written: Operated, *, operator: type[Operator] | None = None, key: str = "") -> Operation:
    """The operation that ``redaction`` describes. `operator` is the class that it names, `key` the secret it names.

    Raises `ValueError` if the operator does not take these parameters, with a message for their author.
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


def _last_number(text: str) -> str:
    """The end of a text that is one number, or if it ends in words, these words.

    A number is groups that hold a digit or are one letter, with a single sign between. What stands before another sign
    (``4111 1111 1111 1111. NIF 12345678Z``) is another number.
    """
    groups = list(_GROUP.finditer(text))
    at, numeric = len(text), None
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        if index + 1 < len(groups) and not _JOINT.fullmatch(text, group.end(), groups[index + 1].start()):
            break
        if len(group[0]) > 1 or group[0].isdecimal():
            holds_digit = any(c.isdecimal() for c in group[0])
            if numeric not in (None, holds_digit):
                break
            numeric = holds_digit
        at = group.start()
    return text[at:]


def wrong_class(found: object) -> str | None:
    """What disqualifies an object as an operator; None if nothing does."""
    if not (isinstance(found, type) and issubclass(found, Operator)):
        return "is no subclass of presidio_anonymizer.operators.Operator"
    try:
        if found().operator_type() is OperatorType.Anonymize:
            return None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever the error, the operator is unusable
        return f"cannot be made without arguments ({type(error).__name__})"
    return "is not of type OperatorType.Anonymize"


def _validate(operation: Operation) -> None:
    try:
        operation.operator().validate(dict(operation.params))
    except InvalidParamError as error:
        raise ValueError(str(error)) from None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - report the class alone: the message may quote anything
        raise ValueError(f"validate raised {type(error).__name__}") from None
