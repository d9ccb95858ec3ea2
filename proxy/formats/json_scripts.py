"""Which JSON in a text is a transcript, and what becomes of the rest.

- A document with turns in it is read, and refused where it holds what is not known (`json_turns`).
- An example of an output, whose texts are all placeholders, is none; neither is any other JSON, such as a schema.
- Other JSON that names somebody on the roster is nobody's speech as a whole; where all of a text is meant to be a
  transcript, JSON without turns is refused.
- Pieces of a broken document that hold words are nobody's speech.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from proxy.errors import ClientFault
from proxy.formats.base import Draft, Sheet, Taken
from proxy.formats.documents import Decoded, Document, Written, decode, find_documents
from proxy.formats.json_parts import WHERE
from proxy.formats.json_read import NAME, Appendix, DocumentReader
from proxy.formats.json_turns import Script, is_script, names_anybody, read_script
from proxy.formats.json_words import is_placeholder
from proxy.formats.vcon import is_vcon, read_vcon
from proxy.json_source import JsonObject
from proxy.model import Segmented, Span

_SCRAP = re.compile(
    r'"(?:text|raw_text|transcript|spokenText|sentence|utterance|word|punctuated_word|speaker|speaker_name|speakerName)"'
    r'[ \t]{0,20}:[ \t]{0,20}"([^"\r\n]{1,200})'
)
_GAP = "\n\n"


@dataclass(frozen=True, slots=True)
class Opened:
    """A text with its documents decoded. `places` are those documents that are read."""

    decoded: Decoded
    reader: DocumentReader
    places: tuple[Span, ...]

    def written(self) -> Written:
        """The text as it was read, with the word lists that were met; to be asked when reading is done."""
        appendix = self.reader.appendix
        text = self.decoded.text + (_GAP + "".join(appendix.lines) if appendix.lines else "")
        echoes = sorted(appendix.echoes, key=lambda echo: (echo.of, echo.at))
        scripts = [(document, script) for document, script in self.reader.scripts.values() if script is not None]
        return Written(
            self.decoded,
            text,
            len(self.decoded.text),
            tuple(echoes),
            cut=tuple(edit for _, script in scripts for edit in script.cut),
            finish=tuple((Span(document.start, document.end), script.finish) for document, script in scripts),
        )


def open_documents(
    text: str, labels: frozenset[str], inner: Callable[[str, frozenset[str]], Segmented], *, whole: bool
) -> Opened | None:
    """The JSON transcripts of a text; None if there are none. Raises `ClientFault` for one that cannot be read.

    `inner` cuts transcripts that stand in strings of a document; it is given further labels that are known there.
    """
    found: list[tuple[Document, Script | None]] = []
    for document in find_documents(text):
        if _in_cue(text, document):
            continue
        vcon = document.root if isinstance(document.root, JsonObject) and is_vcon(document.root) else None
        if vcon is not None or is_script(document.root):
            if document.fault is not None:
                raise ClientFault(document.fault.reason, document.fault.detail, where=WHERE)
            script = read_vcon(vcon, labels) if vcon is not None else read_script(document.root)
            if whole or vcon is not None or not script.silent:
                found.append((document, script))
        elif whole and not (text[: document.start] + text[document.end :]).strip():
            raise ClientFault(
                "transcript_unknown",
                "this JSON is no transcript that is read: no object in it has words and a speaker or a time",
                where=WHERE,
            )
        elif names_anybody(document.root, labels):
            found.append((document, None))
    if not found:
        return None
    decoded = decode(text, [document for document, _ in found])
    places = tuple(decoded.span(document.start, document.end) for document, _ in found)
    scripts = {place.start: entry for place, entry in zip(places, found, strict=True)}
    reader = DocumentReader(decoded, scripts, Appendix(len(decoded.text) + len(_GAP)), inner)
    return Opened(decoded, reader, places)


def _in_cue(text: str, document: Document) -> bool:
    """Whether it is the payload of a cue, as Microsoft Graph writes it, which is read with the cue (`graph`)."""
    if not isinstance(document.root, JsonObject) or "-->" not in text[max(0, document.start - 120) : document.start]:
        return False
    return document.root.get("spokenText") is not None or document.root.get("speakerName") is not None


def read_scrap(sheet: Sheet, i: int, flow: bool) -> Taken | None:  # noqa: ARG001 - it continues nobody's words
    """A row of a broken document with words in it."""
    row = sheet.rows[i]
    if all(is_placeholder(match[1].strip()) for match in _SCRAP.finditer(sheet.text, row.start, row.end)):
        return None
    return Taken(i + 1, (Draft(row.begin, row.stop, words=[row.content]),), NAME)
