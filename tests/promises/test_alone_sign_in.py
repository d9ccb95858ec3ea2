"""Promise 7, alone, where operators sign in: the provider is asked when somebody signs in, and nobody else ever is."""

from __future__ import annotations

import os
import re
from pathlib import Path

from harness.identity import CLIENT, SECRET, Identity
from harness.process import Proxy, fetch, settings

ROOT = Path(__file__).parents[2]
WATCH = ROOT / "tests" / "harness" / "watch_network"


def test_the_provider_is_asked_by_those_who_sign_in_and_nobody_else_is(tmp_path: Path) -> None:
    out = tmp_path / "network.log"
    with Identity({"ines": {"email": "ines@fjord.example", "groups": ["it"]}}) as identity:
        proxy = Proxy(tmp_path, settings(tmp_path, "http://127.0.0.1:9/v1"))
        base = f"http://127.0.0.1:{proxy.document['admin']['port']}"
        identity.application.redirect = f"{base}/oidc/callback"
        path = os.pathsep.join(map(str, (WATCH, ROOT)))
        proxy.environment = {"PYTHONPATH": path, "WATCH_NETWORK": str(out), "OIDC_SECRET": SECRET}
        proxy.document["admin"]["oidc"] = {
            "issuer": identity.issuer, "client_id": CLIENT, "client_secret": {"env": "OIDC_SECRET"}, "base_url": base,
            "roles": {"it": "viewer"},
        }  # fmt: skip
        proxy.start(anew=True)
        assert fetch(f"{base}/v1/session").status == 401
        assert called(out) == set()
        # The page of the provider has no address to follow here, so what is fetched is its form.
        assert b"Sign in" in fetch(f"{base}/login").body
        assert proxy.stop() == 0
        assert called(out) == {int(identity.issuer.rsplit(":", 1)[1])}
    foreign = [line for line in out.read_text().splitlines() if "127.0.0.1" not in line and not local(line)]
    assert foreign == []


def called(out: Path) -> set[int]:
    """The ports of this host that the proxy connected to."""
    told = out.read_text() if out.exists() else ""
    return {int(port) for port in re.findall(r"socket\.connect \('127\.0\.0\.1', (\d+)", told)}


def local(line: str) -> bool:
    """Whether a line of the watch is of a socket without a network."""
    return re.search(r"(connect|sendto) (b?'[^']*'|'\\x00)", line) is not None
