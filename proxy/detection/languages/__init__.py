"""Identify the language of a text, and find the national numbers of that language."""
