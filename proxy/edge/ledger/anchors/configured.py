"""The anchors of a configuration: beside the signing key and in the store always, others as they are configured."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from proxy.edge.configuration import credentials
from proxy.edge.configuration.credentials import AuthHeader
from proxy.edge.configuration.document import ConfigProblem, Problem
from proxy.edge.ledger.anchors.anchor import Anchor
from proxy.edge.ledger.anchors.by_http import AwsKey, ByHttp, Secrets
from proxy.edge.ledger.anchors.by_witness import ByWitness, witness_key
from proxy.edge.ledger.anchors.in_directory import BesideKey, InDirectory
from proxy.edge.ledger.anchors.in_store import InStore
from proxy.edge.ship.tls import context_of
from proxy.edge.store.store import Store
from proxy.settings import AnchorTarget, HttpAnchor, Ledger, Settings


def anchors_of(settings: Settings, store: Store, now: Callable[[], datetime]) -> list[Anchor]:
    """Return all anchors of the ledger. Raises `ConfigProblem`; `problems` says before what it would say."""
    own: list[Anchor] = [BesideKey(Path(settings.ledger.signing_key)), InStore(store, settings.ledger, now)]
    return [*own, *(_anchor(each, settings.ledger, now) for each in settings.ledger.anchors)]


def _anchor(target: AnchorTarget, ledger: Ledger, now: Callable[[], datetime]) -> Anchor:
    directory = Path(ledger.directory)
    if target.http is not None:
        return ByHttp(target.name, target.http, _secrets(target.name, target.http), now)
    if target.witness is not None:
        return ByWitness(target.name, target.witness, witness_key(target.witness.key), directory)
    if target.timestamp is not None:
        from proxy.edge.ledger.anchors.time_stamps import TimeStamps  # noqa: PLC0415 - only who needs it loads it

        return TimeStamps(target.name, target.timestamp, directory)
    return InDirectory(target.name, Path(target.directory or ""))


def _secrets(name: str, http: HttpAnchor) -> Secrets:
    """Return what reads the secrets, when they are needed: whoever only checks a ledger may lack them."""
    place = f"ledger.anchors[{name}]"

    def read() -> AuthHeader | AwsKey | None:
        if http.s3 is not None:
            access = credentials.secret_of(http.s3.access_key, f"{place}.http.s3.access_key")
            secret = credentials.secret_of(http.s3.secret_key, f"{place}.http.s3.secret_key")
            return AwsKey(access, secret, http.s3.region)
        if http.credential is not None:
            return credentials.header_of(http.credential, f"{place}.http.credential")
        return None

    return read


def problems(ledger: Ledger) -> list[str]:
    """Return the problems with secrets, keys and files of the anchors, one line each; empty if none.

    Folders and servers are not looked at: one that is not there stops no start.
    """
    wrong: list[Problem] = []
    for target in ledger.anchors:
        for attempt in (_check_secrets, _check_web, _check_witness, _check_authorities):
            try:
                attempt(target)
            except ConfigProblem as problem:
                wrong += problem.problems
    return [str(problem) for problem in wrong]


def _check_secrets(target: AnchorTarget) -> None:
    if target.http is not None:
        _secrets(target.name, target.http)()


def _check_web(target: AnchorTarget) -> None:
    if target.web is not None:
        context_of(target.web, f"ledger.anchors[{target.name}]")


def _check_witness(target: AnchorTarget) -> None:
    if target.witness is not None:
        witness_key(target.witness.key)


def _check_authorities(target: AnchorTarget) -> None:
    if target.timestamp is not None:
        from proxy.edge.ledger.anchors.time_stamps import authority_of  # noqa: PLC0415

        authority_of(target.name, Path(target.timestamp.authorities))
