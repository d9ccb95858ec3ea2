"""The recognizers: which there are, which run, and those that Presidio has not."""
