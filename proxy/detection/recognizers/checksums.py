"""National numbers with check digits that Presidio lacks: France, the Netherlands, Brazil, Portugal.

Each is a Presidio recognizer: a shape, the context words of the language, and the check of python-stdnum. A number that
fails the check is not a finding.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from presidio_analyzer import Pattern, PatternRecognizer
from stdnum.br import cpf
from stdnum.fr import nir
from stdnum.nl import bsn
from stdnum.pt import nif


class _Checked(PatternRecognizer):
    """A shape whose matches must pass `check`, with a score that a context word may raise."""

    KIND: str
    SHAPE: str
    SCORE: float
    CONTEXT: Sequence[str]

    def __init__(self) -> None:
        super().__init__(self.KIND, patterns=[Pattern(self.KIND, self.SHAPE, self.SCORE)], context=list(self.CONTEXT))

    def invalidate_result(self, pattern_text: str) -> bool:
        """Whether the check fails; a number that passes keeps the score of its shape."""
        return not self.check(_plain(pattern_text))

    @staticmethod
    @abstractmethod
    def check(number: str) -> bool:
        """Whether the check digits of a number are right; the number comes without separators."""


class FrNirRecognizer(_Checked):
    """Numéro d'inscription au répertoire: 13 characters (Corsica: 2A, 2B) and a key, 97 minus the number modulo 97."""

    KIND = "FR_NIR"
    SHAPE = (
        r"\b[1278][ .-]?\d{2}[ .-]?(?:0[1-9]|1[0-2]|[2-9]\d)[ .-]?(?:\d{2}|2[AB])[ .-]?\d{3}[ .-]?\d{3}"
        r"[ .-]?\d{2}\b"
    )
    SCORE = 0.8
    CONTEXT = (
        "numéro de sécurité sociale",
        "sécurité sociale",
        "sécu",
        "nir",
        "insee",
        "carte vitale",
        "immatriculation",
    )

    @staticmethod
    def check(number: str) -> bool:
        """Check the key; the letters of Corsica's departments stand for 19 and 18."""
        return nir.is_valid(number)


class NlBsnRecognizer(_Checked):
    """Burgerservicenummer: nine digits whose weighted sum is divisible by 11; the last digit has weight minus one."""

    KIND = "NL_BSN"
    SHAPE = r"\b\d{9}\b|\b\d{4}[ .]\d{2}[ .]\d{3}\b|\b\d{3}[ .]\d{3}[ .]\d{3}\b"
    SCORE = 0.3
    CONTEXT = ("bsn", "burgerservicenummer", "burger service nummer", "sofinummer", "sofi-nummer")

    @staticmethod
    def check(number: str) -> bool:
        """Apply the eleven-test."""
        return bsn.is_valid(number)


class BrCpfRecognizer(_Checked):
    """Cadastro de Pessoas Físicas: nine digits and two check digits modulo 11."""

    KIND = "BR_CPF"
    SHAPE = r"\b\d{3}\.?\d{3}\.?\d{3}-?\d{2}\b"
    SCORE = 0.5
    CONTEXT = ("cpf", "cadastro de pessoas físicas")

    @staticmethod
    def check(number: str) -> bool:
        """Check both digits; a number that repeats one digit passes them but is not valid."""
        return len(set(number)) > 1 and cpf.is_valid(number)


class PtNifRecognizer(_Checked):
    """Número de identificação fiscal: eight digits and a check digit modulo 11; people's begin with 1, 2, 3 or 45."""

    KIND = "PT_NIF"
    SHAPE = r"\b(?:[123]\d|45)\d{7}\b|\b(?:[123]\d{2}|45\d) \d{3} \d{3}\b"
    SCORE = 0.3
    CONTEXT = ("nif", "contribuinte", "número fiscal", "identificação fiscal")

    @staticmethod
    def check(number: str) -> bool:
        """Check the digit; 10 and 11 are written 0."""
        return nif.is_valid(number)


def _plain(number: str) -> str:
    """Only the letters and digits of a number: letters in capitals, digits of any script as ASCII."""
    return "".join(str(int(sign)) if sign.isdecimal() else sign.upper() for sign in number if sign.isalnum())
