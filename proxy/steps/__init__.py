"""The pure steps of an exchange: who calls, who speaks, and what the ledger is told."""
