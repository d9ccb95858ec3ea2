"""The parts that dialects share: JSON bodies, edits in them, streams of events or lines, and claims on fields."""
