"""Where a route's path would reach its recipient with a prefix that hardly belongs to the recipient's API."""

from __future__ import annotations

from collections.abc import Iterator

from proxy.egress.head import upstream_url
from proxy.settings import Settings

_BEGINS_APIS = ("/v1/", "/api/", "/openai/")
"""How the paths of known APIs begin. What stands before is ours, to tell two routes of one dialect apart."""


def doubts(settings: Settings) -> Iterator[str]:
    """Yield the routes whose prefix would be sent upstream, one line each, with the ``upstream_path`` to set."""
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
