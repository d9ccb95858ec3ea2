"""The operators that ``redaction`` names. At start, imports their classes, reads their keys and checks both."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from proxy.consent.invitations import MIN_SECRET
from proxy.edge.configuration.credentials import secret_of
from proxy.edge.configuration.document import ConfigProblem, Problem, field_name
from proxy.model import Action
from proxy.redaction.anonymizer import BY_OPERATOR, Act, Operation
from proxy.settings import ActionSetting, Contradiction, Operated, Settings, actions

Path = tuple[str | int, ...]

_KEY_CHARS = (16, 24, 32)
"""Key lengths of AES in Presidio's mode. Presidio's own check also accepts 64, but then fails."""
_INSTALL = "install its package where the proxy is installed, or name its folder in PYTHONPATH"


def contradictions(settings: Settings) -> Iterator[Contradiction]:
    """Yield what is wrong with custom operators, each at its place."""
    for path, _, written in _operated(settings):
        if written.operator is not None:
            found = _own(written, written.operator, path)
            if isinstance(found, Contradiction):
                yield found


def problems(settings: Settings, environment: Mapping[str, str] = os.environ) -> list[str]:
    """Return what is wrong with keys and operators, one line each; empty if nothing is."""
    wrong: list[Problem] = []
    for path, _, written in _operated(settings):
        try:
            _loaded(path, written, environment)
        except ConfigProblem as problem:
            wrong += problem.problems
    return [str(problem) for problem in wrong]


def of_routes(settings: Settings, environment: Mapping[str, str] = os.environ) -> Mapping[str, Mapping[str, Operation]]:
    """Return by route and kind the operations that carry out its actions. Raises `ConfigProblem`.

    Kinds that get a pseudonym, are kept or refuse the request have none.
    """
    all_: dict[str, Operation] = {}
    own = {route.name: _built_in(settings.actions_of(route)) for route in settings.routes}
    for path, kind, written in _operated(settings):
        loaded = all_ if path[0] == "redaction" else own[settings.routes[int(path[1])].name]
        loaded[kind] = _loaded(path, written, environment)
    return {name: {**all_, **loaded} for name, loaded in own.items()}


def _built_in(policy: Mapping[str, ActionSetting]) -> dict[str, Operation]:
    """Return by kind the operations of actions without parameters.

    Imports presidio-anonymizer, and with it presidio-analyzer (more than a second, 90 MiB), only for a policy that has
    such an action.
    """
    named = {kind: act for kind, act in policy.items() if isinstance(act, Action) and act in BY_OPERATOR}
    if not named:
        return {}
    from proxy.redaction.action_operators import BY_NAME  # noqa: PLC0415 - as above

    return {kind: BY_NAME[act] for kind, act in named.items()}


def policy(redaction: Mapping[str, ActionSetting], environment: Mapping[str, str] = os.environ) -> dict[str, Act]:
    """Return what is done per kind if there is no route. Raises `ConfigProblem`."""
    made: dict[str, Act] = {}
    written = actions(redaction)
    for kind, act in written.items():
        made[kind] = _loaded(("redaction", kind), act, environment) if isinstance(act, Operated) else act
    return made | _built_in(written)


def _operated(settings: Settings) -> Iterator[tuple[Path, str, Operated]]:
    """Yield all actions with parameters: their place, their kind and the setting."""
    places: list[tuple[Path, Mapping[str, ActionSetting]]] = [(("redaction",), settings.redaction)]
    places += [(("routes", index, "redaction"), route.redaction) for index, route in enumerate(settings.routes)]
    for path, redaction in places:
        for kind, act in redaction.items():
            if isinstance(act, Operated):
                yield (*path, kind), kind, act


def _loaded(path: Path, written: Operated, environment: Mapping[str, str]) -> Operation:
    from proxy.redaction.action_operators import operation_of  # noqa: PLC0415 - see `_built_in`

    if written.operator is not None:
        found = _own(written, written.operator, path)
        if isinstance(found, Contradiction):
            raise _problem(found)
        return found
    keyed = "hash" if written.hash else "encrypt"
    secret = written.hash or written.encrypt
    if secret is None:
        return operation_of(written)
    place = (*path, keyed, "key")
    key = secret_of(secret.key, field_name(place), environment)
    if written.hash and len(key) < MIN_SECRET:
        what = f"the key has fewer than {MIN_SECRET} characters"
        raise _problem(Contradiction(place, what, "make one with: openssl rand -hex 32"))
    if written.encrypt and len(key) not in _KEY_CHARS:
        what = "the key has not 16, 24 or 32 characters"
        raise _problem(Contradiction(place, what, "make one with: openssl rand -hex 16"))
    return operation_of(written, key=key)


def _own(written: Operated, name: str, path: Path) -> Operation | Contradiction:
    """Return a custom operator with its parameters, or what is wrong with it."""
    from proxy.redaction.action_operators import operation_of, wrong_class  # noqa: PLC0415 - see `_built_in`

    module, _, attribute = name.rpartition(".")
    place = (*path, "operator")
    try:
        found: Any = getattr(import_module(module), attribute)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a module of others does, it is told by place
        return Contradiction(place, f"cannot be imported ({type(error).__name__})", _INSTALL)
    if (wrong := wrong_class(found)) is not None:
        return Contradiction(place, wrong, "name a class as docs/redaction.md describes it")
    try:
        return operation_of(written, operator=found)
    except ValueError as error:
        where = (*path, "params") if written.params else place
        return Contradiction(where, f"the operator does not take its parameters: {error}", "correct 'params'")


def _problem(found: Contradiction) -> ConfigProblem:
    return ConfigProblem([Problem("configuration", 0, 0, field_name(found.place), found.message, found.remedy)])
