"""Samples of the formats of text: the files ``samples/<module>.txt`` beside this one, by the module that reads them.

Ann Lund says what holds "zebra"; what Ben Okoro and others say, or nobody by name, holds "canary". All is made up.
"""

from __future__ import annotations

from pathlib import Path

SAMPLES = {path.stem: path.read_bytes().decode() for path in sorted(Path(__file__).parent.glob("samples/*.txt"))}
