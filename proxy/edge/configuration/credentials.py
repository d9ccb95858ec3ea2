"""Secrets: read once at start from an environment variable or a file, never shown again."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from proxy.consent.invitations import MIN_SECRET
from proxy.edge.admin.callers import KnownToken, Ways, digest_of
from proxy.edge.configuration.document import ConfigProblem, Problem
from proxy.edge.configuration.pem import authorities_problem
from proxy.settings import ADMIN, Credential, Ledger, Secret, Settings
from proxy.settings.base import variable_shown

_MAX_BYTES = 64 << 10


@dataclass(frozen=True, slots=True)
class AuthHeader:
    """The header that authenticates the proxy to a recipient. Its value is in no ``repr``, log or error."""

    name: str
    value: str = field(repr=False)


def read(settings: Settings, environment: Mapping[str, str] = os.environ) -> Mapping[str, AuthHeader]:
    """Return the credential of each recipient that has one, by the recipient's name. Raises `ConfigProblem`."""
    found: dict[str, AuthHeader] = {}
    wrong: list[Problem] = []
    for name, recipient in settings.recipients.items():
        if recipient.credential is None:
            continue
        try:
            found[name] = header_of(recipient.credential, f"recipients.{name}.credential", environment)
        except ConfigProblem as problem:
            wrong += problem.problems
    if wrong:
        raise ConfigProblem(wrong)
    return found


def of_targets(ledger: Ledger, environment: Mapping[str, str] = os.environ) -> Mapping[str, AuthHeader]:
    """Return the credential of each shipping target that has one, by the target's name. Raises `ConfigProblem`."""
    found: dict[str, AuthHeader] = {}
    wrong: list[Problem] = []
    for index, target in enumerate(ledger.ship):
        if target.credential is None:
            continue
        try:
            found[target.name] = header_of(target.credential, f"ledger.ship[{index}].credential", environment)
        except ConfigProblem as problem:
            wrong += problem.problems
    if wrong:
        raise ConfigProblem(wrong)
    return found


def _of_targets_here(settings: Settings, environment: Mapping[str, str]) -> Mapping[str, AuthHeader]:
    """As `of_targets`, unless another process ships: then its secrets are not this one's."""
    return of_targets(settings.ledger, environment) if settings.ledger.ship_by == "proxy" else {}


def admin_tokens(settings: Settings, environment: Mapping[str, str] = os.environ) -> Sequence[KnownToken]:
    """Return the tokens of the admin listener; none if none is configured. Raises `ConfigProblem`."""
    admin, found = settings.admin, list[KnownToken]()
    if admin.token is not None:
        found.append(KnownToken(ADMIN, digest_of(secret_of(admin.token, "admin.token", environment))))
    for number, each in enumerate(admin.tokens):
        place = f"admin.tokens[{number}].token"
        if each.token is not None:
            digest = digest_of(secret_of(each.token, place, environment))
        else:
            digest, place = bytes.fromhex(each.token_sha256 or ""), f"{place}_sha256"
        if any(digest == known.digest for known in found):
            raise _problem(place, "another name has the same token", "give each name a token of its own")
        found.append(KnownToken(each.name, digest, each.role, each.expires))
    return found


def admin_ways(settings: Settings, environment: Mapping[str, str] = os.environ) -> Ways:
    """Return how callers of the admin listener may show who they are. Raises `ConfigProblem`."""
    oidc, provider = settings.admin.oidc, None
    if oidc is not None:
        from proxy.edge.admin.oidc.provider import Provider  # noqa: PLC0415 - a client for HTTP, which commands lack

        provider = Provider(oidc, secret_of(oidc.client_secret, "admin.oidc.client_secret", environment))
    return Ways(
        tuple(admin_tokens(settings, environment)),
        settings.admin.trusted_header,
        provider,
        settings.admin.front_proxies,
    )


def zoom_secret(settings: Settings, environment: Mapping[str, str] = os.environ) -> str | None:
    """Return the secret that signs Zoom's calls, if one is configured. Raises `ConfigProblem`."""
    zoom = settings.webhooks.zoom
    return None if zoom is None else secret_of(zoom.secret, "webhooks.zoom.secret", environment)


