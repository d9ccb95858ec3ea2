"""Measure how a package is divided: its modules, their lines, their importers. Compare it with installed packages.

``.venv/bin/python -m bench.structure [PACKAGE…]`` prints a column for this project and one for each named package,
such as ``h11 structlog``. Only lines that hold more than white space count. A module's importers are the other modules
of its package that import it by name; a package's own ``__init__`` counts as one.
``--mirror`` also lists the modules of this project that have no test file in the mirrored place.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SMALL = 60
"""A module of at most this many lines may be too small."""
LONG = 60
"""A function of more lines than this is too long."""


@dataclass(frozen=True)
class Module:
    """One file of a package."""

    name: str
    lines: int
    import_lines: int
    imports: frozenset[str]
    functions: tuple[int, ...]
    documented: int
    public: int


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="*", metavar="PACKAGE")
    parser.add_argument("--mirror", action="store_true", help="list the modules that no file of tests mirrors")
    chosen = parser.parse_args()
    packages = {"proxy": Path(__file__).parents[1] / "proxy"}
    packages |= {name: _installed(name) for name in chosen.packages}
    rows = {name: figures(list(_modules(name, folder))) for name, folder in packages.items()}
    width = max(map(len, rows["proxy"]))
    print(" " * width, *(f"{name:>14}" for name in rows))
    for figure in rows["proxy"]:
        print(f"{figure:<{width}}", *(f"{row[figure]:>14}" for row in rows.values()))
    if chosen.mirror:
        print_mirror(packages["proxy"], Path(__file__).parents[1] / "tests")


def print_mirror(package: Path, tests: Path) -> None:
    """Print how many modules have a test file in the mirrored place, and which have none."""
    modules = _with_code(package)
    without = [each for each in modules if not _mirrored(each.relative_to(package), tests)]
    share = _share(len(modules) - len(without), len(modules))
    print(f"\nmodules that tests mirror: {len(modules) - len(without)} / {len(modules)} ({share}); not:")
    for each in without:
        print(f"  {each.relative_to(package.parent)}")


def _with_code(package: Path) -> list[Path]:
    """Return the modules that define a function or class; those with only data or re-exports are left out."""
    files = [file for file in sorted(package.rglob("*.py")) if "versions" not in file.parts]
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return [file for file in files if any(isinstance(node, kinds) for node in ast.parse(file.read_text("utf-8")).body)]


def _mirrored(module: Path, tests: Path) -> bool:
    """Say whether `module` (``a/b/c.py`` in its package) has a ``tests/a/b/test_c.py`` or ``test_c_*.py``.

    For a package's own ``__init__`` it is ``tests/a/test_b.py``.
    """
    name = module.parent.name if module.name == "__init__.py" else module.stem
    folder = module.parent.parent if module.name == "__init__.py" else module.parent
    found = (tests / folder).glob(f"test_{name}*.py")
    return any(file.stem == f"test_{name}" or file.stem.startswith(f"test_{name}_") for file in found)


def figures(modules: list[Module]) -> dict[str, str]:
    """Return what the table says of a package, by row."""
    filled = [module for module in modules if module.lines]
    sizes = [module.lines for module in filled]
    importers = {module.name: 0 for module in filled}
    for module in modules:
        for name in module.imports & importers.keys() - {module.name}:
            importers[name] += 1
    functions = sorted(length for module in modules for length in module.functions)
    imported = [module for module in filled if importers[module.name]]
    return {
        "modules / lines": f"{len(filled)} / {sum(sizes)}",
        "module median / max": f"{statistics.median(sizes):.0f} / {max(sizes)}",
        "modules with one importer": _share(sum(importers[m.name] == 1 for m in imported), len(imported)),
        f"modules of {SMALL} lines or less": f"{sum(size <= SMALL for size in sizes)} / {len(filled)}",
        "import lines": _share(sum(module.import_lines for module in modules), sum(sizes)),
        "function median / 95th / max": (
            f"{statistics.median(functions):.0f} / {functions[int(len(functions) * 0.95)]} / {functions[-1]}"
        ),
        f"functions over {LONG} lines": str(sum(length > LONG for length in functions)),
        "public with a docstring": f"{sum(m.documented for m in modules)} / {sum(m.public for m in modules)}",
    }


def _installed(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{name}: no such package is installed")
    return Path(spec.origin).parent


def _modules(package: str, folder: Path) -> Iterator[Module]:
    for file in sorted(folder.rglob("*.py")):
        parts = file.relative_to(folder).with_suffix("").parts
        if {"tests", "test", "_vendor", "versions"} & set(parts):
            continue
        name = ".".join((package, *(part for part in parts if part != "__init__")))
        yield _module(name, file.name == "__init__.py", file.read_text("utf-8"))


def _module(name: str, is_package: bool, text: str) -> Module:
    tree = ast.parse(text)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    public = [tree, *_public(tree)]
    return Module(
        name,
        sum(bool(line.strip()) for line in text.splitlines()),
        sum((node.end_lineno or node.lineno) - node.lineno + 1 for node in imports),
        frozenset(target for node in imports for target in _targets(node, name, is_package)),
        tuple((node.end_lineno or node.lineno) - node.lineno + 1 for node in functions),
        sum(ast.get_docstring(node) is not None for node in public),
        len(public),
    )


def _public(tree: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node)


def _targets(node: ast.Import | ast.ImportFrom, name: str, is_package: bool) -> Iterator[str]:
    """Yield the modules that an import may refer to."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = name.split(".")
    if node.level:
        base = base[: len(base) - node.level + is_package]
        source = ".".join([*base, *([node.module] if node.module else [])])
    else:
        source = node.module or ""
    yield source
    yield from (f"{source}.{alias.name}" for alias in node.names)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "-"


if __name__ == "__main__":
    main()
