"""Places outside of the ledger's directory that remember its checkpoints, so that history cannot be cut unseen."""
