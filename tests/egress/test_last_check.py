"""The last check finds an original wherever and however it is written in what is about to leave."""

import base64
import json
import random
import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.egress.last_check import last_check
from proxy.errors import Refusal
from proxy.model import Outbound

NAME = "Maya Chen"


def search(text: str) -> list[str]:
    """As the core searches: whole words, whatever their case."""
    return re.findall(r"(?<!\w)(?:maya chen|maya|nat|\+4179555)(?!\w)", text, re.IGNORECASE)


def outbound(body: bytes = b"{}", url: str = "https://llm.example/v1/chat/completions", headers=()) -> Outbound:
    return Outbound("acme", "POST", url, (("content-type", "application/json"), *headers), body)


def refused(request: Outbound, configured=()) -> Refusal:
    with pytest.raises(Refusal) as caught:
        last_check(request, search, configured)
    return caught.value


def body(**fields) -> bytes:
    return json.dumps({"model": "m", **fields}).encode()


def spoken(text: str) -> bytes:
    return body(messages=[{"role": "user", "content": text}])


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(c):04x}" for c in text)


def b64(text: str, pad: str = "") -> str:
    return base64.b64encode(f"{pad}{text} speaks".encode()).decode()


PLACES = {
    "string": body(text=f"{NAME} said"),
    "key": body(**{NAME: 1}),
    "nested": body(messages=[{"content": [{"type": "text", "text": f"- {NAME}"}]}]),
    "unicode escapes": b'{"text": "' + escaped(NAME).encode() + b'"}',
    "escaped key": b'{"' + escaped(NAME).encode() + b'": 1}',
    "escaped slash beside it": b'{"text": "a\\/Maya Chen\\/b"}',
    "after an escaped line end": b'{"text": "x\\nMaya Chen"}',
    "number": b'{"phone": [+4179555]}',
    "doubled key": b'{"a": "Maya Chen", "a": "b"}',
    "nested json": body(arguments=json.dumps({"who": NAME})),
    "nested json, escaped": body(arguments='{"who": "' + escaped(NAME) + '"}'),
    "json in json in json": body(a=json.dumps({"b": json.dumps({"c": json.dumps([NAME])})})),
    "json string in a string": body(a=json.dumps(NAME + "\n")),
    "broken nested json": body(arguments='{"who": "' + escaped(NAME)),
    "percent": body(link="https://x.example/?q=" + quote(NAME)),
    "percent and plus": body(link="https://x.example/?q=%4daya+Chen"),
    "percent twice": body(link=quote(quote(f"/{NAME}/"))),
    "entities": body(text="&#77;aya&nbsp;Chen and &#x4D;aya Chen"),
    "base64": body(text=b64(NAME)),
    "base64 after a path": body(text="data/" + b64(NAME)),
    "base64url": body(text=base64.urlsafe_b64encode(f"???{NAME}>>>".encode()).decode()),
    "base64 of json": body(text=base64.b64encode(json.dumps({"n": escaped(NAME)}).encode()).decode()),
    "hex": body(text=f"{NAME} x".encode().hex()),
    "hex after a digit": body(text="0x1" + f"{NAME} x".encode().hex()),
    "base64 in lines": body(text=base64.encodebytes(f"{' ' * 52}{NAME} speaks".encode()).decode()),
    "base64 of utf-16": body(text=base64.b64encode(f"{NAME} speaks".encode("utf-16-be")).decode()),
    "base32": body(text="SEE" + base64.b32encode(f"{NAME} speaks".encode()).decode()),
    "hex apart": body(text=f"{NAME} x".encode().hex(" ")),
    "bytes in decimals": body(text=json.dumps({"type": "Buffer", "data": list(f"{NAME} speaks".encode())})),
    "bytes in lines": body(text="[\n" + ",\n".join(map(str, f"{NAME} speaks".encode())) + "\n]"),
    "bytes in a structure": body(input={"type": "Buffer", "data": list(f"{NAME} speaks".encode())}),
    "character codes": body(text=" ".join(str(ord(each)) for each in f"Łódź, {NAME} speaks")),
    "hex with prefixes": body(text=", ".join(f"0x{byte:02x}" for byte in NAME.encode())),
    "octal": body(text="".join(f"\\{byte:03o}" for byte in NAME.encode())),
    "braced escapes": body(text="".join(f"\\u{{{ord(c):x}}}" for c in NAME)),
    "quoted-printable": body(text="=4D=61ya=20Ch=65n"),
    "quoted-printable, soft line end": body(text="see Ma=\nya"),
    "full width": body(text="Ｍａｙａ said"),
    "soft hyphen": body(text="Ma\u00adya said"),
    "zero width": body(text="Ma\u200bya said"),
    "plain text": b"WEBVTT\n\n00:00.000 --> 00:01.000\n<v Maya Chen>hello",
    "text with escapes": b"x \\u004daya said",
    "byte order mark": b'\xef\xbb\xbf{"a": "\\u004daya"}',
    "json lines": b'{"a": 1}\n{"a": "\\u004daya"}\n',
}


