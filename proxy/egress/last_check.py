"""The last check: whatever happened before, no original that was replaced may be in the bytes that leave.

Independent of how text was found and replaced, on purpose: it reads the finished request as a recipient would.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from proxy.egress.headers import outbound_headers
from proxy.egress.views import TooDeep, views
from proxy.errors import Refusal
from proxy.model import Outbound

Search = Callable[[str], Sequence[object]]
"""Finds originals in a text; only the number of hits is used."""


def last_check(outbound: Outbound, search: Search, configured: Collection[str]) -> None:
    """Raise `Refusal` if an original is in body, URL or headers, plain or encoded.

    Values in `configured` (the operator's own words, such as model names) are not searched where a whole JSON
    string, header value or the start of the URL is one of them. The detail says how many hits are where.
    """
    try:
        texts = {
            "body": views(_decoded(outbound.body), configured),
            "url": _url_views(outbound.url, configured),
            "headers": _header_views(outbound, configured),
        }
        hits = {part: sum(len(search(text)) for text in readings) for part, readings in texts.items()}
    except TooDeep:
        raise Refusal(
            "outbound_too_nested",
            "the body holds text in more layers of encoding than are searched; send it with fewer",
            where="body",
        ) from None
    found = {part: count for part, count in hits.items() if count}
    if found:
        counts = ", ".join(f"{count} in {part}" for part, count in found.items())
        raise Refusal(
            "residual_original",
            f"originals that were to be replaced are still there ({counts}), so nothing was sent; if one is the name "
            "of a model, list it in recipients.*.models",
            where=next(iter(found)),
        )


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal("outbound_not_utf8", "the body is not UTF-8 text and cannot be searched", where="body") from None


def _url_views(url: str, configured: Collection[str]) -> Iterator[str]:
    operators = [value for value in configured if url == value or url.startswith(value.rstrip("/") + "/")]
    yield from views(url[max(map(len, operators), default=0) :])


def _header_views(outbound: Outbound, configured: Collection[str]) -> Iterator[str]:
    # A content type is the dialect's; the other headers that we always send are constants.
    constants = {value for name, value in outbound_headers("", outbound.stream) if name != "content-type"}
    for name, value in outbound.headers:
        yield from views(name)
        if value not in constants and value not in configured:
            yield from views(value)
