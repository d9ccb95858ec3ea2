"""The ledger's events and its hash-linked log: what is written, and how anyone checks it. Pure."""
