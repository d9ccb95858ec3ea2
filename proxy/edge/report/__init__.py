"""The report of a period of the ledger as one HTML page, for people who manage."""
