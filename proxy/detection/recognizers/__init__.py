"""The recognizers: which exist, which run, and those that Presidio lacks."""
