"""Where a route's path would reach its recipient as hardly any API has it: with a prefix of ours, or written twice."""

from __future__ import annotations

from collections.abc import Iterator

from proxy.egress.head import upstream_url
from proxy.settings import Settings

_BEGINS_APIS = ("/v1/", "/api/", "/openai/")
"""How the paths of known APIs begin. What stands before is ours, to tell two routes of one dialect apart."""


def doubts(settings: Settings) -> Iterator[str]:
    """Yield what is doubtful of the addresses that routes lead to, one line each, with the setting to change."""
    yield from _prefixes(settings)
    yield from _doubled(settings)


def _doubled(settings: Settings) -> Iterator[str]:
    """Yield the recipients whose address ends with the path that a route adds to it."""
    told: set[tuple[str, str]] = set()
    for route in settings.routes:
        base = settings.recipients[route.recipient].base_url.rstrip("/")
        added = (route.path if route.upstream_path is None else route.upstream_path).removeprefix("/v1")
        # One word, such as /models, may be the end of an address; not so with the version before it.
        sure = added.count("/") > 1 or base.endswith(f"/v1{added}")
        if not sure or not base.endswith(added) or (route.recipient, added) in told:
            continue
        told.add((route.recipient, added))
        yield (
            f"recipients.{route.recipient}.base_url: ends with {added}, which a route adds, so that all goes to "
            f"{base}{added}; remedy: base_url: {base.removesuffix(added)}"
        )


def _prefixes(settings: Settings) -> Iterator[str]:
    """Yield the routes whose prefix would be sent upstream."""
    for at, route in enumerate(settings.routes):
        if route.upstream_path is not None:
            continue
        found = [where for sign in _BEGINS_APIS if (where := route.path.find(sign)) >= 0]
        if not found or min(found) == 0:
            continue
        own, below = route.path[: min(found)], route.path[min(found) :]
        url = upstream_url(route, settings.recipients[route.recipient])
        yield (
            f"routes[{at}].path: {own} is sent to the recipient as well, as {url}; remedy: upstream_path: "
            f"{below.removeprefix('/v1')}, or this path there if the recipient has it"
        )


def uncalled(settings: Settings) -> list[str]:
    """Return one line for the routes that no client may call, with the remedy."""
    called = {name for client in settings.clients for name in client.routes}
    idle = [route.name for route in settings.routes if route.enabled and route.name not in called]
    if not idle:
        return []
    return [
        f"routes: no client may call {', '.join(idle)}; remedy: meeting-proxy client add NAME --route {idle[0]}, or "
        "name it in the routes of a client"
    ]
