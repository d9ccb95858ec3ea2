"""Checks ledgers, proofs and reports of meeting-privacy-proxy, for auditors who do not install it.

It is written from the description of the format alone, shares no code with the product and imports nothing but the
standard library and `cryptography`.
"""

__version__ = "1.0.0"
