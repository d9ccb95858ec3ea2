"""Operators' use cases, once for every way in: commands, the admin API and the pages.

An adapter reads what somebody sent, calls one use case, and shows the answer. What may differ from one way in to
another (a signed link, a telephone's word, an id as written) is an argument. Pure but for its `ports`: instants and
ids are given in.
"""
