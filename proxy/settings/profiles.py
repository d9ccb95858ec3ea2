"""How meeting clients lay out a message: where in it people speak, and where the client itself does."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from proxy.settings.base import Section

Marker = Annotated[str, Field(min_length=1, max_length=200)]


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
    texts: tuple[Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")], ...] = ()
    """Digests of the client's own lines, as ``meeting-proxy profile learn`` writes them: whole lines, or what begins
    them up to the first colon. With any, nothing else in a message of speech is an instruction: what participants type
    never passes for the client's words."""
    unlisted: Literal["speech", "instructions"] = "speech"
    """What lines outside of the places of speech are that are not among `texts`. For clients whose users write
    instructions of their own, ``instructions``: as long as they show no trace of speech."""
    system: Literal["instructions", "transcript"] = "instructions"
    """Whether people speak in this client's system messages: these are then read like any other of its messages."""


_SHIPPED: dict[str, dict[str, Any]] = {
    # One message: instructions, lines "[pass 1/3 id=… speaker=Name] text", instructions.
    "vexa": {"lines": ["[pass "]},
    # A system prompt, and the text alone, also cut off after 5,000 characters.
    "jitsi-skynet": {"unmarked": "transcript"},
    # A system prompt, and lines "00:04 to 00:11 - (Name) text"; summaries of chunks, and then those.
    "mattermost-agents": {"unmarked": "transcript"},
    # The text alone; before that, one message that asks who speaks in which subtitle.
    "nextcloud-talk": {"sections": ["## Speaker intervals (JSON)", "## Subtitle content"], "unmarked": "transcript"},
    # Lines "[MM:SS] text" without speakers in tags, then the user's own context; summaries of chunks in other tags;
    # the finished report alone, to have it translated.
    "meetily": {"tags": ["transcript_chunks", "transcript_chunk", "summaries"], "unmarked": "transcript"},
    # Context, participants, transcript and template below headings; in a chat, the transcript in the system message.
    "hyprnote": {"sections": ["# Transcript"]},
}
SHIPPED = {name: Profile.model_validate(profile) for name, profile in _SHIPPED.items()}
"""Profiles of clients that are known, by the name under which ``clients[].profile`` has them."""
