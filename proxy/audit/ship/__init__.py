"""Encodes records of the ledger for receivers elsewhere, and reads what these answer. `edge.ship` does the I/O."""
