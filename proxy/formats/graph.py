r"""Read Microsoft Graph's ``metadataContent``: WebVTT cues whose payload is a JSON object about one utterance.

Source: Graph API reference, callTranscript. Spans lie within the JSON strings, and escapes stay structure, so ``\n`` is
no letter of a word. Every field must be listed; any other raises `ClientFault`.
"""

from __future__ import annotations

import json
import re
from datetime import datetime

from proxy.errors import ClientFault
from proxy.formats.base import Draft
from proxy.formats.times import instant
from proxy.formats.vendors import GRAPH
from proxy.model import Span

_SAID, _SPEAKER, _START, _END, _TAG = (*GRAPH.said, *GRAPH.speaker, *GRAPH.start, *GRAPH.end, *GRAPH.tags)
FIELDS = frozenset({_SAID, _SPEAKER, _START, _END, _TAG})
WHERE = "cue payload"

_PAIR = re.compile(r'\s*"([^"\\]{0,64})"\s*:\s*(?:"([^"\\\x00-\x1f]*(?:\\.[^"\\\x00-\x1f]*)*)"|null)\s*(,|\})')
_ESCAPE = re.compile(r'\\(?:["\\/bfnrt]|u([0-9a-fA-F]{4}))')
_LANGUAGE = re.compile(r"(?:[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?)?")


def metadata(text: str, payload: Span) -> Draft | None:
    """The utterance of a metadata payload; None if the payload is no such JSON at all."""
    if not text.startswith("{", payload.start) or not _speaks(text[payload.start : payload.end]):
        return None
    values = _values(text, payload)
    draft = Draft(payload.start, payload.end)
    draft.at = _instant(text, values.get(_START))
    draft.until = _instant(text, values.get(_END))
    name = values.get(_SPEAKER)
    if name is not None and name.start < name.end:
        draft.label = name
        draft.speaker = _decode(_raw(text, name)).strip() or None
    if _SAID in values:
        draft.words = _pieces(text, values[_SAID])
    if _TAG in values and _LANGUAGE.fullmatch(_raw(text, values[_TAG])) is None:
        raise ClientFault("transcript_field", f"{_TAG} must be a language tag such as en-us", where=WHERE)
    return draft


def _speaks(payload: str) -> bool:
    return f'"{_SAID}"' in payload or f'"{_SPEAKER}"' in payload


def _values(text: str, payload: Span) -> dict[str, Span]:
    """The span of each string value, by field; null values are left out."""
    values: dict[str, Span] = {}
    seen: set[str] = set()
    at, closed = payload.start + 1, False
    while not closed:
        pair = _PAIR.match(text, at, payload.end)
        if pair is None:
            raise ClientFault(
                "transcript_invalid", "a JSON payload must be one flat object of strings in one cue", where=WHERE
            )
        field = pair.group(1)
        if field not in FIELDS:
            raise ClientFault("unknown_field", f"the payload's fields are {', '.join(sorted(FIELDS))}", where=WHERE)
        if field in seen:
            raise ClientFault("duplicate_field", f"{field} occurs twice in one payload", where=WHERE)
        seen.add(field)
        if pair.group(2) is not None:
            values[field] = Span(*pair.span(2))
        at, closed = pair.end(), pair.group(3) == "}"
    if at != payload.end:
        raise ClientFault("transcript_invalid", "text after a JSON payload in the same cue", where=WHERE)
    return values


def _pieces(text: str, value: Span) -> list[Span]:
    """The words between escapes. An escaped letter could hide a name from detection, so it is refused."""
    pieces: list[Span] = []
    at = value.start
    while (backslash := text.find("\\", at, value.end)) >= 0:
        escape = _ESCAPE.match(text, backslash, value.end)
        if escape is None:
            raise ClientFault("transcript_invalid", "an escape in a JSON payload is not one of JSON's", where=WHERE)
        if escape.group(1) is not None and not _is_sign(chr(int(escape.group(1), 16))):
            raise ClientFault("transcript_escape", "letters must be UTF-8, not \\u escapes", where=WHERE)
        pieces.append(Span(at, backslash))
        at = escape.end()
    pieces.append(Span(at, value.end))
    return [piece for piece in pieces if text[piece.start : piece.end].strip()]


def _instant(text: str, value: Span | None) -> datetime | None:
    if value is None:
        return None
    found = instant(_raw(text, value))
    if found is None:
        raise ClientFault("transcript_time", "a time must be an RFC 3339 instant with an offset from UTC", where=WHERE)
    return found


def _is_sign(ch: str) -> bool:
    return not ch.isalnum() and not "\ud800" <= ch <= "\udfff"


def _raw(text: str, span: Span) -> str:
    return text[span.start : span.end]


def _decode(raw: str) -> str:
    try:
        return str(json.loads(f'"{raw}"'))
    except ValueError:
        raise ClientFault("transcript_invalid", f"{_SPEAKER} is not a JSON string", where=WHERE) from None
