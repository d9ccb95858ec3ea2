"""What is kept of a reply that a client was given."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GivenBack:
    """To whom and in which meeting text was given back, by which exchange; `digests` stand for the text.

    `people` are those who may occur in it, by id; `speeches` is JSON of `steps.keeping`: whose words it rests on.
    """

    client: str
    meeting: str
    exchange: str
    people: tuple[str, ...]
    speeches: bytes
    digests: frozenset[bytes]
