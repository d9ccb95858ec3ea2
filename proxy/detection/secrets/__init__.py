"""Keys, passwords and codes: pasted, typed or said."""
