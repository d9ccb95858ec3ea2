"""What the pages need before they open: the key that signs links, the time zone, and terms from files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from proxy.consent.invitations import MIN_SECRET
from proxy.edge.configuration.credentials import secret_of
from proxy.edge.configuration.document import ConfigProblem, Problem
from proxy.edge.pages.logo import Logo, NoLogo
from proxy.edge.pages.logo import read as logo_in
from proxy.settings import ConsentPages, Settings


def link_key(pages: ConsentPages, environment: Mapping[str, str] = os.environ) -> str:
    """Return the secret that signs links. Raises `ConfigProblem` if it is missing or too short."""
    secret = secret_of(pages.signing_key, "consent_pages.signing_key", environment)
    if len(secret) < MIN_SECRET:
        what = f"the secret has fewer than {MIN_SECRET} characters"
        raise _problem("signing_key", what, "make one with: openssl rand -hex 32")
    return secret


def zone_of(pages: ConsentPages) -> tzinfo:
    """Return the time zone in which times are shown. Raises `ConfigProblem` if this machine does not know it."""
    if pages.time_zone == "UTC":
        return UTC
    try:
        return ZoneInfo(pages.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        what = "no time zone of this name is known here"
        raise _problem("time_zone", what, "write an IANA name such as Europe/Berlin, and install tzdata") from None


def logo_of(pages: ConsentPages) -> Logo | None:
    """Return the organization's logo, if it has one. Raises `ConfigProblem` for a file that is none."""
    if pages.logo is None:
        return None
    try:
        return logo_in(Path(pages.logo))
    except NoLogo as none:
        raise _problem("logo", none.message, none.remedy) from None


def terms_files(settings: Settings) -> dict[str, str]:
    """Return the terms of each recipient that names a file. A file that cannot be read as text is left out."""
    found: dict[str, str] = {}
    for name, recipient in settings.recipients.items():
        if recipient.terms.file is not None:
            try:
                found[name] = Path(recipient.terms.file).read_text("utf-8")
            except (OSError, UnicodeDecodeError):
                continue
    return found


def problems(settings: Settings, environment: Mapping[str, str] = os.environ) -> list[str]:
    """Return what keeps the pages from opening, one line each."""
    pages = settings.consent_pages
    if pages is None:
        return []
    wrong: list[Problem] = []
    for attempt in (lambda: link_key(pages, environment), lambda: zone_of(pages), lambda: logo_of(pages)):
        try:
            attempt()
        except ConfigProblem as problem:
            wrong += problem.problems
    if "explicit_click" not in settings.consent.methods:
        what = "consent.methods does not accept explicit_click, so no yes could be given"
        wrong += _problem("base_url", what, "add explicit_click to consent.methods, or remove consent_pages").problems
    return [str(problem) for problem in wrong]


def _problem(field: str, message: str, remedy: str) -> ConfigProblem:
    return ConfigProblem([Problem("configuration", 0, 0, f"consent_pages.{field}", message, remedy)])
