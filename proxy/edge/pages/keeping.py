"""What a person can keep: receipts of all that they said by a link, and the notice in their language."""

from __future__ import annotations

import json

from proxy.desk import invitations
from proxy.edge.pages.notice import Notice
from proxy.edge.pages.reading import Subject
from proxy.edge.store.store import Store
from proxy.settings import Settings


async def receipts(about: Subject, shown: Notice, settings: Settings, store: Store) -> str:
    """A JSON document: the receipt of each record about these offers in this scope, oldest first, and the notice.

    The notice is as it is now; the receipt of a record holds the digest of the one that was shown for it.
    """
    mine = await invitations.receipts(store, about.invitation, about.offers, settings)
    notice = {"language": shown.language, "digest": shown.digest, "text": shown.text}
    return json.dumps({"receipts": mine, "notice": notice}, ensure_ascii=False, indent=2)
