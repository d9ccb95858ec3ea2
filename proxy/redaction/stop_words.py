"""Words that say nothing about what stands beside them: spaCy's list for English (MIT), by which Presidio counts."""

from __future__ import annotations

from proxy.languages import words

STOP_WORDS = words("stop", "words")
