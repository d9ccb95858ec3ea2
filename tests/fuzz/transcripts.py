"""Transcripts of every format and prompt layout: cut into spans, or a format is surely meant and broken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise

from formats.json_samples import SAMPLES as JSON_SAMPLES
from formats.text_samples import SAMPLES as TEXT_SAMPLES
from fuzz import samples
from fuzz.taking import ROSTER, Parser, Take, reckoned

from proxy import formats
from proxy.errors import ClientFault
from proxy.model import Edit, Slot, SlotKind, apply_edits
from proxy.settings.profiles import SHIPPED
from proxy.steps.hearing import hear


def transcript(profile: str | None = None, *, stays: bool = True) -> Take:
    """A text is cut into spans in order, inside of it, which can be edited; or a format is surely meant and broken.

    `stays`: with no edit the text is as it was; a vCon leaves without the addresses of its recordings.
    """

    def take(raw: bytes) -> bool:
        text = raw.decode("utf-8", "replace")
        taken = True
        for whole in (True, False):
            try:
                read = formats.read(
                    text, ("Ann Lund", "Ann", "Ben Okoro"), whole=whole, profile=SHIPPED[profile] if profile else None
                )
            except ClientFault:
                taken = False
                continue
            cut = read.segmented
            spans = [*cut.free, *cut.names]
            for said in cut.utterances:
                spans += [*said.words, *said.more_labels, *([said.label] if said.label else [])]
            spans.sort()
            assert all(0 <= start <= end <= len(read.text) for start, end in spans)
            assert all(before.end <= after.start for before, after in pairwise(spans))
            assert not stays or apply_edits(text, read.source_edits(())) == text
            apply_edits(text, read.source_edits([Edit(*span, "-") for span in spans]))
            slot = Slot(0, "body", text, SlotKind.SPEECH, transcript=whole)
            reckoned(hear([slot], ROSTER, None, opaque_is_instruction=False))
        return taken

    return take


_FORMATS: dict[str, tuple[str, ...]] = {
    "webvtt": (samples.WEBVTT,),
    "graph": (samples.GRAPH,),
    "srt": (samples.SRT,),
    "zoom_chat": (samples.ZOOM_CHAT,),
    "jigasi": (samples.JIGASI,),
    "tables": (samples.TABLE, samples.MARKDOWN_TABLE),
    "lines": (samples.LINES,),
    "vcon": (json.dumps(samples.VCON),),
    "embedded": (samples.EMBEDDED,),
    "json_scripts": tuple(json.dumps(value, ensure_ascii=False) for value in JSON_SAMPLES.values()),
    **{name: (text,) for name, text in TEXT_SAMPLES.items()},
}


def parsers() -> Iterator[Parser]:
    for name, texts in _FORMATS.items():
        yield Parser(f"format {name}", tuple(text.encode() for text in texts), transcript(stays=name != "vcon"))
    for name in SHIPPED:
        yield Parser(f"layout {name}", (samples.LAYOUTS[name].encode(),), transcript(name))
