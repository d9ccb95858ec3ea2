"""Terms of recipients: stored by version, compared and accepted, with the grants that a new version makes stale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from proxy.audit.acts import Acts
from proxy.consent import clauses
from proxy.consent.clauses import Reading
from proxy.consent.records import ConsentRecord
from proxy.consent.terms import Change, TermsVersion, diff, digest_of, stale
from proxy.desk.ports import OnFile
from proxy.errors import ClientFault
from proxy.settings import Settings


@dataclass(frozen=True, slots=True)
class Kept:
    """A version on file; `added` says that it is new. `current` is the version that the settings name."""

    digest: str
    added: bool
    reading: Reading
    current: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A recipient's terms: the version that applies, all on file, and the grants that are stale under it."""

    current: str
    versions: Sequence[TermsVersion]
    outdated: Sequence[ConsentRecord]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions and what changed between them, sentence by sentence."""

    before: str
    after: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A version that the organization accepted, now or `before`; `serious` counts its serious clauses."""

    version: TermsVersion
    before: bool
    serious: int


def check_recipient(settings: Settings, recipient: str) -> None:
    """Raise `ClientFault` for a name that is no recipient's."""
    if recipient not in settings.recipients:
        known = ", ".join(sorted(settings.recipients))
        raise ClientFault("unknown_recipient", f"the recipients are: {known}", where="recipient")


async def keep(files: OnFile, settings: Settings, recipient: str, version: str, *, text: str, now: datetime) -> Kept:
    """Store a version of a recipient's terms; versions never change. A different text raises `ClientFault`."""
    digest = digest_of(text)
    async with files.at_once() as file:
        added = await file.terms.add(recipient, version, text, digest, now)
        held = _version(recipient, await file.terms.of(recipient), version)
        if added:
            await _told(file, Acts.TERMS_ADDED, held)
    if held.digest != digest:
        detail = f"version {version} is on file with another text; give this one its own name"
        raise ClientFault("terms_differ", detail, status=409, where="version")
    return Kept(digest, added, clauses.read(text), settings.recipients[recipient].terms.version)


async def listed(files: OnFile, settings: Settings) -> Mapping[str, Standing]:
    """The standing of each recipient's terms."""
    grants = await files.consents.listed()
    found: dict[str, Standing] = {}
    for name, recipient in settings.recipients.items():
        current = recipient.terms.version
        outdated = stale(grants, name, current, settings.consent.reconsents)
        found[name] = Standing(current, await files.terms.of(name), outdated)
    return found


async def compare(files: OnFile, recipient: str, before: str | None, after: str | None) -> Compared:
    """What changed between two versions, by default the last two. Raises `ClientFault` for unknown ones."""
    versions = await files.terms.of(recipient)
    old, new = _two(recipient, versions, before, after)
    return Compared(old.version, new.version, diff(old.text, new.text))


async def accept(files: OnFile, recipient: str, version: str, by: str, now: datetime) -> Accepted:
    """Note that `by` accepted a version for the organization. The first acceptance stands; it is nobody's consent."""
    async with files.at_once() as file:
        done = await file.terms.accept(recipient, version, by, now)
        held = _version(recipient, await file.terms.of(recipient), version)
        if done:
            await _told(file, Acts.TERMS_ACCEPTED, held)
    return Accepted(held, not done, len(clauses.read(held.text).serious))


async def _told(file: OnFile, code: str, held: TermsVersion) -> None:
    """Put on file what was done with a version, by the digest of its text."""
    facts = {"recipient": held.recipient, "version": held.version, "text": held.digest}
    await file.acts.did(code, facts=facts)


def _two(
    recipient: str, versions: Sequence[TermsVersion], before: str | None, after: str | None
) -> tuple[TermsVersion, TermsVersion]:
    if before is not None:
        old = _version(recipient, versions, before)
        return old, versions[-1] if after is None else _version(recipient, versions, after)
    if len(versions) < 2:
        raise ClientFault("terms_unknown", f"fewer than two versions of {recipient}'s terms are on file; add them")
    return versions[-2], versions[-1]


def _version(recipient: str, versions: Sequence[TermsVersion], version: str) -> TermsVersion:
    for each in versions:
        if each.version == version:
            return each
    known = ", ".join(each.version for each in versions) or "none"
    detail = f"this version of {recipient}'s terms is not on file; there are: {known}"
    raise ClientFault("terms_unknown", detail, status=404, where="version")
