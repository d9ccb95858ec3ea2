"""The witness: a server that cosigns checkpoints of other hosts' ledgers (``meeting-proxy witness``)."""
