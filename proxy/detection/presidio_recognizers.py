"""Report what is wrong with a file of recognizers for Presidio: contradictions, and what cannot run here.

Presidio skips recognizers that it cannot use, with a warning in a log. Here each of them is an error: a recognizer that
is written down and does not run is a leak. The check does not need Presidio itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

import regex

from proxy.detection.languages.table import LANGUAGES
from proxy.detection.selection import BY_CLASS
from proxy.settings import Contradiction, PresidioRecognizer, PresidioRegistry

MOST_WORDS = 1000
"""Maximum words in all deny lists of a file. Each word costs time at every word of a text: 9 ms per 4,000 characters
for this many."""
_FLAGS = (
    *(
        regex.ASCII,
        regex.BESTMATCH,
        regex.DOTALL,
        regex.ENHANCEMATCH,
        regex.FULLCASE,
        regex.IGNORECASE,
        regex.MULTILINE,
    ),
    *(regex.POSIX, regex.UNICODE, regex.VERBOSE, regex.VERSION0, regex.VERSION1, regex.WORD),
)
"""Flags that patterns of text may have; ``LOCALE`` is for bytes, and ``DEBUG`` prints patterns."""

_KIND = re.compile(r"[A-Z][A-Z0-9_]{1,40}")
_WORDS_OF_CUSTOM = ("patterns", "deny_list")


def problems(registry: PresidioRegistry) -> list[Contradiction]:
    """Everything that is wrong, by its place in the file. Recognizers that are switched off are not checked."""
    found = [*_of_flags(registry), *_of_words(registry)]
    for index, recognizer in enumerate(registry.recognizers):
        if not recognizer.enabled:
            continue
        place = ("recognizers", index)
        found += [*_of_languages(recognizer, place, registry), *_of_context(recognizer, place)]
        if recognizer.is_custom:
            found += _of_custom(recognizer, place, registry)
        else:
            found += _of_predefined(recognizer, place)
    return found


def doubts(registry: PresidioRegistry, running: frozenset[str]) -> Iterator[Contradiction]:
    """What is valid but perhaps not intended: recognizers that are switched off, but run as one of `running`."""
    for index, recognizer in enumerate(registry.recognizers):
        builtin = BY_CLASS.get(recognizer.class_)
        if not recognizer.enabled and not recognizer.is_custom and builtin is not None and builtin.name in running:
            yield Contradiction(
                ("recognizers", index),
                f"{recognizer.class_} is switched off in the file, and runs as the recognizer {builtin.name!r}",
                f"add {builtin.name} to detection.disable, unless it is to run",
            )


def _of_flags(registry: PresidioRegistry) -> Iterator[Contradiction]:
    flags = registry.global_regex_flags
    if flags < 0 or flags & ~sum(_FLAGS) or not _compiles("", flags):
        yield Contradiction(
            ("global_regex_flags",),
            "these flags are not those of patterns of text",
            "leave it out for Presidio's 26 (IGNORECASE, MULTILINE, DOTALL), or add up flags of Python's regex module",
        )


def _compiles(expression: str, flags: int) -> bool:
    try:
        return bool(regex.compile(expression, flags))
    except (regex.error, ValueError, OverflowError, RecursionError, KeyError, IndexError):
        return False


def _of_words(registry: PresidioRegistry) -> Iterator[Contradiction]:
    lists = [(index, len(each.deny_list or ())) for index, each in enumerate(registry.recognizers) if each.enabled]
    if sum(words for _, words in lists) > MOST_WORDS:
        longest = max(lists, key=lambda each: each[1])[0]
        yield Contradiction(
            ("recognizers", longest, "deny_list"),
            f"the deny lists of the file have more than {MOST_WORDS:,} words",
            "put them into a file of words, and name that in detection.dictionaries",
        )


def _of_languages(
    recognizer: PresidioRecognizer, place: tuple[str | int, ...], registry: PresidioRegistry
) -> Iterator[Contradiction]:
    if recognizer.supported_language is not None and recognizer.supported_languages:
        yield Contradiction(
            (*place, "supported_language"),
            "supported_language and supported_languages stand both",
            "keep one of the two",
        )
        return
    field = "supported_language" if recognizer.supported_language is not None else "supported_languages"
    named = bool(recognizer.supported_language or recognizer.supported_languages)
    where = (*place, field) if named else ("supported_languages",)
    for language, _ in recognizer.languages(registry.supported_languages or ("en",)):
        if language not in LANGUAGES:
            yield Contradiction(where, f"nothing is known of the language {language!r}", f"use: {', '.join(LANGUAGES)}")


def _of_context(recognizer: PresidioRecognizer, place: tuple[str | int, ...]) -> Iterator[Contradiction]:
    if recognizer.context and recognizer.supported_languages and len(recognizer.supported_languages) > 1:
        yield Contradiction(
            (*place, "context"),
            "words of context for several languages at once",
            "write them below each language: {language: en, context: [card]}",
        )
    if any(not word.strip() for _, words in recognizer.languages(("en",)) for word in words or ()):
        yield Contradiction((*place, "context"), "a word of context is empty", "remove it")


def _of_predefined(recognizer: PresidioRecognizer, place: tuple[str | int, ...]) -> Iterator[Contradiction]:
    for field in _WORDS_OF_CUSTOM:
        if getattr(recognizer, field):
            yield Contradiction((*place, field), "this is for custom recognizers", "write type: custom, or remove it")
    builtin = BY_CLASS.get(recognizer.class_)
    if builtin is None:
        near = get_close_matches(recognizer.class_, BY_CLASS, 1, 0.8)
        yield Contradiction(
            (*place, "class_name" if recognizer.class_name else "name"),
            f"no recognizer {recognizer.class_!r} of Presidio can run here: there is none, or it needs a service, "
            "spaCy or another model, or the proxy finds its kind by one of its own",
            f"did you mean {near[0]!r}?" if near else "write enabled: false, and see 'meeting-proxy detect --list'",
        )
    elif recognizer.entities and set(recognizer.entities) != set(builtin.kinds):
        field = "supported_entity" if recognizer.supported_entity is not None else "supported_entities"
        yield Contradiction(
            (*place, field),
            f"{recognizer.class_} finds {', '.join(builtin.kinds)}",
            "remove this, or write a custom recognizer for another kind",
        )


def _of_custom(
    recognizer: PresidioRecognizer, place: tuple[str | int, ...], registry: PresidioRegistry
) -> Iterator[Contradiction]:
    if not recognizer.patterns and not recognizer.deny_list:
        yield Contradiction(place, "there is nothing to find", "add patterns or a deny_list")
    if recognizer.name in BY_CLASS or recognizer.class_name is not None:
        field = "class_name" if recognizer.class_name is not None else "name"
        yield Contradiction(
            (*place, field), "a recognizer of Presidio's own is named", "write type: predefined, or choose another name"
        )
    field = "supported_entity" if recognizer.supported_entity is not None else "supported_entities"
    if recognizer.supported_entity is not None and recognizer.supported_entities:
        yield Contradiction(
            (*place, field), "supported_entity and supported_entities stand both", "keep one of the two"
        )
    elif len(recognizer.entities) != 1:
        yield Contradiction(place, "a custom recognizer finds one kind", "add supported_entity: KIND")
    elif not _KIND.fullmatch(recognizer.entities[0]):
        yield Contradiction((*place, field), "this is no kind of finding", "write it like EMPLOYEE_ID")
    if any(not word.strip() for word in recognizer.deny_list or ()):
        yield Contradiction((*place, "deny_list"), "a word is empty", "remove it")
    for index, pattern in enumerate(recognizer.patterns or ()):
        if not _compiles(pattern.regex, registry.global_regex_flags):
            yield Contradiction(
                (*place, "patterns", index, "regex"), "not a valid regular expression", "correct the expression"
            )
