"""A statement of erasure as a page in a language (`desk.erasure`), for whom it is about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from proxy.edge.pages import erasure_words as words
from proxy.edge.pages.notice import asking
from proxy.edge.pages.translation import languages
from proxy.edge.reports.html import rendered
from proxy.settings import Settings


def erasure_page(document: Mapping[str, Any], settings: Settings, code: str, zone: tzinfo = UTC) -> str:
    """Return a statement with its proof as a page, in the language with this code."""
    language, statement = languages([code])[code], document["statement"]
    say, organization = language.say, asking(settings)

    def when(at: str) -> str:
        return language.date(datetime.fromisoformat(at), zone)

    erased = [
        say(words.ERASED[kind]).format(count=count)
        for kind, count in statement["erased"].items()
        if count and (kind != "rosters" or statement["of"] == "person")
    ]
    told = statement.get("recipients")
    recipients = [
        say(words.RECIPIENT).format(
            recipient=each["display_name"] or each["recipient"], since=when(each["first"]), until=when(each["last"])
        )
        for each in told or ()
    ]
    return rendered(
        "erasure.html",
        language=language,
        say=say,
        words=words,
        title=say(words.TITLE[statement["of"]]).format(
            organization=organization, name=statement["name"] or statement["ids"][0]
        ),
        at=when(statement["erased_at"]),
        ids=statement["ids"],
        of_person=statement["of"] == "person",
        erased=erased,
        stays=[say(words.STAYS[each]).format(organization=organization) for each in statement["stays"]],
        recipients=recipients,
        looked_up=told is not None,
        record=document["record"],
        proof=document["proof"],
    )
