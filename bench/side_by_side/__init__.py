"""The proxy and its peers, measured side by side on one machine: ``make bench``, docs/performance.md."""
