"""Who may call, as operators change it: keys of clients and tokens of the admin API."""

from __future__ import annotations

from enum import StrEnum

from proxy.audit.acts import Acts, Fact
from proxy.desk.ports import OnFile


class AccessChange(StrEnum):
    """What becomes of a client or a token."""

    CLIENT_ADDED = "client_added"
    CLIENT_ROTATED = "client_rotated"
    CLIENT_KEY_REVOKED = "client_key_revoked"
    CLIENT_REVOKED = "client_revoked"
    TOKEN_ADDED = "token_added"  # noqa: S105 - the word for it
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - the word for it


async def changed(files: OnFile, change: AccessChange, holder: str, role: str | None = None) -> None:
    """Put on file that the key or token of `holder` was made or taken away; of a token, with its role."""
    facts: dict[str, Fact] = {"change": change.value, "holder": holder}
    await files.acts.did(Acts.ACCESS_CHANGED, facts=facts | ({} if role is None else {"role": role}))
