"""Replace personal data with pseudonyms, and restore it in the reply."""
