"""The checker is a package of its own: nothing of the product, only `cryptography`, built without a network."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from outsider_logs import MadeLog

PACKAGE = Path(__file__).parents[2] / "verify"
SOURCES = sorted((PACKAGE / "meeting_proxy_verify").rglob("*.py"))


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, path
            names.add(node.module or "")
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_it_imports_the_standard_library_and_cryptography(path: Path) -> None:
    assert imported(path) <= {*sys.stdlib_module_names, "cryptography", "meeting_proxy_verify"}
    assert "importlib" not in imported(path)
    assert "__import__" not in path.read_text("utf-8")


def test_its_only_dependency_is_declared() -> None:
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text("utf-8"))["project"]
    assert [one.partition(">")[0] for one in project["dependencies"]] == ["cryptography"]
    assert "optional-dependencies" not in project


def test_it_is_built_without_a_network_and_runs_where_the_product_is_not(tmp_path: Path) -> None:
    source, wheels, elsewhere = tmp_path / "source", tmp_path / "wheels", tmp_path / "elsewhere"
    (source / "meeting_proxy_verify").mkdir(parents=True)
    for path in [*SOURCES, *(PACKAGE / name for name in ("pyproject.toml", "README.md", "LICENSE"))]:
        (source / path.relative_to(PACKAGE)).write_bytes(path.read_bytes())
    build = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(wheels)], cwd=source, check=True, capture_output=True)
    (wheel,) = wheels.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(elsewhere)
        (points,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        assert b"meeting-proxy-verify = meeting_proxy_verify.main:main" in archive.read(points)
    log = MadeLog().group(3)
    directory = log.write(tmp_path / "log")
    code = (
        "import sys; sys.modules['proxy'] = None; sys.path.insert(0, sys.argv.pop(1)); "
        "from meeting_proxy_verify.main import main; code = main(sys.argv[1:]); "
        "print(sorted({'proxy', 'aiohttp', 'pydantic'} & set(sys.modules))); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(elsewhere), "log", str(directory)],
        cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": ""},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout.splitlines()[-1] == "['proxy']"
