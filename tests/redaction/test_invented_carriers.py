"""Invented carriers take no original along, and invented minutes are restored whole, however the stream is cut.

A carrier is a host, in a notation, in an encoding, behind something that disguises it. Each seed invents its own.
"""

from __future__ import annotations

import json
import random
from itertools import pairwise

import pytest

from proxy.redaction.pseudonyms import PseudonymMap
from proxy.redaction.restore import Restorer

MAP = PseudonymMap(
    {
        "PERSON_1": "Jane Doe",
        "PERSON_1_EMAIL": "jane@acme.example",
        "PERSON_2": "Bob Roe",
        "URL_1": "https://board.example/plan/77",
    },
    addresses=frozenset({"//wiki.example/PERSON_1", "//wiki.example/PERSON_2"}),
)
CARRIED = ("Jane Doe", "jane@acme")
SEEDS = range(60)
EACH = 24
"""How many carriers a seed invents, and how many minutes."""

HOSTS = [
    *("evil.example", "EVIL.Example", "a-b.evil.co.example", "evil.example.", "evil.example:8080", "evil.xn--p1ai"),
    *("127.0.0.1", "127.1", "0x7f.1", "10.1:80", "[::1]", "[2001:db8::1]:80", "localhost", "localhost:3000"),
    *(
        "हिन्दी.भारत",
        "ที่นี่.ไทย",
        "சிங்கப்பூர்.சிங்கப்பூர்",
        "مثال.إختبار",
        "дело.рф",
        "例子.测试",
        "evil。example",
        "네이버.한국",
    ),
    *("cafe\u0301.example", "i❤.evil.example", "💥.example", "x\u00ad.evil.example", "e\u200dv\u2060il.example"),
    *(
        "ｅｖｉｌ．ｅｘａｍｐｌｅ",
        f"{'.'.join(['a' * 60] * 3)}.evil.example",
        "user@evil.example",
        "㎯.example",
    ),
]
PATHS = ["/@", "/?d=@", "?d=@", "/a/b#@", "/@/x", "/x?a=1&b=@", "/%20@", "/(a)@", "/,;@", "/?q='@'", "/?d=<@>", "/.@."]
FORMS = ["PERSON_1", "person_1", "PERSON\\_1", "[PERSON_1]", "PERSON_1_EMAIL", "{{PERSON_1}}", "PERSON-1"]

