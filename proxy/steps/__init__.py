"""The pure steps that `exchange` puts together: who calls, who speaks, and what the ledger is told."""
