"""``meeting-proxy serve``: run the proxy until a signal ends it."""

from __future__ import annotations

from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, read


def serve(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Run the proxy.

    SIGTERM and SIGINT stop taking requests, let those under way end (limits.drain_seconds), then exit with 0.
    """
    settings = read(config)
    from proxy.app import run

    run(settings)
