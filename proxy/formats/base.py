"""How to add a format (the shape of a transcript).

1. Write ``formats/<name>.py`` with a function ``segment(text) -> Segmented | None``: None when the text is not
   of this format. Detection is certain or it is None; never guess.
2. Give every character a home (see `model.Segmented`): words, label, free text, or structure that holds no
   words. Text that a lenient reader would skip (a VTT ``NOTE``) is *free*, not structure.
3. Parse then render without edits must give identical text: only spans are reported, nothing is rebuilt.
4. Register it in ``formats/__init__.py`` in the order of certainty; mirror it under ``tests/formats/``.
"""

from __future__ import annotations

from collections.abc import Callable

from proxy.model import Segmented

Segmenter = Callable[[str], Segmented | None]
"""Cuts a text of one format into utterances, or says None: not of this format. Raises `ClientFault` when the
text surely is of this format and broken."""
