"""Who may be heard by whom, for what: records, and the pure decision over them."""
