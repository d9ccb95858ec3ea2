"""The last check: whatever happened before, no original that was replaced may be in the bytes that leave.

It is deliberately independent of how text was found and replaced: it reads the finished request as a recipient would.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from proxy.egress.decodings import Reading, TooDeep, readings
from proxy.egress.head import ACCEPTED, outbound_headers
from proxy.errors import Refusal
from proxy.model import Outbound

_SEPARATOR = re.compile(r"([/?&=])")

Search = Callable[[str], Sequence[object]]
"""Finds originals in a text. Only the number of hits is used."""


def last_check(
    outbound: Outbound,
    search: Search,
    configured: Collection[str],
    listed: Collection[str] = frozenset(),
    media: bytes = b"",
) -> None:
    """Raise `Refusal` if an original is in the body, URL or headers, plain or encoded.

    `configured` holds the operator's own words, such as model names. They are not searched where they are a whole JSON
    string, a whole header value or the start of the URL. `listed` values are not searched where they are a part of the
    URL's path or query, or an item of a header. `media` holds bytes of the body that are not text; one occurrence of
    them is left out of the search. The refusal's detail gives the number of hits in each part.
    """
    try:
        texts = {
            "body": readings(_decoded(outbound.body.replace(media, b"", 1) if media else outbound.body), configured),
            "url": _url_views(outbound.url, configured, listed),
            "headers": _header_views(outbound, {*configured, *listed}),
        }
        hits = {part: _hits(read, search) for part, read in texts.items()}
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


def _hits(read: Iterable[Reading], search: Search) -> int:
    """How many originals are in the texts. Rows, which hold the same words, count only if no other text has a hit."""
    texts = list(read)
    alone = sum(len(search(text)) for text, row in texts if not row)
    return alone or sum(len(search(text)) for text, row in texts if row)


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal("outbound_not_utf8", "the body is not UTF-8 text and cannot be searched", where="body") from None


def _url_views(url: str, configured: Collection[str], listed: Collection[str]) -> Iterator[Reading]:
    opening = url[:1]  # of hundreds of configured words, hardly any begins as the URL does
    alike = [value for value in configured if value[:1] == opening]
    operators = [value for value in alike if url == value or url.startswith(value.rstrip("/") + "/")]
    parts = _SEPARATOR.split(url[max(map(len, operators), default=0) :])
    yield from readings("".join(part for part in parts if part not in listed))


def _header_views(outbound: Outbound, configured: Collection[str]) -> Iterator[Reading]:
    # A content type is the dialect's. The other headers that we always send are constants.
    constants = {value for accept in ACCEPTED for _, value in outbound_headers(None, accept)}
    for name, value in outbound.headers:
        yield from readings(name)
        if value not in constants and value not in configured:
            yield from readings(",".join(item for item in value.split(",") if item not in configured))
