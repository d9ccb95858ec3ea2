"""Fakes and strategies that the tests of the dialects share."""

import json
import random
import re
from itertools import pairwise

from hypothesis import strategies as st

from proxy.dialects.base import TextForm, shown
from proxy.model import Edit, Inbound

ORIGINALS = {"PERSON_1": 'Zoë "Zo" Quine\\', "PERSON_12": "Bo\nLi", "PERSON_3": "Ada"}
_TOKEN = re.compile(r"PERSON_[0-9]+")
_BEGUN = re.compile(r"(?:P|PE|PER|PERS|PERSO|PERSON|PERSON_[0-9]*)\Z")


class FakeRestorer:
    """Restores `ORIGINALS` exactly, and holds back what may become or go on with a pseudonym."""

    def __init__(self, form=TextForm.PLAIN):
        self.json_text = form.is_json
        self.held = ""

    def feed(self, piece):
        text = self.held + piece
        begun = _BEGUN.search(text)
        self.held = begun[0] if begun else ""
        return self._restore(text[: len(text) - len(self.held)])

    def flush(self):
        text, self.held = self.held, ""
        return self._restore(text)

    @property
    def holds(self):
        return bool(self.held)

    def _restore(self, text):
        return _TOKEN.sub(lambda match: self._original(match[0]), text)

    def _original(self, token):
        original = ORIGINALS.get(token, token)
        return json.dumps(original, ensure_ascii=False)[1:-1] if self.json_text else original


def restored(text, json_text=False):
    """What a restorer makes of a whole text."""
    restorer = FakeRestorer(shown(json_text))
    return restorer.feed(text) + restorer.flush()


_NAMES = ("Ada", "f", "g", "n", "invite", "note", "send_mail")


def offered(api, names=_NAMES):
    """The field of a request to this API that offers tools of these names."""
    shaped = {
        "openai-responses": lambda name: {"type": "function", "name": name},
        "anthropic-messages": lambda name: {"name": name, "input_schema": {"type": "object"}},
    }.get(api, lambda name: {"type": "function", "function": {"name": name}})
    return {"tools": [shaped(name) for name in names]}


def inbound(body, content_type="application/json"):
    """A request with this body; JSON is written from anything that is no bytes."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = (("content-type", content_type),) if content_type is not None else ()
    return Inbound("POST", "/v1/chat/completions", "", headers, raw)


def run(rewriter, pieces):
    """All that a rewriter gives for a reply that arrives in these pieces."""
    return b"".join([*[rewriter.feed(piece) for piece in pieces], rewriter.close()])


def pieces_of(raw, cuts):
    """`raw` cut at these places."""
    places = [0, *sorted(cut % (len(raw) + 1) for cut in cuts), len(raw)]
    return [raw[start:end] for start, end in pairwise(places)]


cuts = st.lists(st.integers(0, 1 << 16), max_size=12)
characters = st.characters(exclude_categories=["Cs"])
texts = st.text(characters, max_size=30) | st.text('ab"\\/\n\té😀\u2028', max_size=12)
_SHORT = {'"': '\\"', "\\": "\\\\", "/": "\\/", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@st.composite
def string_literals(draw, values=texts):
    """A text, and a JSON literal of it that mixes raw characters, short escapes and ``\\u`` escapes of any case."""
    text = draw(values)
    styles = draw(st.lists(st.sampled_from(["raw", "short", "upper", "lower"]), min_size=1, max_size=8))
    return text, '"' + "".join(_written(sign, styles[n % len(styles)]) for n, sign in enumerate(text)) + '"'


def _written(sign, style):
    must = sign in '"\\' or sign < " "
    if style == "raw" and not must:
        return sign
    if sign in _SHORT and style in ("raw", "short"):
        return _SHORT[sign]
    if style == "short" and not must:
        return sign
    units = sign.encode("utf-16-be")
    escape = "".join(f"\\u{units[n]:02x}{units[n + 1]:02x}" for n in range(0, len(units), 2))
    return escape.upper().replace("\\U", "\\u") if style == "upper" else escape


spaces = st.text(" \t\r\n", max_size=2)


@st.composite
def written(draw, value):
    """JSON source of `value` with white space, key order and escapes as nobody would choose them."""
    match value:
        case str():
            return draw(string_literals(st.just(value)))[1]
        case list():
            items = [draw(written(item)) for item in value]
            return "[" + ",".join(f"{draw(spaces)}{item}{draw(spaces)}" for item in items) + "]"
        case dict():
            members = draw(st.permutations(list(value.items())))
            return (
                "{"
                + ",".join(
                    f"{draw(spaces)}{draw(written(key))}{draw(spaces)}:{draw(spaces)}{draw(written(held))}{draw(spaces)}"
                    for key, held in members
                )
                + "}"
            )
    return json.dumps(value)


def respelled(value, seed):
    """The same of a large value, by a seed: drawing each choice from Hypothesis would take too long."""
    chance = random.Random(seed)

    def space():
        return chance.choice(["", "", " ", "\t", "\r\n"])

    def write(held):
        if isinstance(held, str):
            style = chance.choice(["raw", "short", "upper", "lower"])
            return '"' + "".join(_written(sign, chance.choice([style, "raw"])) for sign in held) + '"'
        if isinstance(held, list):
            return "[" + ",".join(space() + write(item) + space() for item in held) + "]"
        if isinstance(held, dict):
            members = chance.sample(list(held.items()), len(held))
            return (
                "{" + ",".join(f"{space()}{write(k)}{space()}:{space()}{write(v)}{space()}" for k, v in members) + "}"
            )
        return json.dumps(held)

    return space() + write(value) + space()


seeds = st.integers(0, 1 << 32)


@st.composite
def edits_of(draw, text):
    """Sorted, disjoint edits of a text; some may be insertions, some may touch."""
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
    pairs = zip(places[::2], places[1::2], strict=False)
    return [Edit(start, end, draw(texts)) for start, end in pairs]
