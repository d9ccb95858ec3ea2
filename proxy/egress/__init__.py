"""What may leave: destination, headers, fields, and the last check of the bytes."""
