"""Detection in worker processes, which are forked after the model has been loaded."""
