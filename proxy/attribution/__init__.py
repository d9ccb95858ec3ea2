"""Assign each stretch of a request: words are a person's where a layout proves it, and nobody's everywhere else."""
