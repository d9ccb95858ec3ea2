"""What a person can keep: receipts of all that they said by a link, and the notice in their language."""

from __future__ import annotations

import json

from proxy.consent.receipts import receipt
from proxy.edge.pages.notice import Notice
from proxy.edge.pages.reading import Subject
from proxy.edge.store.store import Store
from proxy.settings import Settings


async def receipts(about: Subject, shown: Notice, settings: Settings, store: Store) -> str:
    """A JSON document: the receipt of each record about these offers in this scope, oldest first, and the notice.

    The notice is as it is now; the receipt of a record holds the digest of the one that was shown for it.
    """
    invitation = about.invitation
    on_file = await store.grants([invitation.participant], scopes=[(invitation.scope, invitation.scope_id)])
    mine = [record for record in on_file if (record.purpose, record.recipient) in about.offers]
    notice = {"language": shown.language, "digest": shown.digest, "text": shown.text}
    return json.dumps(
        {"receipts": [receipt(record, settings) for record in mine], "notice": notice}, ensure_ascii=False, indent=2
    )
