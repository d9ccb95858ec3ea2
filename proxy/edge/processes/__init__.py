"""Several processes that serve as one proxy: the first, and others that it starts, which ask it for what is shared."""
