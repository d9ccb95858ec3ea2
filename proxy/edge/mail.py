"""Sends mail through one configured server (SMTP), encrypted and with its certificate checked.

It is used by commands alone and waits for the server; the proxy's own process sends no mail.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from proxy.errors import OwnFault
from proxy.settings import Mail


class MailRefused(Exception):
    """The server does not take the mail for this one address; others may be taken."""


class Outbox:
    """A connection to the server that takes one mail after the other."""

    def __init__(self, server: smtplib.SMTP, mail: Mail):
        self._server, self._mail = server, mail

    def send(self, message: EmailMessage) -> None:
        """Hand one mail over. Raises `MailRefused` for its address, and `OwnFault` if the server takes no more mail."""
        try:
            self._server.send_message(message)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError, ValueError):
            raise MailRefused from None
        except smtplib.SMTPDataError as error:
            if 500 <= error.smtp_code < 600:
                raise MailRefused from None
            raise _unavailable(self._mail, error) from None
        except (smtplib.SMTPException, OSError) as error:
            raise _unavailable(self._mail, error) from None


@contextmanager
def outbox(mail: Mail, password: str | None) -> Iterator[Outbox]:
    """Connect to the server and sign in. Raises `OwnFault` (``mail_unavailable``, ``mail_signin``) without a quote."""
    server = _connected(mail)
    try:
        if mail.user is not None and password is not None:
            _sign_in(server, mail.user, password)
        yield Outbox(server, mail)
    finally:
        try:
            server.quit()
        except (smtplib.SMTPException, OSError):
            server.close()


def _connected(mail: Mail) -> smtplib.SMTP:
    try:
        context = ssl.create_default_context(cafile=mail.ca_file)
    except (OSError, ValueError):
        raise OwnFault("mail_unavailable", "consent_pages.mail.ca_file holds no certificates") from None
    server: smtplib.SMTP | None = None
    try:
        if mail.security == "tls":
            return smtplib.SMTP_SSL(mail.host, mail.port_used, timeout=mail.timeout_seconds, context=context)
        server = smtplib.SMTP(mail.host, mail.port_used, timeout=mail.timeout_seconds)
        if mail.security == "starttls":
            # A server that does not offer it gets nothing: neither the password nor a link.
            server.starttls(context=context)
        return server
    except (smtplib.SMTPException, OSError) as error:
        if server is not None:
            server.close()
        raise _unavailable(mail, error) from None


def _sign_in(server: smtplib.SMTP, user: str, password: str) -> None:
    try:
        server.login(user, password)
    except (smtplib.SMTPException, OSError):
        detail = "the mail server does not take consent_pages.mail.user and its password"
        raise OwnFault("mail_signin", detail) from None


def _unavailable(mail: Mail, error: Exception) -> OwnFault:
    what, remedy = _cause(mail, error)
    where = f"the mail server {mail.host} port {mail.port_used} (consent_pages.mail)"
    return OwnFault("mail_unavailable", f"{where} {what}; {remedy}")


def _cause(mail: Mail, error: Exception) -> tuple[str, str]:
    """Return what is wrong with the server, and what to do. What the server said is not repeated."""
    match error:
        case socket.gaierror():
            found = "has no address here", "correct its host, or the name server"
        case ConnectionRefusedError():
            found = "cannot be reached: nothing listens there", "correct host and port"
        case TimeoutError():
            found = "does not answer in time", "correct host and port, let this host reach it, or raise timeout_seconds"
        case ssl.SSLCertVerificationError():
            told = f"has a certificate that is not trusted: {error.verify_message}"
            found = told, "name its authority in ca_file, or the host of the certificate in host"
        case smtplib.SMTPNotSupportedError() if mail.security == "starttls":
            found = "does not offer STARTTLS", "correct its port (usually 587), or set security: tls (usually port 465)"
        case smtplib.SMTPResponseException():
            found = f"refused, with code {error.smtp_code}", "look into its log"
        case _:
            usual = "starttls on port 587, tls on port 465"
            told = f"ended the connection ({type(error).__name__})"
            found = told, f"see that security fits the port, usually {usual}"
    return found
