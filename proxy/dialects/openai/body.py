"""What requests of the OpenAI APIs have in common: identifiers and ``store``."""

from __future__ import annotations

from proxy.dialects.base import ParsePolicy
from proxy.dialects.wire.json_edits import cut_members, insert_member
from proxy.json_source import JsonConstant, JsonObject
from proxy.model import Edit

IDENTIFIERS = frozenset(
    (
        "user metadata safety_identifier prompt_cache_key user_security_context user_id session_id request_id trace "
        "cache_salt"
    ).split()
)
"""Service-generated data: names a person or a device to the recipient, and is cut out."""


def fixed_edits(body: JsonObject, policy: ParsePolicy) -> list[Edit]:
    """Edits that do not depend on the slots: identifiers out, ``store`` as the policy says."""
    out = IDENTIFIERS | {"store"} if policy.store == "strip" else IDENTIFIERS
    edits = cut_members(body.members, out)
    if policy.store == "force_false":
        store = body.get("store")
        if store is None:
            edits.append(insert_member(body.members, "store", "false", at=body.start + 1))
        elif not (isinstance(store, JsonConstant) and store.value is False):
            edits.append(Edit(store.start, store.end, "false"))
    return edits
