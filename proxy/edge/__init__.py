"""Everything that does I/O: sockets, processes, files, databases, clocks."""
