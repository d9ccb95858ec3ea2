"""Plots as plain SVG: bars of figures beside each other, and lines over a size. They read on light and dark pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

_WIDTH, _LEFT, _RIGHT = 760, 250, 90
_BAR, _GAP, _HEAD = 16, 14, 34
_COLORS = ("#2f6fb3", "#b3632f", "#5a8f3c", "#8a5ab3", "#b33f62", "#3c8f8a")
_STYLE = (
    "<style>text{font:13px sans-serif;fill:#333}.t{font-weight:bold}.a{stroke:#888;fill:none}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}}</style>"
)
_LINES = 300
"""Height of the field of a plot of lines."""


def bars(title: str, rows: Mapping[str, Mapping[str, float]]) -> str:
    """Draw a group of bars for each row, on a scale of its own: rows have different units."""
    names = list(dict.fromkeys(name for row in rows.values() for name in row))
    room = _WIDTH - _LEFT - _RIGHT
    parts, y = [], _HEAD
    for row, columns in rows.items():
        parts.append(_text(0, y + _BAR, row, "t"))
        y += _BAR + 6
        most = max((0.0, *columns.values())) or 1.0
        for name, value in columns.items():
            long = max(1.0, room * value / most)
            color = _COLORS[names.index(name) % len(_COLORS)]
            parts.append(_text(_LEFT - 8, y + 12, name, anchor="end"))
            parts.append(f'<rect x="{_LEFT}" y="{y}" width="{long:.0f}" height="{_BAR}" fill="{color}"/>')
            parts.append(_text(_LEFT + long + 6, y + 12, shown(value)))
            y += _BAR + 3
        y += _GAP
    return _drawn(title, parts, y)


def line(title: str, points: Sequence[tuple[float, float]], across: str, up: str) -> str:
    """Draw one line through points, from the origin, with the value at each point."""
    most_x, most_y = max(x for x, _ in points), max(y for _, y in points) * 1.15
    left, room, foot = 70, _WIDTH - 70 - _RIGHT, _HEAD + _LINES

    def place(x: float, y: float) -> tuple[float, float]:
        return left + room * x / most_x, foot - _LINES * y / most_y

    where = [place(x, y) for x, y in points]
    parts = [f'<path class="a" d="M{left} {_HEAD}V{foot}H{left + room}"/>']
    parts.append(
        f'<polyline fill="none" stroke="{_COLORS[0]}" points="{" ".join(f"{x:.0f},{y:.0f}" for x, y in where)}"/>'
    )
    for (x, y), (right, down) in zip(points, where, strict=True):
        parts.append(f'<circle cx="{right:.0f}" cy="{down:.0f}" r="4" fill="{_COLORS[0]}"/>')
        parts.append(_text(right, down - 9, shown(y), anchor="middle"))
        parts.append(_text(right, foot + 18, f"{x:,.0f}", anchor="middle"))
    parts += [_text(left + room / 2, foot + 38, across, anchor="middle"), _text(0, _HEAD + 12, up)]
    return _drawn(title, parts, foot + 46)


def shown(value: float) -> str:
    """Write a figure with the digits that it deserves: three at most below a thousand, one below a tenth."""
    if value >= 100:
        return f"{value:,.0f}"
    if value >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if value >= 0.1 else f"{value:.1g}"


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}"{named}>{escape(text)}</text>'


def _drawn(title: str, parts: Sequence[str], height: float) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" role="img">'
    return (
        "\n".join([head, f"<title>{escape(title)}</title>", _STYLE, _text(0, 18, title, "t"), *parts, "</svg>"]) + "\n"
    )
