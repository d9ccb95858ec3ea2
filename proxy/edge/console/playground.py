"""The playground: what would leave of a transcript that somebody pastes, and under changed policy. Nothing is kept."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from proxy import explanation
from proxy.dialects import dialect_of
from proxy.edge.configuration.document import Document, YamlProblem
from proxy.edge.console.parts import ConsoleParts
from proxy.errors import Cancelled, ClientFault
from proxy.model import Inbound
from proxy.planning import Planned, Refused
from proxy.settings import Route, Settings
from proxy.steps.call import Call

CHANGEABLE = ("consent", "redaction")
"""The sections of the settings that may be tried out: what they say needs nothing loaded."""
MOST_CHARACTERS = 300_000
"""Seven hours of speech. Detection is shared with the requests of clients, which wait for it meanwhile."""
MOST_CHANGED = 20_000
"""Characters of a changed policy: more than any policy has, and read in a moment."""

_one_at_a_time = asyncio.Semaphore(1)


@dataclass(frozen=True, slots=True)
class Tried:
    """What would happen to a transcript: facts as `explain` has them, its utterances, and the text that would leave."""

    facts: Mapping[str, Any]
    rows: list[dict[str, Any]]
    sent: str | None
    """The body that would leave, JSON with its fields below one another; None if nothing would."""


def routes_of(settings: Settings) -> list[Route]:
    """The routes that carry words and take a transcript as the text of a request."""
    return [each for each in settings.routes if each.purpose is not None and each.shape is None]


async def tried(parts: ConsoleParts, text: str, route: str, meeting: str, settings: Settings | None = None) -> Tried:
    """Plan a transcript as the only message of a request. Raises `ClientFault`."""
    settings = settings or parts.settings
    if len(text) > MOST_CHARACTERS:
        raise ClientFault("body_too_large", f"paste at most {MOST_CHARACTERS:,} characters", where="transcript")
    call = _call(settings, route)
    path = next(iter(call.route.paths))
    headers = (("content-type", dialect_of(call.route).media_type),)
    # A form sends each line end as two characters.
    body = explanation.asking(call, text.replace("\r\n", "\n").encode())
    inbound = Inbound("POST", path, "", headers, body)
    async with _one_at_a_time:
        planned = await parts.plan(settings, inbound, meeting or None, call)
    if isinstance(planned, Refused) and isinstance(planned.fault, Cancelled):
        raise planned.fault.cause
    return Tried(explanation.facts(planned), explanation.listed(planned, with_text=True), _sent(planned))


def changed(settings: Settings, written: str) -> Settings:
    """Return the settings with some of `CHANGEABLE` written anew, as YAML. Raises `ClientFault`, which says where."""
    if len(written) > MOST_CHANGED:
        raise ClientFault("body_too_large", f"write at most {MOST_CHANGED:,} characters", where="change")
    try:
        given = Document(written).content
    except YamlProblem as problem:
        line = f", line {problem.place.line}" if problem.place.line else ""
        raise ClientFault("invalid_change", f"this is no YAML{line}; {problem.remedy}", where="change") from None
    if not isinstance(given, dict) or not given or not set(given) <= set(CHANGEABLE):
        raise ClientFault("invalid_change", f"write {' or '.join(CHANGEABLE)}, as in proxy.yaml", where="change")
    actions = given.get("redaction")
    if isinstance(actions, dict) and not all(isinstance(action, str) for action in actions.values()):
        # An action with parameters may load a class or a key, which is for whoever writes the configuration.
        raise ClientFault("invalid_change", "try actions without parameters here: keep, mask, remove …", where="change")
    whole = settings.model_dump(by_alias=True, exclude_unset=True)
    try:
        return Settings.model_validate({**whole, **{name: _over(whole.get(name), given[name]) for name in given}})
    except ValidationError as refused:
        first = refused.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise ClientFault("invalid_change", f"{place}: {first['msg']}", where="change") from None


def _over(before: Any, given: Any) -> Any:
    """What was there with what is given over it, group by group."""
    if isinstance(before, dict) and isinstance(given, dict):
        return {**before, **{name: _over(before.get(name), value) for name, value in given.items()}}
    return given


def _call(settings: Settings, name: str) -> Call:
    route = next((each for each in routes_of(settings) if each.name == name), None)
    if route is None:
        known = ", ".join(each.name for each in routes_of(settings))
        raise ClientFault("unknown_route", f"no route of this name; there are: {known}", where="route")
    client = next((each for each in settings.clients if name in each.routes), None)
    if client is None:
        raise ClientFault("unknown_client", f"no client may use route {name!r}; see clients[].routes", where="route")
    return Call(client, route, settings.recipients[route.recipient])


def _sent(planned: Planned) -> str | None:
    if isinstance(planned, Refused):
        return None
    text = planned.outbound.body.decode("utf-8", "replace")
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text
