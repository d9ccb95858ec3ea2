"""The organization's logo: a small picture in a local file, which the pages' own listener serves.

A picture is known by its content, not by its name. An SVG may hold shapes and styles, and nothing that runs or loads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

MAX_BYTES = 256 << 10
_BEGINNINGS = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
)
_SVG = "image/svg+xml"
_RUNS = frozenset({"script", "foreignobject", "iframe", "object", "embed", "handler", "set", "animate", "use", "image"})
_LOADS = re.compile(r"url\(|@import|javascript:|data:|https?:|//", re.IGNORECASE)
_DECLARES = re.compile(r"<!DOCTYPE|<!ENTITY|<\?(?!xml\s)", re.IGNORECASE)
"""Entities, which can grow without end or name files, and instructions, which can name style sheets."""
_WITHIN = re.compile(r"url\(\s*['\"]?#[\w.-]+['\"]?\s*\)")


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture and its media type."""

    content: bytes
    media_type: str


class NoLogo(Exception):
    """A file that is no logo: what is wrong with it, and the remedy."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


def read(path: Path) -> Logo:
    """Return the logo in a file. Raises `NoLogo`."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise NoLogo(f"the file cannot be read: {error.strerror}", "name a file that this user can read") from None
    return logo_of(content)


def logo_of(content: bytes) -> Logo:
    """Return these bytes as a logo. Raises `NoLogo`."""
    if len(content) > MAX_BYTES:
        raise NoLogo(f"the file is larger than {MAX_BYTES >> 10} KiB", "make the picture smaller")
    for beginning, media_type in _BEGINNINGS:
        if beginning.match(content):
            return Logo(content, media_type)
    _check_svg(content)
    return Logo(content, _SVG)


def _check_svg(content: bytes) -> None:
    remedy = "save it as plain SVG with shapes only, or as PNG"
    try:
        text = content.decode("utf-8")
        if _DECLARES.search(text):
            raise NoLogo("the SVG declares a document type or names a style sheet", remedy)
        root = ElementTree.fromstring(text)  # noqa: S314 - nothing is declared that could expand
    except (UnicodeDecodeError, ValueError, ElementTree.ParseError):
        raise NoLogo("the file is no PNG, JPEG, WebP or SVG picture", "give a picture of one of these") from None
    if _name(root.tag) != "svg":
        raise NoLogo("the file is no PNG, JPEG, WebP or SVG picture", "give a picture of one of these")
    for element in root.iter():
        if not isinstance(element.tag, str) or _name(element.tag) in _RUNS:
            raise NoLogo("the SVG holds what runs or is loaded", remedy)
        for name, value in element.attrib.items():
            if _name(name).startswith("on") or _name(name) in ("href", "src") or _loads(value):
                raise NoLogo("the SVG holds what runs or is loaded", remedy)
        if _name(element.tag) == "style" and _loads(element.text or ""):
            raise NoLogo("the SVG holds what runs or is loaded", remedy)


def _name(qualified: str) -> str:
    return qualified.rpartition("}")[2].lower()


def _loads(value: str) -> bool:
    return _LOADS.search(_WITHIN.sub("", value)) is not None
