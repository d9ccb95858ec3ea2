"""One proxy with a route for each API, in front of a local recipient that speaks all of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from harness.endpoints import Apis, speak, speaking
from harness.process import Proxy
from harness.recorder import Recorder


@pytest.fixture(scope="session")
def apis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apis]:
    directory = tmp_path_factory.mktemp("apis")
    with Recorder(speak) as recorder:
        proxy = Proxy(directory, speaking(directory, recorder))
        proxy.meeting()
        proxy.consent("grant", "p-ann")
        proxy.consent("deny", "p-ben")
        proxy.start()
        yield Apis(proxy, recorder)
        proxy.stop()
