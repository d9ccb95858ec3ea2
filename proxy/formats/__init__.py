"""Transcripts cut into utterances with source spans. One file a format; ``base.py`` says how to add one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from proxy.formats import jigasi, lines, srt, webvtt, zoom_chat
from proxy.formats.base import Reader
from proxy.formats.documents import Written
from proxy.formats.embedded import read_sheet
from proxy.formats.json_scripts import open_documents, read_scrap
from proxy.formats.json_words import KEYS
from proxy.formats.places import speaking_places
from proxy.formats.settle import settle
from proxy.formats.sheet import lay_out
from proxy.model import Edit, Segmented
from proxy.settings import Profile

VOCABULARY = KEYS
"""Keys of JSON transcripts, which are nobody's name even if somebody bears it."""

READERS: tuple[Reader, ...] = (webvtt.read, srt.read, zoom_chat.read, jigasi.read, read_scrap, lines.read)
"""The formats of text, in the order of certainty; documents in JSON come before them."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """A text cut into utterances. Spans refer to `text`: the source, with the strings of JSON in it decoded.

    `placed` says that a profile told where people speak in it, so that all else is instructions.
    """

    text: str
    segmented: Segmented
    written: Written | None = None
    placed: bool = False

    def source_edits(self, edits: Sequence[Edit]) -> tuple[Edit, ...]:
        """Edits of `text` as edits of the source."""
        return tuple(edits) if self.written is None else self.written.source_edits(edits)


def read(
    text: str,
    labels: Collection[str] = (),
    *,
    whole: bool = False,
    profile: Profile | None = None,
    refusing: bool = True,
) -> Transcript:
    """Cut `text` into utterances.

    `labels` are the labels that the roster knows. With `whole` the text is a transcript and nothing else, so what
    no speaker claims is unattributed speech; without, text before the first and after the last claimed line is
    reported as free, and the caller decides what it is. `profile` tells where the client that wrote the text lets
    people speak. Raises `ClientFault` where a format is surely meant and broken; where one person wrote all of the text
    (`refusing` is false), broken JSON is nobody's speech. Runs in time linear in the length.
    """
    known = frozenset(labels)

    def inner(body: str, voices: frozenset[str]) -> Segmented:
        sheet = lay_out(body, known | voices, whole=True)
        return settle(sheet, read_sheet(sheet, READERS), whole=True)

    opened = open_documents(text, known, inner, whole=whole, refusing=refusing)
    shown = opened.decoded.text if opened is not None else text
    places = speaking_places(shown, profile) if profile is not None and not whole else []
    whole = whole or (profile is not None and profile.unmarked == "transcript" and not places)
    documents = opened.places if opened is not None else ()
    sheet = lay_out(shown, known, whole=whole, documents=documents, places=places)
    readers = (opened.reader.read, *READERS) if opened is not None else READERS
    segmented = settle(sheet, read_sheet(sheet, readers), whole, places)
    if opened is None:
        return Transcript(text, segmented, placed=bool(places))
    written = opened.written()
    return Transcript(written.text, segmented, written, placed=bool(places))


def segment(text: str, labels: Collection[str] = (), *, whole: bool = False) -> Segmented:
    """The utterances of `text` alone; see `read`."""
    return read(text, labels, whole=whole).segmented
