"""The pages of the console as HTML, in the look of the consent pages."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from importlib import resources
from typing import Any

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from proxy.audit.acts import OperatorKind
from proxy.edge.admin.http import CALLER, CSRF_TOKEN
from proxy.edge.reports.html import bar
from proxy.settings import Right

ROOT = "/console"

NAVIGATION = (
    ("", "Overview", Right.READ),
    ("inbox", "Inbox", Right.READ),
    ("meetings", "Meetings", Right.READ),
    ("people", "People", Right.READ),
    ("playground", "Playground", Right.READ),
    ("recipients", "Recipients", Right.READ),
    ("ledger", "Ledger", Right.READ),
)
"""Pages by their path below the console, with what they are called and the right that they take."""

_SHEETS = (
    ("proxy.edge.pages", "page.css"),
    ("proxy.edge.reports", "month.css"),
    ("proxy.edge.console", "console.css"),
)


class Pages:
    """Renders templates into answers."""

    @cached_property
    def _style(self) -> str:
        sheets = (resources.files(package).joinpath(f"templates/{name}") for package, name in _SHEETS)
        return "\n".join(sheet.read_text("utf-8").strip() for sheet in sheets)

    @cached_property
    def _policy(self) -> str:
        digest = base64.b64encode(hashlib.sha256(self._style.encode()).digest()).decode()
        return (
            f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        )

    @cached_property
    def _environment(self) -> Environment:
        environment = Environment(
            loader=PackageLoader("proxy.edge.console"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters |= {"when": _when, "number": "{:,}".format}
        # The sheets are our own, and have no "<". Escaped, they would not match their hash.
        environment.globals |= {"style": Markup(self._style), "bar": bar, "Right": Right}  # noqa: S704
        return environment

    def page(
        self, request: web.Request, template: str, title: str, *, status: int = 200, **facts: Any
    ) -> web.StreamResponse:
        """Render a page for the caller of a request, with links that hold behind any path in front."""
        caller = request.get(CALLER)
        rights = caller.rights if caller is not None else frozenset()
        below = request.path.removeprefix(ROOT).lstrip("/")
        text = self._environment.get_template(template).render(
            title=title,
            root="../" * below.count("/") or "./",
            here=below.partition("/")[0],
            navigation=[(path, called) for path, called, needs in NAVIGATION if needs in rights],
            caller=caller,
            # Whom a proxy in front names is signed in there, and signs out there.
            may_sign_out=caller is not None
            and caller.session is not None
            and caller.operator.kind is not OperatorKind.HEADER,
            rights=rights,
            csrf_token=request.get(CSRF_TOKEN, ""),
            **facts,
        )
        return self.answer(text, status)

    def answer(self, text: str, status: int = 200) -> web.StreamResponse:
        """Return a page that loads nothing, is shown in no frame, and tells nobody where its reader came from."""
        headers = {
            "Content-Security-Policy": self._policy,
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        return web.Response(text=text, status=status, content_type="text/html", charset="utf-8", headers=headers)


_REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


def report_answer(text: str) -> web.StreamResponse:
    """Return a report (`proxy.edge.reports.html`): a page of its own, as it is written to a file."""
    headers = {"Content-Security-Policy": _REPORT_POLICY, "Referrer-Policy": "no-referrer"}
    return web.Response(text=text, content_type="text/html", charset="utf-8", headers=headers)


def _when(at: datetime | None) -> str:
    """An instant to the minute, in UTC."""
    return "not known" if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


Facts = Mapping[str, Any]
