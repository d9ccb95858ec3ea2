"""nginx, as deploy/ has it, passes on what it says and nothing else."""

from __future__ import annotations

import http.client
import re
import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from harness.certificates import Authority
from harness.patience import PATIENCE

from bench.ports import free_port

EXAMPLE = (Path(__file__).parents[2] / "deploy/nginx/meeting-proxy.conf").read_text()
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
AROUND = """
daemon off; pid nginx.pid; error_log stderr; worker_processes 1; events {}
http {
  client_body_temp_path body; proxy_temp_path proxied; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
  include example.conf;
}
"""
HOOKS, SCIM = "hooks.example", "scim.example"

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
Ask = Callable[[str, str], int]


class Admin(BaseHTTPRequestHandler):
    """Stands for the admin listener: answers all with 200."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def admin() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Admin) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def nginx(tmp_path: Path, admin: str) -> Iterator[Callable[[str], Ask]]:
    """Starts nginx with the example, whose directory calls from these addresses."""
    started: list[subprocess.Popen[bytes]] = []

    def start(directory: str) -> Ask:
        port = free_port()
        pem = Authority(tmp_path / "tls").server()
        text = EXAMPLE.replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl").replace("127.0.0.1:8081", admin)
        text = re.sub(r"/etc/ssl/[a-z-]+\.(pem|key)", str(pem), text).replace("192.0.2.0/24", directory)
        (tmp_path / "example.conf").write_text(text)
        (tmp_path / "nginx.conf").write_text(AROUND)
        assert NGINX is not None
        started.append(subprocess.Popen([NGINX, "-p", str(tmp_path), "-c", "nginx.conf"], stderr=subprocess.DEVNULL))
        until = time.monotonic() + PATIENCE
        while True:
            try:
                asked(port, HOOKS, "/")
            except OSError:
                assert started[-1].poll() is None and time.monotonic() < until
                time.sleep(0.05)
            else:
                return lambda host, path: asked(port, host, path)

    yield start
    for each in started:
        each.terminate()
        each.wait()


def asked(port: int, host: str, path: str) -> int:
    """The status that this host answers for a path."""
    context = ssl._create_unverified_context()
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE, context=context)
    try:
        connection.request("GET", path, headers={"Host": host})
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        (HOOKS, "/webhooks/zoom", 200),
        (HOOKS, "/webhooks/zoom/", 404),
        (HOOKS, "/scim/v2/Users", 404),
        (HOOKS, "/v1/people", 404),
        (SCIM, "/scim/v2/Users?filter=userName%20eq%20%22a%22", 200),
        (SCIM, "/scim/v2/ServiceProviderConfig", 200),
        (SCIM, "/scim/v2/../../v1/people", 404),
        (SCIM, "/scim/v2/%2e%2e/%2e%2e/v1/people", 404),
        (SCIM, "/scim/v2x", 404),
        (SCIM, "/webhooks/zoom", 404),
        (SCIM, "/console/", 404),
        (SCIM, "/metrics", 404),
    ],
)
def test_of_the_admin_listener_the_webhook_and_scim_alone_are_reached(nginx, host, path, status):
    assert nginx("127.0.0.0/8")(host, path) == status


def test_a_directory_calls_from_its_own_addresses_alone(nginx):
    assert nginx("192.0.2.0/24")(SCIM, "/scim/v2/Users") == 403