@pytest.mark.parametrize("place", PLACES)
def test_finds_originals_in_the_body(place):
    fault = refused(outbound(PLACES[place]))

    assert (fault.reason, fault.where, fault.status) == ("residual_original", "body", 403)
    assert "maya" not in str(fault).lower()


def test_finds_names_of_domains_in_their_own_letters():
    with pytest.raises(Refusal):
        last_check(outbound(body(text="write to x@xn--fjrd-6qa.example")), lambda text: re.findall("fjörd", text), ())


@given(st.integers(0, 3), st.binary(max_size=6))
def test_finds_base64_at_any_alignment(shift, prefix):
    encoded = base64.b64encode(prefix + b" Maya Chen speaks").decode()

    assert refused(outbound(body(text="=" + "AAAA"[:shift] + encoded))).reason == "residual_original"


@pytest.mark.parametrize(
    ("request_", "part"),
    [
        (outbound(url="https://llm.example/v1/Maya"), "url"),
        (outbound(url="https://llm.example/v1/%4Daya%20Chen"), "url"),
        (outbound(headers=(("x-who", NAME),)), "headers"),
        (outbound(headers=(("maya", "1"),)), "headers"),
        (outbound(headers=(("content-disposition", "filename*=utf-8''%4Daya"),)), "headers"),
    ],
)
def test_finds_originals_outside_of_the_body(request_, part):
    fault = refused(request_)

    assert fault.where == part
    assert f"in {part}" in fault.detail


def test_says_how_many_and_where_but_never_what():
    fault = refused(outbound(body(a="Maya", b="Maya Chen"), headers=(("x", "maya"),)))

    assert "2 in body, 1 in headers" in fault.detail
    assert "maya" not in fault.detail.lower()


def test_clean_requests_pass():
    """And only those: one word more in the same place is found."""
    text = "PERSON_1: what did PERSON_2 say?\nattach it\nnatural"

    last_check(outbound(spoken(text), headers=(("accept", "application/json"),)), search, ())
    assert refused(outbound(spoken(f"{text} nat"))).reason == "residual_original"


def test_escaped_line_ends_do_not_make_words():
    """The raw body reads ``\\nat``; the text is a line end and "at"."""
    assert b"\\nat" in body(text="look\nat this")

    last_check(outbound(body(text="look\nat this")), search, ())
    last_check(outbound(body(arguments=json.dumps({"text": "look\nat this"}))), search, ())


def test_the_operators_own_values_are_exempt_as_whole_values_only():
    configured = {"maya-large", "maya", "https://maya.example/v1"}

    last_check(outbound(body(model="maya"), url="https://maya.example/v1/chat"), search, configured)
    assert refused(outbound(body(text="maya said")), configured).where == "body"
    assert refused(outbound(url="https://maya.example/v1.evil/maya"), configured).where == "url"
    assert refused(outbound(url="https://maya.example/v1/maya"), configured).where == "url"


def test_a_body_that_is_no_text_is_refused():
    assert refused(outbound(b"\xff\xfe")).reason == "outbound_not_utf8"