def later_secret(settings: Settings, environment: Mapping[str, str] = os.environ) -> str | None:
    """Return the secret that seals what restores later replies, if one is configured. Raises `ConfigProblem`."""
    later = settings.later_replies
    if later is None:
        return None
    secret = secret_of(later.key, "later_replies.key", environment)
    if len(secret) < MIN_SECRET:
        what = f"the secret has fewer than {MIN_SECRET} characters"
        raise _problem("later_replies.key", what, "make one with: openssl rand -hex 32")
    return secret


def problems(settings: Settings, environment: Mapping[str, str] = os.environ) -> list[str]:
    """Return the problems with secrets and other files that the settings name, one line each; empty if none."""
    wrong: list[Problem] = []
    for attempt in (read, _of_targets_here, admin_ways, zoom_secret, later_secret):
        try:
            attempt(settings, environment)
        except ConfigProblem as problem:
            wrong += problem.problems
    return [str(problem) for problem in (*wrong, *_missing_files(settings))]


def secret_of(secret: Secret, place: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return the value of a secret, without surrounding space. `place` is its field, for `ConfigProblem`."""
    if secret.env is not None:
        place, source = f"{place}.env", variable_shown(secret.env)
        value = environment.get(secret.env)
        if value is None:
            raise _problem(place, f"{source} is not set", "set it before the proxy starts")
    else:
        place, source = f"{place}.file", f"file {secret.file}"
        value = _text(Path(secret.file or ""), place)
    value = value.strip()
    if not value:
        raise _problem(place, f"{source} is empty", "write the secret into it")
    # RFC 9110 §5.5: anything else would not survive as a header value, or would start another header.
    if not value.isascii() or not value.isprintable():
        raise _problem(place, f"{source} holds characters that no header can carry", "write one line of ASCII text")
    return value


def header_of(credential: Credential, place: str, environment: Mapping[str, str] = os.environ) -> AuthHeader:
    """Return the header that a credential stands for. `place` is its field, for `ConfigProblem`."""
    secret = secret_of(credential, place, environment)
    return AuthHeader(credential.header, f"{credential.scheme} {secret}" if credential.scheme else secret)


def _text(path: Path, place: str) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(_MAX_BYTES)
        return raw.decode("utf-8")
    except OSError as error:
        what = f"file {path} cannot be read ({error.strerror})"
        raise _problem(place, what, "name a file that this user may read") from None
    except UnicodeDecodeError:
        raise _problem(place, f"file {path} is not text", "write the secret into it as text") from None


def _missing_files(settings: Settings) -> Iterator[Problem]:
    """Yield the problems with files of terms, and of authorities to trust."""
    for name, recipient in settings.recipients.items():
        path = recipient.terms.file
        if path is not None and not Path(path).is_file():
            yield _missing(f"recipients.{name}.terms.file", path)
    for place, path in _authorities(settings):
        if not Path(path).is_file():
            yield _missing(place, path)
        elif (found := authorities_problem(path)) is not None:
            yield _problem(place, found.what, found.remedy).problems[0]
    if settings.ledger.ship_by == "proxy":
        yield from missing_files_of_targets(settings.ledger)


def _authorities(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield the files of authorities that nothing else reads before they are needed, each with its field."""
    pages = settings.consent_pages
    mail = None if pages is None else pages.mail
    trusted = {f"recipients.{name}.ca_file": each.ca_file for name, each in settings.recipients.items()}
    trusted["consent_pages.mail.ca_file"] = None if mail is None else mail.ca_file
    yield from ((place, path) for place, path in trusted.items() if path is not None)


def _missing(place: str, path: str) -> Problem:
    remedy = "correct the path; it is relative to the working directory"
    return _problem(place, f"file {path} does not exist", remedy).problems[0]


def missing_files_of_targets(ledger: Ledger) -> Iterator[Problem]:
    """Yield the problems with files that shipping targets name."""
    for index, target in enumerate(ledger.ship):
        for field_ in ("ca_file", "client_cert", "client_key"):
            path = getattr(target.receiver, field_)
            if path is not None and not Path(path).is_file():
                place = f"ledger.ship[{index}].{next(iter(target.model_fields_set - {'name'}))}.{field_}"
                yield _missing(place, path)


def _problem(place: str, message: str, remedy: str) -> ConfigProblem:
    return ConfigProblem([Problem("configuration", 0, 0, place, message, remedy)])
