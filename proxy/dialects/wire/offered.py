"""The tools of a reply: it calls none but those that its request offered.

Every name and every argument of a call goes through a restorer, in whole replies and in streams alike, so this is
where all of them are seen. A client that runs what it never offered would carry out what somebody else wrote.
"""

from __future__ import annotations

from collections.abc import Collection

from proxy.dialects.base import RestorerFactory, TextForm, TextRestorer
from proxy.errors import UpstreamFault

_OF_CALLS = frozenset({TextForm.TOOL_NAME, TextForm.CALLED, TextForm.CALLED_JSON})


def only_offered(restorers: RestorerFactory, offered: Collection[str]) -> RestorerFactory:
    """The same restorers, which raise `UpstreamFault` for a call of a tool that is not `offered`."""

    def restorer(form: TextForm) -> TextRestorer:
        if form in _OF_CALLS and not offered:
            raise not_offered()
        made = restorers(form)
        return _ToolName(made, offered) if form is TextForm.TOOL_NAME else made

    return restorer


def not_offered() -> UpstreamFault:
    """The fault for a call that nobody asked for. It names no tool: the recipient wrote the name."""
    return UpstreamFault("bad_reply", "the recipient's reply calls a tool that the request did not offer")


class _ToolName:
    """Restores the name of a tool and lets it out when it is known to be an offered one.

    Some recipients repeat a call in later pieces of a stream with an empty name, which names nothing.
    """

    def __init__(self, restorer: TextRestorer, offered: Collection[str]):
        self._restorer = restorer
        self._offered = offered
        self._name = ""

    def feed(self, piece: str) -> str:
        """Nothing yet."""
        self._name += self._restorer.feed(piece)
        return ""

    def flush(self) -> str:
        """The name; `UpstreamFault` if no such tool was offered."""
        name, self._name = self._name + self._restorer.flush(), ""
        if name and name not in self._offered:
            raise not_offered()
        return name

    @property
    def holds(self) -> bool:
        """Whether anything is held back."""
        return bool(self._name) or self._restorer.holds
