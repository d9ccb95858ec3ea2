"""Ways to write a text so that it is another string and can still be read."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from urllib.parse import quote


def _each(form: str) -> Callable[[str], str]:
    return lambda text: "".join(form.format(ord(sign)) for sign in text)


def _bytes(form: str, joined: str = "") -> Callable[[str], str]:
    return lambda text: joined.join(form.format(byte) for byte in text.encode())


def _base64(text: str, pad: int = 0, encoding: str = "utf-8") -> str:
    return base64.b64encode((" " * pad + text).encode(encoding)).decode()


WRITINGS: dict[str, Callable[[str], str]] = {
    "plain": lambda text: text,
    "upper case": str.upper,
    "swapped case": str.swapcase,
    "full stops and dashes": lambda text: text.replace(" ", " - "),
    "emphasized": lambda text: text.replace(" ", " **", 1).replace(" ", "** _", 1),
    "underscores": lambda text: text.replace(" ", "_"),
    "pluses": lambda text: text.replace(" ", "+"),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "zero-width spaces": "\u200b".join,
    "soft hyphens": "\u00ad".join,
    "word joiners": "\u2060".join,
    "look-alikes": lambda text: text.translate(str.maketrans("aeopcxi", "аеорсхі")),
    "decomposed": lambda text: text.replace("ø", "o\u0338"),
    "tags": lambda text: text.replace(" ", "</b> <b>"),
    "percent": quote,
    "percent throughout": _bytes("%{:02x}"),
    "percent twice": lambda text: quote(quote(text)),
    "entities": _each("&#{};"),
    "hexadecimal entities": _each("&#x{:x};"),
    "json": lambda text: json.dumps({"said": text}),
    "json in json": lambda text: json.dumps(json.dumps({text: [text]})),
    "json escapes": _each("\\u{:04x}"),
    "braced escapes": _each("\\u{{{:x}}}"),
    "long escapes": _each("\\U{:08x}"),
    "octal": lambda text: "".join(f"\\{byte:03o}" for byte in text.encode("latin-1", "replace")),
    "hexadecimal": _bytes("{:02x}"),
    "hexadecimal apart": _bytes("{:02X}", " "),
    "bytes": _bytes("\\x{:02x}"),
    "quoted-printable": _bytes("={:02X}"),
    "quoted-printable in lines": lambda text: "=\n".join(map(_bytes("={:02X}"), (text[:9], text[9:]))),
    "base32": lambda text: base64.b32encode(text.encode()).decode(),
    "base64": _base64,
    "base64, moved by one": lambda text: _base64(text, 1),
    "base64, moved by two": lambda text: _base64(text, 2),
    "base64 behind a letter": lambda text: "x" + _base64(text),
    "base64 of utf-16": lambda text: _base64(text, 0, "utf-16-le"),
    "base64 of json": lambda text: _base64(json.dumps([text])),
    "base64url": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64 in lines": lambda text: base64.encodebytes((" " * 50 + text).encode()).decode(),
    "data url": lambda text: f"data:text/plain;base64,{_base64(text)}",
    "plain data url": lambda text: f"data:text/plain,{quote(text)}",
    "utf-7": lambda text: "+" + _base64(text, 0, "utf-16-be").rstrip("=") + "-",
}