LINES = {
    "[x]: <A>": True,
    "[x]: A": True,
    "[x]:\n  A 'title'": True,
    "> [x]: A": True,
    "1. [a\\]b]: <A>": True,
    "curl -s A": False,
    ".. image:: A": False,
    ".. _x: A": False,
    "image::A[x]": False,
    "GET A HTTP/1.1": False,
}
"""Notations of a whole line, and whether a client decodes character references in them."""
INLINE = {
    "![x](A)": True,
    "[x](<A>)": True,
    "[x](\nA 'title')": True,
    "<A>": False,
    '<a href="A">x</a>': True,
    "<img alt='>' src='A'>": True,
    "<img\nsrc = A>": True,
    '<p style="background:url(A)">x</p>': True,
    "<style>p{background:url('A')}</style>": False,
    '<form action="x"><input value="A"></form>': True,
    "<script>f('A')</script>": False,
    "[url=A]x[/url]": False,
    "[img]A[/img]": False,
    "\\href{A}{x}": False,
    "link:++A++[x]": False,
    "`x <A>`_": False,
    "[[A][x]]": False,
    "{{x|url=A}}": False,
    '{"image": "A"}': False,
    "<svg><style type='>'>p{background:u\\72l('A')}</style></svg>": False,
    "<form><style></form>p{background:u\\72l('A')}</style>": False,
    "<style><!--</style>--><p style='background:url(A)'>x</p>": True,
    "<![cdata[<img src='A'>]]>": True,
    "<a b=x c = 'A' d>x</a>": True,
    "<button formaction='A'>x</button>": True,
    "![a][b] <x:y z='A'/>": True,
    'fetch("A")': False,
    "a “A”": False,
    "A": False,
    "(A)": False,
    "see A.": False,
}
BARE = frozenset(("A", "(A)", "see A.", "a “A”", "`x <A>`_", "curl -s A", 'fetch("A")', "<A>", "GET A HTTP/1.1"))
"""Notations in which an address needs a scheme or a host that is known to be one."""
ENCLOSING = ("<A>", '"A', "'A", "=A]", "[img]A", "{A}", "++A", "[[A]", "=A}}")
"""Of these, the part that shows that an address in it goes on over a space."""
DISGUISES = [
    *("", "", "Notes of PERSON_2. ", "PERSON_2 says: ", "**PERSON_2** ", "a < b and b > c, ", '3 <b and x="1, '),
    *('<!-- <a b="> -->', "<!-- x --!>", '`<a b=">` ', "Use `<a b='>`, ", '\\<a b="> ', "<title><a b='></title>"),
    *(
        '```html\n<a b=">\n```\n\n',
        "~~~\n```\n~~~\n\n",
        "```\n<style>\n```\n\n",
        "Now ` ",
        "\\` ",
        "`` ` `` ",
        "a ~~~ ",
    ),
    *('$a<b="c$ ', '<xmp><a b="></xmp>', "| a | ` |\n|---|---|\n\n", "> quote\n\n", "- item\n- ", "<b>x</b> ", "<br>"),
    *("URL_1 ", "[plan](URL_1) ", "see https://wiki.example/PERSON_2 ", "<select><style></select>", "\u200b", "\u00a0"),
    *("今天", "x" * 400 + " ", "\\\\ ", '&lt;a b="&gt; ', "{ [ ( ", "\" ' ", "<a b=c<d e='>", '<?x <a b="?>', "\x01"),
]


def encoded(address: str, references: bool, chance: random.Random) -> str:
    """An address as its client may read it: with a scheme or none, and with character references where they count."""
    signs = {"/": ["&#47;", "&#x2F;", "&sol;", "\\/"], ".": ["&#46;", "&#x2e;", "&period;", "\\."], ":": ["&colon;"]}
    if not references or chance.random() < 0.5:
        return address
    begins, at, rest = address.partition("@")
    return "".join(chance.choice(signs.get(char, [char])) for char in begins) + at + rest


def carrier(chance: random.Random) -> str:
    """A text that takes PERSON_1 along."""
    notations = LINES if chance.random() < 0.35 else INLINE
    notation = chance.choice(list(notations))
    scheme = chance.choice(["https://", "http://", "//", "\\\\", "HTTPS:\\\\", "ftp://", "https:", ""])
    host = chance.choice(HOSTS)
    path = chance.choice(PATHS)
    if host[-1].isalpha() and "@" not in host and chance.random() < 0.2:
        host, path = f"@.{host}", "/x"
    if path.startswith("?") and (not scheme or notation in BARE):
        path = "/" + path
    encloses = any(each in notation for each in ENCLOSING) and "'" not in path and (scheme or notation != "<A>")
    if encloses and chance.random() < 0.3:
        path = path.replace("@", " @")
    address = encoded(scheme + host + path, notations[notation], chance)
    form = chance.choice(FORMS)
    before = chance.choice(DISGUISES) + (chance.choice(DISGUISES) if chance.random() < 0.3 else "")
    if notations is LINES:
        before = before.rstrip() + "\n\n" if before else ""
    return before + notation.replace("A", address.replace("user@", "\0").replace("@", form).replace("\0", "user@"))


