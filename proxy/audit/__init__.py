"""The ledger's events and its hash-linked log: what is recorded, and how anyone can verify it. Pure."""
