"""Media types: their names, how a content type is read, and what a dialect asks of a request's before it reads it."""

from __future__ import annotations

from proxy.errors import ClientFault
from proxy.model import Inbound

JSON_TYPE = "application/json"
EVENT_STREAM = "text/event-stream"
JSON_LINES = "application/x-ndjson"


def media_type(content_type: str) -> tuple[str, str | None]:
    """Media type and charset of a content type, both in lower case; the charset None where it is not given."""
    kind, *parameters = content_type.split(";")
    charset = None
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
    return kind.strip().lower(), charset


def accepted_type(inbound: Inbound, accepted: tuple[str, ...]) -> str:
    """The request's media type; `ClientFault` (415) if it is not among those accepted, or not in UTF-8."""
    kind, charset = media_type(inbound.header("content-type") or "")
    if kind not in accepted:
        raise ClientFault(
            "unsupported_content_type",
            f"send the body as {' or '.join(accepted)}",
            status=415,
            where="header content-type",
        )
    if charset not in (None, "utf-8", "utf8"):
        raise ClientFault("unsupported_charset", "send the body in UTF-8", status=415, where="header content-type")
    return kind
