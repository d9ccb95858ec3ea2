"""What CONTRIBUTING says of files and functions holds: no function over 60 lines, and no circle of imports."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "proxy"
FILES = [file for file in sorted(PACKAGE.rglob("*.py")) if "versions" not in file.parts]
LONGEST = 60


def test_no_function_is_longer_than_sixty_lines() -> None:
    functions = (
        (file.relative_to(PACKAGE), node.name, (node.end_lineno or node.lineno) - node.lineno + 1)
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert [each for each in functions if each[2] > LONGEST] == []


def test_modules_do_not_import_each_other_in_a_circle() -> None:
    """Imports inside of functions wait until they are called, and those for types alone are never made."""
    modules = {dotted(file): file for file in FILES}
    TopologicalSorter({name: imported(name, file, modules) for name, file in modules.items()}).prepare()


def dotted(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imported(name: str, file: Path, modules: dict[str, Path]) -> set[str]:
    """The modules that one imports as it is loaded; its own packages, which are loaded before it, are left out."""
    found: set[str] = set()
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {each for each in found & modules.keys() if each != name and not name.startswith(f"{each}.")}
