"""What is valid but leaves the proxy or its secrets open: to networks, to guessing, and to other users of the host."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel

from proxy.consent.invitations import MIN_SECRET
from proxy.edge.configuration import credentials
from proxy.edge.configuration.document import ConfigProblem
from proxy.settings import Secret, Settings, is_loopback

MIN_GIVEN_SECRET = 16
"""Characters of a secret that a meeting service made."""
MIN_DIFFERENT = 8
"""Different characters of a secret: fewer are no random ones."""
MOUNTED = ("/run/secrets/", "/var/run/secrets/")
"""Where container runtimes put secrets, which everybody in the container may read: there is nobody else in it."""
_KEY_FIELDS = ("client_key", "signing_key", "key")
"""Fields that name a file with a private key."""


def doubts(settings: Settings, environment: Mapping[str, str] = os.environ) -> list[str]:
    """Return what is hardly meant, one line each, with place and remedy. No value is quoted."""
    found = [*_listeners(settings), *_recipients(settings), *_guessable(settings, environment), *_readable(settings)]
    return [*found, *_expired(settings)]


def _listeners(settings: Settings) -> Iterator[str]:
    admin = settings.admin
    if is_loopback(admin.host):
        return
    if not admin.is_api:
        yield (
            "admin.host: health and metrics are open to all who reach this address; remedy: let a firewall or "
            "NetworkPolicy admit the collector alone, or set 127.0.0.1"
        )
    elif admin.tls is None:
        yield "admin.host: tokens and rosters cross the network in plain HTTP; remedy: set admin.tls, or 127.0.0.1"


def _expired(settings: Settings) -> Iterator[str]:
    now = datetime.now(UTC)
    for at, each in enumerate(settings.admin.tokens):
        if each.expires is not None and each.expires <= now:
            yield f"admin.tokens[{at}].expires: the token {each.name} has expired; remedy: remove it, or make another"


def _recipients(settings: Settings) -> Iterator[str]:
    for name, recipient in settings.recipients.items():
        parts = urlsplit(recipient.base_url)
        if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
            yield f"recipients.{name}.base_url: words leave in plain HTTP; remedy: use https, with ca_file if need be"


def _guessable(settings: Settings, environment: Mapping[str, str]) -> Iterator[str]:
    admin, zoom = settings.admin, settings.webhooks.zoom
    asked = [("admin.token", admin.token, MIN_SECRET)] if admin.token is not None else []
    for at, each in enumerate(admin.tokens):
        asked += [(f"admin.tokens[{at}].token", each.token, MIN_SECRET)] if each.token is not None else []
    asked += [("webhooks.zoom.secret", zoom.secret, MIN_GIVEN_SECRET)] if zoom is not None else []
    for place, secret, least in asked:
        try:
            found = credentials.secret_of(secret, place, environment)
        except ConfigProblem:
            continue  # A missing secret is a problem, and told as one.
        if len(found) < least or len(set(found)) < MIN_DIFFERENT:
            yield f"{place}: the secret is short enough to be guessed; remedy: make one with: openssl rand -hex 32"


def _readable(settings: Settings) -> Iterator[str]:
    for place, file in private_files(settings, ""):
        try:
            mode = Path(file).stat().st_mode
        except OSError:
            continue
        if mode & stat.S_IROTH and not file.startswith(MOUNTED):
            yield f"{place}: every user of this host can read {file}; remedy: chmod o= {file}"


def private_files(value: object, place: str) -> Iterator[tuple[str, str]]:
    """Yield the files of secrets and private keys that settings name, each with its place."""
    if isinstance(value, Secret):
        if value.file is not None:
            yield f"{place}.file", value.file
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            found, there = getattr(value, name), f"{place}.{name}" if place else name
            if name in _KEY_FIELDS and isinstance(found, str):
                yield there, found
            else:
                yield from private_files(found, there)
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from private_files(each, f"{place}.{name}")
    elif isinstance(value, tuple):
        for at, each in enumerate(value):
            yield from private_files(each, f"{place}[{at}]")
