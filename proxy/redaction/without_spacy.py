"""Presidio without spaCy: it imports all of spaCy for the names of a few types, which no part of ours makes use of.

That is 60 MiB and half a second in a process that detects. There, modules take spaCy's place of which every name is a
class that nobody can make; whatever would really need spaCy fails, and detection with it. Elsewhere (`evaluate` beside
plain Presidio) spaCy is itself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

_LEFT_OUT = ("spacy", "thinc")


class _Names(type):
    def __getattr__(cls, name: str) -> Callable[..., Callable[[object], object]]:
        """``@registry.tokenizers("…")`` and the like leave alone what they stand above."""
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: lambda decorated: decorated


class _Absent(metaclass=_Names):
    """Stands for a type of spaCy's where one is named."""

    def __init__(self, *_: object, **__: object) -> None:
        raise TypeError("spaCy was left out of this process: nothing of it can be made")


def _named(name: str) -> type:
    if name.startswith("__"):
        raise AttributeError(name)
    return _Names(name, (_Absent,), {})


class _Finder(MetaPathFinder, Loader):
    """Finds their modules before Python does, and puts nothing but names into them."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 - the interface's
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        """A module of names for spaCy, the library of networks below it, and all their parts."""
        return ModuleSpec(fullname, self, is_package=True) if fullname.partition(".")[0] in _LEFT_OUT else None

    def exec_module(self, module: ModuleType) -> None:
        """Give it every name that is asked for."""
        module.__getattr__ = _named  # type: ignore[method-assign]


def leave_out_spacy() -> None:
    """For the rest of this process. Without effect where spaCy was imported before."""
    if "spacy" not in sys.modules:
        sys.meta_path.insert(0, _Finder())
