"""Shapes of personal data that Presidio has no recognizer for: ages, street addresses, coordinates.

Each is (name, regular expression, score). Repetitions are bounded, so that time is linear in the text; case is
ignored unless an expression says otherwise.
"""

from __future__ import annotations

_ONES = "one|two|three|four|five|six|seven|eight|nine"
_TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_AGE = rf"(?:1?\d{{1,2}}|(?:{_TENS})(?:[ -](?:{_ONES}))?|{_TEENS}|{_ONES})"

Shape = tuple[str, str, float]

AGE: tuple[Shape, ...] = (
    ("years old", rf"\b{_AGE}(?:[ -]and[ -]a[ -]half)?[ -](?:years?|months?|weeks?|yrs?)[ -](?:old|of age)\b", 0.8),
    ("aged", rf"\b(?:aged?|age of|age is|turn(?:s|ed|ing)) {_AGE}\b(?! (?:out|into|of|percent|degrees|points))", 0.5),
)

_STREET = (
    "street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|place|pl|square|sq|terrace|way|highway|hwy"
    "|parkway|pkwy|crescent|close|circle|trail|mews|row"
)
_STATE = (
    "A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]"
)

_SIGN = r"[-+\u2212]?"
_SIDE = r"(?:\s?°)?(?:\s?[NSEWO]\b)?"

ADDRESS: tuple[Shape, ...] = (
    (
        "coordinates",  # four decimals point at a house
        rf"(?<![\d.]){_SIGN}(?:[1-8]?\d|90)\.\d{{4,15}}{_SIDE}\s{{0,2}}[,;/]\s{{0,2}}"
        rf"{_SIGN}1?\d{{1,2}}\.\d{{4,15}}{_SIDE}(?![\d]|\.\d)",
        0.7,
    ),
    (
        "coordinates in minutes",
        r"\b\d{1,2}\s?°\s?\d{1,2}(?:\.\d{1,6})?\s?['′’]\s?(?:\d{1,2}(?:\.\d{1,6})?\s?(?:[\"″”]|'')\s?)?[NS][,;]?\s{0,2}"
        r"\d{1,3}\s?°\s?\d{1,2}(?:\.\d{1,6})?\s?['′’]\s?(?:\d{1,2}(?:\.\d{1,6})?\s?(?:[\"″”]|'')\s?)?[EWO]\b",
        0.7,
    ),
    (
        "house and street",
        r"\b\d{1,5}[a-z]?,? (?:(?:north|south|east|west|[nsew])\.? )?"
        rf"(?:[^\W\d_][\w'’.-]{{0,24}} ){{1,3}}(?:{_STREET})\b"
        r"(?:,? (?:apt|apartment|suite|ste|unit|flat|floor|#)\.? ?\w{1,5}\b)?",
        0.6,
    ),
    ("post office box", r"\bP\.? ?O\.? ?Box \d{1,7}\b", 0.7),
    ("apartment", r"\b(?:apt|apartment|suite|ste)\b\.? ?(?:#|no\.? ?)?\d{1,5}[a-z]?\b", 0.6),
    ("military mail", r"\b(?:(?:PSC|unit) \d{1,5},? Box \d{1,5}|(?-i:[AFD]PO,? A[AEP]) \d{5})\b", 0.7),
    ("state and ZIP", rf"\b(?-i:{_STATE}),? \d{{5}}(?:-\d{{4}})?\b", 0.6),
)
