"""The client listener and the connections to recipients."""
