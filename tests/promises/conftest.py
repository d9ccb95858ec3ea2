"""One running proxy with a recording recipient, shared by the promise suites that do not break it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from harness.process import Proxy, settings
from harness.recorder import Received, Recorder

TYPED_KEY = "chat-key-0123456789"
"""Of a client whose users type the last message."""


@dataclass
class Stand:
    """A proxy and its recipient. `since` gives what arrived after a mark."""

    proxy: Proxy
    recorder: Recorder

    def mark(self) -> int:
        return len(self.recorder.received)

    def since(self, mark: int) -> list[Received]:
        return self.recorder.received[mark:]


@pytest.fixture(scope="session")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """Annika granted everything, Benedikt denied, Chiara was never asked; meeting m1."""
    directory: Path = tmp_path_factory.mktemp("stand")
    with Recorder() as recorder:
        proxy = Proxy(directory, settings(directory, recorder.base_url))
        key = hashlib.sha256(TYPED_KEY.encode()).hexdigest()
        chat = {"name": "chat", "key_sha256": key, "routes": ["summary"], "last_message": "typed"}
        proxy.document["clients"].append(chat)
        proxy.meeting()
        for purpose in ("summary", "compose"):
            proxy.consent("grant", "p-ann", purpose=purpose)
            proxy.consent("deny", "p-ben", purpose=purpose)
        proxy.start(anew=True)  # as operators start it
        yield Stand(proxy, recorder)
        proxy.stop()


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Stand]:
    """A proxy of this test's own, not started yet, which the test may break."""
    with Recorder() as recorder:
        proxy = Proxy(tmp_path, settings(tmp_path, recorder.base_url))
        yield Stand(proxy, recorder)
        if proxy.process is not None and proxy.process.poll() is None:
            proxy.kill()
