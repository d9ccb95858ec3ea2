"""Reads the files that `detection` names, once: dictionaries, words that are never findings, and recognizers.

A problem names the field of the configuration, the line of the file if there is one, and the remedy. It never quotes an
entry.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from proxy.csv_source import separator_of
from proxy.detection import presidio_recognizers
from proxy.detection.selection import running_names
from proxy.edge.configuration.document import MAX_CHARACTERS, ConfigProblem, Document, Problem, YamlProblem
from proxy.edge.configuration.file import in_order, placed, validated
from proxy.settings import Detection, Dictionary, PresidioFile, PresidioRegistry, RouteDetection, Settings, WordFile
from proxy.wording.folded import fold_name, has_alnum
from proxy.wording.phrases import LONGEST
from proxy.wording.plain_words import is_common

MAX_BYTES = 16 << 20
MAX_ENTRIES = 500_000
MAX_CHARS = 4 * LONGEST
"""Per entry; anything longer is text, not a name."""
MIN_CHARS = 2
"""Per entry; a single letter would be found everywhere."""

Words = TypeVar("Words", bound=WordFile)
Names = TypeVar("Names", Detection, RouteDetection)
"""A section that names files."""


def filled(settings: Settings) -> Settings:
    """Return the settings with the content of all their files, including those of routes. Raises `ConfigProblem`."""
    wrong: list[Problem] = []
    detection = _filled(settings.detection, "detection", wrong)
    if detection.presidio_recognizers is not None:
        try:
            file = read_recognizers(detection.presidio_recognizers)
            detection = detection.model_copy(update={"presidio_recognizers": file})
        except ConfigProblem as problem:
            wrong.extend(problem.problems)
    routes = tuple(
        route.model_copy(update={"detection": _filled(route.detection, f"routes[{index}].detection", wrong)})
        if route.detection is not None
        else route
        for index, route in enumerate(settings.routes)
    )
    if wrong:
        raise ConfigProblem(wrong)
    return settings.model_copy(update={"detection": detection, "routes": routes})


def _filled(section: Names, place: str, wrong: list[Problem]) -> Names:
    """Return the section with the words of its files; problems are added to `wrong`.

    A field that names no file stays untouched: on a route, a field that is set replaces that of ``detection``.
    """
    update: dict[str, tuple[WordFile, ...]] = {}
    files: tuple[WordFile, ...]
    for field, files in (("dictionaries", section.dictionaries), ("allow_files", section.allow_files)):
        read: list[WordFile] = []
        for index, file in enumerate(files):
            try:
                read.append(_read(file, f"{place}.{field}[{index}]"))
            except ConfigProblem as problem:
                wrong.extend(problem.problems)
        if read:
            update[field] = tuple(read)
    return section.model_copy(update=update)


def doubts(settings: Settings) -> list[str]:
    """Return what is valid but hardly meant. Files must have been read.

    That is: plain English words matched in any case, and recognizers that run although their file switches them off.
    """
    found: list[str] = []
    for place, file in _dictionaries(settings):
        plain = sum(is_common(fold_name(word)) for word in file.words or ())
        if plain and file.case == "any":
            found.append(
                f"{place}: {plain} of the entries are plain English and found wherever "
                "they are said; put them into a file of their own with case: exact"
            )
    return found + _recognizer_doubts(settings.detection)


def _dictionaries(settings: Settings) -> Iterator[tuple[str, Dictionary]]:
    """Yield all dictionaries with their places: those of ``detection``, then those that routes add."""
    own = [(f"routes[{index}].", route.detection) for index, route in enumerate(settings.routes)]
    for before, section in [("", settings.detection), *own]:
        for index, file in enumerate(section.dictionaries if section is not None else ()):
            yield f"{before}detection.dictionaries[{index}]", file


def _read(file: Words, place: str) -> Words:
    """Return the file's settings with its words and digest. Words that were already read stay as they are."""
    if file.words is not None:
        return file
    try:
        with Path(file.file).open("rb") as opened:
            raw = opened.read(MAX_BYTES + 1)
    except OSError as error:
        what = f"file {file.file} cannot be read ({error.strerror})"
        raise _problem(f"{place}.file", what, "correct the path; it is relative to the working directory") from None
    if len(raw) > MAX_BYTES:
        what = f"file {file.file} is larger than {MAX_BYTES >> 20} MiB"
        raise _problem(f"{place}.file", what, "take out what is no name")
    digest = hashlib.sha256(raw).hexdigest()
    if file.sha256 not in (None, digest):
        what = f"file {file.file} has another digest"
        raise _problem(f"{place}.sha256", what, "see what was changed in the file, then write its new digest")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        what = f"file {file.file} is not UTF-8 text (line {line})"
        raise _problem(f"{place}.file", what, "save it as UTF-8") from None
    words = dict.fromkeys(_checked(_entries(text, file, place), file.file, place))
    if not words:
        raise _problem(f"{place}.file", f"file {file.file} has no entries", "write one on each line, or remove this")
    return file.with_words(list(words), digest)


