"""Shapes of personal data that Presidio has no recognizer for: ages, street addresses, secrets.

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

ADDRESS: tuple[Shape, ...] = (
    (
        "house and street",
        r"\b\d{1,5}[a-z]?,? (?:(?:north|south|east|west|[nsew])\.? )?"
        rf"(?:[^\W\d_][\w'’.-]{{0,24}} ){{1,3}}(?:{_STREET})\b"
        r"(?:,? (?:apt|apartment|suite|ste|unit|flat|floor|#)\.? ?\w{1,5}\b)?",
        0.6,
    ),
    ("post office box", r"\bP\.? ?O\.? ?Box \d{1,7}\b", 0.7),
    ("state and ZIP", rf"\b(?-i:{_STATE}),? \d{{5}}(?:-\d{{4}})?\b", 0.6),
)

SECRET: tuple[Shape, ...] = (
    (
        "private key",
        r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----(?:[^-]{0,8000}-----END [A-Z ]{0,20}PRIVATE KEY-----)?",
        1.0,
    ),
    ("prefixed key", r"\b(?:sk|pk|rk)[-_](?:live|test|proj|ant|or)?[-_]?[A-Za-z0-9_-]{16,200}", 0.9),
    ("GitHub token", r"\b(?:gh[pousr]_[A-Za-z0-9]{30,200}|github_pat_[A-Za-z0-9_]{30,200})", 1.0),
    ("GitLab token", r"\bglpat-[A-Za-z0-9_-]{20,100}", 1.0),
    ("Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,200}", 1.0),
    ("AWS key", r"\b(?-i:(?:AKIA|ASIA)[A-Z0-9]{16})\b", 1.0),
    ("Google key", r"\b(?-i:AIza[A-Za-z0-9_-]{35})", 1.0),
    ("JSON web token", r"\beyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,1000}", 1.0),
    ("bearer token", r"\bbearer [A-Za-z0-9._~+/-]{20,2000}=*", 0.9),
    (
        "password",
        # What follows must look made up: a figure or a sign in it, so that "the password is wrong" is none.
        r"(?<=\b(?:password|passphrase|passcode|pwd)(?: is|:|=| =)[ \"'`]{0,2})"
        r"(?=[^\s\"'`]{0,60}[\d@#$%^&*!])[^\s\"'`,]{4,64}",
        0.8,
    ),
)
"""Presidio compiles with the ``regex`` package, which allows lookbehinds of varying width."""
