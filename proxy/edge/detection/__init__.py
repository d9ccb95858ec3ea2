"""Detection in worker processes that were forked after the model was loaded."""
