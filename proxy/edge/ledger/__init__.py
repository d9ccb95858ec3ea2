"""The ledger in files: one writer, group commit, recovery, reading."""
