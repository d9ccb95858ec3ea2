"""How meeting clients lay out a message: where in it people speak, and where the client itself does."""

from __future__ import annotations

import json
from importlib import resources
from typing import Annotated, Any, Literal

from pydantic import Field

from proxy.settings.base import Section

Marker = Annotated[str, Field(min_length=1, max_length=200)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Ending = Annotated[str, Field(pattern=r"^([0-9a-f]{32}|[*])$")]


class Profile(Section):
    """Where people speak in the messages of a client. What is outside of these places is instructions.

    A message in which none of them occurs is, by `unmarked`, a transcript as a whole (nothing in it is an
    instruction), or read like that of any client.
    """

    lines: tuple[Marker, ...] = ()
    """How lines of speech begin; speech goes on to the end of the last such line's paragraph."""
    tags: tuple[Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,60}$")], ...] = ()
    """Tags around speech, without brackets: from the first opening one to the last closing one."""
    sections: tuple[Marker, ...] = ()
    """Headings above speech, with their ``#``: to the next heading that is as high or higher."""
    unmarked: Literal["transcript", "any"] = "any"
    texts: tuple[Digest, ...] = ()
    """Digests of the client's own lines, as ``meeting-proxy profile learn`` writes them: whole lines, or what begins
    them up to the first colon. With any, nothing else in a message of speech is an instruction: what participants type
    never passes for the client's words."""
    instructions: tuple[Digest, ...] = ()
    """Digests of the lines that it writes in system messages, tools and schemas, by whole lines or beginnings as well.
    They matter where nothing else is an instruction (``consent.instructions: listed``)."""
    unlisted: Literal["speech", "instructions"] = "speech"
    """What lines outside of the places of speech are that are not among `texts`. For clients whose users write
    instructions of their own, ``instructions``: as long as they show no trace of speech."""
    endings: tuple[Annotated[tuple[Ending, ...], Field(min_length=1)], ...] = ()
    """How the client's requests go on below the place of speech, to their end: digests of its own lines in order, and
    ``*`` where its users write. With any, speech closes only where one of them stands whole: a mark that somebody types
    closes nothing, and where the ending was cut off, all to the end of the text is speech."""
    system: Literal["instructions", "transcript"] = "instructions"
    """Whether people speak in this client's system messages: these are then read like any other of its messages."""

    @property
    def all_is_speech(self) -> bool:
        """Whether nothing in a message without a marked place is the client's own."""
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
"""Profiles of clients that are known, by the name under which ``clients[].profile`` has them."""
