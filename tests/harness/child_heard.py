"""Whether words of a child leave, asked from outside."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.process import Proxy
from harness.recorder import Recorder


@dataclass
class ChildHeard:
    """A proxy with a meeting of a child, Nora Lund, and an adult."""

    proxy: Proxy
    recorder: Recorder
    said: int = field(default=0, kw_only=True)

    def hears_nora(self) -> bool:
        """Whether words of hers leave, in a request of now."""
        self.said += 1
        mark = len(self.recorder.received)
        answer = self.proxy.chat(f"Nora Lund: The word is canary{self.said}.\nAnnika Solberg: We agree.\n")
        assert answer.status == 200, answer.body
        return f"canary{self.said}".encode() in b"".join(each.raw for each in self.recorder.received[mark:])
