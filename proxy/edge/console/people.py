"""People in the console: who is on file, what they said, their report, and to forget somebody."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from aiohttp import web

from proxy.desk import forgetting, people, reports, subjects
from proxy.desk.erasure import document
from proxy.desk.titles import of_records
from proxy.edge.admin.answers import remarks
from proxy.edge.admin.forms import FORM
from proxy.edge.admin.gate import Entry
from proxy.edge.admin.http import CALLER
from proxy.edge.console.parts import ConsoleParts
from proxy.edge.console.rendering import ROOT, Pages, report_answer
from proxy.edge.pages.translation import NAMES, languages
from proxy.edge.reports.person import person_page
from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.model import Participant
from proxy.settings import Right

SHOWN = 200
"""People on one page."""


class PeoplePages:
    """Serves the pages about people."""

    def __init__(self, in_force: Callable[[], ConsoleParts], pages: Pages) -> None:
        self._in_force, self._pages = in_force, pages

    def entries(self) -> list[Entry]:
        """The routes."""
        return [
            Entry("GET", f"{ROOT}/people", self._list, Right.READ),
            Entry("GET", f"{ROOT}/people/{{id}}", self._person, Right.READ),
            Entry("GET", f"{ROOT}/people/{{id}}/report", self._report, Right.REPORT),
            Entry("POST", f"{ROOT}/people/{{id}}/forget", self._forget, Right.ADMINISTER, form=True),
        ]

    async def _list(self, request: web.Request) -> web.StreamResponse:
        wanted = request.query.get("q", "").strip()
        everybody = await self._in_force().store.people.everybody()
        found = [each for each in everybody if _fits(each, wanted)]
        return self._pages.page(
            request, "people.html", "People", wanted=wanted, people=found[:SHOWN], more=max(len(found) - SHOWN, 0),
        )  # fmt: skip

    async def _person(self, request: web.Request) -> web.StreamResponse:
        return await self._shown(request, {})

    async def _shown(
        self, request: web.Request, form: Mapping[str, str], problem: ClientFault | None = None
    ) -> web.StreamResponse:
        store = self._in_force().store
        person = await people.shown(store, request.match_info["id"])
        records = await store.consents.listed(participant=person.id)
        titles = await of_records(store, records)
        return self._pages.page(
            request, "person.html", person.name, status=200 if problem is None else problem.status,
            person=person, remarks=remarks([person]), form=form, problem=problem, languages=NAMES,
            records=[(each, titles.get((each.scope, each.scope_id))) for each in reversed(records)],
        )  # fmt: skip

    async def _report(self, request: web.Request) -> web.StreamResponse:
        parts, person_id = self._in_force(), request.match_info["id"]
        await subjects.check_known(parts.store, person_id)
        found = await reports.gather(
            self._files(request), parts.past, parts.settings.organization, person_id, now=parts.now()
        )
        asked = request.query.get("lang", "")
        language = languages([asked])[asked] if asked in NAMES else None
        told = reports.plain(found, parts.settings)
        return report_answer(person_page(told, parts.settings, language))

    async def _forget(self, request: web.Request) -> web.StreamResponse:
        parts, form, person_id = self._in_force(), request[FORM], request.match_info["id"]
        try:
            if form.get("confirm", "").strip() != person_id:
                raise ClientFault("not_confirmed", "type the person's id to forget them", where="confirm")
            admission, unknown = (form.get(name) == "yes" for name in ("accept_admission", "accept_unknown"))
            files = self._files(request)
            prepared = await forgetting.prepare(
                files, parts.past, parts.settings, person_id,
                now=parts.now(), accept_admission=admission, accept_unknown=unknown,
            )  # fmt: skip
            done = await forgetting.forget(
                files, parts.settings, prepared.ids, parts.new_id,
                now=parts.now(), accept_admission=admission, told=prepared.recipients,
            )  # fmt: skip
        except ClientFault as fault:
            return await self._shown(request, form, fault)
        statement = json.dumps(document(done.statement), ensure_ascii=False, indent=2)
        return self._pages.page(request, "forgotten.html", "Forgotten", prepared=prepared, statement=statement)

    def _files(self, request: web.Request) -> Store:
        """Everything on file, for what the caller does."""
        return self._in_force().store.acting(request[CALLER].operator)


def _fits(person: Participant, wanted: str) -> bool:
    told = (person.id, *person.labels, *person.emails)
    return not wanted or any(wanted.casefold() in each.casefold() for each in told)