def test_more_layers_than_are_searched_are_refused():
    text = "calm"
    for _ in range(20):
        text = json.dumps([text, "other"])

    assert refused(outbound(text.encode())).reason == "outbound_too_nested"


def test_decoding_cannot_blow_up():
    """Readings multiply when several encodings are mixed; the sum of their sizes has a bound."""
    mixed = ("%25252541" + "&amp;amp;amp;lt;" + "\\" * 16 + "x ") * 2000

    with pytest.raises(Refusal) as caught:
        last_check(outbound(body(text=mixed)), search, ())
    assert caught.value.reason == "outbound_too_nested"


def test_rows_of_backslashes_pass():
    text = "\\" * 200 + " / \\\\server\\share"

    last_check(outbound(body(text=text)), search, ())
    assert refused(outbound(body(text=f"{text}\\maya"))).reason == "residual_original"


def test_random_base64_passes():
    """Image-like blobs decode to noise, in which short originals must not be "found"."""
    noise = random.Random(7).randbytes(200_000)

    last_check(outbound(body(text=base64.b64encode(noise).decode())), search, ())
    worded = base64.b64encode(f"{NAME} speaks".encode()).decode()
    assert refused(outbound(body(text=[base64.b64encode(noise).decode(), worded]))).reason == "residual_original"


@given(st.text(max_size=200))
def test_never_fails_in_another_way(text):
    for raw in (text, json.dumps(text), json.dumps({text: text}), "{" + text):
        try:
            last_check(outbound(raw.encode("utf-8", "surrogatepass"), url="https://x.example/" + text), search, ())
        except Refusal as refusal:
            assert refusal.reason in ("residual_original", "outbound_too_nested", "outbound_not_utf8")


@given(st.text(max_size=30), st.text(max_size=30), st.integers(0, 6))
def test_finds_originals_whatever_surrounds_and_wraps_them(before, after, layers):
    text = f"{before} Maya {after}"
    for _ in range(layers):
        text = json.dumps({"t": text})

    refused(outbound(json.dumps([text]).encode()))


def test_listed_values_are_taken_as_they_are_where_a_route_can_put_them_and_nowhere_else():
    listed = {"maya", "nat"}
    fine = outbound(url="https://llm.example/d/maya/x?v=nat", headers=[("anthropic-beta", "nat,maya")])
    last_check(fine, search, (), listed)
    for leaking in (
        outbound(url="https://llm.example/d/maya-x/y"),
        outbound(url="https://llm.example/d/maya%20chen"),
        outbound(url="https://llm.example/d/x?v=maya.1"),
        outbound(headers=[("anthropic-beta", "nat, maya")]),
        outbound(headers=[("maya", "nat")]),
        outbound(body(text="nat")),
    ):
        with pytest.raises(Refusal):
            last_check(leaking, search, (), listed)


def test_a_recording_is_left_out_once_and_all_around_it_is_searched():
    media = b"RIFF\xff\xfe\x00 Maya Chen"
    last_check(outbound(b"--x\r\n\r\n" + media + b"\r\n--x--"), search, (), media=media)

    for around in (b"Maya Chen\r\n" + media, media + b"\r\nMaya Chen", b"\xff" + media, media + media):
        with pytest.raises(Refusal):
            last_check(outbound(around), search, (), media=media)


def test_escapes_are_read_on_their_own_where_something_was_replaced_amid_them():
    glued = "\\ID_NUMBER_1" + escaped(NAME) + "\\ID_NUMBER_2"
    assert refused(outbound(body(text=glued))).where == "body"


def test_an_original_cut_over_the_strings_of_a_word_list_is_refused():
    words = [{"w": "Jane", "by": "a"}, {"w": "Doe", "by": "a"}]
    for text in (json.dumps(words), "as JSON " + json.dumps(words), json.dumps(json.dumps(words))):
        with pytest.raises(Refusal, match="1 in body"):
            last_check(outbound(body(text=text)), lambda read: ["hit"] * read.count("Jane Doe"), ())
