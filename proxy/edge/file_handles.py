"""How many files and sockets this process may hold open (``RLIMIT_NOFILE``), against what its settings ask for."""

from __future__ import annotations

import resource

from proxy.edge import telemetry
from proxy.settings import Settings

BESIDES = 256
"""For the store, the ledger, detection workers, the admin listener and what libraries open."""

log = telemetry.logger()


def needed(settings: Settings) -> int:
    """The handles for all connections of clients and people asked, one to a recipient for each request, and others."""
    listeners = 1 if settings.consent_pages is None else 2
    return listeners * settings.limits.connections + settings.limits.concurrent_requests + BESIDES


def allow(settings: Settings) -> None:
    """Raise this process's own limit as far as the settings need and the system lets; warn where that is too low."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = needed(settings)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        if soft < wanted:
            log.warning("too_few_file_handles", allowed=soft, needed=wanted)
