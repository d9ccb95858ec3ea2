"""The registry of dialects (shapes of AI APIs), from `proxy.settings.REGISTERED`. `base` says how to add one."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from proxy.dialects.base import Dialect
from proxy.dialects.declared.request import JsonDialect
from proxy.settings import JSON_DIALECT, REGISTERED, Route

__all__ = ["DEFAULT", "DIALECTS", "Dialect", "dialect_named", "dialect_of"]


def _made(reader: str) -> Dialect:
    """Make the dialect that a row of the table names by module and class."""
    module, _, name = reader.partition(":")
    dialect: Dialect = getattr(import_module(module), name)()
    return dialect


DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {each.name: _made(each.reader) for each in REGISTERED if each.reader is not None}
)
"""Every dialect in `proxy/settings/dialect_names.py` except ``json``, whose shape each route declares itself."""

DEFAULT: Dialect = DIALECTS[REGISTERED[0].name]
"""The dialect whose error shape answers a request on an unknown route."""


def dialect_named(name: str) -> Dialect:
    """The dialect with this name. Raises `KeyError` for a name that the settings would have refused."""
    return DIALECTS[name]


def dialect_of(route: Route) -> Dialect:
    """The dialect that a route speaks."""
    return dialect_named(route.dialect) if route.shape is None else JsonDialect(JSON_DIALECT, route.shape)
