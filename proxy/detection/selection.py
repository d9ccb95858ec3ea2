"""Decide which recognizers run under given settings, and report problems in settings that configure detection.

`problems` lists what is wrong in how the routes of a configuration detect, `doubts` what deserves a second look.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from typing import NamedTuple

from proxy.detection.languages.table import LANGUAGES, NATIONAL, Tier, national, tier_of
from proxy.detection.recognizers.table import BUILTINS, Builtin, Own
from proxy.settings import Detection, PresidioRecognizer, Route, Settings
from proxy.wording.folded import fold_name, has_alnum


class FromFile(NamedTuple):
    """A recognizer of the operator's file for Presidio, in one language; `builtin` is set if we have its class."""

    entry: PresidioRecognizer
    builtin: Builtin | None
    language: str
    context: tuple[str, ...] | None
    kinds: tuple[str, ...]

    @property
    def name(self) -> str:
        """The source of its findings, distinct from our names. It has no plus sign, which would tie findings."""
        return f"presidio:{self.entry.name}".replace("+", " ")


FROM_ROSTER = frozenset({"PERSON", "EMAIL_ADDRESS"})
"""Kinds that a meeting's roster yields, whatever recognizers run."""
ALL = (*BUILTINS, *(builtin for numbers in NATIONAL.values() for builtin in numbers))
BY_NAME = {builtin.name: builtin for builtin in ALL}
"""Every recognizer that settings may name: those that run on all text, and those that run for a language."""
BY_CLASS = {
    builtin.made_by: builtin for builtin in ALL if builtin.made_by is not None and not isinstance(builtin.made_by, Own)
}
"""Every recognizer with a class of its own, by the name of the class, as Presidio's files of recognizers name it."""


def selected(detection: Detection) -> tuple[Builtin, ...]:
    """The built-in recognizers that run under these settings, in the order of the table."""
    return tuple(builtin for builtin in BUILTINS if runs(detection, builtin))


def national_selected(detection: Detection, language: str) -> tuple[Builtin, ...]:
    """The recognizers of a language's national numbers that run under these settings."""
    return tuple(builtin for builtin in national(language) if runs(detection, builtin))


def runs(detection: Detection, builtin: Builtin) -> bool:
    """Whether a recognizer runs under these settings."""
    named = builtin.on if detection.recognizers is None else builtin.name in detection.recognizers
    return named and builtin.name not in detection.disable


def running_names(detection: Detection) -> frozenset[str]:
    """The names of all built-in recognizers that run under these settings, on all text or for some language."""
    return frozenset(builtin.name for builtin in ALL if runs(detection, builtin))


def caps(detection: Detection) -> dict[str, float]:
    """By recognizer name: the highest score of a match that no context word supports."""
    return {builtin.name: builtin.alone for builtin in selected(detection) if builtin.alone is not None}


def allowed_words(detection: Detection) -> frozenset[str]:
    """The strings that are never findings, folded like names; of files, only those that were read."""
    files = (word for file in detection.allow_files for word in file.words or ())
    return frozenset(filter(None, map(fold_name, (*detection.allow, *files))))


def producible(detection: Detection) -> frozenset[str]:
    """The kinds that can be found at all under these settings."""
    builtin = {kind for entry in ALL if runs(detection, entry) for kind in entry.kinds}
    patterns = {pattern.kind for pattern in detection.patterns}
    words = {deny.kind for deny in detection.deny} | {file.kind for file in detection.dictionaries}
    return FROM_ROSTER | builtin | patterns | words | {kind for row in from_file(detection) for kind in row.kinds}


def from_file(detection: Detection) -> Iterator[FromFile]:
    """The recognizers of the file of ``presidio_recognizers``, one for each language; none if the file was not read."""
    file = detection.presidio_recognizers
    if file is None or file.registry is None:
        return
    for entry, language, context in file.registry.running():
        builtin = None if entry.is_custom else BY_CLASS.get(entry.class_)
        yield FromFile(entry, builtin, language, context, entry.entities if builtin is None else builtin.kinds)


def validate(detection: Detection, kinds: Collection[str], where: str = "") -> list[str]:
    """What is wrong with these settings, one sentence each; empty if all is well.

    `kinds` are the kinds that the ``redaction`` sections name (``default`` is ignored). Each must have a recognizer
    that can find it, or the operator would rely on a protection that does not exist. `where` is the prefix of the
    names of the sections, such as ``routes[0].``.
    """
    return [
        *_names(detection, f"{where}detection"),
        *_lists(detection, f"{where}detection"),
        *_kinds(detection, kinds, f"{where}redaction"),
    ]


