"""Colours of an organization on its consent pages, with enough contrast to be read by everybody (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import model_validator

from proxy.settings.base import Section, shaped

Color = Annotated[str, shaped(r"^#[0-9a-fA-F]{6}$", 'a colour in quotes, such as "#0b4f9e"')]
LIGHT, DARK = ("#ffffff", "#f1f4f7"), ("#14181d", "#1f252c")
"""The page and the panels on it, as in ``page.css``, in light and in dark."""
ENOUGH = 4.5


class PageColors(Section):
    """The colour of links, marks and edges. Text and buttons stay as they are: a yes and a no look the same."""

    accent: Color | None = None
    """On a light page. None: blue."""
    accent_dark: Color | None = None
    """On a dark page. None: light blue."""

    @model_validator(mode="after")
    def _readable(self) -> Self:
        for name, color, grounds in (("accent", self.accent, LIGHT), ("accent_dark", self.accent_dark, DARK)):
            found = ENOUGH if color is None else min(contrast(color, ground) for ground in grounds)
            if found < ENOUGH:
                shade = "darker" if name == "accent" else "lighter"
                raise ValueError(
                    f"{name} has a contrast of {found:.1f} to the page; take a {shade} one, {ENOUGH} at least"
                )
        return self


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    parts = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
