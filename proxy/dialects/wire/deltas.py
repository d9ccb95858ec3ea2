"""Texts of a streamed reply that grow by deltas, each with a restorer of its own, in events that are JSON.

Most events differ from the one before in their one growing string alone, and need not be read as a whole again:
between the same characters, one string literal is the same place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from proxy.dialects.base import RestorerFactory, TextForm, TextRestorer
from proxy.dialects.wire.json_edits import encode_string
from proxy.dialects.wire.json_reply import MAX_DEPTH, changed_strings, restore_once
from proxy.edits import apply_edits
from proxy.errors import UpstreamFault
from proxy.json_source import JsonDocument, JsonError, JsonObject, JsonString, read_json, read_string

Path = tuple[str | int, ...]
"""Keys and array places from the outside in."""


class Channel(NamedTuple):
    """A text that grows by deltas: in which part of the reply (choice, block), at which place in it."""

    part: int
    path: Path


class Restored(NamedTuple):
    """A string of one event and what becomes of it; no channel for a string that is whole."""

    string: JsonString
    text: str
    channel: Channel | None = None


class _Shape(NamedTuple):
    """What the last event was, but for its one growing string."""

    before: str
    after: str
    channel: Channel


class Deltas:
    """The growing texts of one stream."""

    def __init__(self, restorers: RestorerFactory):
        self._restorers = restorers
        self._growing: dict[int, dict[Channel, TextRestorer]] = {}
        self._shape: _Shape | None = None

    def grow(self, channel: Channel, string: JsonString, form: TextForm = TextForm.PLAIN) -> Restored:
        """A string that is the next piece of a text."""
        growing = self._growing.setdefault(channel.part, {})
        if channel not in growing:
            growing[channel] = self._restorers(form)
        return Restored(string, growing[channel].feed(string.text), channel)

    def whole(self, string: JsonString, form: TextForm = TextForm.PLAIN) -> Restored:
        """A string that stands for itself."""
        return Restored(string, restore_once(self._restorers, string.text, form))

    def open(self, part: int | None = None) -> list[Channel]:
        """The texts that have begun and not ended, of one part or of all."""
        parts = self._growing.values() if part is None else [self._growing.get(part, {})]
        return [channel for growing in parts for channel in growing]

    def end(self, channel: Channel) -> str:
        """End a text; what its restorer held back."""
        self._shape = None
        growing = self._growing[channel.part]
        held = growing.pop(channel).flush()
        if not growing:
            del self._growing[channel.part]
        return held

    def forget(self) -> None:
        """Read the next event as a whole."""
        self._shape = None

    def again(self, data: str) -> str | None:
        """The data of an event restored, if it has the shape of the one before; else None."""
        shape = self._shape
        if shape is None or not (data.startswith(shape.before + '"') and data.endswith(shape.after)):
            return None
        try:
            string = read_string(data, len(shape.before))
        except JsonError:
            return None
        if string.end != len(data) - len(shape.after):
            return None
        text = self._growing[shape.channel.part][shape.channel].feed(string.text)
        return data if text == string.text else shape.before + encode_string(text) + shape.after

    def rewritten(self, data: str, restored: Sequence[Restored]) -> str:
        """The data of an event with its strings restored; `data` itself where nothing changes."""
        self._shape = self._shape_of(data, restored)
        edits = changed_strings((string, text) for string, text, _ in restored)
        edits.sort(key=lambda edit: edit.start)
        return apply_edits(data, edits) if edits else data

    def _shape_of(self, data: str, restored: Sequence[Restored]) -> _Shape | None:
        growing = [part for part in restored if part.channel is not None]
        if len(growing) != 1 or any(part.text != part.string.text for part in restored if part.channel is None):
            return None
        ((string, _, channel),) = growing
        if channel is None or channel not in self._growing.get(channel.part, {}):
            return None
        return _Shape(data[: string.start], data[string.end :], channel)


def read_event(data: str) -> tuple[JsonDocument, JsonObject]:
    """An event's data as a JSON object; raises `UpstreamFault` if it is none."""
    try:
        document = read_json(data, max_depth=MAX_DEPTH, strict=False)
    except JsonError:
        raise bad_event() from None
    if not isinstance(document.root, JsonObject):
        raise bad_event()
    return document, document.root


def bad_event() -> UpstreamFault:
    """The fault for an event that breaks its dialect."""
    return UpstreamFault("bad_event", "the recipient sent a stream event that breaks its API")


def truncated() -> UpstreamFault:
    """The fault for a stream that broke off."""
    return UpstreamFault("truncated_stream", "the recipient's stream broke off before its end")
