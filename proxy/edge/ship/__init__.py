"""Ships records of the ledger to other systems, beside the exchange and never in its way.

`tail` reads records that the checkpoint vouches for, `cursors` keeps how far each target has come, `senders` reach the
receivers, `shipper` is the loop for one target, `shipping` runs all of them.
"""
