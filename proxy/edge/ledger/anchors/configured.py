"""The anchors of a configuration: beside the signing key and in the store always, others as they are configured."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from proxy.edge.ledger.anchors.anchor import Anchor
from proxy.edge.ledger.anchors.beside_key import BesideKey
from proxy.edge.ledger.anchors.in_store import InStore
from proxy.edge.store.store import Store
from proxy.settings import Settings


def anchors_of(settings: Settings, store: Store, now: Callable[[], datetime]) -> list[Anchor]:
    """Return all anchors of the ledger."""
    return [BesideKey(Path(settings.ledger.signing_key)), InStore(store, now)]
