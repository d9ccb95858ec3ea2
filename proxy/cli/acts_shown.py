"""What operators did, in plain words: one line for each act in the ledger."""

from __future__ import annotations

from proxy.audit.acts import Acts, OperatorKind
from proxy.audit.ocsf import Event
from proxy.audit.query import ledger_part

_SAID = {"granted": "a yes", "denied": "a no", "withdrawn": "a withdrawal"}
_WAYS = {
    "key": " by a telephone key", "page": " on their own page", "file": " from a file", "merge": " carried over",
    "mail": " by mail", "chat": " in the chat", "signal": " by a signal of their platform",
}  # fmt: skip
_CHANGES = {
    "roster": "put it on file with its roster", "calendar": "took it from a calendar", "joined": "somebody joined",
    "expired": "took it off file, as its time was over",
    "narrowed": "took others than whoever is on hold out of it, as its time was over",
    "left": "somebody left", "removed": "took it off file, as it was never used", "started": "it started",
    "ended": "it ended",
    "recorded": "its recording began", "interrupted": "its recording was interrupted", "entry": "changed their entry",
    "alias": "gave them another name", "told_apart": "told two people apart", "merged": "made two entries one person",
    "guardian": "put a guardian of theirs on file",
    "provisioned": "the directory brought them", "directory": "the directory has changed their entry",
    "deactivated": "inactive in the directory, so not invited any more",
    "activated": "active in the directory again",
    "deprovisioned": "the directory has them no more, so not invited any more",
    "held": "may not be forgotten", "released": "may be forgotten again",
    "pruned": "old events were deleted", "key": "it has a new key",
    "client_added": "client {holder} may call", "client_rotated": "client {holder} has a new key",
    "client_key_revoked": "the former key of client {holder} is gone",
    "client_revoked": "client {holder} may call no more", "token_added": "token {holder} has the role {role}",
    "token_revoked": "token {holder} is gone",
    "retired": "the log {log} will not come back; it ended with {count} records",
}  # fmt: skip
_OF_ROOMS = {
    "room_link": "made a link for the room of a meeting",
    "room_link_revoked": "ended the links for the room of a meeting ({count})",
}
_DID: dict[str, str] = {
    Acts.CONSENT_RECORDED: "recorded {said}{way} for {purpose} to {recipient}",
    Acts.CONSENT_WITHDRAWN: "recorded {said}{way} for {purpose} to {recipient}",
    Acts.CONSENT_INVITED: "gave out links that ask for consent{way}{again}",
    Acts.CONSENT_EXPORTED: "exported consent records as {format}: {count}",
    Acts.MEETING_CHANGED: "changed a meeting: {change}",
    Acts.PERSON_CHANGED: "changed a person: {change}",
    Acts.PERSON_REPORTED: "asked what of a person's words left{sent}",
    Acts.PERSON_FORGOTTEN: "forgot a person",
    Acts.TERMS_ADDED: "added version {version} of the terms of {recipient}",
    Acts.TERMS_ACCEPTED: "accepted version {version} of the terms of {recipient}",
    Acts.ACCESS_CHANGED: "changed who may call: {change}",
    Acts.SIGNED_IN: "signed in to the admin API",
    Acts.REFUSED: "was refused by the admin API ({count})",
    Acts.LEDGER_CHANGED: "changed the ledger: {change}",
    Acts.SETTINGS_CHANGED: "started with other settings: {old} before, {new} now",
}
_SHORT = len("sha256:") + 12
"""How much of a digest is shown."""
_BY = {
    OperatorKind.TOKEN: "token ",
    OperatorKind.SERVICE: "service ",
    OperatorKind.SSO: "user ",
    OperatorKind.HEADER: "user ",
}


def told(event: Event) -> str:
    """Who did what, to whom it happened, and in which meeting."""
    facts = ledger_part(event)
    said = f"{_who(event)} {_what(event['metadata']['event_code'], facts)}"
    people = facts.get("people", [])
    if len(people) == 1:
        said += f", about {people[0]}"
    elif people:
        said += f", about {len(people)} people"
    return said + (f", in meeting {facts['meeting']}" if "meeting" in facts else "")


def _who(event: Event) -> str:
    user, facts = event["actor"]["user"], ledger_part(event)
    kind = facts.get("operator_kind", "")
    if kind == OperatorKind.NOBODY:
        return "somebody"
    shown = f"{_BY.get(kind, '')}{user.get('name') or user.get('uid')}"
    return f"{facts['login']} as {shown}" if "login" in facts else shown


def _what(code: str, facts: Event) -> str:
    change = str(facts.get("change"))
    said = _OF_ROOMS.get(change) or _DID.get(code, "did what a newer version can tell")
    words = {
        "said": _SAID.get(facts.get("state", ""), "a record"),
        "way": _WAYS.get(facts.get("way", ""), ""),
        "sent": ", and sent the report to them by mail" if facts.get("change") == "sent" else "",
        "again": " again" if facts.get("change") == "reminded" else "",
        "purpose": facts.get("purpose"),
        "recipient": "any recipient" if facts.get("recipient") == "*" else facts.get("recipient"),
        "count": facts.get("count", 0),
        "format": facts.get("format"),
        "version": facts.get("version"),
        "log": facts.get("log"),
        "holder": facts.get("holder"),
        "role": facts.get("role"),
        "old": str(facts.get("old"))[:_SHORT],
        "new": str(facts.get("new"))[:_SHORT],
    }
    return said.format_map(words | {"change": _CHANGES.get(change, change).format_map(words)})
