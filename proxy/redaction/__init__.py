"""Find personal data, replace it by pseudonyms, restore it in the reply."""
