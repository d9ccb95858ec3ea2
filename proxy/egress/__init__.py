"""What may leave: the destination, the headers and the fields, and the last check of the outbound bytes."""
