"""Puts file and line before problems that name a field alone, as those do that are found outside of the schema.

Such a problem begins with its field, perhaps behind ``configuration: ``, and ``: ``. One that names a file of its own
stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from proxy.edge.configuration import listed_files
from proxy.edge.configuration.document import Written, document_of, text_of

_UNPLACED = "configuration: "
_INDEX = re.compile(r"\[(\d+)\]\.?")


def located(problems: Iterable[str], config: Path) -> list[str]:
    """Return the problems of the configuration in a file, each with the line of its field. Raises `ConfigProblem`."""
    written = listed_files.joined(document_of(text_of(config), str(config)))
    return [_located(problem, written, str(config)) for problem in problems]


def _located(problem: str, written: Written, file: str) -> str:
    told = problem.removeprefix(_UNPLACED)
    path = _path(told.partition(": ")[0], written.content)
    if not path:
        return problem
    place, _ = written.place(path)
    return f"{place.file or file}:{place.line}: {told}"


def _path(field: str, content: Any) -> tuple[str | int, ...]:
    """Return the path of a field as operators write it, as far as it is there: names may hold dots themselves."""
    path: list[str | int] = []
    while field:
        if isinstance(content, dict):
            names = [name for name in map(str, content) if re.match(re.escape(name) + r"(?:[.\[]|$)", field)]
            if not names:
                break
            step: str | int = max(names, key=len)
            field = field[len(str(step)) :].removeprefix(".")
            content = content.get(step)
        else:
            index = _INDEX.match(field) if isinstance(content, list) else None
            if index is None or int(index[1]) >= len(content):
                break
            step = int(index[1])
            field, content = field[index.end() :], content[step]
        path.append(step)
    return tuple(path)
