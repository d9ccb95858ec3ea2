"""Profiles of known clients, one file each: markers, and for each request the digests of the client's own lines.

`prompts` names the version of the client from which they were taken. The files do not contain the prompts themselves.
"""
