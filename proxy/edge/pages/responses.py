"""What every answer of the pages says besides its text."""

from __future__ import annotations


def headers(policy: str, language: str) -> dict[str, str]:
    """Headers of an answer: nothing is kept, embedded, loaded or told to other sites. `policy` is the pages' CSP."""
    return {
        "content-security-policy": policy,
        "content-language": language,
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "x-robots-tag": "noindex, nofollow",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "vary": "accept-language",
        "server": "meeting-privacy-proxy",
    }
