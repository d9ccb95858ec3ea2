"""Detection that remembers what it found in earlier requests of one client for one meeting.

The next request of a live meeting repeats the last one and adds a little. What others sent is never asked for: a client
cannot tell by the time of an answer what another client, or another meeting, said.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from proxy.detection.memory import Memory
from proxy.model import Excerpt, Finding, Profile, TextLanguage
from proxy.ports import Detector


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
