"""Reads ``multipart/form-data`` (RFC 7578), strictly: what leaves is written anew from what was read.

So a message that two readers could take apart differently leaves in one reading, the one that was judged. Part
headers other than ``content-disposition`` and ``content-type`` refuse the request.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from proxy.errors import ClientFault

MAX_PARTS = 64
_MAX_HEAD = 2048
_BOUNDARY = re.compile(
    r"""[ \t]*multipart/form-data[ \t]*;[ \t]*boundary=("?)([0-9A-Za-z'()+_,./:=?-]{1,70})\1[ \t]*""", re.I
)
_DISPOSITION = re.compile(
    r'form-data; ?name="([^"\r\n]{1,64})"(?:; ?filename="([^"\r\n]{0,255})")?(?:; ?filename\*=[^\r\n;]*)?'
)


class Part(NamedTuple):
    """One field. `filename` is None for a plain value; `media_type` is empty where none was given."""

    name: str
    content: bytes
    filename: str | None = None
    media_type: str = ""


def read_parts(content_type: str, body: bytes) -> list[Part]:
    """All parts in order; `ClientFault` for anything that leaves a doubt about where a part begins or ends."""
    found = _BOUNDARY.fullmatch(content_type)
    if found is None:
        raise ClientFault(
            "unsupported_content_type",
            "send the body as multipart/form-data with a boundary, and no other parameter",
            status=415,
            where="header content-type",
        )
    first, *rest = (b"\r\n" + body).split(b"\r\n--" + found[2].encode())
    if first or not rest or rest[-1].strip(b" \t\r\n") != b"--":
        raise _malformed("it must begin with its boundary and end with the closing one")
    if len(rest) - 1 > MAX_PARTS:
        raise _malformed(f"it may hold at most {MAX_PARTS} parts")
    return [_part(raw) for raw in rest[:-1]]


def write_parts(parts: Sequence[Part], boundary: str) -> bytes:
    """The body that holds these parts. Names and file names must be the dialect's own words."""
    pieces = []
    for part in parts:
        file = "" if part.filename is None else f'; filename="{part.filename}"\r\nContent-Type: {part.media_type}'
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{part.name}"{file}\r\n\r\n'
        pieces += [head.encode(), part.content, b"\r\n"]
    return b"".join([*pieces, f"--{boundary}--\r\n".encode()])


def _part(raw: bytes) -> Part:
    head, separator, content = raw.partition(b"\r\n\r\n")
    if not separator or not head.startswith(b"\r\n") or len(head) > _MAX_HEAD:
        raise _malformed("a part has no head, or one that is too long")
    try:
        lines = head[2:].decode("utf-8").split("\r\n")
    except UnicodeDecodeError:
        raise _malformed("the head of a part is not UTF-8") from None
    fields: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or name.lower() not in ("content-disposition", "content-type") or name.lower() in fields:
            raise _malformed("parts may have the headers content-disposition and content-type, once each")
        fields[name.lower()] = value.strip()
    disposition = _DISPOSITION.fullmatch(fields.get("content-disposition", ""))
    if disposition is None:
        raise _malformed('each part needs content-disposition: form-data; name="…"')
    return Part(disposition[1], content, disposition[2], fields.get("content-type", ""))


def _malformed(detail: str) -> ClientFault:
    return ClientFault("body_malformed", f"the multipart body is broken: {detail}", where="body")
