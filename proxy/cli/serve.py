"""``meeting-proxy serve``: run the proxy until a signal ends it."""

from __future__ import annotations

from proxy.cli.shared import DEFAULT_CONFIG, ConfigOption, read


def serve(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Run the proxy.

    On SIGTERM or SIGINT it stops accepting requests, lets those under way finish (limits.drain_seconds), then exits
    with 0.
    """
    settings = read(config)
    from proxy.app import run

    run(settings)
