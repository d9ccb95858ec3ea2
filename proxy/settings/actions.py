"""What ``redaction`` does with findings: an action by its name, or an operator with parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, JsonValue, ValidatorFunctionWrapHandler, WrapValidator, model_validator

from proxy.model import Action
from proxy.settings.base import Secret, Section, shaped


class Masking(Section):
    """Replaces every character with the same sign."""

    char: Annotated[str, shaped(r"^[*#•█_xX]$", "one of * # • █ _ x X")] = "*"
    keep_last: Annotated[int, Field(ge=0, le=16)] = 0
    """How many characters stay at the end. None stay if the finding is shorter than twice this, or a part of one."""


class Replacing(Section):
    """Replaces all findings of the kind with the same text of yours."""

    text: Annotated[
        str,
        shaped(
            r"^[^\s\"\\<>&\x00-\x1f](?:[^\r\n\"\\<>&\x00-\x1f]{0,98}[^\s\"\\<>&\x00-\x1f])?$",
            'up to 100 characters on one line, without " \\ < > & and without spaces at its ends',
        ),
    ]


class Hashing(Section):
    """Replaces a finding with its digest under a key. Under one key, the same spelling always has the same digest."""

    key: Secret
    algorithm: Literal["sha256", "sha512"] = "sha256"


class Encrypting(Section):
    """AES-CBC under a key of 16, 24 or 32 characters. Whoever holds the key can read the originals."""

    key: Secret


class Operated(Section):
    """An action with parameters, or an operator of your own: a class for Presidio's anonymizer."""

    mask: Masking | None = None
    replace: Replacing | None = None
    hash: Hashing | None = None
    encrypt: Encrypting | None = None
    operator: (
        Annotated[
            str, shaped(r"^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$", "a module and a name in it, such as acme.operators.Hash")
        ]
        | None
    ) = None
    """Module and class, such as ``acme_operators.Initials``. docs/redaction.md says what it has to satisfy."""
    params: dict[str, JsonValue] = {}
    """The ``params`` that your operator receives."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        named = [name for name in ACTIONS_WITH_PARAMETERS if getattr(self, name) is not None]
        if len(named) != 1:
            raise ValueError(
                f"give exactly one of {', '.join(ACTIONS_WITH_PARAMETERS)}; each has parameters of its own"
            )
        if self.params and self.operator is None:
            raise ValueError(f"'params' are for an operator of your own; write the parameters below {named[0]!r}")
        return self


ACTIONS_WITH_PARAMETERS = ("mask", "replace", "hash", "encrypt", "operator")


def _read(written: object, by_name: ValidatorFunctionWrapHandler) -> object:
    if isinstance(written, Mapping):
        return Operated.model_validate(written)
    if isinstance(written, str) and written in ACTIONS_WITH_PARAMETERS and written not in list(Action):
        raise ValueError(f"{written!r} needs parameters; write them below it, as 'meeting-proxy config example' shows")
    return by_name(written)


ActionSetting = Annotated[Action | Operated, WrapValidator(_read)]
"""An action by its name, or an action with parameters."""
