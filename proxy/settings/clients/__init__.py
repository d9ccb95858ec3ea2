"""Clients whose requests are known, one file each: markers, and by request the digests of the client's own lines.

`prompts` says of which version of the client they are. The prompts themselves are not in here.
"""
