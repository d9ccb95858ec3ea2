"""The dialect ``openai-audio``: ``POST /v1/audio/transcriptions`` with a recording as a file.

A recording can neither be split by speaker nor redacted. It leaves only if everybody who was present has granted
consent, and only on a complete roster. It is treated as one unattributed utterance, whatever the route says about
unattributed text and whoever the client acts for. File names say who met about what, so the file leaves under a name of
our own.

The body is ``multipart/form-data`` (RFC 7578). It is parsed strictly and the outbound body is written anew from the
parsed parts. A body that two parsers could read differently therefore leaves in the one reading that was inspected.
Part headers other than ``content-disposition`` and ``content-type`` refuse the request.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from proxy.dialects.base import ParsedRequest, ParsePolicy, ReplyRewriter, RestorerFactory
from proxy.dialects.openai.reply import error_answer
from proxy.dialects.wire.body import bad_edit, edited, source_of
from proxy.dialects.wire.fields import MODEL, invalid
from proxy.dialects.wire.reply import media_type, text_or_json
from proxy.errors import ClientFault, Fault, Refusal
from proxy.model import Answer, Edit, Inbound, Slot, SlotKind, Span, Utterance

MAX_PARTS = 64
_MAX_HEAD = 2048
_BOUNDARY = re.compile(
    r"""[ \t]*multipart/form-data[ \t]*;[ \t]*boundary=("?)([0-9A-Za-z'()+_,./:=?-]{1,70})\1[ \t]*""", re.I
)
_DISPOSITION = re.compile(
    r'form-data; ?name="([^"\r\n]{1,64})"(?:; ?filename="([^"\r\n]{0,255})")?(?:; ?filename\*=[^\r\n;]*)?'
)


class Part(NamedTuple):
    """One field. `filename` is None for a plain value. `media_type` is empty if none was given."""

    name: str
    content: bytes
    filename: str | None = None
    media_type: str = ""


def read_parts(content_type: str, body: bytes) -> list[Part]:
    """All parts in order. Raises `ClientFault` for anything that makes the limits of a part ambiguous."""
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


RECORDING = "recording"
"""What stands for the audio where text is counted. A recording has no text."""

_SIGNATURES: Mapping[str, tuple[str, re.Pattern[bytes]]] = {
    "wav": ("audio/wav", re.compile(rb"RIFF....WAVE", re.DOTALL)),
    "mp3": ("audio/mpeg", re.compile(rb"ID3[\x02-\x04]|\xff[\xe2-\xe3\xf2-\xf3\xfa-\xfb]")),
    "flac": ("audio/flac", re.compile(rb"fLaC\x00")),
    "ogg": ("audio/ogg", re.compile(rb"OggS\x00")),
    "m4a": ("audio/mp4", re.compile(rb"\x00...ftyp", re.DOTALL)),
    "webm": ("audio/webm", re.compile(rb"\x1a\x45\xdf\xa3")),
}
"""How files of each kind begin. Without this check, a text declared as audio would leave without inspection."""

_CONTROLS: Mapping[str, re.Pattern[str]] = {
    "model": MODEL,
    "language": re.compile(r"[a-z]{2,3}(-[A-Z]{2})?"),
    "response_format": re.compile(r"json|text|srt|verbose_json|vtt|diarized_json"),
    "temperature": re.compile(r"0(\.[0-9]{1,4})?|1(\.0{1,4})?"),
    "timestamp_granularities[]": re.compile(r"word|segment"),
    "chunking_strategy": re.compile(r"auto"),
    "stream": re.compile(r"false|False"),
}
_TEXTS = {"prompt": SlotKind.INSTRUCTIONS, "known_speaker_names[]": SlotKind.LABEL}
_REPEATED = frozenset({"timestamp_granularities[]", "known_speaker_names[]"})
_LETTERS = str.maketrans("0123456789", "ghijklmnop")
_FIELDS = frozenset({"file", *_CONTROLS, *_TEXTS})


@dataclass(frozen=True, slots=True)
class AudioSource:
    """The outbound parts, the part of each slot (None: the recording), and the boundary to write."""

    parts: tuple[Part, ...]
    of_slot: tuple[int | None, ...]
    boundary: str


