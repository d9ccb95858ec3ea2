"""YAML with places: reads a document and finds the line of any of its fields. Duplicate keys are errors.

Also defines `ConfigProblem`: what is wrong in a configuration, with file, line, field and remedy.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import yaml

from proxy.edge.configuration.yaml_remedies import remedy_of

MAX_CHARACTERS = 1 << 20
FROM_EMPTY = "write one with 'meeting-proxy init'; 'meeting-proxy config example' prints every setting"
"""What to do where there is no configuration yet."""


class Place(NamedTuple):
    """Position in a file; line and column count from 1. Line 0 means the file as a whole."""

    line: int = 0
    column: int = 0
    file: str = ""
    """Where it is another file than the one that is being read."""


class YamlProblem(Exception):
    """The text is not a YAML document that can be read unambiguously."""

    def __init__(self, place: Place, field: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.place, self.field, self.message, self.remedy = place, field, message, remedy


class Written(Protocol):
    """Settings as they are written: their `content` as plain values, and the place of each field."""

    content: Any

    def place(self, path: Sequence[str | int]) -> tuple[Place, tuple[str | int, ...]]:
        """Return the place of the field at `path`, or of its nearest existing parent, and the part that exists."""


class Document:
    """A YAML document: `content` as plain values, and the place of each field."""

    def __init__(self, text: str) -> None:
        """Read `text`. Raises `YamlProblem`. Only YAML's own types are accepted: tags never build objects."""
        if len(text) > MAX_CHARACTERS:
            raise YamlProblem(Place(), "", "the file is larger than 1 MiB", "name the configuration file")
        try:
            root, self.content = _read(text)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = Place(mark.line + 1, mark.column + 1) if mark else Place()
            raise YamlProblem(place, "", _message(error), remedy_of(error)) from None
        except (yaml.YAMLError, ValueError, RecursionError, LookupError, AttributeError):
            # PyYAML raises the last two for a scalar that does not fit its explicit tag, such as ``!!bool x``.
            raise YamlProblem(Place(), "", "not valid YAML", "correct the YAML syntax") from None
        self._root = root

    def place(self, path: Sequence[str | int]) -> tuple[Place, tuple[str | int, ...]]:
        """Return the place of the field at `path`, or of its nearest existing parent, and the part that exists."""
        node, found = self._root, Place(self._root.start_mark.line + 1, self._root.start_mark.column + 1)
        for depth, part in enumerate(path):
            key, value = _child(node, part)
            if key is None or value is None:
                return found, tuple(path[:depth])
            node, found = value, Place(key.start_mark.line + 1, key.start_mark.column + 1)
        return found, tuple(path)


def _message(error: yaml.MarkedYAMLError) -> str:
    """Return what is wrong, with the line on which it begins where that is another one: an open quote, a lost colon."""
    told, begun, found = error.problem or "not valid YAML", error.context_mark, error.problem_mark
    if begun is None or found is None or begun.line == found.line:
        return told
    return f"{told}, in what begins on line {begun.line + 1}"


def field_name(path: Sequence[str | int]) -> str:
    """Return a path as operators write it: ``routes[0].recipient``."""
    name = ""
    for part in path:
        name += f"[{part}]" if isinstance(part, int) else f".{part}" if name else str(part)
    return name


def _read(text: str) -> tuple[yaml.Node, Any]:
    """Return the node tree and the values of a text. Drives a safe loader by hand to get both."""
    loader = yaml.SafeLoader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            raise YamlProblem(Place(), "", "the file is empty", FROM_EMPTY)
        _refuse_recursion(root, (), set())
        _refuse_doubles(root)
        return root, loader.construct_document(root)
    finally:
        loader.dispose()


def _child(node: yaml.Node, part: str | int) -> tuple[yaml.Node | None, yaml.Node | None]:
    """Return the node that names a child (its key, or the element itself) and the child's node."""
    if isinstance(node, yaml.MappingNode):
        # After construction, merged keys stand before the mapping's own keys, which win. So the last match holds.
        for key, value in reversed(node.value):
            if isinstance(key, yaml.ScalarNode) and key.value == str(part):
                return key, value
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and 0 <= part < len(node.value):
        return node.value[part], node.value[part]
    return None, None


