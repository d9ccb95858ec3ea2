"""Cut transcripts into utterances with spans of the source. ``base.py`` says how to add a format."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from proxy.formats import jigasi, lines, sbv, srt, tables, webvtt, zoom_chat
from proxy.formats.base import Reader
from proxy.formats.documents import ExtendedText
from proxy.formats.json_scripts import OpenedDocuments, open_documents, read_scrap
from proxy.formats.places import known_parts, speaking_places, unproven_places
from proxy.formats.segmentation import read_sheet, settle
from proxy.formats.sheet import lay_out
from proxy.formats.vendors import KEYS
from proxy.model import Edit, Segmented, Span
from proxy.settings import Profile

_SHOWN = re.compile(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
__all__ = ["READERS", "VOCABULARY", "Transcript", "known_parts", "may_speak", "read", "segment"]
VOCABULARY = KEYS
"""Keys of JSON transcripts, which are nobody's name even if somebody bears it."""

READERS: tuple[Reader, ...] = (
    webvtt.read,
    srt.read,
    sbv.read,
    zoom_chat.read,
    jigasi.read,
    read_scrap,
    tables.read,
    lines.read,
)
"""The text formats, surest first; JSON documents come before all of them."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """A text cut into utterances. Spans refer to `text`: the source with its JSON strings decoded.

    `placed`: a profile said where people speak in it, so everything else is instructions. `proven`: the profile knows
    each line of these.
    """

    text: str
    segmented: Segmented
    written: ExtendedText | None = None
    placed: bool = False
    proven: bool = False

    def source_edits(self, edits: Sequence[Edit]) -> tuple[Edit, ...]:
        """Convert edits of `text` to edits of the source."""
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

    `labels` are the labels that the roster knows. `whole`: the text is a transcript and nothing else, so what no
    speaker claims is unattributed speech. Otherwise text before the first and after the last claimed line is reported
    as free, and the caller decides what it is. `profile` says where the client that wrote the text lets people speak.
    Raises `ClientFault` if the text is surely in a format and broken. If one person wrote all of the text (`refusing`
    is false), broken JSON is nobody's speech instead. Runs in time linear in the length.
    """
    known = frozenset(labels)

    def inner(body: str, voices: frozenset[str]) -> Segmented:
        sheet = lay_out(body, known | voices, whole=True)
        return settle(sheet, read_sheet(sheet, READERS), whole=True)

    unproven = unproven_places(text, profile) if profile is not None and not whole else None
    if unproven is not None:
        # What is not proven is read as if it stood alone: nothing in the client's own words is anybody's line.
        alone = _alone(text, unproven)
        opened = open_documents(alone, known, inner, whole=False, refusing=refusing and alone == text)
        return _proven(text, unproven, opened, known)
    opened = open_documents(text, known, inner, whole=whole, refusing=refusing)
    shown = opened.decoded.text if opened is not None else text
    places = speaking_places(shown, profile) if profile is not None and not whole else []
    whole = whole or (profile is not None and profile.all_is_speech and not places)
    documents = opened.places if opened is not None else ()
    sheet = lay_out(shown, known, whole=whole, documents=documents, places=places)
    readers = (opened.reader.read, *READERS) if opened is not None else READERS
    segmented = settle(sheet, read_sheet(sheet, readers), whole, places)
    if opened is None:
        return Transcript(text, segmented, placed=bool(places))
    written = opened.written()
    return Transcript(written.text, segmented, written, placed=bool(places))


def _proven(text: str, places: Sequence[Span], opened: OpenedDocuments | None, known: frozenset[str]) -> Transcript:
    """Cut the speech in `places` of a text; everything beside them is the client's own."""
    shown = opened.decoded.text if opened is not None else _alone(text, places)
    inside = [opened.decoded.span(*place) for place in places] if opened is not None else list(places)
    documents = opened.places if opened is not None else ()
    sheet = lay_out(shown, known, documents=documents, places=inside)
    readers = (opened.reader.read, *READERS) if opened is not None else READERS
    cut = settle(sheet, read_sheet(sheet, readers), whole=False, places=inside or [Span(0, 0)])
    ends = [0, *(at for place in inside for at in place), len(shown)]
    own = [Span(low, high) for low, high in zip(ends[::2], ends[1::2], strict=True) if low < high]
    written = opened.written() if opened is not None else None
    whole = _restored(written.text if written is not None else shown, text, places, inside)
    return Transcript(whole, replace(cut, free=tuple(own)), written, placed=True, proven=True)


def _alone(text: str, places: Sequence[Span]) -> str:
    """A text with everything beside `places` replaced by spaces, except line ends."""
    parts, at = [], 0
    for start, end in (*places, Span(len(text), len(text))):
        parts += [_SHOWN.sub(" ", text[at:start]), text[start:end]]
        at = end
    return "".join(parts)


def _restored(read: str, text: str, places: Sequence[Span], inside: Sequence[Span]) -> str:
    """What was read, with the source text beside `places` put back beside `inside`."""
    parts, at, done = [], 0, 0
    for place, there in zip(places, inside, strict=True):
        parts += [text[at : place.start], read[there.start : there.end]]
        at, done = place.end, there.end
    rest = text[at:]
    return "".join((*parts, rest, read[done + len(rest) :]))


def may_speak(text: str, profile: Profile) -> bool:
    """Whether people may speak in a system message of a client whose profile lets them speak in such messages.

    If its users write instructions of their own, the message must contain a mark of speech or a known line.
    """
    return (
        profile.unlisted == "speech"
        or bool(speaking_places(text, profile))
        or unproven_places(text, profile) is not None
    )


def segment(text: str, labels: Collection[str] = (), *, whole: bool = False) -> Segmented:
    """Cut `text` and return the utterances alone; see `read`."""
    return read(text, labels, whole=whole).segmented
