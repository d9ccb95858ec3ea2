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
from proxy.edge.pages.letters import MAX_TEMPLATE, BadTemplate, Letters, Template, template_of
from proxy.edge.pages.logo import Logo, NoLogo
from proxy.edge.pages.logo import read as logo_in
from proxy.edge.pages.translation import languages
from proxy.settings import ConsentPages, Mail, PageLanguage, Settings


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


def letters_of(settings: Settings, pages: ConsentPages, mail: Mail, language: PageLanguage | None = None) -> Letters:
    """Return what writes the mails, in this language or the configured one.

    Raises `ConfigProblem` for a template that cannot be used.
    """
    code = language or mail.language or pages.languages[0]
    return Letters(mail, settings, languages([code])[code], zone_of(pages), _template(mail))


def _template(mail: Mail) -> Template | None:
    if mail.template is None:
        return None
    remedy = "see docs/asking.md for what it may hold"
    try:
        text = Path(mail.template).read_text("utf-8")
        if len(text) > MAX_TEMPLATE:
            raise BadTemplate(f"it is larger than {MAX_TEMPLATE >> 10} KiB")
        return template_of(text)
    except (OSError, UnicodeDecodeError):
        raise _problem("mail.template", "the file cannot be read as UTF-8 text", remedy) from None
    except BadTemplate as bad:
        raise _problem("mail.template", f"the template cannot be used: {bad}", remedy) from None


def mail_password(mail: Mail, environment: Mapping[str, str] = os.environ) -> str | None:
    """Return the password at the mail server, if it takes one. Raises `ConfigProblem`."""
    return None if mail.password is None else secret_of(mail.password, "consent_pages.mail.password", environment)


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
    if pages.mail is not None:
        try:
            letters_of(settings, pages, pages.mail)
        except ConfigProblem as problem:
            wrong += problem.problems
    if "explicit_click" not in settings.consent.methods:
        what = "consent.methods does not accept explicit_click, so no yes could be given"
        wrong += _problem("base_url", what, "add explicit_click to consent.methods, or remove consent_pages").problems
    return [str(problem) for problem in wrong]


def _problem(field: str, message: str, remedy: str) -> ConfigProblem:
    return ConfigProblem([Problem("configuration", 0, 0, f"consent_pages.{field}", message, remedy)])
