"""What the model answers: for each token, whether an entity of some kind begins, goes on, or there is none."""

from __future__ import annotations

KINDS = (
    "PERSON",
    "LOCATION",
    "ORGANIZATION",
    "NRP",
    "DATE_TIME",
    "EMAIL_ADDRESS",
    "PHONE_NUMBER",
    "CREDIT_CARD",
    "ID_NUMBER",
)
"""Kinds that the model knows. The order is that of its outputs: never change it without new weights."""

OUTSIDE = 0
LABELS = 1 + 2 * len(KINDS)


def begins(kind: str) -> int:
    """The label of the first token of an entity."""
    return 1 + 2 * KINDS.index(kind)


def goes_on(kind: str) -> int:
    """The label of every further token of an entity."""
    return 2 + 2 * KINDS.index(kind)
