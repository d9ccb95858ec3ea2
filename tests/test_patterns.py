"""Regular expressions mean the same in each Python that the project runs on."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ALL_PATTERNS = """
import importlib, json, pkgutil, re, sys
found, made = {}, re.compile
def noted(pattern, flags=0):
    caller = sys._getframe(1).f_globals["__name__"]
    if caller.partition(".")[0] == "proxy" and isinstance(pattern, str):
        found.setdefault(caller, []).append(pattern)
    return made(pattern, flags)
re.compile = noted
import proxy
for module in pkgutil.walk_packages(proxy.__path__, "proxy."):
    if ".migrations." not in module.name and not module.name.endswith("__main__"):
        importlib.import_module(module.name)
json.dump(found, sys.stdout)
"""
_SINGLE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
"""What matches one character: an escape or a class."""
_OF_GROUP = re.compile(r"\)(?:[*+?]|\{[0-9,]*\})\+|\(\?>")
"""A group that is repeated possessively, or an atomic one, where classes and escapes are left out."""


def has_possessive_group(pattern: str) -> bool:
    return _OF_GROUP.search(_SINGLE.sub(".", pattern)) is not None


def test_a_possessive_group_is_seen() -> None:
    assert all(map(has_possessive_group, (r"(?:a|b)*+c", r"(x\)){0,9}+", r"(?>a|b)")))
    assert not any(map(has_possessive_group, (r"[)*+]", r"[^a]*+", r"\)*+", r"(?:a|b)*[+]")))


def test_no_group_is_possessive() -> None:
    """Before 3.11.5 Python matches such groups wrongly (https://github.com/python/cpython/issues/106052).

    A name that is looked ahead for, and read again, does the same: ``(?=(?P<all>…))(?P=all)``.
    """
    told = subprocess.run([sys.executable, "-c", ALL_PATTERNS], cwd=ROOT, capture_output=True, check=True, timeout=120)
    found = json.loads(told.stdout)
    assert len(found) > 100
    assert [(module, each) for module, made in found.items() for each in made if has_possessive_group(each)] == []
