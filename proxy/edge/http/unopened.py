"""Why a listener cannot be opened, in words: what is in the way, and what to do."""

from __future__ import annotations

import errno
from typing import NamedTuple

from proxy.settings import Listener


class Obstacle(NamedTuple):
    """What is in the way: the code of the fault, what is so, and what to do."""

    reason: str
    what: str
    remedy: str


def why(name: str, listener: Listener, error: OSError) -> Obstacle:
    """Return why the listener of the section `name` cannot be opened."""
    if error.errno == errno.EADDRINUSE:
        remedy = f"find it with: ss -ltnp 'sport = :{listener.port}'; end it, or change {name}.port"
        return Obstacle("address_in_use", "is taken by another process", remedy)
    if error.errno == errno.EACCES:
        remedy = f"choose {name}.port above 1023, or give the unit AmbientCapabilities=CAP_NET_BIND_SERVICE"
        return Obstacle("address_unusable", "needs a right", remedy)
    remedy = f"write an address of this host into {name}.host"
    return Obstacle("address_unusable", "is no address to listen on here", remedy)