def _names(detection: Detection, where: str) -> Iterator[str]:
    for field, names in (("recognizers", detection.recognizers or ()), ("disable", detection.disable)):
        for name in names:
            if name not in BY_NAME:
                near = get_close_matches(name, BY_NAME, 1, 0.5)
                hint = f"did you mean {near[0]!r}? " if near else ""
                yield f"{where}.{field}: there is no recognizer {name!r}; {hint}see 'meeting-proxy detect --list'"
    seen = set(BY_NAME)
    for pattern in detection.patterns:
        if pattern.name in seen:
            yield f"{where}.patterns: the name {pattern.name!r} is taken; choose another"
        seen.add(pattern.name)


def _lists(detection: Detection, where: str) -> Iterator[str]:
    """What is wrong with the operator's words; files are checked only if they were read."""
    allowed = allowed_words(detection)
    for deny in detection.deny:
        for word in deny.words:
            if not has_alnum(fold_name(word)):
                yield f"{where}.deny: a word of kind {deny.kind} is empty; remove it"
        if not allowed.isdisjoint(map(fold_name, deny.words)):
            yield f"{where}.deny: a word of kind {deny.kind} is also in allow or allow_files; keep one of the two"
    for file in detection.dictionaries:
        # Identified by file name: a route's dictionaries follow those of `detection`, so the index here differs.
        if allowed and not allowed.isdisjoint(map(fold_name, file.words or ())):
            yield (
                f"{where}.dictionaries: an entry of file {file.file} is also in allow or allow_files; "
                "keep one of the two"
            )


def _kinds(detection: Detection, kinds: Collection[str], where: str) -> Iterator[str]:
    file = detection.presidio_recognizers
    if file is not None and file.registry is None:
        return  # a file that could not be read is reported elsewhere, and might find any kind
    for kind in sorted(set(kinds) - producible(detection) - {"default"}):
        able = [builtin.name for builtin in ALL if kind in builtin.kinds]
        remedy = (
            f"switch on the recognizer {' or '.join(map(repr, able))}" if able else "add a pattern or deny list for it"
        )
        yield f"{where}.{kind}: nothing finds this kind; {remedy}, or remove the entry"


def problems(settings: Settings) -> list[str]:
    """What is wrong in ``detection``, ``redaction`` and the routes, one sentence each with place and remedy."""
    found = validate(settings.detection, _kinds_of_all(settings))
    for index, route in enumerate(settings.routes):
        found += _of_route(settings, route, f"routes[{index}]", set(found))
    return found


def _kinds_of_all(settings: Settings) -> set[str]:
    """Kinds that ``redaction`` names and no route's own detection finds, so ``detection`` itself must find them."""
    by_routes = {kind for detection in settings.detections().values() for kind in producible(detection)}
    return set(settings.redaction) - by_routes


def _of_route(settings: Settings, route: Route, where: str, known: set[str]) -> Iterator[str]:
    detection = settings.detection_of(route)
    for problem in validate(detection, route.redaction, f"{where}."):
        # Problems that the route inherits from `detection` were reported there.
        if problem.removeprefix(f"{where}.") not in known:
            yield problem
    for code in route.languages:
        tier = tier_of(code)
        if tier is Tier.UNCOVERED:
            yield (
                f"{where}.language: nothing is known of the language {code!r}; use one of: {', '.join(LANGUAGES)}, "
                "or auto"
            )
        elif tier is Tier.IN_PART and detection.languages.in_part == "refuse":
            yield (
                f"{where}.language: {LANGUAGES[code].name} ({code}) is covered in part only, and such text is refused; "
                f"set detection.languages.in_part (or {where}.detection.languages.in_part) to 'patterns' to let it "
                "leave with what patterns, national numbers and the roster find, or remove the language"
            )


def doubts(settings: Settings) -> list[str]:
    """What is allowed but worth knowing: routes that let text leave in which detection finds only a part."""
    found = []
    for index, route in enumerate(settings.routes):
        policy = settings.detection_of(route).languages
        let = [tier for tier in ("in_part", "uncovered") if getattr(policy, tier) == "patterns"]
        if let:
            where = " and ".join(f"languages.{tier}" for tier in let)
            found.append(
                f"routes[{index}] ({route.name}): {where} is 'patterns': text in languages other than English leaves, "
                "though names outside the roster, and in most of them numbers in words, are not surely found in it "
                "(docs/languages.md)"
            )
    return found
