"""Reading that remembers what it found in earlier requests of one client for one meeting.

The next request of a live meeting repeats the last one and adds a little. What others sent is never asked for: a client
cannot tell by the time of an answer what another client, or another meeting, said.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from proxy.consent.aloud_turns import TurnAloud, Turns, refusing
from proxy.detection.memory import Memory
from proxy.model import Excerpt, Finding, Profile, TextLanguage
from proxy.ports import Aside, Detector


@dataclass(frozen=True, slots=True)
class RememberingDetector:
    """A `Detector` that asks another one for what `memory` does not know.

    `whose` are the names that tell apart whose texts may be remembered together: settings, client, meeting.
    """

    detector: Detector
    memory: Memory
    whose: tuple[str | None, ...]

    async def find(self, excerpts: Sequence[Excerpt], profile: Profile) -> list[list[Finding]]:
        """As `Detector.find`."""
        scope = self.memory.scope("find", *self.whose, profile.route, *profile.languages)
        return await self.memory.answers(scope, excerpts, lambda fresh: self.detector.find(fresh, profile))

    async def tell(self, texts: Sequence[str], expected: Collection[str]) -> list[TextLanguage]:
        """As `Detector.tell`."""

        async def ask(fresh: list[str]) -> list[tuple[TextLanguage]]:
            return [(told,) for told in await self.detector.tell(fresh, expected)]

        scope = self.memory.scope("tell", *self.whose, *sorted(expected))
        return [told for (told,) in await self.memory.answers(scope, texts, ask)]


async def refusing_aloud(
    said: Sequence[Turns], memory: Memory, whose: tuple[str | None, ...], aside: Aside
) -> frozenset[str]:
    """Return the ids of participants who say aloud that they do not consent.

    What a turn says depends on its words alone, so only turns that `memory` does not know are read. What follows from
    it is decided anew for each request.
    """

    async def ask(fresh: list[tuple[str, ...]]) -> list[tuple[bool, ...]]:
        return await aside(lambda: [TurnAloud.of(*words) for words in fresh])

    told = await memory.answers(memory.scope("aloud", *whose), [turns.words for turns in said], ask)
    return refusing(said, [TurnAloud(*each) for each in told])