class OpenAIAudio:
    """The OpenAI transcription API."""

    name = "openai-audio"
    media_type = "multipart/form-data"
    vocabulary = _FIELDS

    def parse(self, inbound: Inbound, policy: ParsePolicy) -> ParsedRequest:
        """Take a request apart. Raises `ClientFault` for any field that is not claimed."""
        parts: list[Part] = []
        slots = [_recording()]
        of_slot: list[int | None] = [None]
        seen: set[str] = set()
        for number, part in enumerate(read_parts(inbound.header("content-type") or "", inbound.body), start=1):
            if part.name not in _FIELDS:
                raise ClientFault(
                    "unknown_field",
                    f"part number {number} is not among the fields that this proxy inspects and passes on",
                    where="body",
                )
            if part.name in seen and part.name not in _REPEATED:
                raise invalid(part.name, "must be given once")
            seen.add(part.name)
            if part.name == "file":
                parts.append(_file(part))
                continue
            text = _text(part)
            if part.name in _CONTROLS:
                _check(part.name, text, policy)
            elif text:
                slots.append(Slot(len(slots), part.name, text, _TEXTS[part.name]))
                of_slot.append(len(parts))
            parts.append(Part(part.name, part.content))
        if not {"file", "model"} <= seen:
            raise invalid("file" if "file" not in seen else "model", "must be given")
        file = next(part for part in parts if part.name == "file")
        model = next(part for part in parts if part.name == "model").content.decode()
        return ParsedRequest(
            slots=tuple(slots),
            source=AudioSource(tuple(parts), tuple(of_slot), _boundary(inbound.body)),
            model=model,
            media=file.content,
        )

    def render(self, parsed: ParsedRequest, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """The outbound body. Raises `Refusal` if the recording is withheld, since no part of it can be left out."""
        source = self._source(parsed)
        parts = list(source.parts)
        for slot, made in edits.items():
            if not 0 <= slot < len(source.of_slot):
                raise bad_edit("an edit names no slot")
            number = source.of_slot[slot]
            if not made:
                continue
            if number is None:
                raise Refusal(
                    "recording_not_granted",
                    "a recording leaves only if everybody who was present granted, on a complete roster",
                )
            parts[number] = parts[number]._replace(content=edited(parsed.slots[slot].text, made))
        return write_parts(parts, source.boundary)

    def content_type(self, parsed: ParsedRequest) -> str:
        """Content type of the outbound body, with a boundary of our own."""
        return f"multipart/form-data; boundary={self._source(parsed).boundary}"

    def rewriter(self, parsed: ParsedRequest, content_type: str, restorers: RestorerFactory) -> ReplyRewriter:  # noqa: ARG002
        """A rewriter for a transcript in text or JSON."""
        return text_or_json(content_type, restorers)

    def error(self, fault: Fault, parsed: ParsedRequest | None) -> Answer:  # noqa: ARG002 - one shape for all
        """The fault in the API's own error shape."""
        return error_answer(fault)

    def stream_error(self, fault: Fault) -> bytes:  # noqa: ARG002 - replies are no streams
        """Empty: only the cut connection tells that a reply broke off."""
        return b""

    def synthetic(self, parsed: ParsedRequest, message: str, exchange: str, created: int) -> Answer:  # noqa: ARG002
        """A transcription that says `message`."""
        return Answer(200, "application/json", orjson.dumps({"text": message}))

    def _source(self, parsed: ParsedRequest) -> AudioSource:
        return source_of(parsed, AudioSource, self.name)


def _recording() -> Slot:
    whole = Span(0, len(RECORDING))
    return Slot(0, "file", RECORDING, SlotKind.SPEECH, utterance=Utterance(0, None, (whole,), whole))


def _file(part: Part) -> Part:
    for ending, (kind, signature) in _SIGNATURES.items():
        if signature.match(part.content):
            return Part("file", part.content, f"recording.{ending}", kind)
    raise ClientFault(
        "uninspectable_content",
        f"the file is no recording of a known kind; send one of: {', '.join(_SIGNATURES)}",
        status=415,
        where="file",
    )


def _text(part: Part) -> str:
    if part.filename is not None:
        raise invalid(part.name, "must be a plain value, not a file")
    if part.media_type and media_type(part.media_type) not in (("text/plain", None), ("text/plain", "utf-8")):
        raise invalid(part.name, "must be plain text in UTF-8")
    try:
        return part.content.decode("utf-8")
    except UnicodeDecodeError:
        raise ClientFault("invalid_utf8", "send text in UTF-8", where=part.name) from None


def _check(name: str, text: str, policy: ParsePolicy) -> None:
    if not _CONTROLS[name].fullmatch(text):
        raise invalid(name, "must be false: streams are not read" if name == "stream" else "must be what the API lists")
    if name == "model" and (text not in policy.models if policy.models is not None else "@" in text):
        raise ClientFault(
            "model_not_allowed", "ask for one of the models that the route's recipient lists", where="model"
        )


def _boundary(body: bytes) -> str:
    """A boundary that occurs in no part, because it is a digest of the whole body.

    It consists of letters only: digits could be taken for a number that was replaced.
    """
    return f"part-{hashlib.sha256(body).hexdigest()[:40].translate(_LETTERS)}"
