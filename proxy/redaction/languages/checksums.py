"""National numbers with check digits that Presidio has no recognizer for: France, the Netherlands, Brazil, Portugal.

Each is a Presidio recognizer: a shape, the context words of the language, and the check. A number whose check fails
is no finding.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Sequence

from presidio_analyzer import Pattern, PatternRecognizer

_NOT_DIGIT = re.compile(r"\D")


class _Checked(PatternRecognizer):
    """A shape with a score for numbers that pass `check`, until a context word raises it."""

    KIND: str
    SHAPE: str
    SCORE: float
    CONTEXT: Sequence[str]

    def __init__(self) -> None:
        super().__init__(self.KIND, patterns=[Pattern(self.KIND, self.SHAPE, self.SCORE)], context=list(self.CONTEXT))

    def invalidate_result(self, pattern_text: str) -> bool:
        """Whether the check fails; a number that passes keeps the score of its shape."""
        return not self.check(pattern_text.upper())

    @staticmethod
    @abstractmethod
    def check(number: str) -> bool:
        """Whether the check digits of a number, as it was written, are right."""


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
        """The key; the letters of Corsica's departments stand for 19 and 18."""
        plain = re.sub(r"[ .-]", "", number).replace("2A", "19").replace("2B", "18")
        return plain.isdigit() and len(plain) == 15 and 97 - int(plain[:13]) % 97 == int(plain[13:])


class NlBsnRecognizer(_Checked):
    """Burgerservicenummer: nine figures whose weighted sum 11 divides, the last weighing minus one."""

    KIND = "NL_BSN"
    SHAPE = r"\b\d{9}\b|\b\d{4}[ .]\d{2}[ .]\d{3}\b|\b\d{3}[ .]\d{3}[ .]\d{3}\b"
    SCORE = 0.3
    CONTEXT = ("bsn", "burgerservicenummer", "burger service nummer", "sofinummer", "sofi-nummer")

    @staticmethod
    def check(number: str) -> bool:
        """The eleven-test."""
        figures = _figures(number)
        return any(figures) and sum(map(_times, figures, (9, 8, 7, 6, 5, 4, 3, 2, -1))) % 11 == 0


class BrCpfRecognizer(_Checked):
    """Cadastro de Pessoas Físicas: nine figures and two check digits modulo 11."""

    KIND = "BR_CPF"
    SHAPE = r"\b\d{3}\.?\d{3}\.?\d{3}-?\d{2}\b"
    SCORE = 0.5
    CONTEXT = ("cpf", "cadastro de pessoas físicas")

    @staticmethod
    def check(number: str) -> bool:
        """Both check digits; a number of one figure repeated passes them and is none."""
        figures = _figures(number)
        return len(set(figures)) > 1 and all(
            sum(map(_times, figures[:place], range(place + 1, 1, -1))) * 10 % 11 % 10 == figures[place]
            for place in (9, 10)
        )


class PtNifRecognizer(_Checked):
    """Número de identificação fiscal: eight figures and a check digit modulo 11; people's begin with 1, 2, 3 or 45."""

    KIND = "PT_NIF"
    SHAPE = r"\b(?:[123]\d|45)\d{7}\b|\b(?:[123]\d{2}|45\d) \d{3} \d{3}\b"
    SCORE = 0.3
    CONTEXT = ("nif", "contribuinte", "número fiscal", "identificação fiscal")

    @staticmethod
    def check(number: str) -> bool:
        """The check digit; 10 and 11 are written 0."""
        figures = _figures(number)
        return figures[8] == (11 - sum(map(_times, figures[:8], range(9, 1, -1))) % 11) % 11 % 10


def _figures(number: str) -> list[int]:
    return [int(figure) for figure in _NOT_DIGIT.sub("", number)]


def _times(figure: int, weight: int) -> int:
    return figure * weight
