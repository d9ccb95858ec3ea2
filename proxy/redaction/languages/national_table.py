"""National numbers by language: Presidio's recognizers with their context words, and those of `checksums`.

They are data: ``numbers`` in ``language.json`` of a language (`proxy.languages`), each with its kind, the recognizer by
its class, whether it is on, why, and what it says ``alone``, without a context word: ``weak``, ``never``, or what the
recognizer itself says. Kept apart from the English table because context words differ by language and the numbers would
be false findings elsewhere: any ten figures in an English meeting might pass for a Swedish personnummer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from proxy.languages import codes, table
from proxy.redaction.recognizers.table import NEVER_ALONE, WEAK_ALONE, Builtin, Trigger

_DIGIT = Trigger(re.compile(r"\d"))
_ALONE = {"never": NEVER_ALONE, "weak": WEAK_ALONE, None: None}


def _number(told: Mapping[str, Any]) -> Builtin:
    """A row of ``numbers``."""
    alone = _ALONE[told.get("alone")]
    return Builtin(told["name"], (told["kind"],), told["on"], told["why"], told["recognizer"], _DIGIT, alone)


NATIONAL: Mapping[str, tuple[Builtin, ...]] = {
    code: tuple(map(_number, numbers)) for code in codes() if (numbers := table(code, "language").get("numbers"))
}
"""By ISO 639-1 code of the language. Languages without an entry have no national numbers that are looked for."""
