"""From which address a request came, where a server in front of a listener passes it on."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address

from aiohttp import web

from proxy.settings import is_within

_FORWARDED = "X-Forwarded-For"


def client_address(request: web.BaseRequest, front_proxies: Sequence[str]) -> str:
    """Return the address of the client, or of the last server that is none of `front_proxies`.

    Each server in front adds the address that it was connected from to the end of ``X-Forwarded-For``. What stands
    before the first that is not one of ours, anybody may have written. A list that cannot be read counts for nothing.
    """
    connected = request.remote or "unknown"
    if not is_within(connected, front_proxies):
        return connected
    listed = [each.strip() for line in request.headers.getall(_FORWARDED, []) for each in line.split(",")]
    for each in reversed(listed):
        try:
            address = str(ip_address(each))
        except ValueError:
            return connected
        if not is_within(address, front_proxies):
            return address
    return connected
