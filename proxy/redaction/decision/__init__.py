"""One decision for each name in a request: which kind it is everywhere, or that it is no finding anywhere."""
