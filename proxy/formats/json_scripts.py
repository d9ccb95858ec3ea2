"""Which JSON in a text is a transcript, and what becomes of the rest.

- A document with turns in it is read (`json_turns`). Where it holds what is not known it is refused if it is all of the
  text, the client's own; beside other words it may be what one person typed, and is nobody's speech.
- An example of an output, whose texts are all placeholders, is none; neither is any other JSON, such as a schema.
- Other JSON that names somebody on the roster is nobody's speech as a whole; where all of a text is meant to be a
  transcript, JSON without turns is refused.
- Pieces of a broken document that hold words are nobody's speech.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from proxy.errors import ClientFault
from proxy.formats.base import Draft, Sheet, Taken
from proxy.formats.documents import Decoded, Document, Written, decode, find_documents
from proxy.formats.json_parts import WHERE, NotRead
from proxy.formats.json_read import NAME, Appendix, DocumentReader
from proxy.formats.json_turns import Script, is_script, names_anybody, read_script, shows_places
from proxy.formats.json_words import FIXED, IDS, KEYS, PLAIN, TEXT, WORD, is_placeholder
from proxy.formats.vcon import KEYS as VCON_KEYS
from proxy.formats.vcon import WHERE as VCON
from proxy.formats.vcon import is_vcon, read_vcon
from proxy.formats.vendors import GRAPH
from proxy.json_source import JsonObject
from proxy.model import Segmented, Span

_WORDED = "|".join(sorted(KEYS - ((PLAIN | FIXED | IDS) - TEXT - set(WORD))))
_SCRAP = re.compile(rf'"(?:{_WORDED})"[ \t]{{0,20}}:[ \t]{{0,20}}"([^"\r\n]{{1,200}})')
_GAP = "\n\n"
_WRAP = re.compile(r"(?:`{3,}|~{3,})[ \t]*\w{0,20}|</?\w{1,40}>")


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
            lists=tuple(appendix.listed(script) for _, script in scripts),
            measures=tuple(appendix.measures),
        )


def open_documents(
    text: str,
    labels: frozenset[str],
    inner: Callable[[str, frozenset[str]], Segmented],
    *,
    whole: bool,
    refusing: bool = True,
) -> Opened | None:
    """The JSON transcripts of a text; None if there are none.

    `inner` cuts transcripts that stand in strings of a document; it is given further labels that are known there.
    Raises `ClientFault` for a document that is all of the text and cannot be read, unless one person wrote the text
    (`refusing` is false): nobody may spoil a request for the others.
    """
    documents = find_documents(text)
    refusing = refusing and len(documents) == 1 and _is_all(text, documents[0])
    found = [
        (document, script)
        for document in documents
        if not _in_cue(text, document)
        for script in _read(document, labels, whole=whole, refusing=refusing)
    ]
    if not found:
        return None
    decoded = decode(text, [document for document, _ in found])
    places = tuple(decoded.span(document.start, document.end) for document, _ in found)
    scripts = {place.start: entry for place, entry in zip(places, found, strict=True)}
    reader = DocumentReader(decoded, scripts, Appendix(len(decoded.text) + len(_GAP)), inner)
    return Opened(decoded, reader, places)


def _read(document: Document, labels: frozenset[str], *, whole: bool, refusing: bool) -> Iterator[Script | None]:
    """What a document says: a script, None for what is nobody's speech, or nothing where it is text as any other.

    One that cannot be read is nobody's speech, or with `refusing` a `ClientFault`.
    """
    root = document.root
    vcon = root if isinstance(root, JsonObject) and is_vcon(root) else None
    if vcon is None and not is_script(root):
        if refusing and whole:
            raise ClientFault(
                "transcript_unknown",
                "this JSON is no transcript that is read: no object in it has words and a speaker or a time",
                where=WHERE,
            )
        if names_anybody(root, labels):
            yield None
        return
    try:
        if document.fault is not None:
            raise NotRead(document.fault.reason, document.fault.offset, document.fault.remedy)
        script = read_vcon(vcon, labels) if vcon is not None else read_script(root, labels)
    except NotRead as fault:
        if shows_places(root) and not names_anybody(root, labels) and not whole:
            return
        if refusing:
            raise (fault.fault(root, VCON, VCON_KEYS) if vcon is not None else fault.fault(root)) from None
        yield None
        return
    if whole or vcon is not None or not script.silent:
        yield script


def _is_all(text: str, document: Document) -> bool:
    """Whether there is nothing beside a document in a text, save fences and tags."""
    return not _WRAP.sub("", f"{text[: document.start]}\n{text[document.end :]}").strip()


def _in_cue(text: str, document: Document) -> bool:
    """Whether it is the payload of a cue, as Microsoft Graph writes it, which is read with the cue (`graph`)."""
    if not isinstance(document.root, JsonObject) or "-->" not in text[max(0, document.start - 120) : document.start]:
        return False
    return any(document.root.get(key) is not None for key in (*GRAPH.said, *GRAPH.speaker))


def read_scrap(sheet: Sheet, i: int, flow: bool) -> Taken | None:
    """A row of a broken document with words in it. Below a line that somebody begins all is nobody's."""
    row = sheet.rows[i]
    if all(is_placeholder(match[1].strip()) for match in _SCRAP.finditer(sheet.text, row.start, row.end)):
        return None
    broken = Draft(row.begin, row.stop, words=[row.content])
    return Taken(i + 1, (broken,), NAME, cues=True, open=flow or sheet.text[row.start].isalnum())
