"""Which recognizers run under given settings, and what is wrong with settings that name them."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

from proxy.redaction.recognizer_table import BUILTINS, BY_NAME, Builtin
from proxy.redaction.words import fold_name, has_alnum
from proxy.settings import Detection

FROM_ROSTER = frozenset({"PERSON", "EMAIL_ADDRESS"})
"""Kinds that a meeting's roster yields, whatever recognizers run."""


def selected(detection: Detection) -> tuple[Builtin, ...]:
    """The built-in recognizers that run under these settings, in the order of the table."""
    wanted = detection.recognizers
    return tuple(
        builtin
        for builtin in BUILTINS
        if (builtin.on if wanted is None else builtin.name in wanted) and builtin.name not in detection.disable
    )


def caps(detection: Detection) -> dict[str, float]:
    """By recognizer name: the highest score of a match that no context word supports."""
    return {builtin.name: builtin.alone for builtin in selected(detection) if builtin.alone is not None}


def producible(detection: Detection) -> frozenset[str]:
    """The kinds that can be found at all under these settings."""
    builtin = {kind for entry in selected(detection) for kind in entry.kinds}
    patterns = {pattern.kind for pattern in detection.patterns}
    words = {deny.kind for deny in detection.deny} | {file.kind for file in detection.dictionaries}
    return FROM_ROSTER | builtin | patterns | words


def validate(detection: Detection, kinds: Collection[str]) -> list[str]:
    """What is wrong with these settings, one sentence each; empty when all is well.

    `kinds` are those that the ``redaction`` sections name (``default`` is passed over): each must have a
    recognizer that can find it, or the operator would believe in a protection that is not there.
    """
    problems: list[str] = []
    for field, names in (("recognizers", detection.recognizers or ()), ("disable", detection.disable)):
        for name in names:
            if name not in BY_NAME:
                near = get_close_matches(name, BY_NAME, 1, 0.5)
                hint = f"did you mean {near[0]!r}? " if near else ""
                problems.append(
                    f"detection.{field}: there is no recognizer {name!r}; {hint}see 'meeting-proxy detect --list'"
                )
    seen = set(BY_NAME)
    for pattern in detection.patterns:
        if pattern.name in seen:
            problems.append(f"detection.patterns: the name {pattern.name!r} is taken; choose another")
        seen.add(pattern.name)
    problems += _words(detection)
    found = producible(detection)
    for kind in sorted(set(kinds) - found - {"default"}):
        able = [builtin.name for builtin in BUILTINS if kind in builtin.kinds]
        remedy = (
            f"switch on the recognizer {' or '.join(map(repr, able))}" if able else "add a pattern or deny list for it"
        )
        problems.append(f"redaction.{kind}: nothing finds this kind; {remedy}, or remove the entry")
    return problems


def _words(detection: Detection) -> list[str]:
    """What is wrong with the operator's words. Files are looked into as far as they were read."""
    problems: list[str] = []
    allowed = {fold_name(word) for word in detection.allow}
    for file in detection.allow_files:
        allowed |= {fold_name(word) for word in file.words or ()}
    for deny in detection.deny:
        problems += [
            f"detection.deny: a word of kind {deny.kind} is empty; remove it"
            for word in deny.words
            if not has_alnum(fold_name(word))
        ]
        if not allowed.isdisjoint(map(fold_name, deny.words)):
            problems.append(
                f"detection.deny: a word of kind {deny.kind} is also in detection.allow; keep one of the two"
            )
    problems += [
        f"detection.dictionaries[{index}].file: an entry is also in detection.allow; keep one of the two"
        for index, file in enumerate(detection.dictionaries)
        if allowed and not allowed.isdisjoint(map(fold_name, file.words or ()))
    ]
    return problems