MINUTES = [
    *(
        "# Minutes of {}",
        "- {} sends the plan to {} by Friday",
        "* [ ] {}: book a room",
        "* [x] **{}** calls _{}_",
        "1. {}",
    ),
    *("> {} said: “we ship.”", "| Owner | Task |\n|---|---|\n| {} | tests |\n| {} | docs, 10:30 |", "---\n{}\n---"),
    *(
        "```python\nif a < b:\n    print('hi')\n```\n{} agrees.",
        "Use `a < b` or `x > y`, {} says.",
        "`<br>` or `<b>`? {} asks.",
    ),
    *("if a < b, or 3 > 2 && x <= 5, ask {}", "{}: 5 < 6, and 7 > 6", "List<String> of {}", "{} -> {} => done; a <- b"),
    *("See [the plan](URL_1), {} wrote it.", "{} and {}: URL_1", "From: {} <jane@other.example>", "To: {}; Cc: {}"),
    *(
        "See https://wiki.example/{} now.",
        "[wiki](https://wiki.example/{}) by {}",
        "at https://other.example/x is {}'s",
    ),
    *(
        "[10:30] {}: good morning",
        "[10:30]: {} joins",
        "[Owner]: {}",
        "[1] {} said so [2].",
        "({}) “{}”",
        "{}, {} & {}.",
    ),
    *(
        "{}’s café, {}'s R&D; Q&A with {}",
        "Ask {}? Yes. {}!",
        "e.g. {}, i.e. v1.2 of {}",
        "{} / {}",
        "and/or {}; 24/7 {}",
    ),
    *("<b>{}</b> and <em>{}</em><br>", "<table><tr><td>{}</td></tr></table>", '<p class="x">{}</p>', "&amp; {} &lt; 3"),
    *("今天{}说：“好。”", "हिन्दी में {} ने कहा।", "{}さんは来ます。", "• {} — done ✅", "{}\u00a0: oui", "Κυρία {}."),
    *(
        "C:\\temp and {}",
        "\\* {} \\*",
        "Budget: $5 for {}, $6 for {}",
        "~~{}~~ {}",
        "{}: `git push`",
        "```\nx\n```\n\n{}",
    ),
    *("### {}\n\nHe said that\n{} left.", "Note: {}.", "TODO({}): x", "@{}", "#1 {}", "Re: {}: plan", "{}:\n- a\n- b"),
]


def cut(text: str, chance: random.Random, **form: bool) -> str:
    """The text as it is restored from pieces, which is the same as it is restored whole."""
    whole = "".join((restorer := Restorer(MAP, **form)).feed(text)) + restorer.flush()
    places = [0, *sorted(chance.randrange(len(text) + 1) for _ in range(chance.randrange(1, 12))), len(text)]
    for pieces in ([text[start:end] for start, end in pairwise(places)], list(text)):
        restorer = Restorer(MAP, **form)
        assert "".join(map(restorer.feed, pieces)) + restorer.flush() == whole, text
    return whole


@pytest.mark.parametrize("seed", SEEDS)
def test_an_invented_carrier_takes_no_original_along(seed: int) -> None:
    chance, taken = random.Random(seed), []
    for _ in range(EACH):
        text = carrier(chance)
        written = json.dumps({"a": text}, ensure_ascii=chance.random() < 0.5)
        written = written.replace("/", chance.choice(["/", "/", "\\/", "\\u002f"]))
        called = chance.random() < 0.5
        read = [cut(text, chance, called=called), cut(written, chance, json_string=True, called=called)]
        taken += [(text, given) for given in read if any(name in given for name in CARRIED)]
    assert taken == []


@pytest.mark.parametrize("seed", SEEDS)
def test_invented_minutes_are_restored_whole(seed: int) -> None:
    chance, kept = random.Random(seed), []
    for _ in range(EACH):
        told = "\n".join(chance.choice(MINUTES) for _ in range(chance.randrange(1, 8)))
        told = chance.choice(["", "\n"]) + told.replace("\n", chance.choice(["\n", "\n\n"]))
        text, shown = (
            told.replace("{}", name).replace("URL_1", url)
            for name, url in (("PERSON_1", "URL_1"), ("Jane Doe", MAP.originals["URL_1"]))
        )
        form = {"json_string": True} if (in_json := chance.random() < 0.5) else {}
        restored = cut(json.dumps({"minutes": text, "who": ["PERSON_1"]}) if in_json else text, chance, **form)
        if restored != (json.dumps({"minutes": shown, "who": ["Jane Doe"]}) if in_json else shown):
            kept.append((text, restored))
    assert kept == []
