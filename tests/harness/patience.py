"""How long a test waits for what must come. It ends a test that would hang; none that works comes near it."""

PATIENCE = 600.0
"""Seconds. Far above what is ever needed, also on a machine that does ten other things."""
