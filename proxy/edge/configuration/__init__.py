"""Read ``proxy.yaml``, secrets and the files that it names."""
