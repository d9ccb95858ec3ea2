"""The databases that the store's tests run against."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxy.edge.stores import Store


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """An empty database of this test's own."""
    return f"sqlite:///{tmp_path}/store/proxy.db"


@pytest.fixture
async def store(store_url: str):
    """The store on that database."""
    async with await Store.open(store_url) as opened:
        yield opened
