"""Invents layouts of transcripts that no grammar knows, with words planted for three people.

A layout is drawn from a seed alone: the order of name, time and words, what stands around and between them, how lines
are joined, or a structure with invented keys. The words of each person are drawn as well, so that a leak is told by
whose words it holds.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass

_SAID = (
    "quartz anchor bishop cobalt dagger ember falcon garnet harbor indigo jasper kernel lantern marble nectar orchid "
    "pepper quiver ribbon saddle timber umber velvet walnut yonder zephyr amber barley cedar dune elder flint grove"
).split()
_LINKING = "we shall move the before after with under this month because nobody knows it and that is how".split()
_JOINS = ("\n", "\n", "\n", "\n\n", "\r\n", " ", " | ", "<br>", "<br/>", "\\n", "; ", " / ", "\t")
_AROUND = (("", ""), ("", ""), ("", ""), ("[", "]"), ("<", ">"), ("**", "**"), ("(", ")"), ("__", "__"), ("{", "}"))
_BETWEEN = (": ", ": ", ":", " - ", " — ", " – ", " > ", " >> ", "\t", " | ", " => ", " -> ", " ~ ", "∶ ", ":\n", "\n",
            " says: ", " said: ", " (he/him): ", "… ", " = ", " » ")  # fmt: skip
_BEFORE = ("", "", "", "- ", "> ", ">> ", "* ", "# ", "#### ", "1. ", "| ", "    ", "• ", "@", "-- ")
_TIMES = (
    "",
    "",
    "{m}:{s:02}",
    "[00:{m:02}:{s:02}]",
    "({m}:{s:02})",
    "10:{m:02} AM",
    "00:{m:02}:{s:02}.500",
    "<{m:02}:{s:02}>",
)


@dataclass(frozen=True)
class Layout:
    """A text, and what was planted in it by person: words that stand nowhere else in it."""

    text: str
    planted: dict[str, tuple[str, ...]]


def invent(seed: int, people: dict[str, str], opening: str) -> Layout:
    """The layout of a seed. `people` are names by role; `opening` is a line in a known layout, or empty."""
    draw = random.Random(seed)
    words = draw.sample(_SAID, len(_SAID))
    planted = {role: tuple(words.pop() for _ in range(4)) for role in people}
    turns = [role for role in people for _ in range(draw.randint(1, 2))]
    draw.shuffle(turns)
    said = [(people[role], _sentence(draw, planted[role])) for role in turns]
    write = draw.choices((_lines, _structure, _markup, _table), (12, 2, 2, 1))[0]
    body = write(draw, said)
    if not opening:
        return Layout(body, planted)
    return Layout(opening + draw.choice(("\n", "\n", "\n\n", " ")) + body, planted)


def _sentence(draw: random.Random, words: tuple[str, ...]) -> str:
    spoken = [word for planted in words for word in (draw.choice(_LINKING), planted)]
    return f"{' '.join(spoken)}{draw.choice(('.', '', '!', '...'))}"


def _named(draw: random.Random) -> Callable[[str], str]:
    first_last: tuple[Callable[[str], str], ...] = (
        str, str, str, str.upper, lambda name: name.split()[0], lambda name: name.split()[-1],
        lambda name: f"{name.split()[-1]}, {name.split()[0]}", lambda name: f"{name[0]}. {name.split()[-1]}",
        lambda name: f"{name} (Guest)", lambda name: f"Dr. {name}",
    )  # fmt: skip
    return draw.choice(first_last)


def _lines(draw: random.Random, said: list[tuple[str, str]]) -> str:
    named, time, between, before = _named(draw), draw.choice(_TIMES), draw.choice(_BETWEEN), draw.choice(_BEFORE)
    opening, closing = draw.choice(_AROUND)
    order, join = draw.choice(("tn", "nt", "n/t")), draw.choice(_JOINS)
    lines = []
    for number, (name, words) in enumerate(said):
        label, at = f"{opening}{named(name)}{closing}", time.format(m=number, s=7 * number)
        parts = [at, label] if order == "tn" else [label, at]
        lines.append(before + ("\n" if order == "n/t" else " ").join(part for part in parts if part) + between + words)
    return join.join(lines)


def _structure(draw: random.Random, said: list[tuple[str, str]]) -> str:
    who, what = draw.choice((("who", "line"), ("from", "msg"), ("author", "body"), ("person", "remark"), ("by", "t")))
    shapes = (
        [{who: name, what: words} for name, words in said],
        [{name: words} for name, words in said],
        [[name, words] for name, words in said],
        {"log": [{who: {"full": name}, what: {"plain": words}} for name, words in said]},
        [f"{name}: {words}" for name, words in said],
    )
    return json.dumps(draw.choice(shapes), indent=draw.choice((None, 2)), ensure_ascii=draw.random() < 0.5)


def _markup(draw: random.Random, said: list[tuple[str, str]]) -> str:
    shape = draw.choice(
        (
            '<turn who="{0}">{1}</turn>', "<p><b>{0}</b> {1}</p>", "<{0}>{1}</{0}>",
            "<div class=n>{0}</div><div>{1}</div>",
            "{{{{{0}}}}} {1}", "\\textbf{{{0}}} {1}", "### {0}\n\n{1}\n", "[{0}](#a) {1}", "{0}\n: {1}",
        )
    )  # fmt: skip
    return draw.choice(("\n", "", "\n\n")).join(shape.format(name, words) for name, words in said)


def _table(draw: random.Random, said: list[tuple[str, str]]) -> str:
    cut = draw.choice((" | ", ",", ";", "\t", '","'))
    edge = {" | ": "|", '","': '"'}.get(cut, "")
    rows = [f"{number}{cut}{name}{cut}{words}" for number, (name, words) in enumerate(said)]
    return "\n".join(f"{edge}{row}{edge}" for row in [f"no{cut}who{cut}what", *rows])
