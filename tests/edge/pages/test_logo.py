"""The logo: pictures are known by their content, and one that runs or loads anything is refused with a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxy.edge.pages.logo import MAX_BYTES, NoLogo, logo_of, read

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9"{}>{}</svg>'
SHAPES = '<defs><linearGradient id="g"/></defs><style>.a{fill:red}</style><path class="a" fill="url(#g)" d="M0 0h9v9"/>'


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"x", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\x00\x00\x00\nWEBPVP8 ", "image/webp"),
        (HEAD.format("", SHAPES).encode(), "image/svg+xml"),
        (b'<?xml version="1.0"?>\n' + HEAD.format("", "<!-- a --><title>Ours</title>").encode(), "image/svg+xml"),
    ],
)
def test_pictures_are_known_by_their_content(content: bytes, media_type: str) -> None:
    assert logo_of(content).media_type == media_type


@pytest.mark.parametrize(
    ("attributes", "inside"),
    [
        ("", "<script>alert(1)</script>"),
        ("", "<SCRIPT/>"),
        ("", '<a xlink:href="https://x.example"><path/></a>'),
        ("", '<image href="https://x.example/p.png"/>'),
        ("", "<foreignObject><p>a</p></foreignObject>"),
        ("", '<use href="#a"/>'),
        ("", "<style>@import 'x.css';</style>"),
        ("", "<style>path{fill:url(https://x.example/a)}</style>"),
        ("", '<path style="fill:url(//x.example)"/>'),
        ("", '<animate attributeName="href" values="javascript:alert(1)"/>'),
        ("", '<path onclick="alert(1)"/>'),
        (' onload="alert(1)"', ""),
    ],
)
def test_an_svg_that_runs_or_loads_anything_is_refused(attributes: str, inside: str) -> None:
    with pytest.raises(NoLogo, match="runs or is loaded"):
        logo_of(HEAD.format(attributes, inside).encode())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<html/>",
        b"<svg",
        b"\xff\xfe",
        b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + HEAD.format("", "&a;").encode(),
        b'<?xml-stylesheet href="https://x.example/a.css"?>' + HEAD.format("", "").encode(),
        b"\x89PNG\r\n\x1a\n" + b"x" * MAX_BYTES,
    ],
)
def test_anything_else_is_refused_with_a_remedy(content: bytes) -> None:
    with pytest.raises(NoLogo) as refused:
        logo_of(content)
    assert refused.value.remedy


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoLogo, match="cannot be read"):
        read(tmp_path / "none.png")
    (tmp_path / "logo").write_bytes(b"\xff\xd8\xff")
    assert read(tmp_path / "logo").media_type == "image/jpeg"
