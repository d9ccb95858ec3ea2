"""How meeting clients lay out a message: where participants speak in it, and where the client itself does."""

from __future__ import annotations

import json
from importlib import resources
from typing import Annotated, Any, Literal

from pydantic import Field

from proxy.settings.base import Section, shaped

Marker = Annotated[str, Field(min_length=1, max_length=200)]
Digest = Annotated[str, shaped(r"^[0-9a-f]{32}$", "a digest as 'meeting-proxy profile learn' writes it")]
Ending = Annotated[
    str, shaped(r"^([0-9a-f]{32}|[*])$", "a digest as 'meeting-proxy profile learn' writes it, or \"*\"")
]


class Profile(Section):
    """Where participants speak in a client's messages. Text outside these places is instructions.

    `unmarked` decides about a message that has none of these places: it is either a transcript as a whole (nothing in
    it is an instruction), or read like a message of any client.
    """

    lines: tuple[Marker, ...] = ()
    """How lines of speech begin. Speech ends with the paragraph of the last such line."""
    tags: tuple[
        Annotated[
            str, shaped(r"^[A-Za-z][A-Za-z0-9_-]{0,60}$", "the name of a tag without its brackets, such as transcript")
        ],
        ...,
    ] = ()
    """Tags around speech, without brackets: from the first opening tag to the last closing tag."""
    sections: tuple[Marker, ...] = ()
    """Headings above speech, with their ``#``. Speech ends at the next heading of the same or a higher level."""
    unmarked: Literal["transcript", "any"] = "any"
    texts: tuple[Digest, ...] = ()
    """Digests of the client's own lines, as ``meeting-proxy profile learn`` writes them.

    Each covers a whole line, or its beginning up to the first colon. If any are given, nothing else in a message of
    speech is an instruction, so what participants type never passes for the client's words.
    """
    instructions: tuple[Digest, ...] = ()
    """Digests of the client's lines in system messages, tools and schemas, also as whole lines or beginnings.

    They matter if nothing else counts as an instruction (``consent.instructions: listed``).
    """
    unlisted: Literal["speech", "instructions"] = "speech"
    """How to read lines outside the places of speech that are not among `texts`.

    ``instructions`` is for clients whose users write instructions of their own. It applies as long as the lines show no
    trace of speech.
    """
    endings: tuple[Annotated[tuple[Ending, ...], Field(min_length=1)], ...] = ()
    """How the client's requests continue below the place of speech, to their end.

    Each entry lists digests of the client's own lines in order, with ``*`` where its users write. If any are given,
    speech ends only where one of them is found whole: a mark that somebody types ends nothing, and if the ending was
    cut off, everything to the end of the text is speech.
    """
    system: Literal["instructions", "transcript"] = "instructions"
    """Whether participants speak in this client's system messages, which are then read like any other message."""

    @property
    def all_is_speech(self) -> bool:
        """Whether a message without a marked place holds no words of the client itself."""
        return self.unmarked == "transcript"


def _shipped() -> dict[str, Profile]:
    found: dict[str, Profile] = {}
    for file in sorted(resources.files("proxy.settings.clients").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".json"):
            known: dict[str, Any] = json.loads(file.read_text("utf-8"))
            texts = sorted({text for request in known.pop("requests").values() for text in request})
            told = {key: value for key, value in known.items() if key not in ("client", "prompts")}
            found[file.name.removesuffix(".json")] = Profile.model_validate({**told, "texts": texts})
    return found


SHIPPED = _shipped()
"""Profiles of known clients, by the name that ``clients[].profile`` gives."""
