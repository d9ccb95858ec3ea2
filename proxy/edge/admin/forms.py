"""Forms that pages of the admin listener send: URL-encoded, within bounds, each field once."""

from __future__ import annotations

from urllib.parse import parse_qsl

from aiohttp import web

from proxy.edge.admin.http import MAX_BYTES, body_of
from proxy.errors import ClientFault
from proxy.settings import Limits

CSRF_FIELD = "csrf_token"
"""The hidden field with the token of the session."""
MOST_FIELDS = 50
_FORM_TYPE = "application/x-www-form-urlencoded"
MOST = 3 * MAX_BYTES
"""Bytes of a form by somebody who may send it. A form is encoded: each byte of a text may take three."""
MOST_OF_STRANGERS = 16 << 10
"""Bytes of a form that anybody may send: room for a token."""
_LIMITS = Limits(body_bytes=MOST)

FORM = web.RequestKey("form", dict[str, str])
"""The fields of the form of a request, as the gate has read it."""


async def read(request: web.Request, most: int) -> dict[str, str]:
    """Read the fields of a form of up to `most` bytes.

    Raises `ClientFault` for another body, and for a field that is there twice.
    """
    if request.content_type != _FORM_TYPE:
        raise ClientFault("unsupported_content_type", f"send {_FORM_TYPE}", status=415, where="content-type")
    body = await body_of(request, _LIMITS, most)
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, strict_parsing=bool(body), encoding="utf-8", errors="strict",
            max_num_fields=MOST_FIELDS,
        )  # fmt: skip
    except ValueError:
        raise ClientFault("invalid_body", "this is no form", where="body") from None
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ClientFault("invalid_body", "a field is there twice", where="body")
    return fields
