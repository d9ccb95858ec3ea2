"""Consent pages: a contact that can be followed or read, and colours that everybody can see."""

from __future__ import annotations

import re
from importlib import resources

import pytest
from pydantic import ValidationError

from proxy.settings import ConsentPages
from proxy.settings.page_colors import DARK, LIGHT, PageColors, contrast


def pages(**changes: object) -> ConsentPages:
    return ConsentPages.model_validate(
        {"base_url": "https://consent.example", "signing_key": {"env": "KEY"}, **changes}
    )


@pytest.mark.parametrize(
    ("contact", "link"),
    [
        ("privacy@fjord.example", "mailto:privacy@fjord.example"),
        ("mailto:a.b+c@fjord.example", "mailto:a.b+c@fjord.example"),
        ("https://fjord.example/privacy?a=1#b", "https://fjord.example/privacy?a=1#b"),
        ("Ann Lund, room 3", None),
        ("Tel: +47 23 45 67 89", None),
        (None, None),
    ],
)
def test_a_contact_leads_by_mail_or_https_or_is_words(contact: str | None, link: str | None) -> None:
    assert pages(contact=contact).contact_link == link


@pytest.mark.parametrize(
    "contact",
    ["javascript:alert(1)", "JavaScript:alert(1)", "http://fjord.example", "data:text/html,x", "https://a b",
     "mailto:a@fjord.example?bcc=b@x.example", "https://fjord.example/\"onclick=", "a\nb"],
)  # fmt: skip
def test_any_other_address_is_refused(contact: str) -> None:
    with pytest.raises(ValidationError):
        pages(contact=contact)


def test_the_contrast_is_that_of_wcag() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54
    assert contrast("#123456", "#123456") == 1


@pytest.mark.parametrize("colors", [{"accent": "#8cc0ff"}, {"accent_dark": "#0b4f9e"}, {"accent": "red"}])
def test_a_colour_that_is_hard_to_see_is_refused(colors: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        PageColors.model_validate(colors)


def test_what_colours_are_held_against_is_what_the_pages_show() -> None:
    style = resources.files("proxy.edge.pages").joinpath("templates/page.css").read_text("utf-8")
    shown = zip(re.findall(r"--page: (#\w+)", style), re.findall(r"--panel: (#\w+)", style), strict=True)
    assert list(shown) == [LIGHT, DARK]
    PageColors(accent="#0b4f9e", accent_dark="#8cc0ff")
