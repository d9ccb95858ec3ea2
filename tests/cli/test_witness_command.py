"""`meeting-proxy witness` as a process: it makes its key, cosigns a ledger's anchors, and ends in good order."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from edge.anchor_stand import configured, filled, public_key, target

from proxy.audit.checkpoints import WitnessKey
from proxy.audit.signing import hand_over, new_signing_key
from proxy.cli.witness import known_logs
from proxy.edge.ledger.anchors.configured import anchors_of
from proxy.edge.store.store import Store
from proxy.errors import ClientFault


def started(folder: Path, log: str) -> tuple[subprocess.Popen, str, str]:
    """A witness, its key as it prints it, and its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", "from proxy.cli.main import main; main()"]
    options = ["--name", "w.example/1", "--log", log, "--key", str(folder / "w.key"), "--state", str(folder / "w.db"),
               "--listen", f"127.0.0.1:{port}"]  # fmt: skip
    process = subprocess.Popen([*command, "witness", *options], stdout=subprocess.PIPE, text=True)
    return process, process.stdout.readline().strip(), f"http://127.0.0.1:{port}"


async def test_a_witness_is_started_cosigns_and_remembers(tmp_path):
    await filled(tmp_path)
    keys = set()
    for _ in range(2):
        process, key, url = started(tmp_path, str(tmp_path / "ledger" / "public.key"))
        try:
            settings = configured(tmp_path, target(witness={"url": url, "key": key}))
            place = anchors_of(settings, Store(None), lambda: None)[2]  # type: ignore[arg-type, return-value]
            await filled(tmp_path, anchors=[place])
            assert WitnessKey.read(key).cosigned(await place.newest("fjord/egress")) is not None
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait() == 0
        keys.add(key)
    assert len(keys) == 1
    assert re.fullmatch(r"w\.example/1\+[0-9a-f]{8}\+\S{44}", keys.pop())
    assert (tmp_path / "w.key").stat().st_mode & 0o777 == (tmp_path / "w.db").stat().st_mode & 0o777 == 0o600


async def test_logs_are_given_by_their_key_or_a_file_with_it(tmp_path):
    await filled(tmp_path)
    for written in (public_key(tmp_path), str(tmp_path / "ledger" / "public.key")):
        assert list(known_logs([written], [])) == ["fjord/egress"]
    with pytest.raises(ClientFault, match="no_public_key"):
        known_logs(["fjord/egress"], [])


def test_a_log_that_had_several_keys_is_known_by_all_of_them(tmp_path):
    old, new = new_signing_key("fjord/egress"), new_signing_key("fjord/egress")
    (tmp_path / "keys").write_bytes(hand_over(old, new.checking, 5))
    for kept in (old, new):
        [history] = known_logs([kept.checking.render()], [tmp_path / "keys"])["fjord/egress"]
        assert [key for _, key in history.periods] == [old.checking, new.checking]
    with pytest.raises(ClientFault, match="unknown_key"):
        known_logs([new_signing_key("fjord/egress").checking.render()], [tmp_path / "keys"])
