"""The table of recognizers, and what `check` says of settings that name them."""

from __future__ import annotations

import subprocess
import sys

import pytest
from presidio_analyzer import PatternRecognizer, predefined_recognizers

from proxy.detection.assembly import build
from proxy.detection.recognizers.table import BUILTINS, Own
from proxy.detection.selection import producible, selected, validate
from proxy.settings import CustomPattern, DenyList, Detection

ENGLISH = {None, "us", "uk", "ca", "au", "in", "sg", "ph", "ng", "za"}
ZA_PHONES = {"ZaMobileNumberRecognizer", "ZaTelephoneNumberRecognizer"}
"""The telephone recognizer covers South Africa."""


def test_every_english_recognizer_of_presidio_is_listed_on_purpose() -> None:
    """A new version of Presidio with new recognizers must be looked at, not taken as it is."""
    classes = [getattr(predefined_recognizers, name) for name in dir(predefined_recognizers)]
    shipped = {
        made.__name__
        for made in classes
        if isinstance(made, type) and issubclass(made, PatternRecognizer) and made.COUNTRY_CODE in ENGLISH
    } - {"PatternRecognizer"}
    listed = {builtin.made_by for builtin in BUILTINS if isinstance(builtin.made_by, str)}
    assert shipped - ZA_PHONES <= {str(name) for name in listed}


def test_names_are_unique_and_every_row_says_why() -> None:
    assert len({builtin.name for builtin in BUILTINS}) == len(BUILTINS)
    assert all(builtin.why and builtin.kinds for builtin in BUILTINS)


@pytest.mark.parametrize(
    "builtin", [b for b in BUILTINS if b.made_by and not isinstance(b.made_by, Own)], ids=lambda b: b.name
)
def test_rows_give_the_kinds_that_the_recognizer_has(builtin) -> None:
    (made,) = build(Detection(recognizers=(builtin.name,)))
    assert tuple(made.supported_entities) == builtin.kinds
    assert made.name == builtin.name


def test_the_licence_recognizer_is_off() -> None:
    assert "us_driver_license" not in {builtin.name for builtin in selected(Detection())}
    assert "us_driver_license" in {b.name for b in selected(Detection(recognizers=("us_driver_license",)))}


def test_disabled_wins_over_chosen() -> None:
    assert selected(Detection(recognizers=("ip",), disable=("ip",))) == ()


def test_sound_settings_have_no_problems() -> None:
    own = CustomPattern(kind="TICKET", name="ticket", regex="T-[0-9]+")
    detection = Detection(patterns=(own,), deny=(DenyList(kind="PROJECT", words=("heron",)),), allow=("Fjord",))
    assert validate(detection, {"TICKET", "PROJECT", "PERSON", "IBAN_CODE", "SECRET", "AGE", "default"}) == []


@pytest.mark.parametrize(
    ("detection", "kinds", "words"),
    [
        (Detection(recognizers=("emial",)), (), ("detection.recognizers", "'emial'", "'email'")),
        (Detection(disable=("nothing_like_it",)), (), ("detection.disable", "--list")),
        (Detection(disable=("crypto",)), ("CRYPTO",), ("redaction.CRYPTO", "switch on", "'crypto'")),
        (Detection(), ("US_DRIVER_LICENSE",), ("redaction.US_DRIVER_LICENSE", "'us_driver_license'")),
        (Detection(), ("TICKET",), ("redaction.TICKET", "add a pattern")),
        (Detection(patterns=(CustomPattern(kind="X1", name="email", regex="x"),)), (), ("'email' is taken",)),
        (Detection(deny=(DenyList(kind="PROJECT", words=(" ",)),)), (), ("PROJECT", "empty")),
        (Detection(deny=(DenyList(kind="PROJECT", words=("heron",)),), allow=("Heron",)), (), ("PROJECT", "allow")),
    ],
)
def test_problems_name_place_and_remedy(detection: Detection, kinds: tuple[str, ...], words: tuple[str, ...]) -> None:
    (problem,) = validate(detection, kinds)
    assert all(word in problem for word in words)


def test_people_of_the_roster_are_found_without_any_recognizer() -> None:
    assert producible(Detection(recognizers=())) == {"PERSON", "EMAIL_ADDRESS"}


def test_settings_are_checked_without_loading_the_model() -> None:
    """The proxy's own process checks and serves; only workers hold the model."""
    script = "import sys, proxy.detection.selection; print(sorted({'presidio_analyzer', 'spacy'} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", script], text=True).strip() == "[]"
