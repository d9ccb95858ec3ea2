"""Operators' use cases, implemented once for commands, the admin API and the pages.

An adapter reads the input, calls one use case, and shows the answer. Whatever differs between adapters (a signed link,
a telephone service, a plain id) is an argument. Pure except for `ports`; the caller supplies instants and ids.
"""
