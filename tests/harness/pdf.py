"""The text of a PDF as Chromium prints it: what its fonts say their glyphs stand for (ISO 32000-1, 9.10.3)."""

from __future__ import annotations

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\s*(.*?)\s*endobj", re.DOTALL)
_STREAM = re.compile(rb"(<<.*?>>)\s*stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_SHOWN = re.compile(rb"/(\w+) [\d.]+ Tf|<([0-9A-Fa-f]+)>|\((?:[^()\\]|\\.)*\) Tj")


def pages(file: bytes) -> int:
    """How many pages there are."""
    return len(re.findall(rb"/Type /Page\b(?!s)", file))


def text(file: bytes) -> str:
    """All that is shown, without white space: glyphs are placed one by one, and what lies between them is not told."""
    objects = {int(number): content for number, content in _OBJECT.findall(file)}
    fonts = {
        name.decode(): _glyphs(objects, int(number))
        for content in objects.values()
        for listed in re.findall(rb"/Font\s*<<(.*?)>>", content, re.DOTALL)
        for name, number in re.findall(rb"/(\w+) (\d+) 0 R", listed)
    }
    shown: list[str] = []
    for number in re.findall(rb"/Contents (\d+) 0 R", file):
        glyphs: tuple[int, dict[int, str]] = (2, {})
        for match in _SHOWN.finditer(_stream(objects[int(number)])):
            if match[1]:
                glyphs = fonts[match[1].decode()]
            elif match[2]:
                width, known = glyphs
                codes = bytes.fromhex(match[2].decode())
                shown += (known.get(int.from_bytes(codes[at : at + width]), "?") for at in range(0, len(codes), width))
    return re.sub(r"\s+", "", "".join(shown))


def _stream(content: bytes) -> bytes:
    match = _STREAM.search(content)
    assert match, content[:80]
    return zlib.decompress(match[2]) if b"/FlateDecode" in match[1] else match[2]


def _glyphs(objects: dict[int, bytes], font: int) -> tuple[int, dict[int, str]]:
    """How many bytes a code has, and what each stands for."""
    match = re.search(rb"/ToUnicode (\d+) 0 R", objects[font])
    assert match, objects[font][:80]
    table = _stream(objects[int(match[1])]).decode()
    known: dict[int, str] = {}
    width = len(re.search(r"begincodespacerange\s*<(\w+)>", table)[1]) // 2  # type: ignore[index]
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, stands_for in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            known[int(code, 16)] = _string(stands_for)
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, stands_for in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for n in range(int(last, 16) - int(first, 16) + 1):
                known[int(first, 16) + n] = chr(ord(_string(stands_for)) + n)
    return width, known


def _string(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-16-be")