def _entries(text: str, file: WordFile, place: str) -> Iterator[tuple[int, str]]:
    """Yield the entries with their line numbers, from 1."""
    lines = text.splitlines()
    if file.column is None:
        for number, line in enumerate(lines, 1):
            entry = line.strip()
            if entry and not entry.startswith("#"):
                yield number, entry
        return
    rows = csv.reader(lines, strict=True, delimiter=separator_of(text, (file.column.lower(),)))
    try:
        heading = [name.strip() for name in next(rows, [])]
        if file.column not in heading:
            what = f"file {file.file} has no column {file.column!r} in its first line"
            raise _problem(
                f"{place}.column", what, "name a column of the heading line; commas, semicolons or tabs stand between"
            )
        at = heading.index(file.column)
        for row in rows:
            if len(row) > at and row[at].strip():
                yield rows.line_num, row[at].strip()
    except csv.Error:
        what = f"file {file.file} is not well-formed CSV (line {rows.line_num})"
        raise _problem(f"{place}.file", what, "save it as CSV with commas and double quotes") from None


def _checked(entries: Iterator[tuple[int, str]], name: str, place: str) -> Iterator[str]:
    for count, (number, entry) in enumerate(entries):
        if count == MAX_ENTRIES:
            what = f"file {name} has more than {MAX_ENTRIES:,} entries"
            raise _problem(f"{place}.file", what, "take out what is no name")
        if len(entry) > MAX_CHARS:
            what = f"file {name}, line {number}: the entry is longer than {MAX_CHARS} characters"
            raise _problem(f"{place}.file", what, "write one name on each line")
        if len(entry) < MIN_CHARS or not has_alnum(fold_name(entry)):
            what = f"file {name}, line {number}: the entry is a single character, or has no letter or digit"
            raise _problem(f"{place}.file", what, "remove it; it would be found everywhere")
        yield entry


def _problem(place: str, message: str, remedy: str) -> ConfigProblem:
    return ConfigProblem([Problem("configuration", 0, 0, place, message, remedy)])


_FIELD = "detection.presidio_recognizers"
_TEMPLATE = "write recognizers: and a list below it, as in Presidio's default_recognizers.yaml"


def read_recognizers(file: PresidioFile) -> PresidioFile:
    """Return the setting with its file's content and digest, as it is if already read. Raises `ConfigProblem`."""
    if file.registry is not None:
        return file
    document, digest = _document(file)
    if not isinstance(document.content, Mapping):
        raise ConfigProblem([Problem(file.file, 1, 1, "", "the file must be a mapping", _TEMPLATE)])
    registry = validated(PresidioRegistry, document, file.file, PresidioRegistry.model_json_schema())
    if found := presidio_recognizers.problems(registry):
        raise ConfigProblem(in_order(placed(found, document, file.file)))
    return file.with_registry(registry, digest)


def _recognizer_doubts(detection: Detection) -> list[str]:
    """Return what is valid but may not be meant. The file must have been read."""
    file = detection.presidio_recognizers
    if file is None or file.registry is None:
        return []
    document, _ = _document(file)
    found = presidio_recognizers.doubts(file.registry, running_names(detection))
    return [str(problem) for problem in in_order(placed(found, document, file.file))]


def _document(file: PresidioFile) -> tuple[Document, str]:
    try:
        with Path(file.file).open("rb") as opened:
            raw = opened.read(4 * MAX_CHARACTERS + 1)
    except OSError as error:
        what = f"file {file.file} cannot be read ({error.strerror})"
        raise _recognizers_problem(what, "correct the path; it is relative to the working directory") from None
    digest = hashlib.sha256(raw).hexdigest()
    if file.sha256 not in (None, digest):
        what = f"file {file.file} has another digest"
        raise _recognizers_problem(what, "see what was changed in the file, then write its new digest", ".sha256")
    try:
        return Document(raw.decode("utf-8-sig")), digest
    except UnicodeDecodeError:
        raise _recognizers_problem(f"file {file.file} is not UTF-8 text", "save it as UTF-8") from None
    except YamlProblem as found:
        remedy = _TEMPLATE if found.message == "the file is empty" else found.remedy
        raise ConfigProblem([Problem(file.file, *found.place[:2], found.field, found.message, remedy)]) from None


def _recognizers_problem(what: str, remedy: str, field: str = "") -> ConfigProblem:
    return ConfigProblem([Problem("configuration", 0, 0, f"{_FIELD}{field}", what, remedy)])
