"""The mail server through which ``meeting-proxy consent invite --send`` sends links. The proxy itself sends no mail."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from proxy.settings.base import Port, Seconds, Secret, Section, is_loopback, shaped
from proxy.settings.lines import Line
from proxy.settings.purposes import PageLanguage

MailAddress = Annotated[
    str,
    shaped(
        r"^[^\s@<>,;:\"\\]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*$",
        "one e-mail address alone, such as consent@example.com",
    ),
]


class Mail(Section):
    """A mail server (SMTP), and what is written to people."""

    host: Annotated[str, Field(min_length=1, max_length=253)]
    port: Port | None = None
    """None: 587, or 465 with ``security: tls``."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is encrypted. A server that cannot do it gets no mail. ``none`` is for loopback alone."""
    sender: MailAddress
    """The address from which people get their links."""
    sender_name: Line | None = None
    """None: the organization, as people know it."""
    reply_to: MailAddress | None = None
    user: Line | None = None
    """The account at the server. None: no sign-in."""
    password: Secret | None = None
    ca_file: str | None = None
    timeout_seconds: Seconds = 30
    language: PageLanguage | None = None
    """The language of mails to people who have answered on no page yet. None: the first of the pages' languages."""
    template: str | None = None
    """A text file in place of the product's own words, with places such as ``{link}``. None: the product's own."""
    calendar: bool = True
    """Whether a mail about a meeting to come has it attached for a calendar, without the link."""

    @model_validator(mode="after")
    def _guarded(self) -> Self:
        if self.security == "none" and not is_loopback(self.host):
            raise ValueError("security none is for a server on this machine: a link is a person's signature")
        if (self.user is None) != (self.password is None):
            raise ValueError("give both user and password, or none of them")
        return self

    @property
    def port_used(self) -> int:
        """The port, as given or as usual."""
        return self.port or (465 if self.security == "tls" else 587)
