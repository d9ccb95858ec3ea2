"""Reads the file of ``detection.presidio_recognizers``, once. Every problem names file, line, field and remedy."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from proxy.detection import presidio_recognizers
from proxy.detection.selection import running_names
from proxy.edge.configuration.document import MAX_CHARACTERS, ConfigProblem, Document, Problem, YamlProblem
from proxy.edge.configuration.file import in_order, placed, validated
from proxy.settings import Detection, PresidioFile, PresidioRegistry

FIELD = "detection.presidio_recognizers"
_TEMPLATE = "write recognizers: and a list below it, as in Presidio's default_recognizers.yaml"


def read(file: PresidioFile) -> PresidioFile:
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


def doubts(detection: Detection) -> list[str]:
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
        raise _problem(what, "correct the path; it is relative to the working directory") from None
    digest = hashlib.sha256(raw).hexdigest()
    if file.sha256 not in (None, digest):
        what = f"file {file.file} has another digest"
        raise _problem(what, "see what was changed in the file, then write its new digest", ".sha256")
    try:
        return Document(raw.decode("utf-8-sig")), digest
    except UnicodeDecodeError:
        raise _problem(f"file {file.file} is not UTF-8 text", "save it as UTF-8") from None
    except YamlProblem as found:
        remedy = _TEMPLATE if found.message == "the file is empty" else found.remedy
        raise ConfigProblem([Problem(file.file, *found.place, found.field, found.message, remedy)]) from None


def _problem(what: str, remedy: str, field: str = "") -> ConfigProblem:
    return ConfigProblem([Problem("configuration", 0, 0, f"{FIELD}{field}", what, remedy)])