def _refuse_doubles(root: yaml.Node) -> None:
    """Refuse duplicate keys. YAML would silently let the last one win."""
    visited: set[int] = set()
    waiting: list[tuple[yaml.Node, tuple[str | int, ...]]] = [(root, ())]
    while waiting:
        current, here = waiting.pop()
        if id(current) in visited:
            continue
        visited.add(id(current))
        if isinstance(current, yaml.SequenceNode):
            waiting += [(item, (*here, index)) for index, item in enumerate(current.value)]
        if isinstance(current, yaml.MappingNode):
            _refuse_double_keys(current, here)
            waiting += [(value, (*here, _key_name(key))) for key, value in current.value]


def _refuse_double_keys(node: yaml.MappingNode, path: tuple[str | int, ...]) -> None:
    seen: dict[Hashable, int] = {}
    for key, _ in node.value:
        name = _key_name(key)
        line = key.start_mark.line + 1
        if name in seen and name != "<<":
            raise YamlProblem(
                Place(line, key.start_mark.column + 1),
                field_name((*path, name)),
                f"this key stands twice; first on line {seen[name]}",
                "keep one of the two",
            )
        seen[name] = line


def _refuse_recursion(node: yaml.Node, above: tuple[int, ...], done: set[int]) -> None:
    """Refuse anchors that contain themselves."""
    if id(node) in above:
        place = Place(node.start_mark.line + 1, node.start_mark.column + 1)
        raise YamlProblem(place, "", "this anchor holds itself", "remove the alias that points to its own parent")
    if id(node) in done or isinstance(node, yaml.ScalarNode):
        return
    children = [value for _, value in node.value] if isinstance(node, yaml.MappingNode) else node.value
    for child in children:
        _refuse_recursion(child, (*above, id(node)), done)
    done.add(id(node))


def _key_name(key: yaml.Node) -> str:
    return key.value if isinstance(key, yaml.ScalarNode) else "?"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem in a configuration. Line and column count from 1; 0 means the file as a whole."""

    file: str
    line: int
    column: int
    field: str
    message: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        field = f" {self.field}:" if self.field else ""
        return f"{where}:{field} {self.message}; remedy: {self.remedy}"


class ConfigProblem(Exception):
    """A configuration that cannot be used, with all its problems in the order of lines."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems in the configuration")
        self.problems = list(problems)

    def unwritten(self, *files: str) -> ConfigProblem:
        """The same problems, where `files` were about to be written: they have no lines yet."""
        found = [
            replace(each, file=f"{each.file}, which was not written", line=0, column=0) if each.file in files else each
            for each in self.problems
        ]
        return ConfigProblem(found)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def text_of(path: Path) -> str:
    """Return the text of a configuration file. Raises `ConfigProblem`."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        raise ConfigProblem([Problem(str(path), 0, 0, "", what, _otherwise(error))]) from None
    except UnicodeDecodeError:
        raise ConfigProblem([Problem(str(path), 0, 0, "", "is not UTF-8 text", "save it as UTF-8")]) from None


def _otherwise(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"name it with --config or MEETING_PROXY_CONFIG, or {FROM_EMPTY}"
    return "name a file that this user may read"


def document_of(text: str, file: str) -> Document:
    """Read a text whose content must be a mapping. Raises `ConfigProblem`, which names `file`."""
    try:
        document = Document(text)
    except YamlProblem as found:
        place = found.place
        raise ConfigProblem(
            [Problem(file, place.line, place.column, found.field, found.message, found.remedy)]
        ) from None
    if not isinstance(document.content, Mapping):
        what = "the file must be a mapping of settings, such as 'version: 1'"
        raise ConfigProblem([Problem(file, 1, 1, "", what, FROM_EMPTY)])
    return document
